"""What a field of an event becomes of what stands in a message, by its kind in the contract.

Whether it is then as the contract wants it is checked afterwards, as for any event: here is only
made what can be made without guessing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from dataclasses import field as later
from typing import Any, TypeAlias

from ...rules.fields import Field, Kind
from .folding import refolded
from .nearest import first_missing
from .paths import MISSING, ValueFault
from .readings import EMPTY, UNAVAILABLE, UNKNOWN_WORD, Seen, ValueReading, is_nothing, text_of

Convert: TypeAlias = Callable[[Any, ValueReading], Any]
"""Makes a field's value of a value of a message and how it is read."""


@dataclass(frozen=True, slots=True)
class Bodies:
    """The directory's codes of bodies, by the folded code or name that HSCV uses; another code is
    taken as it is."""

    codes: Mapping[str, str]

    def code(self, value: Any, _reading: ValueReading) -> str:
        """The directory's code for *value*."""
        text = text_of(value).strip()
        return self.codes.get(refolded(text), text) if self.codes else text


@dataclass(frozen=True, slots=True)
class Filled:
    """A field that a rule fills: its name, how it is read and converted; ``several``: it is, or may
    be, a list; ``is_text``: a text that stands there is its value as it is."""

    name: str
    field: Field
    reading: ValueReading
    convert: Convert
    several: bool
    is_text: bool = later(init=False)

    def __post_init__(self) -> None:
        text = self.convert is _text and self.reading.words is None and not self.several
        object.__setattr__(self, "is_text", text)

    def value(self, seen: Seen) -> Any:
        """What the field holds; MISSING where it is left out. Raises ValueFault."""
        try:
            raw = self.reading.plain(seen)
            if self.is_text and isinstance(raw, str) and raw != UNAVAILABLE:
                return raw
            if raw is MISSING:
                raw = self.reading.raw(seen)
            if self.several:
                return self._several(raw, seen)
            if raw is MISSING or raw is EMPTY:
                return self._nothing(raw, seen)
            if self.reading.words is not None:
                raw = self.reading.translated(raw)
                if raw is MISSING:
                    return self._nothing(EMPTY, seen)
            return self.convert(raw, self.reading)
        except ValueFault as fault:
            if fault.path:
                raise
            told = f"{self.name}: {self._mendable(str(fault))}"
            raise ValueFault(self.reading.place(seen), told) from None

    def _mendable(self, problem: str) -> str:
        """*problem* without what would not mend it: where the contract wants one of some words, no
        other can be kept or left out."""
        one_of_some = self.field.kind in (Kind.CHOICE, Kind.FLAG) and self.field.required
        if problem == UNKNOWN_WORD and one_of_some:
            return "is none of the words of its table; add it"
        return problem

    def _several(self, raw: Any, seen: Seen) -> Any:
        if isinstance(raw, str) and self.reading.separator:
            raw = raw.split(self.reading.separator)
        if is_nothing(raw):
            return self._nothing(raw, seen)
        items = []
        for item in raw if isinstance(raw, list) else [raw]:
            if item is MISSING or item is None or (isinstance(item, str) and not item.strip()):
                continue
            value = self.reading.translated(item.strip() if isinstance(item, str) else item)
            if value is not MISSING:
                items.append(self.convert(value, self.reading))
        items = list(dict.fromkeys(items))
        if self.field.kind is not Kind.LEADS:
            return items
        if not items:
            return self._nothing(EMPTY, seen)
        return items[0] if len(items) == 1 else items

    def _nothing(self, found: Any, seen: Seen) -> Any:
        if self.field.nullable and self.field.required and found is EMPTY:
            return None
        if not self.field.required:
            return MISSING
        if found is EMPTY:
            raise ValueFault("", "holds nothing, and the contract requires it; give a default")
        lacking = first_missing(self.reading.every_path, seen)
        if lacking is None:
            raise ValueFault("", "is not there, and the contract requires it; look at its path")
        raise ValueFault("", f"is not there, and the contract requires it; nothing is at {lacking}")


@dataclass(frozen=True, slots=True)
class Replacing:
    """The field of a correction, which holds the fields that are replaced."""

    name: str
    inside: tuple[Filled, ...]

    def value(self, seen: Seen) -> Any:
        """The fields that something stands for; MISSING where none is."""
        return filled(self.inside, seen) or MISSING


def filled(fields: tuple[Filled | Replacing, ...], seen: Seen) -> dict[str, Any]:
    """The *fields* that something stands for, by name. Raises ValueFault."""
    data = {}
    for each in fields:
        value = each.value(seen)
        if value is not MISSING:
            data[each.name] = value
    return data


def converter(field: Field, bodies: Bodies) -> Convert:
    """What makes values of *field*, with the codes of *bodies*."""
    if field.kind in (Kind.BODY, Kind.LEADS):
        return bodies.code
    if field.kind is Kind.CHOICE:
        return _choice(field.values)
    return _CONVERT.get(field.kind, _text)


def _text(value: Any, _reading: ValueReading) -> str:
    return text_of(value)


def _identifier(value: Any, _reading: ValueReading) -> str:
    return text_of(value).strip()


def _choice(values: tuple[str, ...]) -> Convert:
    def convert(value: Any, _reading: ValueReading) -> str:
        text = text_of(value)
        if text not in values:
            raise ValueFault("", f"is none of {', '.join(values)}; say words for it")
        return text

    return convert


def _day(value: Any, reading: ValueReading) -> str:
    day = reading.times.day(value)
    if day is None:
        raise ValueFault("", f"is no date of the patterns given ({reading.times.told})")
    return day.isoformat()


def _whole(value: Any, _reading: ValueReading) -> int:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    text = text_of(value).strip()
    if len(text) > _MOST_DIGITS or not text.isascii() or not text.isdigit():
        raise ValueFault("", "is no whole number")
    return int(text)


_MOST_DIGITS = 9


def _flag(value: Any, _reading: ValueReading) -> bool:
    if not isinstance(value, bool):
        raise ValueFault("", "is neither true nor false; say words for it")
    return value


_CONVERT: Mapping[Kind, Convert] = {
    Kind.TASK: _identifier,
    Kind.REQUEST: _identifier,
    Kind.REPORT: _identifier,
    Kind.DAY: _day,
    Kind.YEAR: _whole,
    Kind.COUNT: _whole,
    Kind.FLAG: _flag,
}
