"""What SQLite and PostgreSQL do differently, behind one set of words.

The rest of storage writes SQL that both understand, with ``%s`` for a parameter, and asks the
engine for the few things they spell differently. An engine must never know a table.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Any, ClassVar

from peewee import Database, Model, PeeweeException

Row = tuple[Any, ...]


class Failure(Enum):
    """How a failed transaction is to be taken."""

    COLLISION = "another transaction was in the way; the same again may pass"
    RACE = "another transaction wrote the same key first; the same again will see it"
    OUTAGE = "the database is away or full; later may pass"
    REFUSAL = "the database cannot be used as it is set up"


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What a driver's error means, and one line for the operator."""

    failure: Failure
    line: str


class Engine(ABC):
    """One kind of database at one address.

    ``database`` is peewee's, with a connection for each thread. ``name`` is the address as it
    may be shown, without a password, and with what names it where that is known.
    """

    driver_errors: tuple[type[Exception], ...]
    for_update: ClassVar[str]
    """Ends a SELECT that locks the rows it finds until the transaction ends."""
    skip_locked: ClassVar[str]
    """Ends a SELECT that locks what it finds and passes over what others have locked."""
    begin_write: ClassVar[Sequence[str]]
    begin_read: ClassVar[Sequence[str]]
    """Begin a transaction that sees one state of the database throughout."""

    def __init__(self, database: Database, name: str) -> None:
        self.database = database
        self.name = name

    def turn(self) -> AbstractContextManager[None]:
        """What a write transaction is done in, where threads of a process should queue for it."""
        return nullcontext()

    def begin(self, statements: Sequence[str]) -> None:
        """Begin a transaction by *statements*, `begin_write` or `begin_read`."""
        for statement in statements:
            self.database.execute_sql(statement)

    def answer(self, cursor: Any) -> list[Row]:
        """In a transaction: the rows that the statement of *cursor* gives."""
        rows: list[Row] = cursor.fetchall()
        return rows

    def touched(self, cursor: Any) -> int:
        """In a transaction: how many rows the statement of *cursor* touched."""
        count: int = cursor.rowcount
        return count

    def commit(self) -> None:
        """Commit the transaction; whatever of it the database has refused is raised."""
        self.database.commit()

    def rollback(self) -> None:
        """Undo the transaction."""
        self.database.rollback()

    @abstractmethod
    def require_in_place(self) -> None:
        """Before a transaction and after its commit: raise `DatabaseUnavailable` where what the
        connection writes to is no longer what others find at the address."""

    @abstractmethod
    def sql(self, text: str) -> str:
        """*text* with the parameters marked as the driver wants them."""

    @abstractmethod
    def among(self, column: str) -> str:
        """A condition that *column* is one of the values of one parameter, `listed`."""

    @abstractmethod
    def holds(self, column: str) -> str:
        """A condition that the bytes of one parameter stand somewhere in those of *column*."""

    @abstractmethod
    def listed(self, values: Iterable[Any]) -> Any:
        """Whole numbers or texts as the one parameter that `among` takes."""

    @abstractmethod
    def insert(self, model: type[Model], columns: Sequence[str], rows: Sequence[Row]) -> None:
        """Insert many rows, each a tuple in the order of *columns*."""

    @abstractmethod
    def ensure(self, model: type[Model], columns: Sequence[str], rows: Sequence[Row]) -> None:
        """Insert those of many rows whose unique keys are not there yet, in their order."""

    @abstractmethod
    def update(self, model: type[Model], columns: Sequence[str], rows: Sequence[Row]) -> None:
        """Update many rows, each a tuple in the order of *columns*; the first is the key."""

    @abstractmethod
    def hold(self, names: Iterable[str]) -> None:
        """In a write transaction: wait until no other one holds any of *names*, and hold them
        until it ends. What is unique by a name that is held can be looked for and then
        inserted."""

    @abstractmethod
    def lock_schema(self) -> None:
        """In a write transaction: wait until no other process migrates."""

    @abstractmethod
    def forbid_statistics(self, tables: Sequence[str]) -> None:
        """In a write transaction: have the planner remember no text or bytes of *tables*."""

    @abstractmethod
    def overwrite(self, tables: Sequence[str]) -> list[str]:
        """Outside a transaction: overwrite the copies of deleted rows of *tables* in free pages,
        statistics and logs; gives a line for each place not reached, and what to do."""

    def end_silent(self, seconds: float) -> int:
        """Outside a transaction: end the sessions of others that have stopped within one for so
        many *seconds*, where the database would not; gives how many."""
        return 0

    @abstractmethod
    def copies_kept(self, tables: Sequence[str]) -> list[str]:
        """Outside a transaction: a line for each place that `overwrite` would not reach as the
        database is set up, and what to do."""

    def copies_elsewhere(self) -> list[str]:
        """Outside a transaction: a line for each place where copies of what is deleted go that no
        `overwrite` ever reaches, and what to do."""
        return []

    @abstractmethod
    def open_to_others(self) -> list[str]:
        """Outside a transaction: a line for each way in which somebody who has no business with
        the database may read what it holds, and what to do."""

    def shut_out_others(self) -> list[str]:
        """Mend what of that can be mended here; gives a line for each."""
        return []

    def files(self) -> list[Path]:
        """The files of this machine that are the database, whether they are there or not."""
        return []

    @abstractmethod
    def copy_command(self, path: Path) -> str | None:
        """The command that writes a copy to *path*, where the database's own tools do that; None:
        `write_copy` does."""

    def write_copy(self, path: Path) -> None:
        """In a transaction: write a copy of the state that it sees to *path*, which must not
        exist, durably."""
        raise NotImplementedError

    def faults(self) -> list[str]:
        """Outside a transaction: what is wrong with the files themselves, where that can be seen
        from here; a line for each."""
        return []

    @abstractmethod
    def classify(self, error: Exception) -> Diagnosis | None:
        """What a driver's *error* means; None: a fault of the program, not of the database."""


def called(address: str, named_by: str) -> str:
    """*address* as messages call it, with the file, variable or option that names it."""
    return f"{address} ({named_by})" if named_by else address


def cause_of(error: Exception) -> Exception:
    """The driver's own error, which peewee keeps in its own."""
    original = getattr(error, "orig", None) if isinstance(error, PeeweeException) else None
    return original if isinstance(original, Exception) else error


def first_line(error: Exception) -> str:
    """The first line of a driver's message, which may be long and end in a dot or newline."""
    lines = str(error).strip().splitlines()
    return lines[0].strip() if lines else type(error).__name__
