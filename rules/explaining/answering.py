"""What was reported of an obligation, and why it does not count: for an official who asks.

It is answered from what was decided (the obligation and its trace) and from the history it was
decided by; nothing is judged again. Of an event only its type, day, body and values that the
contract lists are named, never a word that somebody wrote.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from ..calendar import OutsideCoverage
from ..event_types import REPORTED
from ..events import Event
from ..judging.shortfall import (
    ANOTHER_VALUE,
    EARLY,
    NOT_ACCEPTED,
    OTHER_BODY,
    REASONS,
    TAKEN_BACK,
    told_of,
)
from ..law import Law
from ..obligations import MET, MET_LATE, VOID, Obligation
from ..regulation import ASSIGNED
from ..rule import Rule
from ..streams import is_of_reports
from ..trace import TracedEvent, TracedShortfall

IN_TIME, LATE, LATE_BREACH = "in_time", "late", "late_breach"
AFTER_END, ENDED_CODE = "after_end", "ended_code"
OTHER_PERIOD, OTHER_TASK, UNFINISHED = "other_period", "other_task", "unfinished"
COUNTED = (IN_TIME, LATE, LATE_BREACH)
WHYS = (*COUNTED, *REASONS, AFTER_END, ENDED_CODE, OTHER_PERIOD, OTHER_TASK, UNFINISHED)
"""What may be said of something that was reported. The first three: it counts, in time or late,
which may be a breach. `REASONS`: why it did not count when it was judged. AFTER_END: the obligation
had ended. ENDED_CODE: under the code of a body that had ended. OTHER_PERIOD, OTHER_TASK: it was
told of another. UNFINISHED: it says itself that the task is not done."""

_UNDONE = ("not_started", "in_progress")


@dataclass(frozen=True, slots=True)
class ReportAnswer:
    """What became of one thing that was ``told``: ``why``, one of `WHYS`, by the article ``cite``.

    ``by``: what took it back, or ended the obligation before. ``day``: the due date, the day of
    that end, or from which it would have counted. ``days``: working days late. ``bodies``: who
    answers for the body that had ended. ``period``, ``task``: which it was told of; ``said``:
    values of fields that are not what is asked.
    """

    obligation: Obligation
    why: str
    told: TracedEvent
    cite: str
    by: TracedEvent | None = None
    day: date | None = None
    days: int | None = None
    bodies: tuple[str, ...] = ()
    period: str | None = None
    task: str | None = None
    said: Mapping[str, Any] | None = None


def answers(
    obligation: Obligation, law: Law, history: Sequence[Event], as_of: date
) -> list[ReportAnswer]:
    """What was reported of *obligation* by the end of *as_of*, in order, each with whether and why
    it counts. *obligation* as what had been said by then has it; *history*: the events of its
    stream by then, in the contract's order."""
    asking = _Asking(obligation, law, history, as_of)
    found = [asking.short(told) for told in obligation.trace.get("came") or ()]
    # What took something back is told with it.
    taking = {_key(each.by) for each in found if each.by is not None}
    found = [each for each in found if each.why != UNFINISHED or _key(each.told) not in taking]
    state = obligation.state(as_of)
    if state in (MET, MET_LATE):
        found += asking.counted(late=state == MET_LATE)
    elif state == VOID:
        found += asking.after_end()
    elif not found:
        found += asking.elsewhere()
    return found


