"""What the readers of data files ask for while they read: keys, kinds of values, by path.

Every `Place` records it, and every reader of values that several keys share; nothing is known here
of any one file.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import wraps
from pathlib import Path
from typing import Any

from dondoc.connector.dialects.files.reading_tables import Around
from dondoc.rules.file_faults import Faults
from dondoc.rules.places import FileError, Place

ITEM = "[]"
"""The step of a path that is an item of a list."""
READING, CONDITION = "reading", "condition"
SHARED = (READING, CONDITION)
"""What is read alike wherever it stands: how a dialect reads a value, and what it asks of one."""

Steps = tuple[str, ...]


@dataclass
class Asked:
    """What the readers ask for in one place: ``keys`` that a table may have, ``needed`` of them in
    each, the ``kinds`` of values that are taken, and ``raw`` values that nothing was asked of."""

    keys: set[str] = field(default_factory=set)
    kinds: set[tuple[Any, ...]] = field(default_factory=set)
    choices: set[frozenset[str]] = field(default_factory=set)
    raw: set[tuple[type, Any]] = field(default_factory=set)
    sought: set[str] = field(default_factory=set)
    needed: set[str] | None = None
    free: bool = True


class Recording:
    """What readers asked for, by path."""

    def __init__(self) -> None:
        self.places: dict[Steps, Asked] = {}
        self._needed: dict[tuple[str | int, ...], set[str]] = {}
        self._seen: dict[tuple[str | int, ...], Place] = {}
        self._taken: set[tuple[str | int, ...]] = set()
        self._seeking = 0

    def at(self, path: tuple[str | int, ...]) -> Asked:
        steps = tuple(ITEM if isinstance(step, int) else step for step in path)
        return self.places.setdefault(steps, Asked())

    def taken(self, place: Place, *kind: Any) -> None:
        self.at(place.path).kinds.add(kind)
        self._taken.add(place.path)

    def chosen(self, place: Place, known: Iterable[str]) -> None:
        self.at(place.path).choices.add(frozenset(known))
        self._taken.add(place.path)

    def visited(self, place: Place) -> None:
        self._seen[place.path] = place

    def wanted(self, place: Place, key: str) -> None:
        if self._seeking:
            self.at(place.path).sought.add(key)
        else:
            self._needed.setdefault(place.path, set()).add(key)

    @contextmanager
    def seeking(self) -> Iterator[None]:
        self._seeking += 1
        try:
            yield
        finally:
            self._seeking -= 1

    def read(self, read: Callable[[Path], object], file: Path, *, good: bool) -> None:
        """Have *file* read by *read*; only of *good* ones counts what they hold."""
        self._needed, self._seen, self._taken = {}, {}, set()
        with suppress(FileError):
            read(file)
        if not good:
            return
        for path, place in self._seen.items():
            if path not in self._taken and isinstance(place.value, str | int | float | bool):
                self.at(path).raw.add((type(place.value), place.value))
            if isinstance(place.value, Mapping):
                asked, needed = self.at(path), self._needed.get(path, set())
                asked.needed = needed if asked.needed is None else asked.needed & needed


@contextmanager
def recorded() -> Iterator[Recording]:
    """Have every `Place` record what it is asked for, and those who ask."""
    recording = Recording()
    kept = {(of, name): of.__dict__[name] for of, name in _WATCHED}
    try:
        for (of, name), watched in _WATCHED.items():
            setattr(of, name, watched(recording, kept[of, name]))
        yield recording
    finally:
        for (of, name), method in kept.items():
            setattr(of, name, method)


def _at(recording: Recording, method: Any) -> Any:
    @wraps(method)
    def at(place: Place, key: str) -> Place:
        recording.wanted(place, key)
        found: Place = method(place, key)
        recording.visited(found)
        return found

    return at


def _find(recording: Recording, method: Any) -> Any:
    @wraps(method)
    def find(place: Place, key: str) -> Place | None:
        recording.at(place.path).sought.add(key)
        with recording.seeking():
            found: Place | None = method(place, key)
        return found

    return find


def _only(recording: Recording, method: Any) -> Any:
    @wraps(method)
    def only(place: Place, *known: str) -> None:
        asked = recording.at(place.path)
        asked.keys.update(known)
        asked.free = False
        recording.visited(place)
        method(place, *known)

    return only


def _inside(recording: Recording, method: Any) -> Any:
    @wraps(method)
    def inside(place: Place, key: str) -> Place:
        found: Place = method(place, key)
        recording.visited(found)
        return found

    return inside


def _only_noted(recording: Recording, method: Any) -> Any:
    @wraps(method)
    def only(faults: Faults, place: Place, known: Collection[str]) -> None:
        asked = recording.at(place.path)
        asked.keys.update(known)
        asked.free = False
        recording.visited(place)
        method(faults, place, known)

    return only


def _of_reading(recording: Recording, method: Any) -> Any:
    @wraps(method)
    def reading(around: Around, place: Place, **options: Any) -> Any:
        recording.taken(place, READING)
        return method(around, place, **options)

    return reading


def _of_condition(recording: Recording, method: Any) -> Any:
    @wraps(method)
    def condition(around: Around, written: str, place: Place, **options: Any) -> Any:
        recording.at(place.path).kinds.add((CONDITION,))
        return method(around, written, place, **options)

    return condition


def _items(recording: Recording, method: Any) -> Any:
    @wraps(method)
    def items(place: Place, named_by: str | None = None) -> Iterator[Place]:
        recording.taken(place, "list")
        for item in method(place, named_by):
            recording.visited(item)
            yield item

    return items


def _choice(recording: Recording, method: Any) -> Any:
    @wraps(method)
    def choice(place: Place, known: Iterable[str]) -> str:
        known = list(known)
        recording.chosen(place, known)
        found: str = method(place, known)
        return found

    return choice


def _plain(*kind: str) -> Callable[[Recording, Any], Any]:
    def watched(recording: Recording, method: Any) -> Any:
        @wraps(method)
        def asked(place: Place, *limits: int) -> Any:
            recording.taken(place, *kind, *limits)
            return method(place, *limits)

        return asked

    return watched


_WATCHED: dict[tuple[type, str], Callable[[Recording, Any], Any]] = {
    (Place, "at"): _at,
    (Place, "find"): _find,
    (Place, "inside"): _inside,
    (Place, "only"): _only,
    (Place, "items"): _items,
    (Place, "choice"): _choice,
    (Place, "text"): _plain("text"),
    (Place, "texts"): _plain("texts"),
    (Place, "integer"): _plain("integer"),
    (Place, "truth"): _plain("truth"),
    (Place, "date"): _plain("date"),
    (Place, "table"): _plain("table"),
    (Faults, "only"): _only_noted,
    (Around, "reading"): _of_reading,
    (Around, "condition"): _of_condition,
}
