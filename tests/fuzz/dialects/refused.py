"""Messages of which nothing may be kept but that they came: secret, doubtful, broken, or saying one
thing here and another there. Each is one way of being so, with canaries wherever there is room.
"""

from __future__ import annotations

import gzip
import json
import random
import unicodedata
from base64 import b64encode
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import replace
from typing import Any

from fuzz.canaries.places import Canaries
from fuzz.dialects.spoken import (
    OUTBOX,
    SPEECHES,
    Speech,
    Spoken,
    as_json,
    edxml,
    edxml_sent,
    spoil,
    surrounded,
)

LARGE = 1_100_000
"""Bytes that are more than a body may have."""

HEADERS: tuple[tuple[str, Any], ...] = (
    ("secrecy", "mat"),
    ("secrecy", "Normal"),
    ("secrecy", 1),
    ("secrecy", ["normal"]),
    ("secrecy", b"\xff\xfe"),
    ("cloudEvents_secrecy", "toimat"),
    ("cloudEvents:secrecy", "tuyetmat"),
    ("X-Secrecy", "mat"),
    ("x-nested", {"deep": [{"secrecy": "mat"}]}),
)
"""What headers may say against a body that says normal, in every dialect."""
NAMED: tuple[tuple[str, Any], ...] = (
    ("x-do-mat", "Mật"),
    ("Độ mật", "Nội bộ"),
    ("X-Security-Level", 3),
    ("isSecret", True),
)
"""The same in the dialects of JSON, which know more names."""

ELSEWHERE: tuple[Callable[[str], tuple[str, Any]], ...] = (
    lambda canary: ("isSecret", [True, canary]),
    lambda canary: ("securityLevel", f"Mật {canary}"),
    lambda canary: ("đính kèm", [{"ĐỘ MẬT": "Mật", "tên": canary}]),
    lambda canary: ("ghi chú", f"(Mật) {canary}"),
    lambda canary: ("ghi chú", unicodedata.normalize("NFD", f"[TỐI MẬT] {canary}")),
    lambda canary: ("ghi chú", json.dumps({"doMat": "Mật", "x": canary}, ensure_ascii=False)),
    lambda canary: ("classified_as", {"x": canary}),
    lambda canary: ("ghi chú", f"{canary} Độ mật: Tuyệt mật"),
)
"""What else in a body may say so."""

BYTES: dict[str, Callable[[bytes], bytes]] = {
    "cut off": lambda body: body[:-9],
    "something behind it": lambda body: body + b" }",
    "two documents": lambda body: body + b"\n" + body,
    "a byte order mark": lambda body: b"\xef\xbb\xbf" + body,
    "UTF-16": lambda body: body.decode().encode("utf-16"),
    "UTF-16 without a mark": lambda body: body.decode().encode("utf-16-be"),
    "no UTF-8": lambda body: body.replace("ệ".encode(), b"\xb8\xd1"),
    "NaN": lambda body: body[:-1] + b', "x": NaN}',
    "a key twice": lambda body: body[:-1] + b', "x": 1, "x": 2}',
    "a key twice after normalising": lambda body: (
        body[:-1] + ', "ế": 1, "e\u0302\u0301": 2}'.encode()
    ),
    "too deep": lambda body: body[:-1] + b', "x": ' + b"[" * 100 + b"1" + b"]" * 100 + b"}",
    "a list": lambda body: b"[" + body + b"]",
    "a text": lambda body: as_json(body.decode()),
    "base64": b64encode,
    "plain text": lambda body: body.replace(b'"', b"").replace(b"{", b""),
    "too large": lambda body: body[:-1] + b', "x": "' + b"x" * LARGE + b'"}',
    "marks without end": lambda body: (
        body[:-1] + b', "x": "' + ("e" + "\u0301" * 200).encode() + b'"}'
    ),
}
"""How a body of JSON that says normal may be broken."""

PACKED: dict[str, tuple[str, Callable[[bytes], bytes]]] = {
    "packed and cut off": ("gzip", lambda body: gzip.compress(body)[:-9]),
    "packed by another": ("br", gzip.compress),
    "said to be packed": ("gzip", bytes),
}

BESIDE = ("header", *PACKED)
"""How ways begin that stand beside the body: what a file of bodies does not have."""


