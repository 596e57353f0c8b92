"""What the contract says of envelopes and of reminders, in marshmallow and in its own words.

The guard checks an envelope by hand, since a schema takes three times as
long, and a test holds the two together. They say nothing about whether a
message may be kept: that is the guard's alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dondoc.connector.contract.attributes import (
    MAX_SEQUENCE,
    header_attributes,
    parse_sequence,
    parse_time,
)
from dondoc.connector.contract.data.fields import (
    ADay,
    AnObject,
    Choice,
    ContractField,
    EventData,
    Fault,
    Identifier,
    Line,
    Text,
    Whole,
)
from dondoc.rules.events import PREFIX
from dondoc.rules.normalising import one_form
from dondoc.rules.secrecy import LEVELS, NORMAL
from marshmallow import ValidationError, pre_load


class EventType(Identifier):
    """The type of an event of HSCV, with its prefix."""

    def fault(self, value: Any) -> Fault:
        if super().fault(value) is None and value.startswith(PREFIX) and value != PREFIX:
            return None
        return f'must begin with "{PREFIX}" and name an event'


class Moment(ContractField):
    """An RFC 3339 time with an offset."""

    def fault(self, value: Any) -> Fault:
        if parse_time(value) is not None:
            return None
        return "must be an RFC 3339 time with an offset, in a plausible year"


class EnvelopeSchema(EventData):
    """The attributes of an event of HSCV; attributes that are not listed are ignored."""

    specversion = Choice("1.0", required=True)
    id = Identifier(required=True)
    source = Identifier(required=True)
    type = EventType(required=True)
    time = Moment(required=True)
    subject = Identifier(required=True)
    secrecy = Choice(NORMAL, *LEVELS, required=True)
    sequence = Whole(0, MAX_SEQUENCE)
    # Read only where dondoc is told its unit, and then before the guard.
    unit = Identifier(allow_none=True)

    @pre_load
    def _read(self, attributes: Any, **_: Any) -> Any:
        if not isinstance(attributes, Mapping):
            return attributes  # which marshmallow refuses
        return {
            # Secrecy has to be exact as it stands.
            name: one_form(value) if isinstance(value, str) and name != "secrecy" else value
            for name, value in attributes.items()
        }


class StructuredEnvelope(EnvelopeSchema):
    """An event in structured mode: the attributes, and its data beside them."""

    data = AnObject(allow_none=True)


class BinaryEnvelope(EnvelopeSchema):
    """The headers of an event in binary mode, whose body is the data alone."""

    @pre_load
    def _read(self, headers: Mapping[str, object], **_: Any) -> Any:
        attributes, contradicted = header_attributes(headers)
        known = sorted(contradicted & self.fields.keys())
        if known:
            raise ValidationError("is given twice with different values", known[0])
        if isinstance(attributes.get("sequence"), str):
            attributes["sequence"] = parse_sequence(attributes["sequence"], in_header=True)
        return super()._read(attributes)


class ReminderData(EventData):
    """What dondoc publishes: the data of dondoc.reminder.<step> (contract, Reminders).

    Every field is there; null says that there is none. Without a clock there is neither a
    target nor a due date, nor days left.
    """

    obligation = Identifier(required=True)
    rule = Identifier(required=True)
    cite = Line(required=True)
    body = Identifier(required=True)
    role = Identifier(required=True)
    symbol = Text(required=True, allow_none=True)
    abstract = Text(required=True, allow_none=True)
    task_id = Identifier(required=True, allow_none=True)
    content = Text(required=True, allow_none=True)
    target = ADay(required=True, allow_none=True)
    due = ADay(required=True, allow_none=True)
    target_at = Text(required=True, allow_none=True)
    due_at = Text(required=True, allow_none=True)
    working_days_left = Whole(-100_000, 100_000, required=True, allow_none=True)
    text = Text(required=True)
    trace = AnObject(required=True)
