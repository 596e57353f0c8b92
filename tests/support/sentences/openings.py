"""Whether what is said of an opening is so: the day or moment, and what opened the obligation."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from .facts import Facts, deadlines
from .said import Check, Said, clock, clocks, days_in, on_day, true


def _opened(said: Said, facts: Facts) -> str | None:
    return on_day(said, facts.obligation.opened_on)


def _not_yet(_: Said, facts: Facts) -> str | None:
    return None if facts.obligation.opened_on > facts.as_of else "it has opened"


CHECKS: Mapping[str, Check] = {
    "explain.opening.on": _opened,
    "explain.opening.not_yet": _not_yet,
    "explain.opening.event": true,
    "explain.opening.legal_date": _opened,
    "explain.opening.outside": lambda s, f: (
        None if any(e.type == "task.assigned" for e in f.history) else "no task was assigned"
    ),
    "explain.opening.added": lambda s, f: None if f.obligation.task_id else "it is of no task",
    "explain.opening.deadline": lambda s, f: (
        None if next(days_in(s.line), None) in deadlines(f) else "no such deadline was set"
    ),
    "explain.opening.period": lambda s, f: (
        None
        if [d.isoformat() for d in days_in(f"{s.values['first']} {s.values['last']}")]
        == [f.obligation.trace["period"]["first"], f.obligation.trace["period"]["last"]]
        else "another period"
    ),
    "explain.opening.comes_round": lambda s, f: (
        None
        if "occurrence" in f.rule.per and (e := f.opener()) and f.obligation.opened_on > e.on
        else "it is the first time, or it does not come round"
    ),
    "explain.opening.within": lambda s, f: (
        None
        if (e := f.opener())
        and e.on == f.obligation.opened_on
        and e.on.isoformat() > f.obligation.trace["period"]["first"]
        else "it opened with the period, or by no event"
    ),
    "explain.opening.overdue": true,
    "explain.opening.met": true,
    "explain.opening.at": lambda s, f: (
        None
        if clock(datetime.fromisoformat(f.obligation.trace["opened_at"])) in clocks(s)
        else "it opened at another moment"
    ),
}
"""By the key of the text that is said."""
