"""A reminder as a value, what was sent before it, and every reason there is to send none.

Nothing is decided here: that is for `decision`.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from hashlib import sha256


class Reason(Enum):
    """Why there is a reminder, or none; the value is what a person reads in a listing."""

    ON_ITS_DAY = "the step falls on today"
    MISSED = "the highest step that was missed"
    CATCH_UP = "the step came before the first start and is told of in one digest"

    NOT_OPENED = "it has not opened yet"
    MET = "it is met"
    VOID = "it is void"
    RETURNED = "the task is back with the Office"
    PAUSED = "its clock stands still"
    NOT_ADDRESSED = "the policy has no step for this body"
    TOO_YOUNG = "it has no clock and is too young for a note"
    NOT_YET = "its first step has not come"
    BEFORE_TRACKING = "the step came before tracking began"
    BEFORE_START = "the step came before the first start"
    COUNTDOWN_OVER = "the target has passed and the next step has not come"
    ALREADY_SENT = "today's step has been sent"
    BETWEEN_STEPS = "the last step has been sent and the next has not come"
    GATHERED = "it waits to be told of in the digest of the first start"
    WAITING = "its step is decided and waits to be published"
    ONE_A_DAY = "this body has been reminded of it today"
    OUTSIDE_WINDOW = "the publishing window is closed"
    QUIET = "the policy keeps quiet"
    SNOOZED = "it is snoozed"
    OUTSIDE_CALENDAR = "the calendar does not cover its dates"


@dataclass(frozen=True, slots=True)
class Sent:
    """A row of the ledger: a reminder of this obligation that was decided on the local date
    ``on``. ``target`` is None for what has no clock."""

    step: str
    target: date | None
    occurrence: int
    role: str
    body: str
    on: date


@dataclass(frozen=True, slots=True)
class Reminder:
    """A reminder that is to be sent.

    ``occurrence`` is the step's offset from the target in working days (what has no clock:
    its age), never a counter, so that deciding again gives the same. ``offset`` is the same
    for today, greater than ``occurrence`` where the step was missed. ``on`` is the local date
    of the decision; ``late``: working days since the due date, 0 until it has passed;
    ``day_off``: whether the target is one; ``on_day_off``: whether ``on`` is.
    """

    obligation: str
    step: str
    target: date | None
    occurrence: int
    role: str
    body: str
    offset: int
    on: date
    late: int = 0
    day_off: bool = False
    on_day_off: bool = False

    @property
    def id(self) -> str:
        """The stable identity by which a consumer drops a repeat (contract, Reminders)."""
        target = None if self.target is None else self.target.isoformat()
        key = (self.obligation, self.step, target, self.occurrence, self.role, self.body)
        return sha256(json.dumps(key).encode()).hexdigest()[:32]

    @property
    def days_left(self) -> int | None:
        """Working days until the target, negative after it; None without a clock."""
        return None if self.target is None else -self.offset

    @property
    def age(self) -> int | None:
        """Working days since the opening; None with a clock."""
        return self.offset if self.target is None else None


@dataclass(frozen=True, slots=True)
class Remind:
    """Decided: send ``reminder``."""

    reminder: Reminder
    reason: Reason


@dataclass(frozen=True, slots=True)
class Silence:
    """Decided: send nothing now. ``until``: a reminder waits for this time, at which one has
    to ask again; None where nothing waits. ``why``: what the policy, or whoever snoozed it, says of
    the silence."""

    reason: Reason
    until: datetime | None = None
    why: str | None = None
