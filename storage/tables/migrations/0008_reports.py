"""What finds the obligations of one body, and what was told or stored after a day."""

from __future__ import annotations

from typing import Any

from peewee import Database

_INDEXES = (
    "obligation_of_body ON obligation (body, closed_on, due, breach_on, opened_on, stream_id)",
    "event_told ON event (time, stream_id)",
    "event_received ON event (received_at, stream_id)",
)


def up(_migrator: Any, db: Database) -> None:
    """Create the indexes."""
    for index in _INDEXES:
        db.execute_sql(f"CREATE INDEX {index}")
