"""A first start is quiet: each body is told once of what had come before, whatever the order in
which the past arrives, and step by step of what comes after."""

from __future__ import annotations

import json
import random
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any, cast

import pytest
from dondoc.connector.contract.guard import Limits
from dondoc.connector.intake import Intake
from dondoc.rules.calendar import Calendar
from dondoc.rules.events import LOCAL, local_date
from dondoc.rules.law import Law
from dondoc.rules.reminding.catch_up import CatchUp
from dondoc.rules.reminding.policy import Quiet
from dondoc.rules.reminding.reminder import Reason
from dondoc.storage import outbox
from dondoc.storage.catch_ups import bodies_told_on
from dondoc.storage.catching_up import LONGEST, SETTLED
from dondoc.storage.database import Store, open_store
from dondoc.storage.new_events import NewEvent
from dondoc.storage.questions import queries
from dondoc.storage.questions.reminders import PUBLISHED, WAITING, WantedReminders, reminders
from dondoc.storage.reminder_ledger import forget_words
from dondoc.storage.reprocessing import Scope, is_settled, reprocess, take_back
from dondoc.storage.scheduling import foresee, let_time_pass
from dondoc.storage.secrecy.remains import Listed, redact_listed
from dondoc.storage.taking_in import record
from support.moving import _messages as sample_messages
from support.moving import arrive, exported
from support.plain_law import assigned, completed, issued
from support.reminding import texts
from support.reminding_law import LAW, PLAIN
from support.sample import sample_law

MORNING = datetime(2026, 3, 31, 9, 0, tzinfo=LOCAL)
"""A Tuesday, at which the first pass of these tests is."""
BODIES = ["chairman", "ldtbxh", "tanhiep", "vp"]
"""Who is told of something by then: the tasks' body, those above it, and whoever owes reports."""
TOLD = tuple[str, str, str, int, str, str]


def let_pass(store: Store, now: datetime, how: CatchUp = CatchUp.DIGEST, law: Law = LAW) -> int:
    return let_time_pass(store, law, texts(), now, catch_up=how)


def twice(store: Store, now: datetime, law: Law = LAW) -> None:
    """The pass at *now*, and the next one after everything has settled."""
    let_pass(store, now, law=law)
    let_pass(store, now + SETTLED, law=law)


def messages(store: Store) -> list[dict[str, Any]]:
    """The digests in the outbox, in the order of their bodies."""
    rows = store.read(
        lambda tx: tx.rows("SELECT body FROM outbox WHERE substr(routing_key, 1, 7)='digest.'")
    )
    return sorted((json.loads(body) for (body,) in rows), key=lambda each: each["subject"])


def tasks_told(store: Store) -> list[dict[str, Any]]:
    """The digests to the body of the tasks."""
    return [each for each in messages(store) if each["subject"] == "ldtbxh"]


def told(store: Store, *, gathered: bool | None = None) -> set[TOLD]:
    """What the ledger has; of what is told in digests, or by itself, alone."""
    where = {None: "", True: " WHERE catch_up IS NOT NULL", False: " WHERE catch_up IS NULL"}
    columns = "obligation, step, target, occurrence, role, body"
    rows = store.read(lambda tx: tx.rows(f"SELECT {columns} FROM reminder{where[gathered]}"))
    return {cast(TOLD, tuple(row)) for row in rows}


def publish(store: Store, now: datetime) -> list[str]:
    """Have a broker confirm what is in the outbox; gives the ids of the messages."""
    held = outbox.lease(store, now, 1000, 30)
    outbox.mark_published(store, held.token, [each.id for each in held.messages], now)
    return [each.message_id for each in held.messages]


def past(number: int, due: str = "2026-03-20") -> list[NewEvent]:
    """A document with *number* tasks that had been due on the day *due*."""
    return [issued("15"), *(assigned("15", f"15-{each}", due) for each in range(number))]


@pytest.fixture
def local(tmp_path: Path) -> Iterator[Store]:
    """A migrated store on SQLite, for what no statement of its own decides."""
    opened = open_store(f"sqlite:///{tmp_path / 'local.db'}")
    opened.migrate(date(2026, 1, 1))
    is_settled(opened, PLAIN)
    yield opened
    opened.close()


