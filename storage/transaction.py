"""The verbs of one open transaction: what storage reads and writes goes through one of these.

A `Transaction` is made by the `Store` and ends with its call; nothing may keep it. It must
never commit or roll back by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from os import urandom
from typing import Any, TypeAlias, TypeVar

from peewee import Model, Query

from .engines.engine import Engine, Row

T = TypeVar("T")

Awaited: TypeAlias = Callable[[], T]
"""What the database was asked for, and is waited for where it is called: once."""

SINCE = "since"
"""Setting: the first day for which periodic obligations exist; kept from the first migration."""
THROUGH = "through"
"""Setting: the day by which streams are projected; moved by `advance`, and back by `reprocess`
alone. A stream whose next opening has come has still to be."""
LAW = "law"
"""Setting: the law and since by which everything was last projected; absent while a
reprocessing of everything is wanted or half done."""
REPROCESSING = "reprocessing"
"""Setting: the token of the run that judges everything anew, or did last, and its law and since; of
a run that has another one nothing is written any more."""
LAW_PARTS = "law_parts"
"""Setting: the digests of the parts of that law; absent where no command has noted them yet."""
UNIT = "unit"
"""Setting: the unit whose events these are; absent where no setting has ever named one."""
MOVING = "moving"
"""Setting: which export is being taken in, and how far that has come (`moving.arriving`)."""
SCHEDULE = "schedule"
"""Setting: the law and policy by which the next days of attention were computed; absent while they
are all to be computed again."""
MOMENTS = "moments"
"""Setting: up to when passes have noticed that something due at a moment is over, in microseconds
since 1970; absent before the first."""


class Transaction:
    """One open transaction. SQL is written with ``%s`` for parameters on every database."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.version = int.from_bytes(urandom(8)) >> 2
        """What the streams have for a version whose rows or events it changes. No other transaction
        has the same, nor would after a restored backup."""

    def rows(self, sql: str, *parameters: Any) -> list[Row]:
        """The rows that a statement gives."""
        return self.ask(sql, *parameters)()

    def ask(self, sql: str, *parameters: Any) -> Awaited[list[Row]]:
        """Ask for the rows that a statement gives. What is asked for together, before any of it is
        read, takes one way to the database and back; it is read before anything is written."""
        cursor = self.engine.database.execute_sql(self.engine.sql(sql), parameters)
        return lambda: self.engine.answer(cursor)

    def run(self, sql: str, *parameters: Any) -> None:
        """Execute a statement. The database may tell later, by the commit at the latest, that it
        refuses."""
        self.engine.database.execute_sql(self.engine.sql(sql), parameters)

    def touch(self, sql: str, *parameters: Any) -> int:
        """Execute a statement; gives the number of rows it touched."""
        cursor = self.engine.database.execute_sql(self.engine.sql(sql), parameters)
        return self.engine.touched(cursor)

    def run_each(self, sql: str, rows: Sequence[Row]) -> None:
        """Execute a statement once for each of *rows*."""
        if rows:
            self.engine.database.cursor().executemany(self.engine.sql(sql), rows)

    def rows_among(
        self, sql: str, column: str, values: Iterable[Any], *parameters: Any
    ) -> list[Row]:
        """The rows of *sql*, which holds ``{among}`` where *column* is to be one of *values*.

        *parameters* are for the marks before it; there may be none after it.
        """
        return self.ask_among(sql, column, values, *parameters)()

    def ask_among(
        self, sql: str, column: str, values: Iterable[Any], *parameters: Any
    ) -> Awaited[list[Row]]:
        """`rows_among`, asked for as `ask` does."""
        listed = list(values)
        if not listed:
            return list
        text = sql.format(among=self.engine.among(column))
        return self.ask(text, *parameters, self.engine.listed(listed))

    def run_among(self, sql: str, column: str, values: Iterable[Any], *parameters: Any) -> None:
        """Execute *sql* as `rows_among` does."""
        listed = list(values)
        if listed:
            text = sql.format(among=self.engine.among(column))
            self.run(text, *parameters, self.engine.listed(listed))

    def touch_among(self, sql: str, column: str, values: Iterable[Any], *parameters: Any) -> int:
        """Execute *sql* as `rows_among` does; gives the number of rows it touched."""
        listed = list(values)
        if not listed:
            return 0
        text = sql.format(among=self.engine.among(column))
        return self.touch(text, *parameters, self.engine.listed(listed))

    def fetch(self, query: Query) -> list[Row]:
        """The rows of a peewee query, values in the form of columns (`forms`)."""
        return self.engine.answer(self.engine.database.execute(query))

    def insert(self, model: type[Model], columns: Sequence[str], rows: Sequence[Row]) -> None:
        """Insert many rows at once, values in the form of columns (`forms`)."""
        if rows:
            self.engine.insert(model, columns, rows)

    def update(self, model: type[Model], columns: Sequence[str], rows: Sequence[Row]) -> None:
        """Update many rows at once by the first of *columns*."""
        if rows:
            self.engine.update(model, columns, rows)

    def setting(self, key: str) -> str | None:
        """What the database remembers under *key*."""
        rows = self.rows("SELECT value FROM setting WHERE key=%s", key)
        return rows[0][0] if rows else None

    def set_setting(self, key: str, value: str) -> None:
        """Remember *value* under *key*."""
        self.run(
            "INSERT INTO setting (key, value) VALUES (%s, %s)"
            " ON CONFLICT (key) DO UPDATE SET value=excluded.value",
            key,
            value,
        )

    def forget_setting(self, key: str) -> None:
        """Remember nothing under *key*."""
        self.run("DELETE FROM setting WHERE key=%s", key)

    def period(self) -> tuple[date, date]:
        """The stored since and through, by which streams are projected."""
        return self.ask_period()()

    def ask_period(self) -> Awaited[tuple[date, date]]:
        """The same, asked for."""
        asked = self.ask("SELECT key, value FROM setting WHERE key IN (%s, %s)", SINCE, THROUGH)

        def read() -> tuple[date, date]:
            days = dict[str, str](asked())
            return date.fromisoformat(days[SINCE]), date.fromisoformat(days[THROUGH])

        return read
