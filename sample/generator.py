"""The sample: a quarter in the district of Yên Lâm, as the messages of HSCV in order of sending.

The same (ending, scale, seed) gives the same bytes, on any machine and any day: there is no
clock here and no global random state. Stories are thought up day by day and only what is yet
to be sent is kept, so that a large scale needs little memory.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from heapq import merge
from operator import itemgetter

from . import workdays
from .chance import Chance
from .dealings import dealings
from .district import District, Fact
from .documents import document_story, made_secret
from .messages import LABELS, Label, SampleMessage
from .mishaps import SECRET_MARK, mishaps, spoiled
from .oversight import feedback_story, inspection_story
from .petitions import petition_story
from .plans import plan_story, round_story
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
_PETITIONS, _PLANS, _ROUNDS = 24, 3, 2
_APART = 1_000_000
"""The first subject of what is drawn apart."""
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
    closing = workdays.midnight(ending + timedelta(days=1))
    post = Post(closing, scale, Chance(seed, ending, scale))
    # Drawn apart, so that all else is the same with it and without.
    later = _Later(District(first, ending, scale, Chance(seed, scale, "later"), district.words))
    apart = Post(closing, 0, Chance(seed, ending, scale, "later"))
    days = [first + timedelta(days=number) for number in range(DAYS)]
    for fact in report_facts(district):
        post.take(fact)
    plan = _Plan(district, days, later)
    for day in days:
        for fact in plan.happenings(day):
            post.take(fact)
        for mishap in plan.mishaps[day]:
            message = spoiled(district, day, post.identifier(), mishap)
            post.keep(workdays.office_hours(day, chance), message)
        for fact in later.happenings(day):
            apart.take(fact)
        until = workdays.midnight(day + timedelta(days=1))
        sent = merge(post.sent_before(until), apart.sent_before(until), key=itemgetter(0))
        yield from (message for _, message in sent)


class _Plan:
    """On which days what happens, decided beforehand; and the stories, told when it does."""

    def __init__(self, district: District, days: list[date], later: _Later) -> None:
        self._later = later
        chance, scale = district.chance, district.scale
        self._district = district
        self._documents = _spread(days, _DOCUMENTS * scale, chance)
        working = [day for day in days if workdays.is_working(day)]
        self._feedbacks = _count(working[10:], _FEEDBACKS * scale, chance)
        self._inspections = _count(working[: len(working) * 2 // 3], _INSPECTIONS * scale, chance)
        self._leftovers = _count(working[:10], _LEFTOVERS * scale, chance)
        self.mishaps = defaultdict(list)
        for _ in range(scale):
            for mishap in mishaps():
                self.mishaps[chance.one(working)].append(mishap)
        self._secret_from = days[int(DAYS * _SECRET_FROM)]
        self._secret_on = workdays.previous_working(days[int(DAYS * _SECRET_ON)])
        self._to_become_secret = scale

    def happenings(self, day: date) -> Iterator[Fact]:
        """All facts of the stories that begin on *day*."""
        district = self._district
        for _ in range(self._documents[day]):
            facts = self._document(day)
            self._later.hear(facts)
            yield from facts
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


class _Later:
    """What HSCV tells of since version 1 grew: petitions, plans, and what is asked and answered
    about tasks. It is drawn from a *district* of its own."""

    def __init__(self, district: District) -> None:
        self._district = district
        district.number_subjects_from(_APART)
        chance, scale = district.chance, district.scale
        days = [district.since + timedelta(days=number) for number in range(DAYS)]
        working = [day for day in days if workdays.is_working(day)]
        self._petitions = _count(working, _PETITIONS * scale, chance)
        self._plans = _count(working[5:20], _PLANS * scale, chance)
        self._rounds = _count(working[2:15], _ROUNDS * scale, chance)
        self._heard: list[Fact] = []

    def hear(self, facts: list[Fact]) -> None:
        """Note what is said about the tasks of a document that has these *facts*."""
        self._heard += dealings(self._district, facts)

    def happenings(self, day: date) -> Iterator[Fact]:
        """What was noted, and all facts of the stories that begin on *day*."""
        district = self._district
        yield from self._heard
        self._heard = []
        for stories, count in (
            (petition_story, self._petitions),
            (plan_story, self._plans),
            (round_story, self._rounds),
        ):
            for _ in range(count.get(day, 0)):
                yield from stories(district, day)


def _count(days: list[date], total: int, chance: Chance) -> dict[date, int]:
    """How many of *total* stories begin on each of the *days*."""
    counted: dict[date, int] = defaultdict(int)
    for _ in range(total):
        counted[chance.one(days)] += 1
    return counted


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
