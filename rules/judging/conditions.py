"""Whether a rule is owed for a case: which conditions hold, what data say, who the obligor is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..directory import Directory
from ..rule import Rule
from .cases import Case
from .obligor import owed_since
from .task import Task

RECURRING = "recurring"
"""The condition that a task comes round."""


def conditions_of(case: Case) -> frozenset[str]:
    """The conditions that hold for *case*: those of its document, and those of its task."""
    has_deadline = case.deadline.due_on is not None or case.deadline.awaiting
    held = of_task(case.conditions, case.task, has_deadline=has_deadline)
    recurs = case.task is not None and case.task.recurs_at(case.opened_by)
    return held | {RECURRING} if recurs else held


def of_task(held: frozenset[str], task: Task | None, *, has_deadline: bool) -> frozenset[str]:
    """The conditions that hold for a *task* of a document of which these are *held*."""
    if has_deadline:
        held |= {"has_deadline"}
    if task is not None:
        stated = task.fields.get("class")
        if stated == "4.1" or (stated is None and has_deadline):
            held |= {"class_4_1"}
    return held


def applies(rule: Rule, case: Case, directory: Directory) -> bool:
    """Whether *rule* is owed for *case*: its conditions hold, and its obligor is of a kind."""
    if rule.when or rule.unless:
        held = conditions_of(case)
        if not (held.issuperset(rule.when) and held.isdisjoint(rule.unless)):
            return False
    if not (rule.bodies or rule.kinds or rule.never):
        return True
    # A reform between the charge and the opening may have handed over to a body of another kind.
    answering = directory.answerable(case.body, case.opened_on, owed_since(case, directory))
    if rule.bodies and not {case.body, *answering} & set(rule.bodies):
        return False
    kinds = {directory.kind(each, case.opened_on) for each in answering}
    if rule.kinds and kinds.isdisjoint(rule.kinds):
        return False
    return not kinds.issubset(rule.never)


def agrees(data: Mapping[str, Any], where: tuple[tuple[str, tuple[Any, ...]], ...]) -> bool:
    """Whether *data* has one of the wanted values in each field of *where*."""
    return not where or all(data.get(name) in wanted for name, wanted in where)
