"""One calendar file, parsed: what it covers and how it corrects the days below it.

The caller reads the file and hands over the parsed TOML with a label for error texts. A layer
knows nothing of other layers: whether an entry changes anything is asked where they are put
together, in `calendar`. It must never read a file, and never guess what an entry meant.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from .places import Place

Table = Literal["holiday", "day_off", "working"]

# Where the base, the `holidays` package, knows the Labour Codes and the dates of Tết.
FIRST_KNOWN = date(1995, 1, 1)
LAST_KNOWN = date(2099, 12, 31)

_ENTRY_TABLES: tuple[Table, ...] = ("holiday", "day_off", "working")


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

    Raises FileError for an unknown key, a value that is missing or of the wrong type, a
    reversed coverage, a date outside of the file's own coverage, and a date given twice.
    """
    file = Place(where, "", data)
    file.only("coverage", "basis", *_ENTRY_TABLES)
    stated = file.find("coverage")
    coverage = _coverage(stated) if stated else None
    basis = file.find("basis")
    entries = tuple(_entries(file))
    if coverage is not None:
        refuse_outside(entries, coverage, where)
    return Layer(
        where, coverage, tuple(_basis(item) for item in basis.items()) if basis else (), entries
    )


def refuse_outside(entries: tuple[Entry, ...], coverage: Coverage, where: str) -> None:
    """Raise FileError for the first of *entries* that lies outside of *coverage*."""
    for entry in entries:
        if entry.date not in coverage:
            place = Place(where, f"{entry.key}.date", entry.date)
            raise place.error(f"{entry.date} lies outside of the coverage, {coverage}")


def _coverage(place: Place) -> Coverage:
    place.only("first", "last", "announced_through")
    first, last, announced = (
        place.at(key).date() for key in ("first", "last", "announced_through")
    )
    if last < first:
        raise place.at("last").error(f"{last} is before coverage.first, {first}")
    if first < FIRST_KNOWN or last > LAST_KNOWN:
        raise place.error(f"holidays can be computed from {FIRST_KNOWN} to {LAST_KNOWN} only")
    if announced > last:
        raise place.at("announced_through").error(f"{announced} is after coverage.last, {last}")
    return Coverage(first, last, announced)


def _basis(place: Place) -> Basis:
    place.only("since", "source")
    return Basis(place.at("since").date(), place.at("source").text())


def _entries(file: Place) -> Iterator[Entry]:
    seen: dict[date, str] = {}
    for table in _ENTRY_TABLES:
        found = file.find(table)
        for place in found.items() if found else ():
            entry = _entry(place, table)
            earlier = seen.setdefault(entry.date, entry.key)
            if earlier != entry.key:
                raise place.at("date").error(f"{entry.date} has an entry already, {earlier}")
            yield entry


def _entry(place: Place, table: Table) -> Entry:
    place.only("date", "name", "source", "confirmed")
    confirmed = place.find("confirmed")
    return Entry(
        key=place.key,
        table=table,
        date=place.at("date").date(),
        name=place.at("name").text(),
        source=place.at("source").text(),
        confirmed=confirmed.truth() if confirmed else True,
    )
