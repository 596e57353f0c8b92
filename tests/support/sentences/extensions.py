"""Whether what is said of an extension is so: asked for, granted, refused, how far it may go."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from dondoc.rules.events import Event

from .facts import Facts, is_capped
from .said import Check, Said, days_in, on_day, true


def _extension_told(said: Said, facts: Facts) -> str | None:
    """Asked for, granted or refused of this task, to the day that is named."""
    name = said.key.rpartition(".")[2]
    named = {"asked": "requested", "cut": "granted", "cut_whole": "granted", "cut_over": "granted"}
    type_ = named.get(name, name)
    type_ = f"task.extension_{type_.removesuffix('_no_longer')}"
    told = [e for e in _extensions(facts, type_) if e.on in days_in(str(said.values["event"]))]
    if "date" in said.values:
        (day,) = days_in(str(said.values["date"]))
        capped = is_capped(facts)
        told = [
            event
            for event in told
            if event.data["due_on"] == day.isoformat()
            or (capped and event.data["due_on"] > day.isoformat())
        ]
    if not told:
        return f"there was no such {type_}"
    if "granted" in said.values and not _is_cut(said, facts, told):
        return "that was not granted, or is allowed"
    number = said.values.get("number")
    granted = len(_extensions(facts, "task.extension_granted"))
    return None if number is None or 1 <= int(str(number)) <= granted else "not so often"


def _is_cut(said: Said, facts: Facts, told: Sequence[Event]) -> bool:
    """Whether the day that was granted is one of an event, later than the one that counts, and it
    is told by a limit that the file has."""
    (granted,) = days_in(str(said.values["granted"]))
    (counts,) = days_in(str(said.values["date"]))
    regulation = facts.law.regulations.get(facts.obligation.regulation)
    limit = regulation.extension if regulation else None
    named = {int(each) for each in re.findall(r"\d+", str(said.values["limits"]))}
    return (
        any(event.data["due_on"] == granted.isoformat() for event in told)
        and counts < granted
        and limit is not None
        and bool(named)
        and named <= {limit.at_most, limit.days, limit.days_in_all}
    )


def _extensions(facts: Facts, type_: str) -> list[Event]:
    about = facts.obligation.task_id
    return [e for e in facts.history if e.type == type_ and e.data.get("task_id") == about]


def _decided_by(said: Said, facts: Facts) -> str | None:
    """One of those events says who decided."""
    told = facts.obligation.trace.get("extensions", ())
    events = [facts.event(each["source"], each["id"]) for each in told if "by" in each]
    decided = [event for event in events if event and event.data.get("decided_by")]
    return None if decided else "nobody said who decided"


def _extended_in_all(said: Said, facts: Facts) -> str | None:
    owed, granted = facts.obligation, len(_extensions(facts, "task.extension_granted"))
    number = int(str(said.values["number"]))
    if number != owed.extensions or number > granted:
        return f"there were {owed.extensions}, of {granted} that were granted"
    first = owed.first_due or owed.due
    return None if first in [*days_in(str(said.values["first"]))][-1:] else f"it is {first}"


def _first_rolled(said: Said, facts: Facts) -> str | None:
    """It was set to a day off, and ended on the next working day."""
    named = next(days_in(str(said.values["named"])))
    first = facts.obligation.first_due or facts.obligation.due
    calendar = facts.law.calendar
    if calendar.is_working(named) or calendar.next_working_day(named) != first:
        return f"{named} did not move to {first}"
    return on_day(said, first, "first")


def _limit(said: Said, facts: Facts) -> str | None:
    regulation = facts.law.regulations.get(facts.obligation.regulation)
    limit = regulation and regulation.extension
    if not limit:
        return "the regulation has no limit"
    if said.key == "explain.extension.at_most" and said.values["number"] != limit.at_most:
        return f"at most {limit.at_most} are allowed"
    return None if limit.cite in str(said.values.get("cite", limit.cite)) else "another article"


CHECKS: Mapping[str, Check] = {
    **{
        f"explain.extension.{name}": _extension_told
        for name in (
            *("asked", "granted", "granted_no_longer", "refused"),
            *("cut", "cut_whole", "cut_over"),
        )
    },
    "explain.extension.by": _decided_by,
    "explain.extension.days": true,
    "explain.extension.in_all": _extended_in_all,
    "explain.extension.in_all_days": _extended_in_all,
    "explain.extension.first_rolled": _first_rolled,
    **{
        f"explain.extension.{name}": _limit
        for name in ("limit", "at_most", "each", "together", "beyond", "beyond_limited")
    },
}
"""By the key of the text that is said."""
