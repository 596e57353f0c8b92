"""A database that moves is the same database: from one kind to the other, stopped half way, and
beside what is there already."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from dondoc.commands.assembly.loading import load_texts
from dondoc.connector.moving.export_file import ExportFault
from dondoc.storage.database import Store, open_store
from dondoc.storage.moving import arriving
from dondoc.storage.moving.arriving import Arrival, Manner
from dondoc.storage.moving.carried import (
    CARRIED,
    CARRIED_WITH_OTHERS,
    DERIVED,
    LEFT_BEHIND,
)
from dondoc.storage.moving.half_moved import HalfMoved, require_whole
from dondoc.storage.new_events import Outcome
from dondoc.storage.scheduling import let_time_pass
from dondoc.storage.secrecy.first_stage import lift
from dondoc.storage.tables.indexes import MODELS
from support.moving import NOW, SINCE, arrive, exported, fill, held
from support.postgres import PostgresCluster
from support.sample import sample_law
from support.stores import count
from support.unheard import unheard_each


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    store = open_store(f"sqlite:///{tmp_path_factory.mktemp('source') / 'dondoc.db'}")
    store.migrate(SINCE)
    fill(store)
    yield store
    store.close()


@pytest.fixture(scope="module")
def lines(source: Store) -> list[str]:
    return exported(source)


@pytest.fixture(scope="module")
def moved(source: Store, lines: list[str], postgres_cluster: PostgresCluster) -> Iterator[Store]:
    store = open_store(postgres_cluster.create_schema())
    store.migrate(SINCE)
    arrive(store, lines)
    yield store
    store.close()


def test_a_move_to_postgresql_is_everything_as_it_was(source: Store, moved: Store) -> None:
    assert held(moved) == held(source)
    for table in ("former_deadline", "snooze", "outbox", "redaction", "rejection", "conflict"):
        assert count(moved, table) == count(source, table), table
    assert count(source, "reminder") > 30
    assert count(source, "rejection") > 0
    require_whole(moved)


def test_an_export_of_what_was_moved_is_the_same_file(moved: Store, lines: list[str]) -> None:
    assert sorted(exported(moved)[1:-1]) == sorted(lines[1:-1])


def test_a_move_back_to_sqlite_is_everything_as_it_was(
    source: Store, moved: Store, tmp_path: Path
) -> None:
    back = open_store(f"sqlite:///{tmp_path / 'back.db'}")
    back.migrate(SINCE + timedelta(days=9))
    assert arrive(back, exported(moved)).arrived is not None
    assert held(back) == held(source)
    back.close()


def test_a_move_that_is_stopped_anywhere_goes_on_and_ends_as_it_should(
    source: Store, lines: list[str], tmp_path: Path
) -> None:
    seed = random.randrange(10**6)
    print(f"seed {seed}")
    chance = random.Random(seed)
    store = open_store(f"sqlite:///{tmp_path / 'dondoc.db'}")
    store.migrate(SINCE)

    class Stopped(Exception):
        pass

    def stop(_: object) -> None:
        if chance.random() < 0.3:
            raise Stopped

    stops = 0
    while True:
        try:
            arrive(store, lines, stop)
            break
        except Stopped:
            stops += 1
            with pytest.raises(HalfMoved, match="only in part"):
                require_whole(store)
    assert stops
    require_whole(store)
    assert held(store) == held(source)
    store.close()


def test_a_move_whose_commits_all_went_unheard_is_everything_as_it_was(
    source: Store, lines: list[str], store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        unheard = unheard_each(store, patch)
        taken = arrive(store, lines)
    assert len(unheard) > 20
    assert taken.arrived is not None
    assert taken.arrived.equal
    assert taken.outcomes[Outcome.DUPLICATE] == 0
    assert count(source, "number_told") > 0
    assert held(store) == held(source)


@pytest.mark.parametrize("attention", [True, False])
def test_a_move_that_is_killed_at_its_very_end_repeats_nothing(
    lines: list[str], store: Store, monkeypatch: pytest.MonkeyPatch, attention: bool
) -> None:
    if not attention:
        lines = without_attention(lines)

    class Killed(BaseException):
        pass

    def killed(*_: object) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(arriving, "obligations_sum", killed)
        with pytest.raises(Killed):
            arrive(store, lines)
    before = held(store)
    taken = arrive(store, lines)
    assert taken.number == 0
    without_settings = {**held(store), "setting": None}
    assert without_settings == {**before, "setting": None}
    require_whole(store)


def without_attention(lines: list[str]) -> list[str]:
    """The export *lines*, as of a database in which nothing waits for the scheduler."""
    kept = [line for line in lines[:-1] if not line.startswith('{"attention"')]
    end = json.loads(lines[-1])["end"]
    digest = sha256("".join(f"{line}\n" for line in kept).encode()).hexdigest()
    counted = {kind: number for kind, number in end["lines"].items() if kind != "attention"}
    return [*kept, json.dumps({"end": {**end, "lines": counted, "sha256": digest}})]


def test_a_move_killed_among_lines_that_are_judged_alone_goes_on_behind_them(
    source: Store, lines: list[str], store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a fault of dondoc's on one event of many."""
    alone = 0

    class Killed(BaseException):
        pass

    def taken(self: Arrival, events: Any, number: int) -> Any:
        nonlocal alone
        if len(events) > 1 and alone < 2:
            raise ZeroDivisionError
        alone += 1
        if alone == 3:
            raise Killed
        return take_events(self, events, number)

    take_events = Arrival.take_events
    with monkeypatch.context() as patch:
        patch.setattr(Arrival, "take_events", taken)
        with pytest.raises(Killed):
            arrive(store, lines)
    arrive(store, lines)
    assert held(store)["event"] == held(source)["event"]


