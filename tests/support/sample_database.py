"""The sample's database, replayed once by the real command for all who need no more than it."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from support.installation import Installation

TakeSample = Callable[[Installation], None]

_NOWHERE = "amqp://127.0.0.1:1/"


@pytest.fixture(scope="session")
def sample_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A closed SQLite file with all of the sample, which nobody may change; the workers of one
    run share it."""
    base = tmp_path_factory.getbasetemp()
    shared = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "sample"
    shared.mkdir(exist_ok=True)
    with (shared / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        database = shared / "dondoc.db"
        if not (shared / "whole").exists():
            Installation(shared, _NOWHERE).run("replay", "--sample")
            assert not database.with_name("dondoc.db-wal").exists(), "still in use"
            (shared / "whole").touch()
    return database


@pytest.fixture
def take_sample(sample_database: Path) -> TakeSample:
    """Give an installation on SQLite, without a database yet, a copy of it."""

    def take(installation: Installation) -> None:
        shutil.copyfile(sample_database, installation.folder / "dondoc.db")
        (installation.folder / "dondoc.db").chmod(0o600)

    return take
