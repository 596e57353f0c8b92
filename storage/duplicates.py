"""Which events were stored before: by source and id, and whether with the same content.

An event that quoted something secret stands under other identities, and is recognised by each. It
must never compare anything but digests.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from ..rules.events import Event
from .secrecy.withholding import identities
from .transaction import Transaction


def known_digests(tx: Transaction, events: Sequence[Event]) -> dict[tuple[str, str], bytes]:
    """The SHA-256 of stored events that *events* may be repeats of, by their source and id."""
    # Not left to the unique index, whose error has the server log the source and the id.
    tx.engine.hold("\0".join(event.key) for event in events)
    rows = tx.rows_among(
        "SELECT source, event_id, sha256 FROM event WHERE {among}",
        "event_id",
        {id_ for event in events for _, id_ in identities(event.type, *event.key)},
    )
    return {(source, id_): sha256 for source, id_, sha256 in rows}


def stored_as(event: Event, known: Collection[tuple[str, str]]) -> tuple[str, str] | None:
    """The source and id among *known* under which *event* is stored; None where under none."""
    return next((key for key in identities(event.type, *event.key) if key in known), None)


def is_stored_so(tx: Transaction, key: tuple[str, str], body: bytes) -> bool:
    """Whether the stored event of source and id *key* has these bytes now: of one that quoted
    something secret, they are not what its digest is of."""
    rows = tx.rows("SELECT body FROM event WHERE source=%s AND event_id=%s", *key)
    return any(bytes(stored) == body for (stored,) in rows)


def count_conflicts(tx: Transaction, conflicts: Sequence[tuple[tuple[str, str], bytes]]) -> None:
    """Count, with the stored event of each source and id, that it came with another content, of
    this SHA-256; the same content again counts no more."""
    for key, sha256 in sorted(conflicts):
        fresh = tx.touch(
            "INSERT INTO conflict (event, sha256)"
            " SELECT id, %s FROM event WHERE source=%s AND event_id=%s ON CONFLICT DO NOTHING",
            sha256,
            *key,
        )
        if fresh > 0:
            tx.run("UPDATE event SET conflicts=conflicts+1 WHERE source=%s AND event_id=%s", *key)
