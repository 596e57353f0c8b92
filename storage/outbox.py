"""Reminders on their way to the broker: what is decided, leased by a relay, published, gone.

A row is taken under a lease, and every later word about it must show the lease's token, so that
a relay that was held up cannot speak for one that took over. Nothing here publishes.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from .catch_ups import digests_of, reopen
from .database import Store
from .engines.engine import Row
from .publications import Publication, new_token, remember
from .tables.forms import from_micros, to_micros
from .transaction import Transaction
from .withdrawing import look_again_unless_held

_ASTRAY = timedelta(minutes=5)
"""No two clocks that are right differ by so much."""


@dataclass(frozen=True, slots=True)
class LeasedReminder:
    """A reminder as it is to be published. ``id`` names the row, ``message_id`` the message,
    ``addressed`` the code of the body that it goes to; ``decided_at`` is aware."""

    id: int
    message_id: str
    routing_key: str
    body: bytes
    decided_at: datetime
    addressed: str


@dataclass(frozen=True, slots=True)
class Lease:
    """Reminders that one relay alone may publish until the lease runs out; whether it may be
    ``remembered`` that they are about to be sent."""

    token: str
    messages: tuple[LeasedReminder, ...]
    remembered: bool


@dataclass(frozen=True, slots=True)
class Unsent:
    """A decided reminder that is not published; ``decided_at`` is aware."""

    id: int
    obligation: str
    step: str
    body: str
    decided_at: datetime


@dataclass(frozen=True, slots=True)
class Pending:
    """What waits to be published, open digests of the first start with it; ``oldest`` is since when
    the first of it is in the outbox."""

    count: int
    oldest: datetime | None


def lease(
    store: Store,
    now: datetime,
    limit: int,
    seconds: float,
    publication: Publication | None = None,
) -> Lease:
    """Take at most *limit* unpublished reminders, oldest first, that nobody holds at the aware
    time *now*. Another relay may take them after *seconds*; a lease that runs much longer was
    taken by a clock that was wrong, and binds nobody.

    That they are about to be sent, as *publication*, is remembered in the same transaction."""
    token = new_token() if publication is None else publication.token
    until = now + timedelta(seconds=seconds)
    remembered = False

    def take(tx: Transaction) -> Lease:
        nonlocal remembered
        rows = tx.rows(
            "SELECT id, message_id, routing_key, body, created_at,"
            " (SELECT r.body FROM reminder r WHERE r.id = outbox.reminder) FROM outbox"
            " WHERE published_at IS NULL"
            " AND (lease_until IS NULL OR lease_until <= %s OR lease_until > %s)"
            " ORDER BY id LIMIT %s" + tx.engine.skip_locked,
            to_micros(now),
            to_micros(now + timedelta(seconds=seconds) + _ASTRAY),
            limit,
        )
        tx.run_among(
            "UPDATE outbox SET lease_until=%s, lease_token=%s WHERE {among}",
            "id",
            [row[0] for row in rows],
            to_micros(until),
            token,
        )
        if rows and publication is not None:
            # Also where it is done again and finds nothing: the commit may only have gone unheard.
            remembered = True
            remember(tx, publication)
        messages = tuple(
            LeasedReminder(id_, message_id, routing_key, body, from_micros(created_at), addressed)
            for id_, message_id, routing_key, body, created_at, addressed in rows
        )
        return Lease(token, messages, remembered)

    return store.transact(take)


def mark_published(store: Store, token: str, ids: Collection[int], now: datetime) -> int:
    """The broker has confirmed *ids*, which the ledger remembers for good; gives how many were
    still leased under *token*."""

    def mark(tx: Transaction) -> int:
        held = _held(tx, token, ids)
        rows = tx.rows_among("SELECT reminder FROM outbox WHERE {among}", "id", held)
        reminders = [reminder for (reminder,) in rows]
        digests = set(digests_of(tx, reminders).values())
        for column, values in (("id", reminders), ("catch_up", digests)):
            tx.run_among(
                "UPDATE reminder SET published_at=%s WHERE {among}", column, values, to_micros(now)
            )
        return tx.touch_among(
            "UPDATE outbox SET published_at=%s, lease_until=NULL, lease_token=NULL WHERE {among}",
            "id",
            held,
            to_micros(now),
        )

    return store.transact(mark)


def release(store: Store, token: str, ids: Collection[int]) -> int:
    """Give *ids* back unpublished, so that a relay may take them at once."""

    def give_back(tx: Transaction) -> int:
        held = _held(tx, token, ids)
        return tx.touch_among(
            "UPDATE outbox SET lease_until=NULL, lease_token=NULL WHERE {among}", "id", held
        )

    return store.transact(give_back)


def return_to_decision(store: Store, token: str, ids: Collection[int], on: date) -> int:
    """Undo the decision to send *ids*, which may no longer be right when they could go out: the
    scheduler looks at their obligations again on the day *on*. Gives how many went back.

    What another transaction is working on is left as it is until the lease runs out.
    """

    def undo(tx: Transaction) -> int:
        held = _held(tx, token, ids)
        rows = tx.rows_among(
            "SELECT id, reminder, obligation FROM outbox WHERE {among}", "id", held
        )
        # A digest is worded anew; that it tells of what it does was right.
        digests = digests_of(tx, [row[1] for row in rows])
        reopen(tx, set(digests.values()))
        rows = [row for row in rows if row[1] not in digests]
        # Obligations are locked before their outbox rows everywhere; here the order is the
        # other way round, so this one must not wait.
        free = look_again_unless_held(tx, {row[2] for row in rows}, on)
        there = tx.rows_among(
            "SELECT id FROM obligation WHERE {among}", "id", {row[2] for row in rows}
        )
        # A database that was moved may have brought some that the law here does not give.
        gone = {row[2] for row in rows}.difference(id_ for (id_,) in there)
        undone = [row for row in rows if row[2] in free | gone]
        tx.run_among("DELETE FROM reminder WHERE {among}", "id", [row[1] for row in undone])
        tx.run_among("DELETE FROM outbox WHERE {among}", "id", [row[0] for row in undone])
        return len(undone) + len(digests)

    return store.transact(undo)


def newest_unsent(tx: Transaction) -> int:
    """The last row of the outbox that is not published; 0 where none is."""
    ((last,),) = tx.rows("SELECT MAX(id) FROM outbox WHERE published_at IS NULL")
    return last or 0


def unsent_between(tx: Transaction, after: int, last: int, limit: int) -> list[Unsent]:
    """The next *limit* unpublished reminders behind the row *after*, up to the row *last*."""
    rows = tx.rows(
        "SELECT o.id, o.obligation, r.step, r.body, r.decided_at"
        " FROM outbox o JOIN reminder r ON r.id = o.reminder"
        " WHERE o.published_at IS NULL AND r.catch_up IS NULL AND o.id > %s AND o.id <= %s"
        " ORDER BY o.id LIMIT %s",
        after,
        last,
        limit,
    )
    return [_unsent(row) for row in rows]


def gathered_after(tx: Transaction, after: int, limit: int) -> list[Unsent]:
    """The next *limit* reminders behind the row *after* of the ledger that wait in a digest."""
    rows = tx.rows(
        "SELECT id, obligation, step, body, decided_at FROM reminder"
        " WHERE catch_up IS NOT NULL AND published_at IS NULL AND id > %s ORDER BY id LIMIT %s",
        after,
        limit,
    )
    return [_unsent(row) for row in rows]


def _unsent(row: Row) -> Unsent:
    id_, obligation, step, body, decided_at = row
    return Unsent(id_, obligation, step, body, from_micros(decided_at))


def pending(tx: Transaction) -> Pending:
    """What waits to be published."""
    ((count, oldest),) = tx.rows(
        "SELECT COUNT(*), MIN(created_at) FROM outbox WHERE published_at IS NULL"
    )
    ((digests,),) = tx.rows("SELECT COUNT(*) FROM catch_up WHERE closed_at IS NULL")
    return Pending(count + digests, None if oldest is None else from_micros(oldest))


def forget_published(store: Store, before: datetime, limit: int) -> int:
    """Delete at most *limit* reminders that were published before *before*; the ledger keeps
    that they were. Gives how many, so that the caller can go on while it is *limit*."""

    def forget(tx: Transaction) -> int:
        rows = tx.rows(
            "SELECT id FROM outbox WHERE published_at IS NOT NULL AND published_at < %s"
            f" ORDER BY published_at LIMIT %s{tx.engine.skip_locked}",
            to_micros(before),
            limit,
        )
        return tx.touch_among("DELETE FROM outbox WHERE {among}", "id", [id_ for (id_,) in rows])

    return store.transact(forget)


def _held(tx: Transaction, token: str, ids: Collection[int]) -> list[int]:
    """Those of *ids* that *token* still holds, locked."""
    rows = tx.rows_among(
        f"SELECT id, lease_token FROM outbox WHERE {{among}} ORDER BY id{tx.engine.for_update}",
        "id",
        ids,
    )
    return [id_ for id_, holder in rows if holder == token]
