"""By which law the charges of a document's tasks go, and what that says of them: how a deadline is
read, what takes a completion back, how often and how far a deadline may be put off.

It must never look at what became of a charge.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from ..calendar import Calendar
from ..events import Event
from ..regulation import OFFICE_REJECTS, ExtensionLimit, Regulation, Undoing
from ..rule import LEAD
from .clock import Clock, clock_of
from .governing import Governing


@dataclass(frozen=True, slots=True)
class ChargeLaws:
    """The laws of the charges of one document. ``firsts``: the keys of the events that first
    assigned a task, which go by the law of the document's day."""

    law: Governing
    calendar: Calendar
    firsts: Collection[tuple[str, str]]

    def clock(self, event: Event) -> Clock:
        """How the law of what *event* opens reads a task's deadline: as its first rule on a lead
        whose term is a date of the data."""
        own = event.key in self.firsts
        for regulation, rule in self.law.regulations.of_kind(LEAD):
            clock = clock_of(rule.due, self.calendar)
            if clock is not None and self.law.governs_on(regulation, rule, event.on, own=own):
                return clock
        return Clock(None, self.calendar)

    def undone_by(self, start: Event) -> Sequence[Undoing]:
        """What takes a completion back by the law of the charge begun by *start*; where that says
        nothing, the Office's rejection."""
        regulation, day = self._of(start)
        return OFFICE_REJECTS if day is None else self.law.regulations.undoing(regulation, day)

    def extended_by(self, start: Event) -> tuple[ExtensionLimit | None, Mapping[str, str]]:
        """What extensions are allowed by the law of the charge begun by *start*, and what that
        calls those who issue documents."""
        regulation, day = self._of(start)
        limit = None if day is None else self.law.regulations.extension(regulation, day)
        return limit, regulation.issuers if regulation else {}

    def _of(self, start: Event) -> tuple[Regulation | None, date | None]:
        """The law that the execution of the charge begun by *start* goes by, and of which day;
        otherwise the document's day alone, where that is known."""
        own = start.key in self.firsts
        for regulation, rule in self.law.regulations.of_kind(LEAD):
            if self.law.governs_on(regulation, rule, start.on, own=own):
                own_day = self.law.begun_on if own else None
                return regulation, own_day or start.on
        return None, self.law.begun_on
