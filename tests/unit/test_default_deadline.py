"""A task that names no deadline: it has the one of the regulation, as if that were written down."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from dondoc.rules.events import LOCAL, Event
from dondoc.rules.judging.projection import project
from dondoc.rules.judging.terms import BEYOND_COVERAGE
from dondoc.rules.obligations import Obligation, Projection
from dondoc.rules.places import FileError
from dondoc.rules.reading.regulation import parse_regulation
from dondoc.rules.reading.side_by_side import together
from dondoc.rules.trace import Trace
from hypothesis import given, settings
from hypothesis import strategies as st
from support.case_law import calendar, default_directory, regulation_data

FILE = "default-deadline"
FIRST = date(2026, 1, 5)


def law(**changed: Any) -> Any:
    data = {**regulation_data(FILE), **changed}
    data = {key: value for key, value in data.items() if value is not None}
    return together([(parse_regulation(data, FILE), FILE)])


GIVEN, NONE_GIVEN = law(), law(default_deadline=None)


def found(
    history: list[Event], regulations: Any = GIVEN, through: date | None = None
) -> Projection:
    return project(
        *("document:VB-1", history, regulations, calendar(), default_directory()),
        since=FIRST,
        through=through or history[-1].on + timedelta(days=30),
    )


def without(trace: Trace) -> Trace:
    told = trace.copy()
    told.pop("default_deadline", None)
    return told


def without_origin(projection: Projection) -> Projection:
    obligations = [each._replace(trace=without(each.trace)) for each in projection.obligations]
    return replace(projection, obligations=tuple(obligations))


def event(number: int, day: date, type_: str, **data: Any) -> Event:
    if type_.startswith("task."):
        data = {"task_id": "1", **data}
    time = datetime(day.year, day.month, day.day, 9, tzinfo=LOCAL)
    return Event("/hscv", f"e{number:02}", type_, "VB-1", time, number, data, day)


def issued(day: date, urgency: str | None) -> Event:
    said = {} if urgency is None else {"urgency": urgency}
    document = {"doc_type": "CT", "symbol": "1/CT", "abstract": "x", "authority": "ubnd"}
    return event(0, day, "document.issued", **document, issued_on=day.isoformat(), **said)


def assignment(number: int, day: date, lead: str = "PYT", due_on: str | None = None) -> Event:
    said = {"due_on": due_on} if due_on is not None else {}
    told = {"content": "x", "kind": "report", "lead": lead}
    return event(number, day, "task.assigned", **told, **said)


def by_hand(day: date, urgency: str | None) -> str:
    """The deadline of a task assigned on *day*, by the articles of the file."""
    if urgency == "hoatoc":
        return calendar().next_working_day(day + timedelta(days=1)).isoformat()
    days, left = day, 3 if urgency in ("khan", "thuongkhan") else 15
    while left:
        days += timedelta(days=1)
        left -= calendar().is_working(days)
    return days.isoformat()


STEPS = ("assigned", "assigned_to_another", "dated", "moved", "taken_away", "reassigned", "done")


@settings(max_examples=80, deadline=None, derandomize=True)
@given(
    start=st.dates(FIRST, date(2026, 10, 1)),
    urgency=st.sampled_from((None, "normal", "khan", "hoatoc")),
    steps=st.lists(st.tuples(st.sampled_from(STEPS), st.integers(0, 20)), max_size=6),
)
def test_a_default_deadline_equals_the_same_deadline_written_down(
    start: date, urgency: str | None, steps: list[tuple[str, int]]
) -> None:
    silent = [issued(start, urgency)]
    written = list(silent)
    day, running = start, None
    for number, (step, later) in enumerate([("assigned", 0), *steps], 1):
        day += timedelta(days=later)
        soon = (day + timedelta(days=9)).isoformat()
        each = {
            "assigned": assignment(number, day),
            "assigned_to_another": assignment(number, day, "XDS"),
            "dated": assignment(number, day, due_on=soon),
            "moved": event(number, day, "task.due_changed", due_on=soon, decided_by="UBND"),
            "taken_away": event(number, day, "task.due_changed", due_on=None, decided_by="UBND"),
            "reassigned": event(number, day, "task.reassigned", lead="PTCKH"),
            "done": event(number, day, "task.completed", body="PYT", completed_on=day.isoformat()),
        }[step]
        silent.append(each)
        if step.startswith("assigned"):
            running = running or by_hand(day, urgency)
            each = replace(each, data={**each.data, "due_on": running})
        elif step in ("dated", "moved", "taken_away"):
            running = None
        written.append(each)
    assert without_origin(found(silent)) == found(written)
    assert without_origin(found(silent)) == found(written, NONE_GIVEN)


def execution(history: list[Event]) -> Obligation:
    return next(each for each in found(history).obligations if each.rule == "execution")


def test_the_trace_says_which_article_gave_the_deadline_and_how_it_was_counted() -> None:
    day = date(2026, 3, 2)
    told = execution([issued(day, "khan"), assignment(1, day)]).trace["default_deadline"]
    assert told == {
        "cite": "Điều 5.2",
        "of": "09/2026/QC-MẪU",
        "due_on": "2026-03-05",
        "term": {"kind": "working_days", "days": 3, "from": "2026-03-02", "start": "assignment"},
    }


def test_who_takes_the_task_over_has_the_deadline_with_its_article() -> None:
    day = date(2026, 3, 2)
    history = [issued(day, "khan"), assignment(1, day)]
    history.append(event(2, date(2026, 3, 4), "task.reassigned", lead="XDS"))
    owed = [each for each in found(history).obligations if each.rule == "execution"]
    assert [(each.body, str(each.due)) for each in owed] == [
        ("PYT", "2026-03-05"),
        ("XDS", "2026-03-05"),
    ]
    assert all(each.trace["default_deadline"]["cite"] == "Điều 5.2" for each in owed)


def test_a_deadline_that_somebody_named_is_nobodys_default() -> None:
    day = date(2026, 3, 2)
    named = [issued(day, "khan"), assignment(1, day, due_on="2026-03-20")]
    assert "default_deadline" not in execution(named).trace
    silent = [issued(day, "khan"), assignment(1, day)]
    moved = event(2, day, "task.due_changed", due_on="2026-03-20", decided_by="UBND")
    # What was moved says where it had come from.
    told = execution([*silent, moved])
    assert told.trace["default_deadline"]["due_on"] == told.trace["moved"][0]["from"]


def test_a_document_told_after_its_task_says_how_urgent_that_is() -> None:
    day = date(2026, 3, 2)
    late = replace(issued(day, "khan"), sequence=9)
    assert str(execution([assignment(1, day), late]).due) == "2026-03-05"


def test_a_day_that_the_calendar_does_not_reach_gives_none_and_is_flagged() -> None:
    day = calendar().last - timedelta(days=5)
    projection = found([issued(day, "normal"), assignment(1, day)], through=day)
    assert [each.rule for each in projection.obligations if each.body == "PYT"] == [
        "open_execution"
    ]
    assert BEYOND_COVERAGE in projection.flags


def test_two_regulations_in_force_at_once_do_not_both_give_one() -> None:
    first = parse_regulation(regulation_data(FILE), "a.toml")
    data = {**regulation_data(FILE), "id": "b", "assigning": None}
    data["rule"] = [{**rule, "id": f"b_{rule['id']}", "off": "x"} for rule in data["rule"]]
    data["rule"][-1]["opens"] = {"overdue": "b_execution"}
    del data["assigning"]
    second = parse_regulation(data, "b.toml")
    with pytest.raises(FileError, match=r"b.toml: default_deadline: says by when .* leave it to"):
        together([(first, "a.toml"), (second, "b.toml")])
