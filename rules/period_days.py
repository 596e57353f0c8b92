"""Days of a period, as a regulation's file names them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class DayOf:
    """A day counted from the first month of a period: *months* later, on *day* (0: the last)."""

    months: int
    day: int


@dataclass(frozen=True, slots=True)
class WeekdayOf:
    """A day counted from the week of a period: *weeks* later, on *weekday* (0: Monday)."""

    weeks: int
    weekday: int


PeriodDay: TypeAlias = DayOf | WeekdayOf
"""A day of a period: of one of months, or of a week."""
