"""Takes decisions to remind back that nobody has heard of yet, and has them decided anew.

Who is told, and in which words, follows from what is stored when it is decided; what waits to go
out, in the outbox or in a digest of the first start, is taken back when that changes. Nothing here
decides.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date

from .catch_ups import take_out
from .tables.forms import day_text
from .transaction import Transaction

Retold = tuple[int, str | None]
"""A stream's row and a task of it; None: all of the stream."""

_WAITING = (
    "(EXISTS (SELECT 1 FROM outbox x WHERE x.obligation = o.id AND x.published_at IS NULL)"
    " OR EXISTS (SELECT 1 FROM reminder r WHERE r.obligation = o.id"
    " AND r.catch_up IS NOT NULL AND r.published_at IS NULL))"
)
"""Of an obligation: that a reminder of it is decided, and no broker has it."""


def withdraw(tx: Transaction, obligations: Sequence[str]) -> None:
    """Take back every reminder of *obligations* that is not published yet, the decision with
    it: what was decided about other dates is to be decided anew.

    One that a relay has in hand may still go out, and once more after the new decision, with
    the same id.
    """
    rows = tx.rows_among(
        "SELECT id, reminder FROM outbox WHERE published_at IS NULL AND {among} ORDER BY id"
        + tx.engine.for_update,
        "obligation",
        obligations,
    )
    take_out(tx, obligations)
    tx.run_among("DELETE FROM reminder WHERE {among}", "id", [row[1] for row in rows])
    tx.run_among("DELETE FROM outbox WHERE {among}", "id", [row[0] for row in rows])


def decide_anew(tx: Transaction, obligations: Collection[str], on: date) -> None:
    """Withdraw what is not published of *obligations*, which the scheduler looks at again on the
    day *on*."""
    tx.rows_among(
        f"SELECT id FROM obligation WHERE {{among}} ORDER BY id{tx.engine.for_update}",
        "id",
        obligations,
    )
    withdraw(tx, sorted(obligations))
    look_again(tx, obligations, on)


def look_again(tx: Transaction, obligations: Collection[str], on: date) -> None:
    """Put *obligations*, as far as they are open on the day *on*, before the scheduler then."""
    tx.run_among(
        "UPDATE obligation SET next_reminder_on=%s"
        " WHERE (closed_on IS NULL OR closed_on > %s) AND {among}",
        "id",
        obligations,
        day_text(on),
        day_text(on),
    )


def look_again_unless_held(tx: Transaction, obligations: Collection[str], on: date) -> set[str]:
    """The same for those of *obligations* that no other transaction is working on, whose own doing
    is to look at them; gives these. For who already holds what is behind obligations everywhere
    else, and so must not wait for them."""
    rows = tx.rows_among(
        f"SELECT id FROM obligation WHERE {{among}} ORDER BY id{tx.engine.skip_locked}",
        "id",
        obligations,
    )
    free = {id_ for (id_,) in rows}
    look_again(tx, free, on)
    return free


def waiting_about(tx: Transaction, retold: Collection[Retold]) -> set[str]:
    """The ids of the obligations about what is *retold* of which a reminder waits to go out. Those
    of these streams are held: who decides about one at this moment is waited for."""
    streams = {stream for stream, _ in retold}
    tx.rows_among(
        "SELECT id FROM obligation WHERE next_reminder_on IS NOT NULL AND {among}"
        f" ORDER BY id{tx.engine.for_update}",
        "stream_id",
        streams,
    )
    rows = tx.rows_among(
        f"SELECT o.id, o.stream_id, o.task_id FROM obligation o WHERE {_WAITING} AND {{among}}",
        "o.stream_id",
        streams,
    )
    return {
        id_
        for id_, stream, task in rows
        if (stream, None) in retold or (task is not None and (stream, task) in retold)
    }
