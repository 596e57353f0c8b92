"""Values for the fields of the contract, made from the fields themselves.

A field that a later version lists gets values by its kind, without a word here; one of a kind that
nobody knows here is refused, so that it cannot stay untried. Every value is valid by the contract:
what comes of it is never the sender's fault. Strategies are made once, since making them costs
more than drawing from them: what depends on the event is drawn as a `Back` or `Named`, to be
filled in.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any, TypeAlias

from dondoc.connector.contract.data.fields import (
    ADay,
    AnObject,
    APeriod,
    ARecurrence,
    Choice,
    ContractField,
    Corrections,
    Flag,
    Identifier,
    Leads,
    Line,
    ListOf,
    Registered,
    Text,
    Whole,
)
from hypothesis import strategies as st
from marshmallow import Schema

Value: TypeAlias = st.SearchStrategy[Any]

FIRST, LAST = date(1990, 1, 1), date(2199, 12, 31)
"""The days that the contract allows."""

DOCUMENTS = ("VB-1", "VB-1", "VB-2", "VB:3")
SYMBOLS = ("{}/CT-UBND", "{}/QĐ-UBND", "{}/QÐ-UBND", "812 / UBND - {}")
"""By the subject of the document, so that a symbol names one."""
BODIES = ("PYT", "PNV", "PYT", "XDS", "VP", "XYZ", "pyt", "QĐ-1", "QÐ-1")
"""Codes that the directory knows, and others: unknown, of another case, with Ð typed for Đ."""
TASKS = ("T1", "T1", "T2", "t1", "Đ-1", "Ð-1")
_POOLS = {"task_id": TASKS, "request_id": ("R1", "R2")}
_NARROW = {"task_id": ("T1",), "request_id": ("R1",)}

_EDGES = (
    *(FIRST, date(2015, 5, 21), date(2015, 5, 22), date(2025, 12, 31), date(2026, 1, 1)),
    # Before, in and after Tết; the end of a month; of the calendar that ships; of all.
    *(date(2026, 1, 24), date(2026, 2, 13), date(2026, 2, 17), date(2026, 2, 28)),
    *(date(2026, 12, 24), date(2026, 12, 31), date(2027, 12, 31), date(2028, 1, 1), LAST),
)
_usual_days = st.dates(date(2026, 1, 1), date(2026, 6, 30))
days = st.one_of(
    _usual_days,
    _usual_days,
    st.dates(date(2025, 11, 1), date(2027, 1, 31)),
    st.sampled_from(_EDGES),
)

words = st.one_of(
    st.sampled_from(["", "Báo cáo", "Ðôn đốc", "e\u0302\u0301", "\U0001f4a5", "'\"\\"]),
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=8),
)
"""Whatever the contract lets stand in a text, of every plane; short, so that no more marks than it
allows can stand in a row."""


@dataclass(frozen=True, slots=True)
class Back:
    """A date so many days before the event's own."""

    days: int


@dataclass(frozen=True, slots=True)
class Named:
    """A text about a document, beside a name of it: its subject, or what *name* makes of that.
    An event of a document is about that one, any other about *document*."""

    document: str
    name: str
    before: str
    after: str
    rest: str


_BOUNDARIES = (*" :,;…—–|=+.!?()\"'\u00a0\u200b\u2011", "&nbsp;", "\n", " - ", "_")
_boundaries = st.sampled_from(_BOUNDARIES)
named = st.builds(
    Named,
    st.sampled_from(DOCUMENTS),
    st.sampled_from(["{}", "T1", "Đ-1", *SYMBOLS]),
    _boundaries,
    _boundaries,
    words,
)
_texts = st.one_of(words, words, named)
_lines = st.one_of(words.map(lambda text: text if text.strip() else "CT"), named)


@cache
def identifiers(pool: tuple[str, ...]) -> Value:
    """Ids and codes: nearly always of *pool*, so that events meet; now and then any."""
    inside = st.characters(exclude_categories=["Cs", "Cc", "Z"])
    anything = st.builds("{}{}{}".format, inside, st.sampled_from(["", " ", " x "]), inside)
    usual = st.sampled_from(pool)
    return st.integers(0, 29).flatmap(lambda n: anything if n == 29 else usual)


def _named_by(name: str, narrow: bool) -> tuple[str, ...]:
    """The pool of the identifiers called *name*. Where it is *narrow*, everything meets."""
    return _NARROW.get(name, ("PYT", "PNV")) if narrow else _POOLS.get(name, BODIES)


@cache
def object_of(schema: Schema, narrow: bool) -> st.SearchStrategy[dict[str, Any]]:
    """What *schema* allows: each optional field or not."""
    fields = {
        (field.data_key or name): field
        for name, field in schema.fields.items()
        if isinstance(field, ContractField)
    }
    values = {name: value_of(name, field, narrow) for name, field in fields.items()}
    return st.fixed_dictionaries(
        {name: values[name] for name in fields if fields[name].required},
        optional={name: values[name] for name in fields if not fields[name].required},
    )


def value_of(name: str, field: ContractField, narrow: bool) -> Value:
    """Valid values of *field*, called *name*; see `_named_by` for *narrow*."""
    for kind, make in _KINDS.items():
        if isinstance(field, kind):
            made = make(name, field, narrow)
            return st.one_of(made, st.none()) if field.allow_none else made
    raise TypeError(f"{type(field).__name__} ({name}) is a kind of field without values here")


def _day(_: str, field: Any, __: bool) -> Value:
    if not field.past:
        return days.map(date.isoformat)
    back = st.one_of(st.just(0), st.integers(0, 40), st.integers(0, 80_000))
    return back.map(Back)


def _whole(_: str, field: Any, __: bool) -> Value:
    few = [n for n in (0, 1, 2, 3, 2026, 2027) if field.lowest <= n <= field.highest]
    return st.one_of(st.sampled_from(few), st.integers(field.lowest, field.highest))


def _leads(name: str, field: Any, narrow: bool) -> Value:
    one = value_of(name, field.one, narrow)
    return st.one_of(one, one, value_of(name, field.several, narrow))


_KINDS: dict[type[ContractField], Callable[[str, Any, bool], Value]] = {
    Corrections: lambda _, field, narrow: object_of(field.schema, narrow),
    AnObject: lambda *_: st.dictionaries(words, words, max_size=2),
    Identifier: lambda name, _, narrow: identifiers(_named_by(name, narrow)),
    Text: lambda *_: _texts,
    Line: lambda *_: _lines,
    ADay: _day,
    APeriod: lambda *_: st.sampled_from(
        ["2026-01", "2026-03", "2026-Q1", "2026-H1", "2026", "2025"]
    ),
    ARecurrence: lambda *_: st.sampled_from(["weekly:5", "monthly:last", "yearly:12-10"]),
    Registered: lambda *_: st.integers(1, 99_999_999).map(str),
    Flag: lambda *_: st.booleans(),
    Whole: _whole,
    Choice: lambda _, field, __: st.sampled_from(field.values),
    ListOf: lambda name, field, narrow: st.lists(
        value_of(name, field.item, narrow), min_size=field.fewest, max_size=3
    ),
    Leads: _leads,
}
"""The values of each kind of field; of a field of several kinds, those of the first."""
