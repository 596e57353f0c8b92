"""What is told of work whose commit went unheard is what that work did, not what doing it once more
found."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from dondoc.storage.advancing import advance
from dondoc.storage.database import Store
from dondoc.storage.new_events import Outcome
from dondoc.storage.reprocessing import is_settled
from dondoc.storage.taking_in import record
from support.plain_law import PlainLaw, assigned, issued
from support.stores import count
from support.unheard import unheard_each

NOW = datetime(2026, 3, 20, 3, tzinfo=UTC)
LAW = PlainLaw()


@pytest.fixture
def today(store: Store) -> Store:
    is_settled(store, LAW)
    advance(store, LAW, date(2026, 3, 20))
    return store


def test_what_a_batch_stored_is_told_as_stored(
    today: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert record(today, LAW, [issued("D1")], NOW) == [Outcome.STORED]
    batch = [issued("D1"), issued("D2"), assigned("D2", "T"), issued("D2")]
    batch.append(assigned("D2", "T", due_on="2026-03-27"))
    with monkeypatch.context() as patch:
        seen = unheard_each(today, patch)
        outcomes = record(today, LAW, batch, NOW)
    assert len(seen) == 1
    stored, duplicate = Outcome.STORED, Outcome.DUPLICATE
    assert outcomes == [duplicate, stored, stored, duplicate, Outcome.CONFLICT]
    assert record(today, LAW, batch[:4], NOW) == [duplicate] * 4
    assert count(today, "event") == 3
