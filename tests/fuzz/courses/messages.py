"""Events as HSCV could send them, and the messages that carry them.

What makes no sense is meant to: withdrawn twice, rejected before completed, types that nobody
knows, fields that no contract lists with whatever JSON can say. Only the contract is kept.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta, timezone
from hashlib import sha256
from typing import Any

from dondoc.connector.contract.attributes import (
    HEADER_PREFIXES,
    JSON_TYPE,
    MAX_SEQUENCE,
    STRUCTURED_TYPE,
)
from dondoc.connector.contract.data.derived_schemas import LATER, SCHEMAS
from dondoc.connector.lines import LineMessage, Scalar
from dondoc.rules.event_types import EVENT_TYPES, SECRECY_CHANGED
from dondoc.rules.events import LOCAL, PREFIX, local_date
from dondoc.rules.normalising import one_form
from dondoc.rules.secrecy import NORMAL
from dondoc.rules.streams import PETITIONS, kind_of
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from .values import DOCUMENTS, FIRST, LAST, Back, Named, days, identifiers, named, object_of, words

LATER_TYPES = ("task.split", "document.renumbered", "attachment.added", "report.recalled", "x")
"""Types that no version of the contract knows yet."""
TYPES = (*SCHEMAS, *LATER_TYPES)
_SUBJECTS: Mapping[str, tuple[str, ...]] = {
    "document": DOCUMENTS,
    "feedback": ("PA-1", "VB-1"),
    "inspection": ("KT-1",),
    "reports": ("PYT", "R"),
}
_CANARY = "hoàngyến"


@dataclass(frozen=True)
class Sent:
    """A message with what is known of it, text in one form.

    ``redacts``: it makes its document secret. ``names``: what it tells of the names of the document
    that it is about. ``canaries``: texts in it, each with the name of a document beside which it
    stands, so that it must go with that.
    """

    message: LineMessage = field(repr=False)
    key: tuple[str, str]
    type: str
    subject: str
    data: Mapping[str, Any] = field(repr=False)
    redacts: bool
    names: frozenset[str]
    canaries: frozenset[tuple[str, str]]

    @property
    def about_document(self) -> bool:
        """Whether it belongs to a document's stream."""
        return kind_of(self.type) == "document"


def canary_of(subject: str) -> str:
    """The text that events of a document say of it."""
    return f"{_CANARY}({subject})"


class _Filling:
    """What values that depend on their event become in one of *type_* about *subject*."""

    def __init__(self, type_: str, subject: str, key: tuple[str, str], on: date) -> None:
        self.about_document = kind_of(type_) == "document"
        self.subject, self.source, self.id, self.on = subject, *key, on
        self.canaries: list[tuple[str, str]] = []

    def fill(self, value: Any) -> Any:
        """*value* with nothing left to be filled in."""
        if isinstance(value, Back):
            return max(FIRST, min(self.on, LAST) - timedelta(value.days)).isoformat()
        if isinstance(value, Named):
            return self._text(value)
        if isinstance(value, dict):
            return {name: self.fill(item) for name, item in value.items()}
        if isinstance(value, list):
            return [self.fill(item) for item in value]
        return value

    def beside(self, name: str) -> str:
        """A text that must go when *name* names something secret."""
        # Another source may use the same id, for an event of which nothing has to go.
        event = sha256("\0".join((self.source, self.id)).encode("utf-8", "replace")).hexdigest()
        canary = f"{_CANARY}-{event[:16]}-{len(self.canaries)}"
        self.canaries.append((one_form(name), canary))
        return canary

    def _text(self, said: Named) -> str:
        if self.about_document:
            symbol = said.name.format(self.subject)
            return symbol if "/" in said.name else canary_of(self.subject)
        name = said.name.format(said.document)
        return f"{self.beside(name)}{said.before}{name}{said.after}{said.rest}"


_keys = st.one_of(st.sampled_from(["attachment", "VB-1", "\ud800", "\0", ""]), words)
_json = st.recursive(
    st.one_of(
        st.sampled_from([None, True, 0.1, -(2**70), "\ud800", "x\udfff y", "\0", "a\u0301" * 9]),
        st.floats(allow_nan=False, allow_infinity=False),
        words,
        named,
    ),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(_keys, inner, max_size=3)),
    max_leaves=4,
)
"""What JSON can say where the contract lists nothing: halves of surrogate pairs, NUL, anything."""
_unlisted = st.one_of(st.none(), st.tuples(_keys, _json))
_clocks = st.one_of(st.sampled_from([time(0), time(9), time(23, 59, 59)]), st.times())
_offsets = st.sampled_from(["+07:00", "Z", "z", "-05:00", "+14:00", "+05:45"])
_fractions = st.sampled_from(["", ".{:%f}", ".{:%f}7"])
_ids = st.integers(0, 10**9).map("e{}".format)
_sources = identifiers(("/hscv", "/hscv/2", "/hscv 2"))
_sequences = st.one_of(st.none(), st.integers(0, 3), st.just(MAX_SEQUENCE))
_units = st.sampled_from([None, None, "xa-a", "Xã Đồng Tâm"])
"""Whose they are, which counts only where dondoc is told its unit: here it is not."""
_media = st.sampled_from([STRUCTURED_TYPE, JSON_TYPE, f"{JSON_TYPE}; charset=utf-8", None])
_more = st.sampled_from([{}, {"traceparent": "00-1"}, {"partitionkey": "\ud800"}])
_routing = st.sampled_from([None, "", "any.key"])
_prefixes = st.sampled_from(HEADER_PREFIXES)


