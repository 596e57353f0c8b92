"""A case: one thing that a rule is owed for, as a value; and every way in which one is made.

A case says what an obligation would be about, whose it would be, when it opens, what may
fulfil it and what ends it; it does not say by when. It must never look at a rule's term, and
nobody changes one: who knows better makes another. It is a named tuple, since every event makes
dozens: a frozen dataclass of as many fields takes twice as long to make, five times to vary.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from types import MappingProxyType
from typing import Any, NamedTuple

from ..events import Event
from ..periods import Period
from ..rule import Rule
from .case_deadline import NO_DEADLINE, CaseDeadline
from .task import Charge, Task, TaskDelivery
from .timeline import Timeline

ONE_DAY = timedelta(days=1)
NOTHING: Mapping[Any, Any] = MappingProxyType({})
NO_EVENTS = Timeline()


class Case(NamedTuple):
    """One thing that a rule is owed for.

    ``part`` tells it from others of the same rule, body and task. ``events`` from
    ``position`` on may fulfil it, up to ``end``, where ``charge`` covers them; ``superseded``: it
    ended since another deadline was set.
    ``told``: everything that was told in its period, where `events` leaves some out; ``served``:
    by key, the period for which an event counted already.
    ``lead``: the lead whose task it is about; ``subject``: a period, where it is about that and not
    about the stream's own subject. ``follows``: the rule whose obligation opened it, the id of
    which is its part. ``own``: it is what the document itself asks, and goes by the law of the
    document's day; ``begun_on``: the day on which what it is about had begun, where that is not the
    stream's. ``opened_at``: the moment at which what it follows passed its own, or was met; None
    where nothing asks for it.
    """

    part: str
    body: str
    role: str
    opened_on: date
    opened_by: Event | None = None
    data: Mapping[str, Any] = NOTHING
    task: Task | None = None
    charge: Charge | None = None
    events: Timeline = NO_EVENTS
    position: int = 0
    end: Event | None = None
    superseded: bool = False
    deadline: CaseDeadline = NO_DEADLINE
    lead: str | None = None
    subject: str | None = None
    conditions: frozenset[str] = frozenset()
    told: Timeline | None = None
    served: Mapping[tuple[str, str], str] = NOTHING
    follows: str | None = None
    own: bool = False
    begun_on: date | None = None
    opened_at: datetime | None = None

    @property
    def known_on(self) -> date:
        """The day on which the obligor could first know by when."""
        set_on = self.deadline.set_on
        if self.deadline.ran and set_on is not None:
            return set_on
        return self.opened_on if set_on is None else max(self.opened_on, set_on)

    def owed_by(self, body: str, role: str) -> Case:
        """The case as one of *body*, in *role*."""
        return self._replace(body=body, role=role)

    def concerned_by(self, event: Event) -> bool:
        """Whether *event* speaks of it: of a task, one that names a body only where it is of that
        body's."""
        return self.task is None or event.data.get("body", self.body) in (self.body, self.lead)

    def ended_by(self, event: Event | None) -> Case:
        """The case as *event* ends it, unless something ended it before."""
        if event is None or (self.end is not None and event.order >= self.end.order):
            return self
        return self._replace(end=event, superseded=False)

    def superseded_by(self, event: Event) -> Case:
        """The case as it ends with *event*, which set another deadline."""
        return self._replace(end=event, superseded=True)

    def not_superseded(self) -> Case:
        """The case as it goes on, whatever deadline was set after."""
        return self._replace(end=None, superseded=False)

    def known_from(self, day: date) -> Case:
        """The case as nobody could know it before *day*."""
        set_on = max(self.deadline.set_on or self.opened_on, day)
        return self._replace(deadline=self.deadline._replace(set_on=set_on))


def key_of(event: Event) -> str:
    """An event's identity as one word, for the identity of what it opens; two events never have
    the same."""
    # Both may hold spaces, and a source that does could end where another's id begins. No
    # identifier holds a control character.
    between = "\x1f" if " " in event.source else " "
    return f"{event.source}{between}{event.id}"


def legal_date(rule: Rule, data: Mapping[str, Any], event: Event) -> date:
    """The legal date on which *event* opens *rule*, from its data where the rule says so."""
    for name in rule.opens.on:
        value = data.get(name)
        if isinstance(value, str):
            return date.fromisoformat(value)
    return event.on


def of_document(
    rule: Rule,
    opened_by: Event,
    data: Mapping[str, Any],
    events: Timeline,
    end: Event | None,
    held: frozenset[str],
) -> Case:
    """The case of a document that *opened_by* brought about with *data*; whose is not said yet."""
    return Case(
        part="",
        body="",
        role="",
        opened_on=legal_date(rule, data, opened_by),
        opened_by=opened_by,
        data=data,
        events=events,
        end=end,
        conditions=held,
        own=True,
    )


