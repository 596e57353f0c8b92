"""Whatever stands under `hours`, `week` and `zone` of a calendar file is read as it is written, or
refused by name."""

from __future__ import annotations

import re
from datetime import datetime
from itertools import pairwise
from typing import Any
from zoneinfo import available_timezones

import pytest
from dondoc.rules.local_time import zone_called
from dondoc.rules.office_hours import WEEK, WORKED
from dondoc.rules.places import FileError
from dondoc.rules.reading.calendar import parse_layer
from hypothesis import event, given, settings
from hypothesis import strategies as st

MANY = settings(max_examples=300, deadline=None)
TIME = re.compile(r"([0-9]{2}):([0-9]{2})", re.ASCII)

minutes = st.integers(0, 24 * 60 + 30)
clocks = minutes.map(lambda minute: f"{minute // 60:02}:{minute % 60:02}")
junk = st.one_of(
    st.text("0123456789:- \u2013h\n\uff12", max_size=12), st.text(max_size=6), st.integers()
)
stretch = st.builds(
    lambda first, dash, last: f"{first}{dash}{last}", clocks, st.sampled_from("-\u2013"), clocks
)
in_order = st.lists(minutes, max_size=6, unique=True).map(
    lambda found: [
        f"{a // 60:02}:{a % 60:02}-{b // 60:02}:{b % 60:02}"
        for a, b in zip(*[iter(sorted(found))] * 2, strict=False)
    ]
)
days_of_hours = st.one_of(in_order, in_order, st.lists(stretch, max_size=2), st.lists(junk))


def read(key: str, value: Any) -> Any:
    """What a calendar file reads under *key*; the refusal, where it is one."""
    try:
        return parse_layer({key: value}, "own.toml")
    except FileError as refused:
        return str(refused)


def told(text: Any) -> tuple[int, int] | None:
    """The stretch that *text* says, read another way."""
    if not isinstance(text, str):
        return None
    times = TIME.findall(text)
    opens, closes = ([int(h) * 60 + int(m) for h, m in times] + [0, 0])[:2]
    fine = all(int(h) < 24 and int(m) < 60 for h, m in times)
    return (opens, closes) if fine and len(times) == 2 and opens < closes else None


@MANY
@given(st.sampled_from([*WEEK, WORKED]), days_of_hours)
def test_hours_are_those_that_are_written_or_refused_at_their_place(
    day: str, written: list[Any]
) -> None:
    found = read("hours", {day: written})
    event("refused" if isinstance(found, str) else f"{len(written)} stretches")
    if isinstance(found, str):
        assert found.startswith(f"own.toml: hours.{day}[")
        assert "\n" not in found
        return
    stretches = found.hours.by_day[day]
    assert list(stretches) == [told(text) for text in written]
    assert list(stretches) == sorted(stretches)
    assert all(one[1] <= other[0] for one, other in pairwise(stretches))


@MANY
@given(in_order)
def test_hours_in_order_within_a_day_are_taken(written: list[str]) -> None:
    within = all(told(text) for text in written)
    assert isinstance(read("hours", {"mon": written}), str) != within


@MANY
@given(
    st.one_of(
        st.lists(st.sampled_from(WEEK), unique=True),
        st.lists(st.one_of(st.sampled_from([*WEEK, "Mon", "thứ hai", WORKED]), st.integers())),
        st.text(max_size=4),
    )
)
def test_a_week_is_of_its_days_each_once_or_refused(written: Any) -> None:
    found = read("week", written)
    fine = isinstance(written, list) and bool(written) and set(written) <= set(WEEK)
    if fine and len(set(written)) == len(written):
        assert {WEEK[day] for day in found.week} == set(written)
    else:
        assert found.startswith("own.toml: week")
        assert "\n" not in found


@MANY
@given(
    st.one_of(
        st.sampled_from(sorted(available_timezones())),
        st.sampled_from(["", ".", "..", "Europe", "/etc/passwd", "../UTC", "UTC\0", "Asia/Hanoi"]),
        st.text(max_size=30),
        st.text("AEGMTSUaisu/+-._0123456789", max_size=12),
        st.integers(),
    )
)
def test_a_zone_is_one_that_the_machine_knows_or_refused(written: Any) -> None:
    found = read("zone", written)
    if isinstance(found, str):
        assert found.startswith("own.toml: zone: ")
        assert "\n" not in found
        assert written not in available_timezones()
    else:
        zone = zone_called(found.zone)
        assert datetime(2026, 3, 1, tzinfo=zone).utcoffset() is not None


@pytest.mark.parametrize("name", ["Asia/Ho_Chi_Minh", "Europe/Paris", "UTC"])
def test_zones_that_offices_name_are_known(name: str) -> None:
    assert read("zone", name).zone == name
