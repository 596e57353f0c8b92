"""Reads a reminder policy from parsed TOML (docs/reminders.md describes the file).

It must never guess: what it does not understand it refuses in one line that names the file,
the key and what to mend.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping
from datetime import timedelta
from hashlib import sha256
from itertools import pairwise
from typing import Any

from ..directory import OFFICE
from ..places import Place
from ..reminding.policy import (
    COORDINATING,
    DUE_SOON,
    DUE_TODAY,
    ESCALATED,
    OBLIGOR,
    OVERDUE,
    STEPS,
    Level,
    Policy,
    Quiet,
    Schedule,
    Step,
    Window,
)
from .every_fault import read_whole
from .values import minute_of_day

FURTHEST = 1000
"""Working days, some four years: an offset or a repeat beyond it is a slip of the pen."""

_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")

Roles = Collection[str]


def parse_policy(data: Mapping[str, Any], where: str) -> Policy:
    """The policy in a parsed TOML file; *where* names the file in errors.

    Raises FileRefused with whatever is unknown, missing, of the wrong type or ambiguous.
    """
    return read_whole(data, lambda given: _read(given, where))


def _read(data: Mapping[str, Any], where: str) -> Policy:
    file = Place(where, "", data)
    file.only("window", "levels", "default", "schedule", "quiet")
    levels = _levels(file.at("levels"))
    roles = (OBLIGOR, COORDINATING, *(level.name for level in levels))
    default = file.at("default")
    default.only("steps", "age")
    by_target, by_age = _schedules(file.find("schedule"), roles)
    return Policy(
        window=_window(file.at("window")),
        levels=levels,
        default_by_target=_by_target(default.at("steps"), roles),
        default_by_age=_by_age(default.at("age"), roles),
        by_target=by_target,
        by_age=by_age,
        version=sha256(json.dumps(data, default=str).encode()).hexdigest()[:16],
        quiets=_quiets(file.find("quiet")),
    )


def _window(place: Place) -> Window:
    place.only("opens", "closes", "working_days_only")
    opens, closes = _time_of_day(place.at("opens")), _time_of_day(place.at("closes"))
    if opens >= closes:
        problem = f"is not after opens, {place.at('opens').value}"
        raise place.at("closes").error(problem)
    return Window(opens, closes, place.at("working_days_only").truth())


def _quiets(places: Place | None) -> tuple[Quiet, ...]:
    quiets = []
    for place in places.items() if places else ():
        place.only("from", "to", "reason", "bodies")
        first, last, bodies = place.at("from").date(), place.at("to").date(), place.find("bodies")
        if last < first:
            raise place.at("to").error(f"is before from, {first}")
        if bodies is not None and not bodies.texts():
            raise bodies.error("names nobody; leave it out where nothing is to go out at all")
        named = frozenset(bodies.texts()) if bodies else frozenset[str]()
        quiets.append(Quiet(first, last, place.at("reason").text(), named))
    return tuple(quiets)


def _time_of_day(place: Place) -> timedelta:
    return timedelta(minutes=minute_of_day(place))


def _levels(place: Place) -> tuple[Level, ...]:
    levels = []
    for name in place.table():
        level = place.at(name)
        if name in (OBLIGOR, COORDINATING) or not _NAME.fullmatch(name):
            problem = "a level needs a name of its own in small letters, digits and underscores"
            raise level.error(problem)
        level.only("kind", "body")
        kind, body = level.find("kind"), level.find("body")
        if (kind is None) == (body is None):
            raise level.error(f'needs either kind = "{OFFICE}" or body = "<code>"')
        if kind is not None:
            kind.choice((OFFICE,))
        levels.append(Level(name, body.text() if body else None))
    return tuple(levels)


def _schedules(
    schedules: Place | None, roles: Roles
) -> tuple[dict[str, Schedule], dict[str, Schedule]]:
    by_target: dict[str, Schedule] = {}
    by_age: dict[str, Schedule] = {}
    claimed: dict[str, str] = {}
    for place in schedules.items() if schedules else ():
        place.only("rules", "steps", "age")
        steps, age = place.find("steps"), place.find("age")
        if steps is None and age is None:
            raise place.error('has neither "steps" nor "age"; say one, or leave it out')
        for rule in place.at("rules").texts():
            if not _NAME.fullmatch(rule):
                raise place.at("rules").error(f"{rule!r} is not the id of a rule")
            if rule in claimed:
                raise place.at("rules").error(f'"{rule}" is already claimed by {claimed[rule]}')
            claimed[rule] = place.key
            if steps is not None:
                by_target[rule] = _by_target(steps, roles)
            if age is not None:
                by_age[rule] = _by_age(age, roles)
    return by_target, by_age


def _by_target(place: Place, roles: Roles) -> Schedule:
    steps: list[Step] = []
    for item in place.items():
        item.only("step", "at", "every", "min_term", "to")
        step = _step(item, item.at("step").choice(STEPS), roles)
        _check_side(item, step)
        _check_distinct(item, step, steps)
        steps.append(step)
    return Schedule(tuple(steps))


def _by_age(place: Place, roles: Roles) -> Schedule:
    steps: list[Step] = []
    for item in place.items():
        item.only("at", "every", "to")
        # Without a clock nothing is ever due: of the contract's four steps only this one, by
        # which a matter is brought before somebody above, is true of it.
        step = _step(item, ESCALATED, roles)
        if step.at[0] < 1:
            raise item.at("at").error("an age is counted from 1 working day on")
        _check_distinct(item, step, steps)
        steps.append(step)
    return Schedule(tuple(steps))


def _step(place: Place, name: str, roles: Roles) -> Step:
    at = tuple(offset.integer(-FURTHEST, FURTHEST) for offset in place.at("at").items())
    if not at or any(one >= next_ for one, next_ in pairwise(at)):
        raise place.at("at").error("must be a rising list of working days such as [1, 3, 7]")
    every, min_term = place.find("every"), place.find("min_term")
    return Step(
        name=name,
        at=at,
        every=every.integer(1, FURTHEST) if every else None,
        to=_to(place.at("to"), roles),
        min_term=min_term.integer(1, FURTHEST) if min_term else 0,
    )


def _to(place: Place, roles: Roles) -> tuple[str, ...]:
    to = place.texts()
    if not to:
        raise place.error("names nobody")
    for role in to:
        if role not in roles:
            raise place.error(f'"{role}" is nobody\'s role; known are {", ".join(roles)}')
        if to.count(role) > 1:
            raise place.error(f'"{role}" is named twice')
    return to


def _check_side(place: Place, step: Step) -> None:
    """Refuse a step whose name does not agree with its side of the target."""
    fits = {
        DUE_SOON: step.at[-1] < 0,
        DUE_TODAY: step.at == (0,),
        OVERDUE: step.at[0] > 0,
        ESCALATED: step.at[0] > 0,
    }
    if not fits[step.name]:
        raise place.at("at").error(
            f"{list(step.at)} does not fit {step.name}: due_soon is before the target (below 0), "
            "due_today on it (0), overdue and escalated after it (above 0)"
        )
    if step.every is not None and step.at[0] <= 0:
        raise place.at("every").error("only what comes after the target can repeat")


def _check_distinct(place: Place, step: Step, earlier: Collection[Step]) -> None:
    """Refuse a second step of the same name on the same day for the same role."""
    for other in earlier:
        if other.name != step.name or not set(other.to) & set(step.to):
            continue
        for offset in step.at:
            if other.reached(offset) == offset:
                raise place.at("at").error(f"{step.name} at {offset} is already said above")
