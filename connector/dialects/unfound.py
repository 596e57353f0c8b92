"""Paths of a dialect that found something in none of the messages that were tried.

An optional field with a wrong path is left out in silence, and a deadline with it; so is whatever a
list with a wrong path would have told. A required one refuses the message, and is told what was
meant. Only messages whose secrecy is established as normal are looked at.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ..contract.body import Limits
from .fields import Filled, Replacing
from .mapped import MappedDialect
from .nearest import nearest_path
from .paths import MISSING, Path, PathScope, ValueFault
from .readings import Seen, ValueReading
from .telling import ATTRIBUTES, EventRule
from .views import View


@dataclass(frozen=True, slots=True)
class UnfoundPath:
    """A ``path`` as it is written in the file, for the ``part`` of an event ("due_on", "unless",
    "each") that the rule of that ``number`` (from 1) tells as ``type``; 0 and no type for what
    stands outside of rules. ``near``: what may have been meant; None where nothing is like it."""

    number: int
    type: str
    part: str
    path: str
    near: str | None = None


class PathSearch:
    """Looks for the paths of one dialect in messages, one after another."""

    def __init__(self, dialect: MappedDialect) -> None:
        self._dialect = dialect
        self._unfound: dict[tuple[int, str, str], UnfoundPath] = {}
        self._found: set[tuple[int, str, str]] = set()

    def look(self, view: View, limits: Limits) -> None:
        """Look in the message *view*, which is established as normal."""
        whole = Seen(view)
        if self._dialect.subject is not None:
            self._look_for((0, ""), "secrecy.subject", self._dialect.subject, whole)
        for number, rule in enumerate(self._dialect.rules.every, 1):
            try:
                self._of_rule((number, rule.type), rule, whole, limits)
            except ValueFault:
                continue  # What refuses the message is told of the message.

    def unfound(self) -> tuple[UnfoundPath, ...]:
        """The paths that were looked for and never found, in the order of the file; what several
        rules read by the same path, since it stands at the top of the file, is told once."""
        left = [each for key, each in self._unfound.items() if key not in self._found]
        once: dict[tuple[object, ...], UnfoundPath] = {}
        for each in sorted(left, key=lambda each: each.number):
            shared = each.part in ATTRIBUTES
            once.setdefault((each.part, each.path, 0 if shared else each.number), each)
        return tuple(once.values())

    def _of_rule(self, name: tuple[int, str], rule: EventRule, whole: Seen, limits: Limits) -> None:
        if not rule.holds(whole, items=False):
            return
        seen = [whole]
        if rule.each is not None:
            self._note(name, "each", rule.each, whole)
            seen = list(rule.items(whole, limits))
        for one in seen:
            for condition in (*rule.when, *rule.unless):
                part = "unless" if condition in rule.unless else "when"
                self._note(name, part, condition.path, one)
        for one in seen:
            if rule.holds(one):
                for part, reading in _readings(rule):
                    self._look_for(name, part, reading, one)

    def _look_for(
        self, name: tuple[int, str], part: str, reading: ValueReading, seen: Seen
    ) -> None:
        if any(_is_there(seen, path) is not False for path in reading.paths):
            self._found.update((name[0], part, path.written) for path in reading.paths)
        for path in reading.every_path:
            self._note(name, part, path, seen)
            for item in reading.items(path, seen) if reading.where else ():
                for condition in reading.where:
                    self._note(name, f"{part}.where", condition.path, item)

    def _note(self, name: tuple[int, str], part: str, path: Path, seen: Seen) -> None:
        key = (name[0], part, path.written)
        there = None if key in self._found else _is_there(seen, path)
        if there:
            self._found.add(key)
        elif there is False and (key not in self._unfound or self._unfound[key].near is None):
            near = nearest_path(path, seen)
            self._unfound[key] = UnfoundPath(*name, part, path.written, near)


def _is_there(seen: Seen, path: Path) -> bool | None:
    """Whether anything stands at *path*, be it null; None where that cannot be told."""
    if path.scope is PathScope.BESIDE and path.steps[0] != "header":
        return True
    try:
        value = seen.at(path)
    except ValueFault:
        return True
    if path.walks and isinstance(value, list):
        return any(each is not MISSING for each in value) if value else None
    return value is not MISSING


def _readings(rule: EventRule) -> Iterator[tuple[str, ValueReading]]:
    """The parts of an event that *rule* reads, by name."""
    for name in ATTRIBUTES:
        reading = getattr(rule, name)
        if reading is not None:
            yield name, reading
    for each in rule.fields:
        if isinstance(each, Filled):
            yield each.name, each.reading
        elif isinstance(each, Replacing):
            for inner in each.inside:
                yield f"{each.name}.{inner.name}", inner.reading
