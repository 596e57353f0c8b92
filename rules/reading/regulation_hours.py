"""Whether regulations that count in working hours have office hours to count over."""

from __future__ import annotations

from ..calendar import Calendar
from ..in_force import Regulations
from ..lights import HOURS_LEFT
from ..places import FileError
from ..rule import WORKING_HOURS


def require_hours(regulations: Regulations, calendar: Calendar) -> None:
    """Raise FileError for the first rule with a term in working hours, or with a pause of one that
    ends by the clock, and for lights by hours, where no file of *calendar* says office hours."""
    if calendar.hours is not None:
        return
    for regulation in regulations.all:
        for rule in regulation.rules:
            if any(term.kind == WORKING_HOURS for term in rule.terms):
                raise FileError(
                    f"{regulation.id}: rule[{rule.id}]: counts in {WORKING_HOURS}, and no calendar"
                    " file says office hours; add [hours] to one"
                )
            if rule.counts_hours:
                raise FileError(
                    f"{regulation.id}: rule[{rule.id}]: has a pause by the clock, and no calendar"
                    " file says office hours; add [hours] to one"
                )
        if any(light.measure == HOURS_LEFT for light in regulation.lights):
            raise FileError(
                f"{regulation.id}: light: goes by {HOURS_LEFT}, and no calendar file says office"
                " hours; add [hours] to one"
            )
