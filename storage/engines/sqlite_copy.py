"""A copy of a SQLite database, opened to be looked at: nothing is written to it or beside it.

A database that somebody writes to must never be opened so: what stands in its WAL alone would be
left out.
"""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

from peewee import SqliteDatabase

from .errors import StorageError
from .sqlite import SqliteEngine


class SqliteCopy(SqliteEngine):
    """The copy at *path*. Raises StorageError where that is no file, or a database in use."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, str(path))
        if not path.is_file():
            raise StorageError.of("no_file", "{file}: there is no such file", file=path)
        wal = path.with_name(f"{path.name}-wal")
        if wal.exists():
            raise StorageError(
                f"{path} is in use, or was left in use: {wal} belongs to it; name a copy that"
                " `dondoc backup` made"
            )
        address = f"file:{quote(str(path))}?mode=ro&immutable=1"
        self.database = SqliteDatabase(address, uri=True, pragmas={"query_only": "on"})

    def require_in_place(self) -> None:
        """Nobody writes to it."""

    def _refusal(self, code: int) -> str | None:
        told = super()._refusal(code)
        return told and f"{self.path} is no sound copy: make another, or take an older one"
