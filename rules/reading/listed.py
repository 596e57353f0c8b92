"""Of an event's data, only what the contract lists.

What is not listed is ignored: it is dropped when an event is read, so that no rule ever sees
a value that nothing has checked. The stored bytes keep it, and a later version that lists it
reads it from there.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..event_types import EVENT_TYPES

CORRECTABLE: Mapping[str, frozenset[str]] = {
    "document.corrected": EVENT_TYPES["document.issued"],
    "task.corrected": frozenset({"content", "kind", "class", "unit", "officer"}),
}
"""What the object ``fields`` of a correction may hold, by the type of the event."""

_STREAM_FIELDS = frozenset({"body", "bodies"})
"""What decides the streams of a report or plan event, of a later version's types too."""


def only_listed(type_: str, data: Mapping[str, Any]) -> dict[str, Any]:
    """*data* without what the contract does not list for *type_* (without its prefix).

    Of a type that this version does not know, only what decides its streams is left.
    """
    names = EVENT_TYPES.get(type_)
    if names is None:
        later = type_.partition(".")[0] in ("report", "plan")
        names = _STREAM_FIELDS if later else frozenset()
    kept = {name: value for name, value in data.items() if name in names}
    correctable = CORRECTABLE.get(type_)
    if correctable is not None and isinstance(kept.get("fields"), dict):
        kept["fields"] = {
            name: value for name, value in kept["fields"].items() if name in correctable
        }
    return kept
