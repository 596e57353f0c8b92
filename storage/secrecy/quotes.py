"""What names a secret document, and which texts of other subjects quote it by such a name.

A document is named by its identifier, its symbol, and the identifiers of its tasks. Only digests of
these names are kept, with their shape, so that a quote that arrives later is recognised and nothing
of the document can be read. Pure functions on text; too much may be taken for a quote, too little
must never be.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import Any

from ...rules.document_names import DocumentName
from ...rules.event_facts import NAMED_FREELY, UNREAD_TEXT
from ...rules.event_types import EVENT_TYPES
from ...rules.events import PREFIX
from ...rules.normalising import one_form
from ...rules.reading.stored import decode_stored
from ...rules.streams import OF_DOCUMENTS, key_of, kind_of
from .folding import Shape, cannot_hold, folded, least_of, mark_of, readings, runs, shape_of

_DIGEST = "sha256:"
_NAMING = frozenset({"subject", "task_id"})
"""Keys whose value names something, whatever it looks like."""
_NUMBERED = re.compile(r"\s*0*([0-9]{1,3})(?=\s*/)")
"""The number that a symbol begins with, as offices count a year's documents."""
_SHORT_NUMBER = re.compile(r"[0-9]{1,4}")

FORMER = Shape(0, 0)
"""In place of a shape: the digest is of the form that earlier versions compared."""
_BETWEEN_WORDS = re.compile(r"""[\s"'“”‘’«»()\[\]{}<>,;!?\\]+""")
_AT_ENDS = ".:/-–"


@dataclass(frozen=True, slots=True, order=True)
class SecretName:
    """A name of something secret, as it is remembered; while it is known in clear, with the
    ``mark`` of what quotes it, which is kept nowhere."""

    digest: bytes
    shape: Shape
    mark: bytes | None = field(default=None, compare=False)

    def listed(self) -> str:
        """The name as an exported list has it; a former one is its digest alone."""
        text = self.digest.hex()
        return text if self.shape == FORMER else f"{text}:{self.shape.length}:{self.shape.digits}"


def name_listed(text: str) -> SecretName:
    """The name that `SecretName.listed` wrote. Raises ValueError."""
    digest, *shape = text.split(":")
    length, digits = map(int, shape or FORMER)
    return SecretName(bytes.fromhex(digest), Shape(length, digits))


@dataclass(frozen=True, slots=True)
class StoredEvent:
    """What an event says and what stands about it, as it is stored; ``type`` without prefix."""

    type: str
    subject: str
    source: str
    id: str
    structured: bool
    body: bytes


@dataclass(frozen=True, slots=True)
class Wanted:
    """Names to look for: their digests and shapes. ``marks``: what quotes one of them has one of
    these (`folding.marks_in`); None: that is not known of each."""

    digests: frozenset[bytes]
    shapes: frozenset[Shape]
    marks: frozenset[bytes] | None = None

    @classmethod
    def of(cls, names: Iterable[SecretName]) -> Wanted:
        """All of *names*."""
        listed = list(names)
        marks = frozenset(n.mark for n in listed if n.mark is not None)
        all_marked = all(n.mark is not None for n in listed)
        return cls(
            frozenset(n.digest for n in listed),
            frozenset(n.shape for n in listed),
            marks if all_marked else None,
        )

    def among(self, digests: Collection[bytes]) -> bool:
        """Whether one of *digests* is of a name."""
        return not self.digests.isdisjoint(digests)

    def named_by(self, value: Any) -> bool:
        """Whether the JSON *value* quotes one of the names."""
        return self.among(quotes_in(value, self.shapes))


def can_quote(type_: str) -> bool:
    """Whether an event of that type (without its prefix) may have to go with another subject;
    what a document says of another is as secret as HSCV says that document is."""
    return type_ not in EVENT_TYPES or not type_.startswith(OF_DOCUMENTS)


