"""What is on its way to the dead letters and must not get there, since it is about a redacted
subject or quotes one. Nothing is ever kept whole because something is wrong with it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from ...rules.streams import DOCUMENTS, key_of
from ...storage.database import Store
from ...storage.secrecy.first_stage import redacted_among
from ...storage.secrecy.folding import Shape
from ...storage.secrecy.names import named_among, remembered_shapes
from ..contract.verdicts import Malformed, Message, Unestablished
from ..handled import Handled, Result
from .sifting import is_beyond_search, quotes_of_subjects, told

_QUOTES = "invalid, and it quotes what is redacted"
_UNSEARCHED = "invalid, and too large to be searched for what is redacted"


class _Said(NamedTuple):
    """Of which streams a message is, and the digests of the names that it may quote."""

    streams: frozenset[str]
    names: frozenset[bytes]


def withheld(
    store: Store, messages: Sequence[Message], handled: Sequence[Handled]
) -> tuple[list[Handled], list[Unestablished]]:
    """What becomes of *messages*, of which that was said that is *handled*; and the records that
    are to be kept of those that would be dead letters otherwise. Raises StorageError."""
    left, records = list(handled), list[Unestablished]()
    dead = {at: each.dead for at, each in enumerate(handled) if each.dead is not None}
    if not dead:
        return left, records
    shapes = store.read(remembered_shapes)
    said = {
        at: _said(messages[at], letter, shapes)
        for at, letter in dead.items()
        if not (shapes and is_beyond_search(messages[at].body, messages[at].content_encoding))
    }
    streams = {stream for each in said.values() for stream in each.streams}
    names = {name for each in said.values() for name in each.names}
    redacted, named = store.read(lambda tx: (redacted_among(tx, streams), named_among(tx, names)))
    for at, letter in dead.items():
        if at in said and not redacted.isdisjoint(said[at].streams):
            left[at] = Handled(Result.REDACTED, handled[at].type, handled[at].time)
        elif at not in said or not named.isdisjoint(said[at].names):
            reason = _QUOTES if at in said else _UNSEARCHED
            size = len(messages[at].body)
            records.append(Unestablished(reason, letter.event_id, size, letter.sha256))
            left[at] = Handled(Result.REJECTED, reason=reason)
    return left, records


def _said(message: Message, dead: Malformed, shapes: frozenset[Shape]) -> _Said:
    stream, names = told(message.body, message.headers, message.content_encoding, shapes)
    streams = {key_of(DOCUMENTS, each) for each in dead.about}
    if stream is not None:
        streams.add(stream)
    return _Said(frozenset(streams), frozenset(names | quotes_of_subjects(dead.about, shapes)))
