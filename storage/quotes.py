"""What names a secret document, and which texts of other subjects quote it by such a name.

A document is named by its identifier, its tasks' and its symbol. Only digests of these names are
kept, so that a quote that arrives later is recognised and nothing of the document can be read.
Pure functions on text; too much may be taken for a quote, too little must never be.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator, Mapping
from hashlib import sha256
from typing import Any

from ..rules.events import PREFIX
from ..rules.reading.stored import decode_stored, one_form

_DIGEST = "sha256:"
_NAMING = frozenset({"subject", "task_id"})
"""Keys whose value names something, whatever it looks like."""
_FREE: Mapping[str, Mapping[str, str | None]] = {
    "feedback.received": {"content": "", "task_id": None},
    "feedback.answered": {"symbol": None},
    "feedback.direction_issued": {"symbol": ""},
    "inspection.decided": {"lead_person": None, "decision_symbol": None, "grounds": None},
    "report.requested": {"report": "", "requested_by": ""},
}
"""Text that no rule reads, by the type of the event, and what stands in its place: "" where the
contract requires the field, None where it is left out."""
_DOCUMENT_KINDS = ("document.", "task.")
_BETWEEN_WORDS = re.compile(r"""[\s"'“”‘’«»()\[\]{}<>,;!?\\]+""")
_AT_ENDS = ".:/-–"
_SHORT_NUMBER = re.compile(r"[0-9]{1,4}")


def can_quote(type_: str) -> bool:
    """Whether an event of that type (without its prefix) is about something else than a document;
    what a document says of another is as secret as HSCV says that document is."""
    return not type_.startswith(_DOCUMENT_KINDS)


def digest_of_stream(key: str) -> str:
    """The digest that stands for the stream *key* where the key itself may not be kept."""
    return _DIGEST + _sha256(f"stream {key}").hex()


def is_digest(stream: str) -> bool:
    """Whether *stream* is a digest in place of a key."""
    return stream.startswith(_DIGEST)


def digest_of_name(name: str) -> bytes:
    """The digest by which a name of a secret document is remembered."""
    return _sha256(f"name {_plain(name)}")


def names_of(type_: str, subject: str, data: Mapping[str, Any]) -> set[bytes]:
    """The digests of the names that an event of a document tells of it."""
    names: list[object] = [subject]
    if type_.startswith("task."):
        names.append(data.get("task_id"))
    elif type_.startswith("document."):
        fields = data.get("fields")
        names += [data.get("symbol"), fields.get("symbol") if isinstance(fields, dict) else None]
    return {digest_of_name(name) for name in names if isinstance(name, str) and name.strip()}


def names_in(value: Any) -> set[bytes]:
    """The digests of everything in the JSON *value* that may be a document's name."""
    return {digest_of_name(name) for name in _candidates(value, naming=False)}


def names_in_stored(body: bytes, structured: bool) -> set[bytes]:
    """As `names_in`, of everything in a stored event's bytes but its own subject."""
    value = json.loads(body)
    if structured and isinstance(value, dict):
        value = {name: item for name, item in value.items() if name != "subject"}
    return names_in(value)


def stream_in(value: Any) -> str | None:
    """The stream of an event of HSCV in structured mode, by its attributes; None where they do not
    tell it."""
    if not isinstance(value, dict):
        return None
    type_, subject = value.get("type"), value.get("subject")
    if not isinstance(type_, str) or not isinstance(subject, str) or not type_.startswith(PREFIX):
        return None
    kind = type_.removeprefix(PREFIX).partition(".")[0]
    return f"{'document' if kind == 'task' else kind}:{one_form(subject)}"


def without_quotes_of(type_: str, structured: bool, body: bytes) -> bytes:
    """The data of a stored event that quotes, with nothing left in it but what rules read."""
    data = decode_stored(body, structured, type_)
    free = _FREE.get(type_, {})
    kept = {name: free.get(name, value) for name, value in data.items()}
    return json.dumps({name: value for name, value in kept.items() if value is not None}).encode()


def _sha256(text: str) -> bytes:
    # Half of a surrogate pair, which JSON can write, is a character like any other here.
    return sha256(text.encode(errors="surrogatepass")).digest()


def _candidates(value: Any, *, naming: bool) -> Iterator[str]:
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _candidates(item, naming=key in _NAMING)
    elif isinstance(value, list):
        for item in value:
            yield from _candidates(item, naming=naming)
    elif isinstance(value, str):
        yield from _names_in_text(value, naming)


def _names_in_text(text: str, naming: bool) -> Collection[str]:
    """The text as a whole, and its words. A short number names something only where a name is
    expected: days and amounts are short numbers."""
    words = {text, *(word.strip(_AT_ENDS) for word in _BETWEEN_WORDS.split(text))}
    return [
        word for word in words if word and (naming or _SHORT_NUMBER.fullmatch(word.strip()) is None)
    ]


def _plain(name: str) -> str:
    return one_form(name).strip().strip(_AT_ENDS).casefold()
