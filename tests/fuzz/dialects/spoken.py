"""What an HSCV says in each of the dialects of docs/dialects, with a canary wherever there is room
for one: documents that stay normal, documents that become secret, and invalid messages about both.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from fuzz.canaries.places import Canaries

_ROOT = Path(__file__).parents[3]
DOCS = _ROOT / "docs" / "dialects"
SAMPLES = _ROOT / "tests" / "fixtures" / "edxml"
EDXML = "trucvanban"
OUTBOX = "outbox"


@dataclass(frozen=True)
class Spoken:
    """A message as it is published to the queue of a ``dialect``; ``beside``: properties of AMQP,
    of which dondoc reads only some."""

    dialect: str
    body: bytes = field(repr=False)
    routing_key: str = "x"
    headers: Mapping[str, Any] = field(default_factory=dict, repr=False)
    beside: Mapping[str, Any] = field(default_factory=dict, repr=False)
    way: str = ""


@dataclass(frozen=True)
class Speech:
    """How HSCV speaks JSON in one dialect: ``free`` are the keys whose text is anybody's, of which
    ``symbols`` must be short; ``subject`` and ``secrecy`` say where these stand in what `inner`
    gives; ``secret`` and ``unknown`` are words there. ``spoil`` makes a message invalid."""

    dialect: str
    free: frozenset[str]
    symbols: frozenset[str]
    subject: tuple[str, ...]
    secrecy: tuple[str, ...]
    secret: tuple[Any, ...]
    unknown: tuple[Any, ...]
    spoil: Callable[[dict[str, Any]], None]
    numeric: bool = False

    def told(self) -> list[dict[str, Any]]:
        """The messages of docs/dialects that are about the document VB-31 and tell of something."""
        lines = (DOCS / f"{self.dialect}.jsonl").read_text("utf-8").splitlines()
        every = [json.loads(line) for line in lines if line.startswith("{")]
        there = [each for each in every if each.get("op") != "d"]
        return [each for each in there if self._subject_in(each) in ("VB-31", 31)]

    def _subject_in(self, message: Any) -> Any:
        value: Any = self.inner(message)
        for key in self.subject:
            value = value.get(key) if isinstance(value, dict) else None
        return value

    def inner(self, message: dict[str, Any]) -> dict[str, Any]:
        """The part of a *message* that says what has happened."""
        if self.dialect == OUTBOX:
            inner: dict[str, Any] = json.loads(message["after"]["payload"])
            return inner
        row: dict[str, Any] = message.get("after", message)
        return row

    def with_inner(self, message: dict[str, Any], change: Callable[[dict[str, Any]], None]) -> Any:
        """*message* after *change* to what `inner` gives."""
        changed = deepcopy(message)
        inner = self.inner(changed)
        change(inner)
        if self.dialect == OUTBOX:
            changed["after"]["payload"] = json.dumps(inner, ensure_ascii=False)
        return changed

    def about(self, message: dict[str, Any], subject: Any) -> Any:
        """*message* about another *subject*; what a row was before goes, which is another's."""
        changed = self.with_inner(message, lambda inner: put(inner, self.subject, subject))
        return changed | {"before": None} if "before" in changed else changed

    def saying(self, message: dict[str, Any], word: Any) -> Any:
        """*message* with *word* for its secrecy."""
        return self.with_inner(message, lambda inner: put(inner, self.secrecy, word))

    def filled(self, message: dict[str, Any], canaries: Canaries, *, all_of_it: bool) -> Any:
        """*message* with canaries: in texts that are free, or in *all_of_it* but its secrecy and
        its subject; and under keys that nobody knows, at every depth."""
        # Of what is not established HSCV's own id is kept, to ask for it again.
        kept = {self.secrecy[-1], self.subject[-1], "MessageId", "id"}

        def fill(value: Any, key: str) -> Any:
            if isinstance(value, dict):
                told = {name: fill(each, name) for name, each in value.items()}
                return told | {
                    "thêm": canaries.at(f"{key} unlisted"),
                    canaries.at(f"{key} key"): [canaries.at(f"{key} list"), {"x": 1}],
                }
            if isinstance(value, list):
                return [fill(each, key) for each in value]
            if not isinstance(value, str) or key in kept:
                return value
            if key in self.symbols:
                return f"{len(canaries.places)}/{canaries.at(key)}-UBND"
            if all_of_it or key in self.free:
                return f"Về việc {canaries.at(key)}, {value}"
            return value

        def change(inner: dict[str, Any]) -> None:
            inner.update(fill(inner, "whole"))

        return self.with_inner(message, change)


