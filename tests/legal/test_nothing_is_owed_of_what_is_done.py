"""Of a task that is done its lead owes no telling more, whatever the day (Điều 6.3.b)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from support.stories import Told, owed

ASSIGNED = date(2026, 3, 2)


@pytest.mark.parametrize("due_on", [None, "2026-04-15"])
@pytest.mark.parametrize("done", ["task.completed", "task.progress"])
def test_whoever_has_done_a_task_owes_nothing_more_of_it_whatever_the_day(
    done: str, due_on: str | None
) -> None:
    rules = {"execution", "open_execution", "result_update", "status_update"}
    for after in range(100):
        day = ASSIGNED + timedelta(days=after)
        said = {"completed_on": day.isoformat()} if done == "task.completed" else {"status": "done"}
        told: list[Told] = [
            (ASSIGNED.isoformat(), "task.assigned", {"due_on": due_on}),
            (day.isoformat(), done, said),
        ]
        found = [each for each in owed("document:1", told) if each.rule in rules]
        assert found
        assert [each for each in found if each.met_on is None] == [], day
