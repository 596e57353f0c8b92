"""Traffic lights: which an obligation has on a day, and where its word is shown."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from fractions import Fraction
from math import floor
from typing import Any

import pytest
from dondoc.rules.events import LOCAL
from dondoc.rules.lights import Light, light_of
from dondoc.rules.moments import at_minute, end_of, so_far
from dondoc.rules.obligations import Obligation
from dondoc.rules.places import FileError
from dondoc.rules.reading.regulation import parse_regulation
from dondoc.rules.reading.regulation_hours import require_hours
from dondoc.rules.reading.side_by_side import together
from dondoc.rules.regulation import Regulation
from hypothesis import given, settings
from hypothesis import strategies as st
from support.case_law import REGULATION, calendar, regulation_data

OPENED, DUE = date(2026, 3, 2), date(2026, 3, 6)
OWED = Obligation(
    id="x",
    rule="reply",
    cite="Điều 1",
    stream="feedback:1",
    subject="1",
    task_id=None,
    body="VP",
    role="office",
    opened_on=OPENED,
    target=DUE,
    due=DUE,
    met_on=None,
    ended_on=None,
    breach_on=None,
    regulation="27/2026/QĐ-UBND",
    trace={},
)


def lights(measure: str, *bounds: tuple[int | None, int | None], **more: Any) -> Regulation:
    """A regulation with green, amber and red lights by *measure*, the *bounds* of each."""
    data = regulation_data("citizens")
    data["light"] = [
        {
            "colour": colour,
            "name": colour.upper(),
            measure: {k: v for k, v in (("from", least), ("to", most)) if v is not None},
        }
        for colour, (least, most) in zip(("green", "amber", "red"), bounds, strict=True)
    ]
    return parse_regulation(data | more, "lights.toml")


def seen(regulation: Regulation, day: date, owed: Obligation = OWED) -> str | None:
    light = light_of(owed, regulation.lights, day, calendar())
    return light.colour if light else None


def test_by_days_left_zero_is_the_due_date_and_the_day_after_is_late() -> None:
    law = lights("days_left", (3, None), (0, 2), (None, -1))
    found = [seen(law, date(2026, 3, day)) for day in (2, 3, 4, 6, 7)]
    assert found == ["green", "green", "amber", "amber", "red"]


def test_by_working_days_a_weekend_is_no_time_left() -> None:
    """Due on Monday 9/3: on Friday 6/3 one working day is left, on Saturday and Sunday still."""
    law = lights("working_days_left", (2, None), (0, 1), (None, -1))
    owed = OWED._replace(due=date(2026, 3, 9))
    found = [seen(law, date(2026, 3, day), owed) for day in (5, 6, 8, 9, 10)]
    assert found == ["green", "amber", "amber", "amber", "red"]


def test_by_percent_of_the_term_that_is_left() -> None:
    """Of four days 2/3 to 6/3: 100 percent on the first, 50 on 4/3, 25 on 5/3, 0 on the last."""
    law = lights("percent_left", (50, None), (0, 49), (None, -1))
    found = [seen(law, date(2026, 3, day)) for day in (2, 4, 5, 6, 7)]
    assert found == ["green", "green", "amber", "amber", "red"]
    on_one_day = OWED._replace(due=OPENED)
    assert [seen(law, date(2026, 3, day), on_one_day) for day in (2, 3)] == ["green", "red"]


def test_what_is_fulfilled_has_the_light_of_how_it_came_out() -> None:
    law = parse_regulation(regulation_data("citizens"), "citizens.toml")
    assert seen(law, DUE, OWED._replace(met_on=DUE)) == "blue"
    assert seen(law, DUE, OWED._replace(met_on=date(2026, 3, 7))) == "amber", "not met by then"
    assert seen(law, date(2026, 3, 9), OWED._replace(met_on=date(2026, 3, 9))) == "grey"
    assert seen(law, date(2026, 3, 9), OWED._replace(ended_on=date(2026, 3, 9))) is None


def test_what_has_no_due_date_or_is_back_past_it_has_no_light() -> None:
    law = lights("days_left", (3, None), (0, 2), (None, -1))
    assert seen(law, DUE, OWED._replace(due=None)) is None
    back = OWED._replace(trace={"returned": [["2026-03-03", None]]})
    assert seen(law, date(2026, 3, 9), back) is None


def test_a_day_beyond_the_calendar_has_no_light_by_working_days() -> None:
    law = lights("working_days_left", (2, None), (0, 1), (None, -1))
    assert seen(law, DUE, OWED._replace(due=date(2090, 1, 1))) is None


def test_lights_change_no_digest_and_ask_for_no_reprocessing() -> None:
    data = regulation_data("citizens")
    with_lights = parse_regulation(data, "a.toml")
    del data["light"]
    without = parse_regulation(data, "a.toml")
    assert with_lights.digest == without.digest
    assert without.lights == ()


def test_the_regulation_that_ships_sets_none_and_nothing_is_shown() -> None:
    law = parse_regulation(regulation_data(REGULATION), "shipped.toml")
    assert law.lights == ()
    assert seen(law, DUE) is None


@settings(max_examples=200, deadline=None)
@given(
    st.sampled_from(("days_left", "working_days_left", "percent_left")),
    st.lists(st.integers(-50, 100), min_size=1, max_size=4, unique=True).map(sorted),
    st.dates(date(2026, 1, 1), date(2026, 6, 30)),
    st.integers(0, 60),
    st.integers(-90, 90),
)
def test_every_open_obligation_with_a_due_date_has_exactly_one_light(
    measure: str, edges: list[int], opened: date, long: int, later: int
) -> None:
    data = regulation_data("citizens")
    bounds = [None, *edges]
    data["light"] = [
        {
            "colour": "green",
            "name": f"Mức {at}",
            measure: ({} if least is None else {"from": least})
            | ({} if at == len(edges) else {"to": edges[at] - 1}),
        }
        for at, least in enumerate(bounds)
    ]
    found = parse_regulation(data, "any.toml").lights
    due = date.fromordinal(opened.toordinal() + long)
    owed = OWED._replace(opened_on=opened, due=due, target=due)
    day = date.fromordinal(due.toordinal() + later)
    shown = [each for each in found if _shines(each, owed, day)]
    assert len(shown) == 1
    assert light_of(owed, found, day, calendar()) == shown[0]


def _shines(light: Light, owed: Obligation, day: date) -> bool:
    return light_of(owed, [light], day, calendar()) is not None


AT_TWO = datetime(2026, 3, 6, 14, tzinfo=LOCAL)
"""DUE is a Friday."""
EDGES = {
    "days_left": ((3, None), (0, 2), (None, -1)),
    "working_days_left": ((3, None), (0, 2), (None, -1)),
    "percent_left": ((50, None), (0, 49), (None, -1)),
}


@pytest.mark.parametrize("measure", list(EDGES))
@pytest.mark.parametrize(
    ("moment", "opened", "colour"),
    [
        # Due by 14:00 of Friday 6/3. A day that is looked at as a whole is over at its end.
        ("2026-03-03T09:00", OPENED, "green"),  # 3 days, 3 working days, 75 percent
        ("2026-03-06T13:59", OPENED, "amber"),  # the day itself: 0
        ("2026-03-06T14:00", OPENED, "amber"),  # at the very moment it is in time
        ("2026-03-06T14:01", OPENED, "red"),
        ("2026-03-06", OPENED, "red"),
        ("2026-03-05", OPENED, "amber"),  # 1 day, 25 percent
        ("2026-03-07", OPENED, "red"),  # a Saturday: no working day has passed, the moment has
        ("2026-03-06T14:01", DUE, "red"),  # a term of one day, whole until its moment
    ],
)
def test_what_is_due_at_a_moment_is_over_after_it_on_that_day(
    measure: str, moment: str, opened: date, colour: str
) -> None:
    owed = OWED._replace(opened_on=opened, due_at=AT_TWO, target_at=AT_TWO)
    assert seen(lights(measure, *EDGES[measure]), _looked_at(moment), owed) == colour


def _looked_at(text: str) -> date:
    if "T" not in text:
        return date.fromisoformat(text)
    return so_far(datetime.fromisoformat(text).replace(tzinfo=LOCAL))


@pytest.mark.parametrize("measure", list(EDGES))
def test_what_was_due_on_a_friday_is_over_on_saturday_by_every_measure(measure: str) -> None:
    assert seen(lights(measure, *EDGES[measure]), date(2026, 3, 7)) == "red"


def test_what_is_back_with_the_office_past_its_moment_has_no_light() -> None:
    back = OWED._replace(due_at=AT_TWO, trace={"returned": [["2026-03-06", None]]})
    law = lights("days_left", (3, None), (0, 2), (None, -1))
    assert seen(law, _looked_at("2026-03-06T13:00"), back) == "amber"
    assert seen(law, _looked_at("2026-03-06T14:01"), back) is None


@settings(max_examples=200, deadline=None)
@given(
    st.sampled_from(list(EDGES)),
    st.integers(-5, 60),
    st.dates(date(2026, 1, 1), date(2026, 6, 30)),
    st.integers(0, 30),
    st.integers(-40, 40),
    st.none() | st.integers(0, 24 * 60 - 1),
    st.none() | st.integers(0, 24 * 60 - 1),
)
def test_a_light_is_that_of_what_is_left_when_days_are_counted_one_by_one(
    measure: str,
    edge: int,
    opened: date,
    long: int,
    later: int,
    due_minute: int | None,
    now_minute: int | None,
) -> None:
    due = opened + timedelta(days=long)
    day = due + timedelta(days=later)
    due_at = None if due_minute is None else at_minute(due, due_minute)
    looked = day if now_minute is None else so_far(at_minute(day, now_minute))
    owed = OWED._replace(opened_on=opened, due=due, target=due, due_at=due_at)
    law = lights(measure, (edge + 1, None), (edge, edge), (None, edge - 1))
    left = _left_by_hand(measure, opened, due, day)
    now = end_of(day) if now_minute is None else at_minute(day, now_minute)
    over = day > due if due_at is None else now > due_at
    if over and left >= 0:
        left = -1
    expected = "green" if left > edge else "amber" if left == edge else "red"
    assert seen(law, looked, owed) == expected


def _left_by_hand(measure: str, opened: date, due: date, day: date) -> int:
    """What is left on *day*, by walking through the days."""
    first, last = min(day, due), max(day, due)
    walked = [first + timedelta(days=n) for n in range(1, (last - first).days + 1)]
    if measure == "working_days_left":
        walked = [each for each in walked if calendar().day(each).working]
    left = len(walked) if day <= due else -len(walked)
    if measure != "percent_left":
        return left
    if due == opened:
        return 100 if left >= 0 else floor(Fraction(100 * left))
    return min(100, floor(Fraction(100 * left, (due - opened).days)))


BY_HOURS = "paused-hours"


def in_hours(*bounds: tuple[int | None, int | None]) -> Regulation:
    """A regulation with lights by hours, the *bounds* of each, beside blue and grey by days."""
    data = regulation_data(BY_HOURS)
    data["light"] = [
        *(
            _light("hours_left", *each)
            for each in zip(("green", "amber", "red"), bounds, strict=True)
        ),
        _light("days_left", "blue", (0, None)),
        _light("days_left", "grey", (None, -1)),
    ]
    return parse_regulation(data, "lights.toml")


def _light(measure: str, colour: str, bounds: tuple[int | None, int | None]) -> dict[str, Any]:
    said = {k: v for k, v in zip(("from", "to"), bounds, strict=True) if v is not None}
    return {"colour": colour, "name": colour.upper(), measure: said}


@pytest.mark.parametrize(
    ("moment", "colour"),
    [
        # Due by 14:00 of Friday 6/3; the office is open from 07:30 to 11:30, and 13:00 to 17:00.
        ("2026-03-06T09:30", "green"),  # two hours until 11:30, one from 13:00 on: 3
        ("2026-03-06T09:31", "amber"),  # 2 h 59 min
        ("2026-03-06T12:00", "amber"),  # an hour: 1
        ("2026-03-06T14:00", "amber"),  # at the very moment: 0
        ("2026-03-06T14:01", "red"),
        ("2026-03-05T17:00", "green"),  # 5
        ("2026-03-05", "green"),
        ("2026-03-06", "red"),
        ("2026-03-07", "red"),
    ],
)
def test_by_hours_left_only_office_hours_are_time_left(moment: str, colour: str) -> None:
    law = in_hours((3, None), (0, 2), (None, -1))
    owed = OWED._replace(due_at=AT_TWO, target_at=AT_TWO)
    assert seen(law, _looked_at(moment), owed) == colour


def test_what_is_due_by_a_day_goes_by_days_beside_lights_by_hours() -> None:
    law = in_hours((3, None), (0, 2), (None, -1))
    assert [seen(law, date(2026, 3, day)) for day in (5, 6, 7)] == ["blue", "blue", "grey"]


def test_what_is_due_at_a_moment_goes_by_days_where_no_light_is_by_hours() -> None:
    law = lights("days_left", (3, None), (0, 2), (None, -1))
    assert seen(law, OPENED, OWED._replace(due_at=AT_TWO)) == "green"


@settings(max_examples=150, deadline=None)
@given(st.integers(-12, 30), st.integers(-4 * 24 * 60, 4 * 24 * 60))
def test_a_light_by_hours_is_that_of_the_minutes_counted_one_by_one(edge: int, away: int) -> None:
    law = in_hours((edge + 1, None), (edge, edge), (None, edge - 1))
    owed = OWED._replace(opened_on=date(2026, 2, 20), due_at=AT_TWO, target_at=AT_TWO)
    now = AT_TWO - timedelta(minutes=away)
    first = min(now, AT_TWO)
    walked = (first + timedelta(minutes=n) for n in range(abs(away)))
    open_minutes = sum(_is_open(each) for each in walked)
    left = floor(Fraction(open_minutes if away >= 0 else -open_minutes, 60))
    if away < 0:
        left = min(left, -1)
    expected = "green" if left > edge else "amber" if left == edge else "red"
    assert seen(law, so_far(now), owed) == expected


def _is_open(moment: datetime) -> bool:
    minute = moment.hour * 60 + moment.minute
    return any(a <= minute < b for a, b in calendar().open_on(moment.date()))


def test_lights_by_hours_and_a_calendar_without_office_hours_are_refused_together() -> None:
    data = regulation_data(BY_HOURS)
    data["rule"] = [each for each in data["rule"] if each["id"] == "handing_over"]
    data["rule"][0].pop("pause")
    data["condition"] = []
    data["light"] = data["light"][:3]
    regulations = together([(parse_regulation(data, "own.toml"), "own.toml")])
    without = replace(calendar(), hours=None)
    with pytest.raises(FileError) as refused:
        require_hours(regulations, without)
    assert str(refused.value) == (
        "10/2026/QC-GIO: light: goes by hours_left, and no calendar file says office hours; "
        "add [hours] to one"
    )


@pytest.mark.parametrize("changed", ["name", "colour"])
def test_another_name_or_colour_is_shown_without_anything_else(changed: str) -> None:
    data = regulation_data("citizens")
    data["light"][0][changed] = "amber"
    light = light_of(OWED, parse_regulation(data, "a.toml").lights, OPENED, calendar())
    assert light is not None
    assert (light.colour, light.name.said("vi"))[changed == "name"] == "amber"
