"""The envelope of an event of established normal secrecy, checked by hand for speed.

The guard calls this and nobody else does: here nothing is decided about secrecy any more.
A test holds it to the same words in marshmallow (`tests/support/envelopes.py`).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from ...rules.event_types import SECRECY_CHANGED
from ...rules.events import PREFIX
from ...rules.normalising import one_form
from ...rules.reading.listed import only_listed
from ...rules.reading.stored import normalised
from ...rules.secrecy import ATTRIBUTE, LEVELS, NORMAL
from ...rules.streams import PETITIONS, kind_of
from .attributes import (
    MAX_IDENTIFIER,
    is_identifier,
    parse_sequence,
    parse_time,
)
from .body import ParsedBody
from .verdicts import Admitted

_KEPT = ("specversion", "id", "source", "type", "time", "subject", "sequence")


class InvalidAttribute(ValueError):
    """An attribute that breaks the contract: ``path`` names it, the text says how."""

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(reason)
        self.path = path


@dataclass(frozen=True, slots=True)
class Attributes:
    """The attributes of a message by name, and which are ``ambiguous``: given twice.

    ``structured``: they stand in the body; otherwise in the headers.
    """

    values: Mapping[str, Any]
    ambiguous: frozenset[str]
    structured: bool

    def event_id(self) -> str | None:
        """The event's id, where it can be read without a doubt."""
        value = self.values.get("id")
        if "id" in self.ambiguous or not isinstance(value, str):
            return None
        value = one_form(value)
        return value if is_identifier(value) else None

    def required(self, name: str) -> object:
        """The value of an attribute that must be there once. Raises InvalidAttribute."""
        if name in self.ambiguous:
            raise InvalidAttribute(name, "is given twice with different values")
        value = self.values.get(name)
        if value is None:
            raise InvalidAttribute(name, "is required")
        return value

    def identifier(self, name: str) -> str:
        """An attribute that identifies something, in one form. Raises InvalidAttribute."""
        value = self.required(name)
        if isinstance(value, str) and is_identifier(value := one_form(value)):
            return value
        raise InvalidAttribute(
            name,
            f"must be text of 1 to {MAX_IDENTIFIER} characters, without control characters "
            "and without spaces at its ends",
        )

    def type(self) -> str:
        """The event's type without its prefix. Raises InvalidAttribute."""
        value = self.identifier("type")
        if not value.startswith(PREFIX) or value == PREFIX:
            raise InvalidAttribute("type", f'must begin with "{PREFIX}" and name an event')
        return value.removeprefix(PREFIX)

    def time(self) -> datetime:
        """When it happened, aware. Raises InvalidAttribute."""
        time = parse_time(self.required("time"))
        if time is None:
            raise InvalidAttribute(
                "time", "must be an RFC 3339 time with an offset, in a plausible year"
            )
        return time

    def sequence(self) -> int | None:
        """The optional place among events of the same time. Raises InvalidAttribute."""
        if "sequence" not in self.values:
            return None
        sequence = parse_sequence(self.required("sequence"), in_header=not self.structured)
        if sequence is None:
            raise InvalidAttribute("sequence", "must be a whole number, 0 or more")
        return sequence


def admit(reading: ParsedBody, attributes: Attributes, body: bytes) -> Admitted:
    """The event that *body* holds, if its envelope is valid. Raises InvalidAttribute."""
    structured = attributes.structured
    if structured and not isinstance(reading.value, dict):
        raise InvalidAttribute("body", "must be a JSON object")
    if attributes.required("specversion") != "1.0":
        raise InvalidAttribute("specversion", 'must be "1.0"')
    id_, source = attributes.identifier("id"), attributes.identifier("source")
    type_, time = attributes.type(), attributes.time()
    subject, sequence = attributes.identifier("subject"), attributes.sequence()
    data = reading.value.get("data") if structured else reading.value
    kept = body
    if type_ == SECRECY_CHANGED:
        data = level_alone(data)
        kept = _reduced(attributes, data)
    elif data is None:
        data = {}
    elif not isinstance(data, dict):
        raise InvalidAttribute("data", "must be a JSON object")
    listed = only_listed(type_, normalised(reading.text, data))
    if kind_of(type_) == PETITIONS:
        # What is not listed may be the name of whoever sent it.
        kept = _reduced(attributes, listed)
    return Admitted(
        id=id_,
        source=source,
        type=type_,
        subject=subject,
        time=time,
        sequence=sequence,
        data=listed,
        structured=structured,
        body=kept,
        sha256=sha256(body).digest(),
    )


def level_alone(data: object) -> dict[str, str]:
    """The data of document.secrecy_changed without anything but its level.

    A level that cannot be read counts as the strictest: the document must not stay readable
    because HSCV misspelt how secret it has become.
    """
    level = data.get("level") if isinstance(data, dict) else None
    if isinstance(level, str) and (level == NORMAL or level in LEVELS):
        return {"level": level}
    return {"level": LEVELS[-1]}


def tells_of_petition(type_: object) -> bool:
    """Whether an event of that *type_*, with its prefix, is about a petition."""
    return isinstance(type_, str) and type_.startswith(f"{PREFIX}{PETITIONS}.")


def _reduced(attributes: Attributes, data: object) -> bytes:
    """The bytes of an event with nothing in them but the contract's attributes and *data*."""
    if not attributes.structured:
        return json.dumps(data).encode()
    event = {name: attributes.values[name] for name in _KEPT if name in attributes.values}
    return json.dumps({**event, ATTRIBUTE: NORMAL, "data": data}).encode()
