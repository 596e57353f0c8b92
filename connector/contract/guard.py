"""The guard: the first thing that touches a message (Điều 5.2).

Before anything is parsed further, stored or logged it decides whether an event's secrecy is
established, and normal. Of what arrives it is the only code that sees secret text, and it
lets none of it out: not into a verdict, an error text or a log. Whatever it cannot establish
counts as secret. It does no input or output and never raises, whatever the message is.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from ...rules.event_types import SECRECY_CHANGED
from ...rules.events import PREFIX
from ...rules.normalising import MOST_MARKS
from ...rules.secrecy import ATTRIBUTE, NORMAL, strictest
from .attributes import (
    HEADER_PREFIXES,
    JSON_TYPE,
    STRUCTURED_TYPE,
    header_attributes,
    media_type,
)
from .body import Limits, ParsedBody, Unreadable, read
from .encoding import unpacked
from .envelope import Attributes, InvalidAttribute, admit, level_alone, tells_of_petition
from .headers import UNREAD
from .statements import said_in, speaks_of_secrecy
from .verdicts import Admitted, Judged, Malformed, Message, Secret, Unestablished, Verdict

__all__ = [
    "Admitted",
    "Limits",
    "Malformed",
    "Message",
    "Secret",
    "Unestablished",
    "Verdict",
    "data_told",
    "inspect",
    "inspect_headers",
    "is_of_petition",
    "secrecy_change",
]

_SECRECY_HEADERS = frozenset({ATTRIBUTE, *(f"{prefix}{ATTRIBUTE}" for prefix in HEADER_PREFIXES)})

_UNREAD = "dondoc was taken down each time it read this event"
_NO_CONTENT_TYPE = f"the content type is neither {STRUCTURED_TYPE} nor {JSON_TYPE}"
_DOUBTFUL = "secrecy is stated in a way the contract does not know"
_ENCODED = "data_base64"
_ENCODED_DATA = f"the event has {_ENCODED}, which the contract does not know"
_TOO_MANY_MARKS = f"a text has more than {MOST_MARKS} combining marks in a row"


def inspect(message: Message, limits: Limits) -> Judged:
    """Decide what may become of *message* (contract, Secrecy).

    Any statement of a secret level, anywhere in the headers or in the body, makes the event
    secret. Any other statement that is not exactly "normal" makes it doubtful, and so does a
    key given twice, and data that is not read. Only the attribute itself, in the body of a
    structured event or in a header, makes it normal. Reasons are dondoc's own words, with
    nothing of the message.
    """
    headers = _Headers.of(message.headers)
    if headers.level is not None:
        return Secret(headers.level)
    try:
        reading = _read(message, limits)
    except Unreadable as problem:
        event_id = _attributes_in(message.headers).event_id()
        if headers.normal:
            return _malformed(message, str(problem), "body", event_id)
        return Unestablished.of(message, str(problem), event_id)
    attributes = _attributes_of(message, reading)
    stated = _stated(reading, attributes)
    withheld = _withheld(message, headers, reading, attributes, stated)
    if withheld is not None:
        return withheld
    try:
        return _admitted(message, headers, reading, attributes)
    except InvalidAttribute as refusal:
        # Nothing is reduced now, so all that the body states counts after all.
        return _withheld(message, headers, reading, attributes, reading.stated) or _malformed(
            message, str(refusal), refusal.path, attributes.event_id()
        )


def inspect_headers(message: Message) -> Secret | Malformed | Unestablished:
    """What the headers of *message* alone say, for one whose body must not be read any more.

    What they do not establish, the body cannot: it counts as secret.
    """
    headers = _Headers.of(message.headers)
    if headers.level is not None:
        return Secret(headers.level)
    event_id = _attributes_in(message.headers).event_id()
    if headers.normal:
        return _malformed(message, _UNREAD, "body", event_id)
    return Unestablished.of(message, _UNREAD, event_id)


def secrecy_change(message: Message, limits: Limits) -> tuple[str, str] | None:
    """The subject that *message*, which was not admitted, makes secret, and the level; None where
    it does not, or where its type and subject cannot be read without a doubt.

    HSCV may well stamp such an event with the new level, or break its envelope. To discard it
    for that would leave the document readable, so it takes effect (docs/contract.md, Secrecy).
    """
    data: object = None
    try:
        reading = _read(message, limits)
        attributes = _attributes_of(message, reading)
        data = _data_of(reading, attributes)
        if "level" in reading.repeated:
            data = None
    except Unreadable:
        attributes = _attributes_in(message.headers)
    try:
        if attributes.type() != SECRECY_CHANGED:
            return None
        subject = attributes.identifier("subject")
    except InvalidAttribute:
        return None
    level = level_alone(data)["level"]
    return None if level == NORMAL else (subject, level)


def data_told(message: Message, limits: Limits) -> object:
    """The data of *message*, which was admitted, as its sender wrote it: also what the contract
    does not list, which of some types is not kept. For whoever wrote it alone."""
    reading = _read(message, limits)
    return _data_of(reading, _attributes_of(message, reading))


def is_of_petition(message: Message, limits: Limits) -> bool:
    """Whether *message*, which was not admitted, says that it is about a petition: what is wrong
    with it may be the name of whoever sent that, so that only a record may be kept of it."""
    if tells_of_petition(_attributes_in(message.headers).values.get("type")):
        return True
    try:
        attributes = _attributes_of(message, _read(message, limits))
    except Unreadable:
        return False
    return tells_of_petition(attributes.values.get("type"))


@dataclass(frozen=True, slots=True)
class _Headers:
    """What the headers say about secrecy: a level, or something doubtful, or normal; and whether
    they are ``overlong``."""

    level: str | None
    doubtful: bool
    normal: bool
    overlong: bool

    @classmethod
    def of(cls, headers: Mapping[str, object]) -> _Headers:
        said = said_in(headers)
        doubtful = any(value != NORMAL for value in said.stated)
        named = not _SECRECY_HEADERS.isdisjoint(headers)
        return cls(strictest(said.stated), doubtful, named and not doubtful, said.overlong)


def _read(message: Message, limits: Limits) -> ParsedBody:
    return read(unpacked(message.body, message.content_encoding, limits.max_bytes), limits)


def _withheld(
    message: Message,
    headers: _Headers,
    reading: ParsedBody,
    attributes: Attributes,
    stated: Collection[object],
) -> Secret | Unestablished | None:
    """The verdict on an event that is not established as normal; None where it is.

    *stated*: what the body states about secrecy.
    """
    event_id = attributes.event_id()
    if reading.repeated:
        return Unestablished.of(message, "a key is given twice", event_id)
    level = strictest(stated)
    if level is not None:
        return Secret(level)
    if headers.doubtful or any(value != NORMAL for value in stated):
        return Unestablished.of(message, _DOUBTFUL, event_id)
    if attributes.structured and attributes.values.get(_ENCODED) is not None:
        return Unestablished.of(message, _ENCODED_DATA, event_id)
    if headers.normal or attributes.values.get(ATTRIBUTE) == NORMAL:
        return None
    why = "secrecy is not stated" if _known_content_type(message) else _NO_CONTENT_TYPE
    return Unestablished.of(message, why, event_id)


def _stated(reading: ParsedBody, attributes: Attributes) -> Collection[object]:
    """What the body states about secrecy.

    Of document.secrecy_changed only the attributes count: its data is reduced to the level
    anyway, and to discard the event for what else it says would leave the document readable.
    """
    redacts = attributes.values.get("type") == PREFIX + SECRECY_CHANGED
    if not redacts:
        data = _data_of(reading, attributes)
        # XML, or JSON that is not quite: a statement that is not read.
        unread = isinstance(data, str) and speaks_of_secrecy(data)
        return (*reading.stated, UNREAD) if unread else reading.stated
    if not attributes.structured:
        return ()
    return [value for name, value in attributes.values.items() if speaks_of_secrecy(name)]


def _admitted(
    message: Message, headers: _Headers, reading: ParsedBody, attributes: Attributes
) -> Admitted:
    """The event of a message of established normal secrecy. Raises InvalidAttribute."""
    if not _known_content_type(message):
        raise InvalidAttribute("content_type", f"must be {STRUCTURED_TYPE} or {JSON_TYPE}")
    if reading.overlong:
        raise InvalidAttribute("body", _TOO_MANY_MARKS)
    if headers.overlong:
        raise InvalidAttribute("headers", _TOO_MANY_MARKS)
    return admit(reading, attributes, reading.text.encode())


def _known_content_type(message: Message) -> bool:
    return media_type(message.content_type) in (STRUCTURED_TYPE, JSON_TYPE)


def _attributes_of(message: Message, reading: ParsedBody) -> Attributes:
    """Where the attributes stand: in a CloudEvent's own body, otherwise in the headers."""
    media = media_type(message.content_type)
    value: Any = reading.value
    whole = isinstance(value, dict) and "specversion" in value
    if media == STRUCTURED_TYPE or (media == JSON_TYPE and whole):
        return Attributes(value if isinstance(value, dict) else {}, reading.repeated, True)
    return _attributes_in(message.headers)


def _data_of(reading: ParsedBody, attributes: Attributes) -> object:
    """What stands where the data of an event should."""
    if attributes.structured and isinstance(reading.value, dict):
        return reading.value.get("data")
    return reading.value


def _attributes_in(headers: Mapping[str, object]) -> Attributes:
    values, contradicted = header_attributes(headers)
    return Attributes(values, contradicted, False)


def _malformed(message: Message, reason: str, path: str, event_id: str | None) -> Malformed:
    return Malformed(reason, path, event_id, sha256(message.body).digest())
