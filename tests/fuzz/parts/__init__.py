"""Parts: courses of documents judged part by part, in twenty orders each, beside their whole, and
worlds of services that remember streams while everything happens to them."""

from __future__ import annotations

import random
from collections import Counter

from dondoc.storage.database import open_store
from support.hot_worlds import World
from support.judged_parts import NAMES, tell_course
from support.stores import SINCE

from ..rounds import Found, Plan

_COURSES = 10
"""Of one round; each in its order and in `_ORDERS` others."""
_ORDERS = 19


class Parts:
    """The generator at work; of SQLite, since a course needs no database and a world is as well
    there (`integration/test_hot_streams.py` has both)."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan

    def round(self, chance: random.Random) -> Counter[str]:
        """Ten courses of regulations by chance, and a world. Raises `Found`."""
        tried: Counter[str] = Counter()
        for _ in range(_COURSES):
            name, seed = chance.choice(NAMES), f"{chance.getrandbits(64)}"
            try:
                parts, told = tell_course(name, seed, _ORDERS)
            except AssertionError as error:
                raise Found(f"{name}, course {seed}: {error}") from error
            tried += Counter(courses=1, judged=told, judged_in_part=parts)
        name, seed = chance.choice(NAMES), f"{chance.getrandbits(64)}"
        store = open_store(f"sqlite:///{self._plan.folder / f'{seed}.db'}")
        try:
            store.migrate(SINCE)
            World(store, seed, name).run()
        except AssertionError as error:
            raise Found(f"{name}, world {seed}: {error}") from error
        finally:
            store.close()
        return tried + Counter(worlds=1)

    def close(self) -> None:
        """Nothing was started."""


def make(plan: Plan) -> Parts:
    """The generator for *plan*."""
    return Parts(plan)
