"""Why something that HSCV has is not stored here though it was not lost: its subject is secret, its
message was refused, or its rows were archived; and of which rows of a list no word may be told.

Of what is secret only digests are known, and they alone are compared. Nothing here writes.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence

from ..rules.document_names import writings
from ..rules.event_types import EVENT_TYPES
from ..rules.reading.own_list import OwnEntry
from ..rules.streams import DOCUMENTS, key_of, kind_of
from .archived import archived_among
from .reconciling import AT_ONCE, in_pieces
from .secrecy.first_stage import redacted_among
from .secrecy.folding import Shape
from .secrecy.names import named_among, remembered_shapes
from .secrecy.quotes import concealed, name_listed, names_from, quotes_in
from .tables.indexes import KNOWN_KINDS
from .transaction import Transaction

REDACTED, REJECTED, ARCHIVED = "redacted", "rejected", "archived"


def why_not_stored(
    tx: Transaction, entries: Iterable[OwnEntry], *, of_events: bool
) -> dict[int, str]:
    """By the rows of *entries* of which nothing is stored: REDACTED, REJECTED or ARCHIVED, where it
    is one of these. A name that something secret goes by as well is taken for its name."""
    shapes = remembered_shapes(tx)
    refused = _refused_ids(tx) if of_events else frozenset()
    archived = _ArchivedNames(tx)
    found: dict[int, str] = {}
    for piece in in_pieces(entries):
        keys = {entry.row: _keys(entry, of_events) for entry in piece}
        wanted = {key for each in keys.values() for key in each}
        secret, gone = redacted_among(tx, wanted), archived_among(tx, wanted)
        names = {entry.row: _names(entry, of_events, shapes) for entry in piece}
        digests = {digest for each in names.values() for digest in each}
        named = named_among(tx, digests) if shapes else set()
        hidden = _concealed(tx, piece) if shapes and of_events else set()
        for entry in piece:
            row = entry.row
            if not secret.isdisjoint(keys[row]) or row in hidden:
                found[row] = REDACTED
            elif entry.id in refused:
                found[row] = REJECTED
            elif not gone.isdisjoint(keys[row]):
                found[row] = ARCHIVED
            elif not named.isdisjoint(names[row]):
                found[row] = REDACTED
            elif not of_events and archived.has(entry):
                found[row] = ARCHIVED
    return found


def secret_among(
    tx: Transaction, entries: Iterable[OwnEntry], *, of_events: bool
) -> frozenset[int]:
    """The rows of *entries* that are of something secret, or quote a name of it wherever: nothing
    that stands in them may be told."""
    shapes = remembered_shapes(tx)
    found: set[int] = set()
    for piece in in_pieces(entries):
        keys = {entry.row: _keys(entry, of_events) for entry in piece}
        secret = redacted_among(tx, {key for each in keys.values() for key in each})
        names = {entry.row: _quoted(entry, shapes) for entry in piece}
        named = named_among(tx, {digest for each in names.values() for digest in each})
        found.update(row for row, each in keys.items() if not secret.isdisjoint(each))
        found.update(row for row, each in names.items() if not named.isdisjoint(each))
    return frozenset(found)


def without_ids(tx: Transaction) -> tuple[int, int]:
    """How many subjects are redacted, and how many archived: of neither any id of an event is
    known."""
    ((redacted,),) = tx.rows("SELECT COUNT(*) FROM redaction")
    ((archived,),) = tx.rows("SELECT COUNT(*) FROM archived_stream WHERE whole=%s", True)
    return int(redacted), int(archived)


def _keys(entry: OwnEntry, of_events: bool) -> list[str]:
    """The streams that *entry* may be of."""
    if entry.subject is None:
        return []
    if not of_events:
        return [key_of(DOCUMENTS, entry.subject)]
    kinds = [kind_of(entry.type)] if entry.type in EVENT_TYPES else [*KNOWN_KINDS]
    return [key_of(kind, entry.subject) for kind in kinds]


def _names(entry: OwnEntry, of_events: bool, shapes: frozenset[Shape]) -> set[bytes]:
    """The digests of the names by which *entry* may name something secret."""
    if not shapes:
        return set()
    if of_events:
        symbol = _digests(writings(entry.symbol or ""))
        return symbol | quotes_in([entry.id, entry.source], shapes)
    return _digests(_called(entry))


def _quoted(entry: OwnEntry, shapes: frozenset[Shape]) -> set[bytes]:
    """The digests of all that stands in *entry* and may be a name of something secret."""
    said = (entry.id, entry.source, entry.type, entry.reason)
    return quotes_in(said, shapes) | quotes_in(_called(entry), shapes, naming=True)


def _called(entry: OwnEntry) -> list[str]:
    """What *entry* calls that which it is of; a symbol, which may stand in place of the subject,
    with whatever zeros before its number."""
    if entry.symbol is None:
        return writings(entry.subject or "")
    return [*writings(entry.symbol), entry.subject or ""]


def _digests(names: Iterable[str]) -> set[bytes]:
    return {each.digest for name in names for each in names_from(name)}


def _refused_ids(tx: Transaction) -> frozenset[str]:
    """The ids of messages that were refused unread."""
    found: set[str] = set()
    last = 0
    while rows := tx.rows(
        "SELECT id, event_id FROM rejection WHERE id > %s AND event_id IS NOT NULL"
        " ORDER BY id LIMIT %s",
        last,
        AT_ONCE,
    ):
        last = rows[-1][0]
        found.update(id_ for _, id_ in rows)
    return frozenset(found)


def _concealed(tx: Transaction, entries: Sequence[OwnEntry]) -> set[int]:
    """The rows of *entries* whose event is stored under a digest of its id, since that quotes
    something secret."""
    digests = {concealed(entry.id): entry for entry in entries if entry.id is not None}
    rows = tx.rows_among("SELECT event_id, source FROM event WHERE {among}", "event_id", digests)
    return {
        digests[id_].row
        for id_, source in rows
        if (said := digests[id_].source) is None or source in (said, concealed(said))
    }


class _ArchivedNames:
    """The names that archived documents go by, read when they are first asked for."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx
        self._digests: set[bytes] | None = None

    def has(self, entry: OwnEntry) -> bool:
        """Whether an archived document goes by the symbol of *entry*, or its subject."""
        if self._digests is None:
            self._digests = self._read()
        if not self._digests:
            return False
        return not self._digests.isdisjoint(_digests(_called(entry)))

    def _read(self) -> set[bytes]:
        found: set[bytes] = set()
        last = ""
        while rows := self._tx.rows(
            "SELECT stream, names FROM archived_stream WHERE whole=%s AND stream > %s"
            " ORDER BY stream LIMIT %s",
            True,
            last,
            AT_ONCE,
        ):
            last = rows[-1][0]
            found.update(
                name_listed(each).digest for _, names in rows for each in json.loads(names)
            )
        return found
