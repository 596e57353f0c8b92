"""The move of a whole database by the commands that docs/moving.md names."""

from __future__ import annotations

import json
import random
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from dondoc.commands.terminal.sources import FileLines, lines_of
from dondoc.connector.moving.export_file import ExportReading, is_export, lines_between
from dondoc.rules.mendable import Mendable
from support.hscv import event
from support.installation import COMMAND, Installation
from support.postgres import PostgresCluster

NOBODY = "amqp://127.0.0.1:1/"
WINDOW = "2026-03-19T09:00:00+07:00"


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    made = Installation(tmp_path_factory.mktemp("office"), NOBODY)
    lines = [
        event(type_, id=f"{number}-{type_}", subject=f"{'P' if 'feed' in type_ else 'VB'}-{number}")
        for number in range(150)
        for type_ in ("document.issued", "task.assigned", "feedback.received")
    ]
    text = "\n".join(json.dumps(each) for each in lines)
    made.folder.joinpath("events.jsonl").write_text(text, encoding="utf-8")
    made.run("replay", "events.jsonl")
    made.run("purge", "VB-0", code=3)
    made.run("export", "--all", "--output", "all.jsonl.gz")
    made.run("export", "--all", "--output", "all.jsonl")
    return made


@pytest.fixture
def empty(office: Installation, tmp_path: Path) -> Installation:
    made = Installation(tmp_path, NOBODY)
    for name in ("all.jsonl", "all.jsonl.gz"):
        shutil.copy(office.folder / name, tmp_path / name)
    return made


def listed(made: Installation) -> list[dict[str, Any]]:
    return made.rows("list")


def test_a_move_to_postgresql_and_what_it_says(
    office: Installation, postgres_cluster: PostgresCluster, tmp_path: Path
) -> None:
    made = Installation(tmp_path, NOBODY, postgres_cluster.create_schema())
    shutil.copy(office.folder / "all.jsonl.gz", tmp_path)
    said = made.run("replay", "all.jsonl.gz").splitlines()
    assert said[0].startswith("Moved: 44")
    assert said[1] == f"Obligations: {len(listed(office))}, the same as there."
    assert listed(made) == listed(office)
    assert made.run("status").splitlines()[:5] == office.run("status").splitlines()[:5]
    acts = [(each["act"], each["outcome"]) for each in made.rows("audit")]
    assert acts[0] == ("replay", "done"), "the newest comes first, whatever came from there"
    assert "begun" not in {outcome for _, outcome in acts}, "the export itself has ended"
    again = made.run("replay", "all.jsonl.gz")
    assert " duplicate" in again
    assert "Not merged into a database that has its own past" in again


def test_what_was_erased_is_in_no_export_and_stays_secret(
    office: Installation, empty: Installation
) -> None:
    text = empty.folder.joinpath("all.jsonl").read_text(encoding="utf-8")
    assert '"VB-0"' not in text
    empty.run("replay", "all.jsonl")
    lines = office.folder.joinpath("events.jsonl").read_text(encoding="utf-8").splitlines()[:3]
    empty.folder.joinpath("late.jsonl").write_text("\n".join(lines), encoding="utf-8")
    assert "2 redacted" in empty.run("replay", "late.jsonl")


def test_a_move_that_is_killed_goes_on_and_nothing_may_be_decided_meanwhile(
    office: Installation, empty: Installation
) -> None:
    seed = random.randrange(10**6)
    print(f"seed {seed}")
    chance = random.Random(seed)
    wanted, killed = listed(office), 0
    for _ in range(3):
        running = subprocess.Popen(
            [*COMMAND, "replay", "all.jsonl"],
            cwd=empty.folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        time.sleep(chance.uniform(0.6, 2.2))
        running.send_signal(signal.SIGKILL)
        killed += running.wait() < 0
    state = subprocess.run(
        [*COMMAND, "remind"], cwd=empty.folder, capture_output=True, text=True, check=False
    )
    assert state.returncode in (0, 1)
    if state.returncode:
        # Killed before anything was taken in, and before the tables or the file were there.
        early = ("has not the tables", "no database")
        assert any(told in state.stderr for told in ("only in part", *early))
    said = empty.run("replay", "all.jsonl")
    assert "the same as there" in said or " duplicate" in said
    assert listed(empty) == wanted


def mutated(lines: list[bytes], chance: random.Random) -> bytes:
    """A file made of *lines* as somebody might have damaged it."""
    lines = list(lines)
    at = chance.randrange(len(lines))
    kind = chance.randrange(6)
    if kind == 0:
        cut = chance.randrange(len(lines[at]))
        lines[at] = lines[at][:cut] + bytes([chance.randrange(256)]) + lines[at][cut + 1 :]
    elif kind == 1:
        return b"".join(lines)[: chance.randrange(sum(map(len, lines)))]
    elif kind == 2:
        del lines[at]
    elif kind == 3:
        lines.insert(at, chance.choice([b"[]\n", b"{}\n", b"null\n", b'{"a":1,"b":2}\n', b"\0\n"]))
    elif kind == 4:
        lines[at] = b"[" * 100_000 + b"\n"
    else:
        swapped = chance.randrange(len(lines))
        lines[at], lines[swapped] = lines[swapped], lines[at]
    return b"".join(lines)


def fault_of(lines: FileLines) -> str:
    reading = ExportReading("damaged")
    with pytest.raises(Mendable) as error:
        for _ in read_to_the_end(reading, lines):
            pass
    return str(error.value)


def read_to_the_end(reading: ExportReading, lines: FileLines) -> Iterator[object]:
    reading.header(lines.first() or "")
    yield from lines_between(reading, iter(lines))


def test_a_damaged_file_is_one_line_and_writes_nothing(empty: Installation) -> None:
    seed = random.randrange(10**6)
    print(f"seed {seed}")
    chance = random.Random(seed)
    whole = empty.folder.joinpath("all.jsonl").read_bytes()
    target = empty.folder / "damaged.jsonl"
    found = 0
    for _ in range(60):
        content = mutated(whole.splitlines(keepends=True), chance)
        target.write_bytes(content)
        with lines_of(target) as lines:
            if content == whole or not is_export(lines.first()):
                continue
            assert "\n" not in fault_of(lines)
            found += 1
    assert found > 20
    said = empty.run("replay", "damaged.jsonl", code=1) if is_damaged(target) else ""
    assert said.count("\n") <= 1
    assert not empty.folder.joinpath("dondoc.db").exists()


def is_damaged(path: Path) -> bool:
    return path.read_bytes().startswith(b'{"dondoc":')


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 64 KiB; skipped where none can be mounted."""
    place = tmp_path / "disk"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(place)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("NOT TESTED with a full disk: nothing can be mounted here")
    yield place
    subprocess.run(["umount", str(place)], check=True)


def test_a_full_disk_leaves_no_part_of_an_export(office: Installation, small_disk: Path) -> None:
    for arguments in (["--all"], []):
        target = small_disk / "all.jsonl"
        said = office.run("export", *arguments, "--output", str(target), code=1)
        assert f"{target}: cannot be written: No space left on device" in said
        assert said.count("\n") == 1
        assert list(small_disk.iterdir()) == []
    said = office.run("replay", "events.jsonl", "--refused", str(small_disk / "refused"))
    assert "450 events" in said
