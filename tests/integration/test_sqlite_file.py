"""The file of a SQLite database: its owner's alone, and nothing is stored into one that is gone."""

from __future__ import annotations

import os
import shutil
import sqlite3
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from dondoc.storage.database import DatabaseUnavailable, Store, open_store
from dondoc.storage.engines.sqlite import SqliteEngine
from dondoc.storage.new_events import Outcome
from dondoc.storage.taking_in import record
from support.plain_law import PlainLaw, assigned
from support.stores import SINCE, count

LAW = PlainLaw()
NOW = datetime(2026, 3, 31, 3, 0, tzinfo=UTC)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    directory = tmp_path / "here"
    directory.mkdir()
    return directory / "dondoc.db"


@pytest.fixture
def store(path: Path) -> Iterator[Store]:
    opened = open_store(f"sqlite:///{path}")
    opened.migrate(SINCE)
    take(opened, "15")
    yield opened
    opened.close()


def take(store: Store, subject: str) -> None:
    assert record(store, LAW, [assigned(subject, f"{subject}-1")], NOW) == [Outcome.STORED]


@pytest.fixture
def usual_umask() -> Iterator[None]:
    before = os.umask(0o022)
    yield
    os.umask(before)


def modes(path: Path) -> dict[str, int]:
    return {each.name: each.stat().st_mode & 0o777 for each in path.parent.iterdir()}


@pytest.mark.usefixtures("usual_umask")
def test_a_new_database_is_its_owners_alone(path: Path, store: Store) -> None:
    del store
    assert modes(path) == dict.fromkeys(("dondoc.db", "dondoc.db-wal", "dondoc.db-shm"), 0o600)


@pytest.mark.usefixtures("usual_umask")
@pytest.mark.parametrize(
    ("mode", "then"), [(0o644, 0o600), (0o666, 0o600), (0o604, 0o600), (0o640, 0o640)]
)
def test_a_file_that_everybody_could_read_is_shut_and_a_groups_stays(
    path: Path, store: Store, mode: int, then: int
) -> None:
    for name in modes(path):
        path.with_name(name).chmod(mode)
    again = open_store(f"sqlite:///{path}")
    assert len(again.open_to_others()) == (3 if mode != then else 0)
    assert len(again.shut_out_others()) == (3 if mode != then else 0)
    assert set(modes(path).values()) == {then}
    assert again.open_to_others() == []
    take(store, "16")


def remove(path: Path) -> None:
    path.rename(path.with_name("kept"))


def replace(path: Path) -> None:
    remove(path)
    shutil.copy(path.with_name("kept"), path)


def rename_directory(path: Path) -> None:
    path.parent.rename(path.parent.with_name("elsewhere"))


def replace_directory(path: Path) -> None:
    rename_directory(path)
    shutil.copytree(path.parent.with_name("elsewhere"), path.parent)


def restore(path: Path) -> None:
    """Undo any of them."""
    elsewhere = path.parent.with_name("elsewhere")
    if elsewhere.exists():
        shutil.rmtree(path.parent, ignore_errors=True)
        elsewhere.rename(path.parent)
    else:
        path.with_name("kept").replace(path)


@pytest.mark.parametrize("harm", [remove, replace, rename_directory, replace_directory])
def test_nothing_is_stored_into_a_file_that_is_gone_until_it_is_back(
    path: Path, store: Store, harm: Callable[[Path], None]
) -> None:
    harm(path)
    with pytest.raises(DatabaseUnavailable, match=r"dondoc\.db is .*put the same file back"):
        take(store, "16")
    with pytest.raises(DatabaseUnavailable, match="restart dondoc"):
        count(store, "event")
    restore(path)
    take(store, "16")
    assert count(store, "event") == 2


def test_no_thread_makes_a_new_database_where_one_is_gone(path: Path, store: Store) -> None:
    remove(path)
    told: list[str] = []

    def look() -> None:
        try:
            count(store, "event")
        except DatabaseUnavailable as error:
            told.append(str(error))

    thread = threading.Thread(target=look)
    thread.start()
    thread.join()
    assert "is gone" in told[0]
    assert not path.exists()


def test_a_link_that_is_moved_to_another_file_is_noticed(path: Path, store: Store) -> None:
    store.close()
    real = path.with_name("real.db")
    path.rename(real)
    path.symlink_to(real)
    linked = open_store(f"sqlite:///{path}")
    take(linked, "16")
    other = path.with_name("other.db")
    shutil.copy(real, other)
    path.unlink()
    path.symlink_to(other)
    with pytest.raises(DatabaseUnavailable, match="is another file now"):
        take(linked, "17")
    linked.close()


def test_a_commit_into_a_file_that_goes_during_the_transaction_is_none(
    path: Path, store: Store
) -> None:
    class Removing(PlainLaw):
        def project(self, *args):  # type: ignore[no-untyped-def]
            remove(path)
            return super().project(*args)

    with pytest.raises(DatabaseUnavailable, match="is gone"):
        record(store, Removing(), [assigned("16", "16-1")], NOW)


@pytest.mark.parametrize("ending", ["-wal", "-shm"])
def test_what_a_removed_wal_held_is_not_lost(path: Path, store: Store, ending: str) -> None:
    path.with_name(path.name + ending).unlink()
    with pytest.raises(DatabaseUnavailable, match=rf"dondoc\.db{ending} was removed or replaced"):
        take(store, "16")
    # As a kill leaves it: the file alone, without what a close would write.
    copy = path.with_name("left.db")
    shutil.copy(path, copy)
    connection = sqlite3.connect(copy)
    assert connection.execute("SELECT COUNT(*) FROM event").fetchall() == [(1,)]
    connection.close()


def test_other_threads_and_processes_come_and_go(path: Path, store: Store) -> None:
    def work() -> None:
        take(store, "16")
        store.close()

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    other = sqlite3.connect(path)
    other.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    other.close()
    store.overwrite(("event",))
    take(store, "17")
    store.close()
    take(store, "18")
    assert count(store, "event") == 4


def test_the_locks_of_a_process_outlive_the_opening_of_its_threads(path: Path) -> None:
    """POSIX locks end with any descriptor of the file that their process closes."""
    engine = SqliteEngine(path, "dondoc.db")
    engine.database.connect()
    engine.database.execute_sql("CREATE TABLE t (x)")
    held = locks_on(path)
    assert held
    thread = threading.Thread(target=engine.database.connect)
    thread.start()
    thread.join()
    assert held <= locks_on(path)
    engine.database.close()


def locks_on(path: Path) -> set[str]:
    """The locks of this process on the file, as the kernel lists them."""
    inode = path.stat().st_ino
    return {
        line.split(maxsplit=1)[1]
        for line in Path("/proc/locks").read_text().splitlines()
        if f":{inode} " in line
    }
