"""Letters to bodies: what waits to be told (`mail_lines`) is gathered into mailings.

A mailing is one e-mail to one body, recorded before any mail server is handed it (`mail_leases`).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import date, datetime, time
from enum import StrEnum

from ..rules.events import LOCAL
from .database import Store
from .mail_lines import PUT_OFF, MailingLine, drop_untrue, waiting_lines
from .tables.forms import day_text, to_micros
from .transaction import Transaction

Naming = Callable[[Iterable[str], str], str]
"""Gives the Message-ID of a letter, by the ids of its reminders and the body that it goes to."""


_UNTOLD = "COALESCE(mailing, '') = ''"
"""Of lines that are named: that they wait, in a form that has no index to walk along instead."""


LEFT_OVER = "(kind='digest' AND day < %s AND recipients IS NULL)"
"""Of a mailing on its way: that it is a digest of a day before that of the parameter, which nobody
was handed. It goes into the digest of the day."""


class MailingState(StrEnum):
    """How far a mailing is."""

    RECORDED = "recorded"
    """It is to be sent, and was handed to nobody yet."""
    HANDED_OVER = "handed_over"
    """A mail server is or was being handed it, and what it answered is not known."""
    WAITING = "waiting"
    """The mail server would not take it for now; it is tried again."""
    SENT = "sent"
    """The mail server has taken it."""
    REFUSED = "refused"
    """The mail server will not take it, or never says so; an operator can have it tried again."""
    VOID = "void"
    """Nothing that it was to tell is true any more, or another letter tells it."""


class MailingKind(StrEnum):
    """What kind of letter a mailing is."""

    DIGEST = "digest"
    """All that a body is told on a day."""
    SINGLE = "single"
    """One reminder by itself, at once."""


def gather_digest(store: Store, body: str, today: date, naming: Naming, at: datetime) -> str | None:
    """Put all that waits for a letter to *body* into its digest of the local date *today*, at the
    aware time *at*; gives its Message-ID, None where there is nothing or the day has its digest.

    A digest of an earlier day that no server ever took goes into it, so that a body has one letter
    after a mail server was away.
    """

    def gather(tx: Transaction) -> str | None:
        tx.engine.hold([f"mailings of {body}"])
        day = day_text(today)
        if tx.rows(
            "SELECT 1 FROM mailing WHERE body=%s AND day=%s AND kind=%s AND state<>%s LIMIT 1",
            body,
            day,
            MailingKind.DIGEST,
            MailingState.VOID,
        ):
            return None
        _take_back_digests(tx, body, today, at)
        drop_untrue(tx, body, today)
        lines = waiting_lines(tx, body, today)
        if not lines:
            return None
        return _record(tx, body, today, MailingKind.DIGEST, lines, naming, at)

    return store.transact(gather)


def digests_on(tx: Transaction, day: date) -> set[str]:
    """The bodies that have their digest of the local date *day* already, or will: one that nobody
    will ever get is none."""
    midnight = to_micros(datetime.combine(day, time(), LOCAL))
    rows = tx.rows(
        "SELECT body FROM mailing WHERE recorded_at >= %s AND day=%s AND kind=%s AND state<>%s",
        midnight,
        day_text(day),
        MailingKind.DIGEST,
        MailingState.VOID,
    )
    return {body for (body,) in rows}


def single_out(
    store: Store,
    body: str,
    today: date,
    steps: Collection[str],
    limit: int,
    naming: Naming,
    at: datetime,
) -> int:
    """Give each reminder of one of *steps* that waits for *body* a letter of its own, at most
    *limit* on the local date *today*; what is over waits for the digest, marked so. Gives how many
    letters were made."""

    def single(tx: Transaction) -> int:
        tx.engine.hold([f"mailings of {body}"])
        drop_untrue(tx, body, today)
        ((made,),) = tx.rows(
            "SELECT COUNT(*) FROM mailing WHERE body=%s AND day=%s AND kind=%s",
            body,
            day_text(today),
            MailingKind.SINGLE,
        )
        waiting = [each for each in waiting_lines(tx, body, today) if not each.over_limit]
        wanted = [each for each in waiting if each.step in steps]
        left = max(limit - made, 0)
        for line in wanted[:left]:
            _record(tx, body, today, MailingKind.SINGLE, [line], naming, at)
        tx.run_among(
            f"UPDATE mailing_line SET over_limit=%s WHERE {_UNTOLD} AND {{among}}",
            "reminder",
            [line.reminder for line in wanted[left:]],
            True,
        )
        return len(wanted[:left])

    return store.transact(single)


def left_over(tx: Transaction, today: date) -> set[str]:
    """The bodies with a digest of a day before the local date *today* that nobody was handed."""
    rows = tx.rows(
        f"SELECT DISTINCT body FROM mailing WHERE ended_at IS NULL AND {LEFT_OVER}", day_text(today)
    )
    return {body for (body,) in rows}


def drop_untold(store: Store, body: str, today: date, at: datetime) -> None:
    """Forget, at the aware time *at*, all that waits for a letter to *body*, which is to get none:
    also what a digest of a day before the local date *today* was to tell and nobody was handed."""

    def drop(tx: Transaction) -> None:
        tx.engine.hold([f"mailings of {body}"])
        _take_back_digests(tx, body, today, at)
        tx.run("DELETE FROM mailing_line WHERE mailing IS NULL AND body=%s", body)

    store.transact(drop)


def _take_back_digests(tx: Transaction, body: str, today: date, at: datetime) -> None:
    """End the digests of earlier days that nobody was handed, or that were refused for the time."""
    rows = tx.rows(
        f"SELECT message_id FROM mailing WHERE body=%s AND {LEFT_OVER}"
        " AND ended_at IS NULL AND state IN (%s, %s)" + tx.engine.for_update,
        body,
        day_text(today),
        MailingState.RECORDED,
        MailingState.WAITING,
    )
    take_back(tx, [id_ for (id_,) in rows], at)


def take_back(tx: Transaction, ids: Collection[str], at: datetime) -> None:
    """End the letters *ids*, which no server has, at the aware time *at*: what they were to tell
    waits again. What a server said of them could not be found any more when that becomes secret."""
    tx.run_among("UPDATE mailing_line SET mailing=NULL WHERE {among}", "mailing", ids)
    tx.run_among(
        "UPDATE mailing SET state=%s, ended_at=%s, answer=NULL WHERE {among}",
        "message_id",
        ids,
        MailingState.VOID,
        to_micros(at),
    )


def _record(
    tx: Transaction,
    body: str,
    day: date,
    kind: MailingKind,
    lines: Sequence[MailingLine],
    naming: Naming,
    at: datetime,
) -> str:
    """Record a letter about *lines*. One of the same name was about the same, and either told
    nothing or is to be told once more."""
    reminders = {line.reminder for line in lines}
    id_ = naming(reminders, body)
    if tx.rows("SELECT 1 FROM mailing WHERE message_id=%s AND state=%s", id_, MailingState.SENT):
        # A digest of the first start is one reminder, and some of it had been put off.
        id_ = naming(reminders.union(line.obligation for line in lines), body)
    joined = len({line.reminder for line in lines if line.over_limit})
    micros = to_micros(at)
    tx.run("DELETE FROM mailing WHERE message_id=%s", id_)
    tx.run(
        "INSERT INTO mailing"
        " (message_id, body, day, kind, state, joined, attempts, next_attempt_at, recorded_at)"
        " VALUES (%s, %s, %s, %s, %s, %s, 0, %s, %s)",
        id_,
        body,
        day_text(day),
        kind,
        MailingState.RECORDED,
        joined,
        micros,
        micros,
    )
    tx.run_among(
        f"UPDATE mailing_line SET mailing=%s WHERE {_UNTOLD} AND NOT {PUT_OFF} AND {{among}}",
        "reminder",
        reminders,
        id_,
        day_text(day),
        day_text(day),
    )
    return id_
