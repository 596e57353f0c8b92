"""How tasks stand on a day, by whoever answers for their leads: the six statuses of Điều 5.1.g.

Done tasks count for as long as they were done after the day ``since``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple

from ...rules.obligations import TaskState
from ..other_days import Streams
from ..tables.forms import day_of, day_text
from ..transaction import Transaction
from .counting import CountedUnder

Statuses = Counter[tuple[str, str]]
"""How many tasks there are, by body and status."""

DONE_ON_TIME, DONE_LATE = "done_on_time", "done_late"
IN_PROGRESS_WITHIN, IN_PROGRESS_PAST = "in_progress_within", "in_progress_past"
NOT_STARTED_WITHIN, NOT_STARTED_PAST = "not_started_within", "not_started_past"
"""The six of Điều 5.1.g: within or past the deadline; without a deadline, always within."""


_UNDONE = {
    (True, False): NOT_STARTED_WITHIN,
    (True, True): NOT_STARTED_PAST,
    (False, False): IN_PROGRESS_WITHIN,
    (False, True): IN_PROGRESS_PAST,
}
"""Of an undone task: by whether it has not been started, and whether its deadline is past."""


_LEAST_DONE = (
    NOT_STARTED_PAST,
    IN_PROGRESS_PAST,
    NOT_STARTED_WITHIN,
    IN_PROGRESS_WITHIN,
    DONE_LATE,
    DONE_ON_TIME,
)
"""Which of two statuses a task has where one body answers for two of its leads: the first."""


class _Standing(NamedTuple):
    """How a task stands with one lead; see `TaskState`."""

    lead: str
    status: str
    due: date | None
    done_on: date | None
    overdue_on: date | None

    def status_on(self, as_of: date, since: date) -> str | None:
        """Which of the six it is on *as_of*; None where it was done by *since*."""
        if self.done_on is None or self.done_on > as_of:
            past = self.overdue_on is not None and self.overdue_on <= as_of
            return _UNDONE[self.status == "not_started", past]
        if self.done_on <= since:
            return None
        late = self.due is not None and self.done_on > self.due
        return DONE_LATE if late else DONE_ON_TIME


def read_tasks(tx: Transaction, bodies: CountedUnder, anew: Streams, since: date) -> Statuses:
    """The stored tasks, but for those of the streams *anew*."""
    day = day_text(bodies.as_of)
    shared = bodies.shared()
    found = _read_shared_tasks(tx, bodies, shared, anew, since)
    # Codes of the directory, each told to the database as a parameter.
    apart = f" AND lead NOT IN ({', '.join(['%s'] * len(shared))})" if shared else ""
    stored = anew.left_out("stream_id") + apart
    parameters = (*anew.parameters, *shared)
    past = "CASE WHEN overdue_on <= %s THEN 1 ELSE 0 END AS past"
    rows = tx.rows(
        f"SELECT lead, status, {past}, COUNT(*) FROM task"
        f" WHERE done_on IS NULL AND ended_on IS NULL{stored} GROUP BY lead, status, past",
        day,
        *parameters,
    )
    # What is done on a later day than this, though it was told by now, had at least begun.
    rows += tx.rows(
        f"SELECT lead, 'in_progress', {past}, COUNT(*) FROM task"
        f" WHERE done_on > %s AND ended_on IS NULL{stored} GROUP BY lead, past",
        day,
        day,
        *parameters,
    )
    for lead, status, late, count in rows:
        undone = _UNDONE[status == "not_started", bool(late)]
        found[bodies.as_it_stands(lead), undone] += count
    rows = tx.rows(
        "SELECT lead, CASE WHEN done_on > due THEN 1 ELSE 0 END AS late, COUNT(*) FROM task"
        f" WHERE done_on > %s AND done_on <= %s AND ended_on IS NULL{stored} GROUP BY lead, late",
        day_text(since),
        day,
        *parameters,
    )
    for lead, late, count in rows:
        found[bodies.as_it_stands(lead), DONE_LATE if late else DONE_ON_TIME] += count
    return found


def _read_shared_tasks(
    tx: Transaction, bodies: CountedUnder, shared: Sequence[str], anew: Streams, since: date
) -> Statuses:
    """The tasks of the *shared* codes, of which one task may have several, row by row."""
    if not shared:
        return Counter()
    leads = f"lead IN ({', '.join(['%s'] * len(shared))})"
    columns = "stream_id, task_id, lead, status, due, done_on, overdue_on"
    by_task: dict[tuple[int, str], list[_Standing]] = {}
    for done, bounds in (("done_on IS NULL", []), ("done_on > %s", [day_text(since)])):
        for stream, task, lead, status, *days in tx.rows(
            f"SELECT {columns} FROM task WHERE {done} AND ended_on IS NULL AND {leads}"
            + anew.left_out("stream_id"),
            *bounds,
            *shared,
            *anew.parameters,
        ):
            standing = _Standing(lead, status, *map(day_of, days))
            by_task.setdefault((stream, task), []).append(standing)
    return _counted(by_task.values(), bodies, since)


def count_tasks(tasks: Iterable[TaskState], bodies: CountedUnder, since: date) -> Statuses:
    """The same of *tasks*, of one stream, that are not stored so."""
    by_task: dict[str, list[_Standing]] = {}
    for task in tasks:
        if task.ended_on is None:
            days = (task.due, task.done_on, task.overdue_on)
            standing = _Standing(task.lead, task.status, *days)
            by_task.setdefault(task.task_id, []).append(standing)
    return _counted(by_task.values(), bodies, since)


def _counted(tasks: Iterable[Iterable[_Standing]], bodies: CountedUnder, since: date) -> Statuses:
    """Count each of *tasks* by how it stands with each of its leads: once under a body that
    answers for several of them, as the least of it that is done."""
    found: Statuses = Counter()
    for standings in tasks:
        statuses: dict[str, list[str]] = {}
        for each in standings:
            status = each.status_on(bodies.as_of, since)
            if status is not None:
                statuses.setdefault(bodies.as_it_stands(each.lead), []).append(status)
        for body, of_leads in statuses.items():
            found[body, min(of_leads, key=_LEAST_DONE.index)] += 1
    return found
