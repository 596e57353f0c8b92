"""The ledger of reminders: claims obligations to decide about, enters what was decided.

The ledger's uniqueness is the claim to send a reminder: of two instances that decide the same,
one writes. An entry and its outbox row are written together or not at all.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from ..rules.event_types import REQUESTED
from ..rules.events import local_date
from ..rules.obligations import Obligation
from ..rules.reminding.policy import COORDINATING
from ..rules.reminding.reminder import Reminder, Sent
from ..rules.reminding.snooze import Snooze
from .catch_ups import open_digest
from .contents import Named, TaskKey, contents_of, documents_of, told_by_openers
from .database import Store
from .snoozes import in_force
from .tables.forms import day_of, day_text, from_micros, to_micros
from .tables.models import OutboxRow
from .tables.rows import OBLIGATION_COLUMNS, obligation_of
from .transaction import Transaction

OUTBOX_COLUMNS = (
    "reminder",
    "stream_id",
    "obligation",
    "message_id",
    "routing_key",
    "body",
    "created_at",
)


@dataclass(frozen=True, slots=True)
class Due:
    """An obligation to decide about, with all that deciding and writing take.

    ``sent``: its part of the ledger; ``coordinating``: the bodies that still owe their part in
    its task; ``symbol`` and ``abstract``: the document's; ``content``: the task's, or the report
    that was asked for; ``snooze``: the one in force.
    """

    obligation: Obligation
    sent: tuple[Sent, ...]
    coordinating: tuple[str, ...]
    symbol: str | None
    abstract: str | None
    content: str | None
    snooze: Snooze | None = None


@dataclass(frozen=True, slots=True)
class NewReminder:
    """A decided reminder, the message that says it, and what a person reads of that."""

    reminder: Reminder
    routing_key: str
    body: bytes
    words: str


def unpublished(tx: Transaction, obligations: Iterable[str]) -> dict[tuple[str, str], bool]:
    """Of which of *obligations* a reminder to which body is decided and not published, and whether
    it is told of in a digest."""
    rows = tx.rows_among(
        "SELECT r.obligation, r.body, r.catch_up"
        " FROM reminder r LEFT JOIN outbox x ON x.reminder = r.id"
        " WHERE r.published_at IS NULL AND (x.id IS NOT NULL OR r.catch_up IS NOT NULL)"
        " AND {among}",
        "r.obligation",
        obligations,
    )
    return {(obligation, body): catch_up is not None for obligation, body, catch_up in rows}


def claim_due(tx: Transaction, today: date, limit: int) -> list[Due]:
    """At most *limit* obligations that want attention by *today*, a local date; nobody else can
    claim them until the transaction ends. The longest waiting come first."""
    columns = ", ".join(OBLIGATION_COLUMNS)
    rows = tx.rows(
        f"SELECT {columns} FROM obligation WHERE next_reminder_on IS NOT NULL"
        " AND next_reminder_on <= %s ORDER BY next_reminder_on, id LIMIT %s"
        + tx.engine.skip_locked,
        day_text(today),
        limit,
    )
    keys = dict[int, str](
        tx.rows_among("SELECT id, key FROM stream WHERE {among}", "id", {row[1] for row in rows})
    )
    return with_facts(tx, [obligation_of(row, keys[row[1]]) for row in rows], today)


def with_facts(tx: Transaction, obligations: Sequence[Obligation], today: date) -> list[Due]:
    """*obligations*, in their order, each with what is stored around it, looked at on *today*."""
    streams = documents_of(tx, {obligation.stream for obligation in obligations})
    ids = [each.id for each in streams.values()]
    sent = _sent(tx, [obligation.id for obligation in obligations])
    contents = contents_of(tx, ids)
    asked = told_by_openers(tx, obligations, {REQUESTED: "report"})
    coordinating = coordinating_in(tx, ids, today)
    snoozed = in_force(tx, [obligation.id for obligation in obligations])
    dues = []
    for obligation in obligations:
        document = streams.get(obligation.stream, Named())
        task = (document.id, obligation.task_id)
        dues.append(
            Due(
                obligation=obligation,
                sent=tuple(sent[obligation.id]),
                coordinating=tuple(b for b in coordinating[task] if b != obligation.body),
                symbol=document.symbol,
                abstract=document.abstract,
                content=contents.get(task) or asked.get(obligation.id),
                snooze=snoozed.get(obligation.id),
            )
        )
    return dues


def _sent(tx: Transaction, obligations: Iterable[str]) -> dict[str, list[Sent]]:
    sent: dict[str, list[Sent]] = defaultdict(list)
    for obligation, step, target, occurrence, role, body, decided_at in tx.rows_among(
        "SELECT obligation, step, target, occurrence, role, body, decided_at FROM reminder"
        " WHERE {among} ORDER BY id",
        "obligation",
        obligations,
    ):
        on = local_date(from_micros(decided_at))
        sent[obligation].append(Sent(step, day_of(target or None), occurrence, role, body, on))
    return sent


def coordinating_in(
    tx: Transaction, streams: Iterable[int], today: date
) -> dict[TaskKey, list[str]]:
    """The bodies that still owe their part in each task of *streams* as coordinating bodies; not
    those from whom the task is back with the Office on *today* (Điều 6.2.a)."""
    owing: dict[TaskKey, dict[str, list[Obligation]]] = defaultdict(lambda: defaultdict(list))
    columns = ", ".join(OBLIGATION_COLUMNS)
    for row in tx.rows_among(
        f"SELECT {columns} FROM obligation WHERE role=%s"
        " AND closed_on IS NULL AND task_id IS NOT NULL AND {among} ORDER BY body",
        "stream_id",
        streams,
        COORDINATING,
    ):
        owed = obligation_of(row, "")
        owing[row[1], owed.task_id][owed.body].append(owed)
    return defaultdict(
        list,
        {
            task: [body for body, owed in bodies.items() if not any(o.unasked(today) for o in owed)]
            for task, bodies in owing.items()
        },
    )


def write_reminders(tx: Transaction, reminders: Sequence[NewReminder], decided_at: datetime) -> int:
    """Enter *reminders* in the ledger and put them in the outbox; gives how many were new.

    The caller has claimed their obligations. What the ledger has already is passed over: it
    was decided before.
    """
    streams = _streams_of(tx, (new.reminder for new in reminders))
    outgoing = []
    for new in reminders:
        reminder = new.reminder
        about = (streams[reminder.obligation], reminder.obligation)
        entry = _enter(tx, about[0], reminder, decided_at, words=new.words)
        if entry is not None:
            message = (reminder.id, new.routing_key, new.body, to_micros(decided_at))
            outgoing.append((entry, *about, *message))
    tx.insert(OutboxRow, OUTBOX_COLUMNS, outgoing)
    return len(outgoing)


def gather(tx: Transaction, reminders: Sequence[Reminder], decided_at: datetime) -> int:
    """Enter *reminders* in the ledger, each to be told in the open digest of its body; gives how
    many were new. Otherwise as `write_reminders`."""
    streams = _streams_of(tx, reminders)
    at = to_micros(decided_at)
    # In one order everywhere, since each is held.
    bodies = sorted({reminder.body for reminder in reminders})
    digests = {body: open_digest(tx, body, at, at) for body in bodies}
    entered = [
        _enter(tx, streams[each.obligation], each, decided_at, catch_up=digests[each.body])
        for each in reminders
    ]
    return sum(entry is not None for entry in entered)


def _streams_of(tx: Transaction, reminders: Iterable[Reminder]) -> dict[str, int]:
    return dict[str, int](
        tx.rows_among(
            "SELECT id, stream_id FROM obligation WHERE {among}",
            "id",
            {reminder.obligation for reminder in reminders},
        )
    )


def _enter(
    tx: Transaction,
    stream: int,
    reminder: Reminder,
    decided_at: datetime,
    *,
    words: str | None = None,
    catch_up: str | None = None,
) -> int | None:
    """The id of the new row of *reminder*; None where the ledger has it already."""
    entered = tx.rows(
        "INSERT INTO reminder (stream_id, obligation, step, target, occurrence, role, body,"
        " decided_at, words, catch_up) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"
        " ON CONFLICT DO NOTHING RETURNING id",
        stream,
        reminder.obligation,
        reminder.step,
        day_text(reminder.target) or "",
        reminder.occurrence,
        reminder.role,
        reminder.body,
        to_micros(decided_at),
        words,
        catch_up,
    )
    return entered[0][0] if entered else None


def forget_words(store: Store, before: datetime, limit: int) -> int:
    """Forget what at most *limit* reminders said that were decided before the aware time
    *before*; that they were, and when the broker had them, stays. Gives how many, so that the
    caller can go on while it is *limit*. What is not published yet is in the outbox still."""

    def forget(tx: Transaction) -> int:
        rows = tx.rows(
            "SELECT id FROM reminder WHERE words IS NOT NULL AND decided_at < %s"
            f" ORDER BY decided_at LIMIT %s{tx.engine.skip_locked}",
            to_micros(before),
            limit,
        )
        ids = [id_ for (id_,) in rows]
        tx.run(
            "UPDATE catch_up SET words=NULL WHERE words IS NOT NULL AND closed_at < %s",
            to_micros(before),
        )
        return tx.touch_among("UPDATE reminder SET words=NULL WHERE {among}", "id", ids)

    return store.transact(forget)


def set_attention(tx: Transaction, days: Mapping[str, date | None]) -> None:
    """Set the next day on which to look at obligations, by id; None: never again."""
    tx.run_each(
        "UPDATE obligation SET next_reminder_on=%s WHERE id=%s",
        [(day_text(day), id_) for id_, day in sorted(days.items())],
    )
