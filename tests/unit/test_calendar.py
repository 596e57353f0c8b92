"""The working calendar: its vectors, its arithmetic, its layers and what it refuses."""

import random
import subprocess
import sys
import tomllib
import unicodedata
from dataclasses import FrozenInstanceError
from datetime import date, timedelta
from functools import cache
from importlib.resources import files
from pathlib import Path

import pytest
from dondoc.rules.calendar import (
    Calendar,
    Day,
    OutsideCoverage,
    build_calendar,
    calendar_rows,
)
from dondoc.rules.calendar_layers import Layer
from dondoc.rules.places import FileError
from dondoc.rules.reading.calendar import parse_layer
from hypothesis import given, settings
from hypothesis import strategies as st
from support.refused import faults_told, refusals

TESTS = Path(__file__).parents[1]
MALFORMED = sorted((TESTS / "fixtures" / "calendars").glob("*.toml"))
GUIDE = TESTS.parent / "docs" / "calendar.md"

FIRST, LAST = date(2015, 1, 1), date(2027, 12, 31)
ONE_DAY = timedelta(days=1)
SEED = 20150522

# Weekdays off and weekend days worked by civil servants, assembled by hand from the yearly
# schedules and independent of the base: a change of the package that moves one of them fails.
SCHEDULES = {
    2015: (
        "01-01 01-02 02-16 02-17 02-18 02-19 02-20 02-23 04-28 04-29 04-30 05-01 09-02",
        "02-14 04-25",
    ),
    2016: ("01-01 02-08 02-09 02-10 02-11 02-12 04-18 05-02 05-03 09-02", ""),
    2017: ("01-02 01-26 01-27 01-30 01-31 02-01 04-06 05-01 05-02 09-04", ""),
    2018: ("01-01 02-14 02-15 02-16 02-19 02-20 04-25 04-30 05-01 09-03 12-31", ""),
    2019: ("01-01 02-04 02-05 02-06 02-07 02-08 04-15 04-29 04-30 05-01 09-02", "01-05 05-04"),
    2020: ("01-01 01-23 01-24 01-27 01-28 01-29 04-02 04-30 05-01 09-02", ""),
    2021: ("01-01 02-10 02-11 02-12 02-15 02-16 04-21 04-30 05-03 09-02 09-03", ""),
    2022: ("01-03 01-31 02-01 02-02 02-03 02-04 04-11 05-02 05-03 09-01 09-02", ""),
    2023: ("01-02 01-20 01-23 01-24 01-25 01-26 05-01 05-02 05-03 09-01 09-04", ""),
    2024: ("01-01 02-08 02-09 02-12 02-13 02-14 04-18 04-29 04-30 05-01 09-02 09-03", "05-04"),
    2025: ("01-01 01-27 01-28 01-29 01-30 01-31 04-07 04-30 05-01 05-02 09-01 09-02", "04-26"),
    2026: (
        "01-01 01-02 02-16 02-17 02-18 02-19 02-20 04-27 04-30 05-01 08-31 09-01 09-02 11-24",
        "01-10 08-22",
    ),
    2027: ("01-01 02-04 02-05 02-08 02-09 02-10 04-16 04-30 05-03 09-02 09-03 11-24", ""),
}

VECTORS = [
    ("2015-04-24", 1, "2015-04-25"),  # a swapped Saturday is worked
    ("2015-04-27", 1, "2015-05-04"),
    ("2015-02-14", 1, "2015-02-24"),  # from a swapped Saturday over Tết
    ("2025-12-31", 1, "2026-01-05"),
    ("2026-01-09", 1, "2026-01-10"),  # a swapped Saturday that the base lacks
    ("2026-08-28", 5, "2026-09-09"),
]


def layer(text: str, where: str = "site.toml") -> Layer:
    return parse_layer(tomllib.loads(text), where)


@cache
def product_layer() -> Layer:
    text = files("dondoc.rules").joinpath("calendars/vietnam.toml").read_text("utf-8")
    return layer(text, "vietnam.toml")


@cache
def product() -> Calendar:
    return build_calendar(product_layer())


def corrected(text: str) -> Calendar:
    return build_calendar(product_layer(), layer(text))


def entry(table: str, day: str, *, confirmed: bool = True) -> str:
    return (
        f'[[{table}]]\ndate = {day}\nname = "Tên mẫu"\nsource = "Văn bản mẫu"\n'
        f"confirmed = {str(confirmed).lower()}\n"
    )


