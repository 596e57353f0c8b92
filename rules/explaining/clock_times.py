"""How a moment is told: the hours of each day that are counted, and the time at which it is."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from ..moments import minute_text
from .days import HOURS, Count, TermDay
from .halted_hours import ADDED_HOURS
from .words import Asked


def end_by_the_clock(
    asked: Asked, target: Count | None, counted: Count, stored: date, stored_at: datetime | None
) -> Iterator[str]:
    """Where a term ends at a moment, and which is recorded where that is another. *target*: where
    the target ends of what is due by the term."""
    ends = asked.texts.end(counted.last, counted.ends_at)
    recorded = asked.texts.end(stored, stored_at)
    if (counted.last, counted.ends_at) == (stored, stored_at):
        yield asked.say("term.ends_at", moment=ends)
    elif target is not None and (target.last, target.ends_at) == (stored, stored_at):
        yield asked.say("term.later", day=ends, target=recorded)
    else:
        yield asked.say("term.differs", day=ends, stored=recorded)


def told_of(asked: Asked, step: TermDay) -> dict[str, object]:
    """What is said of a day: which it is of the term, or which of its hours are counted."""
    if step.what not in (HOURS, ADDED_HOURS):
        return {"number": step.number}
    minutes = sum(closes - opens for opens, closes in step.counted)
    spans = ", ".join(
        f"{minute_text(opens)}–{minute_text(closes)}" for opens, closes in step.counted
    )
    return {"spans": spans, "time": time_said(asked, minutes)}


def time_said(asked: Asked, minutes: int) -> str:
    """So many *minutes* as hours and minutes."""
    key = "step.time" if minutes % 60 else "step.whole_hours"
    key = "step.minutes" if minutes < 60 else key
    return asked.say(key, hours=minutes // 60, minutes=f"{minutes % 60:02}")
