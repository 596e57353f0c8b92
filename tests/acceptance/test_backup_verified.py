"""`dondoc backup --verify`: what is copied can be restored; what cannot be is no backup."""

from __future__ import annotations

import re
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from support.hscv import as_json, event
from support.installation import Installation
from support.postgres import PostgresCluster

NOBODY = "amqp://127.0.0.1:1/"
SPOILING = """
import sys
from dondoc.cli import main
from dondoc.storage.engines import sqlite

write_copy = sqlite.write_copy

def spoiling(connection, source, target):
    write_copy(connection, source, target)
    with open(target, "r+b") as copy:
        copy.truncate(target.stat().st_size // 2)

sqlite.write_copy = spoiling
sys.exit(main())
"""
"""A disk that takes a copy and keeps half of it."""
SOUND = r": sound: \d+ events, \d+ obligations, \d+ reminders? to send; (\d+) of (\d+) streams? "


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A database of the sample's."""
    folder = tmp_path_factory.mktemp("filled")
    made = Installation(folder, NOBODY)
    made.run("replay", "--sample")
    made.run("backup", "copy.db")
    return folder.joinpath("copy.db").read_bytes()


@pytest.fixture
def office(filled: bytes, tmp_path: Path) -> Installation:
    tmp_path.joinpath("dondoc.db").write_bytes(filled)
    return Installation(tmp_path, NOBODY)


def change(database: Path, *statements: str) -> None:
    with closing(sqlite3.connect(database)) as connection:
        for each in statements:
            connection.execute(each)
        connection.commit()


