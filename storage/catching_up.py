"""Tells each body once of what had come before the first start: gathers what is decided so, and
makes one message of it when the past has stopped coming in.

HSCV's past arrives as it likes: a backlog drains for an hour, an operator replays a year. So a
digest stays open until nothing has joined any for a while; none waits for more than hours, nor over
the end of the publishing hours. A body has at most one a day. Nothing here publishes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from ..rules.events import local_date
from ..rules.law import Law
from ..rules.moments import so_far
from ..rules.obligations import OPEN, OVERDUE, Obligation
from ..rules.reminding.catch_up import CaughtUp, catch_up_event, catch_up_key
from ..rules.reminding.reminder import Reminder
from ..rules.wording import Texts
from .catch_ups import bodies_told_on
from .database import Store
from .engines.engine import Row
from .reminder_ledger import OUTBOX_COLUMNS
from .tables.forms import day_of, from_micros, to_json, to_micros
from .tables.models import OutboxRow
from .tables.rows import OBLIGATION_COLUMNS, obligation_of
from .transaction import Transaction

SETTLED = timedelta(minutes=5)
"""After so long without anything that joined, the past has come in."""
LONGEST = timedelta(hours=2)
"""The longest that a digest stays open in publishing hours."""


@dataclass(frozen=True, slots=True)
class _Told:
    """A row of the ledger that is told in a digest."""

    id: int
    stream: int
    entry: CaughtUp


def entry_of(
    reminder: Reminder, obligation: Obligation, law: Law, texts: Texts, on: date
) -> CaughtUp:
    """*reminder* of *obligation* as a digest tells it on the day *on*."""
    return CaughtUp(
        reminder.id,
        obligation.id,
        obligation.rule,
        reminder.role,
        obligation.due,
        obligation.state(on) == OVERDUE,
        texts.duty(law.names(obligation).rule),
    )


def close_digests(
    store: Store, law: Law, texts: Texts, now: datetime, stopping: Callable[[], bool]
) -> None:
    """Put every digest that need not wait any more at the aware time *now*, which lies in the
    publishing window, into the outbox. Raises `StorageError`."""
    for token in store.read(lambda tx: _ready(tx, law, now)):
        if stopping():
            return
        store.transact(lambda tx, token=token: _close(tx, token, law, texts, now))  # type: ignore[misc]


def _ready(tx: Transaction, law: Law, now: datetime) -> list[str]:
    rows = tx.rows(
        "SELECT token, body, begun_at, changed_at FROM catch_up WHERE closed_at IS NULL"
        " ORDER BY body"
    )
    if not rows:
        return []
    today, later = local_date(now), now + SETTLED
    newest = from_micros(max(changed_at for *_, changed_at in rows))
    # One of the two times may be by a clock that was wrong.
    settled = abs(now - newest) >= SETTLED
    settled = (
        settled or local_date(later) != today or not law.policy.window.is_open(later, law.calendar)
    )
    told = bodies_told_on(tx, today)
    return [
        token
        for token, body, begun_at, _ in rows
        if (settled or abs(now - from_micros(begun_at)) >= LONGEST)
        and body not in told
        and law.policy.quiet(today, body) is None
    ]


def _close(tx: Transaction, token: str, law: Law, texts: Texts, now: datetime) -> None:
    held = tx.rows(
        "SELECT body FROM catch_up WHERE token=%s AND closed_at IS NULL" + tx.engine.skip_locked,
        token,
    )
    if not held:
        return
    body: str = held[0][0]
    told = _told_in(tx, token, law, texts, so_far(now))
    if not told:
        tx.run("DELETE FROM catch_up WHERE token=%s", token)
        return
    entries = [each.entry for each in told]
    event = catch_up_event(body, entries, law.directory, texts, now)
    first, at = told[0], to_micros(now)
    about = (first.id, first.stream, first.entry.obligation)
    message = (event["id"], catch_up_key(body), to_json(event).encode(), at)
    tx.insert(OutboxRow, OUTBOX_COLUMNS, [(*about, *message)])
    tx.run(
        "UPDATE catch_up SET closed_at=%s, message_id=%s, words=%s WHERE token=%s",
        at,
        event["id"],
        event["data"]["text"],
        token,
    )


def _told_in(tx: Transaction, token: str, law: Law, texts: Texts, today: date) -> Sequence[_Told]:
    """What the digest *token* tells of; what nobody asks for any more on *today* leaves it."""
    columns = ", ".join(f"o.{name}" for name in OBLIGATION_COLUMNS)
    rows = tx.rows(
        f"SELECT r.id, r.step, r.target, r.occurrence, r.role, r.body, {columns} FROM reminder r"
        " LEFT JOIN obligation o ON o.id = r.obligation WHERE r.catch_up=%s ORDER BY r.id",
        token,
    )
    told = {row[0]: _told(row, law, texts, today) for row in rows}
    gone = [id_ for id_, each in told.items() if each is None]
    tx.run_among("DELETE FROM reminder WHERE {among}", "id", gone)
    return [each for each in told.values() if each is not None]


def _told(row: Row, law: Law, texts: Texts, today: date) -> _Told | None:
    id_, step, target, occurrence, role, body, *owed = row
    if owed[0] is None:
        return None
    obligation = obligation_of(tuple(owed), "")
    if obligation.state(today) not in (OPEN, OVERDUE) or obligation.unasked(today) is not None:
        return None
    reminder = Reminder(
        obligation.id, step, day_of(target or None), occurrence, role, body, occurrence, today
    )
    return _Told(id_, owed[1], entry_of(reminder, obligation, law, texts, today))
