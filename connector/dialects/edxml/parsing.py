"""From expat's calls to the elements that count, and to all that is said of secrecy, at any depth.

Nothing is decided here, and nothing kept that nobody asks for; the text of attachments is dropped
as it comes. What is read may be secret: an error says what is wrong in words of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from ...contract.body import Limits
from .attachments import Attachment, Dropped
from .bounded import BoundedReader
from .notices import (
    ASIDE,
    ATTACHMENTS,
    BRACKETS,
    DROPPED,
    INCLUDING,
    LABEL,
    MAYBE_DROPPED,
    NAME,
    WHOLE,
)
from .reasons import Doubt, Withheld
from .records import Record
from .shape import HEADER, STATUS
from .steps import LEAF, NOWHERE, OUTSIDE, PASS, RECORD, START, ElementStep, next_step
from .words import level_in_text, level_of

MOST_REPEATED = 1000
"""Elements of one name within another that are read."""
_MOST_REPETITIONS = 10_000
"""Elements that are read of one message besides the first of each name in each place."""

_XINCLUDE = frozenset({"http://www.w3.org/2001/XInclude", "http://www.w3.org/2003/XInclude"})
_INCLUDE = frozenset({"xi:include", "xinclude:include"})
_PLAIN = frozenset({"xmlns", "edXML", "xlink", "href", "version", "type"})
"""Local names of attributes that are met in every message and say nothing of secrecy."""
_T = TypeVar("_T")
_NOTHING, _DROP, _GATHER = 0, 1, 2
"""What has been begun with an element's text."""


@dataclass(slots=True)
class ParsedMessage:
    """What one message holds. ``labels``: every label of secrecy, None where elements stand
    within it; ``levels``: the secret levels that are said anywhere, and ``quoted`` those that stand
    as a label within a text, which may be of another document; ``namespaces``: those of the
    headers, as far as they are declared; ``attachments``: what is left of the files in it."""

    record: Record = field(default_factory=lambda: Record(""))
    labels: list[str | None] = field(default_factory=list)
    levels: set[str] = field(default_factory=set)
    quoted: set[str] = field(default_factory=set)
    namespaces: list[str] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)


