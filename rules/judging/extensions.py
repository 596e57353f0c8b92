"""Extensions of a task's deadline: who asked, what was granted or refused, the how manieth it is.

What the regulation allows is counted and never assumed: an extension beyond it is noted, and binds
as far as the regulation's file says. It must never move a deadline by a request.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TypeAlias

from ..calendar import Calendar, OutsideCoverage
from ..directory import Directory
from ..event_facts import AUTHORITIES
from ..event_types import EXTENSION_GRANTED, EXTENSION_REFUSED, EXTENSION_REQUESTED
from ..events import Event
from ..normalising import normal
from ..regulation import ExtensionLimit
from ..rule import WORKING_DAYS, Term
from .cases import Case
from .clock import Clock
from .fulfilment import Met
from .moved_deadlines import Clocks
from .task import Deadline, Extension, Task

TYPES = frozenset({EXTENSION_REQUESTED, EXTENSION_GRANTED, EXTENSION_REFUSED})
MOST_TOLD = 20
"""Requests, grants and refusals that an obligation tells of, the last ones."""
BEYOND = "extension_beyond"
"""Flags an extension beyond what the regulation allows."""

Allowed: TypeAlias = Callable[[Event], "tuple[ExtensionLimit | None, Mapping[str, str]]"]
"""What the law of the charge that an event began allows, and what it calls each authority."""


def extend(
    tasks: Iterable[Task],
    allowed: Allowed,
    clocks: Clocks,
    calendar: Calendar,
    directory: Directory,
) -> set[str]:
    """Note in each of *tasks* what was asked for and decided about more time; gives the flags.

    What is granted beyond what is *allowed* moves the dates of the task no further than the law
    says.
    """
    flags: set[str] = set()
    for task in tasks:
        if not TYPES.isdisjoint(task.events.types):
            counting = _Counting(task, allowed, clocks, calendar, directory)
            task.extensions = _numbered(sorted(counting.run(), key=_order))
            if any(each.beyond for each in task.extensions):
                flags.add(BEYOND)
    return flags


def of_case(case: Case, term: Term | None, met: Met | None) -> tuple[int, Sequence[Extension]]:
    """How often the deadline of *case* was put off until it was *met* or ended, and what was asked
    for and decided about that, the last `MOST_TOLD`; nothing where its *term* is not counted from a
    deadline of its task."""
    task, charge = case.task, case.charge
    if task is None or charge is None or not task.extensions:
        return 0, ()
    # What is granted moves the task's date, and not one of its own.
    own = task.dates_for(charge.role) is not task.dates
    if own or term is None or not term.of_deadline:
        return 0, ()
    last = case.end if met is None else met[0]
    first = bisect_right(task.extensions, charge.start.order, key=_order)
    end = len(task.extensions)
    if last is not None:
        end = max(bisect_left(task.extensions, last.order, key=_order), first)
    number = task.extensions[end - 1].so_far if end else 0
    before = task.extensions[first - 1].so_far if first else 0
    return number - before, task.extensions[max(first, end - MOST_TOLD) : end]


@dataclass(slots=True)
class _Counting:
    """The extensions of one task, one after the other; used once. ``runs``: the date that does;
    ``number``, ``in_all``: the extensions so far, and their days together."""

    task: Task
    allowed: Allowed
    clocks: Clocks
    calendar: Calendar
    directory: Directory
    runs: date | None = None
    known: bool = False
    number: int = 0
    in_all: int = 0

    def run(self) -> Iterator[Extension]:
        """What was granted, in order of the dates, then what was asked for and refused; the dates
        of what was granted are made to be what binds."""
        bound: dict[tuple[str, str], date] = {}
        for each in self.task.dates:
            if each.anew:
                self.known, self.number, self.in_all = False, 0, 0
            if each.event.type == EXTENSION_GRANTED:
                extension = self._granted(each)
                yield extension
                if extension.due_on is not None and extension.due_on != each.due_on:
                    bound[each.event.key] = each.due_on = extension.due_on
            if not self.known or self._binds(each.event, each.due_on):
                self.runs, self.known = each.due_on, True
        self._bind(bound)
        for position in self.task.events.places((EXTENSION_REQUESTED, EXTENSION_REFUSED), 0):
            event = self.task.events[position]
            asked = event.data.get("due_on")
            due_on = date.fromisoformat(asked) if isinstance(asked, str) else None
            yield Extension(event, due_on=due_on, by=self._by(event))

    def _granted(self, each: Deadline) -> Extension:
        event, due_on = each.event, each.due_on
        longer = self.runs is not None and due_on is not None and due_on > self.runs
        if self.runs is None or due_on is None or not longer or not self._binds(event, due_on):
            return Extension(event, self.runs if self.known else None, due_on, self._by(event))
        by, (limit, _) = self._by(event), self._law(event)
        if limit is None:
            self.number += 1
            return Extension(event, self.runs, due_on, by, self.number)
        days = self._days(limit, self.runs, due_on)
        beyond = tuple(self._beyond(limit, days))
        granted = None
        if beyond and not limit.binds_beyond:
            granted, due_on = due_on, self._allowed(limit, self.runs, due_on)
            days = self._days(limit, self.runs, due_on)
        # Where nothing of it is allowed, or only what is over by then, it uses nothing up.
        if due_on == self.runs or not self._binds(event, due_on):
            return Extension(event, self.runs, due_on, by, beyond=beyond, granted=granted)
        self.number += 1
        self.in_all += days or 0
        kind = None if days is None else limit.kind
        return Extension(event, self.runs, due_on, by, self.number, days, kind, beyond, granted)

    def _beyond(self, limit: ExtensionLimit, days: int | None) -> Iterator[str]:
        """What of *limit* one more extension of so many *days* is beyond."""
        if limit.at_most is not None and self.number >= limit.at_most:
            yield "at_most"
        if days is not None and limit.days is not None and days > limit.days:
            yield "days"
        if days and limit.days_in_all is not None and self.in_all + days > limit.days_in_all:
            yield "days_in_all"

    def _allowed(self, limit: ExtensionLimit, runs: date, due_on: date) -> date:
        """The last day up to which *limit* lets the date that *runs* be moved to *due_on*."""
        if limit.at_most is not None and self.number >= limit.at_most:
            return runs
        most = [each for each in (limit.days,) if each is not None]
        if limit.days_in_all is not None:
            most.append(max(limit.days_in_all - self.in_all, 0))
        days = min(most)
        if limit.kind != WORKING_DAYS:
            return min(due_on, runs + timedelta(days=days))
        try:
            return min(due_on, self.calendar.add_working_days(runs, days)) if days else runs
        except OutsideCoverage:
            return due_on

    def _days(self, limit: ExtensionLimit, runs: date, due_on: date) -> int | None:
        """How many days *due_on* lies after the date that *runs*; None beyond the calendar."""
        if limit.kind != WORKING_DAYS:
            return (due_on - runs).days
        try:
            return self.calendar.working_days_between(runs, due_on)
        except OutsideCoverage:
            return None

    def _binds(self, event: Event, due_on: date | None) -> bool:
        clock: Clock = self.clocks(event)
        return clock.binds(event, due_on)

    def _law(self, event: Event) -> tuple[ExtensionLimit | None, Mapping[str, str]]:
        """What the law of the charge that ran last when *event* came allows."""
        charges = self.task.charges
        place = bisect_left(charges, event.order, key=lambda charge: charge.start.order)
        return self.allowed(charges[place - 1].start if place else self.task.first)

    def _by(self, event: Event) -> str | None:
        """Whose word *event* is: who asks, or who decided, where that is an authority or a body,
        by its code or as the regulation calls it. Nothing else that somebody wrote is kept."""
        if event.type == EXTENSION_REQUESTED:
            return event.under or str(event.data["body"])
        said = _folded(event.data.get("decided_by") or "")
        _, issuers = self._law(event)
        for authority in sorted(AUTHORITIES):
            if said in (authority, _folded(issuers.get(authority, authority))):
                return authority
        written = str(event.data.get("decided_by") or "")
        return written if written in self.directory else None

    def _bind(self, bound: Mapping[tuple[str, str], date]) -> None:
        """Let what was granted set the dates *bound*, by its event."""
        if not bound:
            return
        for charge in self.task.charges:
            for each in charge.deadlines:
                own = self.task.dates_for(charge.role) is not self.task.dates
                if each.event.key in bound and not each.inherited and not own:
                    each.due_on = bound[each.event.key]
        self.task.due_on = self.task.dates[-1].due_on


def _numbered(extensions: Iterable[Extension]) -> list[Extension]:
    """*extensions*, in order, with how many so far gave more time."""
    found: list[Extension] = []
    so_far = 0
    for each in extensions:
        so_far += each.number > 0
        found.append(each._replace(so_far=so_far))
    return found


def _order(each: Extension) -> tuple[datetime, int, str, str]:
    return each.event.order


def _folded(text: str) -> str:
    return normal("NFC", text).casefold().strip()
