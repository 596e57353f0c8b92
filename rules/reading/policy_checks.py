"""What a reminder policy says that the law and the bodies do not bear out: rules and bodies that
there are none of, steps that never come, silence that is over.

The file has been read and accepted before (`policy`); each finding has the place that it is about.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import combinations
from typing import Any

from ..directory import Directory
from ..in_force import Regulations
from ..places import Place
from ..reminding.policy import COORDINATING, Quiet, Schedule, Step, urgency
from ..rule import CALENDAR_DAYS, DATA_DATE, DOCUMENT, PERIOD, WORKING_DAYS, Rule, Term
from .policy import parse_policy

LONGEST_QUIET = timedelta(days=366)
"""Silence that lasts longer is taken for a slip of the pen."""
_TASKLESS = frozenset({DOCUMENT, PERIOD})


@dataclass(frozen=True, slots=True)
class PolicyFinding:
    """What is odd at ``place``; ``what`` names it ("no_rule"), with the ``values`` of its words.
    ``wrong``: it cannot be meant; otherwise whoever wrote it may know why."""

    place: Place
    what: str
    wrong: bool = False
    values: Mapping[str, object] = field(default_factory=dict)


def policy_findings(
    data: Mapping[str, Any],
    where: str,
    regulations: Regulations,
    directory: Directory | None,
    today: date,
) -> list[PolicyFinding]:
    """What is odd in the parsed TOML of a policy, by its places, looked at on the local date
    *today*; without a *directory* nothing is said of bodies. Raises FileError as `parse_policy`
    does."""
    parse_policy(data, where)
    return [*_Check(Place(where, "", data), regulations, directory, today).findings()]


class _Check:
    """One call of `policy_findings`."""

    def __init__(
        self, file: Place, regulations: Regulations, directory: Directory | None, today: date
    ) -> None:
        self._file, self._directory, self._today = file, directory, today
        self._policy = parse_policy(file.table(), file.file)
        self._rules: dict[str, list[Rule]] = {}
        for each in regulations.all:
            for rule in each.rules:
                self._rules.setdefault(rule.id, []).append(rule)

    def findings(self) -> Iterator[PolicyFinding]:
        yield from self._levels()
        claimed: set[str] = set()
        listed = self._file.find("schedule")
        for place in listed.items() if listed else ():
            named = place.at("rules").texts()
            claimed.update(named)
            yield from self._named(place, named)
            yield from self._schedule(place, [rule for rule in named if rule in self._rules])
        others = [rule for rule in self._rules if rule not in claimed and not self._off(rule)]
        yield from self._schedule(self._file.at("default"), others, chosen=False)
        yield from self._quiets()

    def _levels(self) -> Iterator[PolicyFinding]:
        policy, directory, today = self._policy, self._directory, self._today
        used = {role for each in self._schedules() for role in each.roles}
        for level in policy.levels:
            place = self._file.at("levels").at(level.name)
            if level.name not in used:
                yield PolicyFinding(place, "level_unused", values={"level": level.name})
            elif directory is None:
                continue
            elif level.body is None:
                if directory.office(today) is None:
                    yield PolicyFinding(place, "no_office")
            elif level.body not in directory:
                yield PolicyFinding(place.at("body"), "no_body", values={"body": level.body})
            elif not any(
                directory.exists(each, today) for each in directory.answerable(level.body, today)
            ):
                yield PolicyFinding(place.at("body"), "body_ended", values={"body": level.body})

    def _schedules(self) -> Iterator[Schedule]:
        policy = self._policy
        yield from (policy.default_by_target, policy.default_by_age)
        yield from policy.by_target.values()
        yield from policy.by_age.values()

    def _named(self, place: Place, named: Collection[str]) -> Iterator[PolicyFinding]:
        for rule in named:
            if rule not in self._rules:
                values = {"rule": rule}
                yield PolicyFinding(place.at("rules"), "no_rule", wrong=True, values=values)
            elif self._off(rule):
                yield PolicyFinding(place.at("rules"), "rule_off", values={"rule": rule})
            elif self._nobodys(rule):
                yield PolicyFinding(place.at("rules"), "rule_nobodys", values={"rule": rule})

    def _off(self, rule: str) -> bool:
        return all(each.off is not None for each in self._rules[rule])

    def _nobodys(self, rule: str) -> bool:
        """Whether *rule* is for kinds of bodies, or for bodies, that there are none of."""
        if self._directory is None:
            return False
        kinds = {body.kind for body in (*self._directory, *self._directory.earlier)}
        return all(
            (each.kinds and kinds.isdisjoint(each.kinds))
            or (each.bodies and not any(code in self._directory for code in each.bodies))
            for each in self._rules[rule]
        )

    def _schedule(
        self, place: Place, names: Collection[str], *, chosen: bool = True
    ) -> Iterator[PolicyFinding]:
        """The steps at *place* for the rules *names*; *chosen*: written for those."""
        rules = [each for name in names for each in self._rules[name] if each.off is None]
        steps, age = place.find("steps"), place.find("age")
        if not rules:
            return
        said = {"rules": ", ".join(dict.fromkeys(each.id for each in rules))}
        if steps is not None and steps.value:
            if not any(each.has_clock for each in rules):
                yield PolicyFinding(steps, "no_clock", values=said)
            else:
                schedule = (self._policy.by_target.get(rules[0].id)) if chosen else None
                schedule = schedule or self._policy.default_by_target
                yield from _steps(steps, schedule, rules)
        if chosen and age is not None and age.value and all(map(_always_dated, rules)):
            yield PolicyFinding(age, "always_dated", values=said)

    def _quiets(self) -> Iterator[PolicyFinding]:
        listed = self._file.find("quiet")
        read = list(zip(listed.items() if listed else (), self._policy.quiets, strict=True))
        for place, quiet in read:
            if quiet.last < self._today:
                yield PolicyFinding(place.at("to"), "quiet_over", values={"day": quiet.last})
            if quiet.last - quiet.first > LONGEST_QUIET:
                values = {"first": quiet.first, "last": quiet.last}
                yield PolicyFinding(place.at("to"), "quiet_long", values=values)
            for code in sorted(quiet.bodies):
                if self._directory is not None and code not in self._directory:
                    at = place.at("bodies")
                    yield PolicyFinding(at, "no_body", wrong=True, values={"body": code})
        for (one, first), (other, second) in combinations(read, 2):
            if _overlap(first, second):
                yield PolicyFinding(other, "quiet_overlap", values={"other": one.key})


def _overlap(one: Quiet, other: Quiet) -> bool:
    """Whether both keep quiet towards somebody on some day."""
    alike = not one.bodies or not other.bodies or bool(one.bodies & other.bodies)
    return alike and one.first <= other.last and other.first <= one.last


def _steps(place: Place, schedule: Schedule, rules: Collection[Rule]) -> Iterator[PolicyFinding]:
    """The steps that can never come, of those that stand at *place*."""
    longest = _longest(rules)
    values: dict[str, object]
    for item, step in zip(place.items(), schedule.steps, strict=True):
        if longest is not None and step.min_term > longest:
            values = {"longest": longest}
            yield PolicyFinding(item.at("min_term"), "term_too_long", values=values)
        elif longest is not None and (early := [at for at in step.at if -at > longest]):
            values = {"at": ", ".join(map(str, early)), "longest": longest}
            yield PolicyFinding(item.at("at"), "too_early", values=values)
        elif step.to == (COORDINATING,) and all(_TASKLESS.issuperset(each.per) for each in rules):
            yield PolicyFinding(item.at("to"), "nobody_coordinates")
        elif over := _shadowed(step, schedule):
            values = {"step": step.name, "other": over.name}
            yield PolicyFinding(item.at("at"), "shadowed", values=values)


def _shadowed(step: Step, schedule: Schedule) -> Step | None:
    """The step that is sent in place of *step* whenever that comes, to everybody it is for."""
    if step.every is not None:
        return None
    for other in schedule.steps:
        wins = all(
            other.reached(at) == at and urgency(other.name, at) > urgency(step.name, at)
            for at in step.at
        )
        if wins and set(step.to) <= set(other.to) and other.min_term <= step.min_term:
            return other
    return None


def _targets(rule: Rule) -> list[Term | None]:
    """Every term that *rule* may be counted by."""
    terms = [] if rule.periods else [rule.target]
    terms += [each.target for each in rule.exceptions]
    return terms + [each.target for each in rule.periods]


def _longest(rules: Collection[Rule]) -> int | None:
    """The most working days from opening to target that any of *rules* gives; None: no telling."""
    most = 0
    for rule in rules:
        for term in _targets(rule):
            counted = term is None or term.kind in (WORKING_DAYS, CALENDAR_DAYS)
            if not counted or (term is not None and term.start != "opening"):
                return None
            most = max(most, 0 if term is None else term.days)
    return most


def _always_dated(rule: Rule) -> bool:
    """Whether whatever *rule* opens has a target, from whatever data."""
    return all(
        term is not None and term.kind != DATA_DATE and term.start in ("opening", "event")
        for term in _targets(rule)
    )
