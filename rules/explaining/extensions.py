"""What was asked for and decided about more time, in words: each extension, and all together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from ..calendar import OutsideCoverage
from ..event_types import EXTENSION_GRANTED, EXTENSION_REQUESTED
from ..regulation import ExtensionLimit
from ..rule import WORKING_DAYS
from ..trace import TracedExtension
from .words import Asked

LIMITS = ("at_most", "days", "days_in_all")
"""What a regulation may limit of extensions, as a trace names what one is beyond."""


def extension_lines(asked: Asked) -> Iterator[str]:
    """Each request, grant and refusal, then how often and how far the deadline was put off, and
    what the regulation allows."""
    told = asked.trace.get("extensions") or ()
    limit = asked.law.regulations.extension(asked.regulation, asked.obligation.opened_on)
    for each in told:
        yield _line(asked, each, limit)
    granted = [each for each in told if each.get("number")]
    if granted:
        yield _in_all(asked, granted)
    if told and limit is not None:
        limits = "; ".join(_limits(asked, limit, LIMITS))
        yield asked.say("extension.limit", cite=limit.cite, limits=limits)
        if any(each.get("beyond") and not cut_to_what_was_over(each) for each in told):
            key = "extension.beyond" if limit.binds_beyond else "extension.beyond_limited"
            yield asked.say(key, cite=limit.cite)


def cut_to_what_was_over(told: TracedExtension) -> bool:
    """Whether what a limit leaves of an extension was over when it was granted."""
    return "granted" in told and not told.get("number") and told.get("date") != told.get("from")


def _line(asked: Asked, told: TracedExtension, limit: ExtensionLimit | None) -> str:
    event, date = asked.event(told), asked.written(told.get("date", "?"))
    if told.get("type") == EXTENSION_REQUESTED:
        body = asked.body(str(told.get("by", "?")))
        return asked.say("extension.asked", by=body, date=date, event=event)
    if told.get("type") != EXTENSION_GRANTED:
        line = asked.say("extension.refused", event=event)
    elif "granted" in told and limit is not None:
        line = _cut(asked, told, limit)
    elif told.get("number"):
        line = asked.say("extension.granted", number=told["number"], date=date, event=event)
    else:
        line = asked.say("extension.granted_no_longer", date=date, event=event)
    if "days" in told and told.get("number"):
        days = _days(asked, told["days"], told.get("kind"))
        line = asked.say("extension.days", line=line, days=days)
    by = told.get("by")
    return line if by is None else asked.say("extension.by", line=line, by=_decider(asked, by))


def _cut(asked: Asked, told: TracedExtension, limit: ExtensionLimit) -> str:
    """What was granted, what of it counts, and by which limit no more does."""
    said: dict[str, object] = {
        "granted": asked.written(told["granted"]),
        "date": asked.written(told.get("date", "?")),
        "event": asked.event(told),
        "cite": limit.cite,
        "limits": "; ".join(_limits(asked, limit, told.get("beyond", ()))),
    }
    if cut_to_what_was_over(told):
        return asked.say("extension.cut_over", **said)
    if not told.get("number"):
        return asked.say("extension.cut_whole", **said)
    return asked.say("extension.cut", number=told["number"], **said)


def _decider(asked: Asked, by: str) -> str:
    """Who decided: as the regulation calls it, otherwise an authority or a body in words."""
    return asked.names.issuers.get(by) or asked.value(by)


def _days(asked: Asked, number: int, kind: str | None) -> str:
    return asked.say(f"days.{kind or WORKING_DAYS}", days=number)


def _in_all(asked: Asked, granted: Sequence[TracedExtension]) -> str:
    """How often it was put off, by how many days, and from which day."""
    obligation = asked.obligation
    said = {"number": obligation.extensions, "first": _first_deadline(asked)}
    days = [each["days"] for each in granted if "days" in each]
    if len(days) < obligation.extensions:
        return asked.say("extension.in_all", **said)
    together = _days(asked, sum(days), granted[0].get("kind"))
    return asked.say("extension.in_all_days", days=together, **said)


def _first_deadline(asked: Asked) -> str:
    """The day on which the first deadline ended; with the day that was set, where that was a day
    off."""
    first = asked.obligation.first_due or asked.obligation.due
    if first is None:
        return "?"
    moves, calendar = asked.trace.get("moved") or (), asked.law.calendar
    try:
        named = date.fromisoformat(str(moves[0].get("from"))) if moves else first
        rolled = named < first == calendar.next_working_day(named)
    except (ValueError, OutsideCoverage):
        rolled = False
    if not rolled:
        return asked.on(first)
    return asked.say("extension.first_rolled", named=asked.on(named), first=asked.on(first))


def _limits(asked: Asked, limit: ExtensionLimit, named: Sequence[str]) -> Iterator[str]:
    """Those of *limit* that are *named*."""
    if limit.at_most is not None and "at_most" in named:
        yield asked.say("extension.at_most", number=limit.at_most)
    if limit.days is not None and "days" in named:
        yield asked.say("extension.each", days=_days(asked, limit.days, limit.kind))
    if limit.days_in_all is not None and "days_in_all" in named:
        yield asked.say("extension.together", days=_days(asked, limit.days_in_all, limit.kind))
