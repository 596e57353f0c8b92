"""What is remembered of messages that were not taken in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256

from dondoc.storage.database import Store
from dondoc.storage.rejections import count_try, forget_tries, reject
from support.stores import count

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
    assert [count_try(store, MESSAGE) for _ in range(3)] == [1, 2, 3]
    assert count_try(store, OTHER) == 1
    store.close()  # the next connection is another process's for all the database knows
    assert count_try(store, MESSAGE) == 4


def test_a_message_that_came_to_an_end_starts_anew(store: Store) -> None:
    count_try(store, MESSAGE)
    count_try(store, OTHER)
    forget_tries(store, MESSAGE)
    assert count_try(store, MESSAGE) == 1
    assert count_try(store, OTHER) == 2


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