def covered_days() -> list[date]:
    return [FIRST + timedelta(days=offset) for offset in range((LAST - FIRST).days + 1)]


def stepped(calendar: Calendar, start: date, days: int) -> date:
    """The same as add_working_days, a day at a time."""
    step = ONE_DAY if days > 0 else -ONE_DAY
    left = abs(days)
    while left:
        start += step
        left -= calendar.is_working(start)
    return start


class TestTheVectorsOfTheRules:
    @pytest.mark.parametrize(("start", "days", "last"), VECTORS)
    def test_a_term_ends_on_the_day_that_the_rules_name(
        self, start: str, days: int, last: str
    ) -> None:
        found = product().add_working_days(date.fromisoformat(start), days)
        assert found == date.fromisoformat(last)

    @pytest.mark.parametrize("year", SCHEDULES)
    def test_the_year_follows_the_official_schedule(self, year: int) -> None:
        off, worked = (
            {date.fromisoformat(f"{year}-{day}") for day in days.split()}
            for days in SCHEDULES[year]
        )
        for day in covered_days():
            if day.year == year:
                expected = day in worked if day.weekday() >= 5 else day not in off
                assert product().is_working(day) == expected, day


class TestArithmetic:
    def test_adding_days_equals_stepping_day_by_day(self) -> None:
        generator = random.Random(SEED)
        for _ in range(2000):
            start = FIRST + timedelta(days=generator.randrange(90, (LAST - FIRST).days - 90))
            days = generator.randrange(-40, 41)
            found = product().add_working_days(start, days)
            assert found == stepped(product(), start, days), (start, days)

    @settings(max_examples=300, deadline=None)
    @given(st.dates(FIRST, LAST), st.dates(FIRST, LAST))
    def test_days_between_is_a_signed_count_of_what_is_worked(self, start: date, end: date) -> None:
        low, high = sorted((start, end))
        worked = sum(day.working for day in product().walk(low, high))
        expected = worked if start <= end else -worked
        assert product().working_days_between(start, end) == expected

    @settings(max_examples=300, deadline=None)
    @given(st.dates(date(2015, 6, 1), date(2027, 6, 1)), st.integers(1, 60))
    def test_counting_there_and_back_returns_to_a_working_day(self, start: date, days: int) -> None:
        begun = product().next_working_day(start)
        assert product().add_working_days(product().add_working_days(begun, days), -days) == begun

    def test_zero_days_give_the_start_itself_even_on_a_day_off(self) -> None:
        assert product().add_working_days(date(2026, 2, 17), 0) == date(2026, 2, 17)

    def test_a_term_from_a_day_off_begins_on_the_next_working_day(self) -> None:
        mid_tet = date(2026, 2, 18)
        assert product().add_working_days(mid_tet, 1) == date(2026, 2, 23)
        assert product().add_working_days(mid_tet, -1) == date(2026, 2, 13)

    def test_negative_days_count_back_without_the_start(self) -> None:
        assert product().add_working_days(date(2026, 9, 9), -5) == date(2026, 8, 28)
        assert product().add_working_days(date(2026, 1, 12), -1) == date(2026, 1, 10)

    def test_a_working_day_is_its_own_next_and_previous_working_day(self) -> None:
        swapped_saturday = date(2026, 1, 10)
        assert product().next_working_day(swapped_saturday) == swapped_saturday
        assert product().previous_working_day(swapped_saturday) == swapped_saturday

    def test_a_day_off_moves_to_the_nearest_working_day_on_either_side(self) -> None:
        new_year = date(2026, 1, 1)
        assert product().next_working_day(new_year) == date(2026, 1, 5)
        assert product().previous_working_day(new_year) == date(2025, 12, 31)

    def test_a_walk_names_every_day_after_the_start_up_to_the_end(self) -> None:
        days = product().walk(date(2026, 1, 8), date(2026, 1, 12))
        assert [(day.date.day, day.working, day.kind) for day in days] == [
            (9, True, "weekday"),
            (10, True, "working_swap"),
            (11, False, "weekend"),
            (12, True, "weekday"),
        ]

    def test_a_walk_to_its_start_or_backwards_is_empty(self) -> None:
        day = date(2026, 1, 8)
        assert product().walk(day, day) == ()
        assert product().walk(day, day - ONE_DAY) == ()


