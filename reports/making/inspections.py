"""The Office's summary of inspections (Điều 16.3): which were decided and ended, whether their
results were reported in time (16.2), and what is missing of their dossiers (17).

An inspection counts under the body that leads it. One that has not ended has no obligation: it is
counted by its own identifier.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from ...rules.law import Law
from ...rules.obligations import MET, MET_LATE, OVERDUE, VOID, Obligation
from ...storage.questions.concerned import KnownHistory, Sight
from ..columns import INSPECTIONS, table
from ..report import ReportCell, ReportTable
from ..wording import label
from .duties import Duties
from .tally import Tally

KIND = "inspection"
"""The kind of stream that inspections are."""
DECIDED, SCHEDULED, AD_HOC, ENDED = (
    "inspections_decided",
    "inspections_scheduled",
    "inspections_ad_hoc",
    "inspections_ended",
)
DUE, ON_TIME, LATE, MISSING = "results_due", "results_on_time", "results_late", "results_missing"
COMPLETE, INCOMPLETE = "dossiers_complete", "dossiers_incomplete"
OF_INSPECTIONS = (
    *(DECIDED, SCHEDULED, AD_HOC, ENDED),
    *(DUE, ON_TIME, LATE, MISSING),
    *(COMPLETE, INCOMPLETE),
)
"""The figures of the summary, in their order."""


@dataclass(slots=True)
class Inspections:
    """The inspections of one summary: give it streams, then take its ``tally`` and `tables`."""

    law: Law
    duties: Duties
    sight: Sight
    tally: Tally = field(default_factory=Tally)
    _rows: list[tuple[tuple[Any, ...], dict[str, ReportCell], str]] = field(default_factory=list)

    def take(self, known: KnownHistory) -> None:
        """Count an inspection, where it concerns the days of the sight."""
        decided = [each for each in known.history if each.type == "inspection.decided"]
        ended = [each for each in known.history if each.type == "inspection.ended"]
        result, dossier = self._owed(known, self.duties.inspecting, self.duties.dossiers)
        ended_on = date.fromisoformat(ended[-1].data["ended_on"]) if ended else None
        begun = decided[0].on if decided else (ended[0].on if ended else None)
        concerned = result is None or self.sight.touches(result)
        if begun is None or not (concerned or self._within(begun)):
            return
        said = decided[-1].data if decided else {}
        lead = self._lead(said, result)
        subject = known.key.partition(":")[2]
        if decided and self._within(begun):
            kind = SCHEDULED if said.get("kind") == "scheduled" else AD_HOC
            self.tally.count(lead, DECIDED, subject)
            self.tally.count(lead, kind, subject)
        if (
            result is not None
        ):  # of an inspection of which nobody knows yet who led it, there is none
            if ended_on is not None and self._within(ended_on):
                self.tally.count(lead, ENDED, subject)
            self._count_result(lead, result)
        if dossier is not None and ended_on is not None and self._within(ended_on):
            done = dossier.state(self.sight.as_of) in (MET, MET_LATE)
            self.tally.count(lead, COMPLETE if done else INCOMPLETE, dossier.id)
        cells = self._cells(said, lead, ended_on, result, dossier)
        id_ = result.id if result is not None else ""
        self._rows.append(((begun, known.key), cells, id_))

    def tables(self) -> tuple[ReportTable, ...]:
        """The table of all inspections taken, by the day on which they were decided."""
        if not self._rows:
            return ()
        ordered = sorted(self._rows, key=lambda row: row[0])
        rows = [{**cells, "place": place} for place, (_, cells, _) in enumerate(ordered, 1)]
        return (table(INSPECTIONS, rows, [id_ for *_, id_ in ordered]),)

    def _count_result(self, lead: str, result: Obligation) -> None:
        state = result.state(self.sight.as_of)
        if result.due is None or not self._within(result.due) or state == VOID:
            return
        self.tally.count(lead, DUE, result.id)
        for key, holds in {
            ON_TIME: state == MET,
            LATE: state == MET_LATE,
            MISSING: state == OVERDUE,
        }.items():
            if holds:
                self.tally.count(lead, key, result.id)

    def _owed(self, known: KnownHistory, *kinds: frozenset[str]) -> Iterator[Obligation | None]:
        """Of each of *kinds* of rules the last obligation."""
        for rules in kinds:
            owed = [e for e in known.obligations if e.rule in rules]
            yield max(owed, key=lambda each: (each.opened_on, each.id), default=None)

    def _lead(self, said: Mapping[str, Any], result: Obligation | None) -> str:
        directory, day = self.law.directory, self.sight.as_of
        if result is not None:
            return result.counted_under(directory, day)
        return directory.counted_under(str(said.get("lead", "")), day)

    def _cells(
        self,
        said: Mapping[str, Any],
        lead: str,
        ended_on: date | None,
        result: Obligation | None,
        dossier: Obligation | None,
    ) -> dict[str, ReportCell]:
        day = self.sight.as_of
        state = result.state(day) if result is not None else "going_on"
        needed = (dossier.trace.get("needed") or {}) if dossier is not None else {}
        missing = [label("item", str(item)) for item in needed.get("item", [])]
        head = self.law.directory.get(lead, day)
        return {
            "symbol": _text(said.get("decision_symbol")),
            "form": label("form", str(said.get("kind", ""))) if said else None,
            "lead": self.law.directory.name(lead, day),
            "inspected": "; ".join(
                self.law.directory.name(str(code), day) for code in said.get("bodies", [])
            )
            or None,
            "ended_on": ended_on,
            "due": result.due if result is not None else None,
            "done_on": result.met_on if result is not None else None,
            "status": label("state", state),
            "missing": "; ".join(missing) or None,
            "head": head.head if head else None,
        }

    def _within(self, day: date) -> bool:
        return self.sight.first <= day <= self.sight.as_of


def _text(value: object) -> str | None:
    return None if value is None else str(value)
