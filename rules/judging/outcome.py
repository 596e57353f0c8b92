"""How a case came out: what met it or ended it, when, and from when its lateness counts.

A pure function of the case, its rule and its dates. It must never ask what day it is: what is open
is open, whoever looks.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import NamedTuple

from ..events import Event
from ..obligations import first_late
from ..regulation import Regulation
from ..rule import Rule
from ..trace import Trace
from .by_the_clock import breach_by_the_clock
from .cases import Case
from .fulfilment import Met, done_at, met_by
from .terms import Dates, Excuses, first_breach

NEVER, UNLESS_MET_BY = "never", "unless_met_by"
"""Why lateness is not counted at all, as a trace says it: the rule or its period never counts
it, or only what is fulfilled late by certain events."""


class Matter(NamedTuple):
    """A case under a rule of a regulation, and what its outcome depends on beside the two.

    ``dates``: for rules whose terms do not give them. ``met``: where that is found otherwise than
    by the case's events. ``earliest``: the day before which an early fulfilment does not count.
    ``breach``: whether lateness counts at all. ``excuses``: when it does not. ``returned``: when
    the task was back with the Office; nothing counts or is asked then. ``standing``: since when the
    clock stands still, with no end. ``told``: what to add to the trace.
    """

    regulation: Regulation
    rule: Rule
    case: Case
    dates: Dates | None = None
    met: Met | None = None
    earliest: date | None = None
    breach: bool = True
    excuses: Excuses = ()
    returned: Excuses = ()
    standing: Excuses = ()
    told: Trace | None = None


class CaseOutcome(NamedTuple):
    """How a case came out. ``met``: the event that fulfilled it and the date that counts;
    ``met_on``: that, and not before the opening where it may come earlier. ``ended_on``: the day it
    ceased unfulfilled. ``met_at``: the moment by which it surely was met, where it is due at one.
    ``uncounted``: why lateness is not counted at all, otherwise ``excuses`` when it is not;
    ``breach_on``: the first day that counts, should it last that long.
    ``silent_on``: the day on which silence fulfils it, as far as anybody has spoken by now;
    ``objected``: what kept it from that."""

    met: Met | None
    met_on: date | None
    ended_on: date | None
    uncounted: str | None
    excuses: Excuses
    breach_on: date | None
    silent_on: date | None = None
    objected: Event | None = None
    met_at: datetime | None = None

    @property
    def met_by(self) -> Event | None:
        """The event that fulfilled it."""
        return None if self.met is None else self.met[0]


def outcome_of(matter: Matter, dates: Dates, through: date) -> CaseOutcome:
    """How the case of *matter* came out, which has these *dates*, by the day *through*: what has
    come counts whenever it came, silence once it has lasted."""
    rule, case = matter.rule, matter.case
    met = matter.met or met_by(rule, case, matter.earliest, dates.due_at or dates.due)
    met_on = ended_on = None
    if met is not None:
        met_on = max(met[1], case.opened_on) if rule.earlier_counts else met[1]
    elif case.end is not None:
        ended_on = max(case.end.on, case.opened_on)
    excuses = [*matter.excuses, *matter.returned]
    if rule.silence is not None:
        return _by_silence(
            matter, dates, CaseOutcome(met, met_on, ended_on, None, excuses, None), through
        )
    if rule.breach_met_by and dates.due is not None and met_on is not None:
        # Silence is no breach (6.2.b); only the act that ends it too late is one.
        excuses.append((first_late(dates.due, dates.due_at) or met_on, met_on))
    uncounted = _uncounted(rule, met, matter.breach)
    waits = [*excuses, *matter.standing] if matter.standing else excuses
    breach_on = met_at = None
    if dates.due_at is not None:
        met_at = None if met is None else done_at(met)
        breach_on = breach_by_the_clock(dates.due_at, case, met_on or ended_on, met_at, waits)
    else:
        breach_on = first_breach(dates.due, case.known_on, met_on or ended_on, waits)
    if breach_on is not None:
        # What was to be done before what opened it is late on that day at once.
        breach_on = max(breach_on, case.opened_on)
    breach_on = breach_on if uncounted is None else None
    return CaseOutcome(met, met_on, ended_on, uncounted, excuses, breach_on, met_at=met_at)


def _by_silence(matter: Matter, dates: Dates, found: CaseOutcome, through: date) -> CaseOutcome:
    """How a case came out, as *found*, that silence fulfils: the day after its due date, unless
    something fulfils, ends or objects to it before."""
    rule, case = matter.rule, matter.case
    waits = [*found.excuses, *matter.standing]
    day = first_breach(dates.due, case.known_on, found.met_on or found.ended_on, waits)
    objected = None if dates.due is None else _objection(rule, case, dates.due)
    uncounted = _uncounted(rule, found.met, matter.breach)
    if objected is not None:
        breach_on = day if uncounted is None else None
        return found._replace(uncounted=uncounted, breach_on=breach_on, objected=objected)
    found = found._replace(uncounted=uncounted, silent_on=day)
    closed_on = found.met_on or found.ended_on
    if day is None or (closed_on is None and day > through):
        return found
    # What came later answers nothing any more, and says itself that the day has come.
    return found._replace(met=None, met_on=day, ended_on=None)


def _objection(rule: Rule, case: Case, due: date) -> Event | None:
    """The first event by which somebody objected, by the day *due*, so that silence is none."""
    for place in case.events.places(rule.objected_by, case.position):
        event = case.events[place]
        if event.on > due or (case.end is not None and event.order > case.end.order):
            return None
        if case.concerned_by(event):
            return event
    return None


def _uncounted(rule: Rule, met: Met | None, breach: bool) -> str | None:
    """Why lateness is not counted, NEVER or UNLESS_MET_BY; None where it is."""
    if not (breach and rule.breach):
        return NEVER
    if rule.breach_met_by and (met is None or met[0].type not in rule.breach_met_by):
        return UNLESS_MET_BY
    return None
