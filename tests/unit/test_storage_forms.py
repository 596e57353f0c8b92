"""The form of values in columns: exact, ordered, equal where the values are."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest
from dondoc.storage.tables.forms import (
    day_of,
    day_text,
    from_micros,
    object_of,
    to_json,
    to_micros,
    words_of,
    words_text,
)
from hypothesis import given
from hypothesis import strategies as st

_TIMES = st.datetimes(
    min_value=datetime(2, 1, 1),  # noqa: DTZ001 - the strategy adds the zone
    max_value=datetime(9998, 12, 31),  # noqa: DTZ001
    timezones=st.integers(-14 * 60, 14 * 60).map(lambda m: timezone(timedelta(minutes=m))),
)
_TRACES = st.dictionaries(
    st.text(),
    st.recursive(st.none() | st.integers(-(2**63), 2**64 - 1) | st.text(), st.lists),
    max_size=5,
)


@given(_TRACES)
def test_json_is_the_text_that_any_program_would_write_with_sorted_keys(
    trace: dict[str, Any],
) -> None:
    compact = json.dumps(trace, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    assert to_json(trace) == compact


@given(_TIMES)
def test_a_time_comes_back_to_the_microsecond_in_utc(time: datetime) -> None:
    back = from_micros(to_micros(time))
    assert back == time
    assert back.tzinfo is UTC


@given(_TIMES, _TIMES)
def test_times_are_ordered_as_their_numbers_are(one: datetime, other: datetime) -> None:
    assert (one < other) == (to_micros(one) < to_micros(other))


@given(st.none() | st.dates())
def test_a_date_comes_back(day: date | None) -> None:
    assert day_of(day_text(day)) == day


@given(st.dates(), st.dates())
def test_dates_are_ordered_as_their_texts_are(one: date, other: date) -> None:
    assert (one < other) == (str(day_text(one)) < str(day_text(other)))


@given(_TRACES)
def test_equal_objects_are_equal_text_whatever_the_order_of_their_keys(
    trace: dict[str, object],
) -> None:
    turned = dict(reversed(trace.items()))
    assert to_json(trace) == to_json(turned)
    assert object_of(to_json(trace)) == trace


@given(st.lists(st.text()).map(tuple))
def test_words_come_back_and_none_are_no_text(words: tuple[str, ...]) -> None:
    assert words_of(words_text(words)) == words
    assert (words_text(words) is None) == (words == ())


@pytest.mark.parametrize("value", [date(2026, 1, 2), {"a set"}, 2**64, "\ud800"])
def test_what_is_no_value_of_a_trace_is_refused(value: object) -> None:
    with pytest.raises(TypeError):
        to_json({"days": value})
