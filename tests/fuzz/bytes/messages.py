"""Messages imagined as AMQP carries them, each with what must not become of it."""

from __future__ import annotations

import gzip
import json
import random
import struct
from dataclasses import dataclass
from typing import Any

from support.hscv import DATA, event

from .tables import LEVELS, field, imagine_fields, stating, text
from .texts import around, disguised, imagine_text

STRUCTURED, BINARY = b"application/cloudevents+json", b"application/json"
CANARY = "CHIM-HOANG-YEN"
"""Stands in what is secret, so that it would be found."""
_FRAME = 130_000
_MOST_BYTES = 1024 * 1024
_TYPES = sorted(set(DATA) - {"document.secrecy_changed"})
_CONTENT_TYPE, _ENCODING, _HEADERS, _MODE, _PRIORITY = (1 << bit for bit in (15, 14, 13, 12, 11))
_TIMESTAMP, _TYPE = 1 << 6, 1 << 5


@dataclass(frozen=True)
class Imagined:
    """A message. ``states_level``: it must be kept nowhere. ``rest``: flags and bytes of
    properties behind its headers, in their order."""

    kind: str
    id: str
    body: bytes
    fields: tuple[bytes, ...] = ()
    content_type: bytes = STRUCTURED
    encoding: bytes | None = None
    rest: tuple[int, bytes] = (0, b"")
    states_level: bool = False

    def properties(self) -> list[bytes]:
        """Its properties as they are written."""
        flags = _CONTENT_TYPE | _HEADERS | _MODE | self.rest[0]
        table = b"".join(self.fields)
        pieces = [bytes([len(self.content_type)]), self.content_type]
        if self.encoding is not None:
            flags |= _ENCODING
            pieces += [bytes([len(self.encoding)]), self.encoding]
        pieces += [struct.pack(">I", len(table)), table, b"\x02", self.rest[1]]
        return [struct.pack(">H", flags), *pieces]


def imagine(chance: random.Random) -> Imagined:
    """Any message."""
    id_ = f"{chance.getrandbits(64):016x}"
    whole = _event(chance, id_)
    how = chance.random()
    if how < 0.2:
        return _secret(chance, id_, whole)
    body = _body(chance, whole)
    fields, content_type = imagine_fields(chance), STRUCTURED
    if chance.random() < 0.3:
        fields.append(field(b"secrecy", text(b"normal")))
    kind = "body and headers"
    if how < 0.3:
        kind, content_type, own = "binary mode", BINARY, _as_headers(whole)
        body, fields = _dumped(chance, whole["data"]), [*own, *fields]
    elif how < 0.4:
        content_type = chance.choice((BINARY, b"", b"text/plain", b"\xff\xfe", b"x" * 255))
    encoding: bytes | None = None
    if chance.random() < 0.2:
        kind, (encoding, body) = "packed", _packed(chance, body)
    rest = chance.choice(((0, b""), (0, b""), (_PRIORITY, b"\xff"), (_TIMESTAMP, b"\xff" * 8)))
    if chance.random() < 0.1:
        rest = _TYPE, b"\x02\xff\xfe"
    return Imagined(kind, id_, body, _fitting(fields), content_type, encoding, rest)


def quoting(chance: random.Random) -> list[Imagined]:
    """A document, a feedback that quotes it by its symbol, and its becoming secret. The text
    of the feedback must be gone at the end, whatever stands around the quote."""
    number = chance.randrange(10_000, 10**9)
    subject, symbol = f"Q{number}", f"{number}/CT-UBND"
    issued = event("document.issued", id=f"q-{number}-1", subject=subject)
    issued["data"]["symbol"] = symbol
    issued["data"]["abstract"] = CANARY
    told = event("feedback.received", id=f"q-{number}-2", subject=f"F{number}")
    content = around(chance, disguised(chance, symbol))
    told["data"] = {"from_body": "XA01", "about_body": "PYT", "content": f"{CANARY} {content}"}
    change = event("document.secrecy_changed", id=f"q-{number}-3", subject=subject)
    change["data"] = {"level": "mat"}
    return [Imagined("quotes", each["id"], _json(each)) for each in (issued, told, change)]


def good(chance: random.Random) -> Imagined:
    """An event like any other."""
    id_ = f"good-{chance.getrandbits(64):016x}"
    return Imagined("good", id_, _json(event("task.assigned", id=id_, subject=id_)))


def _secret(chance: random.Random, id_: str, whole: dict[str, Any]) -> Imagined:
    whole["id"] = id_
    whole["data"]["note"] = CANARY
    if chance.random() < 0.8:
        fields, body = stating(chance), _json(whole)
    else:
        inner: Any = {"Secrecy": chance.choice(LEVELS).decode()}
        for _ in range(chance.randrange(20)):
            inner = chance.choice(([inner], {"a": inner}))
        whole["data"]["more"] = inner
        fields, body = imagine_fields(chance), _dumped(chance, whole)
    encoding = None
    if chance.random() < 0.3:
        encoding, body = b"gzip", gzip.compress(body, 1, mtime=0)
    kept = _fitting(fields)
    states = kept == tuple(fields)
    return Imagined("a level", id_, body, kept, STRUCTURED, encoding, states_level=states)


