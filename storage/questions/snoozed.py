"""Snoozes as people ask them: which there are, of what, and whether they still hold."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from ...rules.events import local_date
from ...rules.obligations import Obligation
from ..snoozes import COLUMNS, KeptSnooze, kept_of
from ..tables.forms import to_micros
from ..tables.rows import OBLIGATION_COLUMNS, obligation_of
from ..transaction import Transaction

ACTIVE, OVER, LIFTED = "active", "over", "lifted"
"""How a snooze stands: it holds; its day or the obligation's is over; it was lifted, or another is
in its place."""


@dataclass(frozen=True, slots=True)
class ToldSnooze:
    """A snooze with the ``obligation`` that it is of, None where that is not stored yet, or not
    owed any more, and the ``symbol`` of its document."""

    kept: KeptSnooze
    obligation: Obligation | None
    symbol: str | None

    def state(self, moment: datetime) -> str:
        """How it stands at the aware time *moment*."""
        if not self.kept.in_force(moment):
            return LIFTED
        owed, day = self.obligation, local_date(moment)
        snooze = self.kept.snooze
        return ACTIVE if (snooze.holds(owed, day) if owed else day <= snooze.until) else OVER


def snoozes_by(tx: Transaction, moment: datetime) -> dict[str, list[KeptSnooze]]:
    """By obligation, every snooze that had been decided by the aware time *moment*, as it was known
    then, the oldest first."""
    found: dict[str, list[KeptSnooze]] = {}
    for row in tx.rows(
        f"SELECT {COLUMNS} FROM snooze WHERE decided_at <= %s ORDER BY decided_at, id",
        to_micros(moment),
    ):
        kept = kept_of(row)
        if kept.lifted_at is not None and kept.lifted_at > moment:
            kept = replace(kept, lifted_by=None, lifted_at=None)
        found.setdefault(kept.obligation, []).append(kept)
    return found


def told_snoozes(tx: Transaction) -> list[ToldSnooze]:
    """Every snooze, the one that was decided last first."""
    own = [f"z.{name}" for name in COLUMNS.split(", ")]
    owed = [f"o.{name}" for name in OBLIGATION_COLUMNS]
    rows = tx.rows(
        f"SELECT {', '.join([*own, *owed])}, s.key, s.symbol FROM snooze z"
        " JOIN stream s ON s.id = z.stream_id LEFT JOIN obligation o ON o.id = z.obligation"
        " ORDER BY z.decided_at DESC, z.id DESC"
    )
    found = []
    for row in rows:
        about, (key, symbol) = row[len(own) : -2], row[-2:]
        obligation = None if about[0] is None else obligation_of(about, key)
        found.append(ToldSnooze(kept_of(row[: len(own)]), obligation, symbol))
    return found
