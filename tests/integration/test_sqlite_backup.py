"""Where a backup cannot be written, the target is named, and nothing that is there is touched."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from dondoc.storage.database import StorageError, Store, open_store
from dondoc.storage.taking_in import record
from faults.harness.quota import Quota
from support.plain_law import PlainLaw, assigned
from support.stores import SINCE

NOW = datetime(2026, 3, 31, 3, 0, tzinfo=UTC)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(f"sqlite:///{tmp_path / 'dondoc.db'}")
    opened.migrate(SINCE)
    record(opened, PlainLaw(), [assigned("15", "15-1")], NOW)
    yield opened
    opened.close()


def events(path: Path) -> int:
    connection = sqlite3.connect(path)
    (found,) = connection.execute("SELECT COUNT(*) FROM event").fetchone()
    connection.close()
    return int(found)


def refused(store: Store, target: Path) -> str:
    with pytest.raises(StorageError) as refusal:
        store.backup(target)
    assert "\n" not in str(refusal.value)
    return str(refusal.value)


def test_a_backup_is_made_where_hard_links_are_refused(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As exFAT and CIFS do."""

    def link(*_: object, **__: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", link)
    target = tmp_path / "b.db"
    store.backup(target)
    assert events(target) == 1
    assert target.stat().st_mode & 0o777 == 0o600
    assert not target.with_name("b.db.part").exists()


def test_a_full_target_is_named_and_not_the_database(store: Store, tmp_path: Path) -> None:
    directory = tmp_path / "full"
    quota = Quota(directory, 1, lambda: [os.getpid()])
    try:
        quota.fill()
        told = refused(store, directory / "b.db")
    finally:
        quota.free()
        quota.close()
    assert told.startswith(f"{directory / 'b.db'} cannot be written: ")
    assert list(directory.glob("b.db*")) == []


@pytest.mark.parametrize("target", ["/", ".", "folder", "folder/.."])
def test_a_directory_is_no_file(store: Store, tmp_path: Path, target: str) -> None:
    (tmp_path / "folder").mkdir()
    assert "is a directory: name a file" in refused(store, tmp_path / target)


def test_no_directory_is_named(store: Store, tmp_path: Path) -> None:
    told = refused(store, tmp_path / "none" / "b.db")
    assert "none/b.db cannot be written: No such file or directory" in told


@pytest.mark.parametrize("name", ["dondoc.db", "dondoc.db-wal", "there", "link", "nowhere"])
def test_what_is_there_is_never_written_over(store: Store, tmp_path: Path, name: str) -> None:
    (tmp_path / "there").write_text("another's")
    (tmp_path / "link").symlink_to(tmp_path / "there")
    (tmp_path / "nowhere").symlink_to(tmp_path / "absent")
    assert f"{name} exists: name another" in refused(store, tmp_path / name)
    assert (tmp_path / "there").read_text() == "another's"
    assert not (tmp_path / "absent").exists()


def test_no_backup_takes_a_name_that_is_a_part_of_the_database(
    store: Store, tmp_path: Path
) -> None:
    assert "name that SQLite uses" in refused(store, tmp_path / "dondoc.db-journal")


def test_what_an_ended_backup_left_is_named_and_left_alone(store: Store, tmp_path: Path) -> None:
    part = tmp_path / "b.db.part"
    part.write_text("half")
    assert "b.db.part exists: another backup writes it, or left it" in refused(
        store, tmp_path / "b.db"
    )
    assert part.read_text() == "half"
    part.unlink()
    store.backup(tmp_path / "b.db")
    assert events(tmp_path / "b.db") == 1
