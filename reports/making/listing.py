"""The rows of a report's tables, collected while it is counted, and put in order at the end.

Only what a row shows is kept, so that the tables of a whole unit fit in memory. Texts of events
stand here as they came; what makes them harmless is each form's own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from ...rules.calendar import OutsideCoverage
from ...rules.events import local_date
from ...rules.law import Law
from ...rules.moments import by_when
from ...rules.obligations import Obligation
from ...storage.questions.concerned import KnownStream
from ...storage.snoozes import KeptSnooze
from ..columns import BREACHES, COLUMNS, DIFFICULTIES, MOVED, RETURNS, SNOOZES, TASKS, table
from ..report import ReportCell, ReportTable
from ..shades import word_of
from ..wording import label
from .moves import DateMove
from .standing import PAST, STANDINGS, WITHIN

_URGENT = {each: 0 for each in STANDINGS if each.endswith(PAST)} | {
    each: 1 for each in STANDINGS if each.endswith(WITHIN)
}
"""What comes first: what is late, then what has a date ahead; the rest as `STANDINGS` has it."""


@dataclass(frozen=True, slots=True)
class AboutTask:
    """A task with one body: its ``stream`` and ``obligations``, and who is ``helping``."""

    stream: KnownStream
    task_id: str | None
    body: str
    obligations: list[Obligation]
    helping: tuple[str, ...]


class TellingEvent(NamedTuple):
    """An event whose text a row shows: the stream's key, and the event's source and id."""

    stream: str
    source: str
    id: str


class _Row(NamedTuple):
    order: tuple[Any, ...]
    cells: dict[str, ReportCell]
    id: str
    told: TellingEvent | None = None


@dataclass(slots=True)
class Listing:
    """The rows of a report on the tasks of ``law``'s bodies, as of a day. ``snoozes``: by
    obligation, those that were decided by then."""

    law: Law
    as_of: date
    snoozes: Mapping[str, Sequence[KeptSnooze]] = field(default_factory=dict)
    rows: dict[str, list[_Row]] = field(default_factory=lambda: {key: [] for key in COLUMNS})

    def task(self, about: AboutTask, judged: Obligation, stands: str) -> None:
        """A task as it *stands* by its obligation *judged*."""
        done_on = judged.met_on
        cells = self._about(about.stream, judged) | {
            "due": by_when(judged.due, judged.due_at),
            "lead": self._name(about.body),
            "coordinating": ", ".join(map(self._name, about.helping)) or None,
            "status": label("status", stands),
            "light": word_of(self.law.light(judged, self.as_of)),
            "days_late": self._days_late(judged),
            "head": self._head(about.body),
            "assigned_on": min(each.opened_on for each in about.obligations),
            "done_on": done_on,
            "first_due": judged.first_due or judged.due,
            "extensions": judged.extensions or None,
        }
        rank = _URGENT.get(stands, 2 + STANDINGS.index(stands))
        order = (rank, judged.due or judged.opened_on, about.stream.key, judged.id)
        self.rows[TASKS].append(_Row(order, cells, judged.id))

    def move(self, about: AboutTask, move: DateMove) -> None:
        """A deadline that was moved."""
        judged = next(each for each in about.obligations if each.id == move.obligation)
        cells = self._about(about.stream, judged) | {
            "lead": self._name(about.body),
            "old_due": move.old,
            "new_due": move.new,
            "moved_on": move.on,
        }
        order = (move.on, about.stream.key, judged.id)
        self.rows[MOVED].append(_Row(order, cells, judged.id))

    def difficulty(self, stream: KnownStream, each: Obligation, body: str) -> None:
        """A difficulty that *body* told; *each* is what is to be answered."""
        self._tell(DIFFICULTIES, stream, each, body)

    def returned(self, stream: KnownStream, each: Obligation, body: str) -> None:
        """A task that *body* gave back; *each* is what is to be answered."""
        self._tell(RETURNS, stream, each, body)

    def breach(self, stream: KnownStream, each: Obligation, body: str) -> None:
        """A breach of *body*."""
        cells = self._about(stream, each) | {
            "cite": self.law.cited(each),
            "duty": self._duty(each),
            "due": by_when(each.due, each.due_at),
            "body": self._name(body),
            "since": each.breach_on,
            "status": label("state", each.state(self.as_of)),
            "head": self._head(body),
        }
        self.rows[BREACHES].append(_Row((each.cite, each.breach_on, each.id), cells, each.id))

    def snoozed(self, stream: KnownStream, each: Obligation, body: str, first: date) -> None:
        """What was put off of *body*'s obligation *each*, as far as it held on the day *first* or
        later."""
        for kept in self.snoozes.get(each.id, ()):
            decided = kept.snooze
            lifted_on = None if kept.lifted_at is None else local_date(kept.lifted_at)
            if min(decided.until, lifted_on or decided.until) < first:
                continue
            cells = self._about(stream, each) | {
                "duty": self._duty(each),
                "due": by_when(each.due, each.due_at),
                "body": self._name(body),
                "snoozed_until": decided.until,
                "snooze_reason": decided.reason,
                "snoozed_by": decided.by,
                "lifted_on": lifted_on,
            }
            self.rows[SNOOZES].append(_Row((decided.at, each.id), cells, each.id))

    def told(self) -> set[TellingEvent]:
        """The events whose texts are wanted."""
        return {row.told for rows in self.rows.values() for row in rows if row.told is not None}

    def tables(self, texts: Mapping[TellingEvent, str | None]) -> tuple[ReportTable, ...]:
        """The tables that have rows, with the *texts* that events told."""
        return tuple(self._table(key, rows, texts) for key, rows in self.rows.items() if rows)

    def _table(
        self, key: str, rows: Iterable[_Row], texts: Mapping[TellingEvent, str | None]
    ) -> ReportTable:
        wanted = {"cause", "reason"} & {*COLUMNS[key]}
        ordered = sorted(rows, key=lambda row: row.order)
        for place, row in enumerate(ordered, 1):
            row.cells["place"] = place
            if row.told is not None:
                row.cells.update(dict.fromkeys(wanted, texts.get(row.told)))
        cells, ids = [row.cells for row in ordered], [row.id for row in ordered]
        return table(key, cells, ids, lit=self.law.has_lights)

    def _tell(self, key: str, stream: KnownStream, each: Obligation, body: str) -> None:
        event = each.trace.get("opened_by") or {}
        told = None
        if "source" in event and "id" in event:
            told = TellingEvent(stream.key, event["source"], event["id"])
        answered = each.met_on or each.ended_on
        cells = self._about(stream, each) | {
            "lead": self._name(body),
            "told_on": each.opened_on,
            "answered_on": answered if answered and answered <= self.as_of else None,
        }
        self.rows[key].append(_Row((each.opened_on, stream.key, each.id), cells, each.id, told))

    def _about(self, stream: KnownStream, each: Obligation) -> dict[str, ReportCell]:
        """What the row is about: the task, or what else the obligation is owed for."""
        content = next((t.content for t in stream.tasks if t.task_id == each.task_id), None)
        issued_on = (each.trace.get("document") or {}).get("issued_on")
        return {
            "content": content,
            "symbol": stream.symbol,
            "issued_on": date.fromisoformat(issued_on) if issued_on else None,
        }

    def _duty(self, each: Obligation) -> str:
        regulation = self.law.regulations.get(each.regulation)
        rule = regulation.rule(each.rule) if regulation else None
        return rule.title if rule else each.rule

    def _days_late(self, judged: Obligation) -> int | None:
        """Working days after the due date, by the day it was done or by the report's; None: it is
        not late."""
        due, until = judged.due, min(judged.closed_on or self.as_of, self.as_of)
        closed = judged.closed_on is not None and judged.closed_on <= self.as_of
        late = judged.was_late if closed else judged.is_past(self.as_of)
        if due is None or not late or judged.returned(until) is not None:
            return None
        try:
            return self.law.calendar.working_days_between(due, until)
        except OutsideCoverage:
            return None

    def _name(self, code: str) -> str:
        return self.law.directory.name(code, self.as_of)

    def _head(self, code: str) -> str | None:
        body = self.law.directory.get(code, self.as_of)
        return body.head if body else None
