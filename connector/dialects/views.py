"""What a message of each format is made of: the value that paths begin at, and what is beside it.

Only JSON is looked at here; edXML has a reader of its own. Nothing is decided, and nothing of the
message gets into a text.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from ..contract.attributes import header_attributes, header_text, media_type
from ..contract.headers import pairs_of
from ..contract.verdicts import Message

EXTRA = {
    "json": frozenset({"key", "content_type", "header", "arrival"}),
    "cloudevents": frozenset({"key", "content_type", "header", "arrival"}),
    "debezium": frozenset(
        {"key", "header", "arrival", "op", "table", "schema", "db", "time", "before"}
    ),
}
"""What may stand after @ in the paths of each format; of `cloudevents`, any attribute besides."""


@dataclass(frozen=True, slots=True)
class View:
    """A message as the paths of a dialect see it.

    ``root``: what paths begin at. ``beside``: what "@" stands for. ``others``: further values in
    which the paths of secrecy are looked up too: of a row that was changed, what it was before.
    """

    root: Any = field(repr=False)
    beside: Mapping[str, Any] = field(repr=False)
    others: tuple[Any, ...] = field(default=(), repr=False)


def around(message: Message, arrival: datetime) -> dict[str, Any]:
    """What stands beside any body."""
    return {
        "key": message.routing_key,
        "content_type": media_type(message.content_type),
        "header": _headers(message.headers) if message.headers else {},
        "arrival": arrival,
    }


def _headers(headers: Mapping[str, object]) -> dict[str, object]:
    """The headers by name; a name given twice with different values has a list of them."""
    found: dict[str, object] = {}
    for name, value in pairs_of(headers):
        text = header_text(value)
        if name in found and found[name] != text:
            text = [found[name], text]
        found[str(name)] = text
    return found


def of_json(value: Any, message: Message, arrival: datetime) -> View:
    """The view of a body that is one JSON value."""
    return View(value, around(message, arrival))


def of_cloudevent(value: Any, message: Message, arrival: datetime) -> View:
    """The view of a CloudEvent: its data, with its attributes beside it."""
    beside = around(message, arrival)
    if isinstance(value, dict) and "specversion" in value:
        return View(value.get("data"), {**value, **beside})
    attributes, contradicted = header_attributes(message.headers)
    clear = {name: each for name, each in attributes.items() if name not in contradicted}
    return View(value, {**clear, **beside})
