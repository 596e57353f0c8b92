"""How work waits for what is away, and what it says meanwhile that it waits for."""

from __future__ import annotations

import pytest
from dondoc.connector import database_outages
from dondoc.connector.database_outages import until_possible
from dondoc.connector.transport import Stopping
from dondoc.rules.calendar import OutsideCoverage
from dondoc.storage.engines.errors import DatabaseUnavailable


def test_a_database_that_is_back_is_not_waited_for_while_the_calendar_has_ended(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(database_outages, "RETRY_SECONDS", 0.0)
    stopping = Stopping()
    in_the_way = [DatabaseUnavailable("away"), OutsideCoverage("ended"), OutsideCoverage("ended")]
    waited_for = []

    def work() -> str:
        waited_for.append(stopping.away())
        if in_the_way:
            raise in_the_way.pop(0)
        return "done"

    with stopping.loop("a loop"):
        assert until_possible(work, stopping, 0.0) == "done"
    assert waited_for == ["", "away", "", ""]
