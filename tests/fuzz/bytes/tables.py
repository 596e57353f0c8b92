"""Header tables imagined as raw bytes: every kind of field, to any depth, twice, up to a frame."""

from __future__ import annotations

import random
import struct
from collections.abc import Iterable, Sequence

from .texts import imagine_bytes

LEVELS = (b"mat", b"toimat", b"tuyetmat")
SPEAKING = (
    b"secrecy",
    b"cloudEvents_secrecy",
    b"cloudEvents:secrecy",
    b"X-Secrecy",
    b"doc_secrecy",
    b"SECRECY",
)
"""Names that say something about secrecy."""

# Letter and bytes of each kind of fixed size that RabbitMQ takes.
_FIXED = {b"t": 1, b"b": 1, b"B": 1, b"s": 2, b"u": 2, b"I": 4, b"i": 4, b"l": 8, b"L": 8} | {
    b"f": 4,
    b"d": 8,
    b"D": 5,
    b"T": 8,
    b"V": 0,
}
_EDGES = (
    b"\x00",
    b"\xff",
    b"\x7f\xff\xff\xff\xff\xff\xff\xff",
    b"\x80\x00\x00\x00\x00\x00\x00\x00",
)
_FLOATS = (0.0, -0.0, 0.75, 1e30, -1e30, 5e-324, 1.7976931348623157e308, 2.0**63, 2.0**64)
_DEPTHS = (1, 2, 31, 32, 33, 64, 200, 330, 340, 600, 3000, 18_000)
_LARGEST = 100_000


def field(name: bytes, value: bytes) -> bytes:
    """A field: its name, its kind and what is packed."""
    return bytes([len(name)]) + name + value


def text(value: bytes) -> bytes:
    """A value of text."""
    return b"S" + _counted(value)


def imagine_fields(chance: random.Random) -> list[bytes]:
    """Fields that say nothing about secrecy."""
    how = chance.random()
    if how < 0.3:
        return []
    if how < 0.4:
        return [field(b"large", text(b"x" * chance.choice((1_000, 60_000, _LARGEST))))]
    if how < 0.45:
        return [field(b"n", b"V")] * chance.choice((100, 999, 1_001, 30_000))
    if how < 0.6:
        return [nested(chance, b"l" + b"\x01" * 8)]
    some = [field(_name(chance), _value(chance, 4)) for _ in range(chance.randrange(1, 6))]
    return some + some[:1] if chance.random() < 0.3 else some


def stating(chance: random.Random) -> list[bytes]:
    """Fields that state a secret level somewhere: within others, or twice."""
    said = field(chance.choice(SPEAKING), text(chance.choice(LEVELS)))
    normal = field(chance.choice(SPEAKING[:3]), text(b"normal"))
    twice = [said, said[: 1 + said[0]] + text(b"normal")]
    how = chance.random()
    if how < 0.3:
        return twice if chance.random() < 0.5 else twice[::-1]
    if how < 0.5:
        return [normal, nested(chance, b"F" + _counted(b"".join(twice)))]
    if how < 0.8:
        return [*imagine_fields(chance)[:1], nested(chance, b"F" + _counted(said))]
    return [normal, said]


def nested(chance: random.Random, innermost: bytes) -> bytes:
    """A field that holds *innermost* within tables and lists."""
    levels = chance.choice(_DEPTHS)
    within: list[bytes] = [innermost]
    size = len(innermost)
    for _ in range(levels):
        if chance.random() < 0.5:
            within.append(b"A" + struct.pack(">I", size))
        else:
            # A field without a name.
            size += 1
            within.append(b"F" + struct.pack(">I", size) + b"\x00")
            size -= 1
        size += len(within[-1])
    return field(b"in", b"".join(reversed(within)))


def _value(chance: random.Random, depth: int) -> bytes:
    kind = chance.choice([*_FIXED, b"S", b"x", b"F", b"A", b"f", b"d", b"T"])
    if kind in (b"S", b"x"):
        return kind + _counted(imagine_bytes(chance)[:2_000])
    if kind in b"FA":
        some: Iterable[bytes] = ()
        if depth:
            some = (_value(chance, depth - 1) for _ in range(chance.randrange(4)))
        packed = [field(_name(chance), each) if kind == b"F" else each for each in some]
        return kind + _counted(b"".join(packed))
    if kind == b"d":
        return kind + struct.pack(">d", chance.choice(_FLOATS))
    if kind == b"f":
        return kind + struct.pack(">f", chance.choice(_FLOATS[:5]))
    return kind + _packed(chance, _FIXED[kind])


def _packed(chance: random.Random, size: int) -> bytes:
    edge = chance.choice((*_EDGES, None))
    if edge is None:
        return chance.randbytes(size)
    return (edge * size)[:size]


def _name(chance: random.Random) -> bytes:
    if chance.random() < 0.7:
        return chance.choice((b"sent", b"host", b"x-trace", b"cloudEvents_id", b"subject", b""))
    return imagine_bytes(chance)[: chance.choice((1, 20, 255))]


def _counted(value: bytes) -> bytes:
    return struct.pack(">I", len(value)) + value


def split(encoded: bytes) -> Sequence[tuple[bytes, bytes]]:
    """The outermost fields of a table, each with its name; for looking at what came back."""
    found, at = [], 0
    while at < len(encoded):
        start, at = at, at + 1 + encoded[at]
        name, kind, at = encoded[start + 1 : at], encoded[at : at + 1], at + 1
        if kind in _FIXED:
            at += _FIXED[kind]
        else:
            at += 4 + struct.unpack_from(">I", encoded, at)[0]
        found.append((name, encoded[start:at]))
    return found


def as_the_broker_writes(encoded: bytes) -> bytes:
    """A table with what RabbitMQ writes otherwise than it read it: letters and truths."""
    written = bytearray(encoded)
    waiting = [(0, len(encoded), True)]
    while waiting:
        at, end, named = waiting.pop()
        while at < end:
            at += 1 + encoded[at] if named else 0
            kind, at = encoded[at : at + 1], at + 1
            if kind == b"L":
                written[at - 1 : at] = b"l"
            elif kind == b"t":
                written[at] = encoded[at] != 0
            if kind in _FIXED:
                at += _FIXED[kind]
                continue
            stop = at + 4 + struct.unpack_from(">I", encoded, at)[0]
            if kind in b"FA":
                waiting.append((at + 4, stop, kind == b"F"))
            at = stop
    return bytes(written)
