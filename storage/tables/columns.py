"""The columns that peewee does not have: days and instants, in the form in which they are stored.

What is stored must never depend on the time zone of a machine or of a session.
"""

from __future__ import annotations

from datetime import date, datetime

from peewee import BigIntegerField, Field

from .forms import day_of, day_text, from_micros, to_micros


class DayField(Field):
    """A local date; a DATE column (its ISO text on SQLite)."""

    field_type = "DATE"

    def db_value(self, value: date | None) -> str | None:
        return day_text(value)

    def python_value(self, value: str | None) -> date | None:
        return day_of(value)


class InstantField(BigIntegerField):
    """An aware time; microseconds since 1970 in UTC."""

    def db_value(self, value: datetime | None) -> int | None:
        return None if value is None else to_micros(value)

    def python_value(self, value: int | None) -> datetime | None:
        return None if value is None else from_micros(value)
