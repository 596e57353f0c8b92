"""The sample: a quarter in the district of Yên Lâm, as the messages of HSCV in order of sending.

The same (ending, scale, seed) gives the same bytes, on any machine and any day: there is no
clock here and no global random state. Stories are thought up day by day and only what is yet
to be sent is kept, so that a large scale needs little memory.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta

from . import workdays
from .chance import Chance
from .district import District, Fact
from .documents import document_story, made_secret
from .messages import LABELS, Label, SampleMessage
from .mishaps import SECRET_MARK, mishaps, spoiled
from .oversight import feedback_story, inspection_story
from .post import Post
from .reports import report_facts
from .tasks import leftover
from .vocabulary import directory_toml, load_vocabulary

__all__ = [
    "ENDING",
    "LABELS",
    "SECRET_MARK",
    "SEED",
    "Label",
    "SampleMessage",
    "directory_toml",
    "generate",
    "since",
]

ENDING = date(2026, 3, 31)
"""The last day of the sample unless another is asked for, so that tests are fixed."""
SEED = 2015
DAYS = 90
EARLIEST, LATEST = date(2016, 1, 1), date(2098, 12, 31)
"""Last days that are possible: the regulation must be in force, the dates plausible."""

_DOCUMENTS, _FEEDBACKS, _INSPECTIONS, _LEFTOVERS = 600, 16, 7, 4
_DAY_OFF = 0.03
"""How much is issued on a day off, against a working day."""
_SECRET_FROM, _SECRET_ON = 0.55, 0.87
"""When in the quarter the document is issued that turns secret, and when it does."""


def since(ending: date = ENDING) -> date:
    """The first day of the sample that ends on *ending*: DAYS days, both included."""
    return ending - timedelta(days=DAYS - 1)


def generate(ending: date = ENDING, scale: int = 1, seed: int = SEED) -> Iterator[SampleMessage]:
    """The messages of the quarter up to the end of *ending*, in order of sending.

    *scale* multiplies documents, feedback, inspections and mishaps; reports are those of the
    bodies, whatever the scale. Raises ValueError where *ending* or *scale* is out of range.
    """
    if not EARLIEST <= ending <= LATEST:
        raise ValueError(f"the sample cannot end on {ending}: only {EARLIEST} to {LATEST}")
    if scale < 1:
        raise ValueError(f"the sample's scale must be 1 or more, not {scale}")
    return _messages(ending, scale, seed)


def _messages(ending: date, scale: int, seed: int) -> Iterator[SampleMessage]:
    first = since(ending)
    chance = Chance(seed, scale, "stories")
    district = District(first, ending, scale, chance, load_vocabulary())
    post = Post(workdays.midnight(ending + timedelta(days=1)), scale, Chance(seed, ending, scale))
    days = [first + timedelta(days=number) for number in range(DAYS)]
    for fact in report_facts(district):
        post.take(fact)
    plan = _Plan(district, days)
    for day in days:
        for fact in plan.happenings(day):
            post.take(fact)
        for mishap in plan.mishaps[day]:
            message = spoiled(district, day, post.identifier(), mishap)
            post.keep(workdays.office_hours(day, chance), message)
        yield from post.sent_before(workdays.midnight(day + timedelta(days=1)))


class _Plan:
    """On which days what happens, decided beforehand; and the stories, told when it does."""

    def __init__(self, district: District, days: list[date]) -> None:
        chance, scale = district.chance, district.scale
        self._district = district
        self._documents = _spread(days, _DOCUMENTS * scale, chance)
        working = [day for day in days if workdays.is_working(day)]
        self._feedbacks = self._count(working[10:], _FEEDBACKS * scale)
        self._inspections = self._count(working[: len(working) * 2 // 3], _INSPECTIONS * scale)
        self._leftovers = self._count(working[:10], _LEFTOVERS * scale)
        self.mishaps = defaultdict(list)
        for _ in range(scale):
            for mishap in mishaps():
                self.mishaps[chance.one(working)].append(mishap)
        self._secret_from = days[int(DAYS * _SECRET_FROM)]
        self._secret_on = workdays.previous_working(days[int(DAYS * _SECRET_ON)])
        self._to_become_secret = scale

    def _count(self, days: list[date], total: int) -> dict[date, int]:
        counted: dict[date, int] = defaultdict(int)
        for _ in range(total):
            counted[self._district.chance.one(days)] += 1
        return counted

    def happenings(self, day: date) -> Iterator[Fact]:
        """All facts of the stories that begin on *day*."""
        district = self._district
        for _ in range(self._documents[day]):
            yield from self._document(day)
        for _ in range(self._feedbacks.get(day, 0)):
            yield from feedback_story(district, day)
        for _ in range(self._inspections.get(day, 0)):
            yield from inspection_story(district, day)
        for _ in range(self._leftovers.get(day, 0)):
            yield leftover(district, workdays.office_hours(day, district.chance))

    def _document(self, day: date) -> list[Fact]:
        facts = document_story(self._district, day)
        if self._to_become_secret and day >= self._secret_from and len(facts) > 8:
            self._to_become_secret -= 1
            chance = self._district.chance
            moment = workdays.office_hours(self._secret_on, chance)
            return made_secret(facts, moment, chance.one(("mat", "toimat")))
        return facts


def _spread(days: list[date], total: int, chance: Chance) -> dict[date, int]:
    """How many of *total* documents fall on each day: few on days off, otherwise unevenly."""
    weights = [0.75 + chance.share() / 2 if workdays.is_working(day) else _DAY_OFF for day in days]
    whole, reached, counted, shares = sum(weights), 0.0, 0, {}
    for day, weight in zip(days, weights, strict=True):
        reached += weight
        until = round(total * reached / whole)
        shares[day] = until - counted
        counted = until
    return shares