@st.composite
def _times(draw: DrawFn) -> tuple[str, date]:
    """When it happened, as it is written, and the local date of that."""
    happened = datetime.combine(draw(days), draw(_clocks), LOCAL)
    offset = draw(_offsets)
    hours, minutes = (0, 0) if offset in "Zz" else (int(offset[:3]), int(offset[4:]))
    written = happened.astimezone(timezone(timedelta(hours=hours, minutes=minutes)))
    if written.year not in range(FIRST.year, LAST.year + 1):
        written, offset = happened, "+07:00"
    digits = draw(_fractions).format(written)
    return f"{written:%Y-%m-%dT%H:%M:%S}{digits}{offset}", local_date(happened)


_when = _times()


def _subject(type_: str, narrow: bool) -> st.SearchStrategy[str]:
    if type_ not in LATER_TYPES and kind_of(type_) == PETITIONS:
        return st.integers(1, 1 if narrow else 9).map("{}/2026".format)  # never a name
    subjects = DOCUMENTS if type_ in LATER_TYPES else _SUBJECTS[kind_of(type_)]
    return identifiers(subjects[:1] if narrow else subjects)


@st.composite
def sent(draw: DrawFn, types: tuple[str, ...] = TYPES, narrow: bool = False) -> Sent:
    """One message of one of *types*, valid by the contract; *narrow*: about few things."""
    type_ = draw(st.sampled_from(types))
    written, on = draw(_when)
    subject = draw(_subject(type_, narrow))
    filling = _Filling(type_, subject, (draw(_sources), draw(_ids)), on)
    data = filling.fill(_data(draw, type_, narrow))
    if type_ in LATER_TYPES and not filling.about_document:
        # By its first word it is about something else, by its subject perhaps about a document.
        data["note"] = filling.beside(subject)
    attributes: dict[str, Any] = {
        "specversion": "1.0",
        "id": filling.id,
        "source": filling.source,
        "type": PREFIX + type_,
        "time": written,
        "subject": subject,
        "secrecy": NORMAL,
    }
    sequence = draw(_sequences)
    if sequence is not None:
        attributes["sequence"] = sequence
    unit = draw(_units)
    if unit is not None:
        attributes["unit"] = unit
    return Sent(
        draw(_carried(attributes, data)),
        (one_form(attributes["source"]), filling.id),
        type_,
        one_form(subject),
        data,
        type_ == SECRECY_CHANGED and data["level"] != NORMAL,
        _told(type_, subject, data) if filling.about_document else frozenset(),
        frozenset() if type_ == SECRECY_CHANGED else frozenset(filling.canaries),
    )


def _told(type_: str, subject: str, data: Mapping[str, Any]) -> frozenset[str]:
    """The names of its document that an event tells."""
    told: list[object] = [subject]
    if type_ in EVENT_TYPES and type_.startswith("task."):
        told.append(data["task_id"])
    elif type_ in EVENT_TYPES:
        told += [data.get("symbol"), data.get("fields", {}).get("symbol")]
    return frozenset(one_form(name) for name in told if isinstance(name, str))


def _data(draw: DrawFn, type_: str, narrow: bool) -> dict[str, Any]:
    schema = SCHEMAS.get(type_, LATER)
    data = dict(draw(object_of(schema, narrow)))
    for name, each in EVENT_TYPES.get(type_, {}).items():
        if each.unless is not None and name not in data and each.unless not in data:
            data[name] = "2026-03"
    unlisted = draw(_unlisted)
    # Only the attribute may speak of secrecy.
    if unlisted is not None and "secrecy" not in repr(unlisted).casefold():
        listed = {each.data_key or name for name, each in schema.fields.items()}
        if unlisted[0] not in listed:
            data[unlisted[0]] = unlisted[1]
    return data


@st.composite
def _carried(draw: DrawFn, attributes: dict[str, Any], data: dict[str, Any]) -> LineMessage:
    """The event in structured or binary mode."""
    escaped, media = draw(st.booleans()), draw(_media)
    if media is not None:
        body = _bytes({**attributes, **draw(_more), "data": data}, escaped)
        return LineMessage(body, media, {}, draw(_routing))
    prefix = draw(_prefixes)
    headers: dict[str, Scalar] = {f"{prefix}{name}": each for name, each in attributes.items()}
    if "sequence" in attributes and draw(st.booleans()):
        headers[f"{prefix}sequence"] = str(attributes["sequence"])
    key = attributes["type"].removeprefix(PREFIX)
    return LineMessage(_bytes(data, escaped), JSON_TYPE, headers, key)


def _bytes(value: Any, escaped: bool) -> bytes:
    if not escaped:
        try:
            return json.dumps(value, ensure_ascii=False).encode()
        except UnicodeEncodeError:
            pass  # half of a surrogate pair can only be escaped
    return json.dumps(value).encode()
