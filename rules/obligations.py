"""One demand of the regulation on one body: since when, until when, and how it ended.

An obligation is a value that the projection gives and storage keeps. Whether it is open or
overdue is never part of it: that follows from its dates and the date one looks at it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple, TypeAlias

from .directory import Directory
from .moments import reached
from .trace import Trace

OPEN, OVERDUE, MET, MET_LATE, VOID = "open", "overdue", "met", "met_late", "void"
STATES = (OPEN, OVERDUE, MET, MET_LATE, VOID)

Back: TypeAlias = tuple[date, date | None]
"""A task was back with the Office (Điều 6.2.a): since when, and the day from which it was not any
more, None while that lasts."""


class Obligation(NamedTuple):
    """An instance of a rule. All dates are local dates in Asia/Ho_Chi_Minh.

    ``target`` is the strict reading of a term and ``due`` the lenient one; both None: no
    clock. ``met_on``: the day it was fulfilled. ``ended_on``: the day it ceased unfulfilled
    (withdrawn, reassigned, superseded). At most one of the two is set. ``breach_on``: the
    first day on which it counts as a breach, should it last that long; None: it never does.
    ``first_due``: the due date by the first deadline that its body had, where ``due`` is another by
    now; ``extensions``: how often that was put off since. ``target_at``, ``due_at``:
    the aware moments of these days at which the terms end; None where they end with the day.
    ``met_at``, where it is due at a moment: the one by which it surely was fulfilled. ``trace``
    says how the dates were computed. ``id`` depends only on what the obligation is about, never on
    the order of arrival. A named tuple, since every event makes several: a frozen dataclass of as
    many fields takes more than twice as long to make.
    """

    id: str
    rule: str
    cite: str
    stream: str
    subject: str
    task_id: str | None
    body: str
    role: str
    opened_on: date
    target: date | None
    due: date | None
    met_on: date | None
    ended_on: date | None
    breach_on: date | None
    regulation: str
    trace: Trace
    first_due: date | None = None
    extensions: int = 0
    target_at: datetime | None = None
    due_at: datetime | None = None
    met_at: datetime | None = None

    def __hash__(self) -> int:
        return hash(self.id)  # a trace has none

    @property
    def closed_on(self) -> date | None:
        """The day it was met or ended; None while neither."""
        return self.met_on or self.ended_on

    def state(self, as_of: date) -> str:
        """Its state at the end of *as_of*, or so far (`moments.SoFar`), one of STATES."""
        if self.met_on is not None and self.met_on <= as_of:
            return MET_LATE if self._met_late else MET
        if self.ended_on is not None and self.ended_on <= as_of:
            return VOID
        if not self.is_past(as_of) or self.returned(as_of) is not None:
            return OPEN
        return OVERDUE

    def is_past(self, as_of: date) -> bool:
        """Whether its due date is over at the end of *as_of*, or so far: the day, or the moment."""
        if self.due is None or as_of < self.due:
            return False
        if self.due_at is None or as_of != self.due:
            return as_of > self.due
        return reached(as_of) > self.due_at

    def is_past_target(self, as_of: date) -> bool:
        """The same of its target."""
        if self.target is None or as_of < self.target:
            return False
        if self.target_at is None or as_of != self.target:
            return as_of > self.target
        return reached(as_of) > self.target_at

    def has_opened(self, as_of: date) -> bool:
        """Whether it has opened by the end of *as_of*, or so far."""
        if self.opened_on != as_of:
            return self.opened_on < as_of
        opened_at = self.trace.get("opened_at")
        return opened_at is None or reached(as_of) > datetime.fromisoformat(opened_at)

    @property
    def late_on(self) -> date | None:
        """The first day on which it can be late; None without a due date."""
        return first_late(self.due, self.due_at)

    @property
    def was_late(self) -> bool:
        """Whether it was late when it was closed; true of what is open."""
        if self.due is None or self.closed_on is None:
            return self.due is not None
        return self._met_late if self.met_on is not None else self.closed_on > self.due

    @property
    def _met_late(self) -> bool:
        if self.due is None or self.met_on is None or self.by_silence:
            return False
        if self.due_at is None or self.met_at is None:
            return self.met_on > self.due
        return self.met_at > self.due_at

    @property
    def by_silence(self) -> bool:
        """Whether it was met by nothing having come by its due date, which is not late."""
        return "silence" in self.trace

    @property
    def overdue_on(self) -> date | None:
        """The day since when it is overdue, by all that was said, until it is closed; None: it
        never is, or not before its task, which is back with the Office, is delivered again."""
        late_on = self.late_on
        return None if late_on is None else _overdue_on(late_on, self._backs())

    def counts_as_breach(self, as_of: date) -> bool:
        """Whether it stands as a breach at the end of *as_of*.

        A late fulfilment stays one, and so does an obligation that ended after its due date.
        """
        if self.breach_on is None or self.breach_on > as_of:
            return False
        return self.breach_on != as_of or self.breach_on != self.due or self.is_past(as_of)

    def owed_by(self, directory: Directory, as_of: date) -> tuple[str, ...]:
        """Who owes it at the end of *as_of*: ``body`` while it exists, then whoever answers for it,
        several where it was split; once it is closed, who owed it on that day."""
        return directory.answerable(self.body, self._owed_on(as_of), self.owed_since)

    def counted_under(self, directory: Directory, as_of: date) -> str:
        """The one code under which it counts in totals of *as_of*."""
        return directory.counted_under(self.body, self._owed_on(as_of), self.owed_since)

    def breach_of(self, directory: Directory) -> str | None:
        """The code that its breach counts under: of who answered on the day it began, whoever
        answers later; None where it never is one."""
        if self.breach_on is None:
            return None
        return directory.counted_under(self.body, self.breach_on, self.owed_since)

    @property
    def owed_since(self) -> date:
        """The day on which its body was charged with what it is about, otherwise when it opened."""
        charged_on = self.trace.get("charged_on")
        return self.opened_on if charged_on is None else date.fromisoformat(charged_on)

    def _owed_on(self, as_of: date) -> date:
        return as_of if self.closed_on is None else min(as_of, self.closed_on)

    def returned(self, on: date) -> Back | None:
        """The time in which its task was back with the Office, or its clock stood still before the
        due date had passed, that the day *on* lies in; None where neither was so on that day."""
        return _among(self._backs(), on)

    def paused(self, on: date) -> Back | None:
        """The time in which its clock stood still that the day *on* lies in, whenever that began;
        None where it did not."""
        return _among(self._pauses(late=True), on) if "paused" in self.trace else None

    def unasked(self, on: date) -> Back | None:
        """The time that the day *on* lies in, in which nothing is asked of anybody by it."""
        return self.returned(on) or self.paused(on)

    def _backs(self) -> tuple[Back, ...]:
        if "returned" not in self.trace and "paused" not in self.trace:
            return ()
        backs = tuple(
            (date.fromisoformat(str(first)), date.fromisoformat(until) if until else None)
            for first, until in self.trace.get("returned") or ()
        )
        return (*backs, *self._pauses(late=False)) if "paused" in self.trace else backs

    def _pauses(self, *, late: bool) -> Iterator[Back]:
        """When its clock stood still; *late*: also where it was over due by then."""
        for each in self.trace.get("paused") or ():
            if each.get("late") and not late:
                continue
            last = each.get("last")
            if "first" in each:
                until = date.fromisoformat(last) + timedelta(days=1) if last else None
                yield date.fromisoformat(each["first"]), until
            elif "stopped_at" in each:
                # On the day on which it goes on it runs at the end of the day.
                went_on = each.get("went_on_at")
                until = datetime.fromisoformat(went_on).date() if went_on else None
                yield datetime.fromisoformat(each["stopped_at"]).date(), until


@dataclass(frozen=True, slots=True)
class FormerDeadline:
    """The target and due date that an obligation had by another state of the law (regulation,
    calendar, directory or program), ``until`` the local day on which it was judged anew."""

    target: date | None
    due: date | None
    regulation: str
    until: date
    target_at: datetime | None = None
    due_at: datetime | None = None

    @property
    def end(self) -> tuple[date | None, datetime | None]:
        """The day by which it was due, and the moment of it; of what had no due date its target."""
        return (self.due, self.due_at) if self.due else (self.target, self.target_at)


@dataclass(frozen=True, slots=True)
class TaskState:
    """What is known of a task with one of its present leads (Điều 5.1.g); one value per lead.

    ``status`` is the stored fact: not_started, in_progress or done; within or past the
    deadline is derived. ``done_on``: the date of completion. ``ended_on``: withdrawn, or the
    whole document withdrawn; such a task counts nowhere. ``backs``: when it was back with the
    Office from this lead.
    """

    task_id: str
    lead: str
    content: str
    due: date | None
    status: str
    done_on: date | None
    ended_on: date | None
    backs: tuple[Back, ...] = ()

    @property
    def overdue_on(self) -> date | None:
        """The day since when it is past its deadline while undone; None: it never is, or it is back
        with the Office, from where nobody asks for it."""
        late_on = first_late(self.due)
        return None if late_on is None else _overdue_on(late_on, self.backs)


def _among(backs: Iterable[Back], on: date) -> Back | None:
    return next((b for b in backs if b[0] <= on and (b[1] is None or on < b[1])), None)


def first_late(due: date | None, due_at: datetime | None = None) -> date | None:
    """The first day on which what is *due* can be late: the same, where it is due at a moment; None
    without a due date."""
    return due if due is None or due_at is not None else due + timedelta(days=1)


def _overdue_on(late_on: date, backs: Iterable[Back]) -> date | None:
    """*late_on*, or the day on which the last of *backs* is over, if that is later."""
    day = late_on
    for _, until in backs:
        if until is None:
            return None
        day = max(day, until)
    return day


@dataclass(frozen=True, slots=True)
class Projection:
    """Everything that follows from one stream's history.

    ``symbol`` and ``abstract`` are the document's, None where the stream has no document.
    ``flags`` name what is odd about the history ("unknown_body:XYZ", "outside_assigning"), for the
    data-quality figures. ``missing`` lists the fields of Điều 5.1 that are not there.
    ``next_opening``: the first day after the projection's ``through`` on which a passing date
    opens another obligation, or leaves one to several bodies, so that the stream need not be
    looked at before; None: none will.
    """

    obligations: tuple[Obligation, ...] = ()
    tasks: tuple[TaskState, ...] = ()
    symbol: str | None = None
    abstract: str | None = None
    flags: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    next_opening: date | None = None
