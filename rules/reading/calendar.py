"""Reads one calendar file from parsed TOML (docs/calendar.md describes the file).

A layer knows nothing of other layers: whether an entry changes anything is asked where they are
put together, in `rules.calendar`. It must never guess what an entry meant.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from ..calendar_layers import Coverage, Entry, Layer, LegalBasis, Table, outside
from ..holidays_of import VIETNAM, holidays_of
from ..local_time import zone_called
from ..office_hours import WEEK, WORKED, HoursOfLayer, Stretches
from ..places import Place
from .every_fault import read_whole
from .values import minute_of_day, truth_of

# Where the base, the `holidays` package, knows the Labour Codes and the dates of Tết.
_FIRST_KNOWN = date(1995, 1, 1)
_LAST_KNOWN = date(2099, 12, 31)

_MIDNIGHT = 24 * 60
_FROM_TO = re.compile(r"([^-]*)-([^-]*)")
NOBODY, _VIETNAM = "none", "vietnam"
"""A base without holidays, and what Vietnam is called."""
_ENTRY_TABLES: tuple[Table, ...] = ("holiday", "day_off", "working")


def parse_layer(data: Mapping[str, Any], where: str) -> Layer:
    """Read the parsed TOML of one calendar file, called *where* in error texts.

    Raises FileRefused with each unknown key, a value that is missing or of the wrong type, a
    reversed coverage, a date outside of the file's own coverage, a date given twice, and office
    hours that are reversed, overlap or are not in order.
    """
    return read_whole(
        data,
        lambda given: _read(given, where),
        lambda layer: outside(layer.entries, layer.coverage, where) if layer.coverage else (),
    )


def _read(data: Mapping[str, Any], where: str) -> Layer:
    file = Place(where, "", data)
    file.only("base", "week", "zone", "coverage", "basis", "hours", *_ENTRY_TABLES)
    base, week, zone = file.find("base"), file.find("week"), file.find("zone")
    stated = file.find("coverage")
    coverage = _coverage(stated) if stated else None
    basis, hours = file.find("basis"), file.find("hours")
    entries = tuple(_entries(file))
    return Layer(
        where,
        coverage,
        tuple(_basis(item) for item in basis.items()) if basis else (),
        entries,
        _hours(hours) if hours else None,
        _base(base) if base else None,
        _week(week) if week else None,
        _zone(zone) if zone else None,
    )


def _base(place: Place) -> str:
    """The country whose holidays the calendar begins with: its ISO 3166 code, or `NOBODY`."""
    country = place.text()
    if country == _VIETNAM:
        return VIETNAM
    if country != NOBODY and holidays_of(country) is None:
        raise place.error(
            f'must be "{_VIETNAM}", "{NOBODY}" or the code of a country whose holidays are known, '
            f'such as "FR", not {country!r}'
        )
    return country


def _week(place: Place) -> frozenset[int]:
    """The days of the week that are worked, as `date.weekday` counts."""
    days = [item.choice(WEEK) for item in place.items()]
    if not days or len(set(days)) < len(days):
        raise place.error("must be the days of the week that are worked, each once")
    return frozenset(map(WEEK.index, days))


def _zone(place: Place) -> str:
    name = place.text()
    if zone_called(name) is None:
        raise place.error(f'must be a time zone such as "Asia/Ho_Chi_Minh", not {name!r}')
    return name


def _coverage(place: Place) -> Coverage:
    place.only("first", "last", "announced_through")
    first, last, announced = (
        place.at(key).date() for key in ("first", "last", "announced_through")
    )
    if last < first:
        raise place.at("last").error(f"{last} is before coverage.first, {first}")
    if first < _FIRST_KNOWN or last > _LAST_KNOWN:
        raise place.error(f"holidays can be computed from {_FIRST_KNOWN} to {_LAST_KNOWN} only")
    if announced > last:
        raise place.at("announced_through").error(f"{announced} is after coverage.last, {last}")
    return Coverage(first, last, announced)


def _basis(place: Place) -> LegalBasis:
    place.only("since", "source")
    return LegalBasis(place.at("since").date(), place.at("source").text())


def _hours(place: Place) -> HoursOfLayer:
    place.only(*WEEK, WORKED, "confirmed")
    by_day = {day: _stretches(found) for day in (*WEEK, WORKED) if (found := place.find(day))}
    return HoursOfLayer(by_day, truth_of(place, "confirmed", default=True))


def _stretches(place: Place) -> Stretches:
    """When an office is open on a day, as the list at *place* says."""
    found: list[tuple[int, int]] = []
    for item in place.items():
        between = _FROM_TO.fullmatch(item.text())
        if between is None:
            raise item.error(f'must be from when to when, "07:30-11:30", not {item.value!r}')
        opens, closes = (
            minute_of_day(replace(item, value=text.strip())) for text in between.groups()
        )
        if closes <= opens:
            raise item.error(f"{item.value} ends before it begins")
        if found and opens < found[-1][1]:
            raise item.error(f"{item.value} begins before the one above it has ended")
        if closes == _MIDNIGHT:
            raise item.error("ends at midnight; write 23:59")
        found.append((opens, closes))
    return tuple(found)


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
