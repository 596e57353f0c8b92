"""What came and did not fulfil an obligation, and why not: nobody is told that nothing was done.

It names what `fulfilment` passed over and never decides what counts. What is named has no text of
any event: its type, its day, whose it is, and values that the contract lists.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date

from ..event_facts import values_of
from ..events import Event
from ..regulation import REJECTED
from ..rule import Fulfilment, Rule
from ..trace import TracedEvent, TracedShortfall
from .cases import Case
from .conditions import agrees
from .fulfilment import fits, is_by, is_same, limit_of, says, takes_away, undone_by

NAMING = frozenset({"report", "kind"})
"""Fields that say which thing an event is about: another value is no attempt at this one."""

NOT_ACCEPTED, TAKEN_BACK = "rejected", "taken_back"
OTHER_BODY, ANOTHER_VALUE = "other_body", "another_value"
EARLY, BEFORE, EARLIER_CHARGE = "early", "before", "earlier_charge"
SERVED, PARTIAL = "served", "partial"
REASONS = (
    *(NOT_ACCEPTED, TAKEN_BACK, OTHER_BODY, ANOTHER_VALUE),
    *(EARLY, BEFORE, EARLIER_CHARGE, SERVED, PARTIAL),
)
"""Why something did not count: the Office did not accept it; its body took it back; a body told
it that has no part in the task; it said another value than is wanted; it came before the day from
which it counts, before what it would answer, or while the task was with the body an earlier time;
it has served another period; it was only a part of what is needed."""


def told_of(event: Event) -> TracedEvent:
    """An event as a trace names it: never with its text; by whom where that is another than the
    body whose act it is."""
    told: TracedEvent = {
        "type": event.type,
        "source": event.source,
        "id": event.id,
        "on": event.on.isoformat(),
    }
    if event.under is not None:
        told["body"] = event.under
    return told


def fell_short(
    rule: Rule, case: Case, met: Event | None, earliest: date | None, due: date | None
) -> list[TracedShortfall]:
    """What came for *case* and does not fulfil *rule*, in order, before it was *met*: of several
    alike the latest.

    *earliest*, *due*: as for `met_by_event`.
    """
    found: dict[tuple[str | None, ...], TracedShortfall] = {}
    for event in _candidates(rule, case, met):
        why: TracedShortfall | None
        if rule.accumulates and takes_away(rule, case, event):
            why = {"why": PARTIAL}
        else:
            why = _why(rule, case, event, earliest, due)
        if why is None:
            continue
        body = event.under or event.data.get("body")
        told: TracedShortfall = {**told_of(event), **why}
        if isinstance(body, str):
            told["body"] = body
        key = (event.type, body, why["why"], str(why.get("said")))
        found.pop(key, None)
        found[key] = told
    return list(found.values())


def _candidates(rule: Rule, case: Case, met: Event | None) -> Iterator[Event]:
    """The events that might have counted, in order."""
    events = case.events if case.told is None else case.told
    types: Collection[str] = rule.fulfilling
    if rule.accumulates:
        types = {*types, *(each.event for each in rule.accumulates)}
    if events.types.isdisjoint(types):
        return
    before = events.last_before(types, case.position)
    if before is not None and case.told is None:
        yield before
    for position in events.places(types, case.position if case.told is None else 0):
        event = events[position]
        if case.end is not None and event.order > case.end.order:
            return
        if met is not None and event.order >= met.order:
            return
        yield event


def _why(
    rule: Rule, case: Case, event: Event, earliest: date | None, due: date | None
) -> TracedShortfall | None:
    """Why *event* does not fulfil *rule*; None where it is about something else."""
    ways = [way for way in rule.fulfilling.get(event.type, ()) if _of_this(way, event, case)]
    if not ways:
        return None
    meant = [way for way in ways if is_by(way, event, case)]
    if not meant:
        return None if _has_a_part(event, case) else {"why": OTHER_BODY}
    undone = undone_by(rule, case, event, due)
    if undone is not None:
        why = NOT_ACCEPTED if undone.type == REJECTED else TAKEN_BACK
        return {"why": why, "by": told_of(undone)}
    fitting = [way for way in meant if says(way, event, case)]
    return _untimely(fitting, case, event, earliest) if fitting else _another_value(meant, event)


def _untimely(
    fitting: list[Fulfilment], case: Case, event: Event, earliest: date | None
) -> TracedShortfall | None:
    """Why *event*, which says what is wanted, is not of the time from which it counts."""
    if event.key in case.served:
        return {"why": SERVED, "period": case.served[event.key]}
    if case.charge is not None and not case.charge.covers(event):
        return {"why": EARLIER_CHARGE}
    for way in fitting:
        day, limit = fits(way, event, case), limit_of(way, case, earliest)
        if day is not None and limit is not None and day < limit:
            return {"why": EARLY, "from": limit.isoformat()}
    answers = any(way.by is not None for way in fitting)
    came_before = case.opened_by is not None and event.order < case.opened_by.order
    return {"why": BEFORE} if answers and (came_before or event.on < case.opened_on) else None


def _of_this(way: Fulfilment, event: Event, case: Case) -> bool:
    """Whether *event* is about the thing that *way* is: the same report, the same request."""
    for name, wanted in way.where:
        if name in NAMING and event.data.get(name) not in wanted:
            return False
    return agrees(case.data, way.opened_where) and is_same(way, event, case)


def _has_a_part(event: Event, case: Case) -> bool:
    """Whether the body that told *event* has the task itself, and told of its own part."""
    body = event.data.get("body")
    charges = () if case.task is None else case.task.charges
    return any(charge.body == body for charge in charges)


def _another_value(ways: list[Fulfilment], event: Event) -> TracedShortfall | None:
    """What *event* says otherwise than the nearest of *ways* wants."""

    def agreeing(way: Fulfilment) -> int:
        return sum(event.data.get(name) in wanted for name, wanted in way.where)

    nearest = max(ways, key=agreeing)
    said = {
        name: event.data.get(name)
        for name, wanted in nearest.where
        if event.data.get(name) not in wanted and values_of(event.type, name) is not None
    }
    return {"why": ANOTHER_VALUE, "said": said}
