"""Who was reminded: the ledger as people ask it, the newest first.

It tells what was decided and, as far as the database knows, what became of it: the broker's
confirmation is the last that dondoc hears of a reminder. What was withdrawn before it was sent is
not there. Nothing here writes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import partial

from ...rules.events import LOCAL, local_date
from ...rules.reminding.reminder import Reminder
from ..database import Store
from ..engines.engine import Row
from ..tables.forms import day_of, from_micros, to_micros
from ..transaction import Transaction

WAITING, ON_ITS_WAY, PUBLISHED = "waiting", "on_its_way", "published"
STATES = (WAITING, ON_ITS_WAY, PUBLISHED)
"""What becomes of a reminder: decided and in the outbox; in a relay's hands; confirmed by the
broker."""

_ONE_DAY = timedelta(days=1)
_AT_ONCE = 500
_SELECT = (
    "SELECT r.id, r.obligation, r.step, r.target, r.occurrence, r.role, r.body, r.decided_at,"
    " r.published_at, COALESCE(r.words, c.words), s.key, s.symbol, o.rule, o.subject, o.task_id,"
    " x.id, x.lease_until, r.catch_up, c.message_id"
    " FROM reminder r LEFT JOIN stream s ON s.id = r.stream_id"
    " LEFT JOIN obligation o ON o.id = r.obligation LEFT JOIN outbox x ON x.reminder = r.id"
    " LEFT JOIN catch_up c ON c.token = r.catch_up"
)
_ORDER = " ORDER BY r.decided_at DESC, r.id DESC LIMIT %s"
_ORDER_OF_FEW = " ORDER BY r.decided_at + 0 DESC, r.id DESC LIMIT %s"
"""For what is chosen by an index of its own, of which no database knows how few it finds: a sum
has no index that one could be led to walk along instead."""


@dataclass(frozen=True, slots=True)
class WantedReminders:
    """Which reminders are wanted: all that is given must hold.

    ``first`` and ``last``: local dates of the decision, both included. ``obligation``: an id or
    its beginning. ``streams``: rows of the table of streams; of none of them where it is empty.
    """

    body: str | None = None
    step: str | None = None
    obligation: str | None = None
    streams: tuple[int, ...] | None = None
    first: date | None = None
    last: date | None = None


@dataclass(frozen=True, slots=True)
class ToldReminder:
    """A reminder of the ledger; times are aware. ``published_at`` is None for one that was sent
    under a version that did not keep it. ``rule``, ``subject`` and ``task_id`` are None where the
    obligation is gone, ``words`` where they are no longer kept. ``message``: the id under which the
    broker has it, None while that is not settled. ``gathered``: told with others in the digest of
    the first start."""

    id: int
    reminder: Reminder
    state: str
    decided_at: datetime
    published_at: datetime | None
    words: str | None
    stream: str | None
    symbol: str | None
    rule: str | None
    subject: str | None
    task_id: str | None
    message: str | None
    gathered: bool


def reminders(
    store: Store, wanted: WantedReminders, now: datetime, limit: int | None
) -> Iterator[ToldReminder]:
    """At most *limit* reminders that are *wanted* (None: every one), the newest first, as they
    stand at the aware time *now*. Any number may be taken: a page is read at a time."""
    before: tuple[int, int] | None = None
    left = limit
    while left is None or left > 0:
        size = _AT_ONCE if left is None else min(left, _AT_ONCE)
        page = store.read(partial(_page, wanted=wanted, before=before, limit=size))
        yield from (_told(row, now) for row in page)
        if len(page) < size:
            return
        before = (page[-1][7], page[-1][0])
        left = None if left is None else left - size


def reminder_of(store: Store, id_: int, now: datetime) -> ToldReminder | None:
    """The reminder of the row *id_*."""
    rows = store.read(lambda tx: tx.rows(f"{_SELECT} WHERE r.id = %s", id_))
    return _told(rows[0], now) if rows else None


def _page(
    tx: Transaction, wanted: WantedReminders, before: tuple[int, int] | None, limit: int
) -> list[Row]:
    conditions: list[str] = []
    values: list[object] = []

    def where(condition: str, *given: object) -> None:
        conditions.append(condition)
        values.extend(given)

    if wanted.body is not None:
        where("r.body = %s", wanted.body)
    if wanted.step is not None:
        where("r.step = %s", wanted.step)
    if wanted.obligation is not None:
        # Ids are hexadecimal: whichever begins so lies between the two, in any collation.
        beginning = wanted.obligation
        where("r.obligation >= %s AND r.obligation < %s", beginning, f"{beginning}g")
    if wanted.streams is not None:
        where(tx.engine.among("r.stream_id"), tx.engine.listed(wanted.streams))
    if wanted.first is not None:
        where("r.decided_at >= %s", _midnight(wanted.first))
    if wanted.last is not None:
        where("r.decided_at < %s", _midnight(wanted.last + _ONE_DAY))
    if before is not None:
        where("(r.decided_at, r.id) < (%s, %s)", *before)
    text = f" WHERE {' AND '.join(conditions)}" if conditions else ""
    few = wanted.obligation is not None or wanted.streams is not None
    return tx.rows(f"{_SELECT}{text}{_ORDER_OF_FEW if few else _ORDER}", *values, limit)


def _told(row: Row, now: datetime) -> ToldReminder:
    id_, obligation, step, target, occurrence, role, body, decided, published, words, *about = row
    key, symbol, rule, subject, task_id, message, lease_until, digest, digest_message = about
    decided_at = from_micros(decided)
    on = local_date(decided_at)
    reminder = Reminder(
        obligation, step, day_of(target or None), occurrence, role, body, occurrence, on
    )
    if published is not None or (message is None and digest is None):
        state = PUBLISHED
    else:
        leased = lease_until is not None and lease_until > to_micros(now)
        state = ON_ITS_WAY if leased else WAITING
    published_at = None if published is None else from_micros(published)
    return ToldReminder(
        *(id_, reminder, state, decided_at, published_at, words),
        *(key, symbol, rule, subject, task_id),
        reminder.id if digest is None else digest_message,
        digest is not None,
    )


def _midnight(day: date) -> int:
    return to_micros(datetime.combine(day, time(), LOCAL))