def of_added_task(task: Task, end: Event | None, held: frozenset[str]) -> Case:
    """The case of a *task* that was added to its document later; whose is not said yet."""
    return Case(
        part=key_of(task.first),
        body="",
        role="",
        opened_on=task.first.on,
        opened_by=task.first,
        task=task,
        end=end,
        conditions=held,
        own=True,
    )


def of_delivery(delivery: TaskDelivery, task: Task, held: frozenset[str]) -> Case:
    """The case of a *delivery* of *task* to a body, lead or coordinating (Điều 6.2)."""
    return Case(
        part=key_of(delivery.event),
        body=delivery.body,
        role=delivery.role,
        opened_on=delivery.event.on,
        opened_by=delivery.event,
        data=delivery.event.data,
        task=task,
        events=task.events,
        position=delivery.position + 1,
        end=delivery.end,
        conditions=held,
        own=delivery.event.key == task.first.key,
    )


def of_charge(
    charge: Charge, task: Task, event: Event, deadline: CaseDeadline, held: frozenset[str]
) -> Case:
    """The case of a *charge* with *task* under the *deadline* that *event* set."""
    return Case(
        part=key_of(event),
        body=charge.body,
        role=charge.role,
        opened_on=event.on,
        opened_by=event,
        data=event.data,
        task=task,
        charge=charge,
        events=task.events,
        position=charge.position,
        deadline=deadline,
        lead=charge.body if charge.role == "lead" else None,
        conditions=held,
        own=event.key == task.first.key,
    )


def moved_on(case: Case, event: Event, place: int) -> Case:
    """The case that *case* is from the move at *place* of its deadline on, which *event* made."""
    begun = case._replace(part=key_of(event), opened_on=event.on, opened_by=event, data=event.data)
    return begun._replace(deadline=case.deadline.since(place), own=False)


def of_result(event: Event, charge: Charge, task: Task, place: int, held: frozenset[str]) -> Case:
    """The case of a result that the lead of *charge* hands in with *event*, up to *place*."""
    case = of_charge(charge, task, event, NO_DEADLINE, held)
    return case._replace(body="", role="", charge=None, position=place, own=False)


def of_occurrence(
    charge: Charge, task: Task, by: Event, day: date, opened_on: date, held: frozenset[str]
) -> Case:
    """The case of the *day* on which a *task* that comes round, as *by* says, is due."""
    case = of_charge(charge, task, by, CaseDeadline(day), held)
    own, part = case.own and opened_on == by.on, f"{case.part} {day.isoformat()}"
    return case._replace(part=part, opened_on=opened_on, position=0, own=own)


def after_deadline(case: Case, due_on: date) -> Case:
    """The case that a charge's *case* brings about on the day after its deadline *due_on*."""
    return case._replace(opened_on=max(due_on + ONE_DAY, case.opened_on), own=False)


def of_event(
    rule: Rule, event: Event, place: int, events: Timeline, task: Task | None, held: frozenset[str]
) -> Case:
    """The case that *event* opens under *rule*, at *place* among *events*; whose is not said yet,
    nor by which deadline."""
    return Case(
        part=key_of(event),
        body="",
        role="",
        opened_on=legal_date(rule, event.data, event),
        opened_by=event,
        data=event.data,
        task=task,
        events=events,
        position=0 if rule.earlier_counts else place + 1,
        conditions=held,
    )


def told_again(rule: Rule, case: Case, data: Mapping[str, Any], deadline: CaseDeadline) -> Case:
    """*case* as a later event about the same says it better: with its *data* and *deadline*."""
    assert case.opened_by is not None
    day = legal_date(rule, data, case.opened_by)
    return case._replace(data=data, opened_on=day, deadline=deadline)


def of_period(schedule: str, period: Period, body: str, role: str, events: Timeline) -> Case:
    """The case of what *body* owes for a *period* of a kind (*schedule*)."""
    return Case(
        part=f"{schedule} {period.name}",
        body=body,
        role=role,
        opened_on=period.opens_on,
        subject=period.name,
        events=events,
        begun_on=period.first,
    )


def of_period_of_charge(
    span: Case,
    part: str,
    opened_on: date,
    begun_on: date,
    counting: Timeline,
    told: Timeline,
    served: Mapping[tuple[str, str], str],
) -> Case:
    """The case of what a charge's *span* owes for a period: *part* names it, *counting* are the
    events that may count for it, *told* all of its time, *served* those that counted before."""
    return Case(
        part=f"{span.part} {part}",
        body=span.body,
        role=span.role,
        opened_on=opened_on,
        task=span.task,
        charge=span.charge,
        events=counting,
        end=span.end,
        lead=span.lead,
        told=told,
        served=dict(served),
        begun_on=begun_on,
    )


def counting_only(case: Case, events: Timeline) -> Case:
    """*case* with other *events* that may fulfil it."""
    return case._replace(events=events)
