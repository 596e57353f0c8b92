"""Whose an event is: this unit's, or that of another one on the same broker.

Asked before anything else, since nothing of another unit's event may stay here, not even that it
was secret or broken. Like the guard this sees secret text and lets none of it out: the answer holds
nothing of the message. An event is another's only where it says so without a doubt: what cannot be
read is ours, since nothing may be lost for being unreadable. It never raises.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from json import JSONDecodeError, JSONDecoder
from typing import Any

from ...rules.normalising import normal, one_form
from .attributes import STRUCTURED_TYPE, header_attributes, is_identifier, media_type
from .body import Limits, Unreadable
from .encoding import unpacked
from .verdicts import Foreign, Message

UNIT, SOURCE, UNIT_AGAINST_SOURCE = "unit", "source", "unit_against_source"
REASONS = (UNIT, SOURCE, UNIT_AGAINST_SOURCE)
"""By what an event is another unit's: the unit that it says; its source, where it says no unit; the
unit that it says, although its source is listed as ours."""
_BLANK = " \t\r\n\ufeff"


class Unclear(Enum):
    """What stands for a unit that is said, and cannot be read without a doubt."""

    UNCLEAR = "unclear"


UNCLEAR = Unclear.UNCLEAR


@dataclass(frozen=True)
class Own:
    """What belongs to this unit: what says ``unit``; of what says none, what comes from one of
    ``sources``, in which ``*`` stands for any text. Where both are empty, everything.

    Names are compared in whatever case and form of Unicode they are written.
    """

    unit: str | None = None
    sources: tuple[str, ...] = ()

    @property
    def chooses(self) -> bool:
        """Whether there is anything that does not belong to it."""
        return bool(self.unit or self.sources)

    def is_unit(self, said: str) -> bool:
        """Whether *said* names this unit."""
        return _folded(said) == self._unit

    def is_source(self, said: str) -> bool:
        """Whether *said* is one of the sources."""
        text = _folded(said)
        return any(_fits(text, parts) for parts in self._sources)

    @cached_property
    def _unit(self) -> str:
        return _folded(self.unit or "")

    @cached_property
    def _sources(self) -> list[list[str]]:
        return [_folded(each).split("*") for each in self.sources]


EVERYTHING = Own()


def belonging(message: Message, own: Own, limits: Limits) -> Foreign | Unclear | None:
    """Whether *message* is another unit's; UNCLEAR where it says a unit that cannot be read; None
    where it belongs to *own*.

    The attribute ``unit`` is read in a structured event and, as secrecy is, in the headers of one
    too; of a body larger than *limits* allow nothing is read.
    """
    if not own.chooses:
        return None
    unit, source = _said(message, limits)
    listed = source is not None and own.is_source(source)
    if own.unit is not None and unit is not None:
        if isinstance(unit, Unclear):
            return unit
        if own.is_unit(unit):
            return None
        return Foreign(UNIT_AGAINST_SOURCE if listed else UNIT)
    if not own.sources or source is None or listed:
        return None
    return Foreign(SOURCE)


def _said(message: Message, limits: Limits) -> tuple[str | Unclear | None, str | None]:
    """The unit that *message* says, and where it comes from by its attributes."""
    headers, contradicted = header_attributes(message.headers)
    body = _attributes_in_body(message, limits)
    units, sources = ([headers[name]] if name in headers else [] for name in (UNIT, SOURCE))
    if body is not None:
        units += [value for name, value in body if name == UNIT]
        sources += [value for name, value in body if name == SOURCE]
    unit, source = (
        UNCLEAR if name in contradicted else _one(said)
        for name, said in ((UNIT, units), (SOURCE, sources))
    )
    return unit, None if isinstance(source, Unclear) else source


def _one(said: Sequence[object]) -> str | Unclear | None:
    """The one text that is *said*; None where nothing is."""
    if all(value is None for value in said):
        return None
    texts = [one_form(value) for value in said if isinstance(value, str)]
    if len(texts) != len(said) or len(set(map(_folded, texts))) != 1:
        return UNCLEAR
    return texts[0] if is_identifier(texts[0]) else UNCLEAR


class _Pairs(list[tuple[str, Any]]):
    """The pairs of an object, those of a key given twice too."""


_NUMBER = object()
# As lenient as any reader may be: whose a broken event is may still be told.
_DECODER = JSONDecoder(
    object_pairs_hook=_Pairs,
    parse_int=lambda _: _NUMBER,
    parse_float=lambda _: _NUMBER,
    parse_constant=lambda _: _NUMBER,
    strict=False,
)


def _attributes_in_body(message: Message, limits: Limits) -> _Pairs | None:
    """The pairs of a structured event; None where *message* is none that can be read."""
    try:
        body = unpacked(message.body, message.content_encoding, limits.max_bytes)
        if len(body) > limits.max_bytes:
            return None
        # Halves of surrogates where it is no UTF-8: no identifier has any.
        text = body.decode(errors="surrogateescape")
        value, _ = _DECODER.raw_decode(text.lstrip(_BLANK))
    except (Unreadable, JSONDecodeError, RecursionError):
        return None
    if not isinstance(value, _Pairs):
        return None
    # The data of an event in binary mode may have fields of the same names.
    structured = media_type(message.content_type) == STRUCTURED_TYPE
    return value if structured or any(name == "specversion" for name, _ in value) else None


def _folded(text: str) -> str:
    return normal("NFKC", one_form(text)).casefold()


def _fits(text: str, parts: Sequence[str]) -> bool:
    """Whether *text* is *parts* with any text between them; in time that its length decides."""
    first, *between = parts
    if not between:
        return text == first
    if not text.startswith(first):
        return False
    at = len(first)
    for part in between[:-1]:
        found = text.find(part, at)
        if found < 0:
            return False
        at = found + len(part)
    return len(text) - at >= len(between[-1]) and text.endswith(between[-1])
