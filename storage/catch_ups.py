"""The rows of the digests of the first start: which one of a body is open, what leaves it, and what
is taken back when something of it becomes secret.

An open digest is no message yet. One that is closed stands in the outbox, by its message id. What
either tells of are rows of the ledger. Nothing here decides or writes words (`catching_up`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, datetime, time, timedelta

from ..rules.events import LOCAL
from .publications import new_token
from .tables.forms import to_micros
from .transaction import Transaction


def open_digest(tx: Transaction, body: str, begun_at: int, changed_at: int) -> str:
    """The token of the digest of *body* that is open, held until the transaction ends; one that was
    begun at *begun_at*, both in microseconds, where none was."""
    ((token,),) = tx.rows(
        "INSERT INTO catch_up (token, body, begun_at, changed_at, recalled)"
        " VALUES (%s, %s, %s, %s, %s)"
        " ON CONFLICT (body) WHERE closed_at IS NULL"
        " DO UPDATE SET changed_at=excluded.changed_at RETURNING token",
        new_token(),
        body,
        begun_at,
        changed_at,
        False,
    )
    return str(token)


def bodies_told_on(tx: Transaction, day: date) -> frozenset[str]:
    """The bodies whose digest was closed on the local *day*."""
    midnight = datetime.combine(day, time(), LOCAL)
    rows = tx.rows(
        "SELECT body FROM catch_up WHERE closed_at >= %s AND closed_at < %s",
        to_micros(midnight),
        to_micros(midnight + timedelta(days=1)),
    )
    return frozenset(body for (body,) in rows)


def take_out(tx: Transaction, obligations: Collection[str]) -> None:
    """Undo the decision to tell of *obligations*, where no broker has the digest yet: what was
    closed with them is open again."""
    rows = tx.rows_among(
        "SELECT id, catch_up FROM reminder WHERE catch_up IS NOT NULL AND published_at IS NULL"
        " AND {among}",
        "obligation",
        obligations,
    )
    tx.run_among("DELETE FROM reminder WHERE {among}", "id", [id_ for id_, _ in rows])
    reopen(tx, {token for _, token in rows})


def digests_of(tx: Transaction, reminders: Iterable[int]) -> dict[int, str]:
    """The digest in which each of *reminders*, rows of the ledger, is told, where it is in one."""
    return dict(
        tx.rows_among(
            "SELECT id, catch_up FROM reminder WHERE catch_up IS NOT NULL AND {among}",
            "id",
            reminders,
        )
    )


def reopen(tx: Transaction, tokens: Collection[str]) -> None:
    """Take the messages of those of the digests *tokens* that are closed out of the outbox; what
    they tell of waits in the open digest of their body."""
    for token, body, begun_at, changed_at, message_id in _closed(tx, tokens):
        tx.run("DELETE FROM outbox WHERE message_id=%s", message_id)
        _move(tx, token, body, begun_at, changed_at)
        tx.run("DELETE FROM catch_up WHERE token=%s", token)


def _closed(tx: Transaction, tokens: Collection[str]) -> list[tuple[str, str, int, int, str]]:
    rows = tx.rows_among(
        "SELECT token, body, begun_at, changed_at, message_id FROM catch_up"
        f" WHERE closed_at IS NOT NULL AND {{among}} ORDER BY token{tx.engine.for_update}",
        "token",
        tokens,
    )
    return [(token, body, begun, changed, id_) for token, body, begun, changed, id_ in rows]


def _move(tx: Transaction, token: str, body: str, begun_at: int, changed_at: int) -> None:
    if tx.rows("SELECT 1 FROM reminder WHERE catch_up=%s LIMIT 1", token):
        tx.run(
            "UPDATE reminder SET catch_up=%s, published_at=NULL WHERE catch_up=%s",
            open_digest(tx, body, begun_at, changed_at),
            token,
        )


def recall(tx: Transaction, streams: Collection[int]) -> None:
    """What is told of *streams* has become secret: it goes from every digest. One that no broker
    has is made anew without it; the messages of closed ones are remembered, so that they are found
    in queues (`Sought`)."""
    rows = tx.rows_among(
        "SELECT catch_up, published_at FROM reminder WHERE catch_up IS NOT NULL AND {among}",
        "stream_id",
        streams,
    )
    tx.run_among(
        "DELETE FROM reminder WHERE catch_up IS NOT NULL AND {among}", "stream_id", streams
    )
    published = {token for token, at in rows if at is not None}
    for token, body, begun_at, changed_at, message_id in _closed(tx, {token for token, _ in rows}):
        tx.run("DELETE FROM outbox WHERE message_id=%s", message_id)
        if token not in published:
            _move(tx, token, body, begun_at, changed_at)
        tx.run("UPDATE catch_up SET recalled=%s, words=NULL WHERE token=%s", True, token)


def recalled_messages(tx: Transaction) -> frozenset[str]:
    """The ids of the messages that are to be taken out of queues."""
    rows = tx.rows("SELECT message_id FROM catch_up WHERE recalled")
    return frozenset(message_id for (message_id,) in rows)


def tell_again(tx: Transaction, messages: Collection[str]) -> None:
    """Nobody has read *messages*, which were taken out of a queue: what is left of them is told
    anew."""
    rows = tx.rows_among(
        "SELECT token, body, begun_at, changed_at FROM catch_up WHERE recalled AND {among}",
        "message_id",
        messages,
    )
    for row in sorted(rows):
        _move(tx, *row)


def recalled_everywhere(tx: Transaction, messages: Collection[str]) -> None:
    """No queue has any of *messages* any more."""
    tx.run_among("UPDATE catch_up SET recalled=%s WHERE {among}", "message_id", messages, False)
