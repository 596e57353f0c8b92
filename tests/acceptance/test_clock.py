"""What commands say and do when the stored day and the clock are apart, with the real command."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import date, timedelta
from itertools import islice
from pathlib import Path

import pytest
from dondoc.commands.assembly.clock import today
from dondoc.connector.lines import to_line
from dondoc.sample.generator import generate
from support.installation import Installation
from support.rabbitmq import VirtualHost


@pytest.fixture
def installation(tmp_path: Path, vhost: VirtualHost) -> Iterator[Installation]:
    made = Installation(tmp_path, vhost.url)
    made.run("declare")
    some = (to_line(each) for each in islice(generate(), 60) if each.label == "valid")
    (tmp_path / "some.jsonl").write_text("\n".join(some), encoding="utf-8")
    made.run("replay", "some.jsonl")
    yield made
    made.end_what_is_left()


def judge_by(installation: Installation, day: date) -> None:
    """As a clock that was believed leaves it."""
    with closing(sqlite3.connect(installation.folder / "dondoc.db")) as database, database:
        database.execute("UPDATE setting SET value=? WHERE key='through'", (day.isoformat(),))


@pytest.mark.timeout(180)
def test_a_stored_day_that_is_still_to_come_is_told_and_taken_back(
    installation: Installation,
) -> None:
    assert "mend  day" not in installation.run("check", code=0)
    judge_by(installation, today() + timedelta(days=1000))
    told = installation.run("check", code=3)
    assert f"see `dondoc reprocess --through {today()} --dry-run`" in told
    for wrong in (today() + timedelta(days=1), date(2015, 1, 1)):
        refused = installation.run("reprocess", "--through", str(wrong), code=1)
        assert refused.count("\n") == 1
        assert f"--through {wrong} is not between 20" in refused
    installation.run("reprocess", "--through", "gestern", code=2)
    installation.run("reprocess", "--through", str(today()), "--rule", "execution", code=2)
    installation.run("reprocess", "--through", str(today()))
    installation.run("check", code=0)


@pytest.mark.timeout(180)
def test_commands_wait_as_the_service_does_and_a_day_that_is_named_is_taken(
    installation: Installation,
) -> None:
    judge_by(installation, today() - timedelta(days=5))
    told = installation.run("remind", code=1)
    assert "do this again in ten minutes" in told
    assert told.count("\n") == 1
    assert "do this again in ten minutes" in installation.run("replay", "some.jsonl")
    installation.run("reprocess", "--through", str(today()))
    assert "reminders decided" in installation.run("remind")


def test_tracking_from_a_day_to_come_is_said_and_a_new_database_is_named(
    tmp_path: Path, vhost: VirtualHost
) -> None:
    """Where somebody mistypes the year, or migrates in another directory than the service's."""
    later = today() + timedelta(days=400)
    made = Installation(tmp_path, vhost.url, since=later)
    made.run("declare")
    told = made.run("migrate")
    assert all(
        line.startswith(f"{made.database_url} (dondoc.toml): 0") for line in told.splitlines()
    ), told
    assert made.run("migrate") == f"{made.database_url} (dondoc.toml): nothing to apply\n"
    told = made.run("check", code=0)
    assert f"since {later}, which is still to come" in told
