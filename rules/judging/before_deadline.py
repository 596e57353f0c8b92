"""The cases of a task's charges for a rule that asks for something before the deadline.

What it asks passes before the deadline does, so that a deadline moved in between leaves it missed.
"""

from __future__ import annotations

from ..events import Event
from ..rule import Rule
from .cases import Case
from .charge_cases import charges
from .clock import Clock, counting
from .conditions import of_task
from .document_facts import DocumentFacts
from .governing import Governing
from .moved_deadlines import Clocks
from .task import Task
from .terms import terms_of


def charges_before_deadline(
    rule: Rule, role: str, task: Task, facts: DocumentFacts, law: Governing, clocks: Clocks
) -> list[Case]:
    """The cases of *task* with those charged as *role*, as *rule* reads its deadlines over the
    *clocks* by which these themselves pass."""

    def clock(event: Event) -> Clock:
        """How the law of what *event* opens reads a deadline for what the rule asks."""
        own = event.key in facts.firsts
        for regulation, each in law.regulations.of_kind(role):
            if each.id == rule.id and law.governs_on(regulation, each, event.on, own=own):
                held = of_task(facts.held, task, has_deadline=True)
                return counting(clocks(event), terms_of(each, held)[1])
        return clocks(event)

    return list(charges(role, task, clock, facts.held))
