"""A file that is being written when something in it becomes secret is not kept."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from dondoc.cli import main
from dondoc.storage.database import Store, open_store
from dondoc.storage.secrecy.remains import Listed, redact_listed
from support.hscv import event
from support.moving import NOW
from support.sample import sample_law


@pytest.mark.parametrize("arguments", [["--all"], []])
def test_an_export_during_which_a_subject_becomes_secret_is_thrown_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("events.jsonl").write_text(json.dumps(event("document.issued")), encoding="utf-8")
    Path("dondoc.toml").write_text('[tracking]\nbodies = "sample"\n', encoding="utf-8")
    runner = CliRunner()
    assert runner.invoke(main, ["replay", "events.jsonl"]).exit_code == 0
    read = Store.read

    def and_then(store: Store, work: object) -> object:
        found: object = read(store, work)  # type: ignore[arg-type]
        if any(Path().glob(".out.jsonl.*")) and not secret:
            secret.append(True)
            other = open_store("sqlite:///dondoc.db")
            redact_listed(other, sample_law(), [Listed("document:VB-1", "mat", NOW)])
            other.close()
        return found

    secret: list[bool] = []
    monkeypatch.setattr(Store, "read", and_then)
    done = runner.invoke(main, ["--lang", "en", "export", *arguments, "--output", "out.jsonl"])
    assert secret
    assert done.exit_code == 1
    assert "became secret while it was written" in done.output
    assert [each.name for each in tmp_path.glob("*out.jsonl*")] == []
