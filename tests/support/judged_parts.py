"""Documents judged part by part beside their whole, under every regulation of the tests."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from functools import cache
from random import Random

from dondoc.rules.events import Event
from dondoc.rules.in_force import Regulations
from dondoc.rules.judging.locality import Locality
from dondoc.rules.judging.parts import Earlier, PartialProjection
from dondoc.rules.judging.projection import judge, project
from dondoc.rules.obligations import Obligation, TaskState
from dondoc.rules.reading.regulation import parse_regulation
from dondoc.rules.reading.side_by_side import together
from support.case_law import calendar, default_directory, regulation_data
from support.document_courses import STREAM, course_of, parts_of

SINCE = date(2025, 11, 1)
NAMES = (
    *("02-2015-qd-ubnd", "commune-2025", "acceptance", "calendar-days", "dates"),
    *("default-deadline", "extensions", "hours", "nd138", "recurring", "small", "successor"),
)
TOLD_BY_OTHERS = "told-by-others"
"""Of which most is judged whole: who owes is flagged where nobody has told yet."""


@cache
def regulations(name: str) -> Regulations:
    return together([(parse_regulation(regulation_data(name), name), name)])


@cache
def locality(name: str) -> Locality:
    return Locality(regulations(name))


class Kept:
    """What a store would have of a document: rows by what was judged, one part after another."""

    def __init__(self, name: str, through: date) -> None:
        self.name, self.through = name, through
        self.history: list[Event] = []
        self.last: PartialProjection | None = None
        self.obligations: dict[str, Obligation] = {}
        self.tasks: dict[tuple[str, str], TaskState] = {}
        self.parts = 0

    def tell(self, told: Sequence[Event]) -> None:
        """Add *told* to the history, and take over what is judged of it."""
        self.history = sorted([*self.history, *told], key=lambda each: each.order)
        by = regulations(self.name), calendar(), default_directory()
        judged = None if self.last is None else self.last.judged
        earlier = None if judged is None else Earlier(judged, told)
        days = SINCE, self.through
        found = judge(STREAM, self.history, *by, *days, locality(self.name), earlier)
        self.parts += not found.part.is_whole
        kept = self.obligations.values()
        self.obligations = {o.id: o for o in kept if not found.part.covers(o.rule, o.task_id)}
        fresh = {each.id: each for each in found.projection.obligations}
        assert self.obligations.keys().isdisjoint(fresh)
        self.obligations |= fresh
        states = self.tasks.items()
        self.tasks = {key: state for key, state in states if not found.part.has(state.task_id)}
        self.tasks |= {(each.task_id, each.lead): each for each in found.projection.tasks}
        self.last = found

    def require_whole(self) -> None:
        """What is kept is what the whole history gives, row for row."""
        assert self.last is not None
        by = regulations(self.name), calendar(), default_directory()
        whole = project(STREAM, self.history, *by, SINCE, self.through)
        assert self.obligations == {each.id: each for each in whole.obligations}
        assert self.tasks == {(each.task_id, each.lead): each for each in whole.tasks}
        found = self.last.projection
        for name in ("symbol", "abstract", "flags", "missing", "next_opening"):
            assert getattr(found, name) == getattr(whole, name), name


def through_of(chance: Random) -> date:
    return date(2025, 12, 1) + timedelta(days=chance.randrange(300))


def tell_course(name: str, seed: str, orders: int) -> tuple[int, int]:
    """Judge the course of *seed* under the regulation *name* part by part, in its order and in so
    many others, and require the whole after each part; gives how many of how many were judged in
    part. Raises AssertionError."""
    chance, course = Random(seed), course_of(seed)
    parts = told = 0
    for events in (course, *(chance.sample(course, len(course)) for _ in range(orders))):
        kept = Kept(name, through_of(chance))
        for part in parts_of(events, chance):
            kept.tell(part)
            kept.require_whole()
            told += 1
        parts += kept.parts
    return parts, told
