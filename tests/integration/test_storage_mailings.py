"""Reminders that are to be told by mail, in the database: gathered, taken under a lease, ended."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import cast

import pytest
from dondoc.connector.secrecy.awaiting_letters import LETTERS, await_letters
from dondoc.rules.events import LOCAL
from dondoc.rules.law import Law
from dondoc.rules.reminding.snooze import Snooze
from dondoc.storage.advancing import advance
from dondoc.storage.database import Store
from dondoc.storage.mail_leases import (
    LONGEST_PAUSE,
    ClaimedMailing,
    claim_mailing,
    due_bodies,
    end_mailing,
    end_unreachable,
    leave_unanswered,
    postpone_mailing,
    retry_mailings,
)
from dondoc.storage.mail_lines import bodies_to_tell, record_reminders, told_before, true_lines
from dondoc.storage.mailings import MailingState, gather_digest, left_over, single_out
from dondoc.storage.questions.mailings import mailing_figures, mailings
from dondoc.storage.questions.queries import obligations
from dondoc.storage.recipients import Recipients
from dondoc.storage.secrecy.remains import redact_untold
from dondoc.storage.snoozes import snooze
from dondoc.storage.taking_in import record
from dondoc.storage.transaction import Transaction
from support.mailing import naming, remind_of
from support.plain_law import PlainLaw, assigned, completed, issued, new_event
from support.stores import count

DAY = date(2026, 3, 20)
NOON = datetime(2026, 3, 20, 12, 0, tzinfo=LOCAL)
LEASE = 60.0
BODY = "ldtbxh"
OFFICE = Recipients.of(["ldtbxh@huyen.example"], ["copy@huyen.example"])
LAW = PlainLaw()


@pytest.fixture
def told(store: Store) -> Store:
    """A store in which the body is to be told of three tasks: one of each step."""
    advance(store, LAW, date(2026, 3, 2))
    tasks = [each for n in (1, 2, 3) for each in (issued(f"d{n}"), assigned(f"d{n}", f"t{n}"))]
    record(store, LAW, tasks, NOON)
    ids: dict[str, str] = {}
    for number, step in enumerate(("due_today", "overdue", "escalated"), 1):
        ids |= remind_of(store, f"d{number}", step, NOON)
    assert record_reminders(store, ids, (), NOON) == 3
    assert record_reminders(store, ids, (), NOON) == 0
    return store


def claimed(store: Store, now: datetime = NOON) -> ClaimedMailing:
    found = claim_mailing(store, {BODY: OFFICE}, now, LEASE)
    assert found is not None
    return found


def states(store: Store) -> list[str]:
    return sorted(each.state for each in mailings(store, None, 100))


def gathered(store: Store, day: date = DAY) -> str:
    id_ = gather_digest(store, BODY, day, naming, NOON)
    assert id_ is not None
    return id_


def to_tell(store: Store, day: date = DAY) -> dict[str, set[str]]:
    return store.read(lambda tx: bodies_to_tell(tx, day))


def put_off(store: Store, subject: str, until: date = DAY) -> None:
    """Snooze what is owed of the task of *subject*."""
    owed = next(
        each
        for each in store.read(lambda tx: obligations(tx, cast(Law, LAW), DAY))
        if each.subject == subject and each.task_id
    )
    store.transact(lambda tx: snooze(tx, owed, Snooze(until, "đã hẹn nộp", "lan", NOON)))


def lines_of(store: Store, mailing: str) -> int:
    return len(store.read(lambda tx: true_lines(tx, mailing, DAY)))


def test_a_reminder_is_remembered_once_and_only_while_the_ledger_has_it(told: Store) -> None:
    unknown = {"0" * 32: "ffff"}
    assert record_reminders(told, unknown, (), NOON) == 0
    assert to_tell(told) == {BODY: {"due_today", "overdue", "escalated"}}


def test_a_digest_of_the_first_start_tells_all_that_is_left_in_it_and_none_twice(
    told: Store,
) -> None:
    def caught_up(tx: Transaction, id_: str) -> None:
        tx.run(
            "INSERT INTO catch_up (token, body, begun_at, changed_at, closed_at, message_id,"
            " recalled) VALUES (%s, %s, 1, 1, 1, %s, %s)",
            id_,
            BODY,
            id_,
            False,
        )
        tx.run("UPDATE reminder SET catch_up=%s", id_)

    told.transact(lambda tx: tx.run("DELETE FROM mailing_line"))
    told.transact(lambda tx: caught_up(tx, "m1"))
    assert record_reminders(told, {}, ["m1", "unknown"], NOON) == 3
    assert record_reminders(told, {}, ["m1"], NOON) == 0
    # It was made anew without its answer having come.
    told.transact(lambda tx: caught_up(tx, "m2"))
    assert record_reminders(told, {}, ["m2"], NOON) == 0
    assert to_tell(told) == {BODY: {"catch_up"}}


def test_a_body_has_one_digest_a_day_and_what_comes_later_waits_for_the_next(told: Store) -> None:
    first = gathered(told)
    assert to_tell(told) == {}
    record_reminders(told, remind_of(told, "d1", "overdue", NOON, 1), (), NOON)
    assert gather_digest(told, BODY, DAY, naming, NOON) is None
    assert claimed(told).message_id == first
    assert gathered(told, DAY + timedelta(days=3)) != first
    assert states(told) == ["handed_over", "recorded"]


def test_single_letters_have_a_limit_and_what_is_over_joins_the_digest(told: Store) -> None:
    steps = {"overdue", "escalated"}
    assert single_out(told, BODY, DAY, steps, 1, naming, NOON) == 1
    assert single_out(told, BODY, DAY, steps, 1, naming, NOON) == 0
    assert to_tell(told) == {BODY: {"due_today"}}
    gathered(told)
    assert sorted(each.joined for each in mailings(told, None, 10)) == [0, 1]
    assert sorted(each.obligations for each in mailings(told, None, 10)) == [1, 2]


def test_what_is_no_longer_true_is_left_out_and_forgotten(told: Store) -> None:
    id_ = gathered(told)
    record(
        told, LAW, [completed("d1", "t1"), assigned("d2", "t2", "2026-04-20", event_id="x")], NOON
    )
    lines = told.read(lambda tx: true_lines(tx, id_, DAY))
    assert [each.step for each in lines] == ["escalated"]
    mailing = claimed(told)
    left = [each.obligation for each in lines]
    assert end_mailing(told, mailing, MailingState.SENT, NOON, told=left)
    assert count(told, "mailing_line") == 1
    assert told.read(lambda tx: told_before(tx, "<other>", BODY, left)) == set(left)
    assert told.read(lambda tx: told_before(tx, id_, BODY, left)) == set()


def test_what_is_snoozed_waits_for_a_letter_of_the_day_after_it(told: Store) -> None:
    put_off(told, "d1")
    assert to_tell(told) == {BODY: {"overdue", "escalated"}}
    assert lines_of(told, gathered(told)) == 2
    assert to_tell(told) == {}
    end_mailing(told, claimed(told), MailingState.SENT, NOON)
    after = DAY + timedelta(days=1)
    assert to_tell(told, after) == {BODY: {"due_today"}}
    assert lines_of(told, gathered(told, after)) == 1


def test_what_is_told_to_those_above_does_not_wait_for_a_snooze(told: Store) -> None:
    put_off(told, "d3")
    assert to_tell(told) == {BODY: {"due_today", "overdue", "escalated"}}


def test_a_letter_lets_wait_what_was_snoozed_after_it_was_recorded(told: Store) -> None:
    id_ = gathered(told)
    lines = told.read(lambda tx: true_lines(tx, id_, DAY))
    put_off(told, "d1")
    kept = {each.obligation for each in lines if each.step != "due_today"}
    assert end_mailing(told, claimed(told), MailingState.SENT, NOON, told=kept)
    assert lines_of(told, id_) == 2
    assert to_tell(told) == {}
    assert to_tell(told, DAY + timedelta(days=1)) == {BODY: {"due_today"}}


def test_a_digest_of_the_first_start_tells_what_was_snoozed_by_a_letter_of_its_own_name(
    told: Store,
) -> None:
    told.transact(lambda tx: tx.run("UPDATE mailing_line SET reminder='m1', step='catch_up'"))
    put_off(told, "d1")
    first = gathered(told)
    assert lines_of(told, first) == 2
    end_mailing(told, claimed(told), MailingState.SENT, NOON)
    after = DAY + timedelta(days=1)
    second = gathered(told, after)
    assert second != first
    assert (lines_of(told, first), lines_of(told, second)) == (2, 1)


def test_what_a_letter_does_not_tell_after_all_is_decided_anew(told: Store) -> None:
    told.transact(lambda tx: tx.run("UPDATE obligation SET next_reminder_on=NULL"))
    gathered(told)
    end_mailing(told, claimed(told), MailingState.VOID, NOON, told=())
    rows = told.read(
        lambda tx: tx.rows("SELECT subject FROM obligation WHERE next_reminder_on='2026-03-20'")
    )
    assert sorted(rows) == [("d1",), ("d2",), ("d3",)]


def test_a_mailing_is_in_one_pair_of_hands_and_whoever_was_held_up_says_nothing(
    told: Store,
) -> None:
    gathered(told)
    first = claimed(told)
    assert claim_mailing(told, {BODY: OFFICE}, NOON, LEASE) is None
    later = NOON + timedelta(seconds=LEASE)
    second = claimed(told, later)
    assert not end_mailing(told, first, MailingState.SENT, later)
    assert states(told) == ["handed_over"]
    assert end_mailing(told, second, MailingState.SENT, later)
    assert states(told) == ["sent"]


def test_a_letter_without_an_answer_goes_again_to_the_same_and_one_refused_to_whoever_is_there_now(
    told: Store,
) -> None:
    gathered(told)
    moved = {BODY: Recipients.of(["new@huyen.example"])}
    first = claimed(told)
    leave_unanswered(told, first, NOON, None)
    again = claim_mailing(told, moved, NOON, LEASE)
    assert again is not None
    assert (again.message_id, again.recipients) == (first.message_id, replace(OFFICE, unanswered=1))
    end_mailing(told, again, MailingState.REFUSED, NOON, "550 no such user")
    assert told.read(lambda tx: due_bodies(tx, NOON)) == {}
    assert told.transact(lambda tx: retry_mailings(tx, [first.message_id], NOON)) == 1
    third = claim_mailing(told, moved, NOON, LEASE)
    assert third is not None
    assert third.recipients == moved[BODY]


def test_a_letter_that_some_have_goes_on_to_the_others_alone(told: Store) -> None:
    gathered(told)
    until = NOON + timedelta(minutes=5)
    postpone_mailing(told, claimed(told), until, "450 later", ["copy@huyen.example"])
    assert told.read(lambda tx: due_bodies(tx, NOON)) == {}
    again = claimed(told, until)
    assert again.recipients.left == ("copy@huyen.example",)
    assert again.recipients.to == OFFICE.to
    end_mailing(told, again, MailingState.SENT, until, missed=["copy@huyen.example"])
    (row,) = mailings(told, None, 10)
    assert row.missed == ("copy@huyen.example",)


def test_where_nobody_can_be_written_to_only_what_a_server_may_have_is_not_told_again(
    told: Store,
) -> None:
    waiting = gathered(told)
    end_unreachable(told, BODY, NOON, LEASE)
    (row,) = mailings(told, None, 10)
    assert (row.state, row.ended_at, row.obligations) == ("void", NOON, 0)
    assert to_tell(told) == {BODY: {"due_today", "overdue", "escalated"}}
    assert gathered(told, DAY + timedelta(days=3)) == waiting
    leave_unanswered(told, claimed(told), NOON, None)
    end_unreachable(told, BODY, NOON, LEASE)
    (row,) = mailings(told, None, 10)
    assert (row.state, row.ended_at, row.obligations) == ("refused", NOON, 3)
    assert to_tell(told) == {}


def test_a_letter_that_some_have_is_sent_when_the_others_have_no_address_any_more(
    told: Store,
) -> None:
    gathered(told)
    postpone_mailing(told, claimed(told), NOON, "450 later", ["copy@huyen.example"])
    end_unreachable(told, BODY, NOON, LEASE)
    (row,) = mailings(told, None, 10)
    assert (row.state, row.missed) == ("sent", ("copy@huyen.example",))


def test_a_letter_in_hand_is_not_ended_for_its_body_unless_its_lease_is_by_a_wrong_clock(
    told: Store,
) -> None:
    ahead = NOON + timedelta(days=400)
    gathered(told, ahead.date())
    claimed(told, ahead)
    end_unreachable(told, BODY, ahead, LEASE)
    assert states(told) == ["handed_over"]
    end_unreachable(told, BODY, NOON, LEASE)
    assert states(told) == ["refused"]


@pytest.mark.parametrize("tried", [False, True])
def test_a_letter_that_was_put_off_by_a_clock_that_was_ahead_is_tried_once_it_is_right(
    told: Store, tried: bool
) -> None:
    ahead = NOON + timedelta(days=3_000)
    assert gather_digest(told, BODY, ahead.date(), naming, ahead) is not None
    if tried:
        held = claimed(told, ahead)
        postpone_mailing(told, held, ahead + LONGEST_PAUSE, "451 later")
    assert told.read(lambda tx: due_bodies(tx, NOON)) == {BODY: True}
    assert claimed(told).attempts == 1 + tried


def test_a_letter_that_is_to_wait_the_longest_time_waits(told: Store) -> None:
    gathered(told)
    postpone_mailing(told, claimed(told), NOON + LONGEST_PAUSE, "451 later")
    assert told.read(lambda tx: due_bodies(tx, NOON)) == {}
    assert claim_mailing(told, {BODY: OFFICE}, NOON, LEASE) is None
    assert claimed(told, NOON + LONGEST_PAUSE).attempts == 2


def test_a_digest_that_no_server_took_goes_into_that_of_the_next_day(told: Store) -> None:
    gathered(told)
    postpone_mailing(told, claimed(told), NOON, "421 busy")
    gathered(told, DAY + timedelta(days=3))
    # The same reminders have the same name: it is one letter, of another day.
    (row,) = mailings(told, None, 10)
    assert (row.state, row.day, row.obligations) == ("recorded", DAY + timedelta(days=3), 3)


def test_a_letter_that_is_sent_again_by_hand_goes_under_its_own_name_on_any_day(
    told: Store,
) -> None:
    first = gathered(told)
    # It may be there: the answer to it was lost, and then the server refused it.
    leave_unanswered(told, claimed(told), NOON, None)
    end_mailing(told, claimed(told), MailingState.REFUSED, NOON, "552 full")
    assert told.transact(lambda tx: retry_mailings(tx, [first], NOON)) == 1
    record_reminders(told, remind_of(told, "d1", "overdue", NOON, 1), (), NOON)
    second = gathered(told, DAY + timedelta(days=3))
    assert {each.message_id: each.obligations for each in mailings(told, None, 9)} == {
        first: 3,
        second: 1,
    }


def test_an_erasure_waits_for_letters_that_are_being_sent_and_not_for_ever(told: Store) -> None:
    gathered(told)
    mailing = claimed(told)
    assert await_letters(told, NOON, 0.0) == [LETTERS]
    assert await_letters(told, NOON + timedelta(seconds=LEASE), 0.0) == []
    end_mailing(told, mailing, MailingState.SENT, NOON)
    assert await_letters(told, NOON, 0.0) == []


def test_what_became_secret_is_in_no_letter_and_in_no_row(told: Store) -> None:
    id_ = gathered(told)
    postpone_mailing(told, claimed(told), NOON, "450 about d1")
    redact_untold(told, LAW, {"document:d1": "mat"}, NOON)
    assert len(told.read(lambda tx: true_lines(tx, id_, DAY))) == 2
    assert count(told, "mailing_line") == 2
    (row,) = mailings(told, [MailingState.WAITING], 10)
    assert row.answer is None
    assert record_reminders(told, {"0" * 32: "ffff"}, (), NOON) == 0


def test_what_a_server_says_of_a_letter_that_told_something_secret_is_not_kept(
    told: Store,
) -> None:
    gathered(told)
    mailing = claimed(told)
    redact_untold(told, LAW, {"document:d1": "mat"}, NOON)
    leave_unanswered(told, mailing, NOON, "about d1")
    assert [each.answer for each in mailings(told, None, 9)] == [None]
    # What is said of the letter without it may be kept.
    postpone_mailing(told, claimed(told), NOON, "450 busy")
    assert [each.answer for each in mailings(told, None, 9)] == ["450 busy"]
    mailing = claimed(told)
    redact_untold(told, LAW, {"document:d2": "mat"}, NOON)
    end_mailing(told, mailing, MailingState.SENT, NOON, "250 about d2")
    assert [each.answer for each in mailings(told, None, 9)] == [None]


def test_what_a_server_said_goes_with_a_letter_that_another_took_in(told: Store) -> None:
    gathered(told)
    postpone_mailing(told, claimed(told), NOON, "450 about d1")
    record_reminders(told, remind_of(told, "d1", "overdue", NOON, 1), (), NOON)
    gathered(told, DAY + timedelta(days=3))
    assert {each.answer for each in mailings(told, None, 9)} == {None}


def test_what_a_server_says_of_a_letter_that_quotes_something_secret_is_not_kept(
    told: Store,
) -> None:
    quoting = {"from_body": "tanhiep", "about_body": BODY, "content": "Theo 14/CT-UBND"}
    feedback = new_event("feedback.received", "p1", quoting, event_id="q")
    record(told, LAW, [feedback, issued("14")], NOON)
    told.transact(
        lambda tx: tx.run(
            "UPDATE mailing_line SET stream_id=(SELECT id FROM stream WHERE key='feedback:p1')"
        )
    )
    gathered(told)
    postpone_mailing(told, claimed(told), NOON, "450 about 14/CT-UBND")
    redact_untold(told, LAW, {"document:14": "mat"}, NOON)
    assert [each.answer for each in mailings(told, None, 9)] == [None]


def test_a_lease_of_a_server_that_may_take_its_time_is_waited_for_as_well(told: Store) -> None:
    gathered(told)
    assert claim_mailing(told, {BODY: OFFICE}, NOON, 1820.0) is not None
    assert await_letters(told, NOON, 0.0) == [LETTERS]
    # A clock that was wrong is not.
    assert await_letters(told, NOON - timedelta(minutes=6), 0.0) == []


def test_figures_count_letters_by_state_and_what_waits_for_one(told: Store) -> None:
    figures = told.read(lambda tx: mailing_figures(tx, NOON))
    assert (figures.states, figures.oldest, figures.untold) == ({}, None, {BODY: 3})
    gathered(told)
    figures = told.read(lambda tx: mailing_figures(tx, NOON))
    assert (figures.states, figures.oldest, figures.untold) == ({"recorded": 1}, NOON, {})


def test_a_digest_of_an_earlier_day_that_nobody_was_handed_is_not_claimed(told: Store) -> None:
    gathered(told)
    day = NOON + timedelta(days=3)
    assert claim_mailing(told, {BODY: OFFICE}, day, LEASE) is None
    assert told.read(lambda tx: due_bodies(tx, day)) == {BODY: False}
    assert told.read(lambda tx: left_over(tx, DAY)) == set()
    assert told.read(lambda tx: left_over(tx, day.date())) == {BODY}
    assert gathered(told, day.date())
    assert told.read(lambda tx: left_over(tx, day.date())) == set()
    claimed(told, day)


def test_a_digest_of_an_earlier_day_that_somebody_may_have_is_claimed_as_itself(
    told: Store,
) -> None:
    id_ = gathered(told)
    leave_unanswered(told, claimed(told), NOON, None)
    again = claimed(told, NOON + timedelta(days=3))
    assert (again.message_id, again.recipients.unanswered, again.may_be_there) == (id_, 1, True)


def test_whoever_is_left_is_looked_up_when_an_operator_has_a_letter_tried_again(
    told: Store,
) -> None:
    gathered(told)
    until = NOON + timedelta(hours=1)
    postpone_mailing(told, claimed(told), until, "451 later", ["copy@huyen.example"])
    (row,) = mailings(told, None, 10)
    assert told.transact(lambda tx: retry_mailings(tx, [row.message_id], NOON)) == 1
    moved = {BODY: Recipients.of(["ldtbxh@huyen.example"], ["new@huyen.example"])}
    again = claim_mailing(told, moved, NOON, LEASE)
    assert again is not None
    assert again.recipients.left == ("new@huyen.example",)
    assert again.recipients.some_have_it
