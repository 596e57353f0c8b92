"""Parts of a regulation in a few English words, for tables and differences.

Two parts that differ in anything the projection reads have different words, so that no change
of a regulation can hide behind its phrase.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields, is_dataclass
from typing import Any

from ..default_deadline import DefaultDeadline
from ..lights import DAYS_LEFT, HOURS_LEFT, ON_TIME, PERCENT_LEFT, WORKING_DAYS_LEFT, Light
from ..moments import minute_text
from ..own_condition import PauseBetween
from ..period_days import DayOf, WeekdayOf
from ..regulation import ExtensionLimit, Undoing
from ..rule import (
    BACK,
    CALENDAR_DAYS,
    CALENDAR_MONTHS,
    COUNTED_KINDS,
    DATA_DATE,
    FORWARD,
    STAYS,
    WORKING_DAYS,
    WORKING_HOURS,
    Accumulation,
    Excuse,
    Fulfilment,
    Opening,
    Requirement,
    Rule,
    Term,
)


def phrase(value: Any) -> str:
    """Any value of a regulation in words; what is not there is empty."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (frozenset, set)):
        return ", ".join(sorted(phrase(each) for each in value))
    if isinstance(value, tuple):
        between = "; " if any(is_dataclass(each) for each in value) else ", "
        return between.join(phrase(each) for each in value)
    if value is None:
        return ""
    said = _PHRASES.get(type(value))
    if said is None and is_dataclass(value):
        return _keys(value)
    return said(value) if said else str(value)


def _keys(value: Any) -> str:
    """What has no words of its own: each of its keys that says something."""
    told = ((each.name, getattr(value, each.name)) for each in fields(value) if each.init)
    return ", ".join(f"{name} = {phrase(said)}" for name, said in told if phrase(said))


_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_ROLLS = {
    STAYS: "",
    FORWARD: ", moved off days off",
    BACK: ", moved back off days off",
}
_UNITS = {
    WORKING_DAYS: "working day",
    WORKING_HOURS: "working hour",
    CALENDAR_MONTHS: "calendar month",
}


def days(number: int, kind: str) -> str:
    """ "1 working day", "5 calendar days", "3 calendar months"."""
    name = _UNITS.get(kind, "calendar day")
    return f"{number} {name}" if number == 1 else f"{number} {name}s"


def _term(term: Term) -> str:
    if term.kind in COUNTED_KINDS:
        long = term.months if term.kind == CALENDAR_MONTHS else term.days
        since = "from" if long > 0 else "before"
        words = f"{days(abs(long), term.kind)} {since} the {term.start}"
        if term.inclusive:
            words += ", its day counted"
    elif term.kind == WORKING_HOURS:
        words = f"{days(term.hours, term.kind)} from the event's time"
    elif term.kind == DATA_DATE:
        words = "the date in the data"
        if term.past_binds:
            words += ", over or not when it is set"
    else:
        words = phrase(term.on)
    until, words = term.until, f"{words}{_ROLLS[term.rolls]}"
    return words if until is None else f"{words}, until {minute_text(until)}"


def _default_deadline(each: DefaultDeadline) -> str:
    long = each.term.months if each.term.kind == CALENDAR_MONTHS else each.term.days
    words = f"{days(long, each.term.kind)} from the {each.start}"
    if each.term.inclusive:
        words += ", its day counted"
    words += _ROLLS[each.term.rolls]
    words += f", by {each.cite}" if each.cite else ""
    return f"{words}, where {wanted(each.where)}" if each.where else words


def _day_of(on: DayOf) -> str:
    day = "last day" if on.day == 0 else f"day {on.day}"
    return f"{day} of {_at(on.months, 'month', 'first month')}"


def _weekday_of(on: WeekdayOf) -> str:
    return f"{_WEEKDAYS[on.weekday]} of {_at(on.weeks, 'week', 'week')}"


def _at(offset: int, unit: str, origin: str) -> str:
    """The *unit* that lies so many of them behind the *origin* of a period, or before it."""
    if not offset:
        return f"the {origin}"
    return f"{unit} {abs(offset)} {'after' if offset > 0 else 'before'} the {origin}"


def _opening(opens: Opening) -> str:
    parts = [" or ".join(sorted(opens.events))] if opens.events else []
    if opens.where:
        parts.append(f"where {wanted(opens.where)}")
    if opens.on:
        parts.append(f"on {' or '.join(opens.on)}")
    if opens.once_for:
        parts.append(f"once for each {' and '.join(opens.once_for)}")
    if opens.absent:
        parts.append("nothing owed without these fields")
    if opens.leaves_to:
        parts.append(f"left to {opens.leaves_to} where that is owed")
    if opens.after_deadline:
        parts.append("the day after the deadline")
    parts += [f"{rule} overdue" for rule in (opens.overdue,) if rule]
    if opens.met:
        parts.append(f"{' or '.join(opens.met)} met")
    if opens.of:
        parts.append(f"of the {' or '.join(opens.of)}")
    return ", ".join(parts)


