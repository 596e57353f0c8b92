"""Obligations as a list shows them: each with the document it is about by symbol and date, what is
to be done, whose it is by name, and how many working days late it is.

What a document is called is as the last event has it, also on an earlier day. Nothing is written.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from ...rules.calendar import Calendar, OutsideCoverage
from ...rules.event_types import REQUESTED
from ...rules.law import Law
from ...rules.obligations import MET_LATE, OVERDUE, Obligation
from ...rules.reminding.snooze import Snooze
from ..contents import Named, contents_of, documents_of, told_by_openers
from ..snoozes import end_of, in_force
from ..tables.forms import day_text
from ..transaction import Transaction
from .queries import as_object

_AT_ONCE = 1_000
_SAID = {REQUESTED: "report", "feedback.received": "content", "inspection.decided": "grounds"}
"""What of an opening event says what a thing is about, where no document and no task does."""


@dataclass(frozen=True, slots=True)
class ListedObligation:
    """An obligation on a day, as people know it.

    ``symbol`` and ``issued_on``: the document's, None where it is about none. ``content``: of the
    task, the request or the feedback, otherwise the document's abstract. ``bodies``: who owes it,
    ``names`` and ``heads`` what they are called and who is at their head on that day.
    ``days_late``: working days after the due date, until it was fulfilled or until the day; None
    where it is not late, or the calendar does not tell. ``snooze``: the one that holds on that day.
    """

    obligation: Obligation
    symbol: str | None
    issued_on: date | None
    content: str | None
    bodies: tuple[str, ...]
    names: tuple[str, ...]
    heads: tuple[str, ...]
    days_late: int | None
    snooze: Snooze | None = None


def listed(
    tx: Transaction, law: Law, obligations: Sequence[Obligation], as_of: date
) -> Iterator[ListedObligation]:
    """Each of *obligations*, in their order, as people know it on *as_of*; some are read at a
    time."""
    for start in range(0, len(obligations), _AT_ONCE):
        some = obligations[start : start + _AT_ONCE]
        documents = documents_of(tx, {each.stream for each in some})
        contents = contents_of(tx, [each.id for each in documents.values()])
        said = told_by_openers(tx, some, _SAID)
        snoozed = in_force(tx, [each.id for each in some], end_of(as_of))
        for each in some:
            document = documents.get(each.stream, Named())
            content = contents.get((document.id, each.task_id)) or said.get(each.id)
            snooze = snoozed.get(each.id)
            holds = snooze is not None and snooze.holds(each, as_of)
            told = _listed(each, document, content or document.abstract, law, as_of)
            yield replace(told, snooze=snooze) if holds else told


def _listed(
    obligation: Obligation, document: Named, content: str | None, law: Law, as_of: date
) -> ListedObligation:
    bodies = obligation.owed_by(law.directory, as_of)
    found = [law.directory.get(code, as_of) for code in bodies]
    issued_on = (obligation.trace.get("document") or {}).get("issued_on")
    return ListedObligation(
        obligation=obligation,
        symbol=document.symbol,
        issued_on=date.fromisoformat(issued_on) if issued_on and document.symbol else None,
        content=content,
        bodies=bodies,
        names=tuple(law.directory.name(code, as_of) for code in bodies),
        heads=tuple(body.head for body in found if body is not None and body.head),
        days_late=_days_late(obligation, law.calendar, as_of),
    )


def _days_late(obligation: Obligation, calendar: Calendar, as_of: date) -> int | None:
    state, due = obligation.state(as_of), obligation.due
    if due is None or state not in (OVERDUE, MET_LATE):
        return None
    until = as_of if state == OVERDUE else obligation.met_on
    assert until is not None
    try:
        return calendar.working_days_between(due, until)
    except OutsideCoverage:
        return None


def as_row(each: ListedObligation, law: Law, as_of: date) -> dict[str, Any]:
    """*each* on *as_of* as the JSON object that `list` shows: what `as_object` gives, and what
    people know it by."""
    light = law.light(each.obligation, as_of)
    return {
        **as_object(each.obligation, law.directory, as_of),
        "light": light.name.said("vi") if light else None,
        "light_colour": light.colour if light else None,
        "symbol": each.symbol,
        "issued_on": day_text(each.issued_on),
        "content": each.content,
        "body_name": ", ".join(each.names),
        "head": "; ".join(dict.fromkeys(each.heads)) or None,
        "days_late": each.days_late,
        "snoozed_until": day_text(each.snooze.until) if each.snooze else None,
        "snoozed_by": each.snooze.by if each.snooze else None,
        "snooze_reason": each.snooze.reason if each.snooze else None,
    }
