"""The rules of a dialect file: `[[event]]` tables, with their conditions and fields."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import Any

from ....rules.event_types import EVENT_TYPES
from ....rules.fields import Field, Kind
from ....rules.file_faults import Faults
from ....rules.places import Place
from ....rules.secrecy import LEVELS, NORMAL
from ..fields import Bodies, Filled, Replacing, converter
from ..levels import level_not_to_be_normal
from ..paths import MISSING, Path, PathScope
from ..readings import ValueReading
from ..rows import READ, WRITTEN
from ..telling import ANYTHING, ATTRIBUTES, Changed, EventRule, RuleCondition
from .reading_tables import Around, is_of_commit

KEYS = ("type", "when", "unless", "changed", "each", *ATTRIBUTES, "fields")
_ALIKE = 0.8
_NO_READING = ValueReading(times=None)  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class EventTables:
    """Reads the rules of one file; ``common``: what it says for all of them."""

    around: Around
    bodies: Bodies
    common: Mapping[str, ValueReading]

    @property
    def _faults(self) -> Faults:
        return self.around.faults

    def rule(self, place: Place) -> EventRule | None:
        """The rule at *place*; None where it cannot be read, which is noted."""
        self._faults.only(place, KEYS)
        type_ = self._faults.attempt(lambda: self._type(place), "")
        each = self._each(place)
        items = each is not None
        when = self.conditions(place, "when", items=items) + self._of_written_rows(place)
        own = {
            name: self._attribute(place.inside(name), items=items)
            for name in ATTRIBUTES
            if name in place.table()
        }
        if not type_:
            return None
        parts = {**self.common, **own}
        for name in ("subject", "time"):
            if name not in parts:
                self._faults.add(
                    Place(place.file, name, None),
                    "is missing; say it at the top of the file, or in each [[event]]",
                )
        self._check_own_id(place, own.get("id"), items=items)
        rule = EventRule(
            type=type_,
            when=(*when, *self._changed(place)),
            unless=self.conditions(place, "unless", items=items),
            each=each,
            subject=parts.get("subject", _NO_READING),
            time=parts.get("time", _NO_READING),
            source=parts.get("source", _NO_READING),
            sequence=parts.get("sequence"),
            id=parts.get("id"),
            own_id="id" in own,
            fields=self._fields(place, EVENT_TYPES[type_], type_, items=items),
        )
        self._check_times(place, rule)
        return rule

    def conditions(
        self, place: Place, key: str, *, items: bool = False
    ) -> tuple[RuleCondition, ...]:
        """The conditions in the table under *key* of *place*."""
        found = self._faults.attempt(lambda: place.find(key), None)
        if found is None:
            return ()
        conditions: list[RuleCondition] = []
        with self._faults.noted():
            for written in found.table():
                with self._faults.noted():
                    conditions.append(
                        self.around.condition(written, found.inside(written), items=items)
                    )
        return tuple(conditions)

    def _type(self, place: Place) -> str:
        type_ = place.at("type").text().removeprefix("hscv.")
        if type_ not in EVENT_TYPES:
            near = get_close_matches(type_, EVENT_TYPES, 1, _ALIKE)
            hint = f"did you mean {near[0]}?" if near else "docs/event-types.md has them"
            raise place.at("type").error(f"{type_!r} is no type of the contract; {hint}")
        return type_

    def _each(self, place: Place) -> Path | None:
        found = self._faults.attempt(lambda: place.find("each"), None)
        if found is None:
            return None
        return self._faults.attempt(lambda: self.around.path(found, several=True), None)

    def _attribute(self, place: Place, *, items: bool) -> ValueReading:
        return self._faults.attempt(lambda: self.around.reading(place, items=items), _NO_READING)

    def _of_written_rows(self, place: Place) -> tuple[RuleCondition, ...]:
        """Of a row change that says nothing of its operation: only rows that are there count."""
        when = place.table().get("when")
        told = isinstance(when, Mapping) and "@op" in when
        if self.around.format != "debezium" or told:
            return ()
        return (RuleCondition(Path(PathScope.BESIDE, ("op",), "@op"), frozenset({*WRITTEN, ""})),)

    def _changed(self, place: Place) -> tuple[Changed, ...]:
        found = self._faults.attempt(lambda: place.find("changed"), None)
        if found is None:
            return ()
        if self.around.format != "debezium":
            self._faults.add(found, "is for rows, and the format here is not debezium")
            return ()
        columns: list[Changed] = []
        with self._faults.noted():
            for written in found.texts():
                with self._faults.noted():
                    columns.append(self._column(written, found))
        return tuple(columns)

    def _column(self, written: str, place: Place) -> Changed:
        path = self.around.path_of(written, place)
        if path.scope is not PathScope.MESSAGE:
            raise place.error(f"{written!r} is no column")
        return Changed(path)

    def _fields(
        self, place: Place, known: Mapping[str, Field], type_: str, *, items: bool
    ) -> tuple[Filled | Replacing, ...]:
        table = self._faults.attempt(lambda: place.find("fields"), None)
        if table is None:
            table = replace(place.inside("fields"), value={})
        if self._faults.attempt(table.table, None) is None:
            return ()
        self._faults.only(table, known)
        self._check_required(table, known, type_)
        made: list[Filled | Replacing] = []
        for name in table.table():
            if name in known:
                with self._faults.noted():
                    made.append(self._field(table.inside(name), name, known[name], items=items))
        return tuple(made)

    def _check_required(self, table: Place, known: Mapping[str, Field], type_: str) -> None:
        for name, field in known.items():
            there = name in table.table()
            if field.required and not there:
                self._faults.add(table.inside(name), f"is missing; {type_} requires it")
            if field.unless and not there and field.unless not in table.table():
                problem = f"is missing; {type_} requires it without {field.unless}"
                self._faults.add(table.inside(name), problem)

    def _field(self, place: Place, name: str, field: Field, *, items: bool) -> Filled | Replacing:
        if field.kind is Kind.CORRECTIONS:
            self._faults.only(place, field.fields)
            inner = tuple(
                self._field(place.inside(each), each, field.fields[each], items=items)
                for each in place.table()
                if each in field.fields
            )
            if not inner:
                raise place.error("names no field that is replaced")
            return Replacing(name, tuple(each for each in inner if isinstance(each, Filled)))
        several = field.least is not None or field.kind is Kind.LEADS
        reading = self.around.reading(place, items=items, several=several)
        self._check_values(place, field, reading)
        self._check_levels(place, field, reading)
        return Filled(name, field, reading, converter(field, self.bodies), several)

    def _check_values(self, place: Place, field: Field, reading: ValueReading) -> None:
        """What the file itself says must be what the contract takes."""
        for value in _said(reading):
            if field.kind is Kind.CHOICE and value not in field.values:
                choice = ", ".join(field.values)
                self._faults.add(place, f"{value!r} is none of {choice}")
            elif field.kind is Kind.FLAG and not isinstance(value, bool):
                self._faults.add(place, f"{value!r} is neither true nor false, without quotes")
            elif field.kind in (Kind.COUNT, Kind.YEAR) and (
                isinstance(value, bool) or not str(value).isdigit()
            ):
                self._faults.add(place, f"{value!r} is no whole number")

    def _check_levels(self, place: Place, field: Field, reading: ValueReading) -> None:
        """Where a field is a level, a secret word cannot mean normal there either."""
        if NORMAL not in field.values or not set(LEVELS) <= set(field.values):
            return
        for word, meaning in reading.spelled.items():
            level = level_not_to_be_normal(word, {}) if meaning == NORMAL else None
            if level is not None:
                self._faults.add(place, f'"{word}" is {level}; it cannot be normal')

    def _check_own_id(self, place: Place, id_: ValueReading | None, *, items: bool) -> None:
        if id_ is None or not items:
            return
        if not any(path.scope is PathScope.ITEM for path in id_.every_path):
            self._faults.add(
                place.inside("id"),
                "is the same for every item of each; name something of the item (.ma)",
            )

    def _check_times(self, place: Place, rule: EventRule) -> None:
        rows = self.around.format == "debezium"
        if rows and is_of_commit(rule.time) and READ in _operations(rule):
            self._faults.add(
                place.inside("time"),
                "@time is another in a snapshot, which would tell the event again; name a column "
                'that has the time, or say when = { "@op" = ["c", "u"] }',
            )
        if rule.id is None:
            fields = place.inside("fields")
            found = [place.inside("time")] if rule.time.is_of_arrival else []
            for at in [*found, *(fields.inside(name) for name in rule.unsaid)]:
                self._faults.add(
                    at,
                    "@arrival is another each time, and there is no id here; name one that HSCV"
                    " gives",
                )


def _operations(rule: EventRule) -> frozenset[str]:
    for each in rule.when:
        if isinstance(each, RuleCondition) and each.path.written == "@op":
            return each.words | ({READ} if ANYTHING in each.words else set())
    return frozenset({READ})


def _said(reading: ValueReading) -> list[Any]:
    """The values that the file itself gives: constant, default and meanings of words."""
    said = [reading.constant, reading.default, *(reading.words or {}).values()]
    flat = [item for each in said for item in (each if isinstance(each, list) else [each])]
    return [each for each in flat if each is not MISSING]
