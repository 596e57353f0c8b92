"""What a key of a rule can hold: texts, choices, truths, tables of wanted values."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ..places import LEFT_OUT, Place

_TIME_OF_DAY = re.compile(r"([01]\d|2[0-3]):([0-5]\d)|(24):(00)", re.ASCII)


def misplaced(place: Place, hints: Mapping[str, str]) -> None:
    """Refuse a key of the table at *place* that belongs elsewhere: where, *hints* say by key, with
    {key} and the {form} in which a rule has it."""
    for key, value in place.table().items():
        if key in hints and value is not LEFT_OUT:
            hint = hints[key].format(key=key, form=_form(key, value))
            raise place.inside(key).error(f"is not known here; {hint}")


def _form(key: str, value: Any) -> str:
    """How a rule has the *value* of *key*."""
    if isinstance(value, Mapping):
        deeper = next((name for name, each in value.items() if isinstance(each, Mapping)), None)
        return f"[rule.{key}.{deeper}]" if deeper else f"[rule.{key}]"
    listed = isinstance(value, list) and all(isinstance(each, Mapping) for each in value)
    return f"[[rule.{key}]]" if listed else f"{key} = …"


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
