"""A key by which a document is found by its symbol, and what finds the streams of kinds that this
version does not know.

The keys of older rows are computed behind this, by `storage.schema`: SQL has no digest for them.
"""

from __future__ import annotations

from typing import Any

from peewee import Database, PostgresqlDatabase

_KNOWN = ("document", "feedback", "inspection", "reports")


def up(_migrator: Any, db: Database) -> None:
    """Add the column and the two indexes."""
    number = "BIGINT" if isinstance(db, PostgresqlDatabase) else "INTEGER"
    db.execute_sql(f"ALTER TABLE stream ADD COLUMN symbol_key {number}")
    db.execute_sql(
        'CREATE INDEX stream_symbol ON stream (symbol_key) WHERE ("symbol_key" IS NOT NULL)'
    )
    other = " AND ".join(f"substr(key, 1, {len(kind) + 1}) <> '{kind}:'" for kind in _KNOWN)
    db.execute_sql(f"CREATE INDEX stream_other_kind ON stream (key) WHERE {other}")
