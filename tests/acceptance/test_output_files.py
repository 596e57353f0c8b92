"""A file that a command writes is whole, or what it was before; never one that dondoc lives on."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest
from support.hscv import event
from support.installation import COMMAND, Installation
from support.sample_database import TakeSample


@pytest.fixture
def installation(tmp_path: Path) -> Installation:
    made = Installation(tmp_path, "amqp://127.0.0.1:1/")
    tmp_path.joinpath("events.jsonl").write_text(json.dumps(event()), encoding="utf-8")
    made.run("replay", "events.jsonl")
    tmp_path.joinpath("link.csv").symlink_to("dondoc.db")
    os.link(tmp_path / "dondoc.db", tmp_path / "second.csv")
    tmp_path.joinpath("folder").mkdir()
    tmp_path.joinpath("secret").write_text("amqp://127.0.0.1:1/", encoding="utf-8")
    made.run("backup", "copy.db")
    return made


@pytest.mark.parametrize(
    "name",
    [
        "dondoc.db",
        "./folder/../dondoc.db",
        "link.csv",
        "second.csv",
        "dondoc.db-wal",
        "dondoc.db-shm",
        "dondoc.toml",
        "secret",
        "copy.db",
    ],
)
def test_no_file_that_dondoc_lives_on_is_overwritten_under_any_name(
    installation: Installation, name: str
) -> None:
    path = installation.folder / name
    before = path.read_bytes() if path.exists() else None
    secret = {"DONDOC_BROKER_URL_FILE": str(installation.folder / "secret")}
    said = installation.run("list", "--output", name, code=1, **secret)
    assert "name another file" in said
    assert said.count("\n") == 1
    assert (path.read_bytes() if path.exists() else None) == before
    assert installation.rows("list")


def test_an_output_of_before_is_replaced_and_keeps_its_permissions_and_its_link(
    installation: Installation,
) -> None:
    target, link = installation.folder / "overdue.csv", installation.folder / "latest.csv"
    target.write_text("old", encoding="utf-8")
    target.chmod(0o640)
    link.symlink_to(target)
    installation.run("list", "--format", "csv", "--output", "latest.csv")
    assert target.read_text(encoding="utf-8-sig").startswith("id,rule,")
    assert target.stat().st_mode & 0o777 == 0o640
    assert link.is_symlink()


def test_an_output_that_cannot_be_written_whole_leaves_the_one_of_before_and_nothing_beside(
    installation: Installation, take_sample: TakeSample
) -> None:
    take_sample(installation)
    target = installation.folder / "overdue.csv"
    target.write_text("old", encoding="utf-8")
    before = sorted(installation.folder.iterdir())
    limited = f'ulimit -f 100; exec "{COMMAND[0]}" list --output overdue.csv'
    done = subprocess.run(
        ["bash", "-c", limited],
        cwd=installation.folder,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stderr) == (
        1,
        "Error: overdue.csv: cannot be written: File too large\n",
    )
    assert target.read_text(encoding="utf-8") == "old"
    assert sorted(installation.folder.iterdir()) == before


def test_what_is_no_file_is_written_to(installation: Installation) -> None:
    assert "PYT" in installation.run("list", "--body", "PYT", "--output", "/dev/stdout")
    assert "No space left" in installation.run("list", "--output", "/dev/full", code=1)
