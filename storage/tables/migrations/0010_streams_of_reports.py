"""What finds the streams of bodies' reports, in which a period may be meant by any subject."""

from __future__ import annotations

from typing import Any

from peewee import Database


def up(_migrator: Any, db: Database) -> None:
    """Create the index."""
    db.execute_sql(
        "CREATE INDEX stream_reports ON stream (id) WHERE substr(key, 1, 8) = 'reports:'"
    )
