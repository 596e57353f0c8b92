"""Row changes as Debezium sends them, in whichever of its forms: docs/change-capture.md.

Known are the envelope (``op``, ``before``, ``after``), with and without its schema and as a
CloudEvent, and the flat row that its new record state extraction leaves, with fields that begin
with two underscores.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from ..contract.verdicts import Message
from .views import View, around

DELETE, READ = "d", "r"
WRITTEN = frozenset({"c", "u", READ})
"""Operations after which the row is there; ``r`` is that of a snapshot."""

_SOURCE = {"table": "table", "schema": "schema", "db": "db", "time": "ts_ms"}
_IN_CLOUDEVENT = "iodebezium"
_NULL_VALUES = frozenset({b"", b"null", b"default"})
"""Bodies of a tombstone: RabbitMQ has no null, and the sink sends "default" for it."""


def is_tombstone(body: bytes) -> bool:
    """Whether *body* says only that a row was deleted, and nothing of it."""
    return body in _NULL_VALUES


def of_row(value: Any, message: Message, arrival: datetime) -> View:
    """The view of a row change: the row as it is now, or as it was where it is deleted."""
    beside = around(message, arrival)
    if isinstance(value, dict) and "specversion" in value:
        beside |= _about_cloudevent(value)
        value = value.get("data")
    if isinstance(value, dict) and value.keys() == {"schema", "payload"}:
        value = value["payload"]
    if not isinstance(value, dict):
        return View(None, beside)
    if "after" in value or "before" in value:
        return _changed(value, beside)
    return _flat(value, beside)


def _changed(value: dict[str, Any], beside: dict[str, Any]) -> View:
    before, after, source = value.get("before"), value.get("after"), value.get("source")
    beside["before"] = before
    if "op" in value:
        beside["op"] = value["op"]
    if isinstance(source, dict):
        for name, key in _SOURCE.items():
            if key in source:
                beside[name] = source[key]
    if after is None:
        return View(before, beside)
    return View(after, beside, () if before is None else (before,))


def _about_cloudevent(value: Mapping[str, Any]) -> dict[str, Any]:
    """What the attributes of a CloudEvent say of the change."""
    told = {name: value.get(f"{_IN_CLOUDEVENT}{name}") for name in ("op", "table", "schema", "db")}
    return {**told, "time": value.get(f"{_IN_CLOUDEVENT}tsms")}


def _flat(row: dict[str, Any], beside: dict[str, Any]) -> View:
    told = {
        "op": DELETE if row.get("__deleted") in (True, "true") else row.get("__op"),
        "table": row.get("__table", row.get("__source_table")),
        "schema": row.get("__schema", row.get("__source_schema")),
        "db": row.get("__db", row.get("__source_db")),
        "time": row.get("__source_ts_ms"),
    }
    beside |= {name: value for name, value in told.items() if value is not None}
    return View(row, beside)
