"""The things that a rule can be owed for, found in a document's record.

A case says what an obligation would be about, whose it would be, when it opens, what may
fulfil it and what ends it; it does not say by when. It must never look at a rule's term.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from ..directory import Directory
from ..documents import document_kind
from ..events import Event
from ..regulation import Assigning
from ..rule import Rule
from ..trace import Trace
from .clock import Clock
from .record import DocumentRecord
from .task import Charge, Task
from .timeline import Timeline

ONE_DAY = timedelta(days=1)


@dataclass(slots=True)
class Case:
    """One thing that a rule is owed for.

    ``part`` tells it from others of the same rule, body and task. ``events`` from
    ``position`` on may fulfil it, up to ``end``, where ``charge`` covers them. ``due_on`` is
    the task's deadline; ``moves`` the deadlines it had before, each with the event that moved
    it; ``over``: those that were over when they were set, or inherited, and bind nobody;
    ``awaiting``: there was no other, and a new one is awaited.
    ``told``: everything that was told in its period, where `events` leaves some out; ``served``:
    by key, the period for which an event counted already.
    ``set_on``: when that deadline was last set. ``lead``: the lead whose task it is about;
    ``subject``: a period, where it is about that and not about the stream's own subject.
    ``follows``: the rule whose obligation opened it, the id of which is its part.
    ``own``: it is what the document itself asks, and goes by the law of the document's day;
    ``begun_on``: the day on which what it is about had begun, where that is not the stream's.
    """

    part: str
    body: str
    role: str
    opened_on: date
    opened_by: Event | None = None
    data: Mapping[str, Any] = field(default_factory=dict)
    task: Task | None = None
    charge: Charge | None = None
    events: Timeline = field(default_factory=Timeline)
    position: int = 0
    end: Event | None = None
    superseded: bool = False
    due_on: date | None = None
    set_on: date | None = None
    awaiting: bool = False
    moves: list[tuple[Event, date]] = field(default_factory=list)
    over: list[tuple[Event, date | None]] = field(default_factory=list)
    lead: str | None = None
    subject: str | None = None
    conditions: frozenset[str] = frozenset()
    told: Timeline | None = None
    served: Mapping[tuple[str, str], str] = field(default_factory=dict)
    follows: str | None = None
    own: bool = False
    begun_on: date | None = None

    @property
    def known_on(self) -> date:
        """The day on which the obligor could first know by when."""
        return self.opened_on if self.set_on is None else max(self.opened_on, self.set_on)


def key_of(event: Event) -> str:
    """An event's identity as one word, for the identity of what it opens; two events never have
    the same."""
    # Both may hold spaces, and a source that does could end where another's id begins. No
    # identifier holds a control character.
    between = "\x1f" if " " in event.source else " "
    return f"{event.source}{between}{event.id}"


def is_assigning(record: DocumentRecord, assigning: Assigning) -> bool:
    """Whether the document is of a kind that assigns tasks (Điều 3.1, 3.2)."""
    if record.opened_by is None:
        return False
    if record.opened_by.type == "document.received":
        return assigning.received
    written = str(record.fields.get("doc_type", ""))
    kind = document_kind(written) or written.upper()
    return (str(record.fields.get("authority", "")), kind) in assigning.documents


def of_unknown_type(record: DocumentRecord, assigning: Assigning) -> bool:
    """Whether the document's type is one that nobody knows, so that it silently opens nothing."""
    if record.opened_by is None or is_assigning(record, assigning):
        return False
    issued = record.opened_by.type == "document.issued"
    return issued and document_kind(str(record.fields.get("doc_type", ""))) is None


def document_conditions(record: DocumentRecord, first: Sequence[Task]) -> frozenset[str]:
    """The conditions that hold for a document whose *first* tasks are those that were known
    on the day of its classification."""
    held = {
        "several_tasks": record.task_count(first) > 1,
        "several_bodies": record.body_count(first) > 1,
        "consultation": record.fields.get("consultation") is True,
        "written_tracking": record.fields.get("written_tracking") is True,
        "from_province": record.fields.get("authority") == "province",
    }
    return frozenset(name for name, holds in held.items() if holds)


def first_assignment(record: DocumentRecord) -> Event | None:
    """The first event that assigns a task under the document."""
    return min((task.first for task in record.tasks.values()), key=lambda e: e.order, default=None)


def opened_on(rule: Rule, data: Mapping[str, Any], event: Event) -> date:
    """The legal date on which *event* opens *rule*, from its data where the rule says so."""
    for name in rule.opens.on:
        value = data.get(name)
        if isinstance(value, str):
            return date.fromisoformat(value)
    return event.on


def deliveries(rule: Rule, task: Task, conditions: frozenset[str]) -> Iterator[Case]:
    """A case for each delivery of *task* to a body, lead or coordinating (Điều 6.2)."""
    for delivery in task.deliveries:
        if delivery.event.type in rule.opens.events:
            yield Case(
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
                conditions=conditions,
                own=delivery.event.key == task.first.key,
            )


def source_told(rule: Rule, case: Case) -> Trace:
    """What a trace says of the obligation that opened *case* under *rule*: its id, and its rule
    where there are several that can."""
    several = case.follows is not None and len(rule.opens.sources) > 1
    told: Trace = {"follows": case.part}
    if several:
        told["followed"] = case.follows or ""
    return told