def put(value: dict[str, Any], path: tuple[str, ...], word: Any) -> None:
    """Let *word* stand at *path* in *value*; None: nothing does."""
    for key in path[:-1]:
        value = value[key]
    if word is None:
        value.pop(path[-1], None)
    else:
        value[path[-1]] = word


def as_json(value: Any) -> bytes:
    """*value* as HSCV writes it."""
    return json.dumps(value, ensure_ascii=False).encode()


def spoil(*path: str, by: Any) -> Callable[[dict[str, Any]], None]:
    """A change that has *by* stand at *path*."""
    return lambda inner: put(inner, path, by)


SPEECHES = (
    Speech(
        "congvan",
        frozenset({"trichYeu", "nguoiKy", "noiDung", "lyDo", "nguoiXem", "nguoiDuyet"}),
        frozenset({"soKyHieu", "soKyHieuKetQua"}),
        ("maVanBan",),
        ("doMat",),
        ("Mật", "MẬT", "Ma\u0323\u0302t", " tối  mật ", "TOI MAT", "Độ mật: Tuyệt mật"),
        ("Nội bộ", "Thuong", "secret", 9, True, [], ["Thường"], {}, {"muc": "Thường"}, " "),
        spoil("thoiDiem", by="31/02/2026 08:00:00"),
    ),
    Speech(
        "voffice",
        frozenset({"Summary", "FullName", "Content", "Note", "ApprovedBy"}),
        frozenset({"ResultSymbol"}),
        ("Document", "Id"),
        ("Document", "SecurityLevel"),
        (1, 2, 3, "1", "Mật", "TUYỆT MẬT", " toi mat "),
        (9, "9", False, "Thường", "Normal", [], [0], {}, {"Value": 0}, 0.5),
        spoil("OccurredAt", by="/Date(x)/"),
        numeric=True,
    ),
    Speech(
        "rows",
        frozenset({"trich_yeu", "nguoi_ky", "noi_dung", "ly_do", "nguoi_duyet"}),
        frozenset({"so_ky_hieu"}),
        ("van_ban_id",),
        ("do_mat",),
        (1, 2, 3, "3", "Mật", "Tối mật"),
        (9, "x", True, [], [0], {}, "Thường", -1),
        spoil("trang_thai", by=["DA_BAN_HANH"]),
        numeric=True,
    ),
    Speech(
        OUTBOX,
        frozenset({"abstract", "signer", "content", "reason", "decided_by"}),
        frozenset({"symbol", "result_symbol"}),
        ("subject",),
        ("secrecy",),
        ("mat", "toimat", "tuyetmat"),
        ("Mat", "Normal", "thường", "", 0, False, [], ["normal"], {}),
        spoil("data", by=["no object"]),
    ),
)
"""The dialects of JSON, each with what its file says."""


@dataclass(frozen=True)
class Document:
    """A document in one dialect: everything that HSCV says of it, and what makes it secret."""

    told: tuple[Spoken, ...]
    made_secret: Spoken


def document(speech: Speech, number: int, canaries: Canaries, chance: random.Random) -> Document:
    """The document of that *number*, told in JSON: its story, and one invalid message."""
    subject: Any = f"VB-{number}"
    if speech.numeric and (speech.dialect == "voffice" or chance.random() < 0.5):
        subject = number
    story = [speech.about(each, subject) for each in speech.told()]
    filled = [speech.filled(each, canaries, all_of_it=False) for each in story]
    filled = [_own_ids(speech, each, subject, at) for at, each in enumerate(filled)]
    filled.append(speech.with_inner(filled[0], speech.spoil))
    told = tuple(_beside(speech.dialect, as_json(each), canaries) for each in filled)
    word = chance.choice(speech.secret)
    if speech.dialect == OUTBOX:
        data = {"level": word, "reason": canaries.at("reason")}
        change = {"type": "hscv.document.secrecy_changed", "id": f"{subject}-s", "data": data}
        secret = speech.with_inner(filled[0], lambda inner: inner.update(change))
    else:
        secret = speech.saying(filled[0], word)
    return Document(told, _beside(speech.dialect, as_json(secret), canaries))


