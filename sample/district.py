"""The district during one quarter: its words, its chance, its running numbers, its facts.

A story is a list of facts: what happened in HSCV, when, and at which of its two instances.
Nothing here knows how a fact is sent.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from . import OFFICE_SOURCE
from .chance import Chance
from .vocabulary import Vocabulary

OFFICE = "VP"


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that happened in HSCV; ``type`` without its prefix, ``time`` local."""

    time: datetime
    type: str
    subject: str
    data: Mapping[str, Any]
    source: str = OFFICE_SOURCE
    sequence: int | None = None


@dataclass(frozen=True, slots=True)
class LateTask:
    """A task of which somebody may complain, and from when on."""

    from_day: date
    task_id: str
    lead: str


@dataclass
class District:
    """What the stories of one quarter share: they draw, count and remember here."""

    since: date
    ending: date
    scale: int
    chance: Chance
    words: Vocabulary
    late_tasks: deque[LateTask] = field(default_factory=lambda: deque(maxlen=200))
    _numbers: dict[tuple[str, int], int] = field(default_factory=dict)
    _last_subject: int = 0

    def subject(self) -> str:
        """The identifier of a new thing in HSCV's database."""
        if not self._last_subject:
            self._last_subject = self.chance.between(100_000, 900_000)
        self._last_subject += self.chance.between(1, 5)
        return str(self._last_subject)

    def number_subjects_from(self, first: int) -> None:
        """Have the new things of HSCV's database numbered from *first* on."""
        self._last_subject = first

    def next_number(self, series: str, rate: float, day: date) -> int:
        """The next number of a *series* of documents, which starts again every year.

        *rate*: how many numbers a day the series uses up, so that those of March look like
        those of March. Days must not run backwards.
        """
        key = (series, day.year)
        number = max(self._numbers.get(key, 0), int(self._reached(rate, day))) + 1
        self._numbers[key] = number
        return number

    def letter_symbol(self, day: date) -> str:
        """The symbol of a letter that the Office writes on *day*: "412/UBND-VP"."""
        return f"{int(self._reached(9, day) + 9 * self.chance.share()) + 1}/UBND-VP"

    def result_symbol(self, kind: str, body: str, day: date) -> str:
        """The symbol of what a *body* writes on *day*: "45/BC-NV"."""
        number = int(self._reached(0.6, day) + self.chance.share()) + 1
        return f"{number}/{kind}-{self.words.abbreviation(body)}"

    def _reached(self, rate: float, day: date) -> float:
        return (day - date(day.year, 1, 1)).days * rate * self.scale

    def say(self, name: str) -> str:
        """One of the phrases of that *name*."""
        phrase: str = self.chance.one(self.words.phrases[name])
        return phrase


def iso(day: date | None) -> str | None:
    """A date as the contract writes it; None stays None."""
    return None if day is None else day.isoformat()


def spoken(day: date) -> str:
    """A date as an official writes it: "05/02/2026", "05/3/2026" (Nghị định 30/2020)."""
    month = f"{day.month:02d}" if day.month <= 2 else str(day.month)
    return f"{day.day:02d}/{month}/{day.year}"
