"""Snoozes in the database: what waits, what goes out, what a secret leaves of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from dondoc.rules.events import LOCAL
from dondoc.rules.obligations import Obligation
from dondoc.rules.reminding.catch_up import CatchUp
from dondoc.rules.reminding.reminder import Reason
from dondoc.rules.reminding.snooze import Snooze
from dondoc.storage.advancing import advance
from dondoc.storage.database import Store
from dondoc.storage.outbox import lease, mark_published
from dondoc.storage.questions.queries import obligations
from dondoc.storage.questions.snoozed import told_snoozes
from dondoc.storage.scheduling import foresee, tick
from dondoc.storage.snoozes import (
    CannotSnooze,
    KeptSnooze,
    in_force,
    lift,
    snooze,
    snoozes_of,
)
from dondoc.storage.snoozing import would_wait
from dondoc.storage.taking_in import record
from support.plain_law import assigned, issued, new_event
from support.reminding import texts
from support.reminding_law import LAW, PLAIN
from support.stores import count

FRIDAY = date(2026, 3, 20)
MONDAY = datetime(2026, 3, 16, 9, 0, tzinfo=LOCAL)
# Of a task due on Fri 20/3: −3 is Tue 17/3, −1 Thu 19/3.
WHY = "đã hẹn nộp thứ Năm"


@pytest.fixture
def owing(store: Store) -> Store:
    """A store with two documents, each with a task that is due on FRIDAY."""
    advance(store, PLAIN, date(2026, 3, 16))
    record(
        store,
        PLAIN,
        [made for n in ("15", "16") for made in (issued(n), assigned(n, f"{n}-1"))],
        MONDAY,
    )
    return store


def the_obligation(store: Store, subject: str = "15") -> Obligation:
    found = store.read(lambda tx: obligations(tx, PLAIN, date(2026, 3, 16)))
    return next(each for each in found if each.subject == subject and each.task_id)


def put_off(store: Store, until: date, at: datetime = MONDAY, reason: str = WHY) -> bool:
    owed = the_obligation(store)
    return store.transact(lambda tx: snooze(tx, owed, Snooze(until, reason, "lan", at)))


def steps(store: Store, subject: str = "15") -> list[tuple[str, int]]:
    id_ = the_obligation(store, subject).id
    return store.read(
        lambda tx: tx.rows(
            "SELECT step, occurrence FROM reminder WHERE obligation=%s ORDER BY id", id_
        )
    )


def kept(store: Store) -> list[KeptSnooze]:
    id_ = the_obligation(store).id
    return store.read(lambda tx: snoozes_of(tx, [id_])).get(id_, [])


def pass_days(store: Store, number: int, first: datetime = MONDAY) -> None:
    for days in range(number):
        tick(store, LAW, texts(), first + timedelta(days=days, hours=1))


def test_what_is_snoozed_is_looked_at_again_when_that_is_over(owing: Store) -> None:
    assert put_off(owing, date(2026, 3, 18)) is False
    pass_days(owing, 3)
    assert steps(owing) == []
    assert steps(owing, "16") == [("due_soon", -3)]
    pass_days(owing, 1, MONDAY + timedelta(days=3))
    assert steps(owing) == [("due_soon", -1)]


def test_after_the_due_date_everybody_hears_of_it(owing: Store) -> None:
    put_off(owing, FRIDAY + timedelta(days=30))
    pass_days(owing, 12)
    told = steps(owing)
    assert {step for step, _ in told} == {"overdue", "escalated"}
    assert [each for each in steps(owing, "16") if each[1] > 0] == told


def test_a_reminder_that_has_not_gone_out_waits_too(owing: Store) -> None:
    pass_days(owing, 2)
    assert steps(owing) == [("due_soon", -3)]
    put_off(owing, date(2026, 3, 18), MONDAY + timedelta(days=1, hours=2))
    assert steps(owing) == []
    pass_days(owing, 1, MONDAY + timedelta(days=2))
    assert steps(owing) == []


def test_a_reminder_that_went_out_stays_told(owing: Store) -> None:
    pass_days(owing, 2)
    tuesday = MONDAY + timedelta(days=1, hours=2)
    taken = lease(owing, tuesday, 100, 60)
    mark_published(owing, taken.token, [each.id for each in taken.messages], tuesday)
    put_off(owing, date(2026, 3, 18), tuesday)
    assert steps(owing) == [("due_soon", -3)]


def test_what_is_lifted_is_reminded_of_at_once(owing: Store) -> None:
    put_off(owing, FRIDAY)
    pass_days(owing, 2)
    owed, at = the_obligation(owing), MONDAY + timedelta(days=1, hours=3)
    assert owing.transact(lambda tx: lift(tx, owed, "bình", at)) is True
    pass_days(owing, 1, at)
    assert steps(owing) == [("due_soon", -3)]
    (was,) = kept(owing)
    assert (was.lifted_by, was.lifted_at) == ("bình", at)
    assert owing.transact(lambda tx: lift(tx, owed, "bình", at)) is False


def test_another_takes_the_place_of_the_one_before_which_is_still_told(owing: Store) -> None:
    put_off(owing, date(2026, 3, 18))
    later = MONDAY + timedelta(hours=1)
    assert put_off(owing, FRIDAY, later, "xin thêm một ngày") is True
    id_ = the_obligation(owing).id
    assert owing.read(lambda tx: in_force(tx, [id_]))[id_].until == FRIDAY
    assert [each.lifted_at for each in kept(owing)] == [later, None]
    assert owing.read(lambda tx: in_force(tx, [id_], MONDAY))[id_].until == date(2026, 3, 18)
    assert owing.read(lambda tx: in_force(tx, [id_], MONDAY - timedelta(1))) == {}
    told = owing.read(told_snoozes)
    assert [each.state(later) for each in told] == ["active", "lifted"]
    assert [each.state(later + timedelta(days=5)) for each in told] == ["over", "lifted"]
    assert {each.symbol for each in told} == {"15/CT-UBND"}


@pytest.mark.parametrize(
    ("until", "waits"),
    [(date(2026, 3, 16), False), (date(2026, 3, 17), True), (date(2026, 6, 1), True)],
)
def test_a_snooze_until_before_anything_would_be_sent_is_known_to_do_nothing(
    owing: Store, until: date, waits: bool
) -> None:
    owed, decided = the_obligation(owing), Snooze(until, WHY, "lan", MONDAY)
    assert owing.read(lambda tx: would_wait(tx, LAW, owed, decided)) is waits


def test_what_would_be_sent_says_that_it_is_snoozed_and_why(owing: Store) -> None:
    put_off(owing, FRIDAY)
    tuesday = MONDAY + timedelta(days=1)
    found = [the_obligation(owing)]
    decided = owing.read(lambda tx: [*foresee(tx, LAW, found, tuesday)])
    told = [(each.decision.reason, getattr(each.decision, "why", None)) for each in decided]
    assert (Reason.SNOOZED, WHY) in told
    # On a day before it was decided, it was not.
    before = MONDAY - timedelta(days=3)
    assert all(
        each.decision.reason is not Reason.SNOOZED
        for each in owing.read(lambda tx: [*foresee(tx, LAW, found, before)])
    )


def test_a_deadline_that_is_moved_keeps_the_snooze(owing: Store) -> None:
    put_off(owing, date(2026, 3, 18))
    moved = assigned("15", "15-1", due_on="2026-03-19", event_id="again")
    moved = replace(moved, event=replace(moved.event, time=MONDAY + timedelta(hours=2)))
    record(owing, PLAIN, [moved], MONDAY + timedelta(hours=2))
    pass_days(owing, 3, MONDAY)
    assert steps(owing) == []
    pass_days(owing, 1, MONDAY + timedelta(days=3))
    assert steps(owing) == [("due_today", 0)]


SECRET = "document.secrecy_changed"


def test_a_subject_that_becomes_secret_leaves_nothing_of_its_snooze(owing: Store) -> None:
    put_off(owing, FRIDAY)
    assert count(owing, "snooze") == 1
    record(owing, PLAIN, [new_event(SECRET, "15", {"level": "mat"}, event_id="s")], MONDAY)
    assert count(owing, "snooze") == 0


def test_a_reason_that_names_what_becomes_secret_is_erased_and_the_snooze_stays(
    owing: Store,
) -> None:
    put_off(owing, FRIDAY, reason="chờ kết quả của 16/CT-UBND")
    record(owing, PLAIN, [new_event(SECRET, "16", {"level": "mat"}, event_id="s")], MONDAY)
    (left,) = kept(owing)
    assert (left.snooze.until, left.snooze.reason) == (FRIDAY, None)


def test_what_has_become_secret_meanwhile_is_not_snoozed(owing: Store) -> None:
    owed = the_obligation(owing)
    record(owing, PLAIN, [new_event(SECRET, "15", {"level": "mat"}, event_id="s")], MONDAY)
    with pytest.raises(CannotSnooze, match="not there any more"):
        owing.transact(lambda tx: snooze(tx, owed, Snooze(FRIDAY, WHY, "lan", MONDAY)))
    assert count(owing, "snooze") == 0


def test_a_reason_that_names_what_is_secret_is_refused(owing: Store) -> None:
    record(owing, PLAIN, [new_event(SECRET, "16", {"level": "mat"}, event_id="s")], MONDAY)
    with pytest.raises(CannotSnooze, match="names something that is secret"):
        put_off(owing, FRIDAY, reason="chờ kết quả của 16/CT-UBND")
    assert count(owing, "snooze") == 0


@pytest.mark.parametrize("catch_up", [CatchUp.ALL, CatchUp.DIGEST])
def test_a_snooze_puts_off_what_is_decided_and_nobody_has_heard_of(
    owing: Store, catch_up: CatchUp
) -> None:
    tuesday = MONDAY + timedelta(days=1)
    tick(owing, LAW, texts(), tuesday, catch_up=catch_up)
    assert steps(owing) == [("due_soon", -3)]
    owed, decided = the_obligation(owing), Snooze(date(2026, 3, 18), WHY, "lan", tuesday)
    assert owing.read(lambda tx: would_wait(tx, LAW, owed, decided))


def test_a_snooze_puts_off_what_waits_for_a_letter_and_nothing_that_was_told(owing: Store) -> None:
    tuesday = MONDAY + timedelta(days=1)
    tick(owing, LAW, texts(), tuesday)
    taken = lease(owing, tuesday, 100, 60)
    mark_published(owing, taken.token, [each.id for each in taken.messages], tuesday)
    owed, decided = the_obligation(owing), Snooze(date(2026, 3, 18), WHY, "lan", tuesday)
    assert not owing.read(lambda tx: would_wait(tx, LAW, owed, decided))
    owing.transact(
        lambda tx: tx.run(
            "INSERT INTO mailing_line (reminder, obligation, stream_id, body, role, step, target,"
            " recorded_at, over_limit) VALUES ('m', %s, 1, %s, 'obligor', 'due_soon', %s, 1, %s)",
            *(owed.id, owed.body, "2026-03-20", False),
        )
    )
    assert owing.read(lambda tx: would_wait(tx, LAW, owed, decided))
