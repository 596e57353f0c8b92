"""The values that a calendar file gives: what it covers and how it corrects the days below it.

`reading.calendar` reads them from a file, and `calendar` puts the layers together.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

from .office_hours import HoursOfLayer
from .places import FileError

Table = Literal["holiday", "day_off", "working"]


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
class LegalBasis:
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
    basis: tuple[LegalBasis, ...]
    entries: tuple[Entry, ...]
    hours: HoursOfLayer | None = None
    base: str | None = None
    week: frozenset[int] | None = None
    zone: str | None = None


def outside(entries: tuple[Entry, ...], coverage: Coverage, where: str) -> Iterator[FileError]:
    """What is wrong with each of *entries* that lies outside of *coverage*."""
    for entry in entries:
        if entry.date not in coverage:
            problem = f"{entry.date} lies outside of the coverage, {coverage}"
            yield FileError.at(where, f"{entry.key}.date", problem)