@pytest.fixture
def owing(store: Store) -> Store:
    """A store with three tasks that were due on 20/3, and reports that were due before."""
    is_settled(store, PLAIN)
    record(store, PLAIN, past(3), MORNING)
    return store


@pytest.fixture
def behind(local: Store) -> Store:
    """The same on SQLite alone."""
    record(local, PLAIN, past(3), MORNING)
    return local


def test_the_first_start_of_a_quarter_sends_each_body_one_message_and_then_what_is_new(
    store: Store,
) -> None:
    law = sample_law()
    is_settled(store, law)
    intake = Intake(store, law, Limits(), 10_000)
    quarter = sample_messages(8000)[::3]
    for first in range(0, len(quarter), 1000):
        intake.handle(quarter[first : first + 1000], MORNING)
    twice(store, MORNING, law)
    digests = messages(store)
    bodies = [each["subject"] for each in digests]
    assert len(digests) == len(set(bodies)) > 30
    assert store.read(lambda tx: tx.rows("SELECT COUNT(*) FROM outbox")) == [(len(digests),)]
    by_body = Counter(body for *_, body in told(store))
    assert {each["subject"]: each["data"]["number"] for each in digests} == by_body
    assert max(len(json.dumps(each)) for each in digests) < 64 * 1024
    # On the next days what is newly reached, and not a step more.
    before = told(store)
    for days in (1, 2, 3):
        twice(store, MORNING + timedelta(days=days), law)
    assert messages(store) == digests
    new = told(store) - before
    assert len(new) > 100
    for _, _, target, occurrence, _, _ in new:
        if target:
            came = law.calendar.add_working_days(
                law.calendar.previous_working_day(date.fromisoformat(target)), occurrence
            )
            assert came > MORNING.date()


