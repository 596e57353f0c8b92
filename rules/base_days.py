"""The base of the calendar: what the `holidays` package knows of a country, as days of ours."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from .calendar_day import Day, Kind
from .calendar_layers import Coverage, LegalBasis
from .holidays_of import VIETNAM, holidays_of
from .normalising import normal

_MADE_UP = "Làm việc bù"  # the base names the day off of a swap, not the day worked for it


def base_days(
    coverage: Coverage, basis: Sequence[LegalBasis], country: str = VIETNAM
) -> dict[date, Day]:
    """The days of *coverage* on which *country* has a holiday, or works in place of one, each with
    its source of *basis*; none where the package does not know the country."""
    years = range(coverage.first.year, coverage.last.year + 1)
    base = holidays_of(country)
    if base is None:
        return {}
    language = "vi" if country == VIETNAM else base.default_language
    days_off = base(years=years, language=language)
    by_law = base(years=years, language=language, observed=False)
    sources = sorted(basis, key=lambda entry: entry.since)

    def based(day: date, *, working: bool, name: str, kind: Kind) -> Day:
        source = next((entry.source for entry in reversed(sources) if entry.since <= day), None)
        confirmed = day <= coverage.announced_through
        # The Labour Code writes the second word of the feast small.
        told = normal("NFC", name).replace("Nguyên Đán", "Nguyên đán")
        return Day(day, working, told, source, confirmed, kind)

    days = {
        day: based(day, working=False, name=name, kind="holiday" if day in by_law else "day_off")
        for day, name in days_off.items()
        if day in coverage
    }
    for day in days_off.weekend_workdays:
        if day in coverage:
            days[day] = based(day, working=True, name=_MADE_UP, kind="working_swap")
    return days
