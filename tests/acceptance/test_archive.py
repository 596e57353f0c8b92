"""`dondoc archive` as an administrator runs it: killed, wrong, twice."""

from __future__ import annotations

import json
import random
import signal
import sqlite3
import subprocess
import time
from contextlib import closing
from pathlib import Path

import pytest
from support.hscv import event
from support.installation import COMMAND, Installation

NOBODY = "amqp://127.0.0.1:1/"
CANARY = "hoàng yến"
BEFORE = ("--before", "2026-06-01")


def told(number: int, type_: str, day: str, **data: object) -> str:
    time_ = f"2026-{day}T09:14:05+07:00"
    made = event(type_, id=f"{number}-{type_}", subject=f"P-{number}", time=time_)
    made["data"] |= data
    return json.dumps(made, ensure_ascii=False)


@pytest.fixture
def office(tmp_path: Path) -> Installation:
    made = Installation(tmp_path, NOBODY)
    lines = []
    for number in range(120):
        lines.append(told(number, "feedback.received", "03-02", content=f"{CANARY} {number}"))
        lines.append(told(number, "feedback.answered", "03-03"))
    tmp_path.joinpath("events.jsonl").write_text("\n".join(lines), encoding="utf-8")
    made.run("replay", "events.jsonl")
    return made


def stored(made: Installation) -> bytes:
    names = ("dondoc.db", "dondoc.db-wal")
    return b"".join((made.folder / n).read_bytes() for n in names if (made.folder / n).exists())


def test_an_archive_that_is_killed_loses_nothing_and_goes_on(office: Installation) -> None:
    seed = random.randrange(10**6)
    print(f"seed {seed}")
    chance = random.Random(seed)
    owed = office.rows("list")
    arguments = ["archive", *BEFORE, "--output", "a.jsonl.gz"]
    assert "120 subjects with 240 events" in office.run("archive", *BEFORE, "--dry-run")
    for _ in range(3):
        running = subprocess.Popen(
            [*COMMAND, *arguments],
            cwd=office.folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        time.sleep(chance.uniform(0.5, 1.6))
        running.send_signal(signal.SIGKILL)
        running.wait()
        for left in office.folder.glob(".a.jsonl.gz.*"):
            left.unlink()
    said = office.run(*arguments)
    assert "a.jsonl.gz: read back" in said
    gone, before = (int(word) for word in said.split() if word.isdigit())
    assert gone + before == 120
    assert CANARY.encode() not in stored(office)
    kept = [{n: v for n, v in row.items() if n in ("id", "due", "state")} for row in owed]
    now = office.rows("list")
    assert [{n: v for n, v in row.items() if n in ("id", "due", "state")} for row in now] == kept
    other = Installation(_new(office.folder / "other"), NOBODY)
    assert "240 events: 240 stored" in other.run("replay", "../a.jsonl.gz")
    assert CANARY in other.run("export")


def test_what_a_reader_kept_of_it_is_overwritten_by_the_next_run(office: Installation) -> None:
    arguments = ("archive", *BEFORE, "--output", "a.jsonl.gz")
    with closing(sqlite3.connect(office.folder / "dondoc.db", isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT COUNT(*) FROM event").fetchone()
        assert "a reader keeps old pages" in office.run(*arguments, code=3)
        reader.execute("COMMIT")
        # It stays open: whoever closes the file as the last one cuts its WAL.
        assert on_disk(office), "or this proves nothing"
        assert "those of 120 were before" in office.run(*arguments)
        assert not on_disk(office)


def on_disk(made: Installation) -> bool:
    """Whether a canary is stored, as another process sees it: one that closes the file itself gives
    up its locks on it."""
    names = [str(path) for path in made.folder.glob("dondoc.db*")]
    return subprocess.run(["grep", "-qaF", CANARY, *names], check=False).returncode == 0


def _new(folder: Path) -> Path:
    folder.mkdir()
    return folder


def test_wrong_files_and_days_are_one_line_and_take_nothing(office: Installation) -> None:
    before = office.run("export")
    office.folder.joinpath("other").write_text("not ours", encoding="utf-8")
    for arguments, said in {
        ("--before", "2126-01-01", "--output", "x"): "is too late: a day to come",
        ("--before", "2126-01-01", "--rows", "--output", "x"): "since figures count",
        (*BEFORE, "--output", "other"): "is another file",
        (*BEFORE, "--output", "dondoc.db"): "is another file",
        (*BEFORE, "--output", "nowhere/x"): "cannot be written",
    }.items():
        line = office.run("archive", *arguments, code=1)
        assert said in line
        assert line.count("\n") == 1
    for arguments in (BEFORE, (*BEFORE, "--output", "-")):
        assert "name the file with --output" in office.run("archive", *arguments, code=2)
    assert not (office.folder / "-").exists()
    assert office.run("export") == before


def test_rows_come_back_with_their_archive(office: Installation) -> None:
    owed = office.rows("list")
    arguments = ("archive", *BEFORE, "--rows", "--output", "a.jsonl")
    assert "the rows of 120 subjects are gone" in office.run(*arguments)
    assert CANARY.encode() not in stored(office)
    assert "of 0 subjects are gone, those of 120 were before" in office.run(*arguments)
    late = told(7, "feedback.direction_issued", "03-09")
    office.folder.joinpath("late.jsonl").write_text(late, encoding="utf-8")
    assert "replay the archive" in office.run("replay", "late.jsonl", code=3)
    assert "240 events: 240 stored" in office.run("replay", "a.jsonl")
    assert office.rows("list") == owed
    assert "1 stored" in office.run("replay", "late.jsonl")
    damaged = office.folder / "a.jsonl"
    damaged.write_bytes(damaged.read_bytes()[:-300])
    office.run(*arguments, code=1)
    assert "240 duplicate" not in office.run("replay", "a.jsonl", code=1)
    office.run("archive", *BEFORE, "--rows", "--output", "b.jsonl")
    purged = office.said("purge", "P-8", "--kind", "feedback", code=3)
    assert "feedback:P-8 was archived with its rows" in purged
    assert "nothing was stored" not in purged
