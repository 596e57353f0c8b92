"""Every fault of a file at once: collected while it is read, and told together."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from difflib import get_close_matches
from typing import TypeVar

from ....rules.places import FileError, Place

T = TypeVar("T")


class DialectRefused(FileError):
    """A dialect file cannot be used. Its text is its first fault, and ``faults`` has all of them, a
    line each: the file, the key and what to mend."""

    faults: tuple[str, ...] = ()

    @classmethod
    def by(cls, faults: tuple[str, ...]) -> DialectRefused:
        """The refusal for these *faults*, of which there is at least one."""
        more = f" (and {len(faults) - 1} more)" if len(faults) > 1 else ""
        refused = cls(faults[0] + more)
        refused.faults = faults
        return refused


class Faults:
    """The faults that were found so far, in the order of the file."""

    def __init__(self) -> None:
        self._found: dict[str, None] = {}

    def add(self, place: Place, problem: str) -> None:
        """Note what is wrong at *place*."""
        self._found[str(place.error(problem))] = None

    @contextmanager
    def noted(self) -> Iterator[None]:
        """Note the `FileError` that is raised within, and go on after it."""
        try:
            yield
        except FileError as fault:
            self._found[str(fault)] = None

    def attempt(self, read: Callable[[], T], otherwise: T) -> T:
        """What *read* gives; *otherwise* where it refuses, which is noted."""
        with self.noted():
            return read()
        return otherwise

    def only(self, place: Place, known: Collection[str]) -> None:
        """Note each key of the table at *place* that is none of the *known*."""
        for key in place.table():
            if key not in known:
                near = get_close_matches(key, known, 1)
                hint = f"did you mean {near[0]}?" if near else f"known are {', '.join(known)}"
                self.add(inside(place, key), f"is not known here; {hint}")

    def refuse(self) -> None:
        """Raises DialectRefused where anything was noted."""
        if self._found:
            raise DialectRefused.by(tuple(self._found))


def inside(place: Place, key: str) -> Place:
    """The place of *key* in the table at *place*, whether anything stands there or not."""
    # A path of an item begins with a dot, of which two would stand there.
    told = f'"{key}"' if key.startswith(".") else key
    name = f"{place.key}.{told}" if place.key else told
    return Place(place.file, name, place.table().get(key))


def texts_at(place: Place, key: str) -> tuple[str, ...]:
    """The texts under *key* of the table at *place*; none where it is left out. Raises
    FileError."""
    found = place.find(key)
    return found.texts() if found else ()