def _event(chance: random.Random, id_: str) -> dict[str, Any]:
    """A valid event, or nearly so, with imagined text somewhere."""
    type_ = chance.choice(_TYPES)
    whole = event(type_, id=id_, subject=f"S{id_}")
    data = whole["data"]
    for name in ("task_id", "request_id"):
        if name in data:
            data[name] = id_[:8]
    texts = [name for name, value in data.items() if isinstance(value, str)]
    how = chance.random()
    if how < 0.3:
        data["unlisted"] = imagine_text(chance)
    elif how < 0.5 and texts:
        data[chance.choice(texts)] = imagine_text(chance)
    elif how < 0.6:
        whole[chance.choice(("subject", "source", "id", "time", "extra"))] = imagine_text(chance)
    elif how < 0.7:
        data[imagine_text(chance)[:300]] = [imagine_text(chance)[:300], {"a": 1}]
    elif how < 0.9 and data:
        del data[chance.choice(sorted(data))]
    return whole


def _body(chance: random.Random, whole: dict[str, Any]) -> bytes:
    body = _dumped(chance, whole)
    if chance.random() < 0.5:
        return body
    return chance.choice((_flipped, _cut, _doubled, _spliced, _noise, _deep, _deep, _odd))(
        chance, body
    )


def _flipped(chance: random.Random, body: bytes) -> bytes:
    flipped = bytearray(body)
    for _ in range(chance.randrange(1, 9)):
        flipped[chance.randrange(len(flipped))] ^= 1 << chance.randrange(8)
    return bytes(flipped)


def _cut(chance: random.Random, body: bytes) -> bytes:
    return body[: chance.randrange(len(body))]


def _doubled(_: random.Random, body: bytes) -> bytes:
    return body + body


def _spliced(chance: random.Random, body: bytes) -> bytes:
    other = _dumped(chance, _event(chance, "other"))
    return _cut(chance, body) + other[chance.randrange(len(other)) :]


def _noise(chance: random.Random, _: bytes) -> bytes:
    return chance.randbytes(chance.choice((0, 1, 100, 5_000)))


def _deep(chance: random.Random, body: bytes) -> bytes:
    deep = chance.choice((63, 64, 65, 1_000, 200_000))
    return body[:-1] + b',"deep":' + b"[" * deep + b"]" * deep + b"}"


def _odd(chance: random.Random, body: bytes) -> bytes:
    odd = chance.choice((b"1e999", b"NaN", b"9" * 5_000, b"-0", b'{"a":1,"a":2}', b'"\\ud800"'))
    return body[:-1] + b',"odd":' + odd + b"}"


def _packed(chance: random.Random, body: bytes) -> tuple[bytes, bytes]:
    whole = gzip.compress(body, 1, mtime=0)
    at = chance.randrange(len(whole))
    name = chance.choice((b"gzip", b"gzip", b"GZIP", b"x-gzip", b"deflate", b"utf-8", b"\xff"))
    how = chance.randrange(6)
    if how == 0:
        return name, whole[:at]
    if how == 1:
        return name, whole[:at] + bytes([whole[at] ^ (1 << chance.randrange(8))]) + whole[at + 1 :]
    if how == 2:
        return name, whole + chance.choice(
            (whole, b"x", b"\0" * 8, gzip.compress(b"", mtime=0) * 5_000)
        )
    if how == 3:
        return name, gzip.compress(
            b"\0" * chance.choice((_MOST_BYTES + 1, 64 * _MOST_BYTES)), 9, mtime=0
        )
    return name, whole


def _as_headers(whole: dict[str, Any]) -> list[bytes]:
    return [
        field(f"cloudEvents_{name}".encode()[:255], text(_utf8(value)))
        for name, value in whole.items()
        if isinstance(value, str) and len(value) < 20_000
    ]


def _dumped(chance: random.Random, value: Any) -> bytes:
    plain = json.dumps(value, ensure_ascii=chance.random() < 0.5)
    return _utf8(plain)[: 2 * _MOST_BYTES]


def _json(value: Any) -> bytes:
    return _utf8(json.dumps(value, ensure_ascii=False))


def _utf8(value: str) -> bytes:
    return value.encode(errors="surrogatepass")


def _fitting(fields: list[bytes]) -> tuple[bytes, ...]:
    """As many of *fields*, from the first on, as go into a frame."""
    kept, room = [], _FRAME
    for each in fields:
        room -= len(each)
        if room < 0:
            break
        kept.append(each)
    return tuple(kept)
