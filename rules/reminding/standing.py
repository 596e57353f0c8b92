"""How an obligation stands with its dates on the day of a reminder, in words that are true then."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from ..obligations import Obligation
from ..wording import Texts
from .reminder import Reminder

_STRICT = ("before", "today", "last_working_day", "over", "late")
"""How an obligation may stand with its target; where its due date is later, each has another
text, ``…_due``, that names both."""
_STANDINGS = (*_STRICT, *(f"{standing}_due" for standing in _STRICT), "grace", "age", "awaiting")

STANDING: Mapping[str, frozenset[str]] = {
    f"reminder.standing.{standing}": frozenset(
        {"target", "due", "days", "late", "today", "opened_on"}
    )
    for standing in _STANDINGS
}
"""Every text of how an obligation stands, with the braces that it may have."""


def standing_of(reminder: Reminder, obligation: Obligation, texts: Texts) -> str:
    """How *obligation* stands on the day of *reminder*: the end of a sentence about it."""
    standing = _standing(reminder, obligation)
    return texts.fill(
        f"reminder.standing.{standing}",
        target=_target(reminder, obligation, standing, texts),
        due=_written(obligation.due, texts),
        days=abs(reminder.offset),
        late=reminder.late,
        today=_written(reminder.on, texts),
        opened_on=_written(obligation.opened_on, texts),
    )


def _standing(reminder: Reminder, obligation: Obligation) -> str:
    """How the obligation stands on the day of the reminder, as the texts name it."""
    target, due, today = obligation.target, obligation.due, reminder.on
    if target is None:
        return "awaiting" if obligation.trace.get("awaiting_deadline") else "age"
    if today > target and due is not None and today <= due:
        return "grace"
    if today > target:
        # On a day off just after it, no working day has passed.
        standing = "late" if reminder.late else "over"
    elif reminder.offset < 0:
        standing = "before"
    else:
        standing = "today" if today == target else "last_working_day"
    return standing if due in (None, target) else f"{standing}_due"


def _target(reminder: Reminder, obligation: Obligation, standing: str, texts: Texts) -> str:
    """The target, and that it is a day off, as long as it is what is asked for."""
    target = _written(obligation.target, texts)
    if reminder.day_off and not standing.startswith(("late", "over")):
        return texts.fill("reminder.day_off", date=target)
    return target


def _written(day: date | None, texts: Texts) -> str:
    return "" if day is None else texts.date(day)
