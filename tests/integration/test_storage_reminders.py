"""From an obligation that wants attention to a published reminder, through the database."""

from __future__ import annotations

import json
import threading
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, cast

import pytest
from dondoc.rules.events import LOCAL, Event
from dondoc.rules.law import Law
from dondoc.rules.obligations import Projection
from dondoc.rules.reminding.policy import Schedule
from dondoc.rules.reminding.reminder import Reminder
from dondoc.rules.trace import Trace, TracedEvent
from dondoc.storage import outbox
from dondoc.storage.advancing import advance
from dondoc.storage.database import Store, open_store
from dondoc.storage.new_events import NewEvent
from dondoc.storage.questions.queries import obligations
from dondoc.storage.reminder_ledger import NewReminder, claim_due, set_attention, write_reminders
from dondoc.storage.rescheduling import reschedule
from dondoc.storage.scheduling import foresee, tick
from dondoc.storage.taking_in import record
from dondoc.storage.transaction import Transaction
from support.plain_law import assigned, completed, issued, new_event
from support.reminding import policy, texts
from support.reminding_law import LAW, PLAIN, RemindingLaw
from support.stores import count

DUE = date(2026, 3, 20)  # a Friday
NOON = datetime(2026, 3, 20, 12, 0, tzinfo=LOCAL)


@pytest.fixture
def owing(store: Store) -> Store:
    """A store with one document and one task, due on DUE, and no reminder yet."""
    advance(store, PLAIN, date(2026, 3, 2))
    record(store, PLAIN, [issued("15"), assigned("15", "15-1")], NOON)
    return store


def ledger(store: Store) -> list[tuple[Any, ...]]:
    """The ledger's entries for the task, short."""
    return store.read(
        lambda tx: tx.rows(
            "SELECT step, target, occurrence, role, body FROM reminder"
            " WHERE obligation IN (SELECT id FROM obligation WHERE task_id IS NOT NULL)"
            " ORDER BY id"
        )
    )


def test_a_pass_that_is_to_stop_leaves_the_rest_to_the_next(owing: Store) -> None:
    for number in range(1000, 1150):
        subject = str(number)
        record(owing, PLAIN, [issued(subject), assigned(subject, f"{subject}-1")], NOON)
    first = tick(owing, LAW, texts(), NOON, stopping=lambda: True)
    assert 0 < first <= 100
    assert tick(owing, LAW, texts(), NOON) + first > 150


def messages(store: Store) -> list[dict[str, Any]]:
    """The data of the messages about tasks in the outbox, in order."""
    rows = store.read(lambda tx: tx.rows("SELECT body FROM outbox ORDER BY id"))
    events = [json.loads(body) for (body,) in rows]
    return [event["data"] for event in events if event["data"]["task_id"]]


def test_a_reminder_is_written_on_its_day_with_what_it_quotes(owing: Store) -> None:
    tick(owing, LAW, texts(), NOON)
    assert ledger(owing) == [("due_today", "2026-03-20", 0, "obligor", "ldtbxh")]
    (data,) = messages(owing)
    assert data["symbol"] == "15/CT-UBND"
    assert data["content"].startswith("Rà soát")
    assert data["working_days_left"] == 0


def test_a_reminder_that_is_written_is_not_written_again(owing: Store) -> None:
    assert tick(owing, LAW, texts(), NOON) > 0
    assert tick(owing, LAW, texts(), NOON + timedelta(minutes=1)) == 0
    # Even where the scheduler is made to look again.
    owing.transact(lambda tx: tx.run("UPDATE obligation SET next_reminder_on='2026-03-01'"))
    assert tick(owing, LAW, texts(), NOON + timedelta(minutes=2)) == 0
    assert len(ledger(owing)) == 1


def test_outside_the_window_nothing_is_written_and_nothing_is_lost(owing: Store) -> None:
    assert tick(owing, LAW, texts(), NOON.replace(hour=6)) == 0
    assert ledger(owing) == []
    tick(owing, LAW, texts(), NOON)
    assert [step for step, *_ in ledger(owing)] == ["due_today"]