def _own_ids(speech: Speech, message: Any, subject: Any, at: int) -> Any:
    """*message* under an id of its own, where HSCV gives one."""
    if speech.dialect == OUTBOX:
        return speech.with_inner(message, spoil("id", by=f"{subject}-{at}"))
    return message | {"MessageId": f"{subject}-{at}"} if "MessageId" in message else message


def _beside(dialect: str, body: bytes, canaries: Canaries) -> Spoken:
    """A message of *body* with canaries in everything that stands beside it."""
    return Spoken(dialect, body, **surrounded(canaries))


def surrounded(canaries: Canaries) -> dict[str, Any]:
    """Canaries in the routing key, in headers and their names, and in the properties of AMQP."""
    at = canaries.at
    deep = {at("nested header name"): [at("header list"), {"x": at("header table")}]}
    return {
        "routing_key": f"vb.{at('routing key')}",
        "headers": {at("header name"): at("header"), "x-nested": deep, "x-loai": at("header")},
        "beside": {
            "message_id": at("message id"),
            "correlation_id": at("correlation id"),
            "type": at("type"),
            "app_id": at("app id"),
        },
    }


# edXML


_TEXT = re.compile(
    r"(<(?:\w+:)?(Subject|Content|FullName|Description|Staff|Department|Place|"
    r"BussinessDocReason|OrganName|AttachmentName)(?: [^>]*)?>)([^<]+)"
)
_OWN = "000.00.41.Z99"


def edxml(name: str, symbol: str, canaries: Canaries) -> str:
    """The sample of that *name*, about the document of that *symbol*, with canaries in its texts,
    in elements and attributes that nobody knows, and in a comment."""
    text = (SAMPLES / f"{name}.xml").read_text("utf-8")
    number, _, notation = symbol.partition("/")
    text = text.replace("15/CT-UBND", symbol).replace("16/CT-UBND", symbol)
    text = re.sub(r"(<edXML:CodeNumber>)1[56]<", rf"\g<1>{number}<", text)
    text = re.sub(r"(<edXML:CodeNotation>)CT-UBND<", rf"\g<1>{notation}<", text)
    text = _TEXT.sub(lambda found: f"{found[1]}{canaries.at(found[2])} {found[3]}", text)
    at = canaries.at
    more = f'<{at("element")} {at("attribute name")}="{at("attribute")}">{at("text")}'
    more += f"</{more[1:].partition(' ')[0]}><!-- {at('comment')} --><?{at('target')} {at('x')}?>"
    return text.replace("<edXML:DueDate>", more + "<edXML:DueDate>", 1)


def edxml_document(number: int, canaries: Canaries, chance: random.Random) -> Document:
    """The document of that *number*, told in edXML. Its symbol holds no canary, since that is its
    subject, which stands beside a redaction."""
    symbol = f"{number}/CT-UBND"
    names = ["01-new-qcvn-issued", "09-status-03", "19-status-02", "10-status-06"]
    texts = [edxml(name, symbol, canaries) for name in names]
    texts.append(texts[-1].replace("<edXML:StatusCode>06<", "<edXML:StatusCode>77<"))
    texts.append(texts[0].replace("<edXML:PromulgationDate>2", "<edXML:PromulgationDate>9"))
    level = chance.choice(["Mật", "TỐI MẬT", "Tuye\u0323\u0302t mật"])
    label = f"<edXML:Secret>{level}</edXML:Secret></edXML:OtherInfo>"
    secret = edxml("05-update", symbol, canaries).replace("</edXML:OtherInfo>", label)
    return Document(
        tuple(edxml_sent(text, canaries) for text in texts), edxml_sent(secret, canaries)
    )


def edxml_sent(
    text: str | bytes, canaries: Canaries, secrecy: Any = "normal", way: str = ""
) -> Spoken:
    """The message *text*, whose delivery says *secrecy*; None: nothing."""
    around = surrounded(canaries)
    if secrecy is not None:
        around["headers"] |= {"secrecy": secrecy}
    body = text.encode() if isinstance(text, str) else text
    return Spoken(EDXML, body, **around, way=way)


def documents(number: int, canaries: Canaries, chance: random.Random) -> Iterator[Document]:
    """One document in each dialect, from *number* on."""
    for at, speech in enumerate(SPEECHES):
        yield document(speech, number + at, canaries, chance)
    yield edxml_document(number + len(SPEECHES), canaries, chance)
