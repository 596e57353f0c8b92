"""A condition that a regulation's file makes itself: what an event says decides it, by a day.

`judging.own_conditions` asks whether one holds; here is only what the file says.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .prose import Prose

OPENING, UNTIL_DUE = "opening", "until_due"
READ_ON = (OPENING, UNTIL_DUE)
"""As of when a condition is read: the end of the day on which what it is asked for opens, or any
day until the due date that it has by then."""


@dataclass(frozen=True, slots=True)
class OwnCondition:
    """It holds where the last of ``events`` says so in every field of ``where``, by the day that
    ``read`` names, one of READ_ON. ``title``: what people read of it, none by its ``id``."""

    id: str
    events: frozenset[str]
    where: tuple[tuple[str, tuple[Any, ...]], ...]
    read: str = OPENING
    title: Prose | None = None

    @property
    def is_settled_later(self) -> bool:
        """Whether it may be decided after the opening."""
        return self.read == UNTIL_DUE


@dataclass(frozen=True, slots=True)
class PauseBetween:
    """The clock of a rule stands still from one of the events ``begins`` to one of ``ends``, for
    ``most`` days in all, working days where its term counts those, or ``most_hours`` in which the
    office is open where that ends by the clock; None: as long as that takes."""

    begins: frozenset[str]
    ends: frozenset[str]
    most: int | None = None
    most_hours: int | None = None