def test_after_downtime_the_highest_missed_step_alone_is_written(owing: Store) -> None:
    tick(owing, LAW, texts(), NOON + timedelta(days=6))  # Thursday of the week after
    steps = {(step, occurrence) for step, _, occurrence, role, _ in ledger(owing)}
    assert steps == {("overdue", 3)}


def test_an_obligation_is_looked_at_again_when_its_next_step_comes(owing: Store) -> None:
    written = []
    for days in range(12):
        tick(owing, LAW, texts(), NOON + timedelta(days=days))
        written.append(len([row for row in ledger(owing) if row[3] == "obligor"]))
    # Friday 20/3 due today; Monday 23/3 +1; Wednesday 25/3 +3; Tuesday 31/3 +7.
    assert written == [1, 1, 1, 2, 2, 3, 3, 3, 3, 3, 3, 4]


def test_what_is_met_is_not_urged(owing: Store) -> None:
    record(owing, PLAIN, [completed("15", "15-1")], NOON)
    tick(owing, LAW, texts(), NOON)
    assert ledger(owing) == []


def test_a_reminder_that_is_no_longer_true_is_withdrawn(owing: Store) -> None:
    tick(owing, LAW, texts(), NOON)
    others = count(owing, "outbox") - 1
    record(owing, PLAIN, [completed("15", "15-1")], NOON)
    assert messages(owing) == []
    assert ledger(owing) == []
    assert count(owing, "outbox") == others


def test_a_reminder_that_was_withdrawn_is_decided_anew(owing: Store) -> None:
    tick(owing, LAW, texts(), NOON)
    later = assigned("15", "15-1", due_on="2026-03-23", event_id="again")
    moved = replace(later, event=replace(later.event, time=NOON))
    record(owing, PLAIN, [moved], NOON)
    assert messages(owing) == []
    tick(owing, LAW, texts(), NOON)
    assert [(step, target) for step, target, *_ in ledger(owing)] == [("due_soon", "2026-03-23")]


def test_a_published_reminder_stays_in_the_ledger(owing: Store) -> None:
    tick(owing, LAW, texts(), NOON)
    taken = outbox.lease(owing, NOON, 100, 60)
    outbox.mark_published(owing, taken.token, [each.id for each in taken.messages], NOON)
    record(owing, PLAIN, [completed("15", "15-1")], NOON)
    assert len(ledger(owing)) == 1


def test_a_secret_subject_takes_its_reminders_along(owing: Store) -> None:
    tick(owing, LAW, texts(), NOON)
    taken = outbox.lease(owing, NOON, 1, 60)
    outbox.mark_published(owing, taken.token, [each.id for each in taken.messages], NOON)
    secret = new_event("document.secrecy_changed", "15", {"level": "mat"}, event_id="s")
    record(owing, PLAIN, [secret], NOON)
    about = "WHERE stream_id=(SELECT id FROM stream WHERE key='document:15')"
    for table in ("reminder", "outbox", "obligation", "task", "event"):
        assert count(owing, f"{table} {about}") == 0


def a_reminder(obligation: str, body: str = "ldtbxh", step: str = "overdue") -> NewReminder:
    reminder = Reminder(obligation, step, DUE, 1, "obligor", body, 1, DUE)
    return NewReminder(reminder, "reminder.ldtbxh.execution.overdue", b"{}", "")


def the_obligation(store: Store) -> str:
    (row,) = store.read(lambda tx: tx.rows("SELECT id FROM obligation WHERE task_id IS NOT NULL"))
    return str(row[0])


def test_the_ledger_takes_a_reminder_once(owing: Store) -> None:
    new = a_reminder(the_obligation(owing))
    other = a_reminder(the_obligation(owing), body="vp")
    assert owing.transact(lambda tx: write_reminders(tx, [new, new, other], NOON)) == 2
    assert owing.transact(lambda tx: write_reminders(tx, [new, other], NOON)) == 0
    assert count(owing, "outbox") == 2