def beside(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_a_copy_is_read_counted_and_projected_and_nothing_is_left_beside_it(
    office: Installation,
) -> None:
    told = office.run("backup", "--verify", "copy.db")
    assert "copy.db: complete and on the disk" in told
    assert re.search(rf"copy\.db{SOUND}projected, all as stored", told)
    assert re.search(SOUND, office.run("backup", "--no-copy", "copy.db"))
    assert re.search(SOUND, office.run("backup", "--no-copy"))
    assert not {name for name in beside(office.folder) if name.startswith("copy.db-")}
    assert office.folder.joinpath("copy.db").stat().st_mode & 0o777 == 0o600


def test_a_copy_on_a_disk_that_nobody_may_write_to_is_verified(office: Installation) -> None:
    shelf = office.folder / "shelf"
    shelf.mkdir()
    office.run("backup", "shelf/copy.db")
    shelf.joinpath("copy.db").chmod(0o400)
    shelf.chmod(0o500)
    try:
        assert re.search(SOUND, office.run("backup", "--no-copy", "shelf/copy.db"))
    finally:
        shelf.chmod(0o700)


def test_a_copy_that_was_cut_short_or_changed_is_told_from_a_sound_one(
    office: Installation, filled: bytes
) -> None:
    cut, spoilt, other = (office.folder / name for name in ("cut.db", "spoilt.db", "other.db"))
    cut.write_bytes(filled[: len(filled) // 2])
    at = len(filled) // 2
    spoilt.write_bytes(filled[:at] + bytes(4096 * 8) + filled[at + 4096 * 8 :])
    other.write_bytes(b"no database")
    for path in (cut, spoilt, other):
        told = office.run("backup", "--no-copy", path.name, code=1)
        assert f"{path} is no sound copy" in told
        assert len(told.splitlines()) == 1
        assert path.exists(), "what was only looked at is never removed"


@pytest.mark.parametrize("made", ["", "CREATE TABLE bookmark (id INTEGER)"])
def test_a_file_in_which_dondoc_never_made_its_tables_is_no_sound_copy(
    office: Installation, made: str
) -> None:
    foreign = office.folder / "foreign.db"
    foreign.touch()
    if made:
        change(foreign, made, "CREATE TABLE schema_migration (id INTEGER, name TEXT)")
    told = office.run("backup", "--no-copy", "foreign.db", code=1)
    assert f"{foreign} is no sound copy: it has no tables of dondoc's" in told
    told = office.run("--lang", "vi", "backup", "--no-copy", "foreign.db", code=1)
    assert f"{foreign} không phải bản sao toàn vẹn: trong đó không có bảng nào của dondoc" in told


def test_what_sqlite_finds_in_a_spoilt_copy_is_quoted(office: Installation, filled: bytes) -> None:
    spoilt = office.folder / "spoilt.db"
    spoilt.write_bytes(filled[: 4096 * 3] + b"\xaa" * 4096 * 2 + filled[4096 * 5 :])
    told = office.run("backup", "--no-copy", "spoilt.db", code=1)
    assert re.search(r"no sound copy: SQLite finds '[^*'][^']*': make another, or take an", told)
    told = office.run("--lang", "vi", "backup", "--no-copy", "spoilt.db", code=1)
    assert re.search(r"toàn vẹn: SQLite báo '[^*'][^']*': hãy sao lưu lại, hoặc lấy bản", told)


def test_a_fresh_copy_that_is_not_sound_is_removed_and_costs_no_older_one(
    office: Installation,
) -> None:
    shelf = office.folder / "shelf"
    shelf.mkdir()
    shelf.joinpath("dondoc-20260101-000000.db").touch()
    done = subprocess.run(
        [sys.executable, "-c", SPOILING, "backup", "--verify", "--keep", "1", "shelf"],
        cwd=office.folder,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 1
    assert "was no sound copy, and was removed (" in done.stderr
    assert beside(shelf) == {"dondoc-20260101-000000.db"}


def test_states_that_do_not_follow_from_the_events_are_found(office: Installation) -> None:
    office.run("backup", "copy.db")
    change(office.folder / "copy.db", "UPDATE obligation SET met_on = '2026-01-02'")
    told = office.run("backup", "--no-copy", "copy.db", code=3)
    assert re.search(r"copy\.db: sound, but \d+ of 200 streams .* do not follow", told)


def test_a_copy_judged_by_another_law_is_counted_and_not_projected(office: Installation) -> None:
    change(office.folder / "dondoc.db", "UPDATE setting SET value = 'other' WHERE key = 'law'")
    told = office.run("backup", "--verify", "copy.db")
    assert "none of 696 streams was projected, since the law has changed" in told


def test_a_copy_of_an_older_dondoc_is_sound_and_says_what_it_wants(office: Installation) -> None:
    office.run("backup", "old.db")
    with closing(sqlite3.connect(office.folder / "old.db")) as old:
        (history,) = (
            name
            for (name,) in old.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
            if "migration" in name
        )
    change(
        office.folder / "old.db",
        f"DELETE FROM {history} WHERE id = (SELECT max(id) FROM {history})",
    )
    told = office.run("backup", "--no-copy", "old.db", code=3)
    assert "of an older dondoc: nothing of it was projected" in told


def test_a_database_in_use_is_no_copy(office: Installation) -> None:
    with closing(sqlite3.connect(office.folder / "dondoc.db")) as using:
        using.execute("PRAGMA journal_mode = wal")
        using.execute("UPDATE setting SET value = value")
        using.commit()
        told = office.run("backup", "--no-copy", "dondoc.db", code=1)
    assert "is in use, or was left in use" in told


def test_the_newest_copies_are_kept_and_nothing_else_is_touched(office: Installation) -> None:
    shelf = office.folder / "shelf"
    shelf.mkdir()
    names = [f"dondoc-20260101-00000{number}.db" for number in range(5)]
    for name in (*names, "mine.db", "dondoc-2026.db", "dondoc-20260101-000000.db.bak"):
        shelf.joinpath(name).write_text("x")
    shelf.joinpath("dondoc-20250101-000000.db").symlink_to(shelf / "mine.db")
    told = office.run("backup", "--verify", "--keep", "3", "shelf")
    assert "shelf: 3 copies at most are kept, 4 removed" in told
    (made,) = (name for name in beside(shelf) if name.startswith("dondoc-202") and name > names[-1])
    left = {*names[3:], made, "mine.db", "dondoc-2026.db", "dondoc-20260101-000000.db.bak"}
    assert beside(shelf) == left
    assert shelf.joinpath(made).stat().st_mode & 0o777 == 0o600


def test_copies_that_differ_never_push_out_those_before_them(office: Installation) -> None:
    shelf = office.folder / "shelf"
    shelf.mkdir()
    office.run("backup", "--verify", "--keep", "1", "shelf")
    sound = beside(shelf)
    change(office.folder / "dondoc.db", "UPDATE obligation SET met_on = '2026-01-02'")
    office.run("backup", "--verify", "--keep", "1", "shelf", code=3)
    assert sound < beside(shelf)


def test_a_clock_that_goes_back_never_costs_the_copy_that_was_just_made(
    office: Installation,
) -> None:
    office.folder.joinpath("shelf").mkdir()
    office.folder.joinpath("shelf/dondoc-29990101-000000.db").touch()
    office.run("backup", "--keep", "1", "shelf")
    (left,) = beside(office.folder / "shelf")
    assert not left.startswith("dondoc-2999")


def test_nothing_is_removed_where_a_copy_could_not_be_made(office: Installation) -> None:
    target = office.folder / "shelf"
    target.write_text("a file")
    assert "cannot be written" in office.run("backup", "--keep", "1", "shelf", code=1)
    assert "Usage" in office.run("backup", "--keep", "1", "--no-copy", code=2)
    assert "Usage" in office.run("backup", code=2)
    assert "Usage" in office.run("backup", "--keep", "0", "shelf", code=2)


def test_a_database_of_postgresql_is_looked_at_where_it_is(
    tmp_path: Path, postgres_cluster: PostgresCluster
) -> None:
    """As after a `pg_restore`; the copy itself is its own tool's."""
    made = Installation(tmp_path, NOBODY, postgres_cluster.create_database())
    made.folder.joinpath("events.jsonl").write_bytes(as_json(event()))
    made.run("replay", "events.jsonl")
    assert ": sound: 1 event, " in made.run("backup", "--no-copy")
    assert "pg_dump --format=custom" in made.run("backup", "--verify", "copy.dump", code=3)