class Parser:
    """Reads one message: `feed` with each block, `close`, and then ``found`` is whole. Both raise
    Withheld, after which only `release` may be called. *hashes*: attachments are of interest."""

    def __init__(self, limits: Limits, *, hashes: bool = True) -> None:
        self.found = ParsedMessage()
        self._hashes = hashes
        self._open = [START]
        self._records = [self.found.record]
        # Of each text that is being gathered: where it begins, and whether elements stand within;
        # and of one that is dropped.
        self._gathering: list[list[int]] = []
        # Of each namespace that is declared: at which depth, its prefix, and what it is.
        self._scopes: list[tuple[int, str, str]] = []
        self._begun: list[int] = []
        self._aside = self._repeated = 0
        self._others: dict[str, ElementStep] = {}
        self._dropping = False
        self._drop: Dropped | None = None
        self._file: tuple[list[str], list[Dropped]] = ([], [])
        self._texts: list[str] = []
        self._most_depth = limits.max_depth
        self._reader = BoundedReader(limits.max_bytes, self._texts, self._start, self._end)

    def feed(self, piece: bytes) -> None:
        """Read on. Raises Withheld."""
        self._reader.feed(piece)

    def close(self) -> None:
        """The message is at its end. Raises Withheld."""
        self._reader.close()

    def release(self) -> None:
        """Let go of all that is not found."""
        self._reader.release()

    # Most of what is done at every element is done in these two, since calls are what costs.

    def _start(self, name: str, attrs: Mapping[str, str]) -> None:
        opened = self._open
        if len(opened) > self._most_depth:
            raise Withheld(Doubt.TOO_DEEP)
        around = opened[-1]
        step = around.written.get(name) or OUTSIDE.get(name)
        if step is None:
            step = next_step(around, name, self._others)
        opened.append(step)
        if attrs:
            self._look_at(step, attrs)
        gathering = self._gathering
        if gathering:
            gathering[-1][1] = 1
        kind = step.kind
        if kind == PASS:
            return
        if kind == LEAF and not gathering:
            self._texts.clear()
            gathering.append([0, 0])
        elif kind == RECORD:
            self._begin_record(step.name)
        else:
            self._begin(step, around, name)

    def _end(self, _name: str) -> None:
        opened = self._open
        step = opened.pop()
        kind = step.kind
        if kind == LEAF:
            begins, elements = self._gathering.pop()
            texts = self._texts
            text = texts[0] if len(texts) == 1 and not begins else "".join(texts[begins:])
            if self._gathering:
                self._drop_on()
            if step.notice:
                self._heed(step.notice, text, whole=not elements)
            if step.name:
                self._read(step.name, None if elements else text)
        elif kind == RECORD:
            self._records.pop()
        elif kind != PASS:
            self._end_work(step)
        scopes = self._scopes
        while scopes and scopes[-1][0] > len(opened):
            scopes.pop()

    def _begin(self, step: ElementStep, around: ElementStep, name: str) -> None:
        """An element has begun of which more is to be done than to read its text."""
        notice, begun = step.notice, _NOTHING
        if step.kind == LEAF:
            self._gather()
            return
        if notice & INCLUDING and name in _INCLUDE:
            raise Withheld(Doubt.INCLUDED)
        if notice & ASIDE:
            self._aside += 1
            if step.local in ATTACHMENTS:
                self._file = ([], [])
        if step.is_record:
            self._begin_record(step.name)
            if step.name in (HEADER, STATUS):
                self._resolve(name)
        dropped = notice & DROPPED or (notice & MAYBE_DROPPED and around.local in ATTACHMENTS)
        if dropped and not self._dropping and not self._gathering:
            self._dropping, begun = True, _DROP
            if self._hashes:
                self._drop = Dropped()
                self._file[1].append(self._drop)
            self._gathering.append([0, 0])
            self._drop_on()
        elif step.is_gathered:
            begun = _GATHER
            self._gather()
        self._begun.append(begun)

    def _end_work(self, step: ElementStep) -> None:
        """An element has ended of which more was to be done than to read its text."""
        begun = self._begun.pop()
        if step.is_record:
            self._records.pop()
        if begun == _DROP:
            self._dropping, self._drop = False, None
            self._gathering.pop()
            self._reader.keep_text()
        elif begun == _GATHER:
            text, whole = self._gathered()
            self._heed(step.notice, text, whole=whole)
            if step.is_text:
                self._read(step.name, text if whole else None)
        if step.notice & ASIDE:
            self._aside -= 1
            if step.local in ATTACHMENTS:
                self._end_file()

    def _gather(self) -> None:
        if not self._gathering:
            self._texts.clear()
        elif self._dropping and len(self._gathering) == 1:
            # A label in an attachment's text: read it all the same.
            self._texts.clear()
            self._reader.keep_text()
        self._gathering.append([len(self._texts), 0])

    def _drop_on(self) -> None:
        """Drop text, unless there is some to be gathered or none to be dropped."""
        if self._dropping and len(self._gathering) == 1:
            self._reader.drop_text(None if self._drop is None else self._drop.take)

    def _gathered(self) -> tuple[str, bool]:
        """The text that has been gathered, and whether no elements stand within."""
        begins, elements = self._gathering.pop()
        text = "".join(self._texts[begins:])
        self._drop_on()
        return text, not elements

    def _begin_record(self, name: str) -> None:
        record, parts = Record(name), self._records[-1].parts
        if name in parts:
            self._repeat(parts[name], record)
        else:
            parts[name] = [record]
        self._records.append(record)

    def _read(self, name: str, text: str | None) -> None:
        """Note the *text* of an element called *name*; None: elements stand within."""
        texts = self._records[-1].texts
        if name in texts:
            self._repeat(texts[name], text)
        else:
            texts[name] = [text]

    def _repeat(self, known: list[_T], more: _T) -> None:
        known.append(more)
        self._repeated += 1
        if len(known) > MOST_REPEATED or self._repeated > _MOST_REPETITIONS:
            raise Withheld(Doubt.TOO_LARGE)

    def _look_at(self, step: ElementStep, attrs: Mapping[str, str]) -> None:
        """The attributes of an element: namespaces, labels, inclusions."""
        if not _XINCLUDE.isdisjoint(attrs.values()):
            raise Withheld(Doubt.INCLUDED)
        aside = self._aside or step.notice & ASIDE
        for key, value in attrs.items():
            before, _, local = key.rpartition(":")
            if key == "xmlns" or before == "xmlns":
                self._scopes.append((len(self._open), local if before else "", value))
            if local not in _PLAIN and next_step(NOWHERE, local, self._others).notice & LABEL:
                self._labelled(value, whole=True, aside=bool(aside))

    def _resolve(self, name: str) -> None:
        """Note the namespace of an element of that *name*, if its prefix is declared."""
        prefix = name.rpartition(":")[0]
        declared = (uri for _, bound, uri in reversed(self._scopes) if bound == prefix)
        uri = next(declared, "")
        if uri:
            self.found.namespaces.append(uri)

    def _end_file(self) -> None:
        """An attachment has ended: note what is left of it."""
        if not self._hashes:
            return
        (names, dropped), self._file = self._file, ([], [])
        if len(self.found.attachments) >= MOST_REPEATED:
            raise Withheld(Doubt.TOO_LARGE)
        name = names[0] if len(names) == 1 else None
        if len(dropped) == 1:
            self.found.attachments.append(dropped[0].as_attachment(name))
        elif names or dropped:
            self.found.attachments.append(Attachment(name, None, None))

    def _heed(self, notice: int, text: str, *, whole: bool) -> None:
        """Note what the *text* of an element says of secrecy; *whole*: no elements stand in it."""
        quoted = level_in_text(text) if notice & BRACKETS else None
        if quoted is not None:
            self.found.quoted.add(quoted)
        level = level_of(text) if notice & WHOLE else None
        if level is not None:
            self.found.levels.add(level)
        if notice & LABEL:
            self._labelled(text, whole=whole, aside=self._aside > 0)
        if notice & NAME and self._aside:
            self._file[0].append(text)

    def _labelled(self, text: str, *, whole: bool, aside: bool) -> None:
        level = level_of(text)
        if level is not None:
            self.found.levels.add(level)
        elif not aside:
            self.found.labels.append(text if whole else None)
