"""The working calendar: which days are worked, and arithmetic over them.

The `holidays` package (Vietnam) is the base; the product's layer corrects it and the
operator's layer corrects both. All dates are local dates in Asia/Ho_Chi_Minh. The calendar
never answers for a day outside of its coverage, and it never reads a file or a clock.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from hashlib import sha256
from itertools import accumulate
from typing import NamedTuple

from .base_days import base_days
from .calendar_day import MONDAY_TO_FRIDAY, Kind, plain
from .calendar_day import Day as Day  # noqa: PLC0414 - others know it from here
from .calendar_layers import Coverage, Entry, Layer, outside
from .file_faults import Faults
from .holidays_of import VIETNAM
from .local_time import VIETNAM as IN_VIETNAM
from .mendable import Mendable
from .office_hours import NO_HOURS, OfficeHours, Stretches, hours_of
from .places import FileError

_ONE_DAY = timedelta(days=1)
_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


class OutsideCoverage(Mendable, ValueError):
    """A question about days that the calendar does not cover; one line says which it does."""


@dataclass(frozen=True, slots=True)
class Calendar:
    """An immutable working calendar; made by `build_calendar`.

    ``first`` and ``last``: its coverage, both inclusive; every method raises OutsideCoverage
    for a day beyond it. ``announced_through``: up to here the official schedule is known.
    ``exceptions``: the days that are not of the plain week, in order. ``hours``: when the office
    is open; None where no file says. ``week``: the days of the week that are worked, as
    `date.weekday` counts. ``zone``: the time zone of its dates. ``version``: a digest of its days.

    A question costs the same whatever the number of days: the working days are numbered once.
    """

    first: date = field(compare=False)
    last: date = field(compare=False)
    announced_through: date = field(compare=False)
    exceptions: tuple[Day, ...] = field(compare=False, repr=False)
    hours: OfficeHours | None = None
    week: frozenset[int] = field(default=MONDAY_TO_FRIDAY, compare=False)
    zone: str = field(default=IN_VIETNAM, compare=False)
    version: str = field(init=False)
    _by_date: Mapping[date, Day] = field(init=False, repr=False, compare=False)
    _origin: int = field(init=False, repr=False, compare=False)
    _working: bytes = field(init=False, repr=False, compare=False)
    # How many working days there are from the first day to each day, that day included.
    _reached: tuple[int, ...] = field(init=False, repr=False, compare=False)
    _working_days: tuple[date, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_by_date", {day.date: day for day in self.exceptions})
        days = [
            self.first + timedelta(days=offset)
            for offset in range((self.last - self.first).days + 1)
        ]
        working = bytes(self._judge(day).working for day in days)
        object.__setattr__(self, "_origin", self.first.toordinal())
        object.__setattr__(self, "_working", working)
        object.__setattr__(self, "_reached", tuple(accumulate(working)))
        object.__setattr__(
            self,
            "_working_days",
            tuple(day for day, worked in zip(days, working, strict=True) if worked),
        )
        object.__setattr__(self, "version", self._digest())

    def is_working(self, day: date) -> bool:
        """Whether *day* is worked."""
        return self._working[self._index(day)] == 1

    def day(self, day: date) -> Day:
        """What is known of *day*."""
        self._index(day)
        return self._judge(day)

    def open_on(self, day: date) -> Stretches:
        """When the office is open on *day*; none where it is closed, or no file says hours."""
        found = self.day(day)
        return NO_HOURS if self.hours is None else self.hours.on(found)

    def add_working_days(self, start: date, days: int) -> date:
        """The last day of a term of *days* working days from *start*, which is not counted.

        *start* may be a day off: day 1 is the next working day all the same. Negative *days*
        count back from *start*. 0 gives *start* itself, a day off too. (Civil Code 2015,
        Điều 147 and 148.)
        """
        index = self._index(start)
        if days > 0:
            position = self._reached[index] + days - 1
        elif days < 0:
            position = self._reached[index] - self._working[index] + days
        else:
            return start
        if 0 <= position < len(self._working_days):
            return self._working_days[position]
        raise OutsideCoverage.of(
            "term_outside_calendar",
            "{days} working days from {start}: outside of the calendar, which covers {first} to"
            " {last}; extend the calendar file",
            days=days,
            start=start,
            first=self.first,
            last=self.last,
        )

    def next_working_day(self, day: date) -> date:
        """*day* itself if it is worked, otherwise the first working day after it."""
        return day if self.is_working(day) else self.add_working_days(day, 1)

    def previous_working_day(self, day: date) -> date:
        """*day* itself if it is worked, otherwise the last working day before it."""
        return day if self.is_working(day) else self.add_working_days(day, -1)

    def working_days_between(self, start: date, end: date) -> int:
        """The number of working days in (start, end]; negative where *end* is before *start*.

        Then it is minus the number in (end, start].
        """
        return self._reached[self._index(end)] - self._reached[self._index(start)]

    def walk(self, start: date, end: date) -> tuple[Day, ...]:
        """Every day of (start, end], in order; none where *end* is not after *start*."""
        self._index(start)
        self._index(end)
        return tuple(
            self._judge(start + timedelta(days=offset))
            for offset in range(1, (end - start).days + 1)
        )

    def _judge(self, day: date) -> Day:
        known = self._by_date.get(day)
        return plain(day, self.week) if known is None else known

    def _index(self, day: date) -> int:
        index = day.toordinal() - self._origin
        if 0 <= index < len(self._working):
            return index
        raise self._outside(day)

    def _outside(self, day: date | int) -> OutsideCoverage:
        """That *day*, or a year, is not of the calendar."""
        return OutsideCoverage.of(
            "outside_calendar",
            "{day}: outside of the calendar, which covers {first} to {last}; extend the calendar"
            " file",
            day=day,
            first=self.first,
            last=self.last,
        )

    def _digest(self) -> str:
        parts = [f"{self.first} {self.last} {self.announced_through}"]
        parts += [
            f"{day.date}\t{day.kind}\t{day.working}\t{day.confirmed}\t{day.name}\t{day.source}"
            for day in self.exceptions
        ]
        # Said only where it is another: digests of calendars of Vietnam are stored.
        if self.week != MONDAY_TO_FRIDAY:
            parts.append(f"week {sorted(self.week)}")
        if self.zone != IN_VIETNAM:
            parts.append(f"zone {self.zone}")
        return sha256("\n".join(parts).encode()).hexdigest()[:16]


class CalendarRow(NamedTuple):
    """One line of `dondoc calendar YEAR`; ``weekday`` is English, "Mon" to "Sun"."""

    date: date
    weekday: str
    kind: Kind
    name: str | None
    confirmed: bool
    source: str | None


def calendar_rows(calendar: Calendar, year: int) -> tuple[CalendarRow, ...]:
    """Every covered day of *year* that is not of the plain week, in order.

    A holiday on a weekend is among them. Raises OutsideCoverage for a year that the calendar
    does not touch.
    """
    if not calendar.first.year <= year <= calendar.last.year:
        raise calendar._outside(year)
    return tuple(
        CalendarRow(
            day.date, _WEEKDAYS[day.date.weekday()], day.kind, day.name, day.confirmed, day.source
        )
        for day in calendar.exceptions
        if day.date.year == year
    )


def build_calendar(*layers: Layer) -> Calendar:
    """The calendar of the base and of *layers*, the product's first, the operator's after.

    Of two layers that speak of one day the later wins. Coverage only grows: a layer may
    extend it, and one that states none corrects what is covered below it. Raises
    FileRefused where no layer states a coverage, where two leave a gap, for each entry outside
    of the coverage, for each that says what the plain week says anyhow, and for office hours
    that leave a working day out. A layer that says a base begins anew: those before it do not
    count.
    """
    layers = layers[max((at for at, each in enumerate(layers) if each.base), default=0) :]
    coverage: Coverage | None = None
    faults = Faults()
    for layer in layers:
        coverage = _extended(coverage, layer)
        faults.note_all(outside(layer.entries, coverage, layer.where))
    faults.refuse()
    if coverage is None:
        raise FileError("calendar: coverage: no calendar file was given")
    week = MONDAY_TO_FRIDAY
    zone = next((each.zone for each in reversed(layers) if each.zone), IN_VIETNAM)
    basis = [basis for layer in layers for basis in layer.basis]
    days = base_days(coverage, basis, layers[0].base or VIETNAM)
    for layer in layers:
        # What lies below was written for the week below.
        week = layer.week or week
        for entry in layer.entries:
            with faults.noted():
                days[entry.date] = _corrected(days.get(entry.date), entry, layer.where, week)
    faults.refuse()
    exceptions = tuple(days[day] for day in sorted(days))
    told = [(layer.hours, layer.where) for layer in layers if layer.hours is not None]
    return Calendar(
        coverage.first,
        coverage.last,
        coverage.announced_through,
        exceptions,
        hours_of(told, week),
        week,
        zone,
    )


def _extended(coverage: Coverage | None, layer: Layer) -> Coverage:
    own = layer.coverage
    if coverage is None:
        if own is None:
            raise FileError(f"{layer.where}: coverage: is missing from the first calendar file")
        return own
    if own is None:
        return coverage
    if own.first > coverage.last + _ONE_DAY or own.last < coverage.first - _ONE_DAY:
        problem = f"{own} leaves a gap to what is covered without it, {coverage}"
        raise FileError(f"{layer.where}: coverage: {problem}")
    return Coverage(
        min(coverage.first, own.first),
        max(coverage.last, own.last),
        max(coverage.announced_through, own.announced_through),
    )


def _corrected(below: Day | None, entry: Entry, where: str, week: frozenset[int]) -> Day:
    """The day of *entry*, which corrects *below* (None: a day of the plain week).

    A day off in the plain week needs no day_off, and a weekday no working: such an entry is a
    date mistyped. Where a lower layer already says the same, the entry gives it another name
    or source, or confirms it.
    """
    if below is None and entry.table != "holiday":
        usual = plain(entry.date, week)
        if usual.working == (entry.table == "working"):
            state = "a working day" if usual.working else "a day off"
            problem = f"{entry.date}, a {entry.date:%A}, is {state} already; mend or remove it"
            raise FileError.at(where, f"{entry.key}.date", problem)
    kind: Kind = "working_swap" if entry.table == "working" else entry.table
    working = entry.table == "working"
    return Day(entry.date, working, entry.name, entry.source, entry.confirmed, kind)
