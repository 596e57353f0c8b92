"""A day may be written in any way that people write one, and is never guessed."""

from __future__ import annotations

import unicodedata
from datetime import UTC, date, datetime, time, timedelta

import click
import pytest
from dondoc.commands.assembly.clock import today
from dondoc.commands.terminal.days import YEARS, DayParam, MomentParam, day_said
from dondoc.rules.events import LOCAL
from hypothesis import example, given
from hypothesis import strategies as st

NOW = date(2026, 3, 31)
LEAP_DAY = date(2028, 2, 29)

WRITTEN = (
    *("2026-03-31", "2026-3-31", "2026/03/31", "2026.3.31", "20260331"),
    *("31/03/2026", "31-3-2026", "31.03.2026", "31/3/2026", " 31/03/2026 "),
    *("31 tháng 3 năm 2026", "ngày 31 tháng 03 năm 2026", "Ngày 31  tháng 3 năm 2026"),
    *("３１/０３/２０２６",),
)
SAID = {
    "today": NOW,
    "TODAY": NOW,
    "hôm nay": NOW,
    "hom nay": NOW,
    "yesterday": date(2026, 3, 30),
    "hôm qua": date(2026, 3, 30),
    "Hôm  Qua": date(2026, 3, 30),
    "tomorrow": date(2026, 4, 1),
    "ngày mai": date(2026, 4, 1),
    "end of last month": date(2026, 2, 28),
    "end of the last month": date(2026, 2, 28),
    "cuối tháng trước": date(2026, 2, 28),
    "cuoi thang truoc": date(2026, 2, 28),
    "end of this month": date(2026, 3, 31),
    "cuối tháng này": date(2026, 3, 31),
    "đầu tháng": date(2026, 3, 1),
    "start of last month": date(2026, 2, 1),
    "cuối quý trước": date(2025, 12, 31),
    "end of this quarter": date(2026, 3, 31),
    "đầu quý này": date(2026, 1, 1),
    "cuối năm ngoái": date(2025, 12, 31),
    "đầu năm": date(2026, 1, 1),
    "end of last week": date(2026, 3, 29),
    "đầu tuần này": date(2026, 3, 30),
}
NONE = (
    *("", " ", "31", "31/3", "31/03/26", "2026-13-01x", "someday", "tháng 3", "-1", "2026-W14-2"),
    *("31/03-2026", "0x1F/03/2026", "3l/03/2026", "31/03/2026/", "9" * 100_000, "\u202e31/03/2026"),
)


@pytest.mark.parametrize("text", WRITTEN)
def test_a_day_is_read_however_officials_and_files_write_it(text: str) -> None:
    assert day_said(text, NOW) == NOW


@pytest.mark.parametrize("text", SAID)
def test_a_day_may_be_said_from_today_in_both_languages(text: str) -> None:
    assert day_said(text, NOW) == SAID[text]
    assert day_said(unicodedata.normalize("NFD", text), NOW) == SAID[text]


def test_the_end_of_last_month_is_right_after_a_leap_day_and_at_new_year() -> None:
    assert day_said("end of last month", date(2028, 3, 31)) == LEAP_DAY
    assert day_said("cuối tháng trước", date(2027, 1, 1)) == date(2026, 12, 31)
    assert day_said("end of this month", LEAP_DAY) == LEAP_DAY


@pytest.mark.parametrize("text", NONE, ids=lambda text: repr(text[:12]))
def test_what_says_no_day_is_refused_in_one_short_line(text: str) -> None:
    with pytest.raises(click.BadParameter) as refused:
        DayParam().convert(text, None, None)
    assert "\n" not in refused.value.message
    assert len(refused.value.message) < 160


def test_a_day_that_no_calendar_has_is_told_as_such_and_no_other_is_taken() -> None:
    for text in ("31/02/2026", "2026-02-29", "00/01/2026"):
        with pytest.raises(click.BadParameter, match="no calendar has"):
            DayParam().convert(text, None, None)
    with pytest.raises(click.BadParameter, match="the day stands before the month"):
        DayParam().convert("03/31/2026", None, None)
    assert DayParam().convert("03/04/2026", None, None) == date(2026, 4, 3)


def test_a_year_of_no_document_is_refused() -> None:
    for text in ("31/12/1989", "2200-01-01", "01/01/0001"):
        with pytest.raises(click.BadParameter, match="not in the years 1990 to 2199"):
            DayParam().convert(text, None, None)


def test_a_day_means_a_time_of_that_day_in_local_time() -> None:
    moment = MomentParam(time(9)).convert("31/03/2026", None, None)
    assert moment == datetime(2026, 3, 31, 9, tzinfo=LOCAL)
    assert MomentParam().convert("hôm nay", None, None).date() >= today() - timedelta(days=1)


@pytest.mark.parametrize(
    "text", ["2026-03-31T02:00:00+00:00", "31/03/2026 09:00+07:00", "31/3/2026 9:00 +07:00"]
)
def test_a_time_needs_its_offset_whichever_way_its_day_is_written(text: str) -> None:
    assert MomentParam().convert(text, None, None) == datetime(2026, 3, 31, 2, tzinfo=UTC)
    with pytest.raises(click.BadParameter, match="has no offset"):
        MomentParam().convert(text[:16].rstrip(" +"), None, None)


_PIECES = st.sampled_from(
    [*"0123456789/-. T:+", "2026", "31", "03", "hôm", "nay", "end of", "last", "month", "\u0301"]
)
_TEXTS = st.one_of(st.text(), st.lists(_PIECES, max_size=14).map("".join), st.dates().map(str))


@given(_TEXTS)
@example("\ud800")
@example("0000-00-00")
@example("31/03/2026 24:00+07:00")
@example("31/03/2026 9:61+99:99")
def test_any_text_gives_a_day_of_the_contracts_years_or_an_error_of_one_line(text: str) -> None:
    for kind in (DayParam(), MomentParam()):
        refused = ""
        try:
            assert kind.convert(text, None, None).year in YEARS
        except click.BadParameter as error:
            refused = error.message
        assert len(refused.splitlines()) <= 1


@given(st.dates(date(1990, 1, 1), date(2199, 12, 31)))
def test_what_is_written_for_a_day_reads_as_that_day(day: date) -> None:
    for form in ("%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y"):
        assert day_said(day.strftime(form), NOW) == day
