"""Counts the figures of a report again, from what `dondoc list` shows, and says what differs.

It shares nothing with the counting but which rules are about tasks and inspections: one obligation
after another as the list has it, asked in plain words. Which are periodic reports it tells by
itself (`checking_reports`). Whether an open task has been begun is no obligation's: the two figures
of that are checked together.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from ...rules.law import Law
from ...rules.moments import as_known
from ...rules.obligations import MET, MET_LATE, OPEN, OVERDUE, VOID, Obligation
from ...rules.regulation import REJECTED
from ...storage.questions.concerned import Sight
from ...storage.questions.queries import Filter, as_object, obligations
from ...storage.transaction import Transaction
from ..report import INSPECTION_SUMMARY, Report
from .checking_inspections import OWED, inspections_again
from .checking_reports import is_periodic_report
from .duties import Duties, duties_of

_BEGUN, _OPEN = ("in_progress_", "not_started_"), "open_"


@dataclass(frozen=True, slots=True)
class Discrepancy:
    """A figure that is another one when it is counted again: the ``body``, its ``key`` and
    ``detail``, what the report ``said``, and what was ``counted``; ``ids`` are in one of the two
    alone."""

    body: str
    key: str
    detail: str
    said: int
    counted: int
    ids: tuple[str, ...]


def discrepancies(tx: Transaction, law: Law, report: Report) -> list[Discrepancy]:
    """What of *report* is otherwise when it is counted again, as of its day and by what it knew."""
    if report.kind == INSPECTION_SUMMARY:
        return list(_of_inspections(tx, law, report))
    again = _Recount(tx, law, report)
    found = []
    for body in report.bodies:
        said: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
        for figure in body.figures:
            said[_together(figure.key), figure.detail].update(figure.ids)
            if figure.number != len(figure.ids):
                found.append(
                    Discrepancy(
                        body.code, figure.key, figure.detail, figure.number, len(figure.ids), ()
                    )
                )
        counted = again.counted(body.code)
        for key in sorted({*said, *counted}):
            one, other = said[key], counted.get(key, Counter())
            if one != other:
                ids = tuple(sorted((one - other) + (other - one)))
                sizes = one.total(), other.total()
                found.append(Discrepancy(body.code, *key, *sizes, ids))
    return found


def _of_inspections(tx: Transaction, law: Law, report: Report) -> Iterator[Discrepancy]:
    again = inspections_again(tx, law, report)
    there = {body.code: {e.key: Counter(e.ids) for e in body.figures} for body in report.bodies}
    for code in sorted({*there, *again}):
        for key in sorted(OWED):
            one = there.get(code, {}).get(key, Counter())
            other = +again[code][key] if code in again else Counter[str]()
            if one != other:
                ids = tuple(sorted((one - other) + (other - one)))
                yield Discrepancy(code, key, "", one.total(), other.total(), ids)


def _together(key: str) -> str:
    """The name under which figures are checked: one for what has been begun and what has not."""
    for begun in _BEGUN:
        if key.startswith(begun):
            return _OPEN + key.removeprefix(begun)
    return key


class _Recount:
    """Everything that the list shows for one report, and what follows from it."""

    def __init__(self, tx: Transaction, law: Law, report: Report) -> None:
        day = as_known(report.as_of, report.known_at)
        self._law, self._day = law, day
        self._first, self._last = report.period.first.isoformat(), report.as_of.isoformat()
        self._before = report.period.first - timedelta(days=1)
        self._duties = duties_of(law.regulations)
        self._sight = Sight(report.period.first, day)
        listed = {
            each.id: each
            for wish in _wishes(report.body, self._duties)
            for each in obligations(tx, law, day, wish, report.known_at)
        }
        self._listed = list(listed.values())
        self._by_body: dict[str, dict[tuple[str, str], Counter[str]]] = defaultdict(
            lambda: defaultdict(Counter)
        )
        self._count()

    def counted(self, body: str) -> Mapping[tuple[str, str], Counter[str]]:
        """The ids under each key and detail of *body*."""
        return self._by_body[body]

    def _count(self) -> None:
        directory, day = self._law.directory, self._day
        tasks: dict[tuple[str, str, Any], list[dict[str, Any]]] = defaultdict(list)
        touched = {
            (each.counted_under(directory, day), each.stream)
            for each in self._listed
            if self._sight.touches(each)
        }
        for each in self._listed:
            shown, body = as_object(each, directory, day), each.counted_under(directory, day)
            for key in self._of_one(each, shown, body):
                self._by_body[body][key, ""][each.id] += 1
            if each.rule in self._duties.leading:
                tasks[body, each.stream, each.task_id].append(shown)
            told_by = shown["trace"].get("parties", {}).get("from_body")
            if told_by and self._within(shown["opened_on"]):
                teller = directory.counted_under(told_by, day, each.opened_on)
                if (teller, each.stream) in touched:
                    for key in self._told(each, shown):
                        self._by_body[teller][key, ""][each.id] += 1
            self._count_breach(each, shown)
        for (body, _, _), of_one in tasks.items():
            self._count_task(body, of_one)

    def _count_breach(self, each: Obligation, shown: Mapping[str, Any]) -> None:
        earlier = as_object(each, self._law.directory, self._before)
        body = each.breach_of(self._law.directory)
        if body and shown["counts_as_breach"] and not earlier["counts_as_breach"]:
            self._by_body[body]["breaches", ""][each.id] += 1
            self._by_body[body]["breach", each.cite][each.id] += 1

    def _of_one(self, each: Obligation, shown: Mapping[str, Any], body: str) -> Iterator[str]:
        """The keys that the obligation counts under by itself."""
        duties, state, due = self._duties, shown["state"], shown["due"]
        if each.rule in duties.coordinating and self._sight.touches(each):
            yield "coordinated"
        fell_due = due is not None and self._within(due)
        if is_periodic_report(self._law, each) and fell_due and state != VOID:
            yield "reports_due"
            yield from {MET: ["reports_on_time"], MET_LATE: ["reports_late"]}.get(
                state, ["reports_missing"] if state == OVERDUE else []
            )
        if each.rule not in duties.leading:
            return
        if fell_due and (state != VOID or shown["ended_on"] > due):
            yield "fell_due"
            waiting = "due_returned" if each.returned(self._day) else "due_today"
            yield {
                MET: "due_on_time",
                MET_LATE: "due_late",
                VOID: "due_ended",
                OVERDUE: "due_past",
                OPEN: waiting,
            }[state]
        rejected = {
            (by["source"], by["id"])
            for by in (
                *(came.get("by") for came in shown["trace"].get("came", [])),
                shown["trace"].get("stands"),
            )
            if by is not None and by["type"] == REJECTED and self._within(by["on"])
        }
        yield from ("disputed" for _ in rejected)

    def _told(self, each: Obligation, shown: Mapping[str, Any]) -> Iterator[str]:
        if each.rule in self._duties.returns:
            yield "returned"
        elif each.rule in self._duties.difficulties:
            yield "difficulties"
            if shown["met_on"]:
                yield "difficulties_answered"

    def _count_task(self, body: str, of_one: list[dict[str, Any]]) -> None:
        """Count one task with one body, of which the list shows these obligations."""
        found = self._by_body[body]
        for id_ in self._moved(of_one):
            found["moves", ""][id_] += 1
            found["extended", ""][id_] = 1
        held = [each for each in of_one if self._first <= _closed(each)]
        if not held:
            return
        one = _speaking(held)
        for key in self._by_first(one, of_one):
            found[key, ""][one["id"]] += 1
        brought = any(each["opened_on"] < self._first for each in held)
        for key in ("held", "carried_over" if brought else "assigned", *self._stands(one)):
            found[key, ""][one["id"]] += 1

    def _by_first(
        self, one: Mapping[str, Any], of_one: Iterable[Mapping[str, Any]]
    ) -> Iterator[str]:
        """The keys under which a task, for which *one* speaks, counts by its first deadline."""
        granted = {
            (told["source"], told["id"]): told["on"]
            for each in of_one
            for told in each["trace"].get("extensions", [])
            if told.get("number")
        }
        yield from ("extensions" for on in granted.values() if self._within(on))
        first = one["first_due"]
        if first and self._within(first) and one["state"] != VOID:
            yield "first_fell_due"
            if one["met_on"] and one["met_on"] <= first:
                yield "first_on_time"

    def _stands(self, one: Mapping[str, Any]) -> Iterator[str]:
        state, with_date = one["state"], one["due"] is not None
        if state == VOID:
            yield "ended"
            return
        if state in (OPEN, OVERDUE) and self._is_back(one):
            yield "returned_waiting"
            return
        if not with_date:
            yield "without_deadline"
            yield f"{_OPEN}without_deadline" if state == OPEN else "done_without_deadline"
            return
        yield {
            MET: "done_on_time",
            MET_LATE: "done_late",
            OPEN: f"{_OPEN}within",
            OVERDUE: f"{_OPEN}past",
        }[state]

    def _is_back(self, one: Mapping[str, Any]) -> bool:
        """Whether the task is back with the Office on the report's day."""
        return any(
            since <= self._last and (until is None or self._last < until)
            for since, until in one["trace"].get("returned", [])
        )

    def _moved(self, of_one: Iterable[Mapping[str, Any]]) -> Iterator[str]:
        """The id of the obligation that has the new date, for each time one was moved."""
        every = list(of_one)
        for each in every:
            yield from (
                each["id"] for move in each["trace"].get("moved", []) if self._within(move["on"])
            )
            if each["trace"].get("superseded") and self._within(each["ended_on"]):
                next_ = sorted(
                    other["id"]
                    for other in every
                    if other["opened_on"] == each["ended_on"]
                    and other["body"] == each["body"]
                    and other["id"] != each["id"]
                )
                yield from next_[:1]

    def _within(self, day: str) -> bool:
        return self._first <= day <= self._last


def _wishes(body: str | None, duties: Duties) -> Iterator[Filter]:
    """What to ask the list for: everything, or what is the body's and what answers it."""
    if body is None:
        yield Filter()
        return
    yield Filter(body=body)
    for rule in sorted(duties.returns | duties.difficulties):
        yield Filter(rule=rule)


def _speaking(of_one: list[dict[str, Any]]) -> dict[str, Any]:
    """What speaks for a task: what is least done, of two alike the one that began last."""
    ordered = sorted(
        of_one, key=lambda each: (each["opened_on"], each["due"] or "", _reversed(each["id"]))
    )
    for state in (OVERDUE, OPEN, MET_LATE, MET, VOID):
        alike = [each for each in ordered if each["state"] == state]
        if alike:
            break
    return alike[-1]


def _closed(shown: Mapping[str, Any]) -> str:
    return shown["met_on"] or shown["ended_on"] or "9999"


def _reversed(id_: str) -> tuple[int, ...]:
    return tuple(-ord(each) for each in id_)