def _fulfilment(way: Fulfilment) -> str:
    parts = [way.event]
    if way.by:
        parts.append(f"by the {way.by}")
    if way.where:
        parts.append(f"where {wanted(way.where)}")
    if way.date != "event":
        parts.append(f"on {way.date}")
    if way.same:
        parts.append(f"of the same {', '.join(way.same)}")
    if way.opened_where:
        parts.append(f"if opened with {wanted(way.opened_where)}")
    if way.not_before:
        parts.append(f"not before the {way.not_before}")
    return ", ".join(parts)


def _undoing(each: Undoing) -> str:
    said = f"{each.event} where {wanted(each.where)}" if each.where else each.event
    return f"{said} by {each.cite}" if each.cite else said


def _extension(limit: ExtensionLimit) -> str:
    kind = limit.kind or WORKING_DAYS
    parts = [f"at most {limit.at_most}"] if limit.at_most is not None else []
    if limit.days is not None:
        parts.append(f"each of {days(limit.days, kind)} at most")
    if limit.days_in_all is not None:
        parts.append(f"of {days(limit.days_in_all, kind)} together at most")
    beyond = "binds all the same" if limit.binds_beyond else "binds as far as it is allowed"
    return f"{', '.join(parts)}, by {limit.cite}; what is granted beyond {beyond}"


_MEASURES = {
    DAYS_LEFT: "days left",
    WORKING_DAYS_LEFT: "working days left",
    PERCENT_LEFT: "percent left",
    HOURS_LEFT: "office hours left",
}


def shines(light: Light) -> str:
    """Where *light* shines: between which bounds of what is left, or how it came out."""
    if light.measure is None:
        return "fulfilled in time" if light.closed == ON_TIME else "fulfilled late"
    if light.least is None:
        return "whatever is left" if light.most is None else f"{light.most} and less"
    return (
        f"{light.least} and more"
        if light.most is None
        else f"between {light.least} and {light.most}"
    )


def shining(light: Light) -> str:
    """The same, and what is left of."""
    return f"{_MEASURES[light.measure]}: {shines(light)}" if light.measure else shines(light)


def _light(light: Light) -> str:
    named = " / ".join(text for _, text in light.name.texts)
    words = f"{light.colour}, {named}, {shining(light)}"
    return f"{words}, by {light.cite}" if light.cite else words


def _accumulation(each: Accumulation) -> str:
    needed = (
        f"all of {each.needs_field} of {each.needs_event}" if each.needs_event else _all(each.needs)
    )
    words = f"{each.event} with {each.field}: {needed}"
    if each.where:
        words += f", where {wanted(each.where)}"
    return f"{words}, if {_all(each.when)}" if each.when else words


def _requirement(each: Requirement) -> str:
    words = f"point {each.point} of the {each.of}: {', '.join(each.fields)}"
    if each.when:
        words += f", if {_all(each.when)}"
    return f"{words}, unless {', '.join(each.unless)}" if each.unless else words


def _excuse(excuse: Excuse) -> str:
    if excuse.rule:
        return f"while {excuse.rule} is late"
    until = " or ".join(sorted(excuse.until))
    return f"after {excuse.by} in time of {excuse.in_time_of} until {until}"


def pauses_counted_in(rule: Rule) -> str | None:
    """What the pauses of *rule* may last ``most`` of, WORKING_DAYS or CALENDAR_DAYS, as its due
    date is counted where that ends with a day; None where that depends on the case."""
    dues = [rule.due, *(each.due for each in rule.exceptions)]
    dues += [each.due for each in rule.periods]
    working = {due.kind == WORKING_DAYS for due in dues if due and not due.ends_by_the_clock}
    if len(working) != 1:
        return None
    return WORKING_DAYS if working.pop() else CALENDAR_DAYS


def pauses(rule: Rule) -> str:
    """When the clock of *rule* stands still, and for how many days of which kind at most."""
    return "; ".join(_pause(each, pauses_counted_in(rule)) for each in rule.pauses)


def _pause(pause: PauseBetween, kind: str | None) -> str:
    begins, ends = " or ".join(sorted(pause.begins)), " or ".join(sorted(pause.ends))
    hours = f", for {pause.most_hours} office hours at most" if pause.most_hours else ""
    if pause.most is None:
        most = ""
    elif kind is None:
        most = f", for {pause.most} days at most, working days where the term counts those"
    else:
        most = f", for {days(pause.most, kind)} at most"
    return f"from {begins} to {ends}{most}{hours}"


def wanted(where: Iterable[tuple[str, tuple[Any, ...]]]) -> str:
    """Which fields have to say what."""
    return ", ".join(
        f"{name} = {' or '.join(phrase(value) for value in values)}" for name, values in where
    )


def _all(values: Iterable[Any]) -> str:
    return " and ".join(phrase(value) for value in values)


_PHRASES: Mapping[type, Callable[[Any], str]] = {
    Term: _term,
    DefaultDeadline: _default_deadline,
    DayOf: _day_of,
    WeekdayOf: _weekday_of,
    Opening: _opening,
    Fulfilment: _fulfilment,
    Accumulation: _accumulation,
    Requirement: _requirement,
    Excuse: _excuse,
    Undoing: _undoing,
    ExtensionLimit: _extension,
    Light: _light,
}
