"""The reminder policy: when whom to remind of what, as the office has chosen.

The regulation leaves reminders to the Office, so they are a file (docs/reminders.md), read and
checked by `reading.policy`; these are the values it gives. They know steps, roles and hours, and
must never know an obligation: `decision` decides about those.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from ..calendar import Calendar, OutsideCoverage
from ..events import LOCAL, local_date

DUE_SOON, DUE_TODAY, OVERDUE, ESCALATED = "due_soon", "due_today", "overdue", "escalated"
STEPS = (DUE_SOON, DUE_TODAY, OVERDUE, ESCALATED)
"""The steps of the contract, from the least urgent to the most."""

OBLIGOR, COORDINATING = "obligor", "coordinating"
"""The roles that an obligation itself gives; a policy's levels come after them."""


@dataclass(frozen=True, slots=True)
class Window:
    """When reminders may be published, in local time: from *opens* until just before *closes*."""

    opens: timedelta
    closes: timedelta
    working_days_only: bool

    def is_open(self, now: datetime, calendar: Calendar) -> bool:
        """Whether the aware time *now* is inside. Raises `OutsideCoverage`."""
        return self.next_opening(now, calendar) == now

    def closing(self, now: datetime) -> datetime:
        """When the window closes on the local day of the aware time *now*."""
        local = now.astimezone(LOCAL)
        return local.replace(hour=0, minute=0, second=0, microsecond=0) + self.closes

    def next_opening(self, now: datetime, calendar: Calendar) -> datetime:
        """*now* where the window is open, otherwise when it next opens. Raises
        `OutsideCoverage`."""
        local = now.astimezone(LOCAL)
        day = local.date()
        if not self.working_days_only or calendar.is_working(day):
            midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
            since_midnight = local - midnight
            if since_midnight < self.opens:
                return midnight + self.opens
            if since_midnight < self.closes:
                return now
        day += timedelta(days=1)
        if self.working_days_only:
            day = calendar.next_working_day(day)
        return datetime(day.year, day.month, day.day, tzinfo=LOCAL) + self.opens


@dataclass(frozen=True, slots=True)
class Quiet:
    """Days on which nothing goes out, *first* to *last*, both inclusive, to any body or to
    ``bodies`` alone; ``reason`` is what people read. No deadline moves by it."""

    first: date
    last: date
    reason: str
    bodies: frozenset[str] = frozenset()

    def covers(self, day: date, body: str) -> bool:
        """Whether nothing goes to *body* on *day*."""
        return self.first <= day <= self.last and (not self.bodies or body in self.bodies)


@dataclass(frozen=True, slots=True)
class Level:
    """Somebody above the obligor who is told: a fixed body, or with ``body`` None the Office
    of the day. ``name`` is the role that a reminder to it carries."""

    name: str
    body: str | None


@dataclass(frozen=True, slots=True)
class Step:
    """Reminders of one kind: on the offsets ``at``, then, with ``every``, again and again.

    Offsets are working days from the anchor: the target (negative before it), or for what has
    no clock the opening. ``to`` are the roles addressed; ``min_term`` is the least length in
    working days of a term that the step is for.
    """

    name: str
    at: tuple[int, ...]
    every: int | None
    to: tuple[str, ...]
    min_term: int

    def reached(self, offset: int) -> int | None:
        """The last occurrence at or before *offset*; None before the first."""
        last = self.at[-1]
        if offset >= last:
            return offset - (offset - last) % self.every if self.every else last
        return max((at for at in self.at if at <= offset), default=None)

    def following(self, offset: int) -> int | None:
        """The first occurrence after *offset*; None where there is none."""
        for at in self.at:
            if at > offset:
                return at
        return offset + self.every - (offset - self.at[-1]) % self.every if self.every else None


@dataclass(frozen=True, slots=True)
class Schedule:
    """The steps for one obligation, with or without a clock."""

    steps: tuple[Step, ...]

    @property
    def asks_for_term(self) -> bool:
        """Whether some step depends on how long the term is."""
        return any(step.min_term for step in self.steps)

    @property
    def roles(self) -> frozenset[str]:
        """Every role that some step addresses."""
        return frozenset(role for step in self.steps for role in step.to)

    def reached(self, roles: Collection[str], offset: int, term: int) -> tuple[Step, int] | None:
        """The most urgent step for any of *roles* that a term of *term* working days has come
        to at *offset*, with its occurrence; None before the first."""
        best: tuple[Step, int] | None = None
        for step in self.steps:
            if step.min_term > term or not any(role in roles for role in step.to):
                continue
            occurrence = step.reached(offset)
            if occurrence is not None and (
                best is None or urgency(step.name, occurrence) > urgency(best[0].name, best[1])
            ):
                best = (step, occurrence)
        return best

    def without(self, roles: frozenset[str]) -> Schedule:
        """What is left of it without those of *roles*, but for what is escalated."""
        left = (
            step
            if step.name == ESCALATED
            else replace(step, to=tuple(r for r in step.to if r not in roles))
            for step in self.steps
        )
        return Schedule(tuple(step for step in left if step.to))

    def following(self, offset: int, term: int) -> int | None:
        """The next offset after *offset* with a step for anybody; None where there is none."""
        return min(
            (
                occurrence
                for step in self.steps
                if step.min_term <= term and (occurrence := step.following(offset)) is not None
            ),
            default=None,
        )


def urgency(step: str, occurrence: int) -> tuple[int, int]:
    """How urgent a reminder is among those of one target: the later, then the higher step."""
    return occurrence, STEPS.index(step)


@dataclass(frozen=True)
class Policy:
    """A whole policy. ``version`` is a digest of its content: another one means that every
    `next_attention` kept from before is stale.

    ``by_target`` and ``by_age`` hold the schedules of the rules that are named; others have
    the default ones.
    """

    window: Window
    levels: tuple[Level, ...]
    default_by_target: Schedule
    default_by_age: Schedule
    by_target: Mapping[str, Schedule]
    by_age: Mapping[str, Schedule]
    version: str
    quiets: tuple[Quiet, ...] = ()

    def quiet(self, day: date, body: str) -> Quiet | None:
        """Why nothing goes to *body* on *day*; None where something may. Of several, the one that
        lasts longest."""
        covering = (quiet for quiet in self.quiets if quiet.covers(day, body))
        return max(covering, key=lambda quiet: quiet.last, default=None)

    def next_opening(self, now: datetime, calendar: Calendar, body: str) -> datetime:
        """The aware time *now* where something may go to *body*, otherwise when it next may. Raises
        `OutsideCoverage`."""
        opening = self.window.next_opening(now, calendar)
        while (quiet := self.quiet(local_date(opening), body)) is not None:
            after = datetime.combine(quiet.last + timedelta(days=1), time.min, LOCAL)
            try:
                opening = self.window.next_opening(after, calendar)
            except OutsideCoverage:
                # Silence that lasts beyond the calendar holds up no other body: asked again then.
                return after
        return opening

    def schedule(self, rule: str, *, clocked: bool) -> Schedule:
        """The schedule of an obligation of *rule*: against its target where it is *clocked*,
        otherwise by its age."""
        if clocked:
            return self.by_target.get(rule, self.default_by_target)
        return self.by_age.get(rule, self.default_by_age)
