"""Counts one stream after another for a report on progress: figures, and the rows beside them.

What is counted under whom: a task, what fell due and what was told under whoever answers on the
report's day, a breach under whoever answered when it began. Only what concerns the report's days
is looked at, so that the report of one body and that of all say the same of it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date

from ...rules.directory import Directory
from ...rules.obligations import MET, MET_LATE, OVERDUE, VOID, Obligation
from ...rules.regulation import REJECTED
from ...storage.questions.concerned import KnownStream, Sight
from . import tally as keys
from .duties import Duties
from .listing import AboutTask, Listing
from .moves import moves_of
from .standing import NOT_STARTED, WITHOUT_DEADLINE, current, fallen_due, standing
from .tally import Tally


class Counting:
    """The counting of one report: give it streams, then take its ``tally`` and ``listing``."""

    def __init__(
        self, duties: Duties, directory: Directory, sight: Sight, listing: Listing
    ) -> None:
        self.tally = Tally()
        self.listing = listing
        self._duties = duties
        self._directory = directory
        self._sight = sight

    def take(self, stream: KnownStream) -> None:
        """Count what *stream* has."""
        opened = [each for each in stream.obligations if each.has_opened(self._sight.as_of)]
        touched = {self._under(each) for each in opened if self._sight.touches(each)}
        by_task = self._leading(opened)
        helping = self._helping(opened)
        for (task_id, body), obligations in by_task.items():
            if self._is_wanted(body):
                about = AboutTask(stream, task_id, body, obligations, helping.get(task_id, ()))
                self._take_task(about)
        for each in opened:
            self._take_other(stream, each, touched)

    def _is_wanted(self, body: str) -> bool:
        return self._sight.body in (None, body)

    def _under(self, obligation: Obligation) -> str:
        return obligation.counted_under(self._directory, self._sight.as_of)

    def _leading(
        self, opened: Iterable[Obligation]
    ) -> Mapping[tuple[str | None, str], list[Obligation]]:
        found: dict[tuple[str | None, str], list[Obligation]] = defaultdict(list)
        for each in opened:
            if each.rule in self._duties.leading:
                found[each.task_id, self._under(each)].append(each)
        return found

    def _helping(self, opened: Iterable[Obligation]) -> Mapping[str | None, tuple[str, ...]]:
        """Who coordinates each task, where that was not taken away."""
        found: dict[str | None, dict[str, None]] = defaultdict(dict)
        for each in opened:
            stands = each.state(self._sight.as_of) != VOID
            if each.rule in self._duties.coordinating and stands:
                found[each.task_id][self._under(each)] = None
        return {task: tuple(sorted(bodies)) for task, bodies in found.items()}

    def _take_task(self, about: AboutTask) -> None:
        """Count a task with its lead: how it stands, what fell due, what was moved or disputed."""
        sight, body = self._sight, about.body
        if not any(map(sight.touches, about.obligations)):
            return
        held = [each for each in about.obligations if sight.first <= (each.closed_on or date.max)]
        if held:
            judged = current(held, sight.as_of)
            self._take_standing(about, judged)
            self._take_first(body, about.obligations, judged)
        for each in about.obligations:
            outcome = fallen_due(each, sight.first, sight.as_of)
            if outcome is not None:
                self.tally.count(body, keys.FELL_DUE, each.id)
                self.tally.count(body, outcome, each.id)
            for _ in range(_disputes(each, sight)):
                self.tally.count(body, keys.DISPUTED, each.id)
        moved = [each for each in moves_of(about.obligations) if self._within(each.on)]
        for move in moved:
            self.tally.count(body, keys.MOVES, move.obligation)
            self.listing.move(about, move)
        for id_ in {move.obligation for move in moved}:
            self.tally.count(body, keys.EXTENDED, id_)

    def _take_first(self, body: str, obligations: Sequence[Obligation], judged: Obligation) -> None:
        """Count a task by its first deadline, and how often that was put off."""
        sight = self._sight
        first = judged.first_due or judged.due
        if first is not None and self._within(first) and judged.state(sight.as_of) != VOID:
            self.tally.count(body, keys.FIRST_DUE, judged.id)
            if judged.met_on is not None and judged.met_on <= min(first, sight.as_of):
                self.tally.count(body, keys.FIRST_ON_TIME, judged.id)
        for on in _extended(obligations):
            if self._within(on):
                self.tally.count(body, keys.EXTENSIONS, judged.id)

    def _take_standing(self, about: AboutTask, judged: Obligation) -> None:
        sight, body = self._sight, about.body
        # Closed before the period, and begun anew in it: not brought over.
        brought = any(
            each.opened_on < sight.first and (each.closed_on or date.max) >= sight.first
            for each in about.obligations
        )
        status = next(
            (
                task.status
                for task in about.stream.tasks
                if task.task_id == about.task_id and task.lead == judged.body
            ),
            NOT_STARTED,
        )
        stands = standing(judged, status, sight.as_of)
        self.tally.count(body, keys.HELD, judged.id)
        self.tally.count(body, keys.CARRIED_OVER if brought else keys.ASSIGNED, judged.id)
        self.tally.count(body, stands, judged.id)
        if stands.endswith(WITHOUT_DEADLINE):
            self.tally.count(body, keys.NO_DEADLINE, judged.id)
        self.listing.task(about, judged, stands)

    def _take_other(self, stream: KnownStream, each: Obligation, touched: set[str]) -> None:
        duties, sight = self._duties, self._sight
        breaking = each.breach_of(self._directory)
        begun = each.breach_on is not None and self._within(each.breach_on)
        if breaking is not None and begun and self._is_wanted(breaking):
            self.tally.count(breaking, keys.BREACHES, each.id)
            self.tally.count(breaking, keys.BREACH, each.id, self.listing.law.cited(each))
            self.listing.breach(stream, each, breaking)
        body = self._under(each)
        if each.rule in duties.coordinating and sight.touches(each) and self._is_wanted(body):
            self.tally.count(body, keys.COORDINATED, each.id)
        if each.id in self.listing.snoozes and self._is_wanted(body):
            self.listing.snoozed(stream, each, body, sight.first)
        if each.rule in duties.reporting and self._is_wanted(body):
            self._take_report(each, body)
        if each.rule in duties.returns | duties.difficulties and self._within(each.opened_on):
            self._take_told(stream, each, touched)

    def _take_report(self, each: Obligation, body: str) -> None:
        if each.due is None or not self._within(each.due):
            return
        state = each.state(self._sight.as_of)
        if state == VOID:
            return
        self.tally.count(body, keys.REPORTS_DUE, each.id)
        done = {MET: keys.REPORTS_ON_TIME, MET_LATE: keys.REPORTS_LATE}
        if state in done:
            self.tally.count(body, done[state], each.id)
        elif state == OVERDUE:
            self.tally.count(body, keys.REPORTS_MISSING, each.id)

    def _take_told(self, stream: KnownStream, each: Obligation, touched: set[str]) -> None:
        """Count a return or a difficulty, which is the Office's to answer, under who told it."""
        told_by = (each.trace.get("parties") or {}).get("from_body")
        if told_by is None:
            return
        body = self._directory.counted_under(told_by, self._sight.as_of, each.opened_on)
        if body not in touched or not self._is_wanted(body):
            return
        if each.rule in self._duties.returns:
            self.tally.count(body, keys.RETURNED, each.id)
            self.listing.returned(stream, each, body)
            return
        self.tally.count(body, keys.DIFFICULTIES, each.id)
        if each.met_on is not None and each.met_on <= self._sight.as_of:
            self.tally.count(body, keys.DIFFICULTIES_ANSWERED, each.id)
        self.listing.difficulty(stream, each, body)

    def _within(self, day: date) -> bool:
        return self._sight.first <= day <= self._sight.as_of


def _extended(obligations: Iterable[Obligation]) -> Iterator[date]:
    """The days on which the deadline of a task was put off, of which these are the *obligations*
    with one body: each extension once, though several tell of it."""
    told = {
        (each["source"], each["id"]): date.fromisoformat(each["on"])
        for obligation in obligations
        for each in obligation.trace.get("extensions") or ()
        if each.get("number")
    }
    yield from told.values()


def _disputes(obligation: Obligation, sight: Sight) -> int:
    """How often the Office did not accept, in the days of *sight*, what had been told as done."""
    by = [each["by"] for each in obligation.trace.get("came") or [] if "by" in each]
    if "stands" in obligation.trace:
        by.append(obligation.trace["stands"])
    rejected = {
        (each["source"], each["id"])
        for each in by
        if each.get("type") == REJECTED
        and sight.first <= date.fromisoformat(each["on"]) <= sight.as_of
    }
    return len(rejected)
