"""Which days a report covers: a period by its name, as the regulation bounds it, or two days.

The regulation's half-year and year are its own (1/11 to 31/5, 1/11 to 31/10), by its schedules; a
period that it has no schedule for is the calendar's.
"""

from __future__ import annotations

import re
from datetime import date

from ..rules.in_force import Regulations
from ..rules.mendable import Mendable
from ..rules.normalising import one_form
from ..rules.periods import bounds_of, periods_from
from ..rules.regulation import Regulation
from .report import ReportPeriod

_NAME = re.compile(
    r"(?P<year>(?:19|20|21)\d\d)"
    r"(?:-(?:(?P<month>\d\d)|Q(?P<quarter>\d)|H(?P<half>\d)|W(?P<week>\d\d)))?"
)
_AS_SPOKEN = re.compile(r"(?:THÁNG\s+)?(?P<month>\d\d?)\s*[/-]\s*(?P<year>\d{4})")
"""A month as people write it: 3/2026, 03-2026, tháng 3/2026."""
_WEEK_SPOKEN = re.compile(r"TUẦN\s+(?P<week>\d\d?)\s*[/-]\s*(?P<year>\d{4})")
"""A week as people write it: tuần 10/2026."""


_LONGEST = 40
"""Characters of what was given that an error shows."""


class NoPeriod(Mendable):
    """What was given is no period; one line that says what is one."""


def period_named(name: str, kind: str, regulations: Regulations) -> ReportPeriod:
    """The period *name* of a report of *kind*, as a regulation in force at its end bounds it.
    Raises `NoPeriod`."""
    match = _NAME.fullmatch(_written(name))
    bounds = bounds_of(*_numbered(match)) if match else None
    if match is None or bounds is None:
        raise NoPeriod.of(
            "no_period",
            "{period} is no period such as 2026-10 or 10/2026, 2026-W10, 2026-Q3, 2026-H1 or 2026;"
            " other days: --from and --to",
            period=name[:_LONGEST] or "''",
        )
    plain = ReportPeriod(match[0], *bounds)
    bounded = (_scheduled(plain, kind, each) for each in regulations.shown_on(plain.last))
    return next((each for each in bounded if each is not None), plain)


def days(first: date, last: date) -> ReportPeriod:
    """The period of those two days, both inclusive. Raises `NoPeriod`."""
    if last < first:
        raise NoPeriod.of(
            "days_reversed", "--to {last} is before --from {first}", first=first, last=last
        )
    return ReportPeriod("", first, last)


def _written(name: str) -> str:
    """*name* as `_NAME` has it."""
    upper = one_form(name).strip().upper()
    if week := _WEEK_SPOKEN.fullmatch(upper):
        return f"{week['year']}-W{int(week['week']):02}"
    spoken = _AS_SPOKEN.fullmatch(upper)
    return f"{spoken['year']}-{int(spoken['month']):02}" if spoken else upper


_EVERY = {"week": "week", "month": "month", "quarter": "quarter", "half": "half_year"}


def _numbered(match: re.Match[str]) -> tuple[str, int, int]:
    """Of which kind the period is, of which year, and which of that."""
    year = int(match["year"])
    for group, every in _EVERY.items():
        if match[group] is not None:
            return every, year, int(match[group])
    return "year", year, 1


def _scheduled(plain: ReportPeriod, kind: str, regulation: Regulation) -> ReportPeriod | None:
    """*plain* as a schedule of a rule that wants reports of *kind* bounds it; None where none
    does."""
    for rule in regulation.rules:
        wanted = [value for each in rule.fulfilled for key, value in each.where if key == "report"]
        if not any(kind in values for values in wanted):
            continue
        for term in rule.periods:
            schedule = regulation.schedules[term.schedule]
            for period in periods_from(schedule, plain.first):
                if period.name == plain.name:
                    return ReportPeriod(plain.name, period.first, period.last)
                if period.year > plain.last.year:
                    break
    return None
