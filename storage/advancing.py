"""Lets a new day begin: `through` moves, and what the days that passed open is projected."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from .database import Store
from .projecting import Basis, Lawful, project_streams
from .streams import lock_opening, missing_reports
from .tables.forms import day_text
from .tables.models import StreamRow
from .transaction import THROUGH, Transaction

_STREAMS_AT_ONCE = 50
"""How many streams `advance` holds at once, so that the intake never waits for long."""


def advance(
    store: Store, law: Lawful, today: date, stopping: Callable[[], bool] = lambda: False
) -> int:
    """Remember *today*, a local date, and project everything that a passing date opens up to it;
    gives the number of streams that were projected.

    The day first: events that come meanwhile are then projected by it, and what is left only
    becomes less, however many there are. What another transaction is writing by the day before
    is found by the next call, as is the rest once *stopping* says so; readers look ahead of it.
    Streams of periodic reports are made here for every body of the directory: they owe without
    any event. When *today* is done already this costs two look-ups.
    """
    through, wanted = store.read(lambda tx: (tx.period()[1], missing_reports(tx, law.directory)))
    target = max(today, through)
    if wanted:
        store.transact(lambda tx: _make_streams(tx, wanted))
    if through < target:
        store.transact(lambda tx: _move_through(tx, target))
    advanced = 0
    while count := store.transact(lambda tx: _advance_some(tx, law, target)):
        advanced += count
        if stopping():
            return advanced
    return advanced


def _make_streams(tx: Transaction, keys: Sequence[str]) -> None:
    """Make streams that nothing has happened in, due to be projected by the next advance."""
    since, _ = tx.period()
    rows = [(key, 0, day_text(since)) for key in keys]
    tx.engine.ensure(StreamRow, ("key", "event_count", "next_opening"), rows)
    tx.run_among(
        "UPDATE stream SET next_opening=%s WHERE law IS NULL AND next_opening IS NULL AND {among}",
        "key",
        keys,
        day_text(since),
    )


def _advance_some(tx: Transaction, law: Lawful, target: date) -> int:
    since, _ = tx.period()
    streams = lock_opening(tx, target.isoformat(), _STREAMS_AT_ONCE)
    project_streams(tx, Basis(law, since, target), streams)
    return len(streams)


def _move_through(tx: Transaction, target: date) -> None:
    """Remember *target*, unless another instance is further already."""
    tx.run(
        "UPDATE setting SET value=%s WHERE key=%s AND value<%s", str(target), THROUGH, str(target)
    )
