"""Histories as HSCV could send them, however odd: every event valid by the contract.

What makes no sense is meant to: reassigned before it is assigned, withdrawn twice, rejected
before it is completed, bodies and types that nobody knows, dates at the edges of the contract
and beyond the calendar. Only the contract is kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta, timezone
from hashlib import sha256
from typing import Any

from dondoc.connector.contract.data.validation import validate
from dondoc.connector.contract.verdicts import Admitted
from dondoc.rules.events import Event, local_date, streams_of
from hypothesis import strategies as st
from support.natural_events import natural

DOCUMENT, FEEDBACK, INSPECTION, REPORTS = (
    "document:VB-1",
    "feedback:PA-1",
    "inspection:KT-1",
    "reports:PYT",
)
STREAMS = (DOCUMENT, FEEDBACK, INSPECTION, REPORTS, "reports:VP")

_FIRST, _LAST = date(1990, 1, 1), date(2199, 12, 31)
_EDGES = [
    *(_FIRST, date(2015, 5, 21), date(2015, 5, 22), date(2025, 12, 31), date(2026, 1, 10)),
    *(date(2026, 2, 13), date(2026, 2, 28), date(2026, 8, 22), date(2026, 10, 31)),
    *(date(2027, 12, 31), date(2028, 1, 1), _LAST),
]
_BODIES = ["PYT", "PNV", "XDS", "CCT", "VP", "XYZ"]
_TASKS = ["T1", "T2", "T3"]

bodies = st.sampled_from(_BODIES)
several_bodies = st.lists(bodies, min_size=1, max_size=3)
days = st.one_of(
    st.dates(date(2026, 1, 1), date(2026, 6, 30)),
    st.dates(date(2026, 1, 1), date(2026, 6, 30)),
    st.dates(date(2025, 11, 1), date(2027, 1, 31)),
    st.sampled_from(_EDGES),
)
_periods = st.sampled_from(["2026-01", "2026-03", "2026-06", "2026-Q1", "2026-H1", "2026", "2025"])
_reports = st.sampled_from(
    ["body_progress", "office_progress", "inspection_summary", "regulation_review"]
)
_offsets = st.sampled_from([UTC, timezone(timedelta(hours=7)), timezone(timedelta(hours=-5))])
_texts = st.sampled_from(["", "Chuyên viên"])


def _iso(strategy: st.SearchStrategy[date]) -> st.SearchStrategy[str]:
    return strategy.map(date.isoformat)


_DOCUMENT_FIELDS = st.fixed_dictionaries(
    {},
    optional={
        "doc_type": st.sampled_from(["QD", "CT", "CV", "BC"]),
        "authority": st.sampled_from(["ubnd", "chairman", "office", "province"]),
        "issued_on": _iso(days),
        "signer": _texts,
        "submitted_by": _texts,
        "consultation": st.booleans(),
        "written_tracking": st.booleans(),
        "task_count": st.integers(0, 4),
        "body_count": st.integers(0, 4),
    },
)
_TASK_FIELDS = st.fixed_dictionaries(
    {}, optional={"class": st.sampled_from(["4.1", "4.2"]), "unit": _texts, "officer": _texts}
)
_task = {"task_id": st.sampled_from(_TASKS)}
_by = {**_task, "body": bodies}
_lead = st.one_of(bodies, several_bodies)
_due = st.one_of(st.none(), _iso(days))

_SAID: dict[str, st.SearchStrategy[dict[str, Any]]] = {
    "document.issued": _DOCUMENT_FIELDS,
    "document.received": st.just({}),
    "document.classified": st.fixed_dictionaries({"task_count": st.integers(0, 3)}),
    "document.corrected": st.fixed_dictionaries({"fields": _DOCUMENT_FIELDS}),
    "document.withdrawn": st.just({}),
    "document.renumbered": st.just({}),
    "task.assigned": st.builds(
        lambda said, more: {**said, **more},
        st.fixed_dictionaries(
            {**_task, "lead": _lead},
            optional={
                "due_on": _due,
                "coordinating": st.lists(bodies, max_size=3),
                "coordinating_due_on": _due,
                "parent_task": st.sampled_from(_TASKS),
                "recurrence": st.sampled_from([None, "monthly:25", "weekly:5", "quarterly:31"]),
            },
        ),
        _TASK_FIELDS,
    ),
    "task.accepted": st.fixed_dictionaries(_by),
    "task.returned": st.fixed_dictionaries(_by),
    "task.reassigned": st.fixed_dictionaries(
        {**_task, "lead": _lead}, optional={"coordinating": st.lists(bodies, max_size=3)}
    ),
    "task.due_changed": st.fixed_dictionaries(
        {**_task, "due_on": _due}, optional={"coordinating_due_on": _due}
    ),
    "task.extension_requested": st.fixed_dictionaries({**_by, "due_on": _iso(days)}),
    "task.extension_granted": st.fixed_dictionaries({**_task, "due_on": _iso(days)}),
    "task.extension_refused": st.fixed_dictionaries(_task),
    "task.corrected": st.fixed_dictionaries({**_task, "fields": _TASK_FIELDS}),
    "task.progress": st.fixed_dictionaries(
        {**_by, "status": st.sampled_from(["not_started", "in_progress", "done"])}
    ),
    "task.completed": st.fixed_dictionaries(_by),
    "task.completion_rejected": st.fixed_dictionaries(_by),
    "task.result_accepted": st.fixed_dictionaries(_by),
    "task.withdrawn": st.fixed_dictionaries(_task),
    "task.difficulty": st.fixed_dictionaries(_by),
    "task.directed": st.fixed_dictionaries(
        _task, optional={"decided_by": st.sampled_from(["chairman", "office"])}
    ),
    "task.urged": st.fixed_dictionaries(_task, optional={"body": bodies}),
    "task.written_update": st.fixed_dictionaries(_by),
    "task.discrepancy_found": st.fixed_dictionaries(_task),
    "task.split": st.just({}),
    "feedback.received": st.just({}),
    "feedback.answered": st.fixed_dictionaries(
        {"answer": st.sampled_from(["urging_document", "reported_to_chairman"])},
        optional={"copied_to_source": st.booleans()},
    ),
    "feedback.direction_issued": st.fixed_dictionaries({"copied_to_source": st.booleans()}),
    "inspection.decided": st.fixed_dictionaries(
        {"lead": bodies, "bodies": several_bodies}, optional={"team": st.booleans()}
    ),
    "inspection.ended": st.just({}),
    "inspection.reported": st.fixed_dictionaries(
        {"reported_to_chairman": st.booleans(), "notified_bodies": st.lists(bodies, max_size=3)}
    ),
    "inspection.dossier_item_added": st.fixed_dictionaries(
        {"item": st.sampled_from(["assignment", "status_reports", "plan", "minutes", "other"])}
    ),
    "report.requested": st.fixed_dictionaries(
        {"request_id": st.sampled_from(["R1", "R2"]), "bodies": several_bodies},
        optional={"due_on": _due},
    ),
    "report.submitted": st.fixed_dictionaries(
        {"report": _reports, "body": bodies, "period": _periods},
        optional={"covers": st.lists(_periods, max_size=2), "request_id": st.just("R1")},
    ),
    "report.published": st.fixed_dictionaries(
        {
            "report": _reports,
            "period": _periods,
            "channels": st.lists(st.sampled_from(["hscv", "portal"]), min_size=1),
        }
    ),
    "plan.approved": st.fixed_dictionaries(
        {
            "kind": st.sampled_from(["inspection", "implementation"]),
            "body": bodies,
            "year": st.sampled_from([1990, 2026, 2199]),
        }
    ),
    "petition.received": st.fixed_dictionaries(
        {"body": bodies, "kind": st.sampled_from(["complaint", "denunciation", "petition"])}
    ),
    "petition.accepted": st.fixed_dictionaries({"body": bodies}),
    "petition.transferred": st.fixed_dictionaries({"body": bodies}),
    "petition.classified": st.fixed_dictionaries({"complicated": st.booleans()}),
    "petition.suspended": st.just({}),
    "petition.resumed": st.just({}),
    "petition.resolved": st.just({}),
}
_PAST = {
    "document.received": "endorsed_on",
    "task.completed": "completed_on",
    "inspection.ended": "ended_on",
    "report.submitted": "submitted_on",
    "report.published": "published_on",
    "petition.received": "received_on",
}
_SUBJECTS = {"feedback": "PA-1", "inspection": "KT-1", "petition": "12/2026"}


def types_of(kind: str) -> list[str]:
    """The types of event that a stream of *kind* can have, one that nobody knows among them."""
    firsts = {"document": ("document", "task"), "reports": ("report", "plan")}.get(kind, (kind,))
    return [name for name in _SAID if name.partition(".")[0] in firsts]


@st.composite
def events(draw: st.DrawFn, kind: str, backdated: bool = True) -> Event:
    """One event of a stream of *kind*; *backdated*: it may state a date before its own."""
    type_ = draw(st.sampled_from(types_of(kind)))
    day = draw(days)
    clock = draw(st.times(timezones=st.just(timezone(timedelta(hours=7)))))
    happened = datetime.combine(day, clock).astimezone(draw(_offsets))
    if happened.year not in range(_FIRST.year, _LAST.year + 1):
        happened = datetime.combine(day, time(12, tzinfo=UTC))
    day = local_date(happened)
    data = {**natural(type_, min(max(day, _FIRST), _LAST)), **draw(_SAID[type_])}
    if backdated and type_ in _PAST and draw(st.booleans()):
        data[_PAST[type_]] = draw(st.dates(_FIRST, min(max(day, _FIRST), _LAST))).isoformat()
    event = Event(
        source=draw(st.sampled_from(["/hscv", "/hscv/2"])),
        id=f"e{draw(st.integers(0, 10_000))}",
        type=type_,
        subject=_SUBJECTS.get(kind, "VB-1"),
        time=happened,
        sequence=draw(st.one_of(st.none(), st.integers(0, 5))),
        data=data,
        on=day,
    )
    assert refusal(event) is None, event
    return event


def histories(kind: str, most: int = 14, backdated: bool = True) -> st.SearchStrategy[list[Event]]:
    """Events of one subject of *kind*, as they arrive; no two with one identity."""
    return st.lists(events(kind, backdated), max_size=most, unique_by=lambda event: event.key)


def of_stream(stream: str, arrived: Iterable[Event]) -> list[Event]:
    """What storage would give as the history of *stream*: each event once, in order."""
    once = {event.key: event for event in arrived}
    return sorted(
        (each for each in once.values() if stream in _streams(each)), key=lambda each: each.order
    )


def _streams(event: Event) -> Sequence[str]:
    return streams_of(event.type, event.subject, event.data, "VP")


def refusal(event: Event) -> object:
    """What the contract has against *event*; None where it would be accepted."""
    return validate(
        Admitted(
            event.id,
            event.source,
            event.type,
            event.subject,
            event.time,
            event.sequence,
            event.data,
            False,
            b"",
            sha256(b"").digest(),
        )
    )
