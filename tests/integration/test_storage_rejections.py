"""What is remembered of messages that were not taken in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256

import pytest
from dondoc.storage.database import Store
from dondoc.storage.rejections import forget_tries, reject, remember_tries, tries_of
from support.stores import count
from support.unheard import unheard_once

NOW = datetime(2026, 3, 31, 3, 0, tzinfo=UTC)
MESSAGE, OTHER = sha256(b"one").digest(), sha256(b"other").digest()


@dataclass(frozen=True)
class Refused:
    """A message whose secrecy is not established."""

    reason: str
    event_id: str | None
    size: int
    sha256: bytes


def test_tries_are_counted_for_each_message_and_outlive_the_process(store: Store) -> None:
    assert tries_of(store, MESSAGE) == 0
    for tries in (1, 2, 3):
        remember_tries(store, MESSAGE, tries)
    remember_tries(store, OTHER, 1)
    store.close()  # the next connection is another process's for all the database knows
    assert (tries_of(store, MESSAGE), tries_of(store, OTHER)) == (3, 1)


def test_a_message_that_came_to_an_end_starts_anew(store: Store) -> None:
    remember_tries(store, MESSAGE, 2)
    remember_tries(store, OTHER, 2)
    forget_tries(store, MESSAGE)
    assert (tries_of(store, MESSAGE), tries_of(store, OTHER)) == (0, 2)


def test_a_record_whose_commit_went_unheard_is_there_once(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = Refused("secrecy is absent", None, 12, MESSAGE)
    reject(store, [one], NOW - timedelta(hours=1))
    seen = unheard_once(store, monkeypatch)
    reject(store, [one], NOW)
    assert seen
    assert count(store, "rejection") == 2


def test_a_rejected_message_leaves_a_record_that_it_came(store: Store) -> None:
    reject(store, [Refused("secrecy is absent", None, 12, MESSAGE)], NOW)
    reject(store, [Refused("secrecy is absent", "e-1", 9, OTHER)] * 2, NOW)
    assert count(store, "rejection") == 3
    rows = store.read(
        lambda tx: tx.rows("SELECT reason, event_id, size, sha256 FROM rejection ORDER BY id")
    )
    assert rows[:2] == [
        ("secrecy is absent", None, 12, MESSAGE),
        ("secrecy is absent", "e-1", 9, OTHER),
    ]
