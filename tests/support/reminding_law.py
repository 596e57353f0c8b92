"""The plain law with the policy and calendar that ship, for tests of the scheduler."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import cast

from dondoc.rules.calendar import Calendar
from dondoc.rules.law import Law
from dondoc.rules.obligations import Obligation
from dondoc.rules.reminding import decision
from dondoc.rules.reminding.policy import Policy
from support.plain_law import PlainLaw
from support.reminding import calendar, policy


@dataclass(frozen=True)
class RemindingLaw(PlainLaw):
    """The plain law with the policy and calendar that ship."""

    policy: Policy = field(default_factory=policy)
    calendar: Calendar = field(default_factory=calendar)

    def next_attention(self, obligation: Obligation, after: date) -> date | None:
        return decision.next_attention(obligation, self.policy, self.calendar, after)


PLAIN = RemindingLaw()
LAW = cast(Law, PLAIN)
"""`tick` needs of a law what this one has."""
