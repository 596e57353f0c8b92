"""The lines of a whole database, as `export_file` has them, of the moment of one transaction."""

from __future__ import annotations

from collections.abc import Iterator

from ...storage.moving.carried import EVENT
from ...storage.moving.leaving import facts_after, facts_before, standing_of
from ...storage.moving.log import LogFilter, count_log, other_contents, read_by_stream
from ...storage.transaction import Transaction
from .event_lines import EventLine
from .export_file import ALL, Header, Writing


def lines_of_all(
    tx: Transaction, id_: str, version: str, made_at: str, act: str = ""
) -> Iterator[bytes]:
    """Every line, the header with *id_*, dondoc's *version* and the time of making first; without
    the *act* (a token) of the trail that the export itself is."""
    writing = Writing()
    events = count_log(tx, LogFilter())
    yield writing.begin(Header(id_, ALL, version, made_at, events, standing_of(tx)))
    for kind, told in facts_before(tx):
        yield writing.line(kind, told)
    for event in read_by_stream(tx):
        line = EventLine(event, tuple(other_contents(tx, event)))
        yield writing.line(EVENT, line.object())
    for kind, told in facts_after(tx, act):
        yield writing.line(kind, told)
    yield writing.end()
