"""Whether what is said of a term is so: whose deadline, how it moved, or why none binds."""

from __future__ import annotations

from collections.abc import Mapping

from dondoc.rules.moments import start_of
from dondoc.rules.rule import DATA_DATE, DEADLINE_STARTS

from .facts import Facts, deadlines, is_capped
from .outcomes import unmet
from .said import Check, Said, clock, clocks, days_in, on_day, true


def no_date(_: Said, facts: Facts) -> str | None:
    """It has no due date."""
    owed = facts.obligation
    return f"it is due on {owed.due}" if owed.due else None


def no_clock(_: Said, facts: Facts) -> str | None:
    """The regulation sets no term: no rule of it does, and no deadline was ever set."""
    if facts.rule.has_clock:
        return "the regulation has a term"
    return no_date(_, facts)


def unset(_: Said, facts: Facts) -> str | None:
    """Whoever asks is to set it, and has not."""
    due = facts.rule.due
    if due is None or due.kind != DATA_DATE:
        return "nobody is to set it"
    opener = facts.opener()
    dates = deadlines(facts)
    return f"it was set to {dates[-1]}" if opener and dates and dates[-1] else no_date(_, facts)


def no_deadline(_: Said, facts: Facts) -> str | None:
    """It counts from a deadline, and none was set."""
    terms = [facts.rule.due, *(each.due for each in facts.rule.exceptions)]
    if not any(term is not None and term.start in DEADLINE_STARTS for term in terms):
        return "it counts from no deadline"
    dates = deadlines(facts)
    return f"it was set to {dates[-1]}" if dates and dates[-1] else no_date(_, facts)


def past(_: Said, facts: Facts) -> str | None:
    """It is asked before a deadline, and was over when that was set."""
    if not facts.rule.is_before_deadline:
        return "it is asked before no deadline"
    if not any(deadlines(facts)):
        return "no deadline was set"
    return no_date(_, facts)


def awaiting(said: Said, facts: Facts) -> str | None:
    """A date was set, and was over by then; nobody awaits another once it is closed."""
    return unmet(said, facts) or _not_bound(facts)


def awaited(said: Said, facts: Facts) -> str | None:
    """A date was set, and was over by then; and none was set until it was closed."""
    if unmet(said, facts) is None:
        return "it is open"
    other = "date" in said.values and on_day(said, facts.obligation.closed_on)
    return other or _not_bound(facts)


def _not_bound(facts: Facts) -> str | None:
    if not any(deadlines(facts)):
        return "no date was set"
    due = facts.obligation.due
    return f"it is due on {due}" if due else None


def _given(said: Said, facts: Facts) -> str | None:
    """The regulation gives tasks a deadline, and somebody assigned this one without."""
    regulation = facts.law.regulations.get(facts.obligation.regulation)
    if regulation is None or not regulation.default_deadlines:
        return "the regulation gives none"
    silent = [
        event
        for event in facts.history
        if event.type == "task.assigned"
        and event.data.get("task_id") == facts.obligation.task_id
        and event.data.get("due_on") is None
    ]
    return None if silent else "somebody named one"


def _moved(said: Said, facts: Facts) -> str | None:
    dates = [day for day in deadlines(facts) if day]
    told = [*days_in(str(said.values["old"])), *days_in(str(said.values["new"]))]
    if is_capped(facts):
        return None if all(min(dates) <= day <= max(dates) for day in told) else "beyond any date"
    return None if all(day in dates for day in told) else "no event set that date"


def _over(said: Said, facts: Facts) -> str | None:
    return None if next(days_in(str(said.values["date"])), None) in deadlines(facts) else "not set"


def _hours_from(said: Said, facts: Facts) -> str | None:
    """From the event that opened it, if any did, or from the moment that a trace names; not before
    the day on which it opens."""
    opener = facts.opener()
    if opener is None:
        return None if facts.obligation.trace.get("follows") else "nothing opened it"
    begins = max(opener.time, start_of(facts.obligation.opened_on))
    return None if clock(begins) in clocks(said) else f"it opened at {begins}"


CHECKS: Mapping[str, Check] = {
    "explain.default.by": _given,
    **{
        f"explain.default.{name}": true
        for name in ("working_days", "calendar_days", "calendar_months", "task", "document")
    },
    **{
        f"explain.term.{name}": true
        for name in (
            *("working_days", "working_days_inclusive", "calendar_days", "calendar_days_inclusive"),
            *("calendar_months", "calendar_months_inclusive"),
            *("working_days_before", "calendar_days_before"),
            *("data_date", "fixed_date", "beyond", "ends", "later"),
        )
    },
    "explain.term.working_hours": _hours_from,
    "explain.term.usual_hours": lambda s, f: (
        None if f.law.calendar.hours and not f.law.calendar.hours.confirmed else "confirmed"
    ),
    "explain.term.ends_at": lambda s, f: (
        None
        if clocks(s) & {clock(f.obligation.due_at), clock(f.obligation.target_at)}
        else "it ends at another moment"
    ),
    "explain.term.no_clock": no_clock,
    "explain.term.unset": unset,
    "explain.term.no_deadline": no_deadline,
    "explain.term.awaiting": awaiting,
    "explain.term.past": past,
    "explain.term.awaited": awaited,
    "explain.moves.moved": _moved,
    "explain.moves.over": _over,
}
"""By the key of the text that is said."""
