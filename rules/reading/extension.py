"""Reads how often and how far a regulation lets the deadline of a task be put off."""

from __future__ import annotations

from ..places import Place
from ..regulation import ExtensionLimit
from ..rule import CALENDAR_DAYS, WORKING_DAYS, WORKING_HOURS

_MOST_TIMES, _MOST_DAYS = 100, 3660
_BINDS, _LIMIT = "binds", "limit"


def extension_of(place: Place | None) -> ExtensionLimit | None:
    """The limit in the table at *place*; None where the file says nothing. Raises FileError."""
    if place is None:
        return None
    how = place.find("kind")
    if how is not None and how.value == WORKING_HOURS:
        raise how.error(
            "a deadline is a day (due_on) and is put off by days; say working_days or "
            "calendar_days, days = 1 for the next"
        )
    place.only("cite", "at_most", "days", "days_in_all", "kind", "beyond")
    at_most, days = place.find("at_most"), place.find("days")
    in_all, beyond = place.find("days_in_all"), place.find("beyond")
    if at_most is None and days is None and in_all is None:
        raise place.error("limits nothing; say at_most, days or days_in_all, or leave it out")
    counted = days is not None or in_all is not None
    kind = place.at("kind") if counted else place.find("kind")
    if kind is not None and not counted:
        raise kind.error("is of no use without days or days_in_all")
    limit = ExtensionLimit(
        cite=place.at("cite").text(),
        at_most=at_most.integer(0, _MOST_TIMES) if at_most else None,
        days=days.integer(1, _MOST_DAYS) if days else None,
        days_in_all=in_all.integer(1, _MOST_DAYS) if in_all else None,
        kind=kind.choice((WORKING_DAYS, CALENDAR_DAYS)) if kind else None,
        binds_beyond=beyond is None or beyond.choice((_BINDS, _LIMIT)) == _BINDS,
    )
    if in_all is not None and (limit.days or 0) > (limit.days_in_all or 0):
        raise in_all.error(f"is less than days, {limit.days}, of one alone")
    if limit.at_most == 0 and counted:
        raise place.at("at_most").error("allows none, so that there are no days to count")
    return limit
