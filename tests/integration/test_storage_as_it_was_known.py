"""A day that is over is looked at as it was: what was said after it is not told on it."""

from __future__ import annotations

from datetime import date, datetime, time
from functools import partial

import pytest
from dondoc.rules.events import LOCAL
from dondoc.rules.obligations import Obligation
from dondoc.storage.advancing import advance
from dondoc.storage.database import Store
from dondoc.storage.questions.figures import figures
from dondoc.storage.questions.queries import (
    Filter,
    NotOneObligation,
    as_object,
    obligation_by_id,
    obligations,
)
from dondoc.storage.taking_in import record
from support.natural_events import natural
from support.plain_law import new_event
from support.stories import Told, law

THROUGH = date(2026, 4, 30)


def tell(store: Store, *told: Told) -> None:
    """Store what happened to document 7, each at nine in the morning of its day."""
    events = []
    for number, (day, type_, data) in enumerate(told, 1):
        at = datetime.combine(date.fromisoformat(day), time(9), LOCAL)
        said = {**natural(type_, at.date()), **data}
        events.append(new_event(type_, "7", said, event_id=f"e{number}", time=at))
    advance(store, law(), THROUGH)
    record(store, law(), events, datetime.combine(THROUGH, time(12), LOCAL))


def execution(store: Store, day: date) -> Obligation | None:
    """The execution of its task, as a list on *day* has it."""
    wish = Filter(rule="execution")
    found = store.read(lambda tx: obligations(tx, law(), day, wish))
    assert len(found) <= 1
    return found[0] if found else None


ASSIGNED: list[Told] = [
    ("2026-03-02", "document.issued", {"task_count": 1}),
    ("2026-03-02", "task.assigned", {"due_on": "2026-03-13", "lead": "PYT"}),
]


def test_a_deadline_that_is_moved_later_is_the_old_one_until_then(store: Store) -> None:
    """Set to 13/3; on 9/3 moved to 20/3."""
    tell(store, *ASSIGNED, ("2026-03-09", "task.due_changed", {"due_on": "2026-03-20"}))
    before, after = execution(store, date(2026, 3, 8)), execution(store, date(2026, 3, 9))
    assert before is not None
    assert after is not None
    assert (before.target, before.trace.get("moved")) == (date(2026, 3, 13), None)
    assert (after.target, [move["on"] for move in after.trace["moved"]]) == (
        date(2026, 3, 20),
        ["2026-03-09"],
    )
    assert "2026-03-09" not in str(as_object(before, law().directory, date(2026, 3, 8)))
    assert store.read(lambda tx: obligation_by_id(tx, law(), after.id, date(2026, 3, 8))) == before


def test_a_completion_counts_until_the_day_on_which_it_is_rejected(store: Store) -> None:
    tell(
        store,
        *ASSIGNED,
        ("2026-03-12", "task.completed", {"body": "PYT"}),
        ("2026-04-08", "task.completion_rejected", {"body": "PYT"}),
    )
    states = {
        day: each.state(day)
        for day in (date(2026, 3, 12), date(2026, 4, 7), date(2026, 4, 8))
        if (each := execution(store, day)) is not None
    }
    assert list(states.values()) == ["met", "met", "overdue"]
    for day, status in ((date(2026, 4, 7), "done_on_time"), (date(2026, 4, 8), "in_progress_past")):
        found = store.read(partial(figures, law=law(), as_of=day))
        assert dict(found.tasks) == {("PYT", status): 1}
        assert found.obligations["execution", "PYT", "overdue"] == (status == "in_progress_past")


def test_what_was_done_in_time_and_told_late_was_overdue_until_it_was_told(store: Store) -> None:
    """Done on Friday 13/3, told on Tuesday 17/3."""
    tell(store, *ASSIGNED, ("2026-03-17", "task.completed", {"completed_on": "2026-03-13"}))
    before, after = execution(store, date(2026, 3, 16)), execution(store, date(2026, 3, 17))
    assert before is not None
    assert after is not None
    assert before.state(date(2026, 3, 16)) == "overdue"
    assert after.state(date(2026, 3, 17)) == "met"


def test_what_is_missing_is_what_was_missing_on_the_day(store: Store) -> None:
    """The signer is told on 20/3."""
    first: Told = ("2026-03-02", "document.issued", {"task_count": 1, "signer": None})
    told: Told = ("2026-03-20", "document.corrected", {"fields": {"signer": "Nguyễn Văn A"}})
    tell(store, first, ASSIGNED[1], told)
    for day, missing in ((date(2026, 3, 19), 1), (date(2026, 3, 20), 0)):
        found = store.read(partial(figures, law=law(), as_of=day))
        assert found.incomplete["a:signer"] == missing


def test_of_what_nobody_had_heard_of_nothing_is_shown(store: Store) -> None:
    """A document of 2/3 that is told on 5/3."""
    issued: Told = ("2026-03-05", "document.issued", {"issued_on": "2026-03-02", "task_count": 1})
    tell(store, issued)
    wish = Filter(subject="7")
    days = [date(2026, 3, 4), date(2026, 3, 5)]
    found = {
        day: store.read(partial(obligations, law=law(), as_of=day, wanted=wish)) for day in days
    }
    assert [len(each) for each in found.values()] == [0, 2]
    (one, _) = found[days[1]]
    with pytest.raises(NotOneObligation, match="nothing was known yet on 2026-03-04"):
        store.read(lambda tx: obligation_by_id(tx, law(), one.id, days[0]))
