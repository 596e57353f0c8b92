"""How a task stands with its lead on a day: one of a few standings, which leave none out.

A task with one body is judged by the obligation that runs for it; that of an earlier date of the
same task is counted where dates and breaches are. Nothing here reads anything.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from ...rules.obligations import MET, MET_LATE, OPEN, OVERDUE, VOID, Obligation

DONE_ON_TIME, DONE_LATE = "done_on_time", "done_late"
DONE_WITHOUT_DEADLINE = "done_without_deadline"
WITHIN, PAST, WITHOUT_DEADLINE = "within", "past", "without_deadline"
RETURNED_WAITING, ENDED = "returned_waiting", "ended"
IN_PROGRESS, NOT_STARTED = "in_progress", "not_started"

STANDINGS = (
    *(DONE_ON_TIME, DONE_LATE, DONE_WITHOUT_DEADLINE),
    *(f"{IN_PROGRESS}_{WITHIN}", f"{IN_PROGRESS}_{PAST}", f"{IN_PROGRESS}_{WITHOUT_DEADLINE}"),
    *(f"{NOT_STARTED}_{WITHIN}", f"{NOT_STARTED}_{PAST}", f"{NOT_STARTED}_{WITHOUT_DEADLINE}"),
    *(RETURNED_WAITING, ENDED),
)
"""Each task of a report has one of them."""

DUE_ON_TIME, DUE_LATE, DUE_PAST = "due_on_time", "due_late", "due_past"
DUE_TODAY, DUE_RETURNED, DUE_ENDED = "due_today", "due_returned", "due_ended"
FALLEN_DUE = (DUE_ON_TIME, DUE_LATE, DUE_PAST, DUE_TODAY, DUE_RETURNED, DUE_ENDED)
"""What became of a date that fell due; each has one of them."""

_LEAST_DONE = {OVERDUE: 0, OPEN: 1, MET_LATE: 2, MET: 3, VOID: 4}


def current(obligations: Iterable[Obligation], as_of: date) -> Obligation:
    """Of the *obligations* of one task with one body the one by which it is judged on *as_of*: what
    is least done, of these the last; one that was ended only where there is no other."""
    return min(
        obligations,
        key=lambda each: (
            _LEAST_DONE[each.state(as_of)],
            -each.opened_on.toordinal(),
            -(each.due or date.min).toordinal(),
            each.id,
        ),
    )


def standing(obligation: Obligation, status: str, as_of: date) -> str:
    """How the task of *obligation* stands on *as_of*; *status*: what its lead last said of it."""
    state = obligation.state(as_of)
    if state == VOID:
        return ENDED
    if state in (MET, MET_LATE):
        if obligation.due is None:
            return DONE_WITHOUT_DEADLINE
        return DONE_ON_TIME if state == MET else DONE_LATE
    if obligation.returned(as_of) is not None:
        return RETURNED_WAITING
    begun = NOT_STARTED if status == NOT_STARTED else IN_PROGRESS
    if obligation.due is None:
        return f"{begun}_{WITHOUT_DEADLINE}"
    return f"{begun}_{PAST if state == OVERDUE else WITHIN}"


def fallen_due(obligation: Obligation, first: date, as_of: date) -> str | None:
    """What became by *as_of* of the date of *obligation* that fell due since *first*; None where
    none did, or it had been taken away before."""
    due = obligation.due
    if due is None or not first <= due <= as_of:
        return None
    state = obligation.state(as_of)
    if state == VOID:
        ended_on = obligation.ended_on
        return DUE_ENDED if ended_on is not None and ended_on > due else None
    if state in (MET, MET_LATE):
        return DUE_ON_TIME if state == MET else DUE_LATE
    if obligation.returned(as_of) is not None:
        return DUE_RETURNED
    return DUE_PAST if state == OVERDUE else DUE_TODAY
