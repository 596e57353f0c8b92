"""Letters to bodies as people and Prometheus ask about them. Nothing here writes."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from ..database import Store
from ..engines.engine import Row
from ..mail_lines import MailingLine, lines_from
from ..mailings import MailingKind, MailingState
from ..recipients import Recipients, recipients_of
from ..tables.forms import day_of, from_micros, to_micros
from ..transaction import Transaction

COUNTED = timedelta(days=31)
"""For how long a letter that is sent, refused or void is counted by the figures."""

_SELECT = (
    "SELECT message_id, body, day, kind, state, recipients, joined, attempts, next_attempt_at,"
    " answer, recorded_at, handed_over_at, ended_at,"
    " (SELECT COUNT(*) FROM mailing_line l WHERE l.mailing = mailing.message_id) FROM mailing"
)


@dataclass(frozen=True, slots=True)
class ToldMailing:
    """A letter and how it fares; times are aware, ``next_attempt_at`` None once it has ended.
    ``obligations``: how many it tells of."""

    message_id: str
    body: str
    day: date
    kind: MailingKind
    state: MailingState
    recipients: Recipients | None
    joined: int
    attempts: int
    next_attempt_at: datetime | None
    answer: str | None
    recorded_at: datetime
    handed_over_at: datetime | None
    ended_at: datetime | None
    obligations: int

    @property
    def missed(self) -> tuple[str, ...]:
        """The addresses that a letter which was sent did not reach."""
        sent = self.state == MailingState.SENT and self.recipients is not None
        return self.recipients.left if sent and self.recipients else ()


@dataclass(frozen=True, slots=True)
class MailingFigures:
    """How many letters of the last days (`COUNTED`) stand how, those on their way of any age;
    ``oldest``: when the first of those on their way was recorded, aware; ``untold``: by body, how
    many obligations wait to be put into a letter."""

    states: Mapping[MailingState, int]
    oldest: datetime | None
    untold: Mapping[str, int]


NO_MAIL = MailingFigures({}, None, {})
"""The figures where there is no mail."""


def mailing_figures(tx: Transaction, now: datetime) -> MailingFigures:
    """How letters fare at the aware time *now*."""
    states = {
        MailingState(state): number
        for state, number in tx.rows(
            "SELECT state, COUNT(*) FROM mailing WHERE ended_at IS NULL GROUP BY state"
            " UNION ALL SELECT state, COUNT(*) FROM mailing"
            " WHERE ended_at IS NOT NULL AND recorded_at >= %s GROUP BY state",
            to_micros(now - COUNTED),
        )
    }
    ((oldest,),) = tx.rows("SELECT MIN(recorded_at) FROM mailing WHERE ended_at IS NULL")
    return MailingFigures(states, None if oldest is None else from_micros(oldest), untold(tx))


def untold(tx: Transaction) -> dict[str, int]:
    """By body, how many obligations wait to be put into a letter."""
    rows = tx.rows(
        "SELECT body, COUNT(DISTINCT obligation) FROM mailing_line WHERE mailing IS NULL"
        " GROUP BY body"
    )
    return dict(rows)


def mailings(
    store: Store, states: Collection[MailingState] | None, limit: int
) -> list[ToldMailing]:
    """At most *limit* letters in one of *states* (None: in any), the newest first."""

    def read(tx: Transaction) -> list[Row]:
        end = f" ORDER BY recorded_at DESC, message_id LIMIT {int(limit)}"
        if states is None:
            return tx.rows(_SELECT + end)
        return tx.rows_among(f"{_SELECT} WHERE {{among}}{end}", "state", list(states))

    return [_told(row) for row in store.read(read)]


def mailings_named(tx: Transaction, beginning: str) -> list[ToldMailing]:
    """The letters whose Message-ID begins with *beginning*, its bracket left out, two at most."""
    id_ = f"<{beginning.removeprefix('<')}"
    rows = tx.rows(
        f"{_SELECT} WHERE substr(message_id, 1, %s) = %s ORDER BY message_id LIMIT 2", len(id_), id_
    )
    return [_told(row) for row in rows]


def _told(row: Row) -> ToldMailing:
    id_, body, day, kind, state, recipients, joined, attempts, next_at, answer, *times, lines = row
    recorded_at, handed_over_at, ended_at = (
        None if each is None else from_micros(each) for each in times
    )
    on = day_of(day)
    assert on is not None
    assert recorded_at is not None
    return ToldMailing(
        id_,
        body,
        on,
        MailingKind(kind),
        MailingState(state),
        None if recipients is None else recipients_of(recipients),
        joined,
        attempts,
        None if ended_at is not None else from_micros(next_at),
        answer or None,
        recorded_at,
        handed_over_at,
        ended_at,
        lines,
    )


def lines_of(tx: Transaction, message_id: str) -> list[MailingLine]:
    """What a letter tells of, or is to tell."""
    rows = tx.rows(
        "SELECT reminder, obligation, role, step, over_limit FROM mailing_line WHERE mailing=%s"
        " ORDER BY recorded_at, reminder, obligation",
        message_id,
    )
    return lines_from(rows)
