"""A fact as the message that HSCV would send of it: CloudEvents 1.0, structured or binary.

What is built here is what goes over the wire, byte for byte; whether it is right is for the
label to say and for dondoc to find out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC
from json import JSONEncoder
from typing import Any, Literal, TypeAlias

from ..rules.events import PREFIX
from ..rules.secrecy import ATTRIBUTE, NORMAL
from . import OFFICE_SOURCE
from .district import Fact

STRUCTURED = "application/cloudevents+json"
PLAIN_JSON = "application/json"

Label: TypeAlias = Literal["valid", "duplicate", "malformed", "secret", "unestablished"]
"""What the contract makes of a message: log it; log nothing, its event is there already (a
conflict too); reject it; discard it; reject it without keeping its content."""

LABELS: tuple[Label, ...] = ("valid", "duplicate", "malformed", "secret", "unestablished")

to_json = JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


@dataclass(frozen=True, slots=True)
class SampleMessage:
    """A message as HSCV would publish it to its exchange, and its `Label`."""

    body: bytes
    content_type: str
    headers: dict[str, str]
    routing_key: str
    label: Label
    content_encoding: str | None = None


def attributes_of(fact: Fact, event_id: str) -> dict[str, Any]:
    """The CloudEvent's attributes of a *fact* of normal secrecy, without its data.

    The Office's instance writes local times, the units' instance UTC.
    """
    if fact.source == OFFICE_SOURCE:
        time = fact.time.isoformat()
    else:
        time = fact.time.astimezone(UTC).isoformat().replace("+00:00", "Z")
    attributes: dict[str, Any] = {
        "specversion": "1.0",
        "id": event_id,
        "source": fact.source,
        "type": PREFIX + fact.type,
        "time": time,
        "subject": fact.subject,
        ATTRIBUTE: NORMAL,
    }
    if fact.sequence is not None:
        attributes["sequence"] = fact.sequence
    return attributes


def structured(
    event: Mapping[str, Any],
    label: Label,
    *,
    headers: dict[str, str] | None = None,
    content_type: str = STRUCTURED,
) -> SampleMessage:
    """A whole *event*, its data included, as one JSON object."""
    body = to_json(event).encode()
    return SampleMessage(body, content_type, headers or {}, routing_key_of(event), label)


def binary(
    attributes: Mapping[str, Any], data: Any, label: Label, prefix: str = "cloudEvents_"
) -> SampleMessage:
    """The *attributes* as headers with that *prefix*, and the *data* alone as the body."""
    headers = {prefix + name: str(value) for name, value in attributes.items()}
    body = to_json(data).encode()
    return SampleMessage(body, PLAIN_JSON, headers, routing_key_of(attributes), label)


def routing_key_of(event: Mapping[str, Any]) -> str:
    """The event's type without its prefix."""
    return str(event["type"]).removeprefix(PREFIX)
