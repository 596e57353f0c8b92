"""The door to a report: what is wished for, and the report that the stored events give.

It reads in the caller's transaction and writes nothing. The same wish gives the same figures
whenever it is made, as long as nothing of what it shows became secret.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from ...rules.directory import Directory
from ...rules.in_force import Regulations
from ...rules.law import Law
from ...storage.archived import archived_between
from ...storage.questions.concerned import (
    Sight,
    histories_of,
    histories_of_kind,
    streams_concerned,
)
from ...storage.questions.snoozed import snoozes_by
from ...storage.snoozes import end_of
from ...storage.transaction import Transaction
from ..report import (
    INSPECTION_SUMMARY,
    BodyFigures,
    Figure,
    Report,
    ReportPeriod,
    ReportTable,
)
from .counting import Counting
from .duties import duties_of
from .inspections import KIND, OF_INSPECTIONS, Inspections
from .listing import Listing, TellingEvent
from .standing import DUE_ON_TIME
from .tally import FELL_DUE, OF_PROGRESS, Tally

_GIVERS = ("ubnd", "chairman")


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

    @property
    def sight(self) -> Sight:
        """What has to be looked at for it."""
        known_at = self.known_at or self.made_at
        return Sight(self.period.first, self.as_of, known_at, self.body)

    def report(
        self,
        figures: tuple[Figure, ...],
        bodies: tuple[BodyFigures, ...],
        tables: tuple[ReportTable, ...],
    ) -> Report:
        """The report of this wish that has these *figures*, *bodies* and *tables*."""
        return Report(
            kind=self.kind,
            period=self.period,
            as_of=self.as_of,
            known_at=self.known_at or self.made_at,
            made_at=self.made_at,
            unit=self.unit,
            body=self.body,
            figures=figures,
            bodies=bodies,
            tables=tables,
            ranked=self.ranked,
        )


def make(tx: Transaction, law: Law, wish: Wish) -> Report:
    """The report that *wish* asks for."""
    whose = None if wish.body is None else {wish.body, *law.directory.predecessors(wish.body)}
    archived = archived_between(tx, wish.period.first, wish.as_of, whose)
    givers = givers_of(law.regulations, wish.as_of)
    return replace(_made(tx, law, wish), archived=archived, givers=givers)


def givers_of(regulations: Regulations, day: date) -> tuple[str, ...]:
    """Who gives the tasks whose carrying out is reported on, as the regulations of *day* call
    them: the committee and its chairman, those of them that are named."""
    of_the_day = regulations.shown_on(day)
    named = (each.issuers.get(giver) for giver in _GIVERS for each in of_the_day)
    return tuple(dict.fromkeys(name for name in named if name))


def _made(tx: Transaction, law: Law, wish: Wish) -> Report:
    sight = wish.sight
    if wish.kind == INSPECTION_SUMMARY:
        return _of_inspections(tx, law, wish)
    snoozes = snoozes_by(tx, min(end_of(wish.as_of), wish.known_at or wish.made_at))
    listing = Listing(law, wish.as_of, snoozes)
    counting = Counting(duties_of(law.regulations), law.directory, sight, listing)
    for stream in streams_concerned(tx, law, sight):
        counting.take(stream)
    codes = _reported(law.directory, wish, counting.tally)
    bodies = tuple(_body(law.directory, wish, code, counting.tally, OF_PROGRESS) for code in codes)
    return wish.report(
        figures=counting.tally.totals(codes, OF_PROGRESS),
        bodies=_ranked(bodies) if wish.ranked else bodies,
        tables=counting.listing.tables(texts_told(tx, sight, counting.listing.told())),
    )


def _of_inspections(tx: Transaction, law: Law, wish: Wish) -> Report:
    found = Inspections(law, duties_of(law.regulations), wish.sight)
    for known in histories_of_kind(tx, law, wish.sight, KIND):
        found.take(known)
    codes = [body.code for body in law.directory if body.code in found.tally.counted]
    codes += sorted(found.tally.counted.keys() - set(codes))
    bodies = (_body(law.directory, wish, code, found.tally, OF_INSPECTIONS) for code in codes)
    figures = found.tally.totals(codes, OF_INSPECTIONS)
    return wish.report(figures, tuple(bodies), found.tables())


def texts_told(
    tx: Transaction, sight: Sight, told: Collection[TellingEvent]
) -> dict[TellingEvent, str | None]:
    """What those events said of why: the cause of a difficulty, the reason of a return."""
    found: dict[TellingEvent, str | None] = {}
    for key, history in histories_of(tx, {each.stream for each in told}, sight):
        for event in history:
            which = TellingEvent(key, event.source, event.id)
            if which in told:
                text = event.data.get("cause") or event.data.get("reason")
                found[which] = str(text) if text is not None else None
    return found


def _reported(directory: Directory, wish: Wish, tally: Tally) -> list[str]:
    """The codes of the bodies in the report: of every body those that exist in the period or have
    something to report, in the order of the directory."""
    if wish.body is not None:
        return [wish.body]
    days = (wish.period.first, wish.as_of)
    there = [b.code for b in directory if any(directory.exists(b.code, day) for day in days)]
    known = [body.code for body in directory if body.code in tally.counted or body.code in there]
    return [*known, *sorted(tally.counted.keys() - set(known))]


def _body(
    directory: Directory, wish: Wish, code: str, tally: Tally, keys: Sequence[str]
) -> BodyFigures:
    body = directory.get(code, wish.as_of)
    return BodyFigures(
        code=code,
        name=directory.name(code, wish.as_of),
        head=body.head if body else None,
        figures=tally.figures(code, keys),
    )


def _ranked(bodies: Sequence[BodyFigures]) -> tuple[BodyFigures, ...]:
    """*bodies* by the share of what fell due that was done in time, the best first; those of which
    nothing fell due at the end."""

    def share(body: BodyFigures) -> tuple[float, int]:
        numbers = {each.key: each.number for each in body.figures if not each.detail}
        due = numbers[FELL_DUE]
        return (-numbers[DUE_ON_TIME] / due if due else 1.0, -due)

    return tuple(sorted(bodies, key=share))
