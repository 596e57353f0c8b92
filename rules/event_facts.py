"""What follows from the table of event types: which fields are texts, dates, choices, quotes.

Nothing is stated here that the table says already; each set is picked out of it once, when the
module is imported.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from .event_types import DOCUMENT_OPENERS, EVENT_TYPES
from .fields import Field, Kind
from .streams import DOCUMENTS, kind_of


def _where(holds: Callable[[Field], bool], fields: Mapping[str, Field]) -> frozenset[str]:
    return frozenset(name for name, each in fields.items() if holds(each))


_WORDS = frozenset({Kind.TEXT, Kind.LINE})
_ANY_TEXT = _WORDS | {Kind.BODY, Kind.TASK, Kind.REQUEST}


def _is_optional_text(each: Field) -> bool:
    return each.kind in _ANY_TEXT and not each.required and each.least is None


OPTIONAL_TEXTS: Mapping[str, frozenset[str]] = {
    type_: _where(_is_optional_text, fields) for type_, fields in EVENT_TYPES.items()
}
"""The fields that hold text of any kind and need not be there, by the type of the event."""

CORRECTABLE: Mapping[str, Mapping[str, Field]] = {
    type_: each.fields
    for type_, fields in EVENT_TYPES.items()
    for each in fields.values()
    if each.kind is Kind.CORRECTIONS
}
"""What the object ``fields`` of a correction may hold, by the type of the event."""

_FIRST_TELLING = {
    each.corrects: type_
    for type_, fields in EVENT_TYPES.items()
    for each in fields.values()
    if each.corrects is not None
}
CORRECTED_BY: Mapping[str, str] = {
    **_FIRST_TELLING,
    **{
        opener: _FIRST_TELLING[first]
        for first in _FIRST_TELLING.keys() & DOCUMENT_OPENERS
        for opener in DOCUMENT_OPENERS
    },
}
"""The type of the event that replaces fields of what one of a type has told, by that type."""

CORRECTABLE_TEXTS: Mapping[str, frozenset[str]] = {
    type_: OPTIONAL_TEXTS[each.corrects] & each.fields.keys()
    for type_, fields in EVENT_TYPES.items()
    for each in fields.values()
    if each.corrects is not None
}
"""The optional texts among them: those that were optional where they were told first."""

NO_WORDS = "…"
"""What stands where the contract requires a line of words that may not be kept."""


def _without_words(each: Field) -> str | None:
    if not each.required:
        return None
    return NO_WORDS if each.kind is Kind.LINE else ""


UNREAD_TEXT: Mapping[str, Mapping[str, str | None]] = {
    type_: {
        name: _without_words(each)
        for name, each in fields.items()
        if each.kind in _WORDS or each.kind is Kind.TASK
    }
    for type_, fields in EVENT_TYPES.items()
    if kind_of(type_) != DOCUMENTS
}
"""What events that are about no document say in words, of which no rule reads anything, by their
type; and what stands in its place once it may not be kept: "" or `NO_WORDS` where the contract
requires the field, so that the event is still one, None where it is left out."""

NAMED_FREELY = frozenset(
    name
    for fields in EVENT_TYPES.values()
    for name in _where(lambda each: each.kind in (Kind.REQUEST, Kind.REPORT), fields)
)
"""Fields whose values HSCV makes up: rules compare them with each other, or with names that a
regulation's file lists, and nobody reads them."""

ABOUT_A_BODY = frozenset(
    type_ for type_, fields in EVENT_TYPES.items() if _where(lambda each: each.about, fields)
)
"""Events of tasks whose ``body`` is whom they are about; that of the others acts."""

PARTIES: Mapping[str, tuple[str, ...]] = {
    type_: names
    for type_, fields in EVENT_TYPES.items()
    if (names := tuple(name for name, each in fields.items() if each.party))
}
"""The fields that say between whom a feedback or an inspection is, by the event that has them."""

ASKING = frozenset(
    type_ for type_, fields in EVENT_TYPES.items() if _where(lambda each: each.asked, fields)
)
"""Events whose ``due_on`` is asked for: it sets no deadline."""

AUTHORITIES = frozenset(EVENT_TYPES["document.issued"]["authority"].values)
"""Who can have issued a document."""

_TRUTHS: frozenset[Any] = frozenset({True, False})
_VALUES: Mapping[str, Mapping[str, frozenset[Any]]] = {
    type_: {
        name: _TRUTHS if each.kind is Kind.FLAG else frozenset(each.values)
        for name, each in fields.items()
        if each.kind in (Kind.FLAG, Kind.CHOICE)
    }
    for type_, fields in EVENT_TYPES.items()
}


def values_of(event_type: str, field: str) -> frozenset[Any] | None:
    """The values that *field* can have, alone or in its list; None where they are not listed."""
    return _VALUES.get(event_type, {}).get(field)


NAMING_REPORTS = frozenset(
    type_
    for type_, fields in EVENT_TYPES.items()
    if _where(lambda each: each.kind is Kind.REPORT, fields)
)
"""The types of the events that name a report."""


def names_reports(event_type: str, field: str) -> bool:
    """Whether *field* has the name of a report that a regulation lists."""
    found = EVENT_TYPES.get(event_type, {}).get(field)
    return found is not None and found.kind is Kind.REPORT


def bodies_named(event_type: str) -> tuple[str, ...]:
    """The fields that name one body each, in their order."""
    found = EVENT_TYPES.get(event_type, {})
    return tuple(
        name for name, each in found.items() if each.kind is Kind.BODY and each.least is None
    )


def naming_no_body(event_type: str, first: str, *others: str) -> str | None:
    """The first of these fields of *event_type* that cannot name the one body that is meant; None
    where all can. A text that says who can do so after a body alone."""
    known, fields = bodies_named(event_type), EVENT_TYPES.get(event_type, {})
    if first not in known:
        return first
    return next((name for name in others if name not in known and not fields[name].somebody), None)


def is_free_text(event_type: str, field: str) -> bool:
    """Whether people write in *field* what they like."""
    found = EVENT_TYPES.get(event_type, {}).get(field)
    return found is not None and found.kind in _WORDS


def may_lack(event_type: str, field: str) -> bool:
    """Whether an event of *event_type* may come without *field*, or with null in its place."""
    found = EVENT_TYPES.get(event_type, {}).get(field)
    return found is not None and (not found.required or found.nullable)


def dates_of(event_type: str) -> frozenset[str]:
    """The fields of *event_type* that always hold a date; a deadline may be null or absent."""
    return _where(_is_always_a_date, EVENT_TYPES.get(event_type, {}))


def legal_dates_of(event_type: str) -> frozenset[str]:
    """The fields of *event_type* that can hold the date of what it tells, and nothing else: a
    deadline is none."""
    return _where(_is_a_date, EVENT_TYPES.get(event_type, {}))


def _is_a_date(each: Field) -> bool:
    return each.kind is Kind.DAY and not each.nullable


def _is_always_a_date(each: Field) -> bool:
    return each.kind is Kind.DAY and each.required and not each.nullable
