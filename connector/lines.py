"""Messages as lines of text, one JSON value each, for `replay` and `publish`.

A structured event is its own line, as anybody would write it into a file. Whatever that cannot
carry exactly (binary mode, another content type, headers, a body that is no text), and whatever
would do something to the terminal that a line is printed on, is wrapped:
{"amqp": {"routing_key", "content_type", "headers", "body_base64"}}, with "content_encoding" where
there is one. A line is never judged
here, not even whether it is JSON: that is the guard's, and this must keep every byte for it.
"""

from __future__ import annotations

import json
import re
from base64 import b64decode, b64encode
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeAlias

from ..rules.events import PREFIX
from ..rules.mendable import Mendable
from ..rules.normalising import INVISIBLE, is_harmful
from .contract.attributes import STRUCTURED_TYPE

Scalar: TypeAlias = str | int | bool | None

_WRAPPED = re.compile(r'\s*\{\s*"amqp"\s*:')
_KEYS = frozenset({"routing_key", "content_type", "headers", "body_base64"})
_ENCODING = "content_encoding"
_LONGEST_SHORT = 255
"""Bytes of a routing key, a content type or a header's name; a limit of AMQP 0-9-1."""
_INTEGERS = range(-(2**63), 2**63)
"""Those that a header can hold."""


class LineError(Mendable, ValueError):
    """A line that cannot be a message; the text says why and what to mend."""


class Publishable(Protocol):
    """What a message must tell to be written as a line."""

    @property
    def body(self) -> bytes:
        """The body as it goes over the wire."""

    @property
    def content_type(self) -> str:
        """Its media type."""

    @property
    def content_encoding(self) -> str | None:
        """How its body is packed; None where it is not."""

    @property
    def headers(self) -> Mapping[str, Scalar]:
        """Its headers."""

    @property
    def routing_key(self) -> str:
        """The key it is published with."""


@dataclass(frozen=True, slots=True)
class LineMessage:
    """A message as a line gave it. ``named_key``: the routing key, None where none was given."""

    body: bytes = field(repr=False)
    content_type: str = STRUCTURED_TYPE
    headers: Mapping[str, Scalar] = field(default_factory=dict, repr=False)
    named_key: str | None = None
    content_encoding: str | None = None

    @property
    def routing_key(self) -> str:
        """The key given, otherwise the event's type without its prefix; empty where neither."""
        return key_of(self.body) if self.named_key is None else self.named_key


def key_of(body: bytes) -> str:
    """The routing key that HSCV would use for a structured event; empty for what is none."""
    try:
        event = json.loads(body)
    except (ValueError, RecursionError):
        return ""
    type_ = event.get("type") if isinstance(event, dict) else None
    if not isinstance(type_, str):
        return ""
    key = type_.removeprefix(PREFIX)
    return key if _is_short(key) else ""


def to_line(message: Publishable) -> str:
    """The line for *message*, without a line break; `from_line` gives the same message back."""
    plain = _as_text(message)
    if plain is not None:
        return plain
    amqp: dict[str, Any] = {
        "routing_key": message.routing_key,
        "content_type": message.content_type,
        "headers": dict(message.headers),
        "body_base64": b64encode(message.body).decode(),
    }
    if message.content_encoding is not None:
        amqp[_ENCODING] = message.content_encoding
    return json.dumps({"amqp": amqp}, ensure_ascii=False)


def from_line(line: str) -> LineMessage:
    """The message that *line* is. Raises LineError for a wrapper that is not as it must be.

    Bytes that were no UTF-8 are given back where the file was opened with
    errors="surrogateescape".
    """
    line = line.rstrip("\r\n")
    if _WRAPPED.match(line) is None:
        return LineMessage(line.encode(errors="surrogateescape"))
    try:
        amqp = json.loads(line)["amqp"]
    except (ValueError, RecursionError):
        raise LineError('begins with "amqp" but is not JSON; write it again') from None
    if not isinstance(amqp, dict) or amqp.keys() - {_ENCODING} != _KEYS:
        raise LineError(f'"amqp" must be an object of {", ".join(sorted(_KEYS))}')
    return LineMessage(
        body=_body(amqp["body_base64"]),
        content_type=_text(amqp, "content_type"),
        headers=_headers(amqp["headers"]),
        named_key=_text(amqp, "routing_key"),
        content_encoding=_text(amqp, _ENCODING) if _ENCODING in amqp else None,
    )


def read_lines(lines: Iterable[str], where: str) -> Iterator[tuple[str, LineMessage]]:
    """The messages in *lines*, blank ones left out, each with its place ("events.jsonl:12").

    Raises LineError naming *where* they stand (a file's name) and the line's number.
    """
    for number, line in enumerate(lines, 1):
        if line.isspace():
            continue
        try:
            yield f"{where}:{number}", from_line(line)
        except LineError as error:
            raise LineError(f"{where}:{number}: {error}") from None


def _as_text(message: Publishable) -> str | None:
    """The body where a line of its own says everything about *message*; None otherwise."""
    if message.headers or message.content_type != STRUCTURED_TYPE:
        return None
    if message.content_encoding is not None:
        return None
    try:
        text = message.body.decode()
    except UnicodeDecodeError:
        return None
    if not text.strip() or "\n" in text or "\r" in text or _WRAPPED.match(text):
        return None
    plain = text.isprintable() and not INVISIBLE.search(text)
    if not plain and any(map(is_harmful, text)):
        return None
    return text if key_of(message.body) == message.routing_key else None


def _body(value: Any) -> bytes:
    try:
        return b64decode(value, validate=True)
    except (TypeError, ValueError):
        raise LineError('"body_base64" must be text in base64') from None


def _text(amqp: Mapping[str, Any], name: str) -> str:
    value = amqp[name]
    if not isinstance(value, str):
        raise LineError(f'"{name}" must be text')
    if not _is_short(value):
        raise LineError(f'"{name}" must be UTF-8 of at most {_LONGEST_SHORT} bytes')
    return value


def _headers(value: Any) -> Mapping[str, Scalar]:
    if not isinstance(value, dict) or not all(map(_is_carried, value.values())):
        raise LineError('"headers" must be an object of UTF-8 texts and whole numbers of 64 bits')
    if not all(map(_is_short, value)):
        raise LineError(f'a name in "headers" must be UTF-8 of at most {_LONGEST_SHORT} bytes')
    return value


def _is_short(text: str) -> bool:
    return _is_utf8(text) and len(text.encode()) <= _LONGEST_SHORT


def _is_carried(value: Any) -> bool:
    """Whether a header can carry *value* and give back the same."""
    if isinstance(value, str):
        return _is_utf8(value)
    return value is None or (isinstance(value, int) and value in _INTEGERS)


def _is_utf8(text: str) -> bool:
    """Whether *text* has no half of a surrogate pair, which JSON can write and UTF-8 cannot."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
