"""A clock that leaps moves nothing until it has said the same for ten minutes."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import suppress
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from dondoc.commands.assembly.loading import load_texts
from dondoc.rules.calendar import OutsideCoverage
from dondoc.storage.database import Store, open_store
from dondoc.storage.leaps import SECOND_LOOK_SECONDS
from dondoc.storage.outbox import lease
from dondoc.storage.reprocessing import Scope, reprocess, take_back
from dondoc.storage.scheduling import let_time_pass
from support.leaping import Clocks, Installed, law, morning
from support.stores import SINCE, count, state

YEARS = timedelta(days=5 * 365)
TUESDAY, SUNDAY = date(2026, 2, 10), date(2026, 2, 8)
NEW_YEARS_EVE = date(2026, 12, 31)


@pytest.fixture
def installed(store: Store) -> Installed:
    """An installation to which the sample's first events came on TUESDAY, before any reminder."""
    return begun(store, TUESDAY)


@pytest.fixture
def untouched(tmp_path: Path) -> Iterator[Store]:
    """A second store, for what would be without a leap."""
    opened = open_store(f"sqlite:///{tmp_path / 'untouched.db'}")
    opened.migrate(SINCE)
    yield opened
    opened.close()


def begun(store: Store, day: date, policy: str = "default") -> Installed:
    installed = Installed(store, Clocks(morning(day) - timedelta(hours=3)), law(policy))
    assert installed.look() is not None
    installed.take_in(date(2026, 3, 31))
    return installed


def ledger(store: Store) -> list[Any]:
    columns = "obligation, step, target, occurrence, role, body, decided_at"
    return store.read(lambda tx: tx.rows(f"SELECT {columns} FROM reminder ORDER BY {columns}"))


def three_days(installed: Installed) -> list[int | None]:
    """What is decided at nine o'clock of this day and the two after it."""
    decided = []
    for _ in range(3):
        installed.clocks.run(3 * 3600)
        decided.append(installed.look())
        installed.clocks.run(21 * 3600)
    return decided


@pytest.mark.parametrize(
    ("day", "leap", "policy"),
    [
        # The window of this policy never closes: beyond the calendar it reminds of nothing more.
        (TUESDAY, YEARS, "demo"),
        (SUNDAY, timedelta(days=40), "default"),
        (NEW_YEARS_EVE, YEARS, "default"),
        (TUESDAY, -timedelta(days=9), "default"),
    ],
    ids=str,
)
def test_half_a_minute_on_another_day_changes_nothing_afterwards(
    store: Store, untouched: Store, day: date, leap: timedelta, policy: str
) -> None:
    leaping, steady = begun(store, day, policy), begun(untouched, day, policy)
    leaping.clocks.run(60)
    leaping.clocks.leap(leap)
    assert leaping.look() is None
    leaping.clocks.run(30)
    assert leaping.look() is None
    assert leaping.keeper.believed() is None
    leaping.clocks.leap(-leap)
    steady.clocks.run(90)
    assert three_days(leaping) == three_days(steady)
    assert len(ledger(store)) > 100
    assert ledger(store) == ledger(untouched)
    assert state(store) == state(untouched)


def test_days_that_were_missed_pass_ten_minutes_after_the_first_look(installed: Installed) -> None:
    assert installed.through() == TUESDAY
    installed.clocks.run(5 * 86400 + 3 * 3600)
    assert installed.look() is None
    installed.clocks.run(SECOND_LOOK_SECONDS - 1)
    assert installed.look() is None
    assert installed.through() == TUESDAY
    installed.clocks.run(1)
    assert installed.look() is not None
    assert installed.through() == TUESDAY + timedelta(days=5)
    assert installed.look() is not None
    assert installed.keeper.leap_seconds() == 0


def test_a_service_that_is_started_again_every_five_minutes_comes_to_its_second_look(
    installed: Installed,
) -> None:
    installed.clocks.run(5 * 86400)
    for _ in range(2):
        installed.restart()
        assert installed.look() is None
        installed.clocks.run(300)
    installed.restart()
    assert installed.look() is not None


def test_a_clock_that_is_set_between_two_looks_begins_its_ten_minutes_anew(
    installed: Installed,
) -> None:
    installed.clocks.leap(timedelta(days=40))
    assert installed.look() is None
    installed.clocks.run(SECOND_LOOK_SECONDS)
    installed.clocks.leap(timedelta(minutes=1))
    assert installed.look() is None
    installed.clocks.run(SECOND_LOOK_SECONDS)
    assert installed.look() is not None


