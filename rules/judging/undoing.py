"""Which completions were taken back, by the Office or by the body itself (Điều 7).

What takes one back is for the regulation to say. Whether a duty to tell had been done by it all
the same is for each rule (`stands_after_due`). It must never remove what was said.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from typing import TypeAlias

from ..directory import Directory
from ..event_facts import ABOUT_A_BODY
from ..events import Event
from ..regulation import REJECTED, Undoing
from .conditions import agrees
from .task import Charge, Task, said

TAKEN_BACK = "completion_taken_back"
"""Flags a body that said of a task that it was done, and afterwards that it is not."""

_OF_OTHERS = ABOUT_A_BODY | {REJECTED}
"""What takes back and is not the word of the body whose completion it is."""

_Order: TypeAlias = tuple[datetime, int, str, str]
Laws: TypeAlias = Callable[[Event], Sequence[Undoing]]
"""What takes a completion back by the law of the charge that an event began."""


def undo(tasks: Iterable[Task], laws: Laws, directory: Directory) -> set[str]:
    """Note in each of *tasks* what took its completions back, by *laws*; gives the flags.

    An event takes back what its body completed since that was last charged, as far as it speaks
    of that (`_Undoing.reaches`).
    """
    flags: set[str] = set()
    for task in tasks:
        if task.completions:
            for event in _Undoing(task, laws, directory).run():
                if event.type != REJECTED:
                    flags.add(TAKEN_BACK)
    return flags


class _Undoing:
    """What was taken back of one task; used once. ``waiting``: by body, what it has completed and
    nothing has taken back."""

    def __init__(self, task: Task, laws: Laws, directory: Directory) -> None:
        self.task, self.laws, self.directory = task, laws, directory
        self.waiting: dict[str, list[Event]] = {}
        self.charges: dict[str, list[Charge]] = {}
        for charge in task.charges:
            self.charges.setdefault(charge.body, []).append(charge)
        self.ends = _ends(task)

    def run(self) -> Iterator[Event]:
        """Note it in the task; gives the events that took something back."""
        completions = self.task.completions.values()
        completing = {said(each) for of_one in completions for each in of_one}
        for _, acts in groupby(self.task.events, key=lambda event: event.key):
            undoing = {}
            for event in acts:
                if said(event) in completing:
                    self.waiting.setdefault(event.data["body"], []).append(event)
                elif self._undoes(event):
                    undoing[event.data["body"]] = event
            if undoing:
                yield from self._take_back(undoing)

    def _undoes(self, event: Event) -> bool:
        if self.task.recurrences and event.type != REJECTED:
            return False  # a task that comes round is begun anew, and not taken back by that
        body = event.data.get("body")
        charge = self._charge_at(body, event) if isinstance(body, str) else None
        return charge is not None and any(
            event.type == each.event and agrees(event.data, each.where)
            for each in self.laws(charge.start)
        )

    def _charge_at(self, body: str, event: Event) -> Charge | None:
        """The charge of *body* that ran last when *event* came, otherwise its first."""
        charges = self.charges.get(body)
        if not charges:
            return None
        place = bisect_right(charges, event.order, key=lambda charge: charge.start.order)
        return charges[max(place - 1, 0)]

    def _take_back(self, acts: Mapping[str, Event]) -> Iterator[Event]:
        """Let one event take back what it speaks of; *acts*: by body, as the act of each."""
        standing = {body: self._standing(body, event) for body, event in acts.items()}
        for body, event in acts.items():
            explained = any(
                self._explains(other, event, standing[other]) for other in acts if other != body
            )
            self.waiting[body] = []
            for each in standing[body]:
                if self._reaches(event, each, explained=explained):
                    self.task.undone[said(each)] = event
                else:
                    self.waiting[body].append(each)
            if len(self.waiting[body]) < len(standing[body]):
                yield event

    def _standing(self, body: str, event: Event) -> list[Event]:
        since = _last_before(self.ends.get(body, ()), event)
        waiting = self.waiting.get(body, ())
        if self.task.recurrences:
            waiting = waiting[-1:]  # what was rejected is what was handed in last
        return [each for each in waiting if since is None or each.order > since]

    def _explains(self, body: str, event: Event, standing: Sequence[Event]) -> bool:
        """Whether *event* has its meaning already by what *body* is charged with: that is whose
        code it bears, is not done yet, or was completed under the same code."""
        charge = self._charge_at(body, event)
        if charge is None or not charge.covers(event):
            return False
        if body == _code(event) or any(_code(each) == _code(event) for each in standing):
            return True
        return not standing and event.type not in _OF_OTHERS

    def _reaches(self, event: Event, completion: Event, *, explained: bool) -> bool:
        """Whether *event* takes back *completion*: what was told under its own code; and what
        others told whom its sender stands for, unless it is *explained* by another charge. What
        another of several successors told is not its own to take back (7.2.b), nor does rejecting
        one result reject another (7.1)."""
        code, told = _code(event), _code(completion)
        if code == told:
            return True
        if code == event.data["body"] and event.type in _OF_OTHERS:
            return True
        if explained and code != event.data["body"]:
            return False
        if told in self.directory.acts_for(code, event.on):
            return True
        answering = self.directory.answerable(code, event.on)
        return len(answering) == 1 and answering == self.directory.answerable(told, event.on)


def _code(event: Event) -> str:
    """The code that *event* came under."""
    return event.under or str(event.data["body"])


def _ends(task: Task) -> dict[str, list[_Order]]:
    """By body, when its charges with *task* ended, in order."""
    ends: dict[str, list[_Order]] = {}
    for charge in task.charges:
        if charge.end is not None:
            ends.setdefault(charge.body, []).append(charge.end.order)
    for orders in ends.values():
        orders.sort()
    return ends


def _last_before(orders: Sequence[_Order], event: Event) -> _Order | None:
    place = bisect_left(orders, event.order)
    return orders[place - 1] if place else None
