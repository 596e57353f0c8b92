"""Every fault of a file at once: collected while it is read, and told together."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from typing import Self, TypeVar

from .places import FileError, Place, unknown_key

T = TypeVar("T")


class FileRefused(FileError):
    """A file cannot be used. Its text is its first fault, and ``faults`` has all of them, a line
    each: the file, the key and what to mend."""

    faults: tuple[FileError, ...] = ()

    @classmethod
    def by(cls, faults: tuple[FileError, ...]) -> Self:
        """The refusal for these *faults*, of which there is at least one."""
        more = f" (and {len(faults) - 1} more)" if len(faults) > 1 else ""
        refused = cls(f"{faults[0]}{more}")
        refused.faults = faults
        return refused


def faults_of(error: FileError) -> tuple[FileError, ...]:
    """Every fault that *error* tells."""
    return error.faults if isinstance(error, FileRefused) else (error,)


class Faults:
    """The faults that were found so far, in the order in which they were found, each once."""

    def __init__(self) -> None:
        self._found: dict[str, FileError] = {}

    def add(self, place: Place, problem: str) -> None:
        """Note what is wrong at *place*."""
        self.note(place.error(problem))

    def note(self, fault: FileError) -> None:
        """Note *fault*, or each of its faults."""
        for each in faults_of(fault):
            self._found.setdefault(str(each), each)

    def note_all(self, faults: Iterable[FileError]) -> None:
        """Note each of *faults*."""
        for each in faults:
            self.note(each)

    @contextmanager
    def noted(self) -> Iterator[None]:
        """Note the `FileError` that is raised within, and go on after it."""
        try:
            yield
        except FileError as fault:
            self.note(fault)

    def attempt(self, read: Callable[[], T], otherwise: T) -> T:
        """What *read* gives; *otherwise* where it refuses, which is noted."""
        with self.noted():
            return read()
        return otherwise

    def only(self, place: Place, known: Collection[str]) -> None:
        """Note each key of the table at *place* that is none of the *known*."""
        for key in place.table():
            if key not in known:
                self.add(place.inside(key), unknown_key(key, known))

    def refuse(self) -> None:
        """Raises FileRefused where anything was noted."""
        if self._found:
            raise FileRefused.by(tuple(self._found.values()))
