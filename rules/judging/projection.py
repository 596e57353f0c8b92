"""The law applied to one stream: from its whole history to every obligation that follows.

A pure function. There is no clock in it: what a passing date opens is given with its own
opening date, up to a `through` that the caller has stored; whether something is late is left
to whoever looks, on the date they look. Its cost is linear in the history.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from functools import partial
from typing import NamedTuple

from ..calendar import Calendar
from ..directory import Directory
from ..documents import UNKNOWN_TYPE
from ..event_facts import NAMING_REPORTS
from ..event_types import RESULT_ACCEPTED
from ..events import Event
from ..in_force import Regulations
from ..obligations import Projection
from ..rule import EVENT, OBLIGATION
from ..streams import DOCUMENTS, PETITIONS, REPORTS, parts_of
from .acceptance import flags_of
from .acting import ENDED_BODY, ended_bodies, of_body, of_parties, told_to, unasked_of
from .charge_laws import ChargeLaws
from .default_deadlines import DefaultDeadlines, with_default_deadlines
from .document_facts import DocumentFacts, facts_of, issued_on, of_unknown_type
from .document_matters import DocumentMatters
from .event_cases import event_cases
from .extensions import TYPES as EXTENDING
from .extensions import extend
from .following import dependent_cases
from .governing import Governing
from .judgement import StreamJudgement
from .locality import Locality
from .outcome import Matter
from .parents import relate
from .parts import Earlier, LastJudgement, PartialProjection, footing_of, part_of
from .period_matters import period_matters
from .petitions import of_petition
from .record import DocumentRecord, fold, naming, symbol_of
from .task_states import states_of
from .terms import BEYOND_COVERAGE
from .timeline import Timeline
from .tracing import of_source
from .undoing import undo

UNKNOWN_REPORT = "unknown_report"
"""Flags, with its name, a report that no regulation lists."""
NO_DOCUMENT = "no_document"
"""Flags tasks of a document that nothing else has been told of."""


def project(
    stream: str,
    history: Sequence[Event],
    regulations: Regulations,
    calendar: Calendar,
    directory: Directory,
    since: date,
    through: date,
) -> Projection:
    """Every obligation of *stream* that has opened by *through*, in a fixed order.

    *history* is the stream's, whole, in the contract's order and without repeats. *since*:
    obligations of periods exist only from then on. The result for a later *through*, cut at an
    earlier one, is the result for the earlier.
    """
    return judge(stream, history, regulations, calendar, directory, since, through).projection


def judge(
    stream: str,
    history: Sequence[Event],
    regulations: Regulations,
    calendar: Calendar,
    directory: Directory,
    since: date,
    through: date,
    locality: Locality | None = None,
    earlier: Earlier | None = None,
) -> PartialProjection:
    """What `project` gives, and what it leaves for the next time; of a document of which something
    had been judged *earlier*, only what may be another by now. *locality* is that of
    *regulations*; without it everything is judged, each time."""
    kind, subject = parts_of(stream)
    begin = partial(
        StreamJudgement,
        stream,
        subject,
        calendar=calendar,
        directory=directory,
        since=since,
        through=through,
    )
    if kind == DOCUMENTS:
        local = locality if locality is not None and locality.is_given else None
        document = _Document(begin, regulations, history, calendar, directory, local)
        return document.judge(earlier if local else None)
    if kind == REPORTS:
        history = list(of_body(history, subject, directory))
        judgement = begin(Governing(regulations))
        judgement.judge(period_matters(judgement, history))
        judgement.flags |= _about_reports(history, subject, regulations, directory)
    elif kind == PETITIONS:
        judgement = begin(Governing(regulations, history[0].on if history else None))
        history = list(of_petition(history, directory, judgement.flags, ENDED_BODY))
    else:
        judgement = begin(Governing(regulations, history[0].on if history else None))
        history = list(told_to(history, directory))
        judgement.flags |= ended_bodies(history, directory)
    judgement.story = Timeline(history)
    judgement.judge(_event_matters(judgement, judgement.story))
    judgement.judge(_dependent_matters(judgement))
    return PartialProjection(judgement.projection())


def _about_reports(
    history: Sequence[Event], body: str, regulations: Regulations, directory: Directory
) -> set[str]:
    """Flags for what is odd about the reports of *body*, such as those by a name that no
    regulation lists, which count for nothing."""
    flags = ended_bodies(history, directory) & {f"{ENDED_BODY}:{body}"}
    return (
        flags
        | unasked_of(history, body, directory)
        | {
            f"{UNKNOWN_REPORT}:{event.data['report']}"
            for event in history
            if event.type in NAMING_REPORTS and event.data["report"] not in regulations.reports
        }
    )


class _Document(NamedTuple):
    """A document's stream, and what it is judged by."""

    begin: partial[StreamJudgement]
    regulations: Regulations
    history: Sequence[Event]
    calendar: Calendar
    directory: Directory
    locality: Locality | None

    def judge(self, earlier: Earlier | None) -> PartialProjection:
        """The judgement of what the events told since *earlier* may have changed."""
        regulations, directory = self.regulations, self.directory
        acts, flags = of_parties(self.history, directory)
        told, given = with_default_deadlines(acts, regulations, self.calendar)
        record = fold(told)
        facts, document = facts_of(record), naming(record.fields)
        footing = footing_of(facts, document)
        part = part_of(earlier, record, footing, self.locality)
        law_of, story = Governing(regulations, facts.own_day), record.events
        judgement = self.begin(law_of, document=document, given=given, story=story)
        matters = DocumentMatters(judgement, facts, part)
        flags |= record.flags | ended_bodies(self.history, directory, issued_on(record.fields))
        flags |= _about_tasks(record, matters.laws, self.calendar, directory)
        flags |= _about_document(record, facts, given, regulations)
        for regulation, rule, kind in regulations.concerned(record.events.types):
            judgement.judge(matters.under(regulation, rule, kind))
        tasks = [task for task in record.tasks.values() if part.has(task.id)]
        states, odd = states_of(tasks, matters.spans, matters.laws.clock, matters.backs)
        # What rules find odd is not told apart by the task, and a task above another looks at it.
        single = not (judgement.flags or any(task.parent for task in record.tasks.values()))
        if not (single or part.is_whole):
            return self.judge(None)
        if earlier is not None and not part.is_whole:
            before = earlier.judged
            judgement.openings |= {
                of: on for of, on in before.openings.items() if not part.covers(*of)
            }
            odd |= {id_: what for id_, what in before.odd.items() if not part.has(id_)}
        judgement.flags |= flags.union(*odd.values())
        symbol = record.fields.get("symbol")
        projection = judgement.projection(
            tasks=states,
            symbol=None if symbol is None else symbol_of(symbol),
            abstract=record.fields.get("abstract"),
            missing=tuple(matters.missing),
        )
        lasting = single and self.locality is not None
        judged = LastJudgement(footing, judgement.openings, odd) if lasting else None
        return PartialProjection(projection, part, judged)


