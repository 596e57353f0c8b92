"""Threads of one process that write to SQLite: who comes first writes first."""

from __future__ import annotations

import os
import signal
import threading
import time
from datetime import date
from pathlib import Path

import pytest
from dondoc.storage.database import Store, open_store
from dondoc.storage.engines.turns import Turns
from dondoc.storage.transaction import Transaction

WRITES, SECONDS = 200, 0.005


def opened(folder: Path) -> Store:
    store = open_store(f"sqlite:///{folder / 'dondoc.db'}")
    store.migrate(date(2026, 1, 1))
    return store


def test_a_thread_with_many_transactions_lets_another_in_after_the_one_it_is_in(
    tmp_path: Path,
) -> None:
    store = opened(tmp_path)
    begun = threading.Event()
    counts: list[int] = []

    def work(tx: Transaction) -> None:
        tx.set_setting("busy", str(len(counts)))
        time.sleep(SECONDS)

    def many() -> None:
        for _ in range(WRITES):
            store.transact(work)
            counts.append(1)
            begun.set()
        store.close()

    thread = threading.Thread(target=many)
    thread.start()
    begun.wait()

    def other(tx: Transaction) -> int:
        tx.set_setting("other", "1")
        return len(counts)

    passed = []
    for _ in range(5):
        before = len(counts)
        passed.append(store.transact(other) - before)
        time.sleep(SECONDS * 3)
    assert thread.is_alive(), "the other has to be at it still"
    # A busy machine may come between the look and the turn that is asked for, now and then.
    assert sorted(passed)[len(passed) // 2] <= 2
    assert max(passed) < WRITES / 10
    thread.join()


def test_a_thread_that_hangs_in_its_turn_holds_nobody_for_longer_than_their_patience() -> None:
    turns, held, done = Turns(), threading.Event(), threading.Event()

    def hang() -> None:
        with turns.take(60):
            held.set()
            done.wait(60)

    thread = threading.Thread(target=hang)
    thread.start()
    held.wait()
    begun = time.monotonic()
    with turns.take(0.05):
        assert 0.05 <= time.monotonic() - begun < 30
    done.set()
    thread.join()
    begun = time.monotonic()
    with turns.take(60):
        assert time.monotonic() - begun < 30, "nobody holds a turn any more"


def test_whoever_is_interrupted_while_waiting_leaves_the_queue() -> None:
    turns, held, done = Turns(), threading.Event(), threading.Event()

    def hold() -> None:
        with turns.take(60):
            held.set()
            done.wait(60)

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGUSR1, interrupt)
    thread = threading.Thread(target=hold)
    thread.start()
    held.wait()
    try:
        threading.Timer(0.1, os.kill, (os.getpid(), signal.SIGUSR1)).start()
        with pytest.raises(KeyboardInterrupt), turns.take(60):
            pass
    finally:
        done.set()
        thread.join()
        signal.signal(signal.SIGUSR1, before)
    begun = time.monotonic()
    with turns.take(60):
        assert time.monotonic() - begun < 30, "who is gone still holds the others up"