class _Asking:
    """What is asked about, by which rule of which law."""

    def __init__(
        self, obligation: Obligation, law: Law, history: Sequence[Event], as_of: date
    ) -> None:
        self.obligation, self.law, self.history, self.as_of = obligation, law, history, as_of
        regulation = law.regulations.get(obligation.regulation)
        self.rule: Rule | None = regulation.rule(obligation.rule) if regulation else None
        day = obligation.opened_on
        self.undoing = law.regulations.undoing(regulation, day) if regulation else ()

    def short(self, told: TracedShortfall) -> ReportAnswer:
        """What did not count when it was judged."""
        why = str(told.get("why"))
        by, body = told.get("by"), told.get("body")
        cite = self.obligation.cite
        if why in (NOT_ACCEPTED, TAKEN_BACK) and by is not None:
            cited = (each.cite for each in self.undoing if each.event == by.get("type"))
            cite = next((each for each in cited if each), cite)
        day, bodies = None, tuple[str, ...]()
        if why == EARLY:
            day = _day(told.get("from"))
        elif why in REASONS:
            day = self.obligation.opened_on
        on = _day(told.get("on"))
        if why == OTHER_BODY and body and on and self.law.directory.has_ended(body, on):
            why, bodies = ENDED_CODE, self.law.directory.answerable(body, on)
        said = told.get("said") or {}
        if why == ANOTHER_VALUE and [*said] == ["status"] and said["status"] in _UNDONE:
            why = UNFINISHED
        return ReportAnswer(
            self.obligation,
            why if why in WHYS else "unknown",
            told,
            cite,
            by=by,
            day=day,
            bodies=bodies,
            period=told.get("period"),
            said=said,
        )

    def counted(self, *, late: bool) -> Iterator[ReportAnswer]:
        """What fulfilled it."""
        obligation, met_by = self.obligation, self.obligation.trace.get("met_by")
        if met_by is None or obligation.met_on is None:
            return
        why = IN_TIME
        if late:
            why = LATE_BREACH if obligation.counts_as_breach(self.as_of) else LATE
        days = self._working_days(obligation.due, obligation.met_on) if late else None
        told: TracedEvent = {**met_by, "on": obligation.met_on.isoformat()}
        yield ReportAnswer(obligation, why, told, obligation.cite, day=obligation.due, days=days)

    def after_end(self) -> Iterator[ReportAnswer]:
        """What came after it had ended."""
        obligation, trace = self.obligation, self.obligation.trace
        ended_by, ended_on = trace.get("ended_by"), obligation.ended_on
        if ended_by is None or ended_on is None or trace.get("superseded"):
            return
        key = (ended_by.get("source"), ended_by.get("id"))
        end = next((each for each in self.history if (each.source, each.id) == key), None)
        for event in self._acts():
            after = event.on > ended_on if end is None else event.order > end.order
            if after and event.data.get("task_id") == obligation.task_id:
                told = _told(event)
                cite = obligation.cite
                yield ReportAnswer(obligation, AFTER_END, told, cite, by=ended_by, day=ended_on)

    def elsewhere(self) -> Iterator[ReportAnswer]:
        """What was told of another period or another task, the last of it."""
        obligation, last = self.obligation, None
        assigned = {e.data.get("task_id") for e in self.history if e.type == ASSIGNED}
        reports = is_of_reports(obligation.stream)
        for event in self._acts():
            task, period = event.data.get("task_id"), event.data.get("period")
            if reports and event.type == REPORTED and period and self._is_asked(event):
                if event.on >= obligation.opened_on and period != self._period():
                    last = ReportAnswer(
                        obligation, OTHER_PERIOD, _told(event), obligation.cite, period=str(period)
                    )
            elif obligation.task_id and task is not None and task not in assigned:
                last = ReportAnswer(
                    obligation, OTHER_TASK, _told(event), obligation.cite, task=str(task)
                )
        if last is not None:
            yield last

    def _acts(self) -> Iterator[Event]:
        """What its body has told that is of a type which may fulfil it."""
        rule, mine = self.rule, self.obligation.body
        types: Iterable[str] = rule.fulfilling.keys() if rule else ()
        for event in self.history:
            body = event.data.get("body")
            if event.type not in types or not isinstance(body, str) or event.on > self.as_of:
                continue
            if body == mine or mine in self.law.directory.acts_for(body, event.on):
                yield event

    def _is_asked(self, event: Event) -> bool:
        """Whether *event* is the kind of report that the rule wants."""
        ways = self.rule.fulfilling.get(event.type, ()) if self.rule else ()
        return any(
            all(event.data.get(name) in wanted for name, wanted in way.where) for way in ways
        )

    def _period(self) -> str | None:
        period = self.obligation.trace.get("period")
        return self.obligation.subject if period is None else period.get("name")

    def _working_days(self, start: date | None, end: date) -> int | None:
        try:
            return None if start is None else self.law.calendar.working_days_between(start, end)
        except OutsideCoverage:
            return None


def _told(event: Event) -> TracedEvent:
    """*event* as a trace names it, with its body."""
    told = told_of(event)
    if "body" not in told and isinstance(event.data.get("body"), str):
        told["body"] = event.data["body"]
    return told


def _key(told: TracedEvent) -> tuple[str | None, str | None]:
    return told.get("source"), told.get("id")


def _day(text: object) -> date | None:
    try:
        return date.fromisoformat(str(text))
    except ValueError:
        return None
