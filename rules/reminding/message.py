"""A reminder as the message that dondoc publishes (docs/contract.md, Reminders).

Plain dictionaries and strings, ready for JSON; it must never know how they are sent.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from ..directory import Directory
from ..events import LOCAL
from ..moments import moment_text
from ..obligations import Obligation
from ..secrecy import ATTRIBUTE, NORMAL
from ..wording import Names, Texts
from .reminder import Reminder
from .routing import routing_word
from .text import Quotes, render

TYPE_PREFIX = "dondoc.reminder."
"""Prefix of the event type; the step follows."""


def routing_key(reminder: Reminder, rule: str) -> str:
    """``reminder.<body>.<rule>.<step>``, four words whatever the code of the body holds."""
    return f"reminder.{routing_word(reminder.body)}.{routing_word(rule)}.{reminder.step}"


def reminder_event(
    reminder: Reminder,
    obligation: Obligation,
    quotes: Quotes,
    directory: Directory,
    texts: Texts,
    names: Names,
    time: datetime,
) -> dict[str, Any]:
    """The CloudEvent of *reminder*, decided at the aware *time*, in structured mode."""
    return {
        "specversion": "1.0",
        "id": reminder.id,
        "source": "dondoc",
        "type": f"{TYPE_PREFIX}{reminder.step}",
        "time": time.astimezone(LOCAL).isoformat(),
        "subject": obligation.subject,
        ATTRIBUTE: NORMAL,
        "datacontenttype": "application/json",
        "data": reminder_data(reminder, obligation, quotes, directory, texts, names),
    }


def reminder_data(
    reminder: Reminder,
    obligation: Obligation,
    quotes: Quotes,
    directory: Directory,
    texts: Texts,
    names: Names,
) -> dict[str, Any]:
    """The data of that event; dates as "YYYY-MM-DD", moments local with their offset, None for
    what is not there.

    ``working_days_left`` is None without a clock and negative after the target.
    """
    shown = quotes.harmless()
    return {
        "obligation": obligation.id,
        "rule": obligation.rule,
        "cite": obligation.cite,
        "body": reminder.body,
        "role": reminder.role,
        "symbol": shown.symbol,
        "abstract": shown.abstract,
        "task_id": obligation.task_id,
        "content": shown.content,
        "target": _iso(obligation.target),
        "due": _iso(obligation.due),
        "target_at": moment_text(obligation.target_at),
        "due_at": moment_text(obligation.due_at),
        "working_days_left": reminder.days_left,
        "text": render(reminder, obligation, quotes, directory, texts, names),
        "trace": dict(obligation.trace),
    }


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
