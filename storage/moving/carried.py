"""What a database holds that does not follow from its events: which rows are carried to another
one, as which objects, and back.

Every table is named here, as carried, derived or left behind (a test sees to that), so that
none is forgotten. What comes back from a file is checked before it is believed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from peewee import BigIntegerField, BlobField, BooleanField, Field, IntegerField, Model

from ..engines.engine import Row
from ..tables.archive_models import ArchivedCountRow, ArchivedStreamRow
from ..tables.catch_up_models import CatchUpRow, FoundLaterRow
from ..tables.columns import DayField
from ..tables.mail_models import MailingLineRow, MailingRow
from ..tables.models import (
    FormerDeadlineRow,
    OutboxRow,
    RejectionRow,
    ReminderRow,
    SettingRow,
)
from ..tables.number_models import NumberingRow, NumberRunRow, NumberToldRow
from ..tables.secrecy_models import RedactedNameRow, RedactedShapeRow, RedactionRow
from ..tables.snooze_model import SnoozeRow
from ..tables.trail_model import AuditRow
from ..transaction import Transaction

EVENT, ATTENTION, REMINDER, SETTING = "event", "attention", "reminder", "setting"
SNOOZE = "snooze"
"""Kinds of lines; an event's is made by the connector."""
MESSAGE = "message"
"""In a reminder: what is kept in the outbox of it."""
STREAM = "stream"
"""In what belongs to a stream: its key."""

DERIVED = frozenset({"stream", "event_stream", "task", "obligation"})
"""Tables whose rows follow from the events."""
CARRIED_WITH_OTHERS = frozenset({"event", "conflict", "outbox"})
"""Tables whose rows are in lines of their own form."""
LEFT_BEHIND = frozenset({"attempt", "publication"})
"""Tables that tell of what a running service has in hand."""

_AT_ONCE = 500
_LONGEST_KEY = 400
_NUMBERS = {8: range(-(2**63), 2**63), 4: range(-(2**31), 2**31)}
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


@dataclass(frozen=True, slots=True)
class Carried:
    """A table whose rows are carried as lines of a *kind*: ``key`` is what they are read in the
    order of, ``of_stream`` whether each belongs to a stream."""

    kind: str
    model: type[Model]
    key: tuple[str, ...]
    of_stream: bool = False

    @property
    def table(self) -> str:
        """The table's name."""
        return str(self.model._meta.table_name)

    @property
    def fields(self) -> Mapping[str, Field]:
        """The columns that are carried: not those that number rows of this database alone."""
        own = {"stream_id"} if self.of_stream else set()
        own |= {"id"} if "id" in self.key else set()
        return {name: f for name, f in self.model._meta.columns.items() if name not in own}


_BEFORE = (
    Carried(SETTING, SettingRow, ("key",)),
    Carried("redaction", RedactionRow, ("stream",)),
    Carried("redacted_name", RedactedNameRow, ("digest", "stream")),
    Carried("redacted_shape", RedactedShapeRow, ("length", "digits")),
    Carried("catch_up", CatchUpRow, ("token",)),
    Carried(REMINDER, ReminderRow, ("id",), of_stream=True),
    Carried("found_later", FoundLaterRow, ("obligation",), of_stream=True),
    Carried("former_deadline", FormerDeadlineRow, ("id",), of_stream=True),
    Carried(SNOOZE, SnoozeRow, ("id",), of_stream=True),
    Carried("numbering", NumberingRow, ("source",)),
    Carried("number_run", NumberRunRow, ("source", "low")),
    Carried("number_told", NumberToldRow, ("id",)),
)
_AFTER = (
    Carried("archived_stream", ArchivedStreamRow, ("stream",)),
    Carried("archived_count", ArchivedCountRow, ("body", "rule", "month", "outcome")),
    Carried("rejection", RejectionRow, ("id",)),
    Carried("mailing", MailingRow, ("message_id",)),
    Carried("mailing_line", MailingLineRow, ("reminder", "obligation"), of_stream=True),
    Carried("audit", AuditRow, ("id",)),
)
BEFORE_EVENTS, AFTER_EVENTS = _BEFORE, _AFTER
"""What has to be there before the events come: what is secret, and what was sent; and the rest."""
CARRIED: Mapping[str, Carried] = {each.kind: each for each in (*_BEFORE, *_AFTER)}

MESSAGE_FIELDS: Mapping[str, Field] = {
    name: OutboxRow._meta.columns[name]
    for name in ("message_id", "routing_key", "body", "created_at", "published_at")
}


