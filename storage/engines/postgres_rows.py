"""Many rows in one statement for PostgreSQL: an array for each column."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import cache
from typing import Any

from peewee import Model

from .engine import Row

_TYPES = {
    "TEXT": "text",
    "DATE": "date",
    "BIGINT": "int8",
    "BIGAUTO": "int8",
    "INT": "int4",
    "BOOL": "bool",
    "BLOB": "bytea",
}
"""peewee's names of column types as PostgreSQL's."""


def arrays_of(model: type[Model], columns: Sequence[str], rows: Sequence[Row]) -> list[list[Any]]:
    """The values of *rows*, which are some, by the column. Raises ValueError for a text that
    is no day or stands for a number: the server would write into its log what it refuses."""
    fields = model._meta.columns
    return [
        _array(fields[column].field_type, values)
        for column, values in zip(columns, zip(*rows, strict=True), strict=True)
    ]


def _array(kind: str, values: tuple[Any, ...]) -> list[Any]:
    if kind == "DATE":
        return [day and date.fromisoformat(day) for day in values]
    # Of values of several types the driver itself makes no array.
    if kind != "TEXT" and isinstance(next((v for v in values if v is not None), None), str):
        raise ValueError(f"a text in a column of {kind}")
    return list(values)


@cache
def insert_statement(model: type[Model], columns: tuple[str, ...]) -> str:
    """Inserts what `arrays_of` gives."""
    return (
        f"INSERT INTO {model._meta.table_name} ({','.join(columns)})"
        f" SELECT * FROM unnest({_arrays(model, columns)})"
    )


@cache
def update_statement(model: type[Model], columns: tuple[str, ...]) -> str:
    """Updates by what `arrays_of` gives; the first of *columns* is the key."""
    key, *others = columns
    changes = ",".join(f"{column}=new.{column}" for column in others)
    return (
        f"UPDATE {model._meta.table_name} AS old SET {changes}"
        f" FROM unnest({_arrays(model, columns)}) AS new({','.join(columns)})"
        f" WHERE old.{key}=new.{key}"
    )


def _arrays(model: type[Model], columns: tuple[str, ...]) -> str:
    fields = model._meta.columns
    # In binary, which is several times as fast.
    return ",".join(f"%b::{_TYPES[fields[column].field_type]}[]" for column in columns)