def test_the_ledger_takes_a_reminder_without_a_clock_once(owing: Store) -> None:
    new = a_reminder(the_obligation(owing))
    timeless = replace(new, reminder=replace(new.reminder, target=None))
    assert owing.transact(lambda tx: write_reminders(tx, [timeless, timeless], NOON)) == 1
    owing.transact(lambda tx: tx.run("UPDATE obligation SET next_reminder_on='2026-03-01'"))
    dues = owing.transact(lambda tx: claim_due(tx, DUE, 100))
    (due,) = [due for due in dues if due.obligation.id == new.reminder.obligation]
    assert [(sent.target, sent.on) for sent in due.sent] == [(None, DUE)]


def test_two_schedulers_claim_different_obligations(postgres_url: str) -> None:
    store = open_store(postgres_url)
    store.migrate(date(2026, 1, 1))
    advance(store, PLAIN, date(2026, 3, 2))
    record(store, PLAIN, [assigned("15", f"15-{n}") for n in range(6)], NOON)
    claimed: list[str] = []

    def claim_others() -> None:
        other = open_store(postgres_url)
        claimed.extend(
            due.obligation.id for due in other.transact(lambda tx: claim_due(tx, DUE, 100))
        )
        other.close()

    def claim(tx: Transaction) -> list[str]:
        mine = [due.obligation.id for due in claim_due(tx, DUE, 4)]
        thread = threading.Thread(target=claim_others)
        thread.start()
        thread.join()
        return mine

    mine = store.transact(claim)
    assert len(mine) == 4
    assert claimed
    assert set(claimed).isdisjoint(mine)
    store.close()


def test_two_schedulers_that_decide_the_same_write_it_once(postgres_url: str) -> None:
    store = open_store(postgres_url)
    store.migrate(date(2026, 1, 1))
    advance(store, PLAIN, date(2026, 3, 2))
    record(store, PLAIN, [assigned("15", f"15-{n}") for n in range(60)], NOON)
    written: list[int] = []

    def work() -> None:
        other = open_store(postgres_url)
        written.append(tick(other, LAW, texts(), NOON))
        other.close()

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    tick(store, LAW, texts(), NOON)
    assert len(ledger(store)) == 60
    assert sum(written) == count(store, "outbox") == count(store, "reminder")
    store.close()


def test_a_claim_brings_what_was_asked_for_unless_that_was_erased(store: Store) -> None:
    class Asked(RemindingLaw):
        def project(
            self, stream: str, history: Sequence[Event], since: date, through: date
        ) -> Projection:
            told = [TracedEvent(type=e.type, source=e.source, id=e.id) for e in history]
            found = super().project(stream, history, since, through).obligations[: len(told)]
            made = zip(found, told, strict=True)
            return Projection(tuple(one._replace(trace={"opened_by": by}) for one, by in made))

    def ask(id_: str, report: str, body: str) -> NewEvent:
        data = {"request_id": id_, "report": report, "bodies": [body], "requested_by": "x"}
        return new_event("report.requested", id_, data, event_id=id_)

    law = Asked()
    advance(store, law, date(2026, 3, 2))
    record(store, law, [ask("YC-1", "Tiến độ giải ngân", "ldtbxh"), ask("YC-2", "", "vp")], NOON)
    dues = store.transact(lambda tx: claim_due(tx, DUE, 100))
    assert {due.obligation.body: due.content for due in dues} == {
        "ldtbxh": "Tiến độ giải ngân",
        "vp": None,
    }


def test_a_claim_brings_the_bodies_that_still_coordinate_and_have_not_returned_the_task(
    store: Store,
) -> None:
    never: Trace = {}
    back: Trace = {"returned": [["2026-03-03", None]]}
    answered: Trace = {"returned": [["2026-03-03", "2026-03-20"]]}

    class Together(RemindingLaw):
        def project(
            self, stream: str, history: Sequence[Event], since: date, through: date
        ) -> Projection:
            projection = super().project(stream, history, since, through)
            lead = next((o for o in projection.obligations if o.task_id), None)
            if lead is None:
                return projection
            others = tuple(
                lead._replace(
                    id=f"{lead.id}-{body}",
                    rule="coordination",
                    body=body,
                    role="coordinating",
                    met_on=met,
                    trace=trace,
                )
                for body, met, trace in (
                    ("tanhiep", None, never),
                    ("vp", date(2026, 3, 3), never),
                    ("noivu", None, back),
                    ("taichinh", None, answered),
                )
            )
            return replace(projection, obligations=(*projection.obligations, *others))

    law = Together()
    advance(store, law, date(2026, 3, 3))
    record(store, law, [assigned("15", "15-1")], NOON)
    dues = store.transact(lambda tx: claim_due(tx, DUE, 100))
    coordinating = {due.obligation.body: due.coordinating for due in dues if due.obligation.task_id}
    # Their own obligations have no step in the policy that ships.
    # The answer of 19/3 is not counted itself: from 20/3 on taichinh is told again.
    assert coordinating == {"ldtbxh": ("taichinh", "tanhiep")}


