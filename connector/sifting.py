"""Takes what is about redacted subjects out of the queues that nobody but a person empties.

A message that cannot be read is searched word by word: what may be about a secret subject goes.
Nothing is published, and what does not match stays where it is.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from ..storage.erasure import Sought
from ..storage.quotes import names_in, stream_in
from .attributes import header_attributes, header_text
from .encoding import searchable
from .headers import pairs_of
from .transport import Client, Delivery

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


def concerns(delivery: Delivery, sought: Sought) -> bool:
    """Whether a message is about, or quotes, something that is redacted."""
    stream, names = told(delivery.body, delivery.headers, delivery.content_encoding)
    if stream is not None and sought.has_stream(stream):
        return True
    return not sought.names.isdisjoint(names)


def told(
    body: bytes, headers: Mapping[str, object], content_encoding: object
) -> tuple[str | None, set[bytes]]:
    """The stream that a message belongs to by its attributes, and the names (`quotes`) in all
    else that it says. Where no stream can be told, its subject is one of the names."""
    attributes, _ = header_attributes(headers)
    texts = _plain(headers)
    value = _parsed(searchable(body, content_encoding))
    stream = stream_in(value) or stream_in(attributes)
    if stream is None:
        return None, names_in([value, texts, attributes])
    return stream, names_in([_without_subject(value), texts])


def _plain(value: object) -> Any:
    """Headers, or a value in them, as JSON would say them; those given twice each time."""
    if isinstance(value, Mapping):
        return [{str(header_text(name)): _plain(each)} for name, each in pairs_of(value)]
    if isinstance(value, list):
        return [_plain(each) for each in value]
    text = header_text(value)
    return text.decode(errors="replace") if isinstance(text, bytes) else text


def _parsed(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return body.decode(errors="replace")


def _without_subject(body: Any) -> Any:
    if not isinstance(body, dict):
        return body
    return {name: value for name, value in body.items() if name != "subject"}
