"""What holds for every history that the contract allows, whatever it says and in any order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable
from datetime import date, datetime, timedelta
from typing import Any
from unittest.mock import patch

from dondoc.rules.events import LOCAL, Event
from dondoc.rules.judging.projection import project
from dondoc.rules.obligations import Obligation, Projection
from dondoc.rules.regulation import Demand, Regulation
from hypothesis import given, settings
from hypothesis import strategies as st
from support.case_law import calendar, default_directory, default_regulations
from support.histories import STREAMS, histories, of_stream
from support.natural_events import natural

SINCE = date(2025, 11, 1)
THROUGH = date(2026, 8, 31)
ONE_DAY = timedelta(days=1)

streams = st.sampled_from(STREAMS)
throughs = st.dates(date(2025, 10, 1), date(2027, 3, 31))
MANY = settings(max_examples=150, deadline=None)


def judged(stream: str, history: list[Event], through: date = THROUGH) -> Projection:
    return project(
        stream, history, default_regulations(), calendar(), default_directory(), SINCE, through
    )


def kind_of(stream: str) -> str:
    return stream.partition(":")[0]


@st.composite
def told(draw: st.DrawFn, backdated: bool = True) -> tuple[str, list[Event]]:
    """A stream and what arrived of it."""
    stream = draw(streams)
    return stream, draw(histories(kind_of(stream), backdated=backdated))


@st.composite
def charges_of_one_task(draw: st.DrawFn) -> list[Event]:
    """One task and two bodies, one event a day: given, taken and given again."""
    said = draw(st.lists(st.sampled_from(_CHARGING), min_size=2, max_size=8))
    first = datetime(2026, 3, 2, 9, tzinfo=LOCAL)
    history = []
    for number, (type_, data) in enumerate(said):
        time = first + number * ONE_DAY
        told = {**natural(type_, time.date()), **data}
        # Two names that run together to the same words are two names.
        source, id_ = [("/a b", "c"), ("/a", "b c"), ("/a", f"{number}")][min(number, 2)]
        history.append(Event(source, id_, type_, "VB-1", time, None, told, time.date()))
    return history


_CHARGING: list[tuple[str, dict[str, Any]]] = [
    *(("task.assigned", {"lead": lead}) for lead in ("PYT", ["PYT", "PNV", "PYT"])),
    ("task.assigned", {"lead": "PNV", "coordinating": ["PYT", "PNV"], "due_on": "2026-03-04"}),
    *(("task.reassigned", {"lead": lead}) for lead in ("PYT", "PNV")),
    *((type_, {}) for type_ in ("task.withdrawn", "document.withdrawn", "document.issued")),
    ("task.due_changed", {"due_on": "2026-03-05"}),
]


@settings(deadline=None)
@given(charges_of_one_task())
def test_whoever_is_given_a_task_again_and_again_has_one_state_of_it(history: list[Event]) -> None:
    found = judged("document:VB-1", history)
    assert repeated((each.task_id, each.lead) for each in found.tasks) == []
    assert repeated(each.id for each in found.obligations) == []


@MANY
@given(told(), st.data())
def test_order_and_repetition_of_arrival_change_nothing(
    case: tuple[str, list[Event]], data: st.DataObject
) -> None:
    stream, arrived = case
    again = data.draw(st.permutations(arrived))
    repeats = data.draw(st.lists(st.sampled_from(arrived), max_size=5)) if arrived else []
    expected = judged(stream, of_stream(stream, arrived))
    assert judged(stream, of_stream(stream, again + repeats)) == expected


@MANY
@given(told(), throughs, throughs)
def test_a_later_projection_cut_at_an_earlier_day_is_the_earlier_projection(
    case: tuple[str, list[Event]], one: date, other: date
) -> None:
    stream, arrived = case
    history = of_stream(stream, arrived)
    early, late = sorted((one, other))
    cut = [each for each in judged(stream, history, late).obligations if each.opened_on <= early]
    assert list(judged(stream, history, early).obligations) == cut


@MANY
@given(told(), throughs)
def test_the_next_opening_is_the_day_on_which_the_next_obligation_opens(
    case: tuple[str, list[Event]], through: date
) -> None:
    stream, arrived = case
    history = of_stream(stream, arrived)
    opening = judged(stream, history, through).next_opening
    horizon = date(2027, 12, 31)
    later = judged(stream, history, horizon).obligations
    opened = [each.opened_on for each in later if each.opened_on > through]
    if opening is None or opening > horizon:
        assert not opened
    else:
        assert through < opening <= min(opened, default=horizon)


@MANY
@given(told())
def test_every_obligation_is_sound(case: tuple[str, list[Event]]) -> None:
    stream, arrived = case
    found = judged(stream, of_stream(stream, arrived))
    assert repeated(each.id for each in found.obligations) == []
    assert repeated((each.task_id, each.lead) for each in found.tasks) == []
    for each in found.obligations:
        assert_sound(each, stream)


def repeated(names: Iterable[Hashable]) -> list[Hashable]:
    return [name for name, times in Counter(names).items() if times > 1]


def assert_sound(each: Obligation, stream: str) -> None:
    assert each.stream == stream
    assert each.opened_on <= THROUGH
    assert each.body
    assert each.role
    assert each.met_on is None or each.ended_on is None
    assert each.ended_on is None or each.ended_on >= each.opened_on
    if each.due is not None and each.target is not None:
        assert each.target <= each.due
    if each.breach_on is not None:
        assert each.due is not None
        assert each.breach_on > max(each.due, each.opened_on)
        # A breach that stands is of days before it was met or ended, or of that day itself.
        assert each.closed_on is None or each.breach_on <= each.closed_on
    if each.met_on is not None and each.due is not None and each.met_on <= each.due:
        assert each.breach_on is None
    for day in (each.opened_on, each.due, each.closed_on):
        if day is not None:
            assert each.state(day)
            assert not each.counts_as_breach(day) or each.breach_on is not None


@MANY
@given(told(backdated=False), st.data())
def test_an_obligation_keeps_its_id_whatever_happens_later(
    case: tuple[str, list[Event]], data: st.DataObject
) -> None:
    """Corrections of the document or of an inspection, and dates stated afterwards, may show
    that something never was owed; what happens later cannot."""
    stream, arrived = case
    history = of_stream(stream, arrived)
    length = data.draw(st.integers(0, len(history)))
    before, after = history[:length], history[length:]
    rewriting = ("document.", "inspection.decided", "inspection.ended")
    if any(each.type.startswith(rewriting) for each in after):
        return
    through = before[-1].on if before else SINCE
    earlier = {each.id: each for each in judged(stream, before, through).obligations}
    later = {each.id: each for each in judged(stream, history, through).obligations}
    gone = [each for each in earlier.values() if each.id not in later]
    assert not gone
    for id_, each in earlier.items():
        assert (later[id_].rule, later[id_].body, later[id_].opened_on) == (
            each.rule,
            each.body,
            each.opened_on,
        )


@MANY
@given(told(), st.data())
def test_a_prefix_and_then_the_rest_equal_the_whole(
    case: tuple[str, list[Event]], data: st.DataObject
) -> None:
    """Nothing of an earlier projection lives on in the next: the values are shared by all."""
    stream, arrived = case
    whole = judged(stream, of_stream(stream, arrived))
    known: list[Event] = []
    for event in data.draw(st.permutations(arrived)):
        known.append(event)
        judged(stream, of_stream(stream, known))
    assert judged(stream, of_stream(stream, known)) == whole


@MANY
@given(st.tuples(*(histories(kind) for kind in ("document", "feedback", "reports"))))
def test_a_stream_depends_on_its_own_events_alone(
    told_of: tuple[list[Event], list[Event], list[Event]],
) -> None:
    everything = [event for one in told_of for event in one]
    for stream, own in zip(("document:VB-1", "feedback:PA-1", "reports:PYT"), told_of, strict=True):
        keys = {event.key for event in own}
        others = [event for event in everything if event.key not in keys]
        alone = judged(stream, of_stream(stream, own))
        assert judged(stream, of_stream(stream, own + others)) == alone


def every_demand(regulation: Regulation, _: object) -> list[Demand]:
    return [(rule, kind) for rule in regulation.rules if rule.off is None for kind in rule.per]


@MANY
@given(histories("document"))
def test_rules_that_are_not_asked_would_have_had_nothing_to_say(arrived: list[Event]) -> None:
    history = of_stream("document:VB-1", arrived)
    expected = judged("document:VB-1", history)
    with patch.object(Regulation, "concerned", every_demand):
        assert judged("document:VB-1", history) == expected
