"""Of an event's data, only what the contract lists, and text where it wants text.

What is not listed is ignored: it is dropped when an event is read, so that no rule ever sees
a value that nothing has checked. The stored bytes keep it, and a later version that lists it
reads it from there.

Of an optional text a number is read as text: what comes of a number of a document that one sender
gives as 31 and another as "31" must be the same, and no reason to refuse the document.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from ..event_facts import CORRECTABLE, CORRECTABLE_TEXTS, OPTIONAL_TEXTS
from ..event_types import EVENT_TYPES, OF_LATER_TYPES
from ..streams import REPORTS, kind_of


class Fraction(float):
    """A number with a point or an exponent, and the ``digits`` it was written with: a document
    may have the number 3.10."""

    __slots__ = ("digits",)
    digits: str

    def __new__(cls, digits: str) -> Fraction:
        """The number that *digits* say."""
        made = super().__new__(cls, digits)
        made.digits = digits
        return made


def only_listed(type_: str, data: Mapping[str, Any]) -> dict[str, Any]:
    """*data* without what the contract does not list for *type_* (without its prefix), numbers
    in place of optional texts read as these.

    Of a type that this version does not know, only what decides its streams is left.
    """
    names = EVENT_TYPES.get(type_)
    if names is None:
        names = OF_LATER_TYPES if kind_of(type_) == REPORTS else {}
    kept = {name: value for name, value in data.items() if name in names}
    _read_as_text(kept, OPTIONAL_TEXTS.get(type_, ()))
    correctable = CORRECTABLE.get(type_)
    if correctable is not None and isinstance(kept.get("fields"), dict):
        kept["fields"] = {
            name: value for name, value in kept["fields"].items() if name in correctable
        }
        _read_as_text(kept["fields"], CORRECTABLE_TEXTS[type_])
    return kept


def _read_as_text(data: dict[str, Any], texts: Collection[str]) -> None:
    """Put into *data* what each number among its *texts* is as text."""
    for name in texts:
        value = data.get(name)
        if isinstance(value, Fraction):
            data[name] = value.digits
        elif isinstance(value, int | float) and not isinstance(value, bool):
            data[name] = str(value)
