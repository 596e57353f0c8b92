"""The form that values take in columns, the same on both databases.

A time is a whole number of microseconds since 1970 in UTC, which keeps order and precision
wherever it is stored; a date is its ISO text, which both databases take for a DATE; structured
values are JSON text with sorted keys, so that equal values are equal text.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any

import orjson

from ...rules.events import LOCAL

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


_STRICT = (
    orjson.OPT_SORT_KEYS
    | orjson.OPT_PASSTHROUGH_DATETIME
    | orjson.OPT_PASSTHROUGH_DATACLASS
    | orjson.OPT_PASSTHROUGH_SUBCLASS
)


def to_json(value: Any) -> str:
    """*value* as JSON text: keys sorted, no blanks, nothing escaped that need not be.

    Raises TypeError for what JSON has no form of, dates included (a trace holds their text), for
    half of a surrogate pair and for whole numbers beyond 64 bits. NaN would become null: nothing
    that is written so has fractions. Every obligation of every stream that an event touches is
    written so to be compared; here orjson takes a tenth of the time of `json`.
    """
    return orjson.dumps(value, option=_STRICT).decode()


def to_micros(time: datetime) -> int:
    """An aware *time* as microseconds since 1970 in UTC; exact, negative before."""
    return (time - _EPOCH) // _MICROSECOND


def from_micros(micros: int) -> datetime:
    """The aware time in UTC that `to_micros` was given."""
    return _EPOCH + timedelta(microseconds=micros)


def micros_of(time: datetime | None) -> int | None:
    """As `to_micros`; None stays None."""
    return None if time is None else to_micros(time)


def local_of(micros: int | None) -> datetime | None:
    """The aware local time that `to_micros` was given; None stays None."""
    return None if micros is None else from_micros(micros).astimezone(LOCAL)


@lru_cache(maxsize=4096)
def day_text(day: date | None) -> str | None:
    """*day* as "YYYY-MM-DD"; None stays None. Every obligation has ten, and all together few."""
    return None if day is None else day.isoformat()


def day_of(text: str | None) -> date | None:
    """The date of "YYYY-MM-DD"; None stays None."""
    return None if text is None else date.fromisoformat(text)


def words_text(words: Sequence[str]) -> str | None:
    """A list of words as JSON text, None where it is empty: partial indexes skip it."""
    return to_json(list(words)) if words else None


def words_of(text: str | None) -> tuple[str, ...]:
    """The words that `words_text` was given."""
    return tuple(orjson.loads(text)) if text else ()


def object_of(text: str) -> dict[str, Any]:
    """A JSON object from its text."""
    value: dict[str, Any] = orjson.loads(text)
    return value
