"""The story of a document, a feedback or an inspection in sentences: what happened when, by whom,
and how what is owed stands. It tells what is stored; nothing is judged here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from ...rules.events import Event, local_date
from ...rules.law import Law
from ...rules.obligations import OVERDUE, FormerDeadline, Obligation
from ...rules.wording import Texts
from ...storage.questions.listed import ListedObligation
from ...storage.snoozes import KeptSnooze
from .listed import duty_of, told_apart
from .presentation import clean
from .widths import cut
from .words import Words

_BODIES = ("lead", "coordinating", "body", "bodies", "about_body", "notified_bodies")
"""Fields of an event that name bodies, beside the one that acts."""
_TEXTS = ("content", "abstract", "reason", "direction", "cause", "note", "grounds", "report")
"""Fields that say in words what an event is about; the first that is there is told."""
_LATE = frozenset({"breach", "overdue", "met_late"})
"""How something stands that is late by so many working days."""
_LONGEST, _LONGEST_TASK = 200, 60


class Story:
    """What is told in the words of one language, of a day, by the law in use."""

    def __init__(self, words: Words, texts: Texts, law: Law, as_of: date) -> None:
        self._words, self._texts = words, texts
        self._law, self._as_of = law, as_of

    def happened(
        self,
        events: Iterable[Event],
        listed: Sequence[ListedObligation],
        former: Iterable[FormerDeadline],
        snoozes: Mapping[str, Sequence[KeptSnooze]],
    ) -> Iterator[str]:
        """A sentence for each of *events* and of the days on which what is *listed* was overdue,
        judged anew or snoozed, in their order; each sentence once."""
        several = _several(listed)
        told = [(event.on, 0, self._event(event)) for event in events if event.on <= self._as_of]
        for each in listed:
            due, obligation = each.obligation.due, each.obligation
            if due is None or obligation.overdue_on is None or not obligation.is_past(self._as_of):
                continue
            if obligation.was_late:
                told.append((due, 1, self._missed(each, several=several)))
        for had in former:
            if had.until <= self._as_of:
                was = self._was(had)
                text = self._words.say("story.anew", date=had.until, due=was)
                told.append((had.until, 2, text))
        for each in listed:
            kept = snoozes.get(each.obligation.id, ())
            told += self._put_off(each, kept, several=several)
        seen: dict[str, None] = {}
        for _, _, text in sorted(told, key=lambda one: one[:2]):
            seen.setdefault(text, None)
        yield from seen

    def stands(self, listed: Sequence[ListedObligation]) -> Iterator[str]:
        """How each of what is *listed* stands: whose it is, what, by when."""
        ids = told_apart([each.obligation.id for each in listed])
        several = _several(listed)
        for each in listed:
            obligation = each.obligation
            state = obligation.state(self._as_of)
            key = (
                "breach" if state == OVERDUE and obligation.counts_as_breach(self._as_of) else state
            )
            closed = obligation.closed_on
            if key in _LATE and each.days_late == 0 and obligation.due_at is not None:
                # What is due at a moment is late from the next minute on, on the very day.
                key += "_at_once"
            yield self._words.say(
                f"story.{key}",
                body=", ".join(map(clean, each.names)),
                duty=self._duty(each, several=several),
                due=self._due(obligation),
                days="?" if each.days_late is None else each.days_late,
                on=closed or "?",
                id=clean(obligation.id[:ids]),
            )

    def _duty(self, each: ListedObligation, *, several: bool) -> str:
        """What is owed; of one of *several* tasks with its content, shortened."""
        duty = duty_of(each.obligation, self._law, self._texts)
        if not several or each.obligation.task_id is None or not each.content:
            return duty
        return f"{duty} “{cut(clean(each.content).strip().rstrip('.'), _LONGEST_TASK)}”"

    def _due(self, obligation: Obligation) -> str:
        """By when it is due: the day, or the moment."""
        due = self._words.end(obligation.due, obligation.due_at)
        return due or self._words.say("story.never")

    def _was(self, had: FormerDeadline) -> str:
        return self._words.end(*had.end) or "?"

    def _put_off(
        self, each: ListedObligation, snoozes: Sequence[KeptSnooze], *, several: bool
    ) -> Iterator[tuple[date, int, str]]:
        """That *each* was snoozed, and that this was lifted, with the days."""
        words, duty = self._words, self._duty(each, several=several)
        for kept in snoozes:
            decided, on = kept.snooze, local_date(kept.snooze.at)
            reason = clean(decided.reason) or words.say("story.no_reason")
            if on <= self._as_of:
                named = {"by": clean(decided.by), "until": decided.until, "reason": reason}
                yield on, 3, words.say("story.snoozed", date=on, duty=duty, **named)
            if kept.lifted_at is not None and (on := local_date(kept.lifted_at)) <= self._as_of:
                by = clean(kept.lifted_by)
                yield on, 4, words.say("story.unsnoozed", date=on, by=by, duty=duty)

    def _missed(self, each: ListedObligation, *, several: bool) -> str:
        due, body = self._due(each.obligation), ", ".join(map(clean, each.names))
        duty = self._duty(each, several=several)
        return self._words.say("story.missed", date=due, body=body, duty=duty)

    def _event(self, event: Event) -> str:
        """*event* as a sentence."""
        data = event.data
        fields = data.get("fields")
        said: Mapping[str, Any] = {**data, **fields} if isinstance(fields, dict) else data
        what = self._texts.templates.get(f"explain.event.{event.type}") or clean(event.type)
        parts = [
            *self._named(said, event.on),
            *self._days(said),
            *self._values(said),
        ]
        text = next((said[name] for name in _TEXTS if isinstance(said.get(name), str)), "")
        shown = cut(clean(text).strip().rstrip("."), _LONGEST)
        quoted = f": “{shown}”" if text else ""
        line = "; ".join(parts)
        told = self._words.say("story.event", date=event.on, what=what)
        return f"{told}{f' – {line}' if line else ''}{quoted}."

    def _named(self, said: Mapping[str, Any], on: date) -> Iterator[str]:
        """The bodies that are named, each field in its words."""
        for field in _BODIES:
            value = said.get(field)
            codes = [value] if isinstance(value, str) else value
            if isinstance(codes, list) and codes:
                names = ", ".join(clean(self._law.directory.name(str(code), on)) for code in codes)
                key = f"story.of.{field}"
                yield self._words.say(key, names=names)

    def _days(self, said: Mapping[str, Any]) -> Iterator[str]:
        """The dates that an event states."""
        for field in ("due_on", "completed_on", "submitted_on", "ended_on", "published_on"):
            value = said.get(field)
            try:
                day = date.fromisoformat(value) if isinstance(value, str) else None
            except ValueError:
                day = None
            if day is not None:
                yield self._words.say(f"story.day.{field}", date=day)

    def _values(self, said: Mapping[str, Any]) -> Iterator[str]:
        """Which symbol, period and status it has."""
        if isinstance(said.get("symbol"), str):
            yield self._words.say("story.symbol", symbol=clean(said["symbol"]))
        if isinstance(said.get("period"), str):
            yield self._texts.period(said["period"]) or clean(said["period"])
        if isinstance(said.get("status"), str):
            yield self._texts.value(clean(said["status"]))


def _several(listed: Iterable[ListedObligation]) -> bool:
    """Whether what is *listed* is about more than one task."""
    return len({each.obligation.task_id for each in listed} - {None}) > 1
