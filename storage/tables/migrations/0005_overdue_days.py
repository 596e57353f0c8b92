"""Since when an obligation or a task is overdue, which a return of the task puts off (6.2.a)."""

from __future__ import annotations

from typing import Any

from peewee import Database, PostgresqlDatabase

_INDEXES = {
    "obligation_open": "obligation (rule, body, overdue_on, due, opened_on, breach_on, closed_on)"
    ' WHERE ("closed_on" IS NULL)',
    "task_open": "task (lead, status, overdue_on)"
    ' WHERE (("done_on" IS NULL) AND ("ended_on" IS NULL))',
}


def up(_migrator: Any, db: Database) -> None:
    """Add the columns, filled as if nothing had been returned, which the law that comes with them
    judges anew; and have the indexes of what is open hold them."""
    following = "due + 1" if isinstance(db, PostgresqlDatabase) else "date(due, '+1 day')"
    for table in ("obligation", "task"):
        db.execute_sql(f"ALTER TABLE {table} ADD COLUMN overdue_on DATE")
        db.execute_sql(f"UPDATE {table} SET overdue_on = {following} WHERE due IS NOT NULL")
    for name, columns in _INDEXES.items():
        db.execute_sql(f"DROP INDEX {name}")
        db.execute_sql(f"CREATE INDEX {name} ON {columns}")
