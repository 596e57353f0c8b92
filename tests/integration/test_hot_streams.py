"""What is remembered of streams changes nothing of what is stored: not in any order, not beside
another instance, not after a day, a law, an erasure or a failure."""

from __future__ import annotations

import multiprocessing
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from random import Random
from sqlite3 import IntegrityError

import psycopg
import pytest
from dondoc.storage.advancing import advance
from dondoc.storage.database import Store, open_store
from dondoc.storage.engines.engine import Row
from dondoc.storage.hot_streams import HOT_BYTES, HotStreams
from dondoc.storage.secrecy.first_stage import redacted_among
from dondoc.storage.streams import Stream
from dondoc.storage.tables.rows import OBLIGATION_COLUMNS, TASK_COLUMNS
from dondoc.storage.taking_in import record
from peewee import PeeweeException
from support.hot_worlds import FIRST_DAY, NOW, World, law_of, mingled, told_and_taken
from support.judged_parts import NAMES
from support.stores import SINCE

MIX = "02-2015-qd-ubnd"


def rows(store: Store) -> list[list[Row]]:
    """Everything that is stored of what is owed, but for the numbers of rows."""
    owed = ", ".join(each for each in OBLIGATION_COLUMNS if each != "stream_id")
    told = ", ".join(each for each in TASK_COLUMNS if each != "stream_id")
    stream = "key, symbol, abstract, flags, missing, next_opening, law, event_count, symbol_key"
    wanted = (
        f"SELECT {owed}, next_reminder_on FROM obligation ORDER BY id",
        f"SELECT {told} FROM task ORDER BY stream_id, task_id, lead",
        f"SELECT {stream} FROM stream ORDER BY key",
    )
    return store.read(lambda tx: [tx.rows(sql) for sql in wanted])


@pytest.mark.parametrize("name", NAMES)
def test_everything_happens_to_what_is_remembered_and_every_row_is_right(
    store: Store, name: str
) -> None:
    World(store, f"world {name}", name).run()


@pytest.mark.parametrize("instances", [1, 2])
def test_a_memory_leaves_what_none_leaves(store: Store, tmp_path: Path, instances: int) -> None:
    """Row for row, the days on which the scheduler looks at them too."""
    cold = open_store(f"sqlite:///{tmp_path / 'cold.db'}")
    cold.migrate(SINCE)
    law = law_of(MIX)
    for each in (store, cold):
        advance(each, law, FIRST_DAY)
    hot = [HotStreams(law, HOT_BYTES) for _ in range(instances)]
    chance = Random("cold")
    events = mingled("cold", 8, chance)
    while events:
        told, events = events[:5], events[5:]
        for at, to in ((store, chance.choice(hot)), (cold, None)):
            record(at, law, told, NOW, hot=to)
    assert sum(each.found for each in hot) > 20
    assert rows(store) == rows(cold)
    cold.close()


def test_what_is_remembered_has_a_bound_and_goes_as_it_was_needed(store: Store) -> None:
    world = World(store, "bounded", MIX, instances=1, most=40_000)
    (hot,) = world.hot
    most = 0
    for each in mingled("bounded", 12, Random(1)):
        record(store, world.law, [each], NOW, hot=hot)
        most = max(most, hot.bytes)
    assert 20_000 < most <= 40_000
    world.require_whole()


def test_the_bytes_told_are_those_taken_within_a_third(tmp_path: Path) -> None:
    # In a process of its own: what others have made is not taken once more.
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        told, taken = pool.submit(told_and_taken, f"sqlite:///{tmp_path / 'dondoc.db'}").result()
    assert taken / 1.33 < told < taken * 1.33


def test_nothing_is_remembered_of_what_was_made_secret_by_anybody(store: Store) -> None:
    world = World(store, "secret", MIX)
    for each in mingled("secret", 3, Random(2)):
        for hot in world.hot:  # both have it: the second finds a duplicate, then the next one
            record(store, world.law, [each], NOW, hot=hot)
    world.make_secret(1)
    assert store.read(lambda tx: redacted_among(tx, ["document:VB-1"]))
    for hot in world.hot:
        store.read(hot.forget_changed)
        assert "document:VB-1" not in {each.key for each in hot.streams()}
    world.require_whole()


def test_a_memory_that_ignores_the_version_is_found_out(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the tests above are worth: beside another instance it leaves rows that are wrong."""

    def known(self: HotStreams, stream: Stream, mark: str) -> object:
        return self._streams.get(stream.key)

    monkeypatch.setattr(HotStreams, "known", known)
    with pytest.raises((AssertionError, IntegrityError, PeeweeException, psycopg.Error)):
        World(store, "ignored", MIX).run()
