"""What has happened: the obligation, and whatever the events of its stream say for themselves.

It knows of no sentence: what is said stands in `said`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from dondoc.rules.directory import Directory
from dondoc.rules.events import Event
from dondoc.rules.law import Law
from dondoc.rules.obligations import Obligation
from dondoc.rules.rule import Rule


@dataclass(frozen=True)
class Facts:
    """What is known at the end of ``as_of``: the obligation, and the events of its stream."""

    obligation: Obligation
    history: tuple[Event, ...]
    law: Law
    as_of: date

    @property
    def rule(self) -> Rule:
        """The rule that it is an obligation of."""
        regulation = self.law.regulations.get(self.obligation.regulation)
        found = regulation.rule(self.obligation.rule) if regulation else None
        assert found is not None
        return found

    @property
    def directory(self) -> Directory:
        """The bodies."""
        return self.law.directory

    def event(self, source: str, id_: str) -> Event | None:
        """The event of that source and id, as far as it has happened."""
        return next((e for e in self.history if (e.source, e.id) == (source, id_)), None)

    def opener(self) -> Event | None:
        """The event that opened it; None where a day did."""
        told = self.obligation.trace.get("opened_by")
        return self.event(told["source"], told["id"]) if told else None

    def came(self) -> list[Event]:
        """Every event since it opened that is of a type which fulfils it, about the same thing, and
        told by whoever owes it or by somebody who has no part in the task."""
        return [event for event in self.history if self._could_count(event)]

    def _could_count(self, event: Event) -> bool:
        owed, opener, rule = self.obligation, self.opener(), self.rule
        opened_with = opener.data if opener else {}
        ways = [
            way
            for way in rule.fulfilled
            if way.event == event.type
            and all(opened_with.get(name) in wanted for name, wanted in way.opened_where)
        ]
        about = owed.task_id is None or event.data.get("task_id") == owed.task_id
        ended = owed.ended_on is not None and event.on > owed.ended_on
        since = max(owed.opened_on, event.on) == event.on
        comes_round = "occurrence" in rule.per  # each opens with a day, whatever opened the first
        if opener is not None and not rule.earlier_counts and not comes_round:
            since = event.order > opener.order
        if not ways or not about or ended or not (since or rule.earlier_counts):
            return False
        name = owed.trace.get("period", {}).get("name")
        if name and ("period" in event.data or "year" in event.data):
            said = {str(event.data.get("period", event.data.get("year")))}
            since = name in said.union(event.data.get("covers") or ())
        naming = any(
            all(event.data.get(n) in w for n, w in way.where if n in ("report", "kind"))
            and all(event.data.get(n) == (opener.data.get(n) if opener else None) for n in way.same)
            for way in ways
        )
        return since and naming and self._is_its_own(event, any(way.by for way in ways))

    def _is_its_own(self, event: Event, asked: bool) -> bool:
        body, owed = event.data.get("body"), self.obligation.body
        if not isinstance(body, str):
            return True
        if event.type.startswith("report."):
            return owed in self.acting(event)
        if not asked:
            return True
        acting = self.acting(event)
        return owed in acting or not self.charged(event.data.get("task_id")) & acting

    def acting(self, event: Event) -> set[str]:
        """Whose act *event* is, in what they were last charged with by then."""
        actor, task_id = str(event.data["body"]), event.data.get("task_id")
        found = set()
        for code in self.directory.acts_for(actor, event.on):
            days = [
                each.on
                for each in self.history
                if each.on <= event.on and code in self.charged(task_id, [each])
            ]
            since = max(days, default=self.obligation.opened_on)
            if self.directory.is_act_for(actor, code, event.on, since):
                found.add(code)
        return found

    def charged(self, task_id: object, history: Sequence[Event] | None = None) -> set[str]:
        """Whoever was ever charged with a task, in all that happened or in *history*."""
        found: set[str] = set()
        for event in self.history if history is None else history:
            if event.data.get("task_id") == task_id and event.type in (
                "task.assigned",
                "task.reassigned",
            ):
                lead = event.data.get("lead") or []
                found.update([lead] if isinstance(lead, str) else lead)
                found.update(event.data.get("coordinating") or ())
        return found


def deadlines(facts: Facts) -> list[date | None]:
    """Every deadline that an event set, None where it set none, then the one by default."""
    owed = facts.obligation
    about = [
        event
        for event in facts.history
        if {"due_on", "coordinating_due_on"} & event.data.keys()
        and event.type != "task.extension_requested"
        and (owed.task_id is None or event.data.get("task_id") == owed.task_id)
        and event.data.get("request_id") in (None, owed.subject)
    ]
    about_others = ("coordinating_due_on",) if owed.role == "coordinating" else ()
    named = [
        event.data[name] and date.fromisoformat(event.data[name])
        for event in about
        for name in ("due_on", *about_others)
        if name in event.data
    ]
    given = owed.trace.get("default_deadline")
    return [*named, date.fromisoformat(given["due_on"])] if given else named


def due_of(facts: Facts) -> date:
    """The day on which it is due, of one that has such a day."""
    assert facts.obligation.due is not None
    return facts.obligation.due


def is_capped(facts: Facts) -> bool:
    """Whether of an extension only what the regulation allows binds: a day that no event names."""
    regulation = facts.law.regulations.get(facts.obligation.regulation)
    return bool(regulation and regulation.extension and not regulation.extension.binds_beyond)