class TestCoverage:
    @pytest.mark.parametrize("day", [FIRST - ONE_DAY, LAST + ONE_DAY, date.min, date.max])
    def test_a_day_beyond_coverage_is_refused_by_every_question(self, day: date) -> None:
        calendar, inside = product(), date(2026, 1, 5)
        for ask in (
            lambda: calendar.is_working(day),
            lambda: calendar.day(day),
            lambda: calendar.add_working_days(day, 0),
            lambda: calendar.add_working_days(day, 1),
            lambda: calendar.next_working_day(day),
            lambda: calendar.previous_working_day(day),
            lambda: calendar.working_days_between(day, inside),
            lambda: calendar.working_days_between(inside, day),
            lambda: calendar.walk(day, inside),
            lambda: calendar.walk(inside, day),
        ):
            with pytest.raises(OutsideCoverage):
                ask()

    def test_the_refusal_names_the_date_the_coverage_and_the_remedy_in_one_line(self) -> None:
        with pytest.raises(OutsideCoverage) as refusal:
            product().is_working(date(2028, 1, 1))
        assert str(refusal.value) == (
            "2028-01-01: outside of the calendar, which covers 2015-01-01 to 2027-12-31; "
            "extend the calendar file"
        )

    def test_the_first_and_the_last_day_are_covered(self) -> None:
        assert product().day(FIRST).kind == "holiday"
        assert product().is_working(LAST)

    def test_a_term_that_ends_beyond_coverage_is_refused_at_both_ends(self) -> None:
        assert product().add_working_days(date(2027, 12, 30), 1) == LAST
        with pytest.raises(OutsideCoverage, match="2 working days from 2027-12-30"):
            product().add_working_days(date(2027, 12, 30), 2)
        assert product().add_working_days(date(2015, 1, 6), -1) == date(2015, 1, 5)
        with pytest.raises(OutsideCoverage, match="-2 working days from 2015-01-06"):
            product().add_working_days(date(2015, 1, 6), -2)
        with pytest.raises(OutsideCoverage):
            product().add_working_days(LAST, 10**12)

    def test_no_working_day_before_the_first_one_is_made_up(self) -> None:
        with pytest.raises(OutsideCoverage):
            product().previous_working_day(date(2015, 1, 4))


class TestConfirmation:
    @pytest.mark.parametrize(
        "day", ["2026-11-24", "2027-02-04", "2027-02-06", "2027-02-10", "2027-04-16", "2027-09-03"]
    )
    def test_what_is_computed_and_not_announced_counts_but_is_unconfirmed(self, day: str) -> None:
        found = product().day(date.fromisoformat(day))
        assert not found.working
        assert not found.confirmed

    @pytest.mark.parametrize("day", ["2026-01-10", "2026-02-17", "2027-01-01", "2027-06-01"])
    def test_what_is_announced_or_dated_by_law_or_plain_is_confirmed(self, day: str) -> None:
        assert product().day(date.fromisoformat(day)).confirmed

    def test_every_day_that_differs_from_the_plain_week_has_a_name_and_a_source(self) -> None:
        assert product().exceptions
        for day in product().exceptions:
            assert day.name, day
            assert day.source, day
            assert unicodedata.is_normalized("NFC", day.name + day.source), day


class TestTheBase:
    def test_a_computed_holiday_rests_on_the_labour_code_of_its_day(self) -> None:
        sources = [product().day(date(year, 1, 1)).source or "" for year in (2020, 2021, 2026)]
        assert [source[:22] for source in sources] == [
            "Bộ luật Lao động 2012 ",
            "Bộ luật Lao động 2019 ",
            "Bộ luật Lao động 2019 ",
        ]

    def test_a_day_in_lieu_is_told_from_the_holiday_it_stands_for(self) -> None:
        assert product().day(date(2026, 4, 26)).kind == "holiday"
        assert product().day(date(2026, 4, 27)).kind == "day_off"


