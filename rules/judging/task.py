"""A task as HSCV told of it: who is charged with it since when, to whom it is delivered, by when.

These are the values; `charging` says what an event changes about them. They must never say what the
law makes of it.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, NamedTuple, TypeAlias

from ..events import Event
from ..rule import COORDINATING
from .timeline import Timeline

Said: TypeAlias = tuple[tuple[str, str], str | None]
"""An event's key, and the body whose act it is; one event can be the act of several."""


@dataclass(slots=True)
class Deadline:
    """A deadline as set by an event; ``inherited``: whichever runs for the task by then, which is
    for the law to say (`charge_cases`). ``anew``: nobody was charged with the task when it was
    set."""

    event: Event
    due_on: date | None = None
    inherited: bool = False
    anew: bool = False


@dataclass(slots=True)
class Charge:
    """A body charged with a task, from one event to another, without interruption.

    ``after``: the end of the same body's charge before this one, None for its first.
    ``position``: the place among the task's events from where on they can belong to it.
    """

    body: str
    role: str
    start: Event
    deadlines: list[Deadline]
    after: Event | None
    position: int
    end: Event | None = None

    def covers(self, event: Event) -> bool:
        """Whether what the body did with *event* belongs to this charge.

        What it reported before its first charge belongs to that one: clocks differ.
        """
        return (self.after is None or self.after.order < event.order) and (
            self.end is None or event.order < self.end.order
        )


@dataclass(slots=True)
class TaskDelivery:
    """A task handed to one body by one event; ended by the next or by losing the task.

    ``position``: the place of the event among the task's.
    """

    body: str
    role: str
    event: Event
    position: int
    end: Event | None = None


class Extension(NamedTuple):
    """A later deadline was asked for, granted or refused by ``event``.

    ``before``: the date that ran by then, ``due_on`` the one asked for, or that binds from then
    on; None where it was refused. ``by``: whose word it was, an authority or the code of a body, as
    far as it is known. Of what was granted: ``number``, the how manieth extension of the task it
    is, 0 where it gives no more time; its ``days``, of the ``kind`` that the regulation counts,
    None where it counts none; which of its limits it is ``beyond`` ("at_most", "days",
    "days_in_all"), and the date that was ``granted`` where less binds by them. ``so_far``: how many
    gave more time by then.
    """

    event: Event
    before: date | None = None
    due_on: date | None = None
    by: str | None = None
    number: int = 0
    days: int | None = None
    kind: str | None = None
    beyond: tuple[str, ...] = ()
    granted: date | None = None
    so_far: int = 0


@dataclass(slots=True)
class Task:
    """A task of the document, with everything that happened to it, in order.

    ``charged`` and ``delivered`` hold what has not ended, by (role, body); ``ended`` the last
    end of a charge. ``dates``: every deadline as it was set, None where it was taken away;
    ``due_on`` the last of them. ``coordinating_due_on``: the date of the coordinating bodies, where
    they have one of their own; ``coordinating_dates``: theirs as they were set, empty where they
    never had one. ``recurrences``: each rule of repetition with the event that set it, None where
    it took it away; empty for a task that is done once. ``returning``: the bodies whose return
    awaits another delivery (Điều 6.2.a). ``parties``: every body that was ever charged with it.
    ``parent``: the task above it, of the same document. ``completions``: by body, what said that
    the task was done; ``undone``: what took each of these back, if anything (Điều 7), which is for
    the law to say (`undoing`). ``extensions``: what was asked for and decided about more time, as
    the law counts it (`extensions`).
    """

    id: str
    first: Event
    fields: dict[str, Any] = field(default_factory=dict)
    due_on: date | None = None
    dates: list[Deadline] = field(default_factory=list)
    coordinating_due_on: date | None = None
    coordinating_dates: list[Deadline] = field(default_factory=list)
    recurrences: list[tuple[Event, str | None]] = field(default_factory=list)
    charges: list[Charge] = field(default_factory=list)
    deliveries: list[TaskDelivery] = field(default_factory=list)
    charged: dict[tuple[str, str], Charge] = field(default_factory=dict)
    delivered: dict[tuple[str, str], TaskDelivery] = field(default_factory=dict)
    ended: dict[tuple[str, str], Event] = field(default_factory=dict)
    events: Timeline = field(default_factory=Timeline)
    completions: dict[str, list[Event]] = field(default_factory=dict)
    undone: dict[Said, Event] = field(default_factory=dict)
    withdrawals: list[Event] = field(default_factory=list)
    extensions: list[Extension] = field(default_factory=list)
    parent: str | None = None
    returning: set[str] = field(default_factory=set)
    parties: set[str] = field(default_factory=set)

    def recurs_at(self, event: Event | None) -> bool:
        """Whether the task comes round by what had been said with *event*, None: ever."""
        if not self.recurrences:
            return False
        place = len(self.recurrences)
        if event is not None:
            place = bisect_right(self.recurrences, event.order, key=lambda said: said[0].order)
        return place > 0 and self.recurrences[place - 1][1] is not None

    def due_for(self, role: str) -> date | None:
        """The date that was last set for those charged as *role*."""
        own = self.coordinating_due_on if role == COORDINATING else None
        return own or self.due_on

    def dates_for(self, role: str) -> list[Deadline]:
        """The dates as they were set for those charged as *role*."""
        own = self.coordinating_dates if role == COORDINATING else []
        return own or self.dates

    def bodies(self, role: str) -> list[str]:
        """The bodies charged with the task in *role* now."""
        return [body for charged_role, body in self.charged if charged_role == role]

    def completion(
        self, charge: Charge, stands_after: date | None = None
    ) -> tuple[Event, date] | None:
        """The event by which the body of *charge* first said that it had completed the task,
        and the earliest date of completion it stated, of what `counts`; None where nothing does,
        and for a task that comes round, which is never done for good."""
        if self.recurrences:
            return None
        done = [
            each
            for each in self.completions.get(charge.body, ())
            if charge.covers(each) and self.counts(each, stands_after)
        ]
        return (done[0], min(map(completed_on, done))) if done else None

    def counts(self, event: Event, stands_after: date | None = None) -> bool:
        """Whether nothing took *event* back, or only after the day or the moment *stands_after*, by
        which it had been told."""
        by = self.undone.get(said(event)) if self.undone else None
        if by is None or stands_after is None:
            return by is None
        return (
            by.time > stands_after if isinstance(stands_after, datetime) else by.on > stands_after
        )


def said(event: Event) -> Said:
    """What tells an act of a body from others, and from the same event as another body's."""
    return (event.key, event.data.get("body"))


def completed_on(event: Event) -> date:
    """The date a completing event stands for: its own for progress, the stated one otherwise."""
    if event.type == "task.completed":
        return date.fromisoformat(event.data["completed_on"])
    return event.on


def bodies_of(value: Any) -> list[str]:
    """One body or a list of them, as a list without repeats."""
    return [value] if isinstance(value, str) else list(dict.fromkeys(value))
