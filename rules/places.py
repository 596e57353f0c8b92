"""Reading data files, the product's and the office's own: a value is taken from its place, or
refused there.

Regulations, calendars, policies, directories and texts are all TOML that somebody writes by
hand. What is not understood is refused in one line that names the file, the key and what to
mend; nothing is guessed, and no key is ignored. What was wrong can be marked as `LEFT_OUT`, and is
then read as if it were right, so that a file is told all that is wrong with it
(`reading.every_fault`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, Self, TypeAlias

from .mendable import Mendable
from .normalising import one_form

KeyPath: TypeAlias = tuple[str | int, ...]
"""How a place is reached in a parsed file: keys of tables, and items of lists counted from 0."""


class LeftOut:
    """The type of `LEFT_OUT`."""


LEFT_OUT = LeftOut()
"""Stands in a parsed file where something wrong stood, or something that is missing, once that has
been told. Whoever asks whether there is anything finds nothing; whoever needs it, a stand-in."""
_STAND_IN, _STAND_IN_DAY = "?", date(2000, 1, 1)


class FileError(Mendable, ValueError):
    """A data file cannot be used: one line that names the file, the place and what to mend.

    Where it is about a place, ``file``, ``key`` and ``problem`` are its parts, ``path`` is how the
    place is reached, and ``line`` its line where that is known.
    """

    file = key = problem = ""
    path: KeyPath | None = None
    line: int | None = None

    @classmethod
    def at(
        cls, file: str, key: str, problem: str, path: KeyPath | None = None, line: int | None = None
    ) -> Self:
        """The refusal of what stands at *key* of *file*."""
        where = file if line is None else f"{file}:{line}"
        error = cls(": ".join(part for part in (where, key, problem) if part))
        error.file, error.key, error.problem, error.path, error.line = (
            *(file, key, problem, path),
            line,
        )
        return error


def unknown_key(key: str, known: Collection[str]) -> str:
    """What is wrong with a *key* that is none of the *known*: which may be meant."""
    # Here and not above, since most files are right.
    from difflib import get_close_matches  # noqa: PLC0415

    near = get_close_matches(key, known, 1, cutoff=0.75)
    hint = f"did you mean {near[0]}?" if near else f"known are {', '.join(sorted(known))}"
    return f"is not known here; {hint}"


def _shown(value: object) -> str:
    """*value* as whoever wrote it knows it; a time of the clock to the minute, if that is all."""
    if isinstance(value, time) and not value.second:
        return value.isoformat("minutes")
    return value.isoformat() if isinstance(value, date | time) else repr(value)


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a file, with the value that stands there. ``key`` is empty for the file."""

    file: str
    key: str
    value: Any
    path: KeyPath = ()

    def error(self, problem: str) -> FileError:
        """The refusal of what stands here."""
        return FileError.at(self.file, self.key, problem, self.path)

    def at(self, key: str) -> Place:
        """What stands under *key*, which must be there."""
        inside = LEFT_OUT if self.value is LEFT_OUT else self.table().get(key)
        place = self._inside(key, inside)
        if inside is None:
            raise place.error("is missing")
        return place

    def find(self, key: str) -> Place | None:
        """What stands under *key*; None where nothing does."""
        return None if self.table().get(key, LEFT_OUT) is LEFT_OUT else self.at(key)

    def inside(self, key: str) -> Place:
        """The place of *key* in the table that stands here, whether anything stands there or
        not."""
        return self._inside(key, self.table().get(key))

    def _inside(self, key: str, value: Any) -> Place:
        # A path of an item (docs/dialects.md) begins with a dot, of which two would stand there.
        told = f'"{key}"' if key.startswith(".") else key
        name = f"{self.key}.{told}" if self.key else told
        return Place(self.file, name, value, (*self.path, key))

    def table(self) -> Mapping[str, Any]:
        """The table that stands here."""
        if self.value is LEFT_OUT:
            return {}
        if not isinstance(self.value, Mapping):
            raise self.error(f"must be a table{self._as_table()}")
        return self.value

    def _as_table(self) -> str:
        """How a table here is written in TOML."""
        if not self.path:
            return ""
        if isinstance(self.path[-1], int):
            return f": [[{self._header()}]], or {{ … }} in the list"
        return f": [{self._header()}], or {self.path[-1]} = {{ … }}"

    def _as_list(self) -> str:
        """How a list here is written in TOML, of tables where one stands here."""
        name = self.path[-1] if self.path else ""
        if isinstance(self.value, Mapping):
            return f"[[{self._header()}]] for each, or {name} = [{{ … }}]"
        return "[ … ]" if isinstance(name, int) else f"{name} = [ … ]"

    def _header(self) -> str:
        return ".".join(step for step in self.path if isinstance(step, str))

    def only(self, *known: str) -> None:
        """Refuse a key of this table that is none of *known*."""
        for key, value in self.table().items():
            if key not in known and value is not LEFT_OUT:
                raise self._inside(key, None).error(unknown_key(key, known))

    def items(self, named_by: str | None = None) -> Iterator[Place]:
        """The items of the list that stands here, counted from 1, or named by their own key
        *named_by* where they have it ("rule[review]")."""
        if self.value is LEFT_OUT:
            return
        if not isinstance(self.value, list):
            raise self.error(f"must be a list: {self._as_list()}")
        for number, item in enumerate(self.value, 1):
            if item is LEFT_OUT:
                continue
            name = item.get(named_by) if named_by and isinstance(item, Mapping) else None
            named = name if isinstance(name, str) and name else number
            yield Place(self.file, f"{self.key}[{named}]", item, (*self.path, number - 1))

    def text(self) -> str:
        """The text that stands here, on one line and in one form, as texts of events are read: it
        may be the code of a body, or another name that events say too."""
        if self.value is LEFT_OUT:
            return _STAND_IN
        if isinstance(self.value, date | time):
            raise self.error(f'must be a text in quotes, "{_shown(self.value)}"')
        if not isinstance(self.value, str) or not self.value.strip():
            raise self.error(f"must be a text that is not empty, not {self.value!r}")
        return one_form(" ".join(self.value.split()))

    def texts(self) -> tuple[str, ...]:
        """The list of texts that stands here; one text alone is a list of one."""
        if isinstance(self.value, str):
            return (self.text(),)
        return tuple(item.text() for item in self.items())

    def choice(self, known: Collection[str]) -> str:
        """The text that stands here, which must be one of *known*."""
        if self.value is LEFT_OUT and known:
            return sorted(known)[0]
        if not isinstance(self.value, str) or self.value not in known:
            raise self.error(f"must be one of {', '.join(sorted(known))}, not {_shown(self.value)}")
        return self.value

    def integer(self, least: int, most: int) -> int:
        """The whole number that stands here, from *least* to *most*."""
        value = least if self.value is LEFT_OUT else self.value
        # TOML's booleans are integers to Python.
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            raise self.error(f"must be a whole number from {least} to {most}, not {_shown(value)}")
        return value

    def truth(self) -> bool:
        """The truth value that stands here."""
        if self.value is LEFT_OUT:
            return False
        if not isinstance(self.value, bool):
            raise self.error(f"must be true or false, not {_shown(self.value)}")
        return self.value

    def date(self) -> date:
        """The local date that stands here."""
        if self.value is LEFT_OUT:
            return _STAND_IN_DAY
        if not isinstance(self.value, date) or isinstance(self.value, datetime):
            raise self.error(
                f"must be a date without quotes, such as 2026-01-02, not {_shown(self.value)}"
            )
        return self.value
