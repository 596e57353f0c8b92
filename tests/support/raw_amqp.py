"""Messages whose headers no client library would write, though AMQP and RabbitMQ allow them."""

from __future__ import annotations

import struct
from collections.abc import Sequence

import pika

_CONTENT_TYPE, _HEADERS, _DELIVERY_MODE = 1 << 15, 1 << 13, 1 << 12
_PERSISTENT = b"\x02"


def field(name: bytes, kind: bytes, packed: bytes) -> bytes:
    """One field of a table."""
    return _short(name) + kind + packed


def text(name: bytes, value: bytes) -> bytes:
    """A field that holds text, or what is to pass for it."""
    return field(name, b"S", _long(value))


def timestamp(name: bytes, seconds: int) -> bytes:
    """A field that holds a time in 64 bits of seconds."""
    return field(name, b"T", struct.pack(">Q", seconds))


def table(name: bytes, *fields: bytes) -> bytes:
    """A field that holds a table."""
    return field(name, b"F", _long(b"".join(fields)))


def publish(
    url: str,
    body: bytes,
    *fields: bytes,
    content_type: bytes = b"application/cloudevents+json",
    exchange: str = "hscv.events",
    key: str = "task.assigned",
) -> None:
    """Publish a persistent message with these headers; the broker has it when this returns."""
    with pika.BlockingConnection(pika.URLParameters(url)) as connection:
        channel = connection.channel()
        channel.confirm_delivery()
        properties = _Properties(content_type, fields)
        channel.basic_publish(exchange, key, body, properties, mandatory=True)


class _Properties(pika.BasicProperties):  # type: ignore[misc]
    """A content type and headers that are written as they stand."""

    def __init__(self, content_type: bytes, fields: Sequence[bytes]) -> None:
        super().__init__()
        self._written = [
            struct.pack(">H", _CONTENT_TYPE | _HEADERS | _DELIVERY_MODE),
            _short(content_type),
            _long(b"".join(fields)),
            _PERSISTENT,
        ]

    def encode(self) -> list[bytes]:
        return self._written


def _short(value: bytes) -> bytes:
    return struct.pack("B", len(value)) + value


def _long(value: bytes) -> bytes:
    return struct.pack(">I", len(value)) + value