def outgoing(store: Store) -> set[str]:
    """The ids of all messages, those that were sent included."""
    rows = store.read(lambda tx: tx.rows("SELECT message_id FROM outbox"))
    return {message_id for (message_id,) in rows}


def test_the_scheduler_decides_the_same_before_and_after_and_sends_nothing_twice(
    lines: list[str], tmp_path: Path
) -> None:
    stores = [open_store(f"sqlite:///{tmp_path / name}") for name in ("a.db", "b.db")]
    stores[0].migrate(SINCE)
    arrive(stores[0], lines)
    stores[0].backup(tmp_path / "b.db")
    later = NOW + timedelta(days=3)
    first = held(stores[0])["outbox"]
    assert let_time_pass(stores[0], sample_law(), load_texts(), NOW + timedelta(minutes=5)) == 0
    assert held(stores[0])["outbox"] == first
    numbers = [let_time_pass(store, sample_law(), load_texts(), later) for store in stores]
    assert numbers[0] == numbers[1] > 0
    assert held(stores[0])["outbox"] == held(stores[1])["outbox"]
    # Even where every obligation is looked at once more, and what waits is decided anew.
    again = [row for row in lines if not row.startswith('{"attention"')]
    for store in stores:
        told = outgoing(store)
        store.transact(lambda tx: tx.forget_setting("schedule"))
        let_time_pass(store, sample_law(), load_texts(), later)
        # What waited since days ago is told once, by the step that has come meanwhile.
        assert outgoing(store) < told
    assert len(again) < len(lines)
    for store in stores:
        store.close()


def test_into_a_database_with_a_past_events_and_what_was_sent_are_merged(
    source: Store, lines: list[str], tmp_path: Path
) -> None:
    store = open_store(f"sqlite:///{tmp_path / 'dondoc.db'}")
    store.migrate(SINCE)
    fill(store, 120)
    store.transact(lambda tx: lift(tx, [row[0] for row in tx.rows("SELECT stream FROM redaction")]))
    before = held(store)
    taken = arrive(store, lines)
    assert taken.arrived is not None
    assert taken.arrived.manner is Manner.MERGED
    assert taken.outcomes[Outcome.DUPLICATE] > 50
    assert taken.outcomes[Outcome.STORED] > 100
    after = held(store)
    for table in ("redaction", "rejection", "setting"):
        assert len(after[table]) == len(before[table]), table
    assert {row[1] for row in after["outbox"]} <= {row[1] for row in before["outbox"]}
    sent = {row[:6] for row in held(source)["reminder"] if row[8] is not None}
    assert sent <= {row[:6] for row in after["reminder"]}
    assert {row[:2] for row in after["snooze"]} == {row[:2] for row in held(source)["snooze"]}
    assert arrive(store, lines).outcomes[Outcome.STORED] == 0
    assert held(store) == after
    store.close()


def test_a_redaction_of_the_database_is_undone_by_no_file(
    source: Store, lines: list[str], tmp_path: Path
) -> None:
    secret = json.loads(next(line for line in lines if line.startswith('{"redaction":')))
    event = next(line for line in lines if '"document.issued"' in line)
    canary = json.loads(event)
    store = open_store(f"sqlite:///{tmp_path / 'dondoc.db'}")
    store.migrate(SINCE)
    arrive(store, lines)
    other = open_store(f"sqlite:///{tmp_path / 'other.db'}")
    other.migrate(SINCE)
    fill(other, 120)
    stream = secret["redaction"]["stream"]
    other.transact(lambda tx: lift(tx, [stream]))
    arrive(other, exported(other))
    taken = arrive(store, exported(other))
    assert taken.arrived is not None
    assert count(store, "redaction") == 1
    rows = store.read(lambda tx: tx.rows("SELECT event_count FROM stream WHERE key=%s", stream))
    assert rows in ([], [(0,)])
    assert canary
    for each in (store, other):
        each.close()


@pytest.mark.parametrize("lost", [1, 2, 50])
def test_a_file_that_was_cut_off_or_changed_is_refused(lines: list[str], lost: int) -> None:
    from dondoc.connector.moving.export_file import ExportReading, lines_between

    def read(given: list[str]) -> None:
        reading = ExportReading("export")
        reading.header(given[0])
        assert list(lines_between(reading, enumerate(given, 1)))

    read(lines)
    with pytest.raises(ExportFault, match="cut off"):
        read(lines[:-lost])
    middle = len(lines) // 2
    with pytest.raises(ExportFault, match="not what was written"):
        read([*lines[:middle], *lines[middle + lost :]])
    with pytest.raises(ExportFault, match="behind the end"):
        read([*lines, lines[1]])
    with pytest.raises(ExportFault, match="newer dondoc"):
        read([lines[0].replace('"format":1', '"format":2'), *lines[1:]])


def test_every_table_is_carried_derived_or_left_behind() -> None:
    tables = {str(model._meta.table_name) for model in MODELS}
    named = [*(each.table for each in CARRIED.values()), *DERIVED]
    named += [*CARRIED_WITH_OTHERS, *LEFT_BEHIND]
    assert sorted(named) == sorted(tables)
