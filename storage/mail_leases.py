"""Mailings in the hands of whoever sends them: taken under a lease, and what became of them.

A mailing counts as handed over from the moment it is taken, before the mail server sees a byte of
it; what is said of it afterwards must show the lease's token. So a process that is killed leaves
it to be sent once more, under the same Message-ID and to the same recipients, and one that was
held up cannot speak for another that took over. Nothing here sends.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from ..rules.events import local_date
from .database import Store
from .engines.engine import Row
from .mail_lines import FORGOTTEN, leave_untold
from .mailings import LEFT_OVER, MailingKind, MailingState, take_back
from .publications import new_token
from .recipients import Recipients, recipients_of
from .tables.forms import day_of, day_text, to_micros
from .transaction import Transaction

_ASTRAY = timedelta(minutes=5)
"""No two clocks that are right differ by so much."""
LONGEST_PAUSE = timedelta(hours=1)
"""How long a letter waits for its next try at most."""
_DUE = "(next_attempt_at <= %s OR next_attempt_at > %s)"
"""That it may be tried: its time has come, or was told by a clock that was ahead."""
_FREE = "(lease_until IS NULL OR lease_until <= %s OR lease_until > %s)"
"""That nobody has it in hand: by the time now, and by how long a lease of now may last."""
_ANSWER = f"answer=CASE WHEN answer='{FORGOTTEN}' THEN NULL ELSE %s END"
"""What a server said is kept, unless what its letter told has become secret meanwhile."""


@dataclass(frozen=True, slots=True)
class ClaimedMailing:
    """A mailing that one process alone may send until the lease runs out; ``attempts`` counts this
    one. ``stored``: its recipients before, where they were settled."""

    message_id: str
    body: str
    day: date
    kind: MailingKind
    joined: int
    attempts: int
    recipients: Recipients
    token: str
    stored: str | None

    @property
    def may_be_there(self) -> bool:
        """Whether a server was handed it before, and may have it."""
        return self.stored is not None and bool(recipients_of(self.stored).left)


def due_bodies(tx: Transaction, now: datetime) -> dict[str, bool]:
    """The bodies with a mailing that could be tried at the aware time *now*, and whether one of
    them may be: a digest of an earlier day that nobody was handed goes into that of the day."""
    rows = tx.rows(
        f"SELECT body, MAX(CASE WHEN {LEFT_OVER} THEN 0 ELSE 1 END) FROM mailing"
        f" WHERE ended_at IS NULL AND {_DUE} GROUP BY body",
        day_text(local_date(now)),
        *_due(now),
    )
    return {body: bool(any_) for body, any_ in rows}


def claim_mailing(
    store: Store, recipients: Mapping[str, Recipients], now: datetime, seconds: float
) -> ClaimedMailing | None:
    """Take the mailing that has been due for longest at the aware time *now*, of the bodies that
    *recipients* has: nobody else may take it for *seconds*. One that may be there already goes to
    whom it went before; a digest of an earlier day that nobody was handed waits for that of the
    day. None: none is due."""
    token = new_token()

    def take(tx: Transaction) -> ClaimedMailing | None:
        micros = to_micros(now)
        rows = tx.rows_among(
            "SELECT message_id, body, day, kind, joined, attempts, recipients FROM mailing"
            f" WHERE ended_at IS NULL AND {_DUE} AND {_FREE} AND NOT {LEFT_OVER} AND {{among}}"
            " ORDER BY next_attempt_at, message_id LIMIT 1" + tx.engine.skip_locked,
            "body",
            recipients,
            *_due(now),
            *_free(now, seconds),
            day_text(local_date(now)),
        )
        if not rows:
            return None
        claimed = _claimed(rows[0], recipients, token)
        tx.run(
            "UPDATE mailing SET state=%s, recipients=%s, attempts=%s, handed_over_at=%s,"
            f" lease_until=%s, lease_token=%s, answer=NULLIF(answer, '{FORGOTTEN}')"
            " WHERE message_id=%s",
            MailingState.HANDED_OVER,
            claimed.recipients.stored(),
            claimed.attempts,
            micros,
            to_micros(now + timedelta(seconds=seconds)),
            token,
            claimed.message_id,
        )
        return claimed

    return store.transact(take)


def _due(now: datetime) -> tuple[int, int]:
    """The parameters of `_DUE`."""
    return to_micros(now), to_micros(now + LONGEST_PAUSE + _ASTRAY)


def _free(now: datetime, seconds: float) -> tuple[int, int]:
    """The parameters of `_FREE`, where leases last *seconds*."""
    return to_micros(now), to_micros(now + timedelta(seconds=seconds) + _ASTRAY)


def _claimed(row: Row, recipients: Mapping[str, Recipients], token: str) -> ClaimedMailing:
    id_, body, day, kind, joined, attempts, stored = row
    kept = None if stored is None else recipients_of(stored)
    on = day_of(day)
    assert on is not None
    return ClaimedMailing(
        id_,
        body,
        on,
        MailingKind(kind),
        joined,
        attempts + 1,
        kept.or_known(recipients[body]) if kept else recipients[body],
        token,
        stored,
    )


def letters_in_hand(tx: Transaction, now: datetime) -> frozenset[str]:
    """The leases under which letters are being sent at the aware time *now*."""
    rows = tx.rows(
        "SELECT lease_token FROM mailing WHERE ended_at IS NULL AND lease_until > %s"
        " AND handed_over_at <= %s",
        to_micros(now),
        to_micros(now + _ASTRAY),
    )
    return frozenset(token for (token,) in rows)


def end_mailing(
    store: Store,
    claimed: ClaimedMailing,
    state: MailingState,
    at: datetime,
    answer: str | None = None,
    told: Collection[str] | None = None,
    missed: Collection[str] = (),
) -> bool:
    """*claimed* has ended as *state* (SENT, REFUSED or VOID) at the aware time *at*, with what the
    server said; *missed*: for whom it did not take it. *told*: the obligations that were in the
    letter; the others are decided anew, or wait for another where they are snoozed
    (`leave_untold`). Gives whether the lease was still held."""
    former = claimed.recipients
    recipients = Recipients(former.to, former.copies, tuple(missed)).stored()

    def end(tx: Transaction) -> bool:
        held = tx.touch(
            f"UPDATE mailing SET state=%s, ended_at=%s, {_ANSWER}, recipients=%s, lease_until=NULL,"
            " lease_token=NULL WHERE message_id=%s AND lease_token=%s",
            state,
            to_micros(at),
            answer,
            recipients,
            claimed.message_id,
            claimed.token,
        )
        if held and told is not None:
            leave_untold(tx, claimed.message_id, told, local_date(at))
        return bool(held)

    return store.transact(end)


def end_unreachable(store: Store, body: str, now: datetime, seconds: float) -> None:
    """Nobody can be written to at *body* any more at the aware time *now*, where leases last
    *seconds*: its letters that nobody has in hand end. What they were to tell waits for an address,
    unless a server may have the letter: that one is for an operator to have tried again."""

    def end(tx: Transaction) -> None:
        tx.engine.hold([f"mailings of {body}"])
        rows = tx.rows(
            "SELECT message_id, recipients FROM mailing WHERE body=%s AND ended_at IS NULL"
            f" AND {_FREE}{tx.engine.for_update}",
            body,
            *_free(now, seconds),
        )
        take_back(tx, [id_ for id_, stored in rows if stored is None], now)
        tried = ((id_, recipients_of(stored)) for id_, stored in rows if stored is not None)
        for id_, recipients in tried:
            tx.run(
                "UPDATE mailing SET state=%s, ended_at=%s, answer=%s, lease_until=NULL,"
                " lease_token=NULL WHERE message_id=%s",
                MailingState.SENT if recipients.some_have_it else MailingState.REFUSED,
                to_micros(now),
                "the body has no address any more",
                id_,
            )

    store.transact(end)


def postpone_mailing(
    store: Store,
    claimed: ClaimedMailing,
    until: datetime,
    answer: str,
    left: Collection[str] | None = None,
    told: Collection[str] | None = None,
) -> None:
    """The server did not take *claimed* for now, and it is tried again at the aware time *until*;
    *left*: for whom, where it took it for others, and *told*: of which obligations those read."""
    recipients = None if left is None else replace(claimed.recipients, left=tuple(left)).stored()

    def postpone(tx: Transaction) -> None:
        held = tx.touch(
            f"UPDATE mailing SET state=%s, recipients=%s, next_attempt_at=%s, {_ANSWER},"
            " lease_until=NULL, lease_token=NULL WHERE message_id=%s AND lease_token=%s",
            MailingState.WAITING,
            recipients,
            to_micros(until),
            answer,
            claimed.message_id,
            claimed.token,
        )
        if held and told is not None:
            leave_untold(tx, claimed.message_id, told, local_date(until))

    store.transact(postpone)


def leave_unanswered(
    store: Store, claimed: ClaimedMailing, until: datetime, answer: str | None
) -> None:
    """What became of *claimed* is not known; it goes once more, as it is, at the aware time
    *until*."""
    once_more = replace(claimed.recipients, unanswered=claimed.recipients.unanswered + 1)
    store.transact(
        lambda tx: tx.run(
            f"UPDATE mailing SET recipients=%s, next_attempt_at=%s, {_ANSWER}, lease_until=NULL,"
            " lease_token=NULL WHERE message_id=%s AND lease_token=%s",
            once_more.stored(),
            to_micros(until),
            answer,
            claimed.message_id,
            claimed.token,
        )
    )


def retry_mailings(tx: Transaction, ids: Collection[str], at: datetime) -> int:
    """Have the refused and the waiting among *ids* tried again at the aware time *at*, to whoever
    is in the directory by then and has it not; gives how many. One that was refused goes as itself:
    an attempt before may have brought it there, and so no other letter takes it in."""
    micros = to_micros(at)
    found = tx.touch_among(
        "UPDATE mailing SET state=%s, recipients=%s, ended_at=NULL, next_attempt_at=%s"
        " WHERE state=%s AND {among}",
        "message_id",
        ids,
        MailingState.WAITING,
        Recipients.of(()).stored(),
        micros,
        MailingState.REFUSED,
    )
    rows = tx.rows_among(
        "SELECT message_id, recipients FROM mailing WHERE state=%s AND next_attempt_at>%s"
        f" AND {{among}} ORDER BY message_id{tx.engine.for_update}",
        "message_id",
        ids,
        MailingState.WAITING,
        micros,
    )
    for id_, stored in rows:
        tx.run(
            "UPDATE mailing SET recipients=%s, next_attempt_at=%s WHERE message_id=%s",
            None if stored is None else recipients_of(stored).to_look_up().stored(),
            micros,
            id_,
        )
    return found + len(rows)
