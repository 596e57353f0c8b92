"""What of a document's stream an event can change, so that only that is judged anew.

A task is judged by its own events and by what it takes from its document. Where neither has
changed, its obligations are what they were, and the projection of the whole history would give them
again: the tests hold every judgement of a part equal to that. It must never leave out what could
have changed: what cannot be proven here is judged whole.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from ..event_types import RESULT_ACCEPTED
from ..events import Event
from ..obligations import Projection
from ..trace import TracedDocument
from .document_facts import DocumentFacts
from .extensions import TYPES as EXTENDING
from .judgement import RuleOfTask
from .locality import Locality
from .record import DocumentRecord
from .task import Task

_CHANGING = EXTENDING | {
    *("task.assigned", "task.reassigned", "task.corrected"),
    *("task.due_changed", "task.withdrawn", "task.completed", RESULT_ACCEPTED),
}
"""Events about a task that can change what any rule makes of it: who has it, by when, whether it is
done and accepted. All others matter to the rules that name them."""


@dataclass(frozen=True, slots=True)
class JudgedPart:
    """What is judged: whatever is about no task; by task, what the rules of those ids ask, or where
    that is None all of them. ``tasks`` is None where everything is judged; ``everywhere``: the
    rules that are asked of every task."""

    tasks: Mapping[str, frozenset[str] | None] | None = None
    everywhere: frozenset[str] = frozenset()

    @property
    def is_whole(self) -> bool:
        """Whether nothing is left out."""
        return self.tasks is None

    def covers(self, rule_id: str, task_id: str | None) -> bool:
        """Whether what the rule asks of the task is judged."""
        if self.tasks is None or task_id is None or rule_id in self.everywhere:
            return True
        if task_id not in self.tasks:
            return False
        rules = self.tasks[task_id]
        return rules is None or rule_id in rules

    def has(self, task_id: str) -> bool:
        """Whether anything of the task is judged that is not asked of every task."""
        return self.tasks is None or task_id in self.tasks

    def among(self, rule_id: str, tasks: Iterable[Task]) -> Iterator[Task]:
        """Those of *tasks* of which what the rule asks is judged."""
        return (task for task in tasks if self.covers(rule_id, task.id))


WHOLE = JudgedPart()


@dataclass(frozen=True, slots=True)
class Footing:
    """What every task takes from its document, as far as events about tasks can change it."""

    own_day: date | None
    known_by: tuple[str, str] | None
    all_known: tuple[str, str] | None
    first_tasks: tuple[str, ...]
    held: frozenset[str]
    document: TracedDocument = field(hash=False)


@dataclass(frozen=True, slots=True)
class LastJudgement:
    """What a judgement leaves for the next one of the same stream, by the same law up to the same
    day: on which ``footing`` its tasks stood, the first day on which each unit opens more, and the
    flags of the tasks that are ``odd``."""

    footing: Footing
    openings: Mapping[RuleOfTask, date]
    odd: Mapping[str, set[str]]


@dataclass(frozen=True, slots=True)
class Earlier:
    """What had been ``judged`` before the events ``told`` were added to the history."""

    judged: LastJudgement
    told: Sequence[Event]


@dataclass(frozen=True, slots=True)
class PartialProjection:
    """A stream's ``projection`` as far as it was judged anew (``part``), whole but for obligations
    and tasks; ``judged`` is None where the next one has to be of everything."""

    projection: Projection
    part: JudgedPart = WHOLE
    judged: LastJudgement | None = None


def footing_of(facts: DocumentFacts, document: TracedDocument) -> Footing:
    """What the tasks of a document take from its *facts*, and from what names it."""
    known_by, all_known = facts.known_by, facts.all_known
    return Footing(
        facts.own_day,
        None if known_by is None else known_by.key,
        None if all_known is None else all_known.key,
        tuple(task.id for task in facts.first_tasks),
        facts.held,
        document,
    )


def part_of(
    earlier: Earlier | None, record: DocumentRecord, footing: Footing, locality: Locality | None
) -> JudgedPart:
    """What the events told since *earlier* can change in the document of *record*; everything where
    nothing is known of before."""
    if earlier is None or locality is None or earlier.judged.footing != footing:
        return WHOLE
    told: dict[str, set[tuple[str, str]]] = {}
    types: dict[str, set[str]] = {}
    for event in earlier.told:
        task_id = event.data.get("task_id")
        if not event.type.startswith("task.") or not isinstance(task_id, str):
            return WHOLE
        told.setdefault(task_id, set()).add(event.key)
        types.setdefault(task_id, set()).add(event.type)
    tasks = {
        task_id: _rules(record.tasks[task_id], keys, types[task_id], locality)
        for task_id, keys in told.items()
        if task_id in record.tasks  # what waits for its task's assignment changes nothing yet
    }
    return JudgedPart(tasks, locality.everywhere)


def _rules(
    task: Task, told: set[tuple[str, str]], types: set[str], locality: Locality
) -> frozenset[str] | None:
    """The rules by which events *told* last about *task* can change anything; None: any."""
    if task.completions or task.recurrences or not _CHANGING.isdisjoint(types):
        return None
    last = set()
    for event in reversed(task.events):
        if event.key not in told:
            break
        last.add(event.key)
    return locality.rules_told(frozenset(types)) if last == told else None
