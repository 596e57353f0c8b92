"""What met or ended an obligation, what came and did not count, what is missing: in words.

What happened after the day it is looked at is not told.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from ..event_facts import ABOUT_A_BODY
from ..judging.shortfall import ANOTHER_VALUE, EARLY, NOT_ACCEPTED, SERVED, TAKEN_BACK
from ..moments import end_of
from ..obligations import MET, MET_LATE, VOID
from ..rule import Fulfilment
from ..trace import TracedEvent, TracedShortfall
from ..wording import lacking
from .words import Asked, one_line

_NOT_DONE = ("not_started", "in_progress")


def outcome_lines(asked: Asked) -> Iterator[str]:
    """What fulfilled it or ended it by the day it is looked at; what would, while nothing has."""
    obligation, trace = asked.obligation, asked.trace
    state = obligation.state(asked.as_of)
    if obligation.by_silence and state == MET and obligation.met_on is not None:
        due = obligation.met_on if obligation.due is None else obligation.due
        yield asked.say("outcome.silence", date=asked.on(obligation.met_on), due=asked.on(due))
    elif state in (MET, MET_LATE) and obligation.met_on is not None:
        yield _happened(asked, "outcome.met", asked.on(obligation.met_on), trace.get("met_by"))
        yield from _why_then(asked, obligation.met_on, trace.get("met_by"))
        yield from _at_which_moment(asked, obligation.met_on, obligation.met_at)
    elif state == VOID and obligation.ended_on is not None:
        how = "outcome.superseded" if trace.get("superseded") else "outcome.ended"
        yield _happened(asked, how, asked.on(obligation.ended_on), trace.get("ended_by"))
    else:
        yield from _open(asked)
        return
    if "accepted_by" in trace:
        yield asked.say("outcome.accepted", event=asked.event(trace["accepted_by"]))
    elif trace.get("awaiting_acceptance"):
        yield asked.say("outcome.awaiting")
    yield from _came_short(asked, "outcome.before")
    stands = trace.get("stands")
    if stands is not None:
        yield asked.say("outcome.stands", by=asked.event(stands))


def _at_which_moment(asked: Asked, met_on: date, met_at: datetime | None) -> Iterator[str]:
    """The moment that counts, of what is due at one."""
    if met_at is None:
        return
    if met_at >= end_of(met_on):
        yield asked.say("outcome.met_some_time", date=asked.on(met_on))
    else:
        yield asked.say("outcome.met_at", moment=asked.texts.moment(met_at))


def _open(asked: Asked) -> Iterator[str]:
    """What has come so far, none of which counts, and what would."""
    rule, trace, day = asked.rule, asked.trace, asked.on(asked.as_of)
    if rule is not None and rule.complete:
        unknown = trace.get("unclassified") and not trace.get("missing")
        key = "outcome.unclassified" if unknown else "outcome.incomplete"
        yield asked.say(key, date=day)
    elif "assigned" in trace:
        assigned, announced = trace["assigned"]
        yield asked.say("outcome.assigned", date=day, assigned=assigned, announced=announced)
        yield from _came_short(asked, "outcome.short")
    else:
        short = tuple(_came_short(asked, "outcome.short"))
        yield from short or [asked.say("outcome.open", date=day)]
    yield from _of_silence(asked)
    ways = tuple(dict.fromkeys(_ways(asked)))
    if len(ways) == 1:
        yield asked.say("outcome.way", way=ways[0])
    elif ways:
        yield asked.say("outcome.ways")
        yield from (asked.say("outcome.each", way=way) for way in ways)


def _of_silence(asked: Asked) -> Iterator[str]:
    """What silence will do, or who objected to it."""
    objected, due = asked.trace.get("objected"), asked.obligation.due
    if objected is not None:
        yield asked.say("outcome.objected", event=asked.event(objected))
    elif asked.rule is not None and asked.rule.silence and due is not None and asked.as_of <= due:
        yield asked.say("outcome.silent", due=asked.on(due))


def _came_short(asked: Asked, heading: str) -> Iterator[str]:
    """What came and did not count, each with its reason, under *heading*."""
    came = asked.trace.get("came") or ()
    if came:
        yield asked.say(heading, date=asked.on(asked.as_of))
    for told in came:
        yield asked.say("outcome.came", event=asked.event(told), why=_why_short(asked, told))


def _why_short(asked: Asked, told: TracedShortfall) -> str:
    """Why what was *told* did not count."""
    why = str(told.get("why"))
    if why in (NOT_ACCEPTED, TAKEN_BACK):
        return asked.say(f"short.{why}", event=asked.event(told.get("by") or {}))
    if why == EARLY:
        return asked.say("short.early", date=asked.written(told.get("from", "?")))
    if why == SERVED:
        name = str(told.get("period", "?"))
        return asked.say("short.served", period=asked.texts.period(name) or one_line(name))
    if why == ANOTHER_VALUE:
        values = told.get("said") or {}
        said = "; ".join(_said(asked, name, value) for name, value in values.items())
        # To tell of a task that is not done yet is no fault.
        unfinished = [*values] == ["status"] and values["status"] in _NOT_DONE
        return asked.say("short.unfinished" if unfinished else "short.another_value", said=said)
    return asked.found(f"short.{why}") or asked.say("short.unknown")


def _said(asked: Asked, name: str, value: object) -> str:
    """What an event says otherwise than is wanted; a truth that it does not tell is not so."""
    plain = None if value else asked.found(f"short.not.{name}")
    return plain or asked.say("short.said", field=asked.field(name), value=asked.said(name, value))


def _happened(asked: Asked, key: str, day: str, by: TracedEvent | None) -> str:
    if by is not None:
        return asked.say(key, date=day, event=asked.event(by))
    plain = "outcome.met" if key == "outcome.met" else "outcome.ended"
    return asked.say(f"{plain}_unrecorded", date=day)


def _why_then(asked: Asked, met_on: date, by: TracedEvent | None) -> Iterator[str]:
    """Why on another day than that of the event, and why by that event, where neither shows."""
    rule = asked.rule
    if rule is None or by is None:
        return
    told_on = str(by.get("on"))
    if told_on < met_on.isoformat():
        yield asked.say("outcome.earlier")
    elif told_on > met_on.isoformat():
        yield asked.say("outcome.stated", on=asked.written(told_on))
    if rule.complete:
        yield asked.say("outcome.complete")
    elif rule.accumulates:
        yield asked.say("outcome.accumulated")
    elif rule.counts_tasks and by.get("type") not in rule.fulfilling:
        yield asked.say("outcome.tasks")


def _ways(asked: Asked) -> Iterator[str]:
    """What would fulfil the obligation, as the rule says it."""
    rule = asked.rule
    if rule is None:
        return
    if rule.counts_tasks:
        yield asked.say("way.tasks")
    if rule.complete:
        yield asked.say("way.complete_task" if asked.obligation.task_id else "way.complete")
    for way in rule.fulfilled:
        yield ", ".join((_what(asked, way), *_limits(asked, way)))


def _what(asked: Asked, way: Fulfilment) -> str:
    """What is to happen, and what it has to say."""
    parts = [asked.event_type(way.event)]
    for name, wanted in way.where:
        # What is or is not so is said as it is, and not as a field with its value.
        plain = asked.found(f"way.{name}") if wanted == (True,) else None
        said = asked.say("way.where", field=asked.field(name), values=asked.values(wanted, name))
        parts.append(plain or said)
    return " ".join(parts)


def _limits(asked: Asked, way: Fulfilment) -> Iterator[str]:
    """Whose it has to be, about what, and from when."""
    if way.by is not None:
        about = way.by == "lead" and way.event in ABOUT_A_BODY
        yield asked.say("way.about_lead" if about else f"way.{way.by}")
    if way.same:
        yield asked.say("way.same", fields=", ".join(asked.field(name) for name in way.same))
    for name, wanted in way.opened_where:
        field, values = asked.field(name), asked.values(wanted, name)
        yield asked.say("way.opened_where", field=field, values=values)
    if way.not_before is not None:
        yield asked.say(f"way.{way.not_before}")


def missing_lines(asked: Asked) -> Iterator[str]:
    """What is not there yet: information under its point, or values that nothing has named."""
    if asked.obligation.state(asked.as_of) in (MET, MET_LATE):
        return
    for name in asked.trace.get("missing") or ():
        point, _, field = str(name).partition(":")
        yield asked.say("missing.field", point=one_line(point), field=asked.field(field))
    for said in lacking(asked.trace.get("needed"), asked.texts, asked.value):
        yield asked.say("missing.value", lacking=f"{said[:1].upper()}{said[1:]}")
