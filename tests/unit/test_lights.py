"""Traffic lights: which an obligation has on a day, and where its word is shown."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from dondoc.rules.lights import Light, light_of
from dondoc.rules.obligations import Obligation
from dondoc.rules.reading.regulation import parse_regulation
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
    owed = replace(OWED, due=date(2026, 3, 9))
    found = [seen(law, date(2026, 3, day), owed) for day in (5, 6, 8, 9, 10)]
    assert found == ["green", "amber", "amber", "amber", "red"]


def test_by_percent_of_the_term_that_is_left() -> None:
    """Of four days 2/3 to 6/3: 100 percent on the first, 50 on 4/3, 25 on 5/3, 0 on the last."""
    law = lights("percent_left", (50, None), (0, 49), (None, -1))
    found = [seen(law, date(2026, 3, day)) for day in (2, 4, 5, 6, 7)]
    assert found == ["green", "green", "amber", "amber", "red"]
    on_one_day = replace(OWED, due=OPENED)
    assert [seen(law, date(2026, 3, day), on_one_day) for day in (2, 3)] == ["green", "red"]


def test_what_is_fulfilled_has_the_light_of_how_it_came_out() -> None:
    law = parse_regulation(regulation_data("citizens"), "citizens.toml")
    assert seen(law, DUE, replace(OWED, met_on=DUE)) == "blue"
    assert seen(law, DUE, replace(OWED, met_on=date(2026, 3, 7))) == "amber", "not met by then"
    assert seen(law, date(2026, 3, 9), replace(OWED, met_on=date(2026, 3, 9))) == "grey"
    assert seen(law, date(2026, 3, 9), replace(OWED, ended_on=date(2026, 3, 9))) is None


def test_what_has_no_due_date_or_is_back_past_it_has_no_light() -> None:
    law = lights("days_left", (3, None), (0, 2), (None, -1))
    assert seen(law, DUE, replace(OWED, due=None)) is None
    back = replace(OWED, trace={"returned": [["2026-03-03", None]]})
    assert seen(law, date(2026, 3, 9), back) is None


def test_a_day_beyond_the_calendar_has_no_light_by_working_days() -> None:
    law = lights("working_days_left", (2, None), (0, 1), (None, -1))
    assert seen(law, DUE, replace(OWED, due=date(2090, 1, 1))) is None


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
    owed = replace(OWED, opened_on=opened, due=due, target=due)
    day = date.fromordinal(due.toordinal() + later)
    shown = [each for each in found if _shines(each, owed, day)]
    assert len(shown) == 1
    assert light_of(owed, found, day, calendar()) == shown[0]


def _shines(light: Light, owed: Obligation, day: date) -> bool:
    return light_of(owed, [light], day, calendar()) is not None


@pytest.mark.parametrize("changed", ["name", "colour"])
def test_another_name_or_colour_is_shown_without_anything_else(changed: str) -> None:
    data = regulation_data("citizens")
    data["light"][0][changed] = "amber"
    light = light_of(OWED, parse_regulation(data, "a.toml").lights, OPENED, calendar())
    assert light is not None
    assert (light.colour, light.name.said("vi"))[changed == "name"] == "amber"