def digest_of_stream(key: str) -> str:
    """The digest that stands for the stream *key* where the key itself may not be kept."""
    return _DIGEST + _sha256(f"stream {key}").hex()


def is_digest(stream: str) -> bool:
    """Whether *stream* is a digest in place of a key."""
    return stream.startswith(_DIGEST)


def concealed(text: str) -> str:
    """What stands for an id that quotes: the same for the same id, so that a repeat is known."""
    return _DIGEST + _sha256(f"text {text}").hex()


def names_from(text: str) -> set[SecretName]:
    """What is remembered of the name *text*: one for each reading of it, and for each way of
    writing a symbol's number, which is 4/CV to one and 04/CV to another."""
    written = (each for reading in readings(text) for each in _written(reading))
    forms = {form for each in written if (form := folded(each))}
    if not forms and text.strip():
        return {SecretName(_former_digest(text), FORMER)}
    return {SecretName(_digest(form), shape_of(form), mark_of(form)) for form in forms}


def _written(text: str) -> Iterator[str]:
    yield text
    if number := _NUMBERED.match(text):
        yield from (number[1].zfill(width) + text[number.end() :] for width in (1, 2, 3))


def names_of(type_: str, subject: str, data: Mapping[str, Any]) -> set[SecretName]:
    """The names that an event of a document tells of it; where organ and year are in its subject,
    with these before each symbol that it gets too, by which alone another of that symbol is told
    apart."""
    names: list[object] = [subject]
    if type_.startswith("task."):
        names.append(data.get("task_id"))
    elif type_.startswith("document."):
        fields = data.get("fields")
        names += [data.get("symbol"), fields.get("symbol") if isinstance(fields, dict) else None]
        about = DocumentName.of(subject)
        if about is not None:
            symbols = [text for text in names[1:] if isinstance(text, str)]
            names += [about.with_symbol(symbol).subject for symbol in symbols]
    return {name for text in names if isinstance(text, str) for name in names_from(text)}


def quotes_in(value: Any, shapes: Collection[Shape], *, naming: bool = False) -> set[bytes]:
    """The digests of everything in the JSON *value* that may be a name of one of *shapes*.

    *naming*: the value itself is where a name is expected.
    """
    found: set[bytes] = set()
    if not shapes:
        return found
    present = [shape for shape in shapes if shape != FORMER]
    least = least_of(shapes)
    for text, expected in _texts_in(value, naming):
        if cannot_hold(text, least):
            continue
        found.update(map(_digest, _countable(runs(text, present), text, expected)))
        if len(present) < len(shapes):
            words = _countable(_former_words(text), text, expected)
            found.update(map(_former_digest, words))
    return found


def quotes_in_event(said: StoredEvent, shapes: Collection[Shape]) -> set[bytes]:
    """As `quotes_in`, of everything in an event because of which it may not stay as it is."""
    found = set() if said.type in EVENT_TYPES else _subjects_in(said, shapes)
    if said.type.startswith(OF_DOCUMENTS):
        return found
    value = _json_of(said)
    if said.structured and isinstance(value, dict):
        value = {name: item for name, item in value.items() if name != "subject"}
    found |= quotes_in([value, said.source, said.id], shapes)
    return found | quotes_in_own_subject(said.subject, shapes)


def texts_of(said: StoredEvent) -> Iterator[str]:
    """Every text in which `quotes_in_event` may find something. Raises ValueError for a body that
    is damaged."""
    everything = [_json_of(said), said.source, said.id, said.subject, said.type]
    return (text for text, _ in _texts_in(everything, naming=False))


def quotes_in_own_subject(subject: str, shapes: Collection[Shape]) -> set[bytes]:
    """What the *subject* of another kind quotes: a number there is one of its own kind, for
    feedback 12345 is not about document 12345."""
    if not shapes or cannot_hold(subject, least_of(shapes)):
        return set()
    lettered = [shape for shape in shapes if shape.length > shape.digits]
    words = {run for run in set(runs(subject, lettered)) if not run.replace(".", "").isdigit()}
    return set(map(_digest, words))