class TestLayers:
    def test_the_operator_corrects_the_product(self) -> None:
        calendar = corrected(entry("working", "2026-11-24") + entry("day_off", "2026-11-23"))
        assert calendar.is_working(date(2026, 11, 24))
        assert not calendar.is_working(date(2026, 11, 23))
        assert calendar.day(date(2026, 11, 24)) == Day(
            date(2026, 11, 24),
            working=True,
            name="Tên mẫu",
            source="Văn bản mẫu",
            confirmed=True,
            kind="working_swap",
        )

    def test_the_later_of_two_operator_layers_wins(self) -> None:
        off, on = entry("day_off", "2026-03-02"), entry("working", "2026-03-02")
        day = date(2026, 3, 2)
        assert build_calendar(product_layer(), layer(off), layer(on)).is_working(day)
        with pytest.raises(FileError, match="2026-03-02, a Monday, is a working day already"):
            build_calendar(product_layer(), layer(on), layer(off))

    def test_the_operator_takes_back_a_swap_of_the_product(self) -> None:
        calendar = corrected(entry("working", "2026-01-02") + entry("day_off", "2026-01-10"))
        assert calendar.add_working_days(date(2025, 12, 31), 1) == date(2026, 1, 2)
        assert calendar.add_working_days(date(2026, 1, 9), 1) == date(2026, 1, 12)

    def test_an_entry_that_a_later_product_repeats_still_loads(self) -> None:
        text = entry("day_off", "2026-01-02") + entry("working", "2026-01-10")
        calendar = corrected(text)
        assert calendar.day(date(2026, 1, 2)).source == "Văn bản mẫu"
        assert calendar.day(date(2026, 1, 10)).source == "Văn bản mẫu"

    def test_the_operator_confirms_a_day_without_moving_any(self) -> None:
        calendar = corrected(entry("holiday", "2026-11-24"))
        assert calendar.day(date(2026, 11, 24)).confirmed
        assert calendar.day(date(2026, 11, 24)).kind == "holiday"
        assert [calendar.is_working(day) for day in covered_days()] == [
            product().is_working(day) for day in covered_days()
        ]

    def test_an_entry_of_the_operator_may_be_unconfirmed(self) -> None:
        calendar = corrected(entry("day_off", "2026-03-02", confirmed=False))
        assert not calendar.is_working(date(2026, 3, 2))
        assert not calendar.day(date(2026, 3, 2)).confirmed

    def test_a_holiday_on_a_weekend_is_named_and_stays_off(self) -> None:
        day = corrected(entry("holiday", "2026-03-07")).day(date(2026, 3, 7))
        assert (day.working, day.kind, day.name) == (False, "holiday", "Tên mẫu")

    def test_the_operator_extends_the_coverage_and_what_is_computed_there_is_unconfirmed(
        self,
    ) -> None:
        calendar = corrected(
            "[coverage]\nfirst = 2028-01-01\nlast = 2028-12-31\nannounced_through = 2028-01-31\n"
        )
        assert (calendar.first, calendar.last) == (FIRST, date(2028, 12, 31))
        assert calendar.announced_through == date(2028, 1, 31)
        assert calendar.day(date(2028, 1, 26)).confirmed
        assert not calendar.day(date(2028, 4, 4)).confirmed

    def test_a_layer_never_shrinks_what_is_covered_or_announced(self) -> None:
        calendar = corrected(
            "[coverage]\nfirst = 2026-01-01\nlast = 2026-06-30\nannounced_through = 2026-01-31\n"
        )
        assert calendar == product()

    def test_a_swapped_saturday_is_known_without_the_year_of_its_day_off(self) -> None:
        calendar = build_calendar(
            layer(
                "[coverage]\nfirst = 2019-01-01\nlast = 2019-12-31\n"
                "announced_through = 2019-12-31\n"
            )
        )
        assert calendar.day(date(2019, 1, 5)).kind == "working_swap"

    def test_a_coverage_of_part_of_a_year_knows_no_day_beyond_it(self) -> None:
        calendar = build_calendar(
            layer(
                "[coverage]\nfirst = 2026-01-09\nlast = 2026-04-26\n"
                "announced_through = 2026-04-26\n"
            )
        )
        days = [row.date for row in calendar_rows(calendar, 2026)]
        assert (days[0], days[-1]) == (date(2026, 2, 16), date(2026, 4, 26))

    def test_names_become_nfc_and_single_spaced(self) -> None:
        decomposed = unicodedata.normalize("NFD", "Nghỉ   lễ")
        text = f'[[day_off]]\ndate = 2026-03-02\nname = "{decomposed}"\nsource = "mẫu"\n'
        assert corrected(text).day(date(2026, 3, 2)).name == "Nghỉ lễ"

    @settings(max_examples=60, deadline=None)
    @given(
        st.dates(date(2015, 2, 1), date(2027, 6, 1)).filter(lambda day: product().is_working(day)),
        st.integers(-20, 20),
        st.integers(0, 25),
    )
    def test_adding_a_holiday_never_moves_a_due_date_earlier(
        self, holiday: date, offset: int, days: int
    ) -> None:
        start = holiday + timedelta(days=offset)
        calendar = corrected(entry("holiday", holiday.isoformat()))
        before = product().add_working_days(start, days)
        after = calendar.add_working_days(start, days)
        assert after >= before
        assert (after > before) == (start < holiday <= before)


