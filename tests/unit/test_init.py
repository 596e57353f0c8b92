"""`dondoc init` writes what an office begins with, changes nothing, and what it writes is sound."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from dondoc.cli import main
from dondoc.commands.assembly.loading import load_regulations
from dondoc.commands.assembly.settings import LANGUAGES, load_settings
from dondoc.commands.assembly.toml_writing import toml_value
from dondoc.connector.transport import parse_address
from hypothesis import given
from hypothesis import strategies as st


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def asked(*line: str, answers: str = "", lang: str = "en", **environment: str) -> Result:
    return CliRunner(env=environment).invoke(main, [f"--lang={lang}", *line], input=answers)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_is_written_passes_check_up_to_what_must_be_filled_in(lang: str) -> None:
    done = asked("init", "--yes", lang=lang)
    assert done.exit_code == 0, done.output
    settings = load_settings(None, {})
    assert settings.ui_lang == lang
    assert settings.broker.url == "amqp://dondoc:CHANGE-ME@127.0.0.1:5672/"
    assert settings.database_url == "sqlite:///dondoc.db"
    assert asked("migrate").exit_code == 0
    told = asked("check", DONDOC_BROKER_URL="amqp://127.0.0.1:1/", DONDOC_METRICS_LISTEN="[::1]:0")
    to_mend = [line for line in told.output.splitlines() if line.startswith("mend")]
    assert [line.partition(":")[0] for line in to_mend] == ["mend  broker"], told.output


def test_only_the_owner_may_read_where_passwords_may_stand() -> None:
    asked("init", "unit", "--yes")
    modes = {each.name: each.stat().st_mode & 0o777 for each in Path("unit").iterdir()}
    assert modes == {"dondoc.toml": 0o600, "broker-url": 0o600, "bodies.toml": 0o644}


def test_what_is_there_already_is_never_changed(here: Path) -> None:
    Path("bodies.toml").write_text("mine", "utf-8")
    Path("broker-url").symlink_to("nowhere")
    done = asked("init", "--yes")
    assert "bodies.toml is there already and stays as it is" in done.output
    assert "broker-url is there already and stays as it is" in done.output
    assert "has the Office alone" not in done.output
    assert "CHANGE-ME" not in done.output
    assert Path("bodies.toml").read_text("utf-8") == "mine"
    assert not Path("nowhere").exists()
    before = Path("dondoc.toml").read_bytes()
    again = asked("init", "--yes")
    assert again.exit_code == 1
    assert again.output.startswith("Error: dondoc.toml is there already, and nothing is changed")
    assert Path("dondoc.toml").read_bytes() == before


def test_where_nobody_can_be_asked_nothing_is_written(here: Path) -> None:
    done = asked("init", answers="\n" * 9)
    assert done.exit_code == 2
    assert "give --yes" in done.output
    assert list(here.iterdir()) == []


def test_a_person_is_asked_and_asked_again_for_what_cannot_be_used(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("dondoc.commands.init._at_a_terminal", lambda: True)
    answers = ["mq.xa.example:99999", "mq.xa.example:5671", "/xã", "u@x", "p:/@ ss", "VPX"]
    answers += ['Văn phòng "A"', "03-2015", "02-2015"]
    answers += ["mysql://x", "postgresql://d@db/dondoc", "31/2/2026", "1/3/2026"]
    done = asked("init", "unit", answers="\n".join(answers) + "\n")
    assert done.exit_code == 0, done.output
    assert "[database] url must begin with" in done.output
    assert "CHANGE-ME" not in done.output
    assert "p:/@" not in done.output
    assert "Error" not in done.output
    settings = load_settings(Path("unit/dondoc.toml"), {})
    address = parse_address(settings.broker.url)
    assert (address.host, address.port, address.vhost) == ("mq.xa.example", 5671, "/xã")
    assert (address.user, address.password) == ("u@x", "p:/@ ss")
    assert settings.database_url == "postgresql://d@db/dondoc"
    assert str(settings.tracking.since) == "2026-03-01"
    assert settings.tracking.regulations == ("02-2015",)
    (office,) = tomllib.loads(Path("unit/bodies.toml").read_text("utf-8"))["body"]
    assert office == {"code": "VPX", "name": 'Văn phòng "A"', "kind": "office"}
    assert "--config unit/dondoc.toml" in done.output


def test_a_commune_that_says_so_gets_a_model_of_its_own_to_adapt(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("dondoc.commands.init._at_a_terminal", lambda: True)
    done = asked("init", "unit", answers="\n" * 6 + "commune\n" + "\n" * 2)
    assert done.exit_code == 0, done.output
    assert "unit/regulation.toml" in done.output
    settings = load_settings(Path("unit/dondoc.toml"), {})
    assert settings.tracking.regulations == (Path("unit/regulation.toml"),)
    (model,) = load_regulations(settings.tracking.regulations).all
    assert model.id == "MẪU/QC-UBND-XÃ"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_regulation_that_nobody_has_chosen_is_told_and_is_a_doubt_until_one_is(
    lang: str,
) -> None:
    whose = "UBND huyện Yên Thế"
    done = asked("init", "--yes", lang=lang)
    (told,) = (line for line in done.output.splitlines() if whose in line)
    assert "02/2015/QĐ-UBND" in told
    assert "regulations" in told
    asked("migrate")
    elsewhere = {"DONDOC_BROKER_URL": "amqp://127.0.0.1:1/", "DONDOC_METRICS_LISTEN": "[::1]:0"}
    (doubt,) = (
        line
        for line in asked("check", lang=lang, **elsewhere).output.splitlines()
        if line.startswith("?") and whose in line
    )
    assert '["02-2015"]' in doubt
    assert "commune-2025.toml" in doubt
    chosen = asked("check", lang=lang, DONDOC_TRACKING_REGULATIONS="02-2015", **elsewhere)
    assert '["02-2015"]' not in chosen.output
    assert "02/2015/QĐ-UBND" in chosen.output


@given(value=st.one_of(st.text(), st.lists(st.text(), max_size=3)))
def test_whatever_a_text_holds_toml_gives_it_back(value: str | list[str]) -> None:
    assert tomllib.loads(f"a = {toml_value(value)}")["a"] == value
