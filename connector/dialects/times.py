"""Times and days as other programs write them, by patterns that a dialect file names.

A pattern is compiled once. Nothing is guessed: what no pattern reads is no time, a day that the
calendar lacks is none, and neither is one outside of the years that the contract takes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from itertools import pairwise
from typing import Any, TypeAlias

from ...rules.events import local_date
from ..contract.attributes import FIRST_YEAR, LAST_YEAR

Reader: TypeAlias = "Callable[[Any, timezone], datetime | None]"
"""Reads a value as an aware time, a day alone as its beginning in the zone; None where it is not
of the pattern."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_ISO = re.compile(
    r"\d{4}-\d\d-\d\d(?:[Tt ]\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?\s?(?:[Zz]|[+-]\d\d:?\d\d)?)?",
    re.ASCII,
)
_DOTNET = re.compile(r"/Date\((-?\d{1,15})(?:[+-]\d{4})?\)/", re.ASCII)
PARTS = {
    "yyyy": r"(?P<year>\d{4})",
    "MM": r"(?P<month>\d\d)",
    "M": r"(?P<month>\d\d?)",
    "dd": r"(?P<day>\d\d)",
    "d": r"(?P<day>\d\d?)",
    "HH": r"(?P<hour>\d\d)",
    "H": r"(?P<hour>\d\d?)",
    "mm": r"(?P<minute>\d\d)",
    "ss": r"(?P<second>\d\d)",
    "SSS": r"(?P<part>\d{1,9})",
}
"""What a written pattern is made of."""
_ORDER = ("year", "month", "day", "hour", "minute", "second")
_LETTERS = re.compile(r"([A-Za-z])\1*|.")
_UNITS = {"seconds": 1, "millis": 1_000, "micros": 1_000_000, "nanos": 1_000_000_000}
NAMED = ("iso", "days", *_UNITS, "dotnet")
"""The patterns that are named and not written."""


class PatternFault(ValueError):
    """A pattern that cannot be read; the text says what to mend."""


def compile_pattern(written: str, *, wall_clock: bool = False) -> Reader:
    """What reads times of the pattern *written*. Raises PatternFault.

    *wall_clock*: numbers count from 1970 as a clock on the wall of the zone shows it, as Debezium
    has it of columns without a zone, and not from the beginning of 1970 in UTC.
    """
    if written in _UNITS:
        return _counted(_UNITS[written], wall_clock=wall_clock)
    if written in _READERS:
        return _READERS[written]
    return _patterned(written)


@dataclass(frozen=True, slots=True)
class Times:
    """Reads times and days by ``readers``, the first that fits, in ``zone`` where none is said;
    ``written``: the patterns of these as the file writes them."""

    readers: Sequence[Reader]
    zone: timezone
    written: tuple[str, ...] = ()

    @property
    def told(self) -> str:
        """The patterns, for what none of them reads."""
        return ", ".join(self.written)

    def time(self, value: Any) -> datetime | None:
        """The aware time that *value* says, or is; None where it says none."""
        if isinstance(value, datetime):
            return value
        if isinstance(value, str):
            value = value.strip()
        for reader in self.readers:
            try:
                read = reader(value, self.zone)
            except (ValueError, OverflowError):
                continue
            if read is not None:
                return read if FIRST_YEAR <= read.year <= LAST_YEAR else None
        return None

    def day(self, value: Any) -> date | None:
        """The date in Asia/Ho_Chi_Minh of the time that *value* says."""
        if isinstance(value, str) and len(value) == _DAY and value[4] == "-":
            # Most days are written so, and need no zone.
            try:
                read = date.fromisoformat(value)
            except ValueError:
                return None
            return read if FIRST_YEAR <= read.year <= LAST_YEAR else None
        time = self.time(value)
        if time is None:
            return None
        # A day alone is that day, whatever the zone.
        midnight = time.hour == time.minute == time.second == 0 and time.tzinfo is self.zone
        return time.date() if midnight else local_date(time)


_DAY = len("2026-03-02")


def _iso(value: Any, zone: timezone) -> datetime | None:
    if not isinstance(value, str) or _ISO.fullmatch(text := value.strip()) is None:
        return None
    read = datetime.fromisoformat(text.upper().replace(" ", "T", 1).replace(" ", ""))
    return read if read.tzinfo else read.replace(tzinfo=zone)


def _whole(value: Any) -> int | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value
    # Some serializers write whole numbers of 64 bits as texts.
    if isinstance(value, str) and re.fullmatch(r"-?\d{1,20}", value, re.ASCII):
        return int(value)
    return None


def _counted(units: int, *, wall_clock: bool) -> Reader:
    def read(value: Any, zone: timezone) -> datetime | None:
        count = _whole(value)
        if count is None:
            return None
        time = _EPOCH + timedelta(microseconds=count * 1_000_000 // units)
        return time.replace(tzinfo=zone) if wall_clock else time.astimezone(zone)

    return read


def _days(value: Any, zone: timezone) -> datetime | None:
    count = _whole(value)
    return None if count is None else (_EPOCH + timedelta(days=count)).replace(tzinfo=zone)


def _dotnet(value: Any, zone: timezone) -> datetime | None:
    found = _DOTNET.fullmatch(value) if isinstance(value, str) else None
    return _MILLIS(int(found[1]), zone) if found else None


_MILLIS = _counted(1_000, wall_clock=False)
_READERS: dict[str, Reader] = {"iso": _iso, "days": _days, "dotnet": _dotnet}


def _patterned(written: str) -> Reader:
    pieces, names = [], list[str]()
    for found in _LETTERS.finditer(written):
        piece = found[0]
        if piece in PARTS:
            pieces.append(PARTS[piece])
            names.append(PARTS[piece].partition("<")[2].partition(">")[0])
        elif found[1] and piece != "T":
            raise PatternFault(
                f"has {piece}, which is not known in a pattern; known are {', '.join(PARTS)},"
                f" and the names {', '.join(NAMED)}"
            )
        else:
            pieces.append(re.escape(piece))
    for needed in ("year", "month", "day"):
        if needed not in names:
            raise PatternFault(f"has no {needed}; write it as in dd/MM/yyyy HH:mm:ss")
    if len(set(names)) < len(names):
        raise PatternFault("says a part twice")
    for one, other in pairwise((*_ORDER[3:], "part")):
        if other in names and one not in names:
            raise PatternFault(f"has a {other} and no {one}")
    order = [names.index(name) for name in _ORDER if name in names]
    part = names.index("part") if "part" in names else None
    pattern = re.compile("".join(pieces), re.ASCII)

    def read(value: Any, zone: timezone) -> datetime | None:
        found = pattern.fullmatch(value) if isinstance(value, str) else None
        if found is None:
            return None
        texts = found.groups()
        micros = 0 if part is None else int(texts[part].ljust(6, "0")[:6])
        # mypy sees positions, where the pattern has put years first.
        return datetime(*(int(texts[at]) for at in order), microsecond=micros, tzinfo=zone)  # type: ignore[misc, arg-type]

    return read


_ZONE = re.compile(r"([+-])([01]\d):([0-5]\d)")


def parse_zone(written: str) -> timezone | None:
    """The zone that *written* says: "+07:00" or "UTC"; None where it is none."""
    if written in ("UTC", "Z"):
        return UTC
    found = _ZONE.fullmatch(written)
    if found is None:
        return None
    offset = timedelta(hours=int(found[2]), minutes=int(found[3]))
    return timezone(offset if found[1] == "+" else -offset)
