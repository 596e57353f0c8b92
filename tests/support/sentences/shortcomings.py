"""Whether an event that is said not to count does not: each reason asked of the events."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from dondoc.rules.events import Event

from .facts import Facts, due_of
from .said import Check, true


def adds(event: Event, name: str, where: Any, facts: Facts) -> bool:
    """Whether the field *name* of *event* tells of a part of what is needed."""
    needed = facts.obligation.trace.get("needed", {}).get(name, ())
    value = event.data.get(name)
    named = value if isinstance(value, list) else [value]
    since = facts.rule.earlier_counts or event.on >= facts.obligation.opened_on
    period = event.data.get("period")
    about = period is None or period == facts.obligation.subject
    agrees = all(event.data.get(key) in wanted for key, wanted in where)
    told = [each for each in named if each not in (None, False) and each not in needed]
    return bool(told) and since and about and agrees


def falls_short(told: Mapping[str, Any], facts: Facts) -> str | None:
    """Why the event that is *told* does not count, asked of the events."""
    event = facts.event(told["source"], told["id"])
    check = _SHORT.get(told["why"])
    if event is None:
        return "it has not happened"
    return f"{told['why']} is no reason" if check is None else check(told, event, facts)


def _undone(told: Mapping[str, Any], event: Event, facts: Facts) -> str | None:
    by = facts.event(told["by"]["source"], told["by"]["id"])
    office = by is not None and by.type == "task.completion_rejected"
    fits = by is not None and by.order > event.order and office == (told["why"] == "rejected")
    return None if fits else "nothing took it back"


def _other_body(told: Mapping[str, Any], event: Event, facts: Facts) -> str | None:
    acting = facts.acting(event)
    part = facts.charged(event.data.get("task_id")) & acting
    return f"{part} have a part in it" if part or facts.obligation.body in acting else None


def _another_value(told: Mapping[str, Any], event: Event, facts: Facts) -> str | None:
    other = [name for name, value in told["said"].items() if event.data.get(name) != value]
    ways = [dict(way.where) for way in facts.rule.fulfilled if way.event == event.type]
    fits = [way for way in ways if all(event.data.get(n) in wanted for n, wanted in way.items())]
    return "it says so" if other or fits else None


def _early(told: Mapping[str, Any], event: Event, _: Facts) -> str | None:
    dates = [event.data[n] for n in ("submitted_on",) if n in event.data] or [event.on.isoformat()]
    return None if dates[0] < told["from"] else "it was not early"


def _before(_: Mapping[str, Any], event: Event, facts: Facts) -> str | None:
    opener = facts.opener()
    before = event.on < facts.obligation.opened_on or (opener and event.order < opener.order)
    return None if before else "it came after the opening"


def _served(told: Mapping[str, Any], _: Event, facts: Facts) -> str | None:
    period = facts.obligation.trace.get("period")
    own = (
        period["name"] if period else due_of(facts).isoformat()
    )  # an occurrence is called by its day
    return None if told["period"] != own else "it is this period's"


def _earlier_charge(_: Mapping[str, Any], event: Event, facts: Facts) -> str | None:
    """Between it and now the task was given to somebody else, or taken away."""
    taken = ("task.reassigned", "task.assigned", "task.withdrawn", "document.withdrawn")
    later = [e for e in facts.history if e.type in taken and e.order > event.order]
    return None if later else "the body has had it since"


def _partial(_: Mapping[str, Any], event: Event, facts: Facts) -> str | None:
    told = [
        each
        for each in facts.rule.accumulates
        if each.event == event.type and adds(event, each.field, each.where, facts)
    ]
    return None if told else "it adds nothing"


_SHORT: Mapping[str, Callable[[Mapping[str, Any], Event, Facts], str | None]] = {
    "rejected": _undone,
    "taken_back": _undone,
    "other_body": _other_body,
    "another_value": _another_value,
    "early": _early,
    "before": _before,
    "served": _served,
    "earlier_charge": _earlier_charge,
    "partial": _partial,
}


CHECKS: Mapping[str, Check] = {
    **{
        f"explain.short.{why}": true
        for why in ("rejected", "taken_back", "early", "served", "another_value")
    },
    "explain.short.unfinished": lambda s, _: (
        "it says that it is done"
        if any(done in str(s.values["said"]) for done in ("đã hoàn thành", ": done"))
        else None
    ),
}
"""By the key of the text that is said."""
