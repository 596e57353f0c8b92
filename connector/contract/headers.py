"""AMQP header tables: read whole and within bounds, and written again exactly as they came.

A table may say one name twice, hold tables and lists to any depth, and values that no client
library can write again. `HeaderTable` keeps every statement in ``pairs``; what is beyond the bounds
or no AMQP stands as `UNREAD` among them, and whoever judges a message by its headers must take that
for doubt. Reading never raises, whatever the bytes are, and nothing here decides anything.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from enum import Enum
from struct import Struct
from typing import Any, TypeAlias

MOST_DEPTH = 32
"""Levels of tables and lists within each other that are read."""
MOST_VALUES = 1000
"""Values of one table that are read, those within others counted too: each costs memory, and
hundreds of messages wait in memory at a time."""

HeaderName: TypeAlias = str | bytes
"""Bytes where it is no UTF-8."""


class Unread(Enum):
    """What stands in place of something that was not read."""

    UNREAD = "not read"


UNREAD = Unread.UNREAD


class HeaderTable(dict[Any, object]):
    """A table of headers: a dictionary of what is said last of each name.

    ``pairs``: every name and value in the order given, with names given twice twice. Values are
    text (bytes where it is no UTF-8, or where bytes were meant), whole numbers, floats, decimals,
    truths, aware times (a number where the calendar does not reach), None, `HeaderTable`, a list of
    these, or `UNREAD`. ``encoded``: the fields as they came, of an outermost table alone.
    """

    __slots__ = ("encoded", "pairs")

    def __init__(
        self, pairs: Iterable[tuple[HeaderName, object]] = (), encoded: bytes = b""
    ) -> None:
        self.pairs = tuple(pairs)
        self.encoded = encoded
        super().__init__(self.pairs)

    def __repr__(self) -> str:
        return f"HeaderTable({list(self.pairs)!r})"


def pairs_of(table: Mapping[Any, object]) -> Iterable[tuple[Any, object]]:
    """Every statement of *table*, those of a name given twice too."""
    return table.pairs if isinstance(table, HeaderTable) else table.items()


def read_table(encoded: bytes) -> HeaderTable:
    """The table whose fields *encoded* holds, as AMQP 0-9-1 and RabbitMQ write them."""
    return HeaderTable(_Reader(encoded, MOST_VALUES).pairs(0, len(encoded), MOST_DEPTH), encoded)


def fields_of(table: Mapping[Any, Any]) -> list[tuple[HeaderName, bytes]]:
    """The fields of *table* with their names, each as it came; bytes from which on nothing can
    be told apart come last, under an empty name. Of a dictionary of texts, bytes and whole
    numbers of 64 bits: as they are written. Raises TypeError for other values."""
    if not isinstance(table, HeaderTable):
        return [(name, _written(name, value)) for name, value in table.items()]
    reader = _Reader(table.encoded, len(table.encoded))
    return [
        (name, table.encoded[start:end])
        for name, _, start, end in reader.fields(0, len(table.encoded), 0)
    ]


def write_table(fields: Iterable[tuple[HeaderName, bytes]]) -> HeaderTable:
    """The table of these *fields*, as `fields_of` gives them."""
    return read_table(b"".join(encoded for _, encoded in fields))


class _NoAmqp(ValueError):
    """From here on the bytes cannot be told apart, or are more than is read."""


class _Reader:
    """Reads from *encoded*, up to *most* values."""

    def __init__(self, encoded: bytes, most: int) -> None:
        self._encoded = encoded
        self._left = most

    def pairs(self, at: int, end: int, depth: int) -> list[tuple[HeaderName, object]]:
        """Names and values of the table from *at* to *end*."""
        return [(name, value) for name, value, _, _ in self.fields(at, end, depth)]

    def fields(
        self, at: int, end: int, depth: int
    ) -> Iterator[tuple[HeaderName, object, int, int]]:
        """Name, value, and the bytes from which and to which they stand."""
        while at < end:
            try:
                start = self._within(at + 1 + self._encoded[at], end)
                name = _text(self._encoded[at + 1 : start])
                value, stop = self._value(start, end, depth)
            except _NoAmqp:
                yield "", UNREAD, at, end
                return
            yield name, value, at, stop
            at = stop

    def _items(self, at: int, end: int, depth: int) -> list[object]:
        items: list[object] = []
        while at < end:
            try:
                value, at = self._value(at, end, depth)
            except _NoAmqp:
                return [*items, UNREAD]
            items.append(value)
        return items

    def _value(self, at: int, end: int, depth: int) -> tuple[object, int]:
        """The value at *at*, and where it ends."""
        self._left -= 1
        if self._left < 0:
            raise _NoAmqp
        kind, at = self._encoded[at : self._within(at + 1, end)], at + 1
        if kind in _FIXED:
            form, convert = _FIXED[kind]
            stop = self._within(at + form.size, end)
            return convert(*form.unpack_from(self._encoded, at)), stop
        if kind not in b"SxFA":
            raise _NoAmqp
        start = self._within(at + _LENGTH.size, end)
        stop = self._within(start + _LENGTH.unpack_from(self._encoded, at)[0], end)
        if kind in b"Sx":
            raw = self._encoded[start:stop]
            return (_text(raw) if kind == b"S" else raw), stop
        if depth == 0:
            return UNREAD, stop
        if kind == b"A":
            return self._items(start, stop, depth - 1), stop
        return HeaderTable(self.pairs(start, stop, depth - 1)), stop

    @staticmethod
    def _within(at: int, end: int) -> int:
        if at > end:
            raise _NoAmqp
        return at


def _text(raw: bytes) -> HeaderName:
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw


def _time(seconds: int) -> datetime | int:
    """A sender that forgot to divide, or whose clock has none, writes what no calendar has."""
    try:
        return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
    except OverflowError:
        return seconds


_LENGTH = Struct(">I")

# RabbitMQ's reading of the letters, which differs from AMQP 0-9-1's (its errata, "field types").
_FIXED: Mapping[bytes, tuple[Struct, Callable[..., object]]] = {
    b"t": (Struct(">B"), bool),
    b"b": (Struct(">b"), int),
    b"B": (Struct(">B"), int),
    b"s": (Struct(">h"), int),
    b"U": (Struct(">h"), int),
    b"u": (Struct(">H"), int),
    b"I": (Struct(">i"), int),
    b"i": (Struct(">I"), int),
    b"l": (Struct(">q"), int),
    b"L": (Struct(">q"), int),
    b"f": (Struct(">f"), float),
    b"d": (Struct(">d"), float),
    b"D": (Struct(">Bi"), lambda places, digits: Decimal(digits).scaleb(-places)),
    b"T": (Struct(">Q"), _time),
    b"V": (Struct(""), lambda: None),
}
_SHORT_NAME, _NUMBER = Struct(">B"), Struct(">q")


def _written(name: HeaderName, value: object) -> bytes:
    raw = name if isinstance(name, bytes) else name.encode()
    return _SHORT_NAME.pack(len(raw)) + raw + _written_value(value)


def _written_value(value: object) -> bytes:
    if isinstance(value, str):
        return b"S" + _LENGTH.pack(len(value.encode())) + value.encode()
    if isinstance(value, bytes):
        return b"x" + _LENGTH.pack(len(value)) + value
    if isinstance(value, bool):
        return b"t" + bytes([value])
    if isinstance(value, int):
        return b"l" + _NUMBER.pack(value)
    if value is None:
        return b"V"
    raise TypeError(f"a header of ours cannot be a {type(value).__name__}")
