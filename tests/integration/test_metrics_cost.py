"""What a reading of the figures may cost."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

from dondoc.storage.advancing import advance
from dondoc.storage.database import open_store
from dondoc.storage.questions.figures import figures, fulfilments
from dondoc.storage.transaction import Transaction
from support.stories import law

TODAY = date(2026, 3, 20)


def test_figures_are_read_from_the_indexes_of_what_is_open_recent_or_odd(tmp_path: Path) -> None:
    """So that they cost as much after ten years as after one (SQLite tells which it uses)."""
    store = open_store(f"sqlite:///{tmp_path / 'dondoc.db'}")
    store.migrate(TODAY)
    advance(store, law(), TODAY)

    def plans(tx: Transaction) -> list[str]:
        statements: list[str] = []
        connection = tx.engine.database.connection()
        connection.set_trace_callback(statements.append)
        figures(tx, law(), TODAY)
        fulfilments(tx, TODAY)
        connection.set_trace_callback(None)
        return [
            step[3]
            for statement in statements
            for step in connection.execute(f"EXPLAIN QUERY PLAN {statement}")
        ]

    found = store.read(plans)
    store.close()
    allowed = (
        r"SCAN obligation USING COVERING INDEX obligation_open",
        r"SEARCH obligation USING COVERING INDEX obligation_closed_due \(.*\)",
        r"SEARCH obligation USING INDEX obligation_closed_on \(.*\)",
        r"SEARCH obligation USING INDEX obligation_due_at \(.*\)",  # of terms by the clock alone
        r"SCAN task USING INDEX task_open",
        r"SEARCH task USING (COVERING )?INDEX task_done \(.*\)",
        r"SEARCH stream USING COVERING INDEX stream_(missing|flags) \(.*\)",
        r"SEARCH stream USING INDEX stream_opening \(.*\)",
        r"SEARCH stream USING (COVERING )?INDEX stream_key \(key=\?\)",  # each body's own
        r"SEARCH setting .*",
        r"LIST SUBQUERY \d+",
        r"SCAN json_each VIRTUAL TABLE INDEX 1:",  # the bodies that owe reports
        r"USE TEMP B-TREE FOR GROUP BY",
    )
    assert len(found) > 8
    assert [step for step in found if not any(re.fullmatch(each, step) for each in allowed)] == []
