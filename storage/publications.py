"""What is on its way to the broker: which process handed messages over, and has no answer yet.

Whoever erases a subject must not call it erased while a message about it can still come out. Rows
of the outbox are gone by then; these stay until the broker has answered or is known to have done
with the connection. They hold no word of any message.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from .database import Store
from .tables.forms import from_micros, to_micros
from .tables.models import PublicationRow
from .transaction import Transaction

_COLUMNS = ("token", "connection", "until")


@dataclass(frozen=True, slots=True)
class Publication:
    """Messages that were handed over on one *connection* to the broker, by the name that the
    publisher gave it; none of them is sent after the aware time *until*."""

    token: str
    connection: str
    until: datetime


def new_token() -> str:
    """A name for what is about to be handed over."""
    return uuid4().hex


def remember(tx: Transaction, publication: Publication) -> None:
    """Write that messages are about to be handed over; before the first of them is."""
    row = (publication.token, publication.connection, to_micros(publication.until))
    tx.engine.ensure(PublicationRow, _COLUMNS, [row])


def forget(store: Store, tokens: Collection[str]) -> None:
    """The broker has answered all of it, or can get nothing more of it."""

    def work(tx: Transaction) -> None:
        if _delete(tx, tokens) < len(tokens):
            # One whose commit went unheard may come in yet: to write the same waits for it.
            rows = [(token, "", 0) for token in sorted(tokens)]
            tx.engine.ensure(PublicationRow, _COLUMNS, rows)
            _delete(tx, tokens)

    store.transact(work)


def _delete(tx: Transaction, tokens: Collection[str]) -> int:
    return tx.touch_among("DELETE FROM publication WHERE {among}", "token", tokens)


def still_open(store: Store) -> list[Publication]:
    """Everything that nobody has forgotten yet, the oldest first."""
    rows = store.read(
        lambda tx: tx.rows("SELECT token, connection, until FROM publication ORDER BY until, token")
    )
    return [Publication(token, connection, from_micros(until)) for token, connection, until in rows]
