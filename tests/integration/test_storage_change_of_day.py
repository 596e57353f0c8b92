"""The day moves on while others write: nothing is missing, and the day gets done."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from dondoc.rules.events import Event
from dondoc.rules.obligations import OPEN, Projection
from dondoc.storage.advancing import advance
from dondoc.storage.database import Store
from dondoc.storage.new_events import NewEvent, Outcome
from dondoc.storage.questions.figures import figures
from dondoc.storage.questions.queries import obligations
from dondoc.storage.reprocessing import Scope, reprocess
from dondoc.storage.taking_in import record
from dondoc.storage.transaction import Transaction
from support.plain_law import PlainLaw, assigned, new_event
from support.stores import count

LAW = PlainLaw()
BEFORE, AFTER = date(2026, 3, 1), date(2026, 3, 2)
NOW = datetime(2026, 3, 2, 3, 0, tzinfo=UTC)


def task(name: str) -> NewEvent:
    """A task assigned on the day after: until then it opens nothing."""
    return assigned("15", name, time=NOW)


def executions(store: Store) -> list[str | None]:
    """The tasks to be executed, as a reader on the day after sees them."""
    found = store.read(lambda tx: obligations(tx, LAW, AFTER))
    return [each.task_id for each in found if each.rule == "execution"]


@dataclass(frozen=True)
class Held:
    """Whoever waits here stands still until it is released."""

    reached: threading.Event = field(default_factory=threading.Event)
    released: threading.Event = field(default_factory=threading.Event)

    def wait(self) -> None:
        self.reached.set()
        assert self.released.wait(30)


@dataclass(frozen=True)
class HeldLaw(PlainLaw):
    """Stands still in the projection of a document."""

    held: Held = field(default_factory=Held)

    def project(
        self, stream: str, history: Sequence[Event], since: date, through: date
    ) -> Projection:
        if stream == "document:15" and not self.held.reached.is_set():
            self.held.wait()
        return super().project(stream, history, since, through)


@contextmanager
def standing(store: Store, held: Held, work: Callable[[], object]) -> Iterator[None]:
    """*work* stands in *held* meanwhile, in the middle of a transaction."""

    def do() -> None:
        work()
        store.close()

    with ThreadPoolExecutor(1) as pool:
        doing = pool.submit(do)
        try:
            assert held.reached.wait(30)
            yield
        finally:
            held.released.set()
        doing.result(30)


def moving_on(store: Store) -> threading.Thread:
    """Another instance, for which the day after has come, has had time to move the day on."""

    def work() -> None:
        advance(store, LAW, AFTER)
        store.close()

    other = threading.Thread(target=work)
    other.start()
    other.join(0.5)
    return other


def test_what_is_written_by_the_day_before_is_read_by_the_new_day_at_once(store: Store) -> None:
    advance(store, LAW, BEFORE)
    law = HeldLaw()
    with standing(store, law.held, lambda: record(store, law, [task("15-1")], NOW)):
        other = moving_on(store)
    other.join(30)
    assert not other.is_alive()
    assert store.read(lambda tx: tx.period()[1]) == AFTER
    assert executions(store) == ["15-1"]
    figured = store.read(lambda tx: figures(tx, LAW, AFTER))
    assert figured.obligations["execution", "ldtbxh", OPEN] == 1
    advance(store, LAW, AFTER)
    assert count(store, "obligation") == len(store.read(lambda tx: obligations(tx, LAW, AFTER)))
    assert executions(store) == ["15-1"]


def test_a_new_day_gets_done_however_fast_events_of_it_come(store: Store) -> None:
    advance(store, LAW, BEFORE)
    stopping = threading.Event()
    begun = threading.Barrier(3)

    def take_in(name: str) -> int:
        taken = 0
        while not stopping.is_set():
            taken += 1
            record(store, LAW, [assigned(f"{name}{taken}", "1", time=NOW)], NOW)
            if taken == 3:
                begun.wait(30)
        store.close()
        return taken

    with ThreadPoolExecutor(2) as pool:
        taking = [pool.submit(take_in, name) for name in "ab"]
        begun.wait(30)
        begun_at = time.monotonic()
        advance(store, LAW, AFTER, lambda: time.monotonic() - begun_at > 20)
        stopping.set()
        taken = sum(each.result(30) for each in taking)
    assert time.monotonic() - begun_at < 20
    assert len(executions(store)) == taken == count(store, "task")


def test_a_body_owes_its_reports_though_the_first_event_that_named_it_was_not_stored(
    store: Store,
) -> None:
    """A conflict makes the stream of the body that it names, and leaves it empty."""
    (body, *_) = (each.code for each in LAW.directory)
    told = assigned("15", "T1", time=NOW, event_id="e1")
    again = new_event("plan.approved", "plan", {"body": body}, time=NOW, event_id="e1")
    outcomes = record(store, LAW, [told, again], NOW)
    assert outcomes == [Outcome.STORED, Outcome.CONFLICT]
    assert list(reprocess(store, LAW, Scope(), dry_run=True)) == [], (
        "its first day is still to come"
    )

    def owed(tx: Transaction) -> set[str]:
        return {each.stream for each in obligations(tx, LAW, AFTER)}

    before = store.read(owed)
    assert f"reports:{body}" in before
    advance(store, LAW, AFTER)
    assert store.read(owed) == before
