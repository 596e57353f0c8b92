"""How the text of an event is read, at intake and again from the log.

HSCV's bytes are kept as they came; what dondoc works with is their text in one form, so that
the same word is one word wherever it was typed. Intake and storage both read through this
module, so that a stored event means tomorrow what it meant on arrival. It must never change
what is stored.
"""

from __future__ import annotations

from json import JSONDecoder
from typing import Any
from unicodedata import is_normalized

from ..normalising import has_too_many_marks, one_form
from .listed import Fraction, only_listed

_DECODER = JSONDecoder(parse_float=Fraction)


def normalised(text: str, parsed: Any) -> Any:
    """The JSON value *parsed*, or a part of it, with every text value in one form.

    *text* is the JSON text it was parsed from: where that shows that nothing can need a
    change, *parsed* itself is returned. Keys are left alone, since the contract's are ASCII.
    Recursion goes as deep as *parsed*, which the guard limits.
    """
    return parsed if is_in_one_form(text) else _walk(parsed)


def is_in_one_form(text: str) -> bool:
    """Whether the JSON *text* shows that every text in it is in one form already."""
    # An escape can hide any character, a surrogate pair included; without one, NFC of the
    # whole is NFC of every part (UAX 15: normalization forms are closed under substrings).
    return "\\u" not in text and (
        text.isascii() or ("Ð" not in text and "ð" not in text and _is_normal(text))
    )


def _is_normal(text: str) -> bool:
    # To find out takes as long as to normalise.
    return not has_too_many_marks(text) and is_normalized("NFC", text)


def _walk(value: Any) -> Any:
    if isinstance(value, str):
        return one_form(value)
    if isinstance(value, dict):
        return {key: _walk(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_walk(item) for item in value]
    return value


class DamagedEvent(ValueError):
    """Stored bytes that are not what the guard admitted; restore them from a backup."""


def decode_stored(body: bytes, structured: bool, type_: str) -> dict[str, Any]:
    """The data of an event of *type_* from its stored bytes, which the guard has admitted.

    *structured*: the bytes are the whole CloudEvent; otherwise they are its data alone. Only
    the fields that the contract lists are left. Raises DamagedEvent.
    """
    try:
        text = body.decode()
        parsed = _DECODER.decode(text)
    except ValueError:
        raise DamagedEvent("a stored event is not JSON") from None
    data = parsed.get("data") if structured and isinstance(parsed, dict) else parsed
    if data is None:
        return {}
    if not isinstance(data, dict):
        raise DamagedEvent("the data of a stored event is not a JSON object")
    return only_listed(type_, normalised(text, data))
