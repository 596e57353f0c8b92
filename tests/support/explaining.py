"""Explanations of the stories, by section, for the tests that read them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from dondoc.rules.body import Body
from dondoc.rules.calendar import Calendar, build_calendar
from dondoc.rules.directory import Directory
from dondoc.rules.explaining.explanation import Explanation, explain
from dondoc.rules.in_force import Regulations
from dondoc.rules.law import Law
from dondoc.rules.obligations import Obligation
from dondoc.rules.reading.calendar import parse_layer
from dondoc.rules.reading.regulation import parse_regulation
from dondoc.rules.reading.side_by_side import together
from support.stories import (
    STORIES,
    THROUGH,
    Told,
    configured_regulation,
    law,
    owed,
    shipped,
    texts,
)

LANGUAGES = ("vi", "en")


def one(stream: str, rule: str, told: list[Told] | None = None, **wanted: Any) -> Obligation:
    """The only obligation of *rule* in *told*, or in the story of that name, with the values
    *wanted*."""
    found = [
        each
        for each in owed(stream, STORIES[stream] if told is None else told)
        if each.rule == rule and all(getattr(each, key) == value for key, value in wanted.items())
    ]
    assert len(found) == 1, found
    return found[0]


FEEDBACK = one("feedback:7", "feedback_response", [("2026-08-28", "feedback.received", {})])


def explained(obligation: Obligation, language: str, as_of: date = THROUGH) -> Explanation:
    """Why *obligation* is as it is, by the law of the stories."""
    return explain(obligation, law(), texts(language), as_of)


def section(
    obligation: Obligation,
    language: str,
    key: str,
    as_of: date = THROUGH,
    by: Law | None = None,
) -> list[str]:
    """The lines of one section; none where it is not there."""
    found = explain(obligation, by or law(), texts(language), as_of).section(key)
    return [] if found is None else list(found.lines)


def changed(regulations: Regulations | None = None, calendar: Calendar | None = None) -> Law:
    """The law of the stories with other regulations or another calendar."""
    return replace(
        law(),
        regulations=regulations or law().regulations,
        calendar=calendar or law().calendar,
    )


def _layered(layer: Mapping[str, Any]) -> Law:
    product = parse_layer(shipped("calendars/vietnam.toml"), "vietnam.toml")
    return changed(calendar=build_calendar(product, parse_layer(layer, "office.toml")))


def _repealed() -> Law:
    data = configured_regulation() | {"in_force_to": date(2026, 12, 31)}
    return changed(together([(parse_regulation(data, "old.toml"), "old.toml")]))


def _unsourced() -> Law:
    calendar = law().calendar
    days = tuple(
        replace(day, source=None) if day.date == date(2026, 9, 1) else day
        for day in calendar.exceptions
    )
    return changed(calendar=replace(calendar, exceptions=days))


ANOTHER_DAY_OFF = _layered(
    {"day_off": [{"date": date(2026, 9, 8), "name": "Nghỉ tránh bão", "source": "Công điện"}]}
)
ONE_DAY_OFF_LESS = _layered(
    {"working": [{"date": date(2026, 9, 1), "name": "Làm việc", "source": "Công điện"}]}
)
LONGER_CALENDAR = _layered(
    {
        "coverage": {
            "first": date(2015, 1, 1),
            "last": date(2029, 12, 31),
            "announced_through": date(2026, 12, 31),
        }
    }
)
SPLIT = replace(
    law(),
    directory=Directory(
        {
            "PTC": Body(
                "PTC",
                "Phòng Tài chính",
                "department",
                valid_to=date(2026, 1, 31),
                successor=("PNS", "PDT"),
            ),
            "PNS": Body("PNS", "Phòng Ngân sách", "department"),
            "PDT": Body("PDT", "Phòng Đầu tư", "department"),
        }
    ),
)
"""A body was split before anything happened."""


def _replaced() -> Law:
    """The law of the stories, followed by another on 1/9/2026."""
    old = configured_regulation() | {"in_force_to": date(2026, 8, 31)}
    new = configured_regulation() | {"id": "new", "in_force_from": date(2026, 9, 1)}
    return changed(
        together([(parse_regulation(each, each["id"]), each["id"]) for each in (old, new)])
    )


NO_REGULATION = changed(Regulations((), ""))
REPEALED = _repealed()
REPLACED = _replaced()
UNSOURCED = _unsourced()
"""Laws that an obligation may be looked at by later than it was judged."""
