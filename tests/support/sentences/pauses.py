"""Whether what is said of a pause is so: what stopped the clock, from when, until when."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, timedelta

from dondoc.rules.events import Event
from dondoc.rules.working_hours import begins_at

from .facts import Facts
from .said import Check, Said, clock, days_in, moment_said


def _stopping(facts: Facts) -> list[Event]:
    begins = {type_ for each in facts.rule.pauses for type_ in each.begins}
    return [event for event in facts.history if event.type in begins]


def _paused(said: Said, facts: Facts) -> str | None:
    """From the day after what stopped the clock to the day of what let it go on."""
    if "first" not in said.values:
        return None if _stopping(facts) else "nothing stopped it"
    first = next(days_in(str(said.values["first"])))
    if not any((first - event.on).days == 1 for event in _stopping(facts)):
        return "nothing stopped it on the day before"
    last = next(days_in(str(said.values["last"])))
    if said.key.startswith("explain.paused.cut"):
        return _cut_short(said, facts, first, last)
    return None if any(event.on == last for event in facts.history) else "nothing came then"


def _cut_short(said: Said, facts: Facts, first: date, last: date) -> str | None:
    """It ran again on the day after, had not stood still longer than it may, and no event that
    lets it go on had come by then."""
    if next(days_in(str(said.values["resumed"]))) != last + timedelta(days=1):
        return "it did not run again then"
    ends = {type_ for each in facts.rule.pauses for type_ in each.ends}
    if any(e.type in ends and first <= e.on <= last for e in facts.history):
        return "it was let go on before"
    most = _most_days(said, facts)
    if isinstance(most, str):
        return most
    number, working = most
    calendar = facts.law.calendar
    span = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    stood = sum(calendar.is_working(each) or not working for each in span)
    return None if stood <= number else f"it stood still for {stood}"


def _most_days(said: Said, facts: Facts) -> tuple[int, bool] | str:
    """The days that a pause may last, and whether they are working days; what is untrue of them."""
    text = str(said.values["most"])
    (number,) = map(int, re.findall(r"\d+", text))
    if number not in [each.most for each in facts.rule.pauses]:
        return f"no pause may last {number}"
    working = (facts.obligation.trace.get("due") or {}).get("kind") == "working_days"
    if working != ("working" in text or "làm việc" in text):
        return "days of another kind"
    return number, working


def stands(said: Said, facts: Facts) -> str | None:
    """Nothing has let the clock go on since."""
    first = next(days_in(str(said.values["first"])))
    stopped = [event for event in _stopping(facts) if (first - event.on).days in (0, 1)]
    if not stopped:
        return "nothing stopped it then"
    ends = {type_ for each in facts.rule.pauses for type_ in each.ends}
    on = [e for e in facts.history if e.type in ends and e.order > stopped[-1].order]
    return f"{on[0].type} has come" if on else None


def _paused_by_the_clock(said: Said, facts: Facts) -> str | None:
    """From the moment of what stopped the clock, to that of something where it was not cut."""
    told = {clock(begins_at(event.time)) for event in facts.history}
    first, last = (moment_said(str(said.values.get(each, ""))) for each in ("first", "last"))
    if first not in {clock(begins_at(event.time)) for event in _stopping(facts)}:
        return "nothing stopped it then"
    if last is None:
        return stands(said, facts)
    if said.key == "explain.paused.cut_at":
        return None if any(each.most_hours for each in facts.rule.pauses) else "nothing cuts it"
    return None if last in told else "nothing came then"


def _late_pause(said: Said, facts: Facts) -> str | None:
    due_at, due = facts.obligation.due_at, facts.obligation.due
    days = set(days_in(said.line))
    stopped = [event for event in _stopping(facts) if event.on in days]
    if due_at is not None:
        over = any(event.time > due_at for event in stopped)
    else:
        over = due is not None and any(event.on > due for event in stopped)
    return None if over else "it was not over by then"


CHECKS: Mapping[str, Check] = {
    "explain.paused.between": _paused,
    "explain.paused.cut": _paused,
    "explain.paused.cut_until": _paused,
    "explain.paused.stands": stands,
    "explain.paused.no_day": _paused,
    "explain.paused.spent": _paused,
    "explain.paused.no_hours": _paused,
    **{f"explain.paused.{each}_at": _paused_by_the_clock for each in ("between", "stands", "cut")},
    "explain.paused.late": _late_pause,
}
"""By the key of the text that is said."""
