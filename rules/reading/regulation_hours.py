"""Whether regulations that count in working hours have office hours to count over."""

from __future__ import annotations

from ..calendar import Calendar
from ..in_force import Regulations
from ..places import FileError
from ..rule import WORKING_HOURS


def require_hours(regulations: Regulations, calendar: Calendar) -> None:
    """Raise FileError for the first rule with a term in working hours, or with a pause of one that
    ends by the clock, where no file of *calendar* says office hours."""
    if calendar.hours is not None:
        return
    for regulation in regulations.all:
        for rule in regulation.rules:
            in_hours = any(term.kind == WORKING_HOURS for term in rule.terms)
            if in_hours or (rule.pauses and rule.by_the_clock):
                what = f"counts in {WORKING_HOURS}" if in_hours else "has a pause by the clock"
                raise FileError(
                    f"{regulation.id}: rule[{rule.id}]: {what}, and no calendar file says office "
                    "hours; add [hours] to one"
                )