def test_a_backlog_that_drains_for_an_hour_is_told_of_once(local: Store) -> None:
    is_settled(local, PLAIN)
    events = past(40)
    random.Random(14).shuffle(events)
    for minute in range(0, 60, 4):
        record(local, PLAIN, events[minute // 4 :: 15], MORNING + timedelta(minutes=minute))
        let_pass(local, MORNING + timedelta(minutes=minute))
        assert messages(local) == []
    let_pass(local, MORNING + timedelta(minutes=56) + SETTLED)
    assert [each["data"]["number"] for each in messages(local)].count(40) == 1
    assert len(messages(local)) == len({each["subject"] for each in messages(local)})


def test_a_digest_does_not_wait_longer_than_hours_nor_over_the_end_of_the_day(
    behind: Store,
) -> None:
    let_pass(behind, MORNING)
    for number in range(31):  # every four minutes one more of the past
        at = MORNING + timedelta(minutes=4 * number)
        record(behind, PLAIN, [assigned("15", f"15-late-{number}", "2026-03-20")], at)
        let_pass(behind, at)
    assert at == MORNING + LONGEST
    assert [each["subject"] for each in messages(behind)] == BODIES
    other = MORNING.replace(hour=16, minute=56) + timedelta(days=1)
    record(behind, PLAIN, [assigned("15", "15-evening", "2026-03-20")], other)
    let_pass(behind, other)
    assert sum(each["data"]["number"] for each in messages(behind)) == len(told(behind))


def test_a_digest_of_the_last_evening_that_the_calendar_covers_is_closed(behind: Store) -> None:
    evening = MORNING.replace(hour=16, minute=56)
    days = PLAIN.calendar
    ends = Calendar(days.first, evening.date(), days.announced_through, days.exceptions)
    let_pass(behind, evening, law=cast(Law, replace(PLAIN, calendar=ends)))
    assert [each["subject"] for each in messages(behind)] == BODIES


def test_a_past_that_is_replayed_days_later_is_told_of_once_too(local: Store) -> None:
    is_settled(local, PLAIN)
    twice(local, MORNING)  # there are reports alone, which no event brings
    publish(local, MORNING)
    later = MORNING + timedelta(days=3)
    record(local, PLAIN, past(30, "2026-04-01"), later)  # its steps came after the first start
    twice(local, later)
    _, digest = tasks_told(local)
    assert digest["data"]["counts"] == {"execution": 30}
    assert not any(target == "2026-04-01" for _, _, target, *_ in told(local, gathered=False))
    # What comes from then on is told of as ever: +3 is on Monday.
    twice(local, datetime.combine(date(2026, 4, 6), time(9), LOCAL))
    assert len({each for each in told(local, gathered=False) if each[2] == "2026-04-01"}) >= 30


def test_what_happens_after_the_first_start_is_never_of_the_past(behind: Store) -> None:
    twice(behind, MORNING)
    tomorrow = MORNING + timedelta(days=1)
    new = assigned("16", "16-1", "2026-03-31", time=tomorrow)  # its day is over already
    record(behind, PLAIN, [issued("16", time=tomorrow), new], tomorrow)
    twice(behind, tomorrow)
    alone = [each for each in told(behind, gathered=False) if each[2] == "2026-03-31"]
    assert [each[1] for each in alone if each[5] == "ldtbxh"] == ["overdue"]


def test_a_body_has_one_digest_a_day_and_what_is_still_in_time_does_not_wait_for_it(
    behind: Store,
) -> None:
    twice(behind, MORNING)
    publish(behind, MORNING + SETTLED)
    noon = MORNING.replace(hour=12)
    more = [assigned("15", "15-old", "2026-03-20"), assigned("15", "15-today", "2026-03-31")]
    record(behind, PLAIN, more, noon)
    before = messages(behind)
    twice(behind, noon)
    assert messages(behind) == before
    assert {each[1] for each in told(behind, gathered=False)} == {"due_today"}
    twice(behind, noon + timedelta(days=1))
    (second,) = [each for each in tasks_told(behind) if each not in before]
    assert second["data"]["number"] == 1


def test_a_digest_by_a_clock_that_was_a_day_ahead_is_none_of_the_days_before(owing: Store) -> None:
    tomorrow = MORNING + timedelta(days=1)
    twice(owing, tomorrow)
    assert owing.read(lambda tx: bodies_told_on(tx, tomorrow.date())) == set(BODIES)
    assert owing.read(lambda tx: bodies_told_on(tx, MORNING.date())) == set()


def test_a_deadline_that_had_been_moved_in_the_past_is_told_of_once(behind: Store) -> None:
    twice(behind, MORNING)
    publish(behind, MORNING + SETTLED)
    moved = assigned("15", "15-1", "2026-03-25", event_id="again")
    record(behind, PLAIN, [moved], MORNING + timedelta(hours=1))
    for days in range(2):
        twice(behind, MORNING + timedelta(hours=2, days=days))
    of_body = [each for each in told(behind) if each[2] == "2026-03-25" and each[5] == "ldtbxh"]
    assert of_body == []
    # 25/3 + 7 working days
    twice(behind, datetime.combine(date(2026, 4, 3), time(9), LOCAL))
    alone = [each for each in told(behind, gathered=False) if each[2] == "2026-03-25"]
    assert [each[3] for each in alone if each[5] == "ldtbxh"] == [7]


def test_what_is_done_meanwhile_leaves_the_digest_open_or_closed(owing: Store) -> None:
    let_pass(owing, MORNING)
    record(owing, PLAIN, [completed("15", "15-0")], MORNING)
    let_pass(owing, MORNING + SETTLED)
    (first,) = tasks_told(owing)
    assert first["data"]["counts"] == {"body_report": 3, "execution": 2}
    record(owing, PLAIN, [completed("15", "15-1")], MORNING + SETTLED)
    assert tasks_told(owing) == []
    let_pass(owing, MORNING + SETTLED)
    (second,) = tasks_told(owing)
    assert second["data"]["counts"] == {"body_report": 3, "execution": 1}
    assert second["id"] != first["id"]
    record(owing, PLAIN, [completed("15", "15-2")], MORNING + SETTLED)
    let_pass(owing, MORNING + 2 * SETTLED)
    # Nothing is left for the chairman, who hears of no reports.
    assert [each["subject"] for each in messages(owing)] == ["ldtbxh", "tanhiep", "vp"]


def test_what_could_not_go_out_is_said_anew_the_next_day(owing: Store) -> None:
    twice(owing, MORNING)
    ((on,),) = {(each["data"]["on"],) for each in messages(owing)}
    held = outbox.lease(owing, MORNING + timedelta(days=1), 100, 30)
    ids = [each.id for each in held.messages]
    before = told(owing)
    outbox.return_to_decision(owing, held.token, ids, MORNING.date() + timedelta(days=1))
    assert messages(owing) == []
    twice(owing, MORNING + timedelta(days=1))
    assert {each["data"]["on"] for each in messages(owing)} == {"2026-04-01"} != {on}
    assert told(owing, gathered=True) == before


def test_two_instances_tell_each_body_once(owing: Store, database_url: str) -> None:
    record(owing, PLAIN, past(60), MORNING)
    begin = threading.Barrier(2)
    failures: list[BaseException] = []

    def run() -> None:
        store = open_store(database_url)
        begin.wait()
        try:
            twice(store, MORNING)
        except BaseException as failure:  # noqa: BLE001 - shown by the assertion
            failures.append(failure)
        store.close()

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    let_pass(owing, MORNING + 2 * SETTLED)
    assert [each["subject"] for each in messages(owing)] == BODIES
    assert sum(each["data"]["number"] for each in messages(owing)) == len(told(owing))


@pytest.mark.parametrize("how", [CatchUp.ALL, CatchUp.NONE])
def test_an_office_may_have_all_of_it_or_none(behind: Store, how: CatchUp) -> None:
    for minutes in (0, 6):
        let_pass(behind, MORNING + timedelta(minutes=minutes), how)
    assert messages(behind) == []
    assert bool(told(behind)) is (how is CatchUp.ALL)
    # The next step: 20/3 + 12 working days is 7/4, after a holiday.
    for day in range(1, 9):
        let_pass(behind, MORNING + timedelta(days=day), how)
    assert {each[3] for each in told(behind) if each[2] == "2026-03-20"} >= {12}


def test_who_had_reminded_before_this_version_goes_on_as_before(behind: Store) -> None:
    let_pass(behind, MORNING - timedelta(days=1), CatchUp.ALL)
    behind.transact(lambda tx: tx.forget_setting("first start"))
    record(behind, PLAIN, past(9), MORNING)
    twice(behind, MORNING)
    assert told(behind, gathered=True) == set()
    assert messages(behind) == []


def test_the_ledger_says_what_was_told_together_and_in_which_words(owing: Store) -> None:
    twice(owing, MORNING)
    wanted = WantedReminders(body="ldtbxh")
    waiting = list(reminders(owing, wanted, MORNING + SETTLED, None))
    assert {(each.state, each.gathered) for each in waiting} == {(WAITING, True)}
    ids = publish(owing, MORNING + SETTLED)
    assert len(ids) == len(set(ids))
    sent = list(reminders(owing, wanted, MORNING + SETTLED, None))
    assert {each.state for each in sent} == {PUBLISHED}
    assert {each.message for each in sent} <= set(ids)
    assert all("Phòng Lao động" in (each.words or "") for each in sent)
    forget_words(owing, MORNING + timedelta(days=400), 100)
    assert all(each.words is None for each in reminders(owing, wanted, MORNING, None))


def test_a_dry_run_before_the_first_start_shows_what_it_would_gather(behind: Store) -> None:
    let_time_pass(behind, LAW, texts(), MORNING.replace(hour=6), catch_up=CatchUp.DIGEST)
    at = MORNING.replace(hour=10)

    def read(tx: Any) -> set[str]:
        from dondoc.storage.questions import queries

        found = queries.obligations(tx, LAW, local_date(at), queries.Filter())
        considered = foresee(tx, LAW, found, at, CatchUp.DIGEST)
        return {
            each.decision.reason.name for each in considered if hasattr(each.decision, "reminder")
        }

    assert behind.read(read) == {"CATCH_UP"}


def test_a_dry_run_says_what_waits_in_a_digest_or_by_itself_and_never_that_it_has_gone(
    owing: Store,
) -> None:
    later = MORNING + SETTLED

    def reasons(now: datetime) -> set[Reason]:
        day = local_date(now)
        still = owing.read(lambda tx: queries.obligations(tx, LAW, day, queries.Filter()))
        found = owing.read(lambda tx: list(foresee(tx, LAW, still, now, CatchUp.DIGEST)))
        return {each.decision.reason for each in found}

    gone = {Reason.ALREADY_SENT, Reason.BETWEEN_STEPS}
    let_pass(owing, MORNING)
    assert Reason.GATHERED in reasons(MORNING)
    assert not gone & reasons(MORNING)
    let_pass(owing, later)
    assert not gone & reasons(later), "closed, and in the outbox"
    publish(owing, later)
    assert gone & reasons(later)
    assert not {Reason.GATHERED, Reason.WAITING} & reasons(later)


def test_the_silence_of_the_policy_defers_a_digest(behind: Store) -> None:
    quiet = Quiet(MORNING.date(), MORNING.date(), "Quốc tang", frozenset({"ldtbxh"}))
    silent = cast(Law, replace(PLAIN, policy=replace(PLAIN.policy, quiets=(quiet,))))
    twice(behind, MORNING, silent)
    assert [each["subject"] for each in messages(behind)] == ["chairman", "tanhiep", "vp"]
    twice(behind, MORNING + timedelta(days=1), silent)
    assert [each["subject"] for each in messages(behind)] == BODIES


def test_what_is_taken_back_is_decided_anew(owing: Store) -> None:
    twice(owing, MORNING)
    record(owing, PLAIN, [assigned("15", "15-new", "2026-03-20")], MORNING)
    let_pass(owing, MORNING + SETTLED)  # one that is open beside those that are closed
    everything = told(owing)
    found = list(take_back(owing, MORNING.date(), dry_run=True))
    assert len(found) == len(everything)
    assert len(list(take_back(owing, MORNING.date(), dry_run=False))) >= len(everything) - 1
    assert told(owing) == set()
    assert messages(owing) == []
    twice(owing, MORNING + 3 * SETTLED)
    assert told(owing, gathered=True) == everything


def test_a_first_start_by_a_clock_that_was_ahead_is_brought_back_with_the_day(
    behind: Store,
) -> None:
    let_pass(behind, MORNING + timedelta(days=300))
    list(reprocess(behind, PLAIN, Scope(), through=MORNING.date(), dry_run=False))
    ((at,),) = behind.read(lambda tx: tx.rows("SELECT value FROM setting WHERE key='first start'"))
    assert local_date(datetime.fromisoformat(at)) == MORNING.date()


def test_after_a_change_of_the_law_nobody_is_told_again(behind: Store) -> None:
    twice(behind, MORNING)
    publish(behind, MORNING + SETTLED)
    before = told(behind)
    other = replace(PLAIN, version="v2")
    list(reprocess(behind, other, Scope(), dry_run=False))
    twice(behind, MORNING + timedelta(hours=1), cast(Law, other))
    assert told(behind) == before


def test_what_becomes_secret_goes_from_digests_that_wait_and_is_remembered_of_those_that_went(
    owing: Store,
) -> None:
    record(owing, PLAIN, [issued("16"), assigned("16", "16-1", "2026-03-20")], MORNING)
    twice(owing, MORNING)
    (before,) = tasks_told(owing)
    assert before["data"]["counts"]["execution"] == 4
    redact_listed(owing, PLAIN, [Listed("document:15", "mat", MORNING)])
    assert tasks_told(owing) == []
    let_pass(owing, MORNING + timedelta(days=1))
    (after,) = tasks_told(owing)
    assert after["data"]["counts"]["execution"] == 1
    assert not set(after["data"]["obligations"]) & (
        set(before["data"]["obligations"]) - set(after["data"]["obligations"])
    )
    # One that a relay may have had in hand is found by its id.
    recalled = owing.read(
        lambda tx: tx.rows("SELECT message_id, words FROM catch_up WHERE recalled")
    )
    assert (before["id"], None) in recalled


def test_a_moved_database_tells_nobody_again_and_what_waits_once(
    local: Store, tmp_path: Path
) -> None:
    law = sample_law()
    is_settled(local, law)
    Intake(local, law, Limits(), 10_000).handle(sample_messages(8000)[::30], MORNING)
    twice(local, MORNING, law)
    some = outbox.lease(local, MORNING + SETTLED, 5, 30)  # the rest waits
    ids = [each.id for each in some.messages]
    assert outbox.mark_published(local, some.token, ids, MORNING + SETTLED) == 5
    later = sample_messages(8000)[1::30]
    Intake(local, law, Limits(), 10_000).handle(later, MORNING + timedelta(hours=1))
    let_pass(local, MORNING + timedelta(hours=1), law=law)
    other = open_store(f"sqlite:///{tmp_path / 'moved.db'}")
    other.migrate(date(2026, 1, 1))
    arrive(other, exported(local))
    for days in (0, 1, 2):
        for each in (local, other):
            twice(each, MORNING + timedelta(days=days, hours=2), law)
    assert told(other, gathered=True) == told(local, gathered=True)
    assert told(other) == told(local)
    assert [each["id"] for each in messages(other)] == [each["id"] for each in messages(local)]
    other.close()


def seeded(seed: int, tmp_path: Path, check: Callable[[Store, random.Random], None]) -> None:
    store = open_store(f"sqlite:///{tmp_path / f'{seed}.db'}")
    store.migrate(date(2026, 1, 1))
    is_settled(store, PLAIN)
    check(store, random.Random(seed))
    store.close()


def arrivals(chance: random.Random, start: date) -> Sequence[tuple[int, list[NewEvent]]]:
    """Documents of two months, each with the day, counted from *start*, on which it arrives."""
    found = []
    for number in range(25):
        day = date(2026, 2, 2) + timedelta(days=chance.randrange(70))
        at = datetime.combine(day, time(8), LOCAL)
        due = str(day + timedelta(days=chance.randrange(25)))
        subject = f"{number + 100}"
        events = [issued(subject, time=at), assigned(subject, f"{subject}-1", due, time=at)]
        if chance.random() < 0.3:
            done = at + timedelta(days=chance.randrange(40))
            events.append(completed(subject, f"{subject}-1", time=done))
        happens = (day - start).days
        found.append((max(happens, chance.choice([0, 0, 0, 1, 2, 5])), events))
    return found


@pytest.mark.parametrize("seed", range(12))
def test_however_the_past_arrives_nothing_is_told_twice_left_out_or_swallowed(
    seed: int, tmp_path: Path
) -> None:
    def check(store: Store, chance: random.Random) -> None:
        start = date(2026, 3, 9) + timedelta(days=chance.randrange(20))
        coming = arrivals(chance, start)
        known: dict[str, date] = {}
        for days in range(25):
            day = start + timedelta(days=days)
            morning = datetime.combine(day, time(9), LOCAL)
            events = [event for at, found in coming if at == days for event in found]
            chance.shuffle(events)
            if events:
                record(store, PLAIN, events, morning)
            twice(store, morning)
            for (id_,) in store.read(lambda tx: tx.rows("SELECT id FROM obligation")):
                known.setdefault(id_, day)
        look(store, start, known)

    seeded(seed, tmp_path, check)


def look(store: Store, start: date, known: dict[str, date]) -> None:
    """Whether what the ledger has is what it should, *known* being since when each was."""
    rows = store.read(
        lambda tx: tx.rows(
            "SELECT r.obligation, r.body, r.target, r.occurrence, r.decided_at, r.catch_up,"
            " o.opened_on, c.closed_at FROM reminder r JOIN obligation o ON o.id = r.obligation"
            " LEFT JOIN catch_up c ON c.token = r.catch_up"
        )
    )
    calendar = PLAIN.calendar
    assert rows
    gathered = [(row[0], row[1]) for row in rows if row[5] is not None]
    assert len(gathered) == len(set(gathered))
    days = Counter(
        store.read(lambda tx: tx.rows("SELECT body, closed_at / 86400000000 FROM catch_up"))
    )
    assert max(days.values()) == 1
    for id_, _, target, occurrence, decided_at, digest, opened_on, _ in rows:
        anchor = calendar.previous_working_day(date.fromisoformat(target))
        came = calendar.add_working_days(anchor, occurrence)
        first = calendar.next_working_day(max(start, known[id_]))
        of_the_past = date.fromisoformat(opened_on) <= start and came <= first
        if digest is None:
            decided = datetime.fromtimestamp(decided_at / 1_000_000, LOCAL).date()
            timely = occurrence <= 0 and decided == first
            assert not of_the_past or timely, (id_, came, first)
        else:
            assert of_the_past, (id_, came, first)
    # None that is overdue at the end is untold of.
    told_of = {row[0] for row in rows}
    late = store.read(
        lambda tx: tx.rows(
            "SELECT id FROM obligation WHERE closed_on IS NULL AND due < %s",
            str(start + timedelta(days=15)),
        )
    )
    assert {id_ for (id_,) in late} <= told_of
