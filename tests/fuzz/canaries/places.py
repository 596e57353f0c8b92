"""Values for every place that the contract has, each with a canary of its own where it can hold
one: derived from the schemas, so that a field that is added tomorrow has one tomorrow.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from dondoc.connector.contract.data import fields
from dondoc.connector.contract.data.derived_schemas import SCHEMAS
from marshmallow import Schema

SECRET, NORMAL = "ZQXS", "ZQXN"
"""How the canaries of what becomes secret begin, and those of what stays."""

BODIES = ("VP", "NV", "TP")
"""Codes that the directory has; others are accepted as well."""


@dataclass
class Canaries:
    """Makes canaries that all differ, and knows where each was put."""

    prefix: str
    places: dict[str, str] = field(default_factory=dict)

    def at(self, place: str) -> str:
        """A new canary for *place*. It is one word, whatever is made of its letters' case."""
        canary = f"{self.prefix}P{len(self.places)}E"
        self.places[canary] = place
        return canary


@dataclass(frozen=True)
class Filling:
    """How the places of one event are filled.

    ``fixed``: what fields of a name hold, whatever their kind. ``own``: the event is the
    document's own, so that codes of bodies may be canaries too.
    """

    canaries: Canaries
    chance: random.Random
    day: date
    fixed: Mapping[str, Any]
    own: bool


def data_of(type_: str, filling: Filling) -> dict[str, Any]:
    """Valid data of an event of *type_* with every required field, most of the optional ones, and
    some that the contract does not list."""
    said = _object(SCHEMAS[type_], type_, filling)
    return said | unlisted(type_, filling)


def unlisted(place: str, filling: Filling) -> dict[str, Any]:
    """Fields that nobody knows: canaries as values, as keys, at a depth."""
    at = filling.canaries.at
    return {
        "unlisted": at(f"{place} unlisted"),
        at(f"{place} key"): [{"deep": [at(f"{place} deep")], at(f"{place} deep key"): 1}],
    }


def _object(schema: Schema, place: str, filling: Filling) -> dict[str, Any]:
    said: dict[str, Any] = {}
    for name, each in schema.fields.items():
        key = each.data_key or name
        if each.required or filling.chance.random() < 0.8:
            said[key] = _value(each, key, f"{place} {key}", filling)
    return said


def _value(kind: Any, key: str, place: str, filling: Filling) -> Any:
    if key in filling.fixed:
        return filling.fixed[key]
    chance = filling.chance
    if isinstance(kind, fields.Leads):
        kind = fields.ListOf(kind.one, fewest=1)
    if isinstance(kind, fields.ListOf):
        number = chance.randint(max(kind.fewest, 1), 3)
        items = [_value(kind.item, key, place, filling) for _ in range(number)]
        return list(dict.fromkeys(items))
    if isinstance(kind, fields.Corrections):
        return _object(kind.schema, place, filling)
    return _plain(kind, place, filling)


def _plain(kind: Any, place: str, filling: Filling) -> Any:
    """A value that has no others in it."""
    chance, canary = filling.chance, filling.canaries.at
    match kind:
        case fields.Text() | fields.Line():
            value: Any = f"Về việc {canary(place)}, {chance.randrange(100)} ngày"
        case fields.Identifier():
            foreign = filling.own and chance.random() < 0.4
            value = canary(place) if foreign else chance.choice(BODIES)
        case fields.ADay():
            value = filling.day.isoformat()
        case fields.APeriod():
            value = f"{filling.day.year}-Q1"
        case fields.Registered():
            value = str(chance.randrange(1, 10_000))
        case fields.ARecurrence():
            value = "monthly:25"
        case fields.Choice():
            value = chance.choice(kind.values)
        case fields.Flag():
            value = chance.random() < 0.5
        case fields.Whole():
            value = min(max(filling.day.year, kind.lowest), kind.highest)
        case _:
            raise AssertionError(f"{place}: a kind of field that has no canaries yet")
    return value