def count_carried(tx: Transaction, carried: Carried) -> int:
    """How many rows there are."""
    ((count,),) = tx.rows(f"SELECT COUNT(*) FROM {carried.table}")
    return int(count)


def read_carried(
    tx: Transaction, carried: Carried, streams: frozenset[int] | None = None
) -> Iterator[dict[str, Any]]:
    """The rows of a table as objects; those of *streams* alone, where they are given."""
    names = list(carried.fields)
    columns = [f"t.{name}" for name in (*carried.key, *names)]
    source = f"{carried.table} t"
    if carried.of_stream:
        columns += ["s.key", "t.stream_id"]
        source += " JOIN stream s ON s.id = t.stream_id"
    if carried.kind == REMINDER:
        columns += [f"m.{name}" for name in MESSAGE_FIELDS]
        source += " LEFT JOIN outbox m ON m.reminder = t.id"
    for row in _pages(tx, carried, f"SELECT {', '.join(columns)} FROM {source}"):
        values = row[len(carried.key) :]
        told = _told(carried.fields, values)
        if carried.of_stream:
            stream, stream_id = values[len(names) : len(names) + 2]
            if streams is not None and stream_id not in streams:
                continue
            told[STREAM] = stream
        if carried.kind == REMINDER:
            message = values[len(names) + 2 :]
            told[MESSAGE] = None if message[0] is None else _told(MESSAGE_FIELDS, message)
        yield told


def _pages(tx: Transaction, carried: Carried, select: str) -> Iterator[Row]:
    keys = ", ".join(f"t.{name}" for name in carried.key)
    marks = ", ".join(["%s"] * len(carried.key))
    rows = tx.rows(f"{select} ORDER BY {keys} LIMIT {_AT_ONCE}")
    while rows:
        yield from rows
        last = rows[-1][: len(carried.key)]
        sql = f"{select} WHERE ({keys}) > ({marks}) ORDER BY {keys} LIMIT {_AT_ONCE}"
        rows = tx.rows(sql, *last)


def values_of(fields: Mapping[str, Field], told: object) -> Row:
    """The values of *fields* in the object *told*, in the form of columns. Raises ValueError, with
    the name of what is wrong and nothing of what it says."""
    if not isinstance(told, dict):
        raise ValueError("no object")  # noqa: TRY004 - what a file says, not what a caller does
    return tuple(_value(name, each, told.get(name)) for name, each in fields.items())


def require_known(told: Mapping[str, Any], names: frozenset[str]) -> None:
    """Raises ValueError where *told* has another name: a newer version's."""
    for name in told.keys() - names:
        raise ValueError(f"{name[:40]!r} is not known here")


def stream_of_told(told: Mapping[str, Any]) -> str:
    """The key of the stream that an object belongs to. Raises ValueError."""
    key = told.get(STREAM)
    kind, colon, subject = key.partition(":") if isinstance(key, str) else ("", "", "")
    if not (kind and colon and subject) or len(str(key)) > _LONGEST_KEY or not _is_text(key):
        raise ValueError(f"{STREAM} is no stream")
    return str(key)


def _told(fields: Mapping[str, Field], values: Row) -> dict[str, Any]:
    told = zip(fields.items(), values, strict=False)
    return {name: _out(each, value) for (name, each), value in told}


def _out(field: Field, value: Any) -> Any:
    if value is None:
        return None
    if isinstance(field, BlobField):
        return bytes(value).hex()
    return bool(value) if isinstance(field, BooleanField) else value


def _value(name: str, field: Field, value: Any) -> Any:
    """*value* as the column *field* takes it."""
    if value is None:
        if field.null:
            return None
        raise ValueError(f"{name} is missing")
    if isinstance(field, DayField):
        return _day(name, value)
    if isinstance(field, BlobField):
        try:
            return bytes.fromhex(value)
        except (TypeError, ValueError):
            raise ValueError(f"{name} is no hexadecimal") from None
    if isinstance(field, BooleanField):
        fine = isinstance(value, bool)
    elif isinstance(field, BigIntegerField | IntegerField):
        size = 8 if isinstance(field, BigIntegerField) else 4
        whole = isinstance(value, int) and not isinstance(value, bool)
        fine = whole and value in _NUMBERS[size]
    else:
        fine = _is_text(value)
    if not fine:
        raise ValueError(f"{name} is not what it has to be")
    return value


def _day(name: str, value: Any) -> str:
    try:
        if _DAY.fullmatch(value):
            return date.fromisoformat(value).isoformat()
    except (TypeError, ValueError):
        pass
    raise ValueError(f"{name} is no day")


def _is_text(value: object) -> bool:
    if not isinstance(value, str) or "\0" in value:
        return False
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True
