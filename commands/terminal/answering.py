"""Why something that was reported is not counted, in the words of the official who asks.

What is to be said was decided in `rules.explaining.answering`; here it is only worded.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from ...rules.explaining.answering import (
    COUNTED,
    IN_TIME,
    OTHER_PERIOD,
    UNFINISHED,
    ReportAnswer,
)
from ...rules.judging.shortfall import (
    ANOTHER_VALUE,
    BEFORE,
    EARLY,
    OTHER_BODY,
    PARTIAL,
    SERVED,
)
from ...rules.law import Law
from ...rules.obligations import Obligation
from ...rules.trace import TracedEvent
from ...rules.wording import Texts
from .listed import duty_of
from .presentation import clean
from .words import Words

_UNKNOWN = "?"
_MEANT_ELSEWHERE = frozenset(
    {UNFINISHED, OTHER_PERIOD, ANOTHER_VALUE, EARLY, BEFORE, OTHER_BODY, SERVED, PARTIAL}
)
"""Why something that counts for one duty is not asked about for another: it was not meant for that
one. What was refused, or came after the end, is."""


class Answering:
    """The words of one language for answers by a law."""

    def __init__(self, words: Words, texts: Texts, law: Law) -> None:
        self._words, self._texts, self._law = words, texts, law

    def line(self, answer: ReportAnswer) -> str:
        """*answer* as one sentence or two."""
        why = answer.why
        if why == IN_TIME and answer.day is None:
            why = "in_time_open"
        elif why in COUNTED and answer.obligation.due_at is not None:
            why = f"{why}_at"
        by = answer.by or {}
        wanted = (answer.obligation.trace.get("period") or {}).get("name")
        return self._words.say(
            f"answer.{why}",
            lead=self._lead(answer),
            duty=duty_of(answer.obligation, self._law, self._texts),
            cite=self._texts.places(answer.cite) or clean(answer.cite),
            day=self._day(answer.day),
            moment=self._moment(answer.obligation),
            days=_UNKNOWN if answer.days is None else answer.days,
            by_on=self._day(_day(by)),
            by_what=self._what(by),
            bodies=", ".join(self._body(code, None) for code in answer.bodies),
            period=self._period(answer.period),
            wanted=self._period(wanted or answer.obligation.subject),
            task=clean(answer.task),
            said="; ".join(
                f"{self._texts.field(name)}: {self._texts.value(clean(str(value)))}"
                for name, value in (answer.said or {}).items()
            ),
        )

    def _moment(self, obligation: Obligation) -> str:
        due_at = obligation.due_at
        return _UNKNOWN if due_at is None else self._words.moment(due_at)

    def _lead(self, answer: ReportAnswer) -> str:
        """What was reported, by whom and when."""
        told, on = answer.told, _day(answer.told)
        who = str(told.get("body") or answer.obligation.body)
        said = self._words.say(
            "answer.lead", what=self._what(told), who=self._body(who, on), on=self._day(on)
        )
        return f"{said[:1].upper()}{said[1:]}"

    def _what(self, told: TracedEvent) -> str:
        type_ = str(told.get("type", _UNKNOWN))
        return self._texts.templates.get(f"explain.event.{type_}") or clean(type_)

    def _body(self, code: str, on: date | None) -> str:
        return clean(self._law.directory.name(code, on))

    def _day(self, day: date | None) -> str:
        return _UNKNOWN if day is None else self._words.day(day)

    def _period(self, name: str | None) -> str:
        return self._texts.period(name or "") or clean(name)


def missed(answers: Iterable[ReportAnswer], as_of: date) -> Iterator[ReportAnswer]:
    """Of *answers* about everything of one subject those that somebody who reported asks about:
    what does not count for a duty that is still open, or was done late; each thing once, of
    what is late once for each duty. What counts for the duty that it was meant for is not told of
    another."""
    found = list(answers)
    counted = {_key(each.told) for each in found if each.why in COUNTED}
    told: set[tuple[object, ...]] = set()
    for each in found:
        closed_in_time = each.obligation.state(as_of) == "met"
        if each.why == IN_TIME or closed_in_time:
            continue
        key = _key(each.told)
        if each.why in _MEANT_ELSEWHERE and key in counted:
            continue
        # A sentence on what is late names the duty; the others would be the same twice.
        late_for = (each.obligation.rule, each.day) if each.why in COUNTED else ()
        again = (*key, each.why, *late_for)
        if again not in told:
            told.add(again)
            yield each


def _key(told: TracedEvent) -> tuple[object, ...]:
    return told.get("source"), told.get("id")


def _day(told: TracedEvent) -> date | None:
    try:
        return date.fromisoformat(str(told.get("on")))
    except ValueError:
        return None