def test_what_would_be_sent_can_be_seen_without_sending_it(owing: Store) -> None:
    def look(tx: Transaction) -> list[tuple[str | None, str]]:
        found = obligations(tx, PLAIN, DUE)
        considered = foresee(tx, LAW, found, NOON)
        return [
            (each.due.obligation.task_id, each.decision.reason.name)
            for each in considered
            if each.due.obligation.task_id
        ]

    assert ("15-1", "ON_ITS_DAY") in owing.read(look)
    assert count(owing, "reminder") == 0
    tick(owing, LAW, texts(), NOON)
    assert ("15-1", "WAITING") in owing.read(look), "nothing has been published"


def test_another_policy_puts_every_open_obligation_before_the_scheduler_again(owing: Store) -> None:
    assert reschedule(owing, LAW) == count(owing, "obligation")
    assert reschedule(owing, LAW) == 0
    tick(owing, LAW, texts(), NOON)
    owing.transact(lambda tx: set_attention(tx, {the_obligation_of(tx): None}))
    other = cast(Law, replace(PLAIN, policy=policy("demo")))
    assert reschedule(owing, other) == count(owing, "obligation")
    (row,) = owing.read(
        lambda tx: tx.rows("SELECT next_reminder_on FROM obligation WHERE task_id IS NOT NULL")
    )
    assert row[0] is not None


def test_what_waits_to_go_out_and_is_no_step_of_the_policy_any_more_is_not_sent(
    owing: Store,
) -> None:
    reschedule(owing, LAW)
    assert tick(owing, LAW, texts(), NOON) > 0
    none = {"default_by_target": Schedule(()), "default_by_age": Schedule(())}
    silent = replace(policy(), **none, by_target={}, by_age={}, version="silent")  # type: ignore[arg-type]
    other = cast(Law, replace(PLAIN, policy=silent))
    reschedule(owing, other)
    tick(owing, other, texts(), NOON)
    assert count(owing, "outbox") == count(owing, "reminder") == 0
    reschedule(owing, LAW)
    assert tick(owing, LAW, texts(), NOON) > 0


def the_obligation_of(tx: Transaction) -> str:
    return str(tx.rows("SELECT id FROM obligation WHERE task_id IS NOT NULL")[0][0])


# The outbox


@pytest.fixture
def waiting(owing: Store) -> Store:
    """A store with five reminders in the outbox."""
    new = [a_reminder(the_obligation(owing), body=f"b{n}") for n in range(5)]
    owing.transact(lambda tx: write_reminders(tx, new, NOON))
    return owing


def test_a_lease_is_exclusive_until_it_runs_out(waiting: Store) -> None:
    first = outbox.lease(waiting, NOON, 3, 60)
    second = outbox.lease(waiting, NOON + timedelta(seconds=59), 10, 60)
    third = outbox.lease(waiting, NOON + timedelta(seconds=60), 10, 60)
    assert [len(each.messages) for each in (first, second, third)] == [3, 2, 3]
    assert {each.id for each in third.messages} == {each.id for each in first.messages}


def test_only_the_holder_of_a_lease_can_speak_for_it(waiting: Store) -> None:
    late = outbox.lease(waiting, NOON, 10, 60)
    ids = [each.id for each in late.messages]
    holder = outbox.lease(waiting, NOON + timedelta(minutes=2), 10, 60)
    assert outbox.mark_published(waiting, late.token, ids, NOON) == 0
    assert outbox.release(waiting, late.token, ids) == 0
    assert outbox.return_to_decision(waiting, late.token, ids, DUE) == 0
    assert outbox.mark_published(waiting, holder.token, ids[:2], NOON) == 2
    assert waiting.read(outbox.pending) == outbox.Pending(3, NOON.astimezone(UTC))


