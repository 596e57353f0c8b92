"""The scheduler's pass: asks the pure decision about every obligation that wants attention, and
writes what follows.

Nothing here publishes, and nothing asks for the time: *now* is handed in.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from ..rules.events import local_date
from ..rules.law import Law
from ..rules.obligations import Obligation
from ..rules.reminding.addressees import Addressee, addressees
from ..rules.reminding.catch_up import CatchUp
from ..rules.reminding.decision import Decision, decide
from ..rules.reminding.message import reminder_event, routing_key
from ..rules.reminding.reminder import Reason, Remind, Reminder, Silence
from ..rules.reminding.text import Quotes
from ..rules.wording import Texts
from .advancing import advance
from .catch_ups import bodies_told_on
from .catching_up import close_digests
from .database import Store
from .first_start import begin_pass, starts
from .moments_passing import is_astray, notice_moments, passed_moments
from .reminder_ledger import (
    Due,
    NewReminder,
    claim_due,
    gather,
    set_attention,
    unpublished,
    with_facts,
    write_reminders,
)
from .rescheduling import reschedule
from .snoozes import in_force
from .tables.forms import to_json
from .transaction import Transaction

_AT_ONCE = 25
"""Obligations of one transaction: few enough that the intake, which has the next turn, waits for
some ten milliseconds."""


@dataclass(frozen=True, slots=True)
class Considered:
    """What is decided about one obligation and one body that might be told of it."""

    due: Due
    addressee: Addressee
    decision: Decision


@dataclass(frozen=True, slots=True)
class Pass:
    """What one pass decides by: at the aware time ``now``, for what was tracked ``since``.

    ``starts``: by the ids of obligations that had opened by the first pass, since when passes know
    them. ``told``: the bodies that have had a digest of the first start today.
    """

    law: Law
    now: datetime
    since: date
    catch_up: CatchUp
    starts: Mapping[str, datetime]
    told: frozenset[str]


def tick(
    store: Store,
    law: Law,
    texts: Texts,
    now: datetime,
    stopping: Callable[[], bool] = lambda: False,
    catch_up: CatchUp = CatchUp.ALL,
) -> int:
    """Decide about every obligation that wants attention at the aware time *now*; gives the
    number of reminders that were entered. Outside the publishing window everything waits, and
    nothing is looked at; once *stopping* says so, the rest is left to the next pass. *catch_up*:
    what becomes of what came before the first start. Raises `StorageError`, and `OutsideCoverage`
    for a *now* beyond the calendar.
    """
    begin_pass(store, now)
    if not law.policy.window.is_open(now, law.calendar):
        return 0
    if store.read(lambda tx: passed_moments(tx, now) or is_astray(tx, now)):
        store.transact(lambda tx: notice_moments(tx, now))
    written = 0
    while True:
        claimed, new = _tick_some(store, law, texts, now, catch_up)
        written += new
        if claimed < _AT_ONCE or stopping():
            close_digests(store, law, texts, now, stopping)
            return written


def let_time_pass(
    store: Store,
    law: Law,
    texts: Texts,
    now: datetime,
    stopping: Callable[[], bool] = lambda: False,
    catch_up: CatchUp = CatchUp.ALL,
) -> int:
    """Everything that a new day, a new law or simply the aware time *now* asks for; gives the
    number of reminders that were entered. It takes many transactions, between which *stopping* is
    asked whether the rest should wait for another pass. *catch_up* as for `tick`, and raises as it
    does."""
    advance(store, law, local_date(now), stopping)
    if not stopping():
        reschedule(store, law, stopping)
    return 0 if stopping() else tick(store, law, texts, now, stopping, catch_up)


def foresee(
    tx: Transaction,
    law: Law,
    obligations: Sequence[Obligation],
    now: datetime,
    catch_up: CatchUp = CatchUp.ALL,
) -> Iterator[Considered]:
    """What a pass at *now* would decide about each of *obligations*; writes nothing. What the
    ledger holds from later days is left out, and what was snoozed or lifted later."""
    passing = _pass(tx, law, obligations, now, catch_up)
    today = local_date(now)
    for start in range(0, len(obligations), _AT_ONCE):
        some = obligations[start : start + _AT_ONCE]
        waits = unpublished(tx, {each.id for each in some})
        for due in with_facts(tx, some, today):
            earlier = tuple(sent for sent in due.sent if sent.on <= today)
            snooze = in_force(tx, [due.obligation.id], now).get(due.obligation.id)
            for each in consider(replace(due, sent=earlier, snooze=snooze), passing):
                gathered = waits.get((due.obligation.id, each.addressee.body))
                yield replace(each, decision=_not_gone(each.decision, gathered))


def consider(due: Due, passing: Pass) -> Iterator[Considered]:
    """Decide about *due* for every body that the policy may tell of it."""
    law, now = passing.law, passing.now
    bodies = addressees(
        due.obligation, due.coordinating, law.policy, law.directory, local_date(now)
    )
    for addressee in bodies:
        decision = decide(
            *(due.obligation, addressee, due.sent, law.policy, law.calendar),
            now=now,
            since=passing.since,
            start=passing.starts.get(due.obligation.id),
            snooze=due.snooze,
        )
        yield Considered(due, addressee, _told_how(decision, passing))


def _not_gone(decision: Decision, gathered: bool | None) -> Decision:
    """*decision*, where it takes for sent what has not been published: in a digest (*gathered*) or
    by itself; None: everything has been."""
    if gathered is None or decision.reason not in (Reason.ALREADY_SENT, Reason.BETWEEN_STEPS):
        return decision
    return Silence(Reason.GATHERED if gathered else Reason.WAITING)


def _told_how(decision: Decision, passing: Pass) -> Decision:
    """*decision*, where it is about what came before the first start, as the office wants it."""
    if not isinstance(decision, Remind) or decision.reason is not Reason.CATCH_UP:
        return decision
    if passing.catch_up is CatchUp.NONE:
        return Silence(Reason.BEFORE_START)
    # What is still in time does not wait for the digest of another day.
    reminder = decision.reminder
    if reminder.body in passing.told and reminder.occurrence <= 0 and not reminder.late:
        is_today = reminder.occurrence == reminder.offset
        return Remind(reminder, Reason.ON_ITS_DAY if is_today else Reason.MISSED)
    return decision


def _pass(
    tx: Transaction, law: Law, obligations: Iterable[Obligation], now: datetime, catch_up: CatchUp
) -> Pass:
    since, _ = tx.period()
    if catch_up is CatchUp.ALL:
        return Pass(law, now, since, catch_up, {}, frozenset())
    told = bodies_told_on(tx, local_date(now))
    return Pass(law, now, since, catch_up, starts(tx, obligations, now), told)


def _tick_some(
    store: Store, law: Law, texts: Texts, now: datetime, catch_up: CatchUp
) -> tuple[int, int]:
    """How many obligations were decided about, and how many reminders were entered."""
    earlier = set[str]()
    written = 0

    def work(tx: Transaction) -> tuple[int, int]:
        nonlocal written
        claimed = claim_due(tx, local_date(now), _AT_ONCE)
        ids = {due.obligation.id for due in claimed}
        if earlier and earlier.isdisjoint(ids):
            return len(earlier), written  # by a try whose commit went unheard
        written = _decide(tx, claimed, law, texts, now, catch_up)
        earlier.clear()
        earlier.update(ids)
        return len(claimed), written

    return store.transact(work)


def _decide(
    tx: Transaction,
    claimed: Sequence[Due],
    law: Law,
    texts: Texts,
    now: datetime,
    catch_up: CatchUp,
) -> int:
    """Decide about what is *claimed*; gives how many reminders were entered."""
    today = local_date(now)
    passing = _pass(tx, law, [due.obligation for due in claimed], now, catch_up)
    reminders: list[NewReminder] = []
    gathered: list[Reminder] = []
    attention: dict[str, date | None] = {}
    for due in claimed:
        days = [law.next_attention(due.obligation, today)]
        for considered in consider(due, passing):
            decision = considered.decision
            if isinstance(decision, Silence):
                days.append(_waits_until(decision, today))
            elif decision.reason is Reason.CATCH_UP:
                gathered.append(decision.reminder)
            else:
                reminders.append(worded(decision.reminder, due, law, texts, now))
        attention[due.obligation.id] = min((day for day in days if day is not None), default=None)
    written = write_reminders(tx, reminders, now) + gather(tx, gathered, now)
    set_attention(tx, attention)
    return written


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
