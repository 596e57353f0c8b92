"""Everything that a stream is judged by, as one value: regulations, calendar, bodies, policy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from hashlib import sha256

from .calendar import Calendar
from .citations import articles_of
from .directory import Directory
from .events import Event
from .in_force import Regulations
from .judging.locality import Locality
from .judging.parts import Earlier, PartialProjection
from .judging.projection import judge, project
from .lights import Light, light_of
from .obligations import Obligation, Projection
from .reminding.decision import next_attention
from .reminding.policy import Policy
from .rule import COORDINATING
from .wording import Names

GENERATION = 6
"""Counts the changes of the program by which the same events and files give other obligations;
raised with each, so that stored ones are known to want a reprocessing."""


@dataclass(frozen=True)
class Law:
    """The law and the office's own choices, loaded once and handed to whoever needs them."""

    regulations: Regulations
    calendar: Calendar
    directory: Directory
    policy: Policy

    @property
    def parts(self) -> dict[str, str]:
        """The digest of each part, by its name, and the generation of the program."""
        return {
            "generation": str(GENERATION),
            "regulations": self.regulations.version,
            "calendar": self._calendar_version,
            "bodies": self.directory.version,
            "policy": self.policy.version,
        }

    @cached_property
    def version(self) -> str:
        """A digest of what a projection depends on: another value means "reprocess"."""
        parts = (
            str(GENERATION),
            self.regulations.version,
            self._calendar_version,
            self.directory.version,
        )
        return sha256("\n".join(parts).encode()).hexdigest()[:16]

    @cached_property
    def silent(self) -> tuple[str, ...]:
        """The ids of the rules that silence can fulfil, of any regulation."""
        rules = (rule for each in self.regulations.all for rule in each.rules if rule.silence)
        return tuple(dict.fromkeys(rule.id for rule in rules))

    @cached_property
    def _locality(self) -> Locality:
        """Which rules can be judged of one task by itself."""
        return Locality(self.regulations)

    @property
    def _calendar_version(self) -> str:
        """A digest of the days, and of the office hours where terms are counted in them."""
        days, hours = self.calendar.version, self.calendar.hours
        if hours is None or not self.regulations.counts_hours:
            return days
        return f"{days}/{hours.version}"

    def names(self, obligation: Obligation) -> Names:
        """What officials call the regulation that *obligation* was judged by, and those who issue
        documents under it."""
        regulation = self.regulations.get(obligation.regulation)
        if regulation is None:
            return Names(obligation.regulation)
        owed = (rule.cite for rule in regulation.rules if rule.owes == COORDINATING)
        return Names(
            regulation.cited_as,
            regulation.issuers,
            next(owed, None),
            regulation.cited_short,
            regulation.rule(obligation.rule),
        )

    def light(self, obligation: Obligation, day: date) -> Light | None:
        """The light of *obligation* at the end of the local *day*, as its regulation says."""
        regulation = self.regulations.get(obligation.regulation)
        if regulation is None or not regulation.lights:
            return None
        return light_of(obligation, regulation.lights, day, self.calendar)

    @property
    def has_lights(self) -> bool:
        """Whether any regulation has lights."""
        return any(each.lights for each in self.regulations.all)

    def cited(self, obligation: Obligation) -> str:
        """The article that *obligation* is owed by; where there are several regulations, of which
        ("Điều 6.2.b QĐ 02/2015/QĐ-UBND")."""
        regulation = self.regulations.get(obligation.regulation)
        if len(self.regulations.all) == 1 or regulation is None:
            return obligation.cite
        if articles_of(obligation.cite) is None:
            return obligation.cite
        return f"{obligation.cite} {regulation.cited_short}"

    def project(
        self, stream: str, history: Sequence[Event], since: date, through: date
    ) -> Projection:
        """What follows from the ordered *history* of *stream*; see `projection.project`."""
        return project(
            stream, history, self.regulations, self.calendar, self.directory, since, through
        )

    def judge(
        self,
        stream: str,
        history: Sequence[Event],
        since: date,
        through: date,
        earlier: Earlier | None = None,
    ) -> PartialProjection:
        """The same, of what the events told since *earlier* may have changed, by this law from the
        same day up to the same day; see `projection.judge`."""
        by = self.regulations, self.calendar, self.directory
        return judge(stream, history, *by, since, through, self._locality, earlier)

    def next_attention(self, obligation: Obligation, after: date) -> date | None:
        """The first day after *after* on which *obligation* may call for a reminder."""
        return next_attention(obligation, self.policy, self.calendar, after)
