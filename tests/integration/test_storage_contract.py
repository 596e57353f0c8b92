"""What a batch of events does to the database; the same on SQLite and PostgreSQL."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from dondoc.storage import taking_in
from dondoc.storage.advancing import advance
from dondoc.storage.database import Store, open_store
from dondoc.storage.new_events import NewEvent, Outcome
from dondoc.storage.questions.queries import obligations, timeline
from dondoc.storage.taking_in import record
from support.plain_law import PlainLaw, assigned, completed, issued, new_event
from support.stores import count, state

LAW = PlainLaw()
NOW = datetime(2026, 3, 31, 3, 0, tzinfo=UTC)
TODAY = date(2026, 3, 31)


def at(hours: int) -> datetime:
    """A time of the history, *hours* after its beginning."""
    return datetime(2026, 3, 2, 2, 0, tzinfo=UTC) + timedelta(hours=hours)


@pytest.fixture
def today(store: Store) -> Store:
    """The store, brought to TODAY."""
    advance(store, LAW, TODAY)
    return store


def owed(store: Store) -> list[tuple[Any, ...]]:
    """The obligations to execute a task, short: task, state and date of fulfilment."""
    found = store.read(lambda tx: obligations(tx, LAW, TODAY))
    return [(o.task_id, o.state(TODAY), o.met_on) for o in found if o.rule == "execution"]


def test_an_event_and_what_follows_from_it_are_stored_together(today: Store) -> None:
    outcomes = record(today, LAW, [issued("15"), assigned("15", "15-1")], NOW)
    assert outcomes == [Outcome.STORED, Outcome.STORED]
    assert owed(today) == [("15-1", "overdue", None)]
    assert today.read(
        lambda tx: tx.rows(
            "SELECT symbol, missing, event_count FROM stream WHERE key='document:15'"
        )
    ) == [("15/CT-UBND", '["signer"]', 2)]
    assert today.read(lambda tx: tx.rows("SELECT task_id, lead FROM task")) == [("15-1", "ldtbxh")]


def test_the_bytes_of_an_event_are_kept_as_they_came(today: Store) -> None:
    new = assigned("15", "15-1")
    record(today, LAW, [new], NOW)
    assert today.read(lambda tx: tx.rows("SELECT body, sha256 FROM event")) == [
        (new.body, new.sha256)
    ]


def test_a_duplicate_changes_nothing(today: Store) -> None:
    record(today, LAW, [assigned("15", "15-1")], NOW)
    before = state(today)
    later = NOW + timedelta(days=1)
    assert record(today, LAW, [assigned("15", "15-1")], later) == [Outcome.DUPLICATE]
    assert state(today) == before


def test_a_duplicate_inside_a_batch_is_stored_once(today: Store) -> None:
    batch = [assigned("15", "15-1"), assigned("15", "15-1")]
    assert record(today, LAW, batch, NOW) == [Outcome.STORED, Outcome.DUPLICATE]
    assert count(today, "event") == 1


def test_the_same_id_from_another_source_is_another_event(today: Store) -> None:
    batch = [
        assigned("15", "15-1", event_id="e"),
        assigned("16", "16-1", event_id="e", source="/hscv/2"),
    ]
    assert record(today, LAW, batch, NOW) == [Outcome.STORED, Outcome.STORED]
    assert len(owed(today)) == 2


@pytest.mark.parametrize("together", [True, False])
def test_an_id_with_another_body_is_counted_as_a_conflict_and_not_stored(
    today: Store, together: bool
) -> None:
    first = assigned("15", "15-1", event_id="e", due_on="2026-04-20")
    other = assigned("15", "15-1", event_id="e", due_on="2026-05-20")
    batches = [[first, other]] if together else [[first], [other]]
    outcomes = [outcome for batch in batches for outcome in record(today, LAW, batch, NOW)]
    assert outcomes == [Outcome.STORED, Outcome.CONFLICT]
    assert today.read(lambda tx: tx.rows("SELECT sha256, conflicts FROM event")) == [
        (first.sha256, 1)
    ]


def test_an_id_that_comes_again_about_another_subject_is_a_conflict(today: Store) -> None:
    record(today, LAW, [assigned("15", "15-1", event_id="e")], NOW)
    assert record(today, LAW, [assigned("16", "16-1", event_id="e")], NOW) == [Outcome.CONFLICT]
    assert [task for task, *_ in owed(today)] == ["15-1"]


def test_an_event_of_several_streams_is_stored_once_and_works_in_each(today: Store) -> None:
    data = {"request_id": "r", "report": "body_progress", "bodies": ["vp", "ldtbxh", "tanhiep"]}
    new = new_event("report.requested", "r", data, event_id="e")
    assert record(today, LAW, [new], NOW) == [Outcome.STORED]
    assert count(today, "event") == 1
    counts = today.read(
        lambda tx: tx.rows("SELECT key, event_count FROM stream WHERE event_count>0 ORDER BY key")
    )
    assert counts == [("reports:ldtbxh", 1), ("reports:tanhiep", 1), ("reports:vp", 1)]
    # The next event of one of them reads it as part of that stream's history.
    report = {"report": "body_progress", "body": "tanhiep", "period": "2026-02"}
    record(today, LAW, [new_event("report.submitted", "s", report, event_id="f")], NOW)
    history = today.read(lambda tx: timeline(tx, "tanhiep"))
    assert [event.type for event in history] == ["report.requested", "report.submitted"]


def test_a_failure_in_a_batch_leaves_no_trace_of_it(today: Store) -> None:
    class BrokenLaw(PlainLaw):
        def project(self, stream: str, *rest: Any) -> Any:
            if stream == "document:16":
                raise ZeroDivisionError
            return super().project(stream, *rest)

    before = state(today)
    with pytest.raises(ZeroDivisionError):
        record(today, BrokenLaw(), [assigned("15", "15-1"), assigned("16", "16-1")], NOW)
    assert state(today) == before
    assert record(today, LAW, [assigned("15", "15-1")], NOW) == [Outcome.STORED]


def test_a_stream_is_projected_from_its_whole_history(today: Store) -> None:
    record(today, LAW, [assigned("15", "15-1")], NOW)
    assert owed(today) == [("15-1", "overdue", None)]
    record(today, LAW, [completed("15", "15-1", time=at(24))], NOW)
    assert owed(today) == [("15-1", "met", date(2026, 3, 3))]


def test_what_a_new_law_no_longer_gives_is_removed(today: Store) -> None:
    record(today, LAW, [assigned("15", "15-1"), assigned("15", "15-2")], NOW)

    class Forgetful(PlainLaw):
        def project(self, stream: str, history: Any, since: date, through: date) -> Any:
            kept = [event for event in history if event.data.get("task_id") != "15-1"]
            return super().project(stream, kept, since, through)

    record(today, Forgetful(), [completed("15", "15-2", time=at(5))], NOW)
    assert [task for task, *_ in owed(today)] == ["15-2"]
    assert today.read(lambda tx: tx.rows("SELECT task_id FROM task")) == [("15-2",)]


def test_a_full_stream_takes_no_more_events(today: Store) -> None:
    batch = [assigned("15", f"15-{n}") for n in range(4)]
    outcomes = record(today, LAW, batch, NOW, history_limit=3)
    assert outcomes == [Outcome.STORED] * 3 + [Outcome.STREAM_FULL]
    again = [batch[3], assigned("16", "16-1"), batch[0]]
    assert record(today, LAW, again, NOW, history_limit=3) == [
        Outcome.STREAM_FULL,
        Outcome.STORED,
        Outcome.DUPLICATE,
    ]
    assert len(owed(today)) == 4


def test_times_keep_their_microseconds_and_order(today: Store) -> None:
    early = datetime(2026, 3, 2, 2, 0, 0, 1, tzinfo=UTC)
    batch = [
        issued("15", event_id="b", time=early + timedelta(microseconds=1)),
        issued("15", event_id="a", time=early, sequence=2),
        issued("15", event_id="c", time=early, sequence=1, source="/z"),
        issued("15", event_id="d", time=early),
    ]
    record(today, LAW, batch, NOW)
    events = today.read(lambda tx: timeline(tx, "15"))
    assert [(event.id, event.time.microsecond) for event in events] == [
        ("d", 1),
        ("c", 1),
        ("a", 1),
        ("b", 2),
    ]


def a_history() -> list[NewEvent]:
    """Some subjects with everything that can make an order matter."""
    events = []
    for subject in ("15", "16", "17", "18"):
        events.append(issued(subject, time=at(0)))
        for n in range(3):
            task = f"{subject}-{n}"
            events.append(assigned(subject, task, due_on=f"2026-03-1{n}", time=at(n + 1)))
        again = assigned(subject, f"{subject}-0", due_on="2026-04-20", event_id=f"again-{subject}")
        events.append(again)
        events.append(completed(subject, f"{subject}-1", time=at(100)))
        events.append(completed(subject, f"{subject}-1", time=at(300), event_id=f"late-{subject}"))
    for n, body in enumerate(["ldtbxh", "tanhiep"]):
        data = {"report": "body_progress", "body": body, "period": "2026-02"}
        events.append(new_event("report.submitted", f"s{n}", data, event_id=f"s{n}", time=at(50)))
    asked = {"request_id": "r", "report": "body_progress", "bodies": ["ldtbxh", "tanhiep"]}
    events.append(new_event("report.requested", "r", asked, event_id="r", time=at(60)))
    return events


@pytest.mark.parametrize("seed", range(6))
def test_the_order_of_arrival_does_not_matter(
    store: Store, seed: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    # Once in order in another database, and here shuffled, repeated, cut into batches, with the
    # day moving on in between.
    quiet = open_store(f"sqlite:///{tmp_path_factory.mktemp('quiet') / 'dondoc.db'}")
    quiet.migrate(date(2026, 1, 1))
    advance(quiet, LAW, TODAY)
    record(quiet, LAW, a_history(), NOW)

    chance = random.Random(seed)
    events = a_history() * 2
    chance.shuffle(events)
    day = date(2026, 2, 27)
    while events:
        size = chance.randint(1, 12)
        batch, events = events[:size], events[size:]
        if chance.random() < 0.4:
            day += timedelta(days=chance.randint(1, 5))
            advance(store, LAW, min(day, TODAY))
        record(store, LAW, batch, NOW + timedelta(minutes=len(events)))
    advance(store, LAW, TODAY)
    assert state(store) == state(quiet)
    quiet.close()


def test_a_new_day_opens_what_a_date_opens(store: Store) -> None:
    assert advance(store, LAW, date(2026, 1, 31)) == 3
    assert count(store, "obligation") == 3
    assert advance(store, LAW, date(2026, 2, 1)) == 3
    assert count(store, "obligation") == 6


def test_a_day_that_is_done_is_not_done_again(store: Store) -> None:
    assert advance(store, LAW, TODAY) > 0
    assert advance(store, LAW, TODAY) == 0
    assert advance(store, LAW, TODAY - timedelta(days=40)) == 0
    assert store.read(lambda tx: tx.period()[1]) == TODAY


def test_an_event_dated_after_the_stored_day_opens_when_the_day_comes(store: Store) -> None:
    advance(store, LAW, date(2026, 3, 1))
    record(store, LAW, [assigned("15", "15-1", time=at(0))], NOW)
    assert store.read(lambda tx: tx.rows("SELECT id FROM obligation WHERE rule='execution'")) == []
    advance(store, LAW, date(2026, 3, 2))
    assert len(store.read(lambda tx: tx.rows("SELECT id FROM obligation WHERE rule='execution'")))


def test_a_stream_left_behind_by_a_race_is_found_by_the_next_advance(store: Store) -> None:
    # As when an event was recorded by the old day while another instance moved the day on.
    advance(store, LAW, date(2026, 3, 1))
    record(store, LAW, [assigned("15", "15-1", time=at(0))], NOW)
    store.transact(lambda tx: tx.set_setting("through", "2026-03-02"))
    assert advance(store, LAW, date(2026, 3, 2)) == 1


def test_a_new_body_gets_its_stream_on_the_same_day(store: Store) -> None:
    few = PlainLaw(directory=type(LAW.directory)({"vp": LAW.directory.bodies["vp"]}))
    advance(store, few, TODAY)
    assert {o.body for o in store.read(lambda tx: obligations(tx, few, TODAY))} == {"vp"}
    assert advance(store, LAW, TODAY) == 2
    bodies = {o.body for o in store.read(lambda tx: obligations(tx, LAW, TODAY))}
    assert bodies == {"vp", "ldtbxh", "tanhiep"}


def test_a_projection_that_withholds_what_is_due_is_a_fault(store: Store) -> None:
    class Stuck(PlainLaw):
        def project(self, stream: str, history: Any, since: date, through: date) -> Any:
            projection = super().project(stream, history, since, through)
            return type(projection)(next_opening=through)

    with pytest.raises(ValueError, match="which it should have given already"):
        advance(store, Stuck(), TODAY)


def secret(subject: str, level: str = "mat", **fields: Any) -> NewEvent:
    """The event that makes a document secret."""
    event_id = f"s-{subject}-{level}"
    return new_event(
        "document.secrecy_changed", subject, {"level": level}, event_id=event_id, **fields
    )


def test_a_secret_subject_leaves_nothing_in_any_table(today: Store) -> None:
    record(today, LAW, [assigned("16", "16-1")], NOW)
    before = state(today)
    record(today, LAW, [issued("15"), assigned("15", "15-1")], NOW)
    assert record(today, LAW, [secret("15")], NOW) == [Outcome.REDACTED]
    after = state(today)
    after["stream"] = [row for row in after["stream"] if row[0] != "document:15"]
    assert after == before
    rows = today.read(lambda tx: tx.rows("SELECT * FROM stream WHERE key='document:15'"))
    assert rows[0][2:-1] == (None, None, None, None, None, None, 0, None)
    assert today.read(lambda tx: tx.rows("SELECT stream, level, erased_at FROM redaction")) == [
        ("document:15", "mat", None)
    ]


@pytest.mark.parametrize("seed", range(4))
def test_a_redaction_is_sticky_in_any_order_of_arrival(today: Store, seed: int) -> None:
    chance = random.Random(seed)
    events = [issued("15"), assigned("15", "15-1"), secret("15"), completed("15", "15-1")]
    events += [assigned("16", "16-1"), secret("15", "normal")]
    chance.shuffle(events)
    while events:
        size = chance.randint(1, 3)
        record(today, LAW, events[:size], NOW)
        events = events[size:]
    assert record(today, LAW, [issued("15")], NOW) == [Outcome.REDACTED]
    assert [task for task, *_ in owed(today)] == ["16-1"]
    assert count(today, "event") == 1
    advance(today, LAW, TODAY + timedelta(days=40))
    assert today.read(lambda tx: timeline(tx, "15")) == []


@pytest.mark.parametrize("at_once", [True, False])
@pytest.mark.parametrize(
    "levels",
    [
        ("mat", "tuyetmat", "normal", "toimat"),
        ("tuyetmat", "mat", "toimat", "normal"),
        ("toimat", "normal", "mat", "tuyetmat"),
    ],
)
def test_of_several_levels_the_strictest_is_kept_whichever_came_first(
    today: Store, levels: tuple[str, ...], at_once: bool
) -> None:
    told = [secret("15", level) for level in levels]
    for batch in [told] if at_once else [[each] for each in told]:
        record(today, LAW, batch, NOW)
    assert today.read(lambda tx: tx.rows("SELECT stream, level FROM redaction")) == [
        ("document:15", "tuyetmat")
    ]


def test_a_document_that_is_declared_normal_is_not_redacted(today: Store) -> None:
    assert record(today, LAW, [issued("15"), secret("15", "normal")], NOW) == [
        Outcome.STORED,
        Outcome.STORED,
    ]
    assert count(today, "redaction") == 0


def test_a_secret_document_takes_its_events_out_of_other_bodies_streams(today: Store) -> None:
    # No event of a document belongs to a second stream today; the tables allow it.
    new = issued("15")
    both = NewEvent(new.event, ("document:15", "document:16"), new.body, False, new.sha256)
    record(today, LAW, [both], NOW)
    record(today, LAW, [secret("15")], NOW)
    assert count(today, "event") == 0
    assert count(today, "event_stream") == 0


def test_the_limit_on_histories_has_a_default() -> None:
    assert taking_in.HISTORY_LIMIT == 10_000
