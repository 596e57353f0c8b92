"""One calendar file, parsed: what it covers and how it corrects the days below it.

The caller reads the file and hands over the parsed TOML with a label for error texts. A layer
knows nothing of other layers: whether an entry changes anything is asked where they are put
together, in `calendar`. It must never read a file, and never guess what an entry meant.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from .mendable import Mendable

Table = Literal["holiday", "day_off", "working"]

# Where the base, the `holidays` package, knows the Labour Codes and the dates of Tết.
FIRST_KNOWN = date(1995, 1, 1)
LAST_KNOWN = date(2099, 12, 31)

_ENTRY_TABLES: tuple[Table, ...] = ("holiday", "day_off", "working")
_FILE_KEYS = frozenset({"coverage", "basis", *_ENTRY_TABLES})
_COVERAGE_KEYS = frozenset({"first", "last", "announced_through"})
_BASIS_KEYS = frozenset({"since", "source"})
_ENTRY_KEYS = frozenset({"date", "name", "source", "confirmed"})


class CalendarError(Mendable, ValueError):
    """A calendar file cannot be used: one line that names the file, the key and what to mend."""

    def __init__(self, where: str, key: str, problem: str) -> None:
        super().__init__(f"{where}: {key}: {problem}")


@dataclass(frozen=True, slots=True)
class Coverage:
    """The days that a calendar answers for, *first* and *last* inclusive.

    Up to *announced_through* the official schedule is known, so that what the base computes
    counts as confirmed.
    """

    first: date
    last: date
    announced_through: date

    def __contains__(self, day: object) -> bool:
        return isinstance(day, date) and self.first <= day <= self.last

    def __str__(self) -> str:
        return f"{self.first} to {self.last}"


@dataclass(frozen=True, slots=True)
class Basis:
    """The legal source of the holidays that the base computes, from *since* on."""

    since: date
    source: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One corrected day; *key* is its place in the file, counted from 1 ("day_off[2]")."""

    key: str
    table: Table
    date: date
    name: str
    source: str
    confirmed: bool


@dataclass(frozen=True, slots=True)
class Layer:
    """A parsed calendar file; *where* is its label in error texts."""

    where: str
    coverage: Coverage | None
    basis: tuple[Basis, ...]
    entries: tuple[Entry, ...]


def parse_layer(data: Mapping[str, Any], where: str) -> Layer:
    """Read the parsed TOML of one calendar file, called *where* in error texts.

    Texts are brought to NFC and their white space to single spaces. Raises CalendarError for
    an unknown key, a value that is missing or of the wrong type, a reversed coverage, a date
    outside of the file's own coverage, and a date given twice.
    """
    _refuse_unknown(data, _FILE_KEYS, where, "file")
    coverage = _coverage(data["coverage"], where) if "coverage" in data else None
    basis = tuple(_basis(table, where, key) for key, table in _tables(data, "basis", where))
    entries = tuple(
        _entry(table, name, where, key)
        for name in _ENTRY_TABLES
        for key, table in _tables(data, name, where)
    )
    _refuse_repeats(entries, where)
    if coverage is not None:
        refuse_outside(entries, coverage, where)
    return Layer(where, coverage, basis, entries)


def refuse_outside(entries: tuple[Entry, ...], coverage: Coverage, where: str) -> None:
    """Raise CalendarError for the first of *entries* that lies outside of *coverage*."""
    for entry in entries:
        if entry.date not in coverage:
            problem = f"{entry.date} lies outside of the coverage, {coverage}"
            raise CalendarError(where, f"{entry.key}.date", problem)


def _coverage(value: object, where: str) -> Coverage:
    if not isinstance(value, Mapping):
        raise CalendarError(where, "coverage", "expected a table, [coverage]")
    _refuse_unknown(value, _COVERAGE_KEYS, where, "coverage")
    first, last, announced = (
        _date(value, key, where, "coverage") for key in ("first", "last", "announced_through")
    )
    if last < first:
        raise CalendarError(where, "coverage.last", f"{last} is before coverage.first, {first}")
    if first < FIRST_KNOWN or last > LAST_KNOWN:
        problem = f"holidays can be computed from {FIRST_KNOWN} to {LAST_KNOWN} only"
        raise CalendarError(where, "coverage", problem)
    if announced > last:
        problem = f"{announced} is after coverage.last, {last}"
        raise CalendarError(where, "coverage.announced_through", problem)
    return Coverage(first, last, announced)


def _basis(table: Mapping[str, Any], where: str, key: str) -> Basis:
    _refuse_unknown(table, _BASIS_KEYS, where, key)
    return Basis(_date(table, "since", where, key), _text(table, "source", where, key))


def _entry(table: Mapping[str, Any], name: Table, where: str, key: str) -> Entry:
    _refuse_unknown(table, _ENTRY_KEYS, where, key)
    confirmed = table.get("confirmed", True)
    if not isinstance(confirmed, bool):
        raise CalendarError(where, f"{key}.confirmed", f"expected true or false, not {confirmed!r}")
    return Entry(
        key=key,
        table=name,
        date=_date(table, "date", where, key),
        name=_text(table, "name", where, key),
        source=_text(table, "source", where, key),
        confirmed=confirmed,
    )


def _tables(
    data: Mapping[str, Any], name: str, where: str
) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Each table of the array *name* with its place in the file, counted from 1."""
    tables = data.get(name, [])
    if not isinstance(tables, list):
        raise CalendarError(where, name, f"expected tables, each opened by [[{name}]]")
    for number, table in enumerate(tables, start=1):
        if not isinstance(table, Mapping):
            raise CalendarError(where, f"{name}[{number}]", f"expected a table, [[{name}]]")
        yield f"{name}[{number}]", table


def _refuse_unknown(table: Mapping[str, Any], known: frozenset[str], where: str, key: str) -> None:
    unknown = sorted(table.keys() - known)
    if unknown:
        problem = f"unknown key {unknown[0]!r}; known are {', '.join(sorted(known))}"
        raise CalendarError(where, key, problem)


def _refuse_repeats(entries: tuple[Entry, ...], where: str) -> None:
    seen: dict[date, str] = {}
    for entry in entries:
        earlier = seen.setdefault(entry.date, entry.key)
        if earlier != entry.key:
            problem = f"{entry.date} has an entry already, {earlier}"
            raise CalendarError(where, f"{entry.key}.date", problem)


def _date(table: Mapping[str, Any], name: str, where: str, key: str) -> date:
    value = _required(table, name, where, key)
    # A date and time is a date too in Python; here it would hide which day is meant.
    if type(value) is not date:
        problem = f"expected a date without quotes, such as 2026-01-02, not {value!r}"
        raise CalendarError(where, f"{key}.{name}", problem)
    return value


def _text(table: Mapping[str, Any], name: str, where: str, key: str) -> str:
    value = _required(table, name, where, key)
    if not isinstance(value, str):
        raise CalendarError(where, f"{key}.{name}", f"expected a text, not {value!r}")
    text = unicodedata.normalize("NFC", " ".join(value.split()))
    if not text:
        raise CalendarError(where, f"{key}.{name}", "is empty")
    return text


def _required(table: Mapping[str, Any], name: str, where: str, key: str) -> object:
    if name not in table:
        raise CalendarError(where, f"{key}.{name}", "is missing")
    return table[name]
