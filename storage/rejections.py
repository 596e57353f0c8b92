"""Messages that were not taken in: how often one was tried, and what may be remembered of one
that was refused.

Nothing here may hold a word of a message: a digest, a size and a reason are all there is.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from .database import Store
from .secrecy.names import named_among, remembered_shapes
from .secrecy.quotes import quotes_in
from .tables.forms import to_micros
from .tables.models import RejectionRow
from .transaction import Transaction


class Doubtful(Protocol):
    """A message whose secrecy is not established; ``size`` in bytes, ``event_id`` only where it
    can be read without a doubt."""

    @property
    def reason(self) -> str: ...
    @property
    def event_id(self) -> str | None: ...
    @property
    def size(self) -> int: ...
    @property
    def sha256(self) -> bytes: ...


def tries_of(store: Store, sha256: bytes) -> int:
    """How often a message was about to be handled alone without coming to an end."""
    rows = store.read(lambda tx: tx.rows("SELECT tries FROM attempt WHERE sha256=%s", sha256))
    return int(rows[0][0]) if rows else 0


def remember_tries(store: Store, sha256: bytes, tries: int) -> None:
    """Remember, before a message is handled alone for the time of that number, that it is about to
    be; or, by the number before, that it came to no end without its own doing."""
    store.transact(
        lambda tx: tx.run(
            "INSERT INTO attempt (sha256, tries) VALUES (%s, %s)"
            " ON CONFLICT (sha256) DO UPDATE SET tries=EXCLUDED.tries",
            sha256,
            tries,
        )
    )


def forget_tries(store: Store, sha256: bytes) -> None:
    """The message has come to an end: its tries count no more."""
    store.transact(lambda tx: tx.run("DELETE FROM attempt WHERE sha256=%s", sha256))


def reject(
    store: Store, refused: Sequence[Doubtful], received_at: datetime, *, repeats: bool = False
) -> None:
    """Keep a record of each message in *refused*, received at the aware time *received_at*.

    A message that comes again, as after a crash, is recorded again, but not where *repeats* are
    to be expected. An id that quotes something redacted is left out.
    """
    received = to_micros(received_at)
    columns = ("reason", "event_id", "size", "sha256", "received_at")
    once = False

    def write(tx: Transaction) -> None:
        nonlocal once
        shapes = remembered_shapes(tx)
        names = [quotes_in(each.event_id, shapes) for each in refused]
        redacted = named_among(tx, set[bytes]().union(*names))
        # Done once more, it may have been committed before.
        known = _recorded(tx, refused, None if repeats else received) if repeats or once else set()
        once = True
        rows = [
            (
                each.reason,
                each.event_id if redacted.isdisjoint(quoted) else None,
                each.size,
                each.sha256,
                received,
            )
            for each, quoted in zip(refused, names, strict=True)
            if (each.sha256, each.reason) not in known
        ]
        tx.insert(RejectionRow, columns, rows)

    store.transact(write)


def _recorded(
    tx: Transaction, refused: Sequence[Doubtful], received: int | None
) -> set[tuple[bytes, str]]:
    """Digest and reason of each record that there is of one of *refused*, received then or (None)
    at any time."""
    # By the size, since digests are bytes, of which a list cannot be asked for on SQLite.
    rows = tx.rows_among(
        "SELECT sha256, reason, received_at FROM rejection WHERE {among}",
        "size",
        {each.size for each in refused},
    )
    return {(bytes(sha256), reason) for sha256, reason, at in rows if received in (None, at)}


def count_rejections(tx: Transaction) -> int:
    """How many such records are kept."""
    ((count,),) = tx.rows("SELECT COUNT(*) FROM rejection")
    return int(count)
