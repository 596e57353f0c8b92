"""Whose a case is, as its rule says ("owes"): the Office, the stream's own body, one that is named.

What it cannot find is nobody's: a case without a body is never judged, and a flag says why.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from ..directory import Directory
from ..events import Event
from ..rule import Rule
from .cases import Case

NO_OFFICE, NO_LEAD = "no_office", "no_lead"
"""Flag that nobody is the Office on the day, or that nobody is named who would owe something."""


def with_obligor(
    rule: Rule, case: Case, events: Sequence[Event], directory: Directory, subject: str
) -> tuple[Case, str | None]:
    """*case* with its obligor, as far as *rule* says whose it is, and a flag where there is none.

    `owes` is "office", "body" (*subject*, the stream's own) or "<field> of <event type>": the event
    that opens it, where it is of that type, otherwise the latest such event of *events*.
    """
    if rule.owes == "office":
        office = directory.office(case.opened_on) or ""
        return case.owed_by(office, "office"), None if office else NO_OFFICE
    if rule.owes == "body":
        return case.owed_by(subject, "body"), None
    name, of, type_ = rule.owes.partition(" of ")
    if not of:
        return case, None
    if type_ in rule.opens.events:
        return _named_by_opener(case, name.split(" or "), directory), None
    named = [event.data.get(name) for event in events if event.type == type_]
    lead = str(named[-1]) if named and named[-1] else ""
    conditions = case.conditions | _truths(events, type_)
    return case._replace(body=lead, role="lead", conditions=conditions), None if lead else NO_LEAD


def owed_since(case: Case, directory: Directory) -> date | None:
    """The day on which the body of *case* was charged with what it is about, otherwise when it
    opened; None for a body of one period, of which that day decides nothing."""
    if not directory.has_periods(case.body):
        return None
    charges = (case.charge,) if case.charge else case.task.charges if case.task else ()
    days = [each.start.on for each in charges if each.body == case.body]
    return max((day for day in days if day <= case.opened_on), default=case.opened_on)


def _named_by_opener(case: Case, names: Sequence[str], directory: Directory) -> Case:
    """*case* as one of the first that its data's fields *names* name; of a task, only of whoever is
    or was charged with it, or who stands for that body on the day. Where none does, it is
    nobody's."""
    roles = {charge.body: charge.role for charge in case.task.charges} if case.task else None
    for named in (str(case.data[name]) for name in names if case.data.get(name)):
        if roles is None:
            return case.owed_by(named, "lead")
        day = case.opened_by.on if case.opened_by else case.opened_on
        stood_for = directory.acts_for(named, day)
        body = next((each for each in stood_for if each in roles), None)
        if body is not None:
            return case.owed_by(body, roles[body])
    return case.owed_by("", "lead")


def _truths(events: Sequence[Event], type_: str) -> frozenset[str]:
    """The names of the fields that the latest event of *type_* says are true ("team")."""
    for event in reversed(events):
        if event.type == type_:
            return frozenset(name for name, value in event.data.items() if value is True)
    return frozenset()
