"""How deadlines were moved: from which day to which, and when, read from what obligations keep.

A date that is moved before it has passed stands in the trace of the same obligation; one that is
moved after it had passed ends that and begins another.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from ...rules.obligations import Obligation


@dataclass(frozen=True, slots=True)
class DateMove:
    """A deadline was moved ``on`` a day, from ``old`` to ``new``; None: there was or is none.
    ``obligation``: the id of the one that has the new date."""

    on: date
    old: date | None
    new: date | None
    obligation: str


def moves_of(obligations: Sequence[Obligation]) -> Iterator[DateMove]:
    """The moves of the deadline of one task with one body, of which these are the *obligations*."""
    for each in obligations:
        moved = each.trace.get("moved") or []
        dates = [date.fromisoformat(one["from"]) for one in moved]
        for place, one in enumerate(moved):
            new = dates[place + 1] if place + 1 < len(dates) else deadline(each)
            yield DateMove(date.fromisoformat(one["on"]), dates[place], new, each.id)
        if each.ended_on is not None and each.trace.get("superseded"):
            following = _following(each, obligations)
            if following is not None:
                first = _first_deadline(following)
                yield DateMove(each.ended_on, deadline(each), first, following.id)


def deadline(obligation: Obligation) -> date | None:
    """The day that was set, which a day off may have moved on; None where none was."""
    term = obligation.trace.get("due") or {}
    return date.fromisoformat(term["from"]) if "from" in term else obligation.due


def _first_deadline(obligation: Obligation) -> date | None:
    moved = obligation.trace.get("moved")
    return date.fromisoformat(moved[0]["from"]) if moved else deadline(obligation)


def _following(ended: Obligation, obligations: Sequence[Obligation]) -> Obligation | None:
    """The obligation that begins where *ended* was superseded."""
    later = [
        each
        for each in obligations
        if each.body == ended.body and each.id != ended.id and each.opened_on == ended.ended_on
    ]
    return min(later, key=lambda each: each.id, default=None)
