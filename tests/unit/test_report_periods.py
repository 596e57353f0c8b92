"""Which days a report covers: periods as the regulation bounds them, and as the calendar does."""

from __future__ import annotations

from datetime import date

import pytest
from dondoc.commands.assembly.loading import load_regulations
from dondoc.reports.periods import NoPeriod, days, period_named
from dondoc.reports.report import BODY_PROGRESS, INSPECTION_SUMMARY

REGULATIONS = load_regulations(())


@pytest.mark.parametrize(
    ("name", "kind", "first", "last"),
    [
        ("2026-10", BODY_PROGRESS, date(2026, 10, 1), date(2026, 10, 31)),
        ("2028-02", BODY_PROGRESS, date(2028, 2, 1), date(2028, 2, 29)),
        ("2026-q3", BODY_PROGRESS, date(2026, 7, 1), date(2026, 9, 30)),
        ("2026-H1", BODY_PROGRESS, date(2025, 11, 1), date(2026, 5, 31)),
        ("2026-H2", BODY_PROGRESS, date(2026, 7, 1), date(2026, 12, 31)),
        ("2026", BODY_PROGRESS, date(2025, 11, 1), date(2026, 10, 31)),
        ("2026-W10", BODY_PROGRESS, date(2026, 3, 2), date(2026, 3, 8)),
        ("2026-w53", BODY_PROGRESS, date(2026, 12, 28), date(2027, 1, 3)),
        ("2027-W01", BODY_PROGRESS, date(2027, 1, 4), date(2027, 1, 10)),
        ("2026-06", INSPECTION_SUMMARY, date(2026, 6, 1), date(2026, 6, 30)),
        ("2026", INSPECTION_SUMMARY, date(2026, 1, 1), date(2026, 12, 31)),
        ("1999", BODY_PROGRESS, date(1998, 11, 1), date(1999, 10, 31)),
    ],
)
def test_a_period_is_bounded_as_the_regulation_says(
    name: str, kind: str, first: date, last: date
) -> None:
    period = period_named(name, kind, REGULATIONS)
    assert (period.name, period.first, period.last) == (name.upper(), first, last)


@pytest.mark.parametrize(
    "name",
    [
        "",
        "2026-13",
        "2026-00",
        "2026-Q5",
        "2026-H3",
        "26",
        "tháng 10",
        "2027-W53",
        "2026-W00",
        "2026-W1",
    ],
)
def test_what_is_no_period_is_refused_with_what_is_one(name: str) -> None:
    with pytest.raises(NoPeriod, match="2026-10 or 10/2026, 2026-W10, 2026-Q3, 2026-H1 or 2026"):
        period_named(name, BODY_PROGRESS, REGULATIONS)


@pytest.mark.parametrize("name", ["3/2026", "03-2026", "tháng 3/2026", " THÁNG 03 / 2026 "])
def test_a_month_may_be_written_as_people_write_it(name: str) -> None:
    period = period_named(name, BODY_PROGRESS, REGULATIONS)
    assert period == period_named("2026-03", BODY_PROGRESS, REGULATIONS)


@pytest.mark.parametrize("name", ["tuần 10/2026", " TUẦN 10 - 2026"])
def test_a_week_may_be_written_as_people_write_it(name: str) -> None:
    period = period_named(name, BODY_PROGRESS, REGULATIONS)
    assert period == period_named("2026-W10", BODY_PROGRESS, REGULATIONS)


def test_days_in_the_wrong_order_are_refused() -> None:
    assert days(date(2026, 3, 1), date(2026, 3, 1)).name == ""
    with pytest.raises(NoPeriod, match="--to 2026-02-28 is before --from 2026-03-01"):
        days(date(2026, 3, 1), date(2026, 2, 28))
