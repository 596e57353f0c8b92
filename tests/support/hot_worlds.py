"""Worlds in which streams are remembered while everything happens to them, made from a seed:
courses of documents in any order, beside another instance, over days, laws, erasures, failures.

After each, everything stored has to be what the whole history of every stream gives.
"""

from __future__ import annotations

import gc
import json
import pickle
import tracemalloc
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import cache
from hashlib import sha256
from random import Random

from dondoc.rules.events import LOCAL, Event, streams_of
from dondoc.rules.judging.parts import Earlier, PartialProjection
from dondoc.rules.law import Law
from dondoc.rules.reading.regulation import parse_regulation
from dondoc.rules.reading.side_by_side import together
from dondoc.storage.advancing import advance
from dondoc.storage.database import Store, open_store
from dondoc.storage.hot_streams import HOT_BYTES, HotStreams
from dondoc.storage.new_events import NewEvent
from dondoc.storage.reprocessing import Scope, is_settled, reprocess
from dondoc.storage.taking_in import record
from dondoc.storage.verifying import project_sample, rows_of
from support.case_law import regulation_data
from support.document_courses import course_of
from support.judged_parts import NAMES
from support.stories import law

NOW = datetime(2026, 7, 1, 12, 0, tzinfo=LOCAL)
FIRST_DAY = date(2026, 3, 1)
"""The day by which everything stands at first; the courses begin in January."""


class Failure(Exception):
    """What a law raises where it is to fail in the middle of a transaction."""


class FailingLaw(Law):
    """A law that fails at the judgement of one stream, once it is told so."""

    failing: str | None = None

    def judge(
        self,
        stream: str,
        history: Sequence[Event],
        since: date,
        through: date,
        earlier: Earlier | None = None,
    ) -> PartialProjection:
        if stream == type(self).failing:
            raise Failure
        return super().judge(stream, history, since, through, earlier)


@cache
def law_of(name: str) -> FailingLaw:
    """The law of the tests with another regulation."""
    common = law()
    regulations = together([(parse_regulation(regulation_data(name), name), name)])
    return FailingLaw(regulations, common.calendar, common.directory, common.policy)


def new_event(event: Event, document: int) -> NewEvent:
    """*event* of a course as one of the document of that number."""
    subject = f"VB-{document}"
    told = replace(event, id=f"{document}-{event.id}", subject=subject)
    body = json.dumps(event.data, ensure_ascii=False).encode()
    streams = tuple(streams_of(event.type, subject, event.data, "VP"))
    return NewEvent(told, streams, body, structured=False, sha256=sha256(body).digest())


def mingled(seed: str, documents: int, chance: Random) -> list[NewEvent]:
    """The courses of several documents, mingled: two of three in their order, the others in any."""
    waiting = []
    for number in range(documents):
        course = [new_event(event, number) for event in course_of(f"{seed} {number}")]
        waiting.append(course if number % 3 else chance.sample(course, len(course)))
    found: list[NewEvent] = []
    while waiting:
        found.append(chance.choice(waiting).pop(0))
        waiting = [left for left in waiting if left]
    return found


class World:
    """A store on which *instances* services work, each with a memory, by the law of *name*."""

    def __init__(
        self, store: Store, seed: str, name: str, *, instances: int = 2, most: int = HOT_BYTES
    ) -> None:
        self.store, self.seed, self.chance = store, seed, Random(seed)
        self.law = law_of(name)
        self.hot = [HotStreams(self.law, most) for _ in range(instances)]
        self.day = FIRST_DAY
        is_settled(store, self.law)
        advance(store, self.law, self.day)

    def run(self, documents: int = 6) -> None:
        """Let everything happen."""
        waiting = mingled(self.seed, documents, self.chance)
        while waiting:
            size = self.chance.choice([1, 1, 2, 5, 12])
            self.take(waiting[:size])
            del waiting[:size]
            what = self.chance.random()
            if what < 0.04:
                self.day += timedelta(days=self.chance.choice([1, 1, 7, 31]))
                advance(self.store, self.law, self.day)
            elif what < 0.06:
                self.change_law()
            elif what < 0.08:
                self.make_secret(self.chance.randrange(documents))
            elif what < 0.10:
                self.chance.choice(self.hot).forget(["document:VB-0"])
        self.require_whole()

    def take(self, events: list[NewEvent]) -> None:
        """One of the instances takes *events* in; now and then it fails at first."""
        hot = self.chance.choice(self.hot)
        if self.chance.random() < 0.1:
            FailingLaw.failing = events[-1].streams[0]
            try:
                record(self.store, self.law, events, NOW, hot=hot)
            except Failure:
                pass
            finally:
                FailingLaw.failing = None
        record(self.store, self.law, events, NOW, hot=hot)

    def change_law(self) -> None:
        """Everything goes by another law from now on."""
        self.law = law_of(self.chance.choice(NAMES))
        self.hot = [HotStreams(self.law, HOT_BYTES) for _ in self.hot]
        list(reprocess(self.store, self.law, Scope(), dry_run=False))

    def make_secret(self, document: int) -> None:
        """A document is made secret: one of the instances is told."""
        at = datetime.combine(self.day, datetime.min.time(), LOCAL)
        data = {"level": "mat"}
        type_, subject = "document.secrecy_changed", f"VB-{document}"
        event = Event("/hscv", f"s{document}", type_, subject, at, None, data, self.day)
        self.take([new_event(event, document)])

    def require_whole(self) -> None:
        """Everything is stored as the whole history of every stream gives it."""
        verified = project_sample(self.store, self.law, self.store.read(rows_of), most=10_000)
        assert verified.projected, f"seed: {self.seed}"
        assert verified.differing == (), f"seed: {self.seed}"


def told_and_taken(url: str) -> tuple[int, int]:
    """The bytes that are said to be taken by sixty streams in a new database at *url*, and those
    that a copy of them takes, whose parts nobody else has."""
    store = open_store(url)
    store.migrate(FIRST_DAY)
    law = law_of("02-2015-qd-ubnd")
    advance(store, law, FIRST_DAY)
    hot = HotStreams(law, HOT_BYTES)
    for each in mingled("bytes", 60, Random(3)):
        record(store, law, [each], NOW, hot=hot)
    store.close()
    remembered = pickle.dumps(hot.streams())
    # What is kept at hand for new tuples is given back: of it nothing would be counted.
    gc.collect()
    tracemalloc.start()
    copied = pickle.loads(remembered)
    taken, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(copied) == 60
    return hot.bytes, taken