def refused_json(speech: Speech, canaries: Canaries, chance: random.Random) -> Iterator[Spoken]:
    """Every way in the dialect of JSON that *speech* is."""
    stories = speech.told()

    def filled() -> Any:
        told = speech.about(deepcopy(chance.choice(stories)), canaries.at("subject"))
        if speech.dialect == OUTBOX:
            told = speech.with_inner(told, lambda inner: inner.update(id=f"o-{chance.random()}"))
        return speech.filled(told, canaries, all_of_it=True)

    def sent(value: Any, way: str, **more: Any) -> Spoken:
        body = value if isinstance(value, bytes) else as_json(value)
        around = surrounded(canaries)
        around["headers"] |= more.pop("headers", {})
        around["beside"] |= more
        return Spoken(speech.dialect, body, **around, way=way)

    for word in (*speech.secret, *speech.unknown, None):
        yield sent(speech.saying(filled(), word), f"secrecy {word!r}")
        now = filled()
        if speech.dialect == "rows" and "after" in now and word is not None:
            was = speech.inner(speech.saying(filled(), word))
            yield sent(now | {"before": was}, f"secrecy was {word!r}")
    for name, value in (*HEADERS, *NAMED):
        if speech.dialect != OUTBOX or value != "Normal":  # any case is normal around an event
            yield sent(filled(), f"header {name}: {value!r}", headers={name: value})
        secret = speech.saying(filled(), chance.choice(speech.secret))
        yield sent(secret, "header normal", headers={"secrecy": "normal", name: value})
    for number, said in enumerate(ELSEWHERE):
        name, value = said(canaries.at("elsewhere"))
        told = speech.with_inner(filled(), spoil(name, by=value))
        yield sent(told, f"elsewhere {number}")
    for way, broken in BYTES.items():
        yield sent(broken(as_json(filled())), way)
    for way, (encoding, broken) in PACKED.items():
        yield sent(broken(as_json(filled())), way, content_encoding=encoding)
    for kind in ("text/xml", "application/cloudevents+json", f"text/plain; x={canaries.at('x')}"):
        secret = speech.saying(filled(), chance.choice(speech.secret))
        yield sent(secret, f"as {kind}", content_type=kind)
    twice = as_json(filled())
    yield sent(twice[:-1] + b"," + as_json({speech.secrecy[-1]: "M"})[1:], "secrecy twice")


_LABELS = (
    "<Secret>Mật</Secret>",
    "<edXML:Secret>TUYE\u0323\u0302T MẬT</edXML:Secret>",
    "<a:DoMat xmlns:a='urn:x'>Độ mật: Tối mật</a:DoMat>",
    "<x isSecret='Mật'/>",
    "<Confidential>{}</Confidential>",
    "<Secret/>",
    "<Secret>Thường</Secret><Secret>Thường</Secret>",
    "<Secret>Th<b>ườ</b>ng</Secret>",
    "<SecurityLevel>1</SecurityLevel>",
    "<Appendix>(Mật) {}</Appendix>",
    "<xi:include xmlns:xi='http://www.w3.org/2001/XInclude' href='file:///{}'/>",
    "<a>" * 100 + "{}" + "</a>" * 100,
    "&{};",
    "<{}>",
)
_DTDS = (
    "<!DOCTYPE {0} [<!ENTITY {0} SYSTEM 'file:///etc/{0}'>]>",
    "<!DOCTYPE edXML PUBLIC '{0}' 'http://127.0.0.1:9/{0}'>",
    "<!DOCTYPE edXML [<!ENTITY a '{0}'><!ENTITY b '&a;&a;&a;'><!ENTITY c '&b;&b;&b;'>]>",
)
_DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>'

XML_BYTES: dict[str, Callable[[bytes], bytes]] = {
    "cut off": lambda body: body[:-9],
    "two documents": lambda body: body + body,
    "text before": lambda body: b"1212" + body,
    "UTF-16": lambda body: body.decode().encode("utf-16"),
    "declared as another": lambda body: body.replace(b"UTF-8", b"ISO-8859-1", 1),
    "no UTF-8": lambda body: body.replace("ệ".encode(), b"\xb8"),
    "too large": lambda body: body.replace(b"<edXML:DueDate>", b"x" * LARGE + b"<edXML:DueDate>"),
    "JSON": lambda body: as_json({"secrecy": "normal", "x": body.decode()}),
    "base64": b64encode,
}


def refused_edxml(canaries: Canaries, chance: random.Random) -> Iterator[Spoken]:
    """Every way in edXML."""
    names = ["01-new-qcvn-issued", "05-update"]

    def filled() -> str:
        symbol = f"{chance.randrange(1, 999)}/{canaries.at('symbol')}-UBND"
        return edxml(chance.choice(names), symbol, canaries)

    for said in (None, *(value for name, value in HEADERS if name == "secrecy")):
        yield edxml_sent(filled(), canaries, said, f"delivery {said!r}")
    for name, value in HEADERS:
        one = edxml_sent(filled(), canaries, "normal" if name != "secrecy" else value)
        yield replace(one, headers={**one.headers, name: value}, way=f"header {name}: {value!r}")
    for label in _LABELS:
        text = filled().replace(
            "<edXML:DueDate>", label.format(canaries.at("label")) + "<edXML:DueDate>"
        )
        yield edxml_sent(text, canaries, way=label[:40])
    for dtd in _DTDS:
        text = filled().replace(_DECLARATION, _DECLARATION + dtd.format(canaries.at("dtd")))
        yield edxml_sent(text, canaries, way=dtd)
    for way, broken in XML_BYTES.items():
        yield edxml_sent(broken(filled().encode()), canaries, way=way)
    for way, (encoding, packed) in PACKED.items():
        one = edxml_sent(packed(filled().encode()), canaries, way=way)
        yield replace(one, beside={**one.beside, "content_encoding": encoding})
    one = edxml_sent(filled(), canaries, way="another charset beside it")
    yield replace(one, beside={**one.beside, "content_type": "text/xml; charset=iso-8859-1"})
    for name in ("13a-secret-upper", "13b-secret-decomposed", "13c-secret-plain"):
        text = edxml(name, f"7/{canaries.at('symbol')}-UBND", canaries)
        yield edxml_sent(text, canaries, way=name)


def refused(canaries: Canaries, chance: random.Random) -> list[Spoken]:
    """Every way in every dialect."""
    json_ones = [each for speech in SPEECHES for each in refused_json(speech, canaries, chance)]
    return [*json_ones, *refused_edxml(canaries, chance)]
