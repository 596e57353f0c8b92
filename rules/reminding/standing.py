"""How an obligation stands with its dates on the day of a reminder, in words that are true then."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from ..obligations import Obligation
from ..wording import Texts
from .reminder import Reminder

_STRICT = ("before", "today", "last_working_day", "no_working_day", "over", "late")
"""How an obligation may stand with its target; where its due date is later, each has another
text, ``…_due``, that names both."""
_WITHOUT_TARGET = ("age", "awaiting")
_STANDINGS = (*_STRICT, *(f"{standing}_due" for standing in _STRICT), "grace", *_WITHOUT_TARGET)

_BRACES = frozenset({"target", "due", "days", "late", "today", "opened_on"})
_BY_DAYS, _BY_THE_CLOCK = "standing", "standing_at"
"""The texts of what is due with a day, and of what is due at a moment: there ``{target}`` and
``{due}`` are the whole end of the term ("14 giờ 00 ngày 12/3/2026", "hết ngày 12/3/2026")."""

STANDING: Mapping[str, frozenset[str]] = {
    **{f"reminder.{_BY_DAYS}.{standing}": _BRACES for standing in _STANDINGS},
    **{
        f"reminder.{_BY_THE_CLOCK}.{standing}": _BRACES
        for standing in _STANDINGS
        if standing not in _WITHOUT_TARGET
    },
}
"""Every text of how an obligation stands, with the braces that it may have."""


def standing_of(reminder: Reminder, obligation: Obligation, texts: Texts) -> str:
    """How *obligation* stands on the day of *reminder*: the end of a sentence about it."""
    standing = _standing(reminder, obligation)
    target, due = _target(reminder, obligation, standing, texts), _written(obligation.due, texts)
    kind = _BY_DAYS
    if obligation.target_at is not None or obligation.due_at is not None:
        kind = _BY_THE_CLOCK
        target = texts.end(obligation.target, obligation.target_at)
        due = texts.end(obligation.due, obligation.due_at)
    return texts.fill(
        f"reminder.{kind}.{standing}",
        target=target,
        due=due,
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
    passed = obligation.is_past_target(today)
    if passed and due is not None and not obligation.is_past(today):
        return "grace"
    if passed:
        # On a day off just after it, no working day has passed.
        standing = "late" if reminder.late else "over"
    elif reminder.offset < 0:
        standing = "before"
    elif today == target:
        standing = "today"
    else:
        # Reminded on a day off before it, nobody has a working day left.
        standing = "no_working_day" if reminder.on_day_off else "last_working_day"
    alike = due == target and obligation.due_at == obligation.target_at
    return standing if due is None or alike else f"{standing}_due"


def _target(reminder: Reminder, obligation: Obligation, standing: str, texts: Texts) -> str:
    """The target, and that it is a day off, as long as it is what is asked for."""
    target = _written(obligation.target, texts)
    if reminder.day_off and not standing.startswith(("late", "over")):
        return texts.fill("reminder.day_off", date=target)
    return target


def _written(day: date | None, texts: Texts) -> str:
    return "" if day is None else texts.date(day)
