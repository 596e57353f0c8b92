"""Which law a case of one stream goes by: that of its legal opening day, or of its document's.

A document's own rules go by the day of the document, whenever they open; all else by the day it
opens; and a transitional clause wins (`in_force`). It must never look at how a case came out.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from ..in_force import Regulations, Ruling
from ..regulation import Regulation
from ..rule import Rule
from ..trace import Trace
from .cases import Case


@dataclass(frozen=True, slots=True)
class Governing:
    """The laws of one stream. ``begun_on``: the day on which what the stream is about began: a
    document's own, that of a feedback's or an inspection's first event; None where it is about no
    one thing, or nobody knows."""

    regulations: Regulations
    begun_on: date | None = None

    def ruling(self, rule: Rule, case: Case) -> Ruling:
        """The law that *rule*'s id goes by for *case*."""
        day = self.begun_on if case.own and self.begun_on else case.opened_on
        if not self.regulations.in_transition:
            return self.regulations.of_the_day(rule.id, day)
        return self.regulations.ruling(rule.id, day, self.begun(case))

    def begun(self, case: Case) -> date:
        """The day on which what *case* is about had begun."""
        if case.begun_on is not None:
            return case.begun_on
        if self.begun_on is not None:
            return min(self.begun_on, case.opened_on)
        return case.opened_on if case.task is None else case.task.first.on

    def governs(self, regulation: Regulation, rule: Rule, case: Case) -> bool:
        """Whether *case* goes by *rule* of *regulation*, and not by that of another."""
        return self.ruling(rule, case).regulation is regulation

    def governs_on(self, regulation: Regulation, rule: Rule, day: date, *, own: bool) -> bool:
        """The same of what opens on *day*, of the document itself where it is its *own*."""
        begun_on = day if self.begun_on is None else min(self.begun_on, day)
        opens_on = self.begun_on if own and self.begun_on else day
        return self.regulations.ruling(rule.id, opens_on, begun_on).regulation is regulation

    def own(self, rule: Rule, case: Case) -> Rule | None:
        """The rule of *rule*'s id in the law that *case* goes by; None where that has none."""
        regulation = self.ruling(rule, case).regulation
        return None if regulation is None else regulation.rule(rule.id)

    def told(self, ruling: Ruling, rule: Rule, case: Case) -> Trace:
        """Why *case* of *rule* goes by the regulation of *ruling*, for its trace, where that is not
        just the law of the day it opens on."""
        clause = ruling.clause
        if clause is not None and ruling.of is not None:
            return {"law": {"by": "transition", "cite": clause.cite, "of": ruling.of}}
        if self.begun_on is None or not case.own:
            return {}
        of_the_day = self.regulations.of_the_day(rule.id, case.opened_on)
        if of_the_day.regulation is ruling.regulation:
            return {}
        return {"law": {"by": "document", "on": self.begun_on.isoformat()}}


def as_known(ruling: Ruling, case: Case) -> Case:
    """*case* as it was known only when its law came into force, where a clause of that reaches
    back: nobody can have kept, or missed, a law that was none yet."""
    if ruling.regulation and ruling.clause and ruling.clause.opened_from:
        return case.known_from(ruling.regulation.in_force_from)
    return case
