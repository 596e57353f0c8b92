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

from ..rules.calendar import OutsideCoverage
from ..rules.events import local_date
from ..rules.law import Law
from ..rules.moments import so_far
from ..rules.obligations import OPEN, OVERDUE, Obligation
from ..rules.reminding.addressees import roles_of
from ..rules.reminding.catch_up import CaughtUp, catch_up_event, catch_up_key
from ..rules.reminding.reminder import Reminder
from ..rules.wording import Texts
from .catch_ups import bodies_told_on
from .database import Store
from .engines.engine import Row
from .reminder_ledger import OUTBOX_COLUMNS, coordinating_in
from .tables.forms import day_of, from_micros, to_json, to_micros
from .tables.models import OutboxRow
from .tables.rows import OBLIGATION_COLUMNS, obligation_of
from .transaction import Transaction
from .withdrawing import look_again_unless_held

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
    settled = settled or local_date(later) != today or not _is_open(later, law)
    told = bodies_told_on(tx, today)
    return [
        token
        for token, body, begun_at, _ in rows
        if (settled or abs(now - from_micros(begun_at)) >= LONGEST)
        and body not in told
        and law.policy.quiet(today, body) is None
    ]


def _is_open(later: datetime, law: Law) -> bool:
    """Whether anything may go out at the aware time *later*; nothing does beyond the calendar."""
    try:
        return law.policy.window.is_open(later, law.calendar)
    except OutsideCoverage:
        return False


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
    """What the digest *token* tells of; what nobody asks its body for any more on *today* leaves
    it, and is decided anew: it may be for somebody else by now."""
    columns = ", ".join(f"o.{name}" for name in OBLIGATION_COLUMNS)
    rows = tx.rows(
        f"SELECT r.id, r.step, r.target, r.occurrence, r.role, r.body, {columns} FROM reminder r"
        " LEFT JOIN obligation o ON o.id = r.obligation WHERE r.catch_up=%s ORDER BY r.id",
        token,
    )
    owed = {row[0]: obligation_of(row[6:], "") for row in rows if row[6] is not None}
    coordinating = coordinating_in(tx, {row[7] for row in rows if row[0] in owed}, today)
    told = []
    for row in rows:
        obligation = owed.get(row[0])
        if obligation is None:
            continue
        others = [b for b in coordinating[row[7], obligation.task_id] if b != obligation.body]
        if _is_asked(obligation, row[4], row[5], others, law, today):
            told.append(_told(row, obligation, law, texts, today))
    gone = {row[0] for row in rows}.difference(each.id for each in told)
    tx.run_among("DELETE FROM reminder WHERE {among}", "id", gone)
    look_again_unless_held(tx, {owed[id_].id for id_ in gone if id_ in owed}, today)
    return told


def _is_asked(
    obligation: Obligation,
    role: str,
    body: str,
    coordinating: Sequence[str],
    law: Law,
    today: date,
) -> bool:
    """Whether *body* is asked for *obligation* on *today*, in its *role*."""
    if obligation.state(today) not in (OPEN, OVERDUE) or obligation.unasked(today) is not None:
        return False
    return role in roles_of(body, obligation, coordinating, law.policy, law.directory, today)


def _told(row: Row, obligation: Obligation, law: Law, texts: Texts, today: date) -> _Told:
    id_, step, target, occurrence, role, body = row[:6]
    reminder = Reminder(
        obligation.id, step, day_of(target or None), occurrence, role, body, occurrence, today
    )
    return _Told(id_, row[7], entry_of(reminder, obligation, law, texts, today))
