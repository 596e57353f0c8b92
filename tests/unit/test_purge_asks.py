"""`dondoc purge` cannot be undone: it asks whoever is there, and never says that it erased what was
not there."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from dondoc.cli import main
from dondoc.commands.assembly.settings import LANGUAGES

NOBODY = "amqp://127.0.0.1:1/"
ASKS = "dondoc.commands.purge._at_a_terminal"


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("dondoc.toml").write_text('[tracking]\nbodies = "sample"\n', "utf-8")
    assert asked("migrate").exit_code == 0


def asked(*line: str, answers: str = "", lang: str = "en") -> Result:
    runner = CliRunner(env={"DONDOC_BROKER_URL": NOBODY})
    return runner.invoke(main, [f"--lang={lang}", *line], input=answers)


def redactions() -> int:
    asked("purge", "--export", "list.json")
    written = Path("list.json").read_text("utf-8")
    Path("list.json").unlink()
    return written.count('"stream"')


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_person_is_asked_and_told_that_nothing_is_there(
    lang: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ASKS, lambda: True)
    refused = asked("purge", "KHONGCO", answers="n\n", lang=lang)
    assert refused.exit_code == 1
    assert "document:KHONGCO" in refused.output
    assert {"en": "nothing is stored", "vi": "không có gì được lưu"}[lang] in refused.output
    assert redactions() == 0
    asked("purge", "KHONGCO", answers="y\n", lang=lang)
    assert redactions() == 1


def test_yes_asks_nobody_and_a_script_is_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    asked("purge", "KHONGCO")
    assert redactions() == 1
    monkeypatch.setattr(ASKS, lambda: True)
    asked("purge", "KHAC", "--yes")
    assert redactions() == 2


@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_was_not_there_is_not_called_erased(lang: str) -> None:
    done = asked("purge", "KHONGCO", lang=lang)
    assert done.exit_code == 3
    assert {"en": "nothing was stored", "vi": "không có gì được lưu"}[lang] in done.output
    for erased in ("1 redacted: ", "1 đối tượng: đã xóa"):
        assert erased not in done.output
