"""The scheduler's pass: asks the pure decision about every obligation that wants attention, and
writes what follows.

Nothing here publishes, and nothing asks for the time: *now* is handed in.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from ..rules.events import local_date
from ..rules.law import Law
from ..rules.obligations import Obligation
from ..rules.reminding.addressees import Addressee, addressees
from ..rules.reminding.decision import Decision, decide
from ..rules.reminding.message import reminder_event, routing_key
from ..rules.reminding.reminder import Reason, Remind, Reminder, Silence
from ..rules.reminding.text import Quotes
from ..rules.wording import Texts
from .advancing import advance
from .database import Store
from .projecting import Basis
from .reminder_ledger import Due, NewReminder, claim_due, set_attention, with_facts, write_reminders
from .tables.forms import day_text, to_json
from .tables.rows import OBLIGATION_COLUMNS, obligation_of
from .transaction import SCHEDULE, Transaction

_AT_ONCE = 25
"""Obligations of one transaction: few enough that the intake, which has the next turn, waits for
some ten milliseconds."""
_RESCHEDULED_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Considered:
    """What is decided about one obligation and one body that might be told of it."""

    due: Due
    addressee: Addressee
    decision: Decision


def tick(
    store: Store,
    law: Law,
    texts: Texts,
    now: datetime,
    stopping: Callable[[], bool] = lambda: False,
) -> int:
    """Decide about every obligation that wants attention at the aware time *now*; gives the
    number of reminders written. Outside the publishing window everything waits, and nothing
    is looked at; once *stopping* says so, the rest is left to the next pass. Raises
    `StorageError`, and `OutsideCoverage` for a *now* beyond the calendar.
    """
    if not law.policy.window.is_open(now, law.calendar):
        return 0
    written = 0
    while True:
        claimed, new = store.transact(lambda tx: _tick_some(tx, law, texts, now))
        written += new
        if claimed < _AT_ONCE or stopping():
            return written


def let_time_pass(
    store: Store,
    law: Law,
    texts: Texts,
    now: datetime,
    stopping: Callable[[], bool] = lambda: False,
) -> int:
    """Everything that a new day, a new law or simply the aware time *now* asks for; gives the
    number of reminders written. It takes many transactions, between which *stopping* is asked
    whether the rest should wait for another pass. Raises as `tick` does."""
    advance(store, law, local_date(now), stopping)
    if not stopping():
        reschedule(store, law, stopping)
    return 0 if stopping() else tick(store, law, texts, now, stopping)


def foresee(
    tx: Transaction, law: Law, obligations: Sequence[Obligation], now: datetime
) -> Iterator[Considered]:
    """What a pass at *now* would decide about each of *obligations*; writes nothing. What the
    ledger holds from later days is left out."""
    since, _ = tx.period()
    today = local_date(now)
    for start in range(0, len(obligations), _AT_ONCE):
        for due in with_facts(tx, obligations[start : start + _AT_ONCE], today):
            earlier = tuple(sent for sent in due.sent if sent.on <= today)
            yield from consider(replace(due, sent=earlier), law, now, since)


def consider(due: Due, law: Law, now: datetime, since: date) -> Iterator[Considered]:
    """Decide about *due* for every body that the policy may tell of it."""
    bodies = addressees(
        due.obligation, due.coordinating, law.policy, law.directory, local_date(now)
    )
    for addressee in bodies:
        decision = decide(
            due.obligation, addressee, due.sent, law.policy, law.calendar, now=now, since=since
        )
        yield Considered(due, addressee, decision)


def _tick_some(tx: Transaction, law: Law, texts: Texts, now: datetime) -> tuple[int, int]:
    since, _ = tx.period()
    today = local_date(now)
    claimed = claim_due(tx, today, _AT_ONCE)
    reminders: list[NewReminder] = []
    attention: dict[str, date | None] = {}
    for due in claimed:
        days = [law.next_attention(due.obligation, today)]
        for considered in consider(due, law, now, since):
            if isinstance(considered.decision, Remind):
                reminders.append(worded(considered.decision.reminder, due, law, texts, now))
            else:
                days.append(_waits_until(considered.decision, today))
        attention[due.obligation.id] = min((day for day in days if day is not None), default=None)
    written = write_reminders(tx, reminders, now)
    set_attention(tx, attention)
    return len(claimed), written


def _waits_until(silence: Silence, today: date) -> date | None:
    """The day on which what is kept silent now has to be asked again; None: nothing waits."""
    if silence.until is not None:
        return local_date(silence.until)
    return today + timedelta(days=1) if silence.reason is Reason.ONE_A_DAY else None


def worded(reminder: Reminder, due: Due, law: Law, texts: Texts, now: datetime) -> NewReminder:
    """*reminder*, decided about *due* at the aware time *now*, as the message that says it."""
    quotes = Quotes(due.symbol, due.abstract, due.content)
    names = law.names(due.obligation)
    event = reminder_event(reminder, due.obligation, quotes, law.directory, texts, names, now)
    return NewReminder(
        reminder,
        routing_key(reminder, due.obligation.rule),
        to_json(event).encode(),
        event["data"]["text"],
    )


def reschedule(store: Store, law: Law, stopping: Callable[[], bool] = lambda: False) -> int:
    """Where the law or the policy is another than before, or the day went back, put every open
    obligation before the scheduler again; gives how many. Otherwise it does nothing. Once
    *stopping* says so, it ends and the next call begins again."""
    version = f"{law.version}/{law.policy.version}"
    if store.read(lambda tx: tx.setting(SCHEDULE)) == version:
        return 0
    total, last = 0, ""
    while ids := _reschedule_some(store, law, last):
        total, last = total + len(ids), ids[-1]
        if stopping():
            return total
    store.transact(lambda tx: tx.set_setting(SCHEDULE, version))
    return total


def _reschedule_some(store: Store, law: Law, after: str) -> list[str]:
    """The ids of the next open obligations after the id *after*, put before the scheduler."""
    columns = ", ".join(OBLIGATION_COLUMNS)

    def put(tx: Transaction) -> list[str]:
        basis = Basis(law, *tx.period())
        rows = tx.rows(
            f"SELECT {columns} FROM obligation WHERE id > %s"
            " AND (closed_on IS NULL OR closed_on > %s)"
            f" ORDER BY id LIMIT %s{tx.engine.for_update}",
            after,
            day_text(basis.through),
            _RESCHEDULED_AT_ONCE,
        )
        tx.run_each(
            "UPDATE obligation SET next_reminder_on=%s WHERE id=%s",
            [(basis.attention(obligation_of(row, "")), row[0]) for row in rows],
        )
        return [row[0] for row in rows]

    return store.transact(put)