def _about_document(
    record: DocumentRecord, facts: DocumentFacts, given: DefaultDeadlines, regulations: Regulations
) -> set[str]:
    """Flags for what is odd about the document of *record*."""
    flags = {BEYOND_COVERAGE} if given.beyond else set()
    if record.opened_by is None and record.tasks:
        flags.add(NO_DOCUMENT)
    laws = regulations.on(facts.own_day) if facts.own_day else ()
    said = [each.assigning for each in laws if each.assigning is not None]
    if said and all(of_unknown_type(record, each) for each in said):
        flags.add(UNKNOWN_TYPE)
    return flags


def _about_tasks(
    record: DocumentRecord, laws: ChargeLaws, calendar: Calendar, directory: Directory
) -> set[str]:
    """What the *laws* make of what was said about the tasks of *record*, noted in them; gives the
    flags."""
    tasks, types = record.tasks.values(), record.events.types
    flags = undo(tasks, laws.undone_by, directory)
    if not EXTENDING.isdisjoint(types):
        flags |= extend(tasks, laws.extended_by, laws.clock, calendar, directory)
    if any("parent_task" in task.fields for task in tasks):
        flags |= relate(record.tasks)
    return flags | flags_of(tasks) if RESULT_ACCEPTED in types else flags


def _event_matters(judgement: StreamJudgement, events: Timeline) -> Iterator[Matter]:
    """What single *events* of a stream without tasks bring about, each by its own day's law."""
    for regulation, rule in judgement.law.regulations.of_kind(EVENT):
        for case in event_cases(judgement, regulation, rule, events, None, frozenset()):
            yield Matter(regulation, rule, case)


def _dependent_matters(judgement: StreamJudgement) -> Iterator[Matter]:
    """What other rules' obligations bring about in a stream without tasks."""
    for regulation, rule in judgement.law.regulations.of_kind(OBLIGATION):
        for case in dependent_cases(judgement, regulation, rule):
            yield Matter(regulation, rule, case, told=of_source(rule, case))
