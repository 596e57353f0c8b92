"""What a key of a rule can hold: texts, choices, truths, tables of wanted values."""

from __future__ import annotations

import re
from typing import Any

from ..places import Place

_TIME_OF_DAY = re.compile(r"([01]\d|2[0-3]):([0-5]\d)|(24):(00)", re.ASCII)


def where_of(place: Place, key: str = "where") -> tuple[tuple[str, tuple[Any, ...]], ...]:
    """The values that each field may have, as the table under *key* says."""
    where = place.find(key)
    if where is None:
        return ()
    return tuple((name, values_of(where.at(name))) for name in where.table())


def values_of(place: Place) -> tuple[Any, ...]:
    """A list of texts, whole numbers and truth values."""
    for item in place.items():
        if not isinstance(item.value, str | int):
            raise item.error("must be a text, a whole number, true or false")
    return tuple(item.value for item in place.items())


def items_of(place: Place, key: str) -> list[Place]:
    """The tables of the list under *key*; none where it is left out."""
    found = place.find(key)
    return list(found.items(named_by="name")) if found else []


def texts_of(place: Place, key: str) -> tuple[str, ...]:
    """The texts under *key*; none where it is left out."""
    found = place.find(key)
    return found.texts() if found else ()


def choices_of(place: Place, key: str, known: frozenset[str]) -> tuple[str, ...]:
    """One or several of the *known* words under *key*."""
    found = place.find(key)
    if found is None:
        return ()
    if isinstance(found.value, str):
        return (found.choice(known),)
    return tuple(item.choice(known) for item in found.items())


def truth_of(place: Place, key: str, *, default: bool) -> bool:
    """Whether it says true under *key*; *default* where it is left out."""
    found = place.find(key)
    return found.truth() if found else default


def minute_of_day(place: Place) -> int:
    """The minute of a day, from 0 to 1440, that the time of day at *place* says."""
    match = _TIME_OF_DAY.fullmatch(place.text())
    if match is None:
        raise place.error(f'must be a time of day such as "07:30" or "24:00", not {place.value!r}')
    hours, minutes = (int(part) for part in match.groups() if part is not None)
    return hours * 60 + minutes
