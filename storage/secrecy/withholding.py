"""What of new events may be stored while subjects are redacted; an identity that quotes one of them
is stored as its digest.

The other side of `first_stage.erase_quotes`: what arrives after a redaction ends as what was stored
before it, in any order.
"""

from __future__ import annotations

from collections.abc import Sequence

from ..transaction import Transaction
from .names import named_among, remembered_shapes
from .quotes import StoredEvent, Wanted, can_quote, concealed, left_of, quotes_in_event


def kept_of(tx: Transaction, events: Sequence[StoredEvent]) -> list[StoredEvent | None]:
    """What may be kept of each of *events*: the same where it quotes nothing redacted, otherwise
    without what it quotes; None where nothing may be kept."""
    shapes = remembered_shapes(tx) if any(can_quote(said.type) for said in events) else None
    if not shapes:
        return list(events)
    names = [quotes_in_event(said, shapes) for said in events]
    wanted = Wanted(frozenset(named_among(tx, set[bytes]().union(*names))), shapes)
    return [
        left_of(said, wanted) if wanted.among(quoted) else said
        for said, quoted in zip(events, names, strict=True)
    ]


def identities(type_: str, source: str, id_: str) -> list[tuple[str, str]]:
    """The sources and ids under which an event may be stored: its own, and those with what quotes
    concealed, since what they quote may be redacted no more."""
    if not can_quote(type_):
        return [(source, id_)]
    return [
        (either, each) for either in (source, concealed(source)) for each in (id_, concealed(id_))
    ]
