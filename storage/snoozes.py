"""Snoozes: reminders of one obligation that somebody of the office has put off, and why.

What was decided stays, lifted or over: it is told beside the obligation. Whether one silences a
reminder is for `rules.reminding` to say.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from ..rules.events import LOCAL, local_date
from ..rules.mendable import Mendable
from ..rules.obligations import Obligation
from ..rules.reminding.snooze import Snooze
from .engines.engine import Row
from .secrecy.names import named_among, remembered_shapes
from .secrecy.quotes import quotes_in
from .streams import claim_streams
from .tables.forms import day_of, day_text, from_micros, to_micros
from .tables.snooze_model import SnoozeRow
from .transaction import Transaction
from .withdrawing import decide_anew

COLUMNS = "obligation, until, reason, decided_by, decided_at, lifted_by, lifted_at"


class CannotSnooze(Mendable):
    """A snooze may not be written; one line with what to do instead."""


@dataclass(frozen=True, slots=True)
class KeptSnooze:
    """A snooze of the obligation of that id. ``lifted_at``: since when, an aware time, it is not in
    force any more, because it was lifted or another was decided, ``lifted_by`` whom."""

    obligation: str
    snooze: Snooze
    lifted_by: str | None
    lifted_at: datetime | None

    def in_force(self, moment: datetime) -> bool:
        """Whether it was decided by the aware time *moment*, and not lifted by then."""
        return self.snooze.at <= moment and (self.lifted_at is None or self.lifted_at > moment)


def end_of(day: date) -> datetime:
    """The aware time at which the local *day* ends."""
    return datetime.combine(day + timedelta(days=1), time.min, LOCAL)


def in_force(
    tx: Transaction, obligations: Collection[str], moment: datetime | None = None
) -> dict[str, Snooze]:
    """By obligation, the snooze that is in force, or was at the aware time *moment*."""
    kept = snoozes_of(tx, obligations)
    return {
        id_: each.snooze
        for id_, of_one in kept.items()
        for each in of_one
        if (each.lifted_at is None if moment is None else each.in_force(moment))
    }


def snoozes_of(tx: Transaction, obligations: Collection[str]) -> dict[str, list[KeptSnooze]]:
    """By obligation, every snooze that was decided for it, the oldest first."""
    found: dict[str, list[KeptSnooze]] = {}
    for row in tx.rows_among(
        f"SELECT {COLUMNS} FROM snooze WHERE {{among}} ORDER BY decided_at, id",
        "obligation",
        obligations,
    ):
        kept = kept_of(row)
        found.setdefault(kept.obligation, []).append(kept)
    return found


def snooze(tx: Transaction, obligation: Obligation, decided: Snooze) -> bool:
    """Write what was *decided* about *obligation*, in place of what was before; gives whether
    something was. What is not published yet is decided anew. Raises `CannotSnooze` for a reason
    that quotes something secret, and where the obligation has gone meanwhile."""
    quoted = quotes_in(decided.reason or "", remembered_shapes(tx))
    if named_among(tx, quoted):
        raise CannotSnooze.of(
            "secret_reason",
            "the reason names something that is secret; say it without the name",
        )
    stream = claim_streams(tx, {obligation.stream})[obligation.stream]
    # Its subject may have become secret since it was looked for.
    if not tx.rows("SELECT 1 FROM obligation WHERE id=%s", obligation.id):
        raise CannotSnooze.of(
            "obligation_gone", "obligation {id} is not there any more", id=obligation.id[:12]
        )
    decide_anew(tx, [obligation.id], local_date(decided.at))
    replaced = _end(tx, obligation.id, decided.by, decided.at)
    columns = ("stream_id", "obligation", "until", "reason", "decided_by", "decided_at")
    row = (stream.id, obligation.id, day_text(decided.until), decided.reason, decided.by)
    tx.insert(SnoozeRow, columns, [(*row, to_micros(decided.at))])
    return replaced


def lift(tx: Transaction, obligation: Obligation, by: str, at: datetime) -> bool:
    """End the snooze of *obligation* at the aware time *at*; gives whether there was one. Reminders
    are decided about anew."""
    claim_streams(tx, {obligation.stream})
    decide_anew(tx, [obligation.id], local_date(at))
    return _end(tx, obligation.id, by, at)


def _end(tx: Transaction, obligation: str, by: str, at: datetime) -> bool:
    return bool(
        tx.touch(
            "UPDATE snooze SET lifted_by=%s, lifted_at=%s"
            " WHERE obligation=%s AND lifted_at IS NULL",
            by,
            to_micros(at),
            obligation,
        )
    )


def kept_of(row: Row) -> KeptSnooze:
    """The snooze in a row of `COLUMNS`."""
    obligation, until, reason, by, at, lifted_by, lifted_at = row
    last = day_of(until)
    assert last is not None
    return KeptSnooze(
        obligation=obligation,
        snooze=Snooze(last, reason, by, from_micros(at)),
        lifted_by=lifted_by,
        lifted_at=None if lifted_at is None else from_micros(lifted_at),
    )
