"""Courses: any valid events in any order, with days, redactions and reprocessing in between."""

from __future__ import annotations

import random
from collections import Counter

from ..rounds import Plan
from .machine import try_courses
from .world import World

_EXAMPLES = 25
"""Courses of one round."""


class Courses:
    """The generator at work beside one kind of database."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._world = World(plan.database, plan.folder)

    def round(self, chance: random.Random) -> Counter[str]:
        """Some dozens of courses. Raises `Found`."""
        kept = self._plan.folder / "course.jsonl"
        return try_courses(self._world, chance.getrandbits(64), _EXAMPLES, kept)

    def close(self) -> None:
        """End the databases."""
        self._world.close()


def make(plan: Plan) -> Courses:
    """The generator for *plan*."""
    return Courses(plan)
