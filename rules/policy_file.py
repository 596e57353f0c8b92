"""Reads a reminder policy from parsed TOML (docs/reminders.md describes the file).

It must never guess: what it does not understand it refuses in one line that names the file,
the key and what to mend.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from itertools import pairwise
from typing import Any

from .directory import OFFICE
from .policy import (
    COORDINATING,
    DUE_SOON,
    DUE_TODAY,
    ESCALATED,
    OBLIGOR,
    OVERDUE,
    STEPS,
    Level,
    Policy,
    Schedule,
    Step,
    Window,
)

FURTHEST = 1000
"""Working days, some four years: an offset or a repeat beyond it is a slip of the pen."""

_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
_TIME_OF_DAY = re.compile(r"(?:([01]\d|2[0-3]):([0-5]\d)|24:00)")


class PolicyError(ValueError):
    """A policy that cannot be used; one line that names the file, the key and what to mend."""


def parse_policy(data: Mapping[str, Any], where: str) -> Policy:
    """The policy in a parsed TOML file; *where* names the file in errors.

    Raises `PolicyError` for anything unknown, missing, of the wrong type or ambiguous.
    """
    file = _Place(where, "")
    file.keys(data, required={"window", "levels", "default"}, optional={"schedule"})
    levels = _levels(file.at("levels"), data["levels"])
    roles = (OBLIGOR, COORDINATING, *(level.name for level in levels))
    default, place = data["default"], file.at("default")
    place.keys(default, required={"steps", "age"})
    by_target, by_age = _schedules(file, data.get("schedule", []), roles)
    return Policy(
        window=_window(file.at("window"), data["window"]),
        levels=levels,
        default_by_target=_by_target(place.at("steps"), default["steps"], roles),
        default_by_age=_by_age(place.at("age"), default["age"], roles),
        by_target=by_target,
        by_age=by_age,
        version=sha256(json.dumps(data, default=str).encode()).hexdigest()[:16],
    )


@dataclass(frozen=True, slots=True)
class _Place:
    """A place in a file, for errors."""

    file: str
    key: str

    def at(self, key: str) -> _Place:
        return _Place(self.file, f"{self.key}.{key}" if self.key else key)

    def nth(self, number: int) -> _Place:
        return _Place(self.file, f"{self.key}[{number}]")

    def error(self, problem: str) -> PolicyError:
        return PolicyError(": ".join(part for part in (self.file, self.key, problem) if part))

    def keys(
        self, value: Any, *, required: Collection[str], optional: Collection[str] = ()
    ) -> None:
        if not isinstance(value, Mapping):
            raise self.error("must be a table")
        known = sorted({*required, *optional})
        for key in value:
            if key not in known:
                raise self.at(key).error(f"is not known here; known are {', '.join(known)}")
        for key in sorted(required):
            if key not in value:
                raise self.at(key).error("is missing")

    def integer(self, value: Any, least: int, most: int) -> int:
        # TOML's booleans are integers to Python.
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            raise self.error(f"must be a whole number from {least} to {most}, not {value!r}")
        return value

    def text(self, value: Any) -> str:
        if not isinstance(value, str) or not value.strip():
            raise self.error(f"must be a text that is not empty, not {value!r}")
        return value

    def items(self, value: Any) -> Iterator[tuple[_Place, Any]]:
        if not isinstance(value, list):
            raise self.error("must be a list")
        return ((self.nth(number), item) for number, item in enumerate(value, 1))


def _window(place: _Place, value: Any) -> Window:
    place.keys(value, required={"opens", "closes", "working_days_only"})
    opens = _time_of_day(place.at("opens"), value["opens"])
    closes = _time_of_day(place.at("closes"), value["closes"])
    if opens >= closes:
        raise place.error(f"opens at {value['opens']} but closes at {value['closes']}")
    if not isinstance(value["working_days_only"], bool):
        raise place.at("working_days_only").error("must be true or false")
    return Window(opens, closes, value["working_days_only"])


def _time_of_day(place: _Place, value: Any) -> timedelta:
    match = _TIME_OF_DAY.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        raise place.error(f'must be a time of day such as "07:30" or "24:00", not {value!r}')
    hours, minutes = match.groups()
    return timedelta(hours=int(hours), minutes=int(minutes)) if hours else timedelta(hours=24)


def _levels(place: _Place, value: Any) -> tuple[Level, ...]:
    if not isinstance(value, Mapping):
        raise place.error("must be a table")
    levels = []
    for name, level in value.items():
        inside = place.at(name)
        if name in (OBLIGOR, COORDINATING) or not _NAME.fullmatch(name):
            raise inside.error(
                "a level needs a name of its own in small letters, digits and underscores"
            )
        inside.keys(level, required=(), optional={"kind", "body"})
        if len(level) != 1:
            raise inside.error('needs either kind = "office" or body = "<code>"')
        if "kind" in level and level["kind"] != OFFICE:
            raise inside.at("kind").error(f'must be "{OFFICE}", not {level["kind"]!r}')
        body = inside.at("body").text(level["body"]) if "body" in level else None
        levels.append(Level(name, body))
    return tuple(levels)


def _schedules(
    file: _Place, value: Any, roles: Collection[str]
) -> tuple[dict[str, Schedule], dict[str, Schedule]]:
    by_target: dict[str, Schedule] = {}
    by_age: dict[str, Schedule] = {}
    claimed: dict[str, str] = {}
    for place, item in file.at("schedule").items(value):
        place.keys(item, required={"rules"}, optional={"steps", "age"})
        if len(item) == 1:
            raise place.error('has neither "steps" nor "age"; say one, or leave the schedule out')
        for inside, rule in place.at("rules").items(item["rules"]):
            if not _NAME.fullmatch(inside.text(rule)):
                raise inside.error(f"must be the id of a rule, not {rule!r}")
            if rule in claimed:
                raise inside.error(f'"{rule}" is already claimed by {claimed[rule]}')
            claimed[rule] = inside.key
            if "steps" in item:
                by_target[rule] = _by_target(place.at("steps"), item["steps"], roles)
            if "age" in item:
                by_age[rule] = _by_age(place.at("age"), item["age"], roles)
    return by_target, by_age


def _by_target(place: _Place, value: Any, roles: Collection[str]) -> Schedule:
    steps: list[Step] = []
    for inside, item in place.items(value):
        inside.keys(item, required={"step", "at", "to"}, optional={"every", "min_term"})
        name = item["step"]
        if name not in STEPS:
            raise inside.at("step").error(f"must be one of {', '.join(STEPS)}, not {name!r}")
        step = _step(inside, name, item, roles)
        _check_side(inside, step)
        _check_distinct(inside, step, steps)
        steps.append(step)
    return Schedule(tuple(steps))


def _by_age(place: _Place, value: Any, roles: Collection[str]) -> Schedule:
    steps: list[Step] = []
    for inside, item in place.items(value):
        inside.keys(item, required={"at", "to"}, optional={"every"})
        # Without a clock nothing is ever due: of the contract's four steps only this one, by
        # which a matter is brought before somebody above, is true of it.
        step = _step(inside, ESCALATED, item, roles)
        if step.at[0] < 1:
            raise inside.at("at").error("an age is counted from 1 working day on")
        _check_distinct(inside, step, steps)
        steps.append(step)
    return Schedule(tuple(steps))


def _step(place: _Place, name: str, item: Mapping[str, Any], roles: Collection[str]) -> Step:
    at = tuple(
        inside.integer(offset, -FURTHEST, FURTHEST)
        for inside, offset in place.at("at").items(item["at"])
    )
    if not at or any(one >= next_ for one, next_ in pairwise(at)):
        raise place.at("at").error("must be a rising list of working days such as [1, 3, 7]")
    every = min_term = None
    if "every" in item:
        every = place.at("every").integer(item["every"], 1, FURTHEST)
    if "min_term" in item:
        min_term = place.at("min_term").integer(item["min_term"], 1, FURTHEST)
    to = tuple(role for _, role in place.at("to").items(item["to"]))
    if not to:
        raise place.at("to").error("names nobody")
    for inside, role in place.at("to").items(item["to"]):
        if role not in roles:
            raise inside.error(f"{role!r} is nobody's role; known are {', '.join(roles)}")
        if to.count(role) > 1:
            raise inside.error(f"{role!r} is named twice")
    return Step(name, at, every, to, min_term or 0)


def _check_side(place: _Place, step: Step) -> None:
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


def _check_distinct(place: _Place, step: Step, earlier: Collection[Step]) -> None:
    """Refuse a second step of the same name on the same day for the same role."""
    for other in earlier:
        if other.name != step.name or not set(other.to) & set(step.to):
            continue
        for offset in step.at:
            if other.reached(offset) == offset:
                raise place.at("at").error(f"{step.name} at {offset} is already said above")
