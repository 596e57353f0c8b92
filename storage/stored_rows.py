"""The rows of obligations and tasks as they are stored, read in bulk, by the stream."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeAlias

from .engines.engine import Row
from .tables.rows import OBLIGATION_COLUMNS, TASK_COLUMNS
from .transaction import Awaited, Transaction

TaskOfLead: TypeAlias = tuple[str, str]
"""A task's id, and one of its leads."""


@dataclass(frozen=True, slots=True)
class Stored:
    """The rows of streams as they are (`ask_obligations`, `ask_tasks`)."""

    obligations: dict[int, dict[str, Row]]
    tasks: dict[int, dict[TaskOfLead, Row]]


def read_stored(tx: Transaction, stream_ids: Iterable[int]) -> Stored:
    """The stored obligations and tasks of streams."""
    return ask_stored(tx, stream_ids)()


def ask_stored(tx: Transaction, stream_ids: Iterable[int]) -> Awaited[Stored]:
    """The same, asked for."""
    ids = list(stream_ids)
    obligations, tasks = ask_obligations(tx, ids), ask_tasks(tx, ids)
    return lambda: Stored(obligations(), tasks())


def ask_obligations(
    tx: Transaction, stream_ids: Iterable[int]
) -> Awaited[dict[int, dict[str, Row]]]:
    """The stored obligations of streams, by stream and id."""
    found: dict[int, dict[str, Row]] = {id_: {} for id_ in stream_ids}
    columns = ", ".join(OBLIGATION_COLUMNS)
    sql = f"SELECT {columns} FROM obligation WHERE {{among}}"
    asked = tx.ask_among(sql, "stream_id", found)

    def read() -> dict[int, dict[str, Row]]:
        for row in asked():
            found[row[1]][row[0]] = row
        return found

    return read


def ask_tasks(
    tx: Transaction, stream_ids: Iterable[int]
) -> Awaited[dict[int, dict[TaskOfLead, Row]]]:
    """The stored tasks of streams, with the row's own id first, by stream, task and lead."""
    found: dict[int, dict[TaskOfLead, Row]] = {id_: {} for id_ in stream_ids}
    columns = ", ".join(TASK_COLUMNS)
    sql = f"SELECT id, {columns} FROM task WHERE {{among}}"
    asked = tx.ask_among(sql, "stream_id", found)

    def read() -> dict[int, dict[TaskOfLead, Row]]:
        for row in asked():
            found[row[1]][row[2], row[3]] = row
        return found

    return read
