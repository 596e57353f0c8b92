"""How a setting is taken from where it stands, the file or the environment, and refused there.

A text that people read is shown as it is; a name or a password is taken as it stands, and nothing
of it gets into an error.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from ...rules.places import Place
from .environment import Given

_T = TypeVar("_T")
_CONTROL = re.compile(r"[\x00-\x1f\x7f\ufeff\ud800-\udfff]")
"""With the halves of surrogate pairs, as which the environment shows what is not UTF-8."""


@dataclass(frozen=True)
class Source:
    """Where the settings stand: in ``file``, unless they are among those that were ``given``."""

    file: Place
    given: Mapping[str, Given]

    def named(self, place: Place) -> Place:
        """*place*, called after the variable that it was given in."""
        given = self.given.get(place.key)
        return place if given is None else Place(given.variable, "", place.value)


def value_of(source: Source, section: str, key: str, take: Callable[[Place], _T]) -> _T | None:
    """What *take* makes of the setting; None where it is not given. Raises FileError."""
    table = source.file.find(section)
    place = table.find(key) if table else None
    return take(source.named(place)) if place else None


def exact(place: Place) -> str:
    """The text that stands at *place*, as it stands: a file's name and a password may hold what
    a text for people would lose. Nothing of it gets into an error."""
    text = place.value.strip() if isinstance(place.value, str) else ""
    if not text:
        raise place.error("must be a text that is not empty")
    if _CONTROL.search(text):
        raise place.error("must be one line of UTF-8, without control characters")
    return text


def shown(place: Place) -> str:
    """The line of text at *place*, which people read as it is."""
    exact(place)
    return place.text()


def each_of(place: Place) -> tuple[Place, ...]:
    """What the list at *place* holds, or *place* itself where it is none."""
    return tuple(place.items()) if isinstance(place.value, list) else (place,)


def text_of(source: Source, section: str, key: str) -> str | None:
    """The text of a setting as it stands; None where it is not given. Raises FileError."""
    return value_of(source, section, key, exact)


def path_of(source: Source, section: str, key: str, base: Path) -> Path | None:
    """The path of a setting, seen from *base*; None where it is not given. Raises FileError."""
    return value_of(source, section, key, lambda place: base / exact(place))


def integer_of(
    source: Source, section: str, defaults: object, key: str, least: int, most: int
) -> int:
    """The whole number of a setting, from *least* to *most*; where it is not given, that which
    *defaults* has. Raises FileError."""
    found = value_of(source, section, key, lambda place: place.integer(least, most))
    default: int = getattr(defaults, key)
    return default if found is None else found
