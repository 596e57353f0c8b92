"""Reads how long a rule gives, and from when: terms, their exceptions, the days of periods."""

from __future__ import annotations

from collections.abc import Mapping

from ..places import Place
from ..regulation import PeriodKind
from ..rule import (
    CONDITIONS,
    DATA_DATE,
    FIXED_DATE,
    STARTS,
    TERM_KINDS,
    DayOf,
    PeriodTerm,
    Term,
    TermException,
)
from .values import choices_of, items_of, truth_of

_MOST_DAYS = 3660


def day_of(place: Place, *more: str) -> DayOf:
    """A day counted from the first month of a period; *more*: what else its table may have."""
    place.only("months", "day", *more)
    months, day = place.find("months"), place.at("day")
    return DayOf(
        months.integer(-24, 36) if months else 0,
        0 if day.value == "last" else day.integer(1, 31),
    )


def term_of(place: Place | None) -> Term | None:
    """The target or due date in the table at *place*. Raises FileError."""
    if place is None:
        return None
    place.only("kind", "days", "from", "inclusive", "rolls", "past_binds")
    kind = place.at("kind").choice(TERM_KINDS - {FIXED_DATE})
    counted = kind in ("working_days", "calendar_days")
    days, start = place.find("days"), place.find("from")
    if counted:
        days = place.at("days")
    elif days is not None or start is not None:
        raise place.error(f"a term of kind {kind} has neither days nor from")
    useless = "rolls" if kind == "working_days" else None if counted else "inclusive"
    if useless is not None and place.find(useless) is not None:
        raise place.at(useless).error(f"is of no use to a term of kind {kind}")
    if kind != DATA_DATE and place.find("past_binds") is not None:
        raise place.at("past_binds").error(f"is of no use to a term of kind {kind}")
    return Term(
        kind=kind,
        days=days.integer(1, _MOST_DAYS) if days else 0,
        start=start.choice(STARTS) if start else "opening",
        inclusive=truth_of(place, "inclusive", default=False),
        rolls=truth_of(place, "rolls", default=False),
        past_binds=truth_of(place, "past_binds", default=False),
    )


def exceptions_of(place: Place) -> tuple[TermException, ...]:
    """The exceptions of the rule at *place*. Raises FileError."""
    exceptions = []
    for item in items_of(place, "exception"):
        item.only("name", "when", "unless", "target", "due")
        exceptions.append(
            TermException(
                name=item.at("name").text(),
                when=choices_of(item, "when", CONDITIONS),
                unless=choices_of(item, "unless", CONDITIONS),
                target=term_of(item.find("target")),
                due=term_of(item.find("due")),
            )
        )
    return tuple(exceptions)


def period_term_of(place: Place, schedules: Mapping[str, PeriodKind]) -> PeriodTerm:
    """The terms of one of the *schedules* in the table at *place*. Raises FileError."""
    place.only("schedule", "target", "due", "breach")
    return PeriodTerm(
        schedule=place.at("schedule").choice(schedules),
        target=_fixed(place.find("target")),
        due=_fixed(place.find("due")),
        breach=truth_of(place, "breach", default=True),
    )


def _fixed(place: Place | None) -> Term | None:
    if place is None:
        return None
    return Term(
        FIXED_DATE, on=day_of(place, "rolls"), rolls=truth_of(place, "rolls", default=False)
    )
