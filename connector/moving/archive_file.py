"""The lines of an archive: what is stored of streams that are over, and how they are read back.

They have the form of a whole database's, of these streams alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from ...rules.streams import key_of, kind_of
from ...storage.moving.archiving import Filed
from ...storage.moving.carried import BEFORE_EVENTS, EVENT, read_carried
from ...storage.moving.log import other_contents, read_of_streams
from ...storage.secrecy.first_stage import redacted_among
from ...storage.secrecy.withholding import kept_of
from ...storage.transaction import Transaction
from .event_lines import EventLine
from .export_file import Header, Writing
from .taking_in_file import AT_ONCE, Item


def lines_of_archive(tx: Transaction, header: Header, streams: Sequence[int]) -> Iterator[bytes]:
    """Every line of the archive of the rows *streams*, the *header* first."""
    writing = Writing()
    yield writing.begin(header)
    wanted = frozenset(streams)
    # Events first, which is how they are taken in again: what was told of a subject is only of one
    # that is here.
    for _, event in read_of_streams(tx, streams):
        line = EventLine(event, tuple(other_contents(tx, event)))
        yield writing.line(EVENT, line.object())
    for carried in BEFORE_EVENTS:
        if carried.of_stream:
            for told in read_carried(tx, carried, wanted):
                yield writing.line(carried.kind, told)
    yield writing.end()


def secret_filed(tx: Transaction, items: Iterable[Item]) -> Iterator[str]:
    """The keys of those streams among *items*, the lines of an archive, that are redacted, or have
    an event there which quotes something redacted."""
    events = (told.logged for _, kind, told in items if kind == EVENT)
    last = ""
    while some := list(islice(events, AT_ONCE)):
        keys = [key_of(kind_of(event.type), event.subject) for event in some]
        redacted = redacted_among(tx, keys)
        kept = kept_of(tx, [event.said for event in some])
        for key, event, left in zip(keys, some, kept, strict=True):
            if key != last and (key in redacted or left != event.said):
                last = key
                yield key


def streams_filed(items: Iterable[Item]) -> Iterator[Filed]:
    """The streams whose events are among *items*, the lines of an archive."""
    key, events = "", set[tuple[str, str, bytes]]()
    for _, kind, told in items:
        if kind != EVENT:
            continue
        line: EventLine = told
        own = key_of(kind_of(line.logged.type), line.logged.subject)
        if own != key:
            if events:
                yield Filed(key, frozenset(events))
            key, events = own, set()
        events.add((line.logged.source, line.logged.id, line.logged.sha256))
    if events:
        yield Filed(key, frozenset(events))
