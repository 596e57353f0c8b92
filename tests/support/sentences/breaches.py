"""Whether what is said of a breach is so: that it counts, will, cannot, or has been turned over."""

from __future__ import annotations

from collections.abc import Mapping

from dondoc.rules.moments import reached

from .facts import Facts, due_of
from .outcomes import silence, unmet
from .pauses import stands
from .said import Check, Said, clock, clocks, days_in, on_day, true
from .terms import awaited, awaiting, no_clock, no_date, no_deadline, past, unset


def _standing(said: Said, facts: Facts) -> str | None:
    return on_day(said, facts.as_of)


def _breach(said: Said, facts: Facts) -> str | None:
    owed = facts.obligation
    return None if owed.counts_as_breach(facts.as_of) else "it is no breach"


def _no_breach(_: Said, facts: Facts) -> str | None:
    return "it is a breach" if facts.obligation.counts_as_breach(facts.as_of) else None


def _will(said: Said, facts: Facts) -> str | None:
    day, as_of = facts.obligation.breach_on, facts.as_of
    begins = day is not None and day >= as_of and not facts.obligation.counts_as_breach(as_of)
    return None if begins else "it does not become one"


def _in_time(said: Said, facts: Facts) -> str | None:
    closed, due = facts.obligation.closed_on, facts.obligation.due
    fits = closed is not None and due is not None and closed <= min(due, facts.as_of)
    fits = fits and not facts.obligation.was_late
    return None if fits else "it was not closed in time"


def _within(said: Said, facts: Facts) -> str | None:
    due = facts.obligation.due
    passed = due is None or facts.obligation.is_past(facts.as_of)
    return "it has passed" if passed else None


def _turned(said: Said, facts: Facts) -> str | None:
    """Decided on a day after the opening; whether in time, by the dates of the obligation."""
    day = max(days_in(str(said.values["event"])))
    if not any(event.on == day for event in facts.history):
        return "nothing was told then"
    if said.key == "explain.turned.counts" and day < facts.obligation.opened_on:
        return "it had not opened"
    late = said.key == "explain.turned.late"
    return "it was in time" if late and day <= due_of(facts) else None


CHECKS: Mapping[str, Check] = {
    "explain.breach.standing_at": lambda s, f: (
        None if clock(reached(f.as_of)) in clocks(s) else "that is another moment"
    ),
    "explain.breach.standing": _standing,
    "explain.breach.counts": _breach,
    "explain.breach.counts_of": lambda s, f: (
        None if str(f.obligation.breach_of(f.directory)) in s.line else "another answered"
    ),
    "explain.breach.counts_of_several": lambda s, f: (
        None
        if f.obligation.breach_on
        and all(
            f" {code})" in s.line
            for code in f.directory.answerable(
                f.obligation.body, f.obligation.breach_on, f.obligation.owed_since
            )
        )
        else "others answered"
    ),
    "explain.breach.counts_met": _breach,
    "explain.breach.counts_ended": _breach,
    "explain.breach.will": _will,
    "explain.breach.will_after": _will,
    "explain.breach.no_clock": no_clock,
    "explain.breach.unset": unset,
    "explain.breach.no_deadline": no_deadline,
    "explain.breach.awaiting": awaiting,
    "explain.breach.past": past,
    "explain.breach.awaited": awaited,
    "explain.breach.age": unmet,
    "explain.breach.no_date": no_date,
    "explain.breach.in_time": _in_time,
    "explain.breach.not_yet": _within,
    "explain.breach.never": true,
    "explain.breach.unless_met_by": _no_breach,
    "explain.breach.none": _no_breach,
    "explain.breach.excused": true,
    "explain.breach.excused_until": true,
    "explain.breach.excused_open": true,
    "explain.breach.while_late": true,
    "explain.breach.returned": lambda s, f: (
        None if any(e.type == "task.returned" for e in f.history) else "nothing was returned"
    ),
    "explain.breach.silence": lambda _, f: (
        None if f.rule.breach_met_by else "no act of theirs ends it as a breach"
    ),
    "explain.breach.by_silence": silence,
    "explain.breach.paused": stands,
    "explain.turned.counts": _turned,
    "explain.turned.late": _turned,
    "explain.turned.over": _turned,
}
"""By the key of the text that is said."""
