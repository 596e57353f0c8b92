"""Which schema the data of each event type has: built from the table in `rules.event_types`.

Fields that are not listed are ignored. Every schema is flat and built once, because one is
applied to every message. docs/asyncapi.yaml says the same for integrators, and a test
compares the two field by field.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from marshmallow import Schema, ValidationError, validates_schema
from marshmallow.fields import Field as MarshmallowField

from ....rules.event_types import EVENT_TYPES, OF_LATER_TYPES
from ....rules.fields import Field, Kind
from ..attributes import FIRST_YEAR, LAST_YEAR
from .fields import (
    MAX_COUNT,
    ADay,
    APeriod,
    ARecurrence,
    Choice,
    ContractField,
    Corrections,
    EventData,
    Flag,
    Identifier,
    Leads,
    Line,
    ListOf,
    Registered,
    Text,
    Whole,
)

_MADE: Mapping[Kind, Callable[..., ContractField]] = {
    Kind.TEXT: Text,
    Kind.LINE: Line,
    Kind.BODY: Identifier,
    Kind.TASK: Identifier,
    Kind.REQUEST: Identifier,
    Kind.REPORT: Identifier,
    Kind.PERIOD: APeriod,
    Kind.RECURRENCE: ARecurrence,
    Kind.YEAR: lambda **how: Whole(FIRST_YEAR, LAST_YEAR, **how),
    Kind.COUNT: lambda **how: Whole(0, MAX_COUNT, **how),
    Kind.FLAG: Flag,
    Kind.REGISTERED: Registered,
    Kind.LEADS: Leads,
}


class _OneOrTheOther(EventData):
    """The data of an event in which one field is required without another."""

    unless: Mapping[str, str]

    @validates_schema(skip_on_field_errors=True)
    def _one_or_the_other(self, data: Mapping[str, Any], **_: Any) -> None:
        for name, other in self.unless.items():
            if name not in data and other not in data:
                raise ValidationError(f"is required without {other}", name)


def schema_of(name: str, fields: Mapping[str, Field]) -> Schema:
    """The schema, of that class *name*, of data that has *fields*."""
    made: dict[str, MarshmallowField[Any]] = {
        key: _made(name, field) for key, field in fields.items()
    }
    unless = {key: field.unless for key, field in fields.items() if field.unless is not None}
    base = _OneOrTheOther if unless else EventData
    schema = base.from_dict(made, name=name)()
    if isinstance(schema, _OneOrTheOther):
        schema.unless = unless
    return schema


def _made(name: str, field: Field) -> ContractField:
    how = {"required": field.required, "allow_none": field.nullable}
    if field.least is not None:
        return ListOf(_single(name, field), fewest=field.least, **how)
    return _single(name, field, **how)


def _single(name: str, field: Field, **how: bool) -> ContractField:
    """The field of *how* alone, in the data whose schema has that *name*."""
    if field.kind is Kind.CHOICE:
        return Choice(*field.values, **how)
    if field.kind is Kind.CORRECTIONS:
        nested = schema_of(f"{name.removesuffix('Corrected')}Fields", field.fields)
        return Corrections(nested, **how)
    if field.kind is Kind.DAY:
        return ADay(past=field.past, **how)
    return _MADE[field.kind](**how)


def _name(type_: str) -> str:
    """What asyncapi.yaml calls the data of *type_*: "task.due_changed" is TaskDueChanged."""
    return type_.replace(".", "_").title().replace("_", "")


SCHEMAS: Mapping[str, Schema] = {
    type_: schema_of(_name(type_), fields) for type_, fields in EVENT_TYPES.items()
}
"""The schema of the data of every type that this version knows; types without their prefix."""

LATER: Schema = schema_of("LaterEvent", OF_LATER_TYPES)
"""The schema of the data of every other type."""