def left_of(said: StoredEvent, wanted: Wanted) -> StoredEvent | None:
    """What may be kept of an event in which `quotes_in_event` found something *wanted*; None
    where nothing: it is of a type that this version does not know, and about such a subject.

    Of any other, everything that rules read stays; ids that quote are concealed.
    """
    if said.type not in EVENT_TYPES and wanted.among(_subjects_in(said, wanted.shapes)):
        return None
    data = decode_stored(said.body, said.structured, said.type)
    free = UNREAD_TEXT.get(said.type, {})
    # Null may mean something, as where it takes a deadline away.
    kept = {n: free.get(n, value) for n, value in data.items() if free.get(n, "") is not None}
    for name in NAMED_FREELY.intersection(kept):
        if wanted.named_by(kept[name]):
            kept[name] = concealed(kept[name])
    body = json.dumps(kept).encode()
    source, id_ = (
        concealed(text) if wanted.named_by(text) else text for text in (said.source, said.id)
    )
    return replace(said, source=source, id=id_, structured=False, body=body)


def type_in(value: Any) -> str | None:
    """The type of an event of HSCV, without its prefix, by its attributes; None where they do
    not tell it."""
    type_ = value.get("type") if isinstance(value, dict) else None
    if not isinstance(type_, str) or not type_.startswith(PREFIX):
        return None
    return type_.removeprefix(PREFIX)


def stream_in(value: Any) -> str | None:
    """The stream of an event of HSCV in structured mode, by its attributes; None where they do not
    tell it."""
    type_ = type_in(value)
    if type_ is None or not isinstance(subject := value.get("subject"), str):
        return None
    return key_of(kind_of(type_), one_form(subject))


def _json_of(said: StoredEvent) -> Any:
    # A fraction as its digits: a number may be a name.
    return json.loads(said.body, parse_float=str)


def _subjects_in(said: StoredEvent, shapes: Collection[Shape]) -> set[bytes]:
    return quotes_in([said.subject, said.type], shapes, naming=True)


def _texts_in(value: Any, naming: bool) -> Iterator[tuple[str, bool]]:
    """Every text in a JSON value or in headers, keys included, and whether it names something
    whatever it looks like. A message that was refused may be nested to any depth."""
    waiting = [(value, naming)]
    while waiting:
        value, naming = waiting.pop()
        if isinstance(value, str):
            yield value, naming
        elif isinstance(value, dict):
            waiting += [(key, False) for key in value]
            waiting += [(item, key in _NAMING) for key, item in value.items()]
        elif isinstance(value, list | tuple):
            waiting += [(item, naming) for item in value]
        elif isinstance(value, bytes | bytearray):
            yield value.decode(errors="replace"), naming
        elif isinstance(value, int) and not isinstance(value, bool):
            yield str(value), naming


def _countable(found: Iterable[str], text: str, naming: bool) -> set[str]:
    """Those of what was *found* in *text* that may be names. A short number names something only
    where a name is expected, and as a word by itself: days, amounts and parts of other names are
    short numbers."""
    words = set(found)
    short = {word for word in words if _SHORT_NUMBER.fullmatch(word.strip())}
    named = short.intersection(map(folded, _former_words(text))) if naming else set()
    return words - short | named


def _former_words(text: str) -> set[str]:
    words = {text, *(word.strip(_AT_ENDS) for word in _BETWEEN_WORDS.split(text))}
    return {word for word in words if word}


def _former_digest(name: str) -> bytes:
    return _sha256(f"name {one_form(name).strip().strip(_AT_ENDS).casefold()}")


def _digest(form: str) -> bytes:
    return _sha256(f"form {form}")


def _sha256(text: str) -> bytes:
    # Half a surrogate pair, which JSON can escape, has a digest as anything else has.
    return sha256(text.encode(errors="surrogatepass")).digest()