def about_request(events: Sequence[Event], report: Event) -> Timeline:
    """Of *events* of a body's reports, those about what *report* was asked for by name. One that
    names no request is about it where it names the period that *report* is on."""
    request_id, period = report.data["request_id"], report.data.get("period")
    return Timeline(
        event
        for event in events
        if event.data.get("request_id", request_id) == request_id
        and ("request_id" in event.data or event.data.get("period") in (None, period))
    )


def is_before(met: tuple[Event, date], event: Event) -> bool:
    """Whether it had been *met* before *event*: late telling is not late doing."""
    return met[0].order < event.order or met[1] < event.on


def end_by(case: Case, event: Event | None) -> None:
    """Let *event* end *case*, unless something ended it before."""
    if event is not None and (case.end is None or event.order < case.end.order):
        case.end, case.superseded = event, False


def events_that_open(
    rule: Rule,
    events: Timeline,
    task: Task | None,
    conditions: frozenset[str],
    clocks: Callable[[Case], Clock | None],
) -> Iterator[list[Case]]:
    """The cases of each thing that *events* open *rule* for, whose body is for the caller to say.

    There are several where the thing was told again with another deadline after the last day of
    the one before, as the clock of that case reads it: each ends with the next. *clocks* gives
    the clock of a case by the law it goes by, None where the data has no deadline.
    """
    found: dict[tuple[Any, ...], list[Case]] = {}
    for position in events.places(rule.opens.events, 0):
        event = events[position]
        if not agrees(event.data, rule.opens.where):
            continue
        spans = found.setdefault(_about(rule, event), [])
        data = {**spans[-1].data, **event.data} if spans else event.data
        due_on = _deadline(data)
        new = Case(
            part=key_of(event),
            body="",
            role="",
            opened_on=opened_on(rule, data, event),
            opened_by=event,
            data=data,
            task=task,
            events=events,
            position=0 if rule.earlier_counts else position + 1,
            due_on=due_on,
            conditions=conditions,
            begun_on=spans[0].opened_on if spans else None,
        )
        if spans:
            case = spans[-1]
            running = clocks(case)
            passed = running is not None and running.passed(event.on, case.due_on)
            setting = clocks(new) if passed else running
            if due_on != case.due_on and setting and not setting.binds(event.on, due_on):
                case.over.append((event, due_on))
                due_on = case.due_on
            if not passed or due_on == case.due_on:
                _correct(rule, case, data, event, due_on)
                continue
            case.end, case.superseded = event, True
        else:
            clock = clocks(new)
            if clock is not None and not clock.binds(event.on, due_on):
                new.due_on, new.awaiting, new.over = None, True, [(event, due_on)]
        spans.append(new)
    yield from found.values()


def _about(rule: Rule, event: Event) -> tuple[Any, ...]:
    """What *event* is about, as far as *rule* goes: itself, or what it shares with others."""
    if not rule.opens.once_for:
        return event.key
    return tuple(
        event.subject if name == "subject" else event.data.get(name) for name in rule.opens.once_for
    )


def _correct(
    rule: Rule, case: Case, data: Mapping[str, Any], event: Event, due_on: date | None
) -> None:
    """Let *event*, a later one about the same, say better what *case* was opened with: *data*, and
    the deadline *due_on*."""
    case.data = data
    if case.opened_by is not None:
        case.opened_on = opened_on(rule, data, case.opened_by)
    if due_on != case.due_on:
        if case.due_on is not None and due_on is not None:
            case.moves.append((event, case.due_on))
        case.due_on, case.set_on, case.awaiting = due_on, event.on, False


def _deadline(data: Mapping[str, Any]) -> date | None:
    due_on = data.get("due_on")
    return date.fromisoformat(due_on) if isinstance(due_on, str) else None


def agrees(data: Mapping[str, Any], where: tuple[tuple[str, tuple[Any, ...]], ...]) -> bool:
    """Whether *data* has one of the wanted values in each field of *where*."""
    return all(data.get(name) in wanted for name, wanted in where)


def conditions_of(case: Case) -> frozenset[str]:
    """The conditions that hold for *case*: those of its document, and those of its task."""
    has_deadline = case.due_on is not None or case.awaiting
    held = {"has_deadline"} if has_deadline else set()
    if case.task is not None:
        stated = case.task.fields.get("class")
        if stated == "4.1" or (stated is None and has_deadline):
            held.add("class_4_1")
    return case.conditions | held


def applies(rule: Rule, case: Case, directory: Directory) -> bool:
    """Whether *rule* is owed for *case*: its conditions hold, and its obligor is of a kind."""
    held = conditions_of(case)
    if not (held.issuperset(rule.when) and held.isdisjoint(rule.unless)):
        return False
    # A reform between the charge and the opening may have handed over to a body of another kind.
    answering = directory.answerable(case.body, case.opened_on)
    if rule.bodies and not {case.body, *answering} & set(rule.bodies):
        return False
    kinds = {directory.kind(each, case.opened_on) for each in answering}
    if rule.kinds and kinds.isdisjoint(rule.kinds):
        return False
    return not kinds.issubset(rule.never)
