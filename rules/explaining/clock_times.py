"""How a moment is told: the hours of each day that are counted, and the time at which it is."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from ..moments import minute_text
from ..trace import TracedTerm
from .days import HOURS, Count, TermDay, count
from .words import Asked


def end_by_the_clock(
    asked: Asked, of_due: bool, counted: Count, stored: date, stored_at: datetime | None
) -> Iterator[str]:
    """Where a term ends at a moment, and which is recorded where that is another."""
    ends = asked.texts.end(counted.last, counted.ends_at)
    recorded = asked.texts.end(stored, stored_at)
    target = asked.trace.get("target")
    if (counted.last, counted.ends_at) == (stored, stored_at):
        yield asked.say("term.ends_at", moment=ends)
    elif of_due and target is not None and _ends(asked, target) == (stored, stored_at):
        yield asked.say("term.later", day=ends, target=recorded)
    else:
        yield asked.say("term.differs", day=ends, stored=recorded)


def _ends(asked: Asked, term: TracedTerm) -> tuple[date | None, datetime | None]:
    """Where *term* ends by the calendar in use."""
    counted = count(term, asked.law.calendar)
    return counted.last, counted.ends_at


def told_of(asked: Asked, step: TermDay) -> dict[str, object]:
    """What is said of a day: which it is of the term, or which of its hours are counted."""
    if step.what != HOURS:
        return {"number": step.number}
    minutes = sum(closes - opens for opens, closes in step.counted)
    spans = ", ".join(
        f"{minute_text(opens)}–{minute_text(closes)}" for opens, closes in step.counted
    )
    key = "step.time" if minutes % 60 else "step.whole_hours"
    return {
        "spans": spans,
        "time": asked.say(key, hours=minutes // 60, minutes=f"{minutes % 60:02}"),
    }