def test_another_start_of_the_machine_counts_from_its_own_first_look(installed: Installed) -> None:
    installed.clocks.leap(timedelta(days=40))
    assert installed.look() is None
    installed.clocks.run(SECOND_LOOK_SECONDS)
    installed.clocks.boot, installed.clocks.seconds = "second start", 5000.0
    assert installed.look() is None
    installed.clocks.run(SECOND_LOOK_SECONDS)
    assert installed.look() is not None


def test_a_leap_that_only_one_of_two_machines_sees_is_never_believed(installed: Installed) -> None:
    clocks = installed.clocks
    other = Installed(installed.store, Clocks(clocks.at + YEARS, boot="other machine"))
    for _ in range(30):
        assert other.look() is None
        assert installed.look() is not None
        clocks.run(60)
        other.clocks.run(60)
    assert installed.through() == TUESDAY


def test_what_the_clock_says_is_told_once(
    installed: Installed, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO):
        installed.clocks.leap(YEARS)
        for _ in range(5):
            installed.look()
            installed.clocks.run(30)
        installed.clocks.leap(-YEARS)
        installed.look()
    told = [each.message for each in caplog.records if "the clock says" in each.message]
    assert len(told) == 2
    assert "2031-02-09" in told[0]
    assert "reminders wait until the clock has said the same for ten minutes" in told[0]
    assert "follows on the last day again" in told[1]


def test_a_day_behind_the_stored_one_is_told_and_holds_nothing_back(installed: Installed) -> None:
    installed.clocks.leap(-timedelta(days=1))
    assert installed.look() is not None
    assert installed.keeper.leap_seconds() == -86400


def test_an_installation_that_has_not_begun_begins_at_once(store: Store) -> None:
    installed = Installed(store, Clocks(morning(TUESDAY)))
    installed.take_in(date(2026, 3, 31), 20)
    assert installed.look() is not None
    assert installed.through() == TUESDAY
    installed.clocks.leap(YEARS)
    assert installed.look() is None


def test_a_first_look_of_the_first_day_is_forgotten_when_the_leap_is_over(store: Store) -> None:
    installed = Installed(store, Clocks(morning(SINCE)))
    assert installed.look() is not None
    installed.clocks.leap(YEARS)
    assert installed.look() is None
    installed.clocks.leap(-YEARS)
    assert installed.look() is not None
    installed.clocks.run(3600)
    installed.clocks.leap(YEARS)
    assert installed.look() is None


def test_tracking_that_begins_on_a_later_day_is_no_leap(store: Store) -> None:
    installed = Installed(store, Clocks(morning(SINCE - timedelta(days=60))))
    assert installed.look() == 0
    assert installed.keeper.leap_seconds() == 0


def test_going_back_leaves_what_would_be_without_the_leap(store: Store, untouched: Store) -> None:
    leaping, steady = begun(store, TUESDAY), begun(untouched, TUESDAY)
    # As it was before a leap had to be looked at twice, within the calendar and beyond it.
    for days in (41, 5 * 365):
        wrong = leaping.clocks.at + timedelta(days=days, hours=3)
        with suppress(OutsideCoverage):
            let_time_pass(store, law(), load_texts(), wrong)
    lease(store, wrong, 10, 30)
    leaping.clocks.run(3600)
    steady.clocks.run(3600)
    assert leaping.look() is None
    before = state(store)
    shown = list(reprocess(store, law(), Scope(), through=TUESDAY, dry_run=True))
    unsent = list(take_back(store, TUESDAY, dry_run=True))
    assert state(store) == before
    assert len(shown) > 100
    assert len(unsent) == count(store, "outbox") > 50
    assert list(take_back(store, TUESDAY, dry_run=False)) == unsent
    written = reprocess(store, law(), Scope(), through=TUESDAY, dry_run=False)
    assert sorted(map(repr, written)) == sorted(map(repr, shown))
    assert (count(store, "outbox"), count(store, "reminder")) == (0, 0)
    assert state(store) == state(untouched)
    steady.clocks.run(-3600)
    leaping.clocks.run(-3600)
    assert three_days(leaping) == three_days(steady)
    assert ledger(store) == ledger(untouched)


def test_a_lease_that_a_wrong_clock_took_binds_nobody(installed: Installed) -> None:
    installed.clocks.run(3 * 3600)
    assert installed.look()
    now = installed.clocks.at
    assert len(lease(installed.store, now + YEARS, 5, 30).messages) == 5
    assert len(lease(installed.store, now, 5, 30).messages) == 5
    # Whose clock is ahead by less than any that is wrong keeps what it has.
    ahead = lease(installed.store, now + timedelta(minutes=4), 5, 30)
    taken = lease(installed.store, now, 500, 30).messages
    assert not {each.id for each in ahead.messages} & {each.id for each in taken}
