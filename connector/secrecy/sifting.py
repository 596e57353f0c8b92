"""Takes what is about redacted subjects out of the queues that otherwise a person empties.

A message that cannot be read is searched word by word: what may be about a secret subject goes.
Nothing is published, and what does not match stays where it is.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping
from typing import Any

from ...rules.event_types import EVENT_TYPES
from ...rules.normalising import one_form
from ...storage.secrecy.folding import Shape
from ...storage.secrecy.quotes import (
    can_quote,
    quotes_in,
    quotes_in_own_subject,
    stream_in,
    type_in,
)
from ...storage.secrecy.remains import Sought
from ..contract.attributes import HEADER_PREFIXES, header_attributes, is_storable
from ..contract.encoding import searchable
from ..contract.headers import HeaderTable, Unread, pairs_of
from ..letter_headers import subjects_in
from ..transport import Client, Delivery

LARGEST_SEARCHED = 2 * 1024 * 1024
"""Bytes, unpacked, of a body that is still searched: each million takes a second or so and some 85
MB of memory, and the largest that a broker takes would end the process."""
_SUBJECTS = frozenset(f"{prefix}subject" for prefix in HEADER_PREFIXES)
_AT_ONCE = 200
"""Messages fetched between two looks at them: what bounds memory. The broker keeps all that were
fetched aside until the connection ends."""


def sift(client: Client, queue: str, wanted: Callable[[Delivery], bool]) -> int:
    """Remove the messages of *queue* that are *wanted*; gives how many. Those that somebody else
    has in hand at that moment are not seen. Raises TransportError."""
    removed = 0
    while deliveries := client.get(queue, _AT_ONCE):
        for delivery in deliveries:
            if wanted(delivery):
                client.acknowledge(delivery)
                removed += 1
    # An acknowledgement has no answer; this one comes after all of them were heard.
    client.depth(queue)
    return removed


def recalled(delivery: Delivery, sought: Sought) -> str | None:
    """The id of a message that tells of something redacted among others, none of it by a name;
    None for any other message."""
    if not sought.messages:
        return None
    value = _parsed(searchable(delivery.body, delivery.content_encoding)[0])
    id_ = value.get("id") if isinstance(value, dict) else None
    return id_ if isinstance(id_, str) and id_ in sought.messages else None


def concerns(delivery: Delivery, sought: Sought) -> bool:
    """Whether a message is about, or quotes, something that is redacted."""
    encoding, shapes = delivery.content_encoding, sought.wanted.shapes
    if shapes and is_beyond_search(delivery.body, encoding):
        return True
    stream, names = told(delivery.body, delivery.headers, encoding, shapes)
    if stream is not None and sought.has_stream(stream):
        return True
    names |= quotes_of_subjects(subjects_in(delivery.headers), shapes)
    return sought.wanted.among(names)


def quotes_of_subjects(about: Collection[str], shapes: Collection[Shape]) -> set[bytes]:
    """The digests of names of *shapes* in the subjects that a letter of a dialect is *about*, which
    names them beside its message (`letter_headers.ABOUT_HEADER`)."""
    return quotes_in({"subject": list(about)}, shapes)


def is_beyond_search(body: bytes, content_encoding: object) -> bool:
    """Whether a body is too large to be searched: where anything is redacted it counts as quoting,
    since too much may go and too little must not."""
    if len(body) > LARGEST_SEARCHED:
        return True
    return len(searchable(body, content_encoding)[0]) > LARGEST_SEARCHED


def told(
    body: bytes,
    headers: Mapping[str, object],
    content_encoding: object,
    shapes: Collection[Shape],
) -> tuple[str | None, set[bytes]]:
    """The stream that a message belongs to by its attributes, and the digests of names of
    *shapes* (`quotes`) in all else that it says. Where no stream can be told, or a type that this
    version does not know, its subject is one of the names."""
    attributes, _ = header_attributes(headers)
    unpacked, rest = searchable(body, content_encoding)
    value = _parsed(unpacked)
    whole: Any = value if stream_in(value) else attributes
    stream, type_ = stream_in(whole), type_in(whole)
    if stream is not None and not is_storable(stream):
        stream = None  # no database holds it, and none can be asked for it
    if stream is None or type_ not in EVENT_TYPES:
        return stream, quotes_in([value, rest, _statements(headers), attributes], shapes)
    names = quotes_in([_without_subject(value), rest, _statements(headers)], shapes)
    if can_quote(type_):
        names |= quotes_in_own_subject(whole["subject"], shapes)
    return stream, names


def type_and_subject(
    body: bytes, headers: Mapping[str, object], content_encoding: object
) -> tuple[str | None, str | None]:
    """The type of an event of HSCV, without its prefix, and the subject that a message tells by
    its attributes; None for what it does not tell."""
    attributes, _ = header_attributes(headers)
    value = _parsed(searchable(body, content_encoding)[0])
    whole: Any = value if type_in(value) else attributes
    subject = whole.get("subject")
    return type_in(whole), one_form(subject) if isinstance(subject, str) else None


def _statements(headers: Mapping[Any, object]) -> list[object]:
    """Everything that *headers* say, names given twice too, but for the subject; and where
    something of them was not read, their bytes."""
    said: list[object] = []
    for name, value in pairs_of(headers):
        if name not in _SUBJECTS:
            said.append({name: _statement(value)})
    if isinstance(headers, HeaderTable) and any(map(_unread, said)):
        said.append(headers.encoded)
    return said


def _statement(value: object) -> object:
    if isinstance(value, Mapping):
        return _statements(value)
    return [_statement(item) for item in value] if isinstance(value, list) else value


def _unread(value: object) -> bool:
    if isinstance(value, Mapping):
        return any(map(_unread, value.values()))
    return any(map(_unread, value)) if isinstance(value, list) else isinstance(value, Unread)


def _parsed(body: bytes) -> Any:
    try:
        return _json(body)
    except UnicodeDecodeError:
        return _parsed_as_latin(body)
    except (ValueError, RecursionError):
        return body.decode(errors="replace")


def _parsed_as_latin(body: bytes) -> Any:
    """Of what is no UTF-8: its JSON or text as Western and Vietnamese Windows write it, which have
    letters and digits in the same places, and Ð where the other has Đ."""
    text = body.decode("latin-1")
    try:
        value = _json(text)
    except (ValueError, RecursionError):
        return [text, body.decode(errors="replace")]
    return {**value, None: body} if isinstance(value, dict) else [value, body]


def _json(text: str | bytes) -> Any:
    # A fraction as its digits: a number may be a name.
    return json.loads(text, object_pairs_hook=_object, parse_float=str)


def _object(pairs: list[tuple[str, Any]]) -> dict[str | None, Any]:
    """The object of these *pairs*; where a key is given twice, with all of them under None."""
    built: dict[str | None, Any] = dict(pairs)
    if len(built) != len(pairs):
        built[None] = [{key: value} for key, value in pairs]
    return built


def _without_subject(body: Any) -> Any:
    if not isinstance(body, dict):
        return body
    return {name: value for name, value in body.items() if name != "subject"}
