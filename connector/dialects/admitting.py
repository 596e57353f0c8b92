"""From what a dialect says to an event of the contract, as the guard admits one that came as such.

The same checks hold for its attributes and the same form for its texts, and what is stored is one
structured CloudEvent, the same bytes each time the same is said.
"""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from typing import Any

import orjson

from ...rules.event_types import EVENT_TYPES, SECRECY_CHANGED
from ...rules.events import PREFIX
from ...rules.normalising import has_too_many_marks, one_form
from ...rules.reading.listed import only_listed
from ...rules.reading.stored import is_in_one_form
from ...rules.secrecy import ATTRIBUTE, NORMAL
from ...rules.streams import PETITIONS, kind_of
from ..contract.attributes import FIRST_YEAR, LAST_YEAR, is_identifier
from ..contract.body import Limits
from ..contract.data.validation import validate
from ..contract.envelope import Attributes, InvalidAttribute, level_alone
from ..contract.verdicts import Admitted, Malformed
from .saying import EventsSaid, SaidEvent


def events_of(
    said: EventsSaid, message_sha256: bytes, limits: Limits
) -> list[Admitted] | Malformed:
    """The events that *said* tells of, each checked as any event of the contract; what is wrong
    with the first that is not as the contract wants it, named by its place in the message.

    *message_sha256*: that of the message. All of a message is taken or nothing, since what is not
    taken goes to dondoc.dead whole.
    """
    events: list[Admitted] = []
    for each in said.events:
        event = admit_said(each, message_sha256)
        if isinstance(event, Admitted):
            fault = validate(event, limits.max_items, limits.max_bodies)
            if fault is None:
                events.append(event)
                continue
        else:
            fault = event
        where = f"{each.path}: " if each.path else ""
        path = f"{where}{each.type} {fault.path}"
        return Malformed(fault.reason, path, fault.event_id, message_sha256)
    return events


def admit_said(said: SaidEvent, message_sha256: bytes) -> Admitted | Malformed:
    """The event that *said* is, with its canonical bytes; what is wrong with its envelope where it
    is none. Its data is not checked (`contract.data.validation`).

    *message_sha256* is that of the message, for a refusal. The event's own digest is that of what
    is said without its time, so that the same said by another message, or by the same one when it
    arrives again, is a duplicate; that of an event which the message carries whole is as if it had
    come by itself.
    """
    if said.admitted is not None:
        return said.admitted
    try:
        return _admitted(said)
    except InvalidAttribute as refusal:
        return Malformed(
            str(refusal), refusal.path, _attributes(id=said.id).event_id(), message_sha256
        )


def _admitted(said: SaidEvent) -> Admitted:
    id_, source = _identifier("id", said.id), _identifier("source", said.source)
    type_, subject = said.type, _identifier("subject", said.subject)
    if type_ not in EVENT_TYPES:
        type_ = _attributes(type=PREFIX + type_).type()
    sequence, time = said.sequence, said.time
    if sequence is not None:
        sequence = _attributes(sequence=sequence).sequence()
    if time.tzinfo is None or not FIRST_YEAR <= time.year <= LAST_YEAR:
        raise InvalidAttribute("time", "must be a time with an offset, in a plausible year")
    data: Mapping[str, Any] = said.data if type_ != SECRECY_CHANGED else level_alone(said.data)
    data, written = _in_one_form(data, known=said.formed)
    if kind_of(type_) == PETITIONS:
        # What is not listed may be the name of whoever sent it.
        data = only_listed(type_, data)
        written = _written(data)
    digested = written
    if said.unsaid:
        digested = _written({name: each for name, each in data.items() if name not in said.unsaid})
    head: dict[str, Any] = {
        "specversion": "1.0",
        "id": id_,
        "source": source,
        "type": PREFIX + type_,
        "time": time.isoformat(),
        "subject": subject,
        ATTRIBUTE: NORMAL,
    }
    if sequence is not None:
        head["sequence"] = sequence
    return Admitted(
        id=id_,
        source=source,
        type=type_,
        subject=subject,
        time=time,
        sequence=sequence,
        data=only_listed(type_, data),
        structured=True,
        # Put together by hand, so that the data is written once.
        body=_written(head, 0)[:-1] + b',"data":' + written + b"}",
        sha256=sha256(_written([type_, subject, sequence]) + digested).digest(),
    )


def _in_one_form(data: Mapping[str, Any], *, known: bool) -> tuple[Mapping[str, Any], bytes]:
    """*data* with every text in one form, as it is *known* to be or not, and as it is written.
    Raises InvalidAttribute."""
    written = _written(data if isinstance(data, dict) else dict(data))
    if known:
        return data, written
    text = written.decode()
    if is_in_one_form(text):
        return data, written
    if has_too_many_marks(text):
        raise InvalidAttribute("data", "has a text with too many combining marks in a row")
    formed = {name: _formed(value) for name, value in data.items()}
    return formed, _written(formed)


def _formed(value: Any) -> Any:
    if isinstance(value, str):
        return one_form(value)
    if isinstance(value, dict):
        return {name: _formed(item) for name, item in value.items()}
    return [_formed(item) for item in value] if isinstance(value, list) else value


def _written(value: Any, option: int = orjson.OPT_SORT_KEYS) -> bytes:
    try:
        return orjson.dumps(value, option=option)
    except TypeError:
        reason = "has half of a surrogate pair, or a value that JSON cannot hold"
        raise InvalidAttribute("data", reason) from None


def _identifier(name: str, value: str) -> str:
    """*value*, which identifies something, in one form. Raises InvalidAttribute."""
    if value.isascii() and is_identifier(value):
        return value
    return _attributes(**{name: value}).identifier(name)


def _attributes(**values: object) -> Attributes:
    return Attributes(values, frozenset(), True)
