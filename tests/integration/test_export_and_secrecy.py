"""A file that is being written when something in it becomes secret is not kept."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from dondoc.cli import main
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
