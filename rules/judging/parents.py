"""Tasks above and below each other within one document, and what is odd about that.

A parent's completion does nothing for its children, and theirs nothing for it: each is owed as it
was assigned. It must never follow a circle.
"""

from __future__ import annotations

from collections.abc import Mapping

from .task import Task

UNKNOWN, CYCLE, DONE_FIRST = "unknown_parent", "parent_cycle", "parent_done_first"
"""Flag a task above that the document does not have, tasks that stand above each other, and a task
that is done while one below it is not."""


def relate(tasks: Mapping[str, Task]) -> set[str]:
    """Note in each of *tasks*, by id, the task above it; gives the flags."""
    flags: set[str] = set()
    above = {}
    for task in tasks.values():
        named = task.fields.get("parent_task")
        if named in tasks:
            above[task.id] = str(named)
        elif named is not None:
            flags.add(UNKNOWN)
    if _turning(above):
        flags.add(CYCLE)
    for child, parent in above.items():
        tasks[child].parent = parent
        if _is_done(tasks[parent]) and _is_open(tasks[child]):
            flags.add(DONE_FIRST)
    return flags


def _turning(above: Mapping[str, str]) -> bool:
    """Whether anywhere a task stands above itself."""
    checked: set[str] = set()
    for first in above:
        way: set[str] = set()
        each: str | None = first
        while each is not None and each not in checked:
            if each in way:
                return True
            way.add(each)
            each = above.get(each)
        checked |= way
    return False


def _is_done(task: Task) -> bool:
    """Whether any lead has completed *task*."""
    leads = [charge for charge in task.charges if charge.role == "lead"]
    return any(task.completion(charge) is not None for charge in leads)


def _is_open(task: Task) -> bool:
    """Whether a lead that is charged with *task* has not completed it."""
    leads = [charge for (role, _), charge in task.charged.items() if role == "lead"]
    return any(task.completion(charge) is None for charge in leads)
