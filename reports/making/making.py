"""The door to a report: what is wished for, and the report that the stored events give.

It reads in the caller's transaction and writes nothing. The same wish gives the same figures
whenever it is made, as long as nothing of what it shows became secret.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from ...rules.law import Law
from ...storage.transaction import Transaction
from ..report import Report, ReportPeriod


@dataclass(frozen=True, slots=True)
class Wish:
    """A report that is wished for. ``as_of`` is the last day looked at, at most the period's;
    ``known_at``: events stored later are left out, None: none are; ``made_at``: now; both aware.
    ``unit``: what the office is called. ``body``: a code of the directory, None: every body.
    ``ranked``: bodies in the order of what was done in time."""

    kind: str
    period: ReportPeriod
    as_of: date
    made_at: datetime
    known_at: datetime | None = None
    unit: str = ""
    body: str | None = None
    ranked: bool = False


def make(tx: Transaction, law: Law, wish: Wish) -> Report:
    """The report that *wish* asks for."""
    return Report(
        kind=wish.kind,
        period=wish.period,
        as_of=wish.as_of,
        known_at=wish.known_at or wish.made_at,
        made_at=wish.made_at,
        unit=wish.unit,
        body=wish.body,
        figures=(),
        bodies=(),
        tables=(),
        ranked=wish.ranked,
    )