class TestRefusals:
    @pytest.mark.parametrize("path", MALFORMED, ids=lambda path: path.stem)
    def test_a_malformed_file_is_refused_with_every_fault_and_its_key(self, path: Path) -> None:
        text = path.read_text("utf-8")
        with pytest.raises(FileError) as refusal:
            build_calendar(product_layer(), layer(text, path.name))
        assert faults_told(refusal.value) == refusals(text, path.name)

    def test_there_are_malformed_files_to_refuse(self) -> None:
        assert len(MALFORMED) >= 20

    def test_a_first_layer_without_coverage_is_refused(self) -> None:
        with pytest.raises(FileError, match=r"^site.toml: coverage: is missing"):
            build_calendar(layer(entry("day_off", "2026-03-02")))

    def test_no_layer_at_all_is_refused(self) -> None:
        with pytest.raises(FileError, match="no calendar file was given"):
            build_calendar()


class TestTheValue:
    def test_a_calendar_cannot_be_changed(self) -> None:
        with pytest.raises(FrozenInstanceError):
            product().last = date(2030, 1, 1)  # type: ignore[misc]

    def test_the_version_follows_the_content_alone(self) -> None:
        assert build_calendar(product_layer()) == product()
        assert build_calendar(product_layer()).version == product().version
        assert corrected("") == product()
        confirmed = corrected(entry("holiday", "2026-11-24"))
        unconfirmed = corrected(entry("holiday", "2026-11-24", confirmed=False))
        assert len({product().version, confirmed.version, unconfirmed.version}) == 3

    def test_importing_the_calendar_does_not_load_the_base(self) -> None:
        code = "import sys, dondoc.rules.calendar; sys.exit('holidays' in sys.modules)"
        assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


class TestRows:
    def test_a_year_lists_every_day_that_differs_from_the_plain_week(self) -> None:
        rows = calendar_rows(product(), 2026)
        assert len(rows) == 17
        assert rows[1]._asdict() == {
            "date": date(2026, 1, 2),
            "weekday": "Fri",
            "kind": "day_off",
            "name": "Nghỉ Tết Dương lịch (hoán đổi với thứ Bảy 10/01/2026)",
            "confirmed": True,
            "source": "Công văn 12729/VPCP-KGVX ngày 25/12/2025",
        }
        assert [row.date for row in rows] == sorted(row.date for row in rows)
        assert [row.date for row in rows if not row.confirmed] == [date(2026, 11, 24)]

    @pytest.mark.parametrize("year", [2014, 2028, 0, 10**6])
    def test_a_year_beyond_coverage_is_refused(self, year: int) -> None:
        with pytest.raises(OutsideCoverage, match=f"^{year}: outside of the calendar"):
            calendar_rows(product(), year)


class TestTheGuide:
    def test_the_file_that_the_guide_shows_does_what_the_guide_says(self) -> None:
        blocks = GUIDE.read_text("utf-8").split("```toml\n")[1:]
        calendar = corrected(blocks[-1].partition("```")[0])
        assert calendar.day(date(2026, 11, 24)).confirmed
        assert not calendar.is_working(date(2027, 4, 29))
        assert calendar.day(date(2027, 4, 24)).kind == "working_swap"
        assert calendar.last == date(2028, 12, 31)
        assert not calendar.day(date(2028, 1, 26)).confirmed


def test_the_feast_is_written_as_the_law_writes_it_wherever_its_name_comes_from() -> None:
    names = {row.name for year in (2026, 2027) for row in calendar_rows(product(), year)}
    assert "Tết Nguyên đán" in names
    assert not any("Nguyên Đán" in str(name) for name in names)


def test_the_base_is_what_the_package_says_of_vietnam_and_no_other_country_is_imported() -> None:
    asked = (
        "import sys; from dondoc.rules.holidays_of import holidays_of;"
        "base = holidays_of('VN')(years=range(2015, 2031), language='vi');"
        "assert 'holidays.countries' not in sys.modules;"
        "from holidays import country_holidays;"
        "whole = country_holidays('VN', years=range(2015, 2031), language='vi');"
        "assert dict(base) == dict(whole);"
        "assert base.weekend_workdays == whole.weekend_workdays; print(len(base))"
    )
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert int(done.stdout) > 150
