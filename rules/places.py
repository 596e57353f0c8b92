"""Reading data files, the product's and the office's own: a value is taken from its place, or
refused there.

Regulations, calendars, policies, directories and texts are all TOML that somebody writes by
hand. What is not understood is refused in one line that names the file, the key and what to
mend; nothing is guessed, and no key is ignored.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from .mendable import Mendable
from .normalising import one_form


class FileError(Mendable, ValueError):
    """A data file cannot be used: one line that names the file, the place and what to mend."""


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a file, with the value that stands there. ``key`` is empty for the file."""

    file: str
    key: str
    value: Any

    def error(self, problem: str) -> FileError:
        """The refusal of what stands here."""
        return FileError(": ".join(part for part in (self.file, self.key, problem) if part))

    def at(self, key: str) -> Place:
        """What stands under *key*, which must be there."""
        inside = self.table().get(key)
        name = f"{self.key}.{key}" if self.key else key
        if inside is None:
            raise Place(self.file, name, None).error("is missing")
        return Place(self.file, name, inside)

    def find(self, key: str) -> Place | None:
        """What stands under *key*; None where nothing does."""
        return self.at(key) if key in self.table() else None

    def table(self) -> Mapping[str, Any]:
        """The table that stands here."""
        if not isinstance(self.value, Mapping):
            raise self.error("must be a table")
        return self.value

    def only(self, *known: str) -> None:
        """Refuse a key of this table that is none of *known*."""
        for key in self.table():
            if key not in known:
                choice = ", ".join(sorted(known))
                raise Place(self.file, f"{self.key}.{key}" if self.key else key, None).error(
                    f"is not known here; known are {choice}"
                )

    def items(self, named_by: str | None = None) -> Iterator[Place]:
        """The items of the list that stands here, counted from 1, or named by their own key
        *named_by* where they have it ("rule[review]")."""
        if not isinstance(self.value, list):
            raise self.error("must be a list")
        for number, item in enumerate(self.value, 1):
            name = item.get(named_by) if named_by and isinstance(item, Mapping) else None
            yield Place(self.file, f"{self.key}[{name or number}]", item)

    def text(self) -> str:
        """The text that stands here, on one line and in one form, as texts of events are read: it
        may be the code of a body, or another name that events say too."""
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
        if not isinstance(self.value, str) or self.value not in known:
            raise self.error(f"must be one of {', '.join(sorted(known))}, not {self.value!r}")
        return self.value

    def integer(self, least: int, most: int) -> int:
        """The whole number that stands here, from *least* to *most*."""
        value = self.value
        # TOML's booleans are integers to Python.
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            raise self.error(f"must be a whole number from {least} to {most}, not {value!r}")
        return value

    def truth(self) -> bool:
        """The truth value that stands here."""
        if not isinstance(self.value, bool):
            raise self.error(f"must be true or false, not {self.value!r}")
        return self.value

    def date(self) -> date:
        """The local date that stands here."""
        if not isinstance(self.value, date) or isinstance(self.value, datetime):
            raise self.error(
                f"must be a date without quotes, such as 2026-01-02, not {self.value!r}"
            )
        return self.value
