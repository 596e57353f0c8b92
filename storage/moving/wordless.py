"""An event without its words: what rules read stays, and what people wrote goes.

The symbol and number of a document stay, by which it is found and its quotes are recognised.
Pure functions on text.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from ...rules.event_facts import CORRECTABLE, NO_WORDS
from ...rules.event_types import EVENT_TYPES
from ...rules.fields import Field, Kind
from ...rules.reading.stored import decode_stored

_KEPT = ("symbol", "number", "doc_type", "field")
"""What the names of the fields end with that name a document, or a field, and nobody."""


def without_words(type_: str, structured: bool, body: bytes) -> bytes:
    """The data of an event of *type_* without words, as bytes that are stored unstructured. Raises
    DamagedEvent."""
    data = decode_stored(body, structured, type_)
    left = _left(EVENT_TYPES.get(type_, {}), data)
    if type_ in CORRECTABLE and isinstance(data.get("fields"), dict):
        left["fields"] = _left(CORRECTABLE[type_], data["fields"])
    return json.dumps(left).encode()


def _left(fields: Mapping[str, Field], data: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: _blank(value) if _is_words(name, fields.get(name)) else value
        for name, value in data.items()
    }


def _is_words(name: str, field: Field | None) -> bool:
    return field is not None and field.kind in (Kind.TEXT, Kind.LINE) and not name.endswith(_KEPT)


def _blank(value: Any) -> Any:
    """What stands for words: something where there was something."""
    if isinstance(value, list):
        return [_blank(each) for each in value]
    return NO_WORDS if isinstance(value, str) and value.strip() else value
