"""What stands in a row of the timeline of `dondoc show`: as JSON and CSV have it, in English and by
the names of the data, or in the words of whoever reads the table.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from datetime import date, datetime
from typing import Any

from ...rules.events import LOCAL
from ...rules.law import Law
from ...rules.obligations import FormerDeadline, Obligation
from ...rules.reminding.snooze import Snooze
from ...rules.wording import Texts, capital
from .texts import MODEL
from .words import Words

_LONGEST = 60
"""Characters of a value that are shown."""


class AsStored:
    """Rows as programs read them: by the names of the data, in English."""

    def event(self, kind: str) -> str:
        """What happened, by the type of the event."""
        return kind

    def obligation(self, obligation: Obligation, what: str) -> str:
        """What became of *obligation*."""
        return f"{obligation.rule} {what}"

    def former(self, had: FormerDeadline) -> str:
        """By when it was due before it was judged anew."""
        told = Words(MODEL)
        return told.say("show.former", due=told.end(*had.end), regulation=had.regulation)

    def snoozed(self, decided: Snooze) -> str:
        """Until when, by whom and why reminders wait."""
        return f"until {decided.until} by {decided.by}: {decided.reason or ''}".rstrip(": ")

    def lifted(self, by: str | None) -> str:
        """Who had them go out again."""
        return f"by {by}"

    def detail(self, data: Mapping[str, Any]) -> str:
        """What an event says beside whom and what it is about."""
        told = {key: each for key, each in data.items() if key not in ("task_id", "body", "lead")}
        return "; ".join(
            f"{self._field(key)}: {_short(self._value(value))}"
            for key, value in told.items()
            if value is not None
        )

    def _field(self, name: str) -> str:
        return name

    def _value(self, value: Any) -> str:
        return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


class InWords(AsStored):
    """Rows as a person reads them who has asked for another language than English."""

    def __init__(self, words: Words, texts: Texts, law: Law) -> None:
        self._words, self._texts, self._law = words, texts, law

    def event(self, kind: str) -> str:
        return self._texts.templates.get(f"explain.event.{kind}") or kind

    def obligation(self, obligation: Obligation, what: str) -> str:
        rule = self._law.names(obligation).rule
        named = obligation.rule if rule is None else capital(self._texts.duty(rule))
        return self._words.say(f"show.what.{what.replace(' ', '_')}", rule=named)

    def former(self, had: FormerDeadline) -> str:
        due = self._words.end(*had.end) or "?"
        return self._words.say("show.former", due=due, regulation=had.regulation)

    def snoozed(self, decided: Snooze) -> str:
        named = {"until": decided.until, "by": decided.by}
        return self._words.say("show.until", **named, reason=decided.reason or "").rstrip(": ")

    def lifted(self, by: str | None) -> str:
        return self._words.say("show.by", by=by or "?")

    def _field(self, name: str) -> str:
        return self._texts.field(name)

    def _value(self, value: Any) -> str:
        if isinstance(value, list):
            return ", ".join(map(self._value, value))
        if isinstance(value, Mapping):
            return ", ".join(
                f"{self._field(str(key))}: {self._value(each)}" for key, each in value.items()
            )
        if isinstance(value, str):
            with suppress(ValueError):
                return self._words.day(_day_or_moment(value))
        return self._texts.value(super()._value(value))


def _day_or_moment(text: str) -> date:
    return date.fromisoformat(text) if len(text) == len("2026-01-02") else _local(text)


def _local(text: str) -> datetime:
    at = datetime.fromisoformat(text)
    if at.tzinfo is None or "T" not in text:
        raise ValueError(text)
    return at.astimezone(LOCAL)


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 3]}…"