def test_what_is_released_can_be_taken_at_once(waiting: Store) -> None:
    taken = outbox.lease(waiting, NOON, 10, 60)
    assert outbox.release(waiting, taken.token, [each.id for each in taken.messages]) == 5
    assert len(outbox.lease(waiting, NOON, 10, 60).messages) == 5


def test_what_missed_its_window_is_decided_again(waiting: Store) -> None:
    taken = outbox.lease(waiting, NOON, 2, 60)
    monday = date(2026, 3, 23)
    ids = [each.id for each in taken.messages]
    assert outbox.return_to_decision(waiting, taken.token, ids, monday) == 2
    assert count(waiting, "outbox") == count(waiting, "reminder") == 3
    attention = "SELECT next_reminder_on FROM obligation WHERE task_id IS NOT NULL"
    assert waiting.read(lambda tx: tx.rows(attention)) == [("2026-03-23",)]


def test_what_missed_its_window_is_decided_again_though_it_is_to_close_later(
    waiting: Store,
) -> None:
    monday = date(2026, 3, 23)
    waiting.transact(lambda tx: tx.run("UPDATE obligation SET closed_on='2026-03-24'"))
    taken = outbox.lease(waiting, NOON, 1, 60)
    outbox.return_to_decision(waiting, taken.token, [each.id for each in taken.messages], monday)
    attention = "SELECT next_reminder_on FROM obligation WHERE task_id IS NOT NULL"
    assert waiting.read(lambda tx: tx.rows(attention)) == [("2026-03-23",)]


def test_what_no_obligation_is_behind_any_more_is_not_taken_again_and_again(
    waiting: Store,
) -> None:
    """As where a database brought what the law here does not give."""
    waiting.transact(lambda tx: tx.run("DELETE FROM obligation"))
    number = count(waiting, "outbox")
    later = NOON + timedelta(days=1)
    taken = outbox.lease(waiting, later, 10, 60)
    ids = [each.id for each in taken.messages]
    assert outbox.return_to_decision(waiting, taken.token, ids, later.date()) == number > 0
    assert outbox.lease(waiting, later + timedelta(minutes=2), 10, 60).messages == ()
    assert count(waiting, "reminder") == 0


def test_a_message_is_what_was_written(waiting: Store) -> None:
    (first, *_) = outbox.lease(waiting, NOON, 1, 60).messages
    assert first.body == b"{}"
    assert first.routing_key == "reminder.ldtbxh.execution.overdue"
    assert first.message_id == a_reminder(the_obligation(waiting), body="b0").reminder.id


def test_old_published_reminders_are_forgotten_a_few_at_a_time(waiting: Store) -> None:
    taken = outbox.lease(waiting, NOON, 4, 60)
    outbox.mark_published(waiting, taken.token, [each.id for each in taken.messages], NOON)
    assert outbox.forget_published(waiting, NOON, 3) == 0
    later = NOON + timedelta(days=1)
    assert [outbox.forget_published(waiting, later, 3) for _ in range(3)] == [3, 1, 0]
    assert count(waiting, "outbox") == 1
    assert count(waiting, "reminder") == 5


def test_two_relays_take_different_messages(postgres_url: str) -> None:
    store = open_store(postgres_url)
    store.migrate(date(2026, 1, 1))
    advance(store, PLAIN, date(2026, 3, 2))
    record(store, PLAIN, [assigned("15", "15-1")], NOON)
    new = [a_reminder(the_obligation(store), body=f"b{n}") for n in range(40)]
    store.transact(lambda tx: write_reminders(tx, new, NOON))
    taken: list[int] = []

    def work() -> None:
        other = open_store(postgres_url)
        while (lease := outbox.lease(other, NOON, 7, 60)).messages:
            taken.extend(each.id for each in lease.messages)
        other.close()

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(taken) == len(set(taken)) == 40
    store.close()
