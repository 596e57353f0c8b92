"""A file that is being written when something in it becomes secret is not kept, and one that holds
something secret is not taken for an archive."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from dondoc.cli import main
from dondoc.commands import archive
from dondoc.storage.database import Store, open_store
from dondoc.storage.new_events import Outcome
from dondoc.storage.secrecy.remains import Listed, redact_listed
from dondoc.storage.taking_in import record
from support.hscv import event
from support.moving import NOW
from support.plain_law import new_event
from support.sample import sample_law


def redact(store: Store) -> None:
    redact_listed(store, sample_law(), [Listed("document:VB-1", "mat", NOW)])


def rename(store: Store) -> None:
    fields = {"fields": {"symbol": "77/MOI-TEN"}}
    further = new_event("document.corrected", "VB-1", fields, event_id="c", time=NOW)
    assert record(store, sample_law(), [further], NOW) == [Outcome.REDACTED]


@pytest.mark.parametrize(
    "arguments", [["export", "--all"], ["export"], ["archive", "--before", "2026-01-01"]]
)
@pytest.mark.parametrize("further_name", [False, True])
def test_an_export_or_archive_during_which_something_becomes_secret_is_thrown_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], further_name: bool
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("events.jsonl").write_text(json.dumps(event("document.issued")), encoding="utf-8")
    Path("dondoc.toml").write_text('[tracking]\nbodies = "sample"\n', encoding="utf-8")
    runner = CliRunner()
    assert runner.invoke(main, ["replay", "events.jsonl"]).exit_code == 0
    read = Store.read
    if further_name:
        store = open_store("sqlite:///dondoc.db")
        redact(store)
        store.close()

    def and_then(store: Store, work: object) -> object:
        found: object = read(store, work)  # type: ignore[arg-type]
        if any(Path().glob(".out.jsonl.*")) and not secret:
            secret.append(True)
            other = open_store("sqlite:///dondoc.db")
            (rename if further_name else redact)(other)
            other.close()
        return found

    secret: list[bool] = []
    monkeypatch.setattr(Store, "read", and_then)
    done = runner.invoke(main, ["--lang", "en", *arguments, "--output", "out.jsonl"])
    assert secret
    assert done.exit_code == 1
    assert "became secret while it was written" in done.output
    assert [each.name for each in tmp_path.glob("*out.jsonl*")] == []


CANARY = "hoàng yến"


@pytest.fixture
def archived(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """Archives in an office with two feedbacks that are over, the second of which quotes 41/CT-XY,
    and a document of that symbol that is none of the archive's."""
    monkeypatch.chdir(tmp_path)
    Path("dondoc.toml").write_text('[tracking]\nbodies = "sample"\n', encoding="utf-8")
    told = [event("document.issued", id="d", subject="41")]
    told[0]["data"] |= {"symbol": "41/CT-XY"}
    for number in (1, 2):
        for type_, day in (("feedback.received", "02"), ("feedback.answered", "03")):
            at = f"2026-03-{day}T09:14:05+07:00"
            made = event(type_, id=f"{type_} {number}", subject=f"P-{number}", time=at)
            if type_ == "feedback.received":
                quote = " 41/CT-XY" if number == 2 else ""
                made["data"] |= {"content": f"{CANARY}{quote}"}
            told.append(made)
    lines = "\n".join(json.dumps(each, ensure_ascii=False) for each in told)
    Path("events.jsonl").write_text(lines, encoding="utf-8")
    runner = CliRunner()
    assert runner.invoke(main, ["replay", "events.jsonl"]).exit_code == 0

    def run(*arguments: str) -> Result:
        before = ["--before", "2026-06-01", *arguments]
        return runner.invoke(main, ["--lang", "en", "archive", *before, "--output", "a.jsonl"])

    return run


def redact_elsewhere(key: str) -> None:
    """Make the stream *key* secret, as another process does."""
    other = open_store("sqlite:///dondoc.db")
    redact_listed(other, sample_law(), [Listed(key, "mat", NOW)])
    other.close()


def during(monkeypatch: pytest.MonkeyPatch, name: str, work: Callable[[], None]) -> None:
    """Do *work* once, when the function *name* of the command is called."""
    original = getattr(archive, name)
    waiting = [work]

    def and_then(*arguments: Any, **named: Any) -> Any:
        if waiting:
            waiting.pop()()
        return original(*arguments, **named)

    monkeypatch.setattr(archive, name, and_then)


def written(folder: Path) -> list[str]:
    return [each.name for each in folder.glob("*a.jsonl*")]


@pytest.mark.parametrize("key", ["feedback:P-1", "document:41"])
@pytest.mark.parametrize("rows", [["--rows"], []])
def test_an_archive_during_which_something_in_it_becomes_secret_is_thrown_away(
    archived: Callable[..., Result],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    key: str,
    rows: list[str],
) -> None:
    read = Store.read

    def and_then(store: Store, work: Any) -> Any:
        found = read(store, work)
        if any(Path().glob(".a.jsonl.*")) and not secret:
            secret.append(True)
            redact_elsewhere(key)
        return found

    secret: list[bool] = []
    monkeypatch.setattr(Store, "read", and_then)
    done = archived(*rows)
    assert secret
    assert done.exit_code == 1
    assert "became secret while it was written" in done.output
    assert written(tmp_path) == []
    again = archived(*rows)
    assert again.exit_code == 0
    gone = "1 subject" if key == "feedback:P-1" else "2 subjects"
    assert f"of {gone} are gone" in again.output
    assert "41/CT-XY" not in Path("a.jsonl").read_text(encoding="utf-8") or key == "feedback:P-1"
    assert archived(*rows).exit_code == 0, "what is left of a quote is none"


@pytest.mark.parametrize(
    ("key", "holding"), [("feedback:P-1", "feedback:P-1"), ("document:41", "feedback:P-2")]
)
def test_an_archive_that_holds_what_became_secret_is_not_gone_on_with(
    archived: Callable[..., Result], monkeypatch: pytest.MonkeyPatch, key: str, holding: str
) -> None:
    def stop() -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        during(patched, "_take_away", stop)
        archived()
    redact_elsewhere(key)
    kept = Path("a.jsonl").read_bytes()
    done = archived()
    assert done.exit_code == 1
    assert f"holds what has become secret since: {holding};" in done.output
    assert Path("a.jsonl").read_bytes() == kept
    Path("a.jsonl").unlink()
    assert archived().exit_code == 0


def test_what_becomes_secret_while_it_is_taken_away_is_told_with_the_file(
    archived: Callable[..., Result], monkeypatch: pytest.MonkeyPatch
) -> None:
    during(monkeypatch, "_take_away", lambda: redact_elsewhere("feedback:P-1"))
    done = archived()
    assert done.exit_code == 3
    assert "a.jsonl: holds what became secret meanwhile: feedback:P-1;" in done.output
