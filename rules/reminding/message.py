"""A reminder as the message that dondoc publishes (docs/contract.md, Reminders).

Plain dictionaries and strings, ready for JSON; it must never know how they are sent.
"""

from __future__ import annotations

from datetime import date, datetime
from hashlib import sha256
from typing import Any
from urllib.parse import quote

from ..directory import Directory
from ..events import LOCAL
from ..obligations import Obligation
from ..secrecy import ATTRIBUTE, NORMAL
from ..wording import Names, Texts
from .reminder import Reminder
from .text import Quotes, render

TYPE_PREFIX = "dondoc.reminder."
"""Prefix of the event type; the step follows."""

LONGEST_WORD = 110
"""Bytes of a body's or a rule's word in a routing key: two of them, "reminder", the step and
the dots stay within the 255 bytes that AMQP 0-9-1 allows a short string."""


def routing_key(reminder: Reminder, rule: str) -> str:
    """``reminder.<body>.<rule>.<step>``, four words whatever the code of the body holds."""
    return f"reminder.{_word(reminder.body)}.{_word(rule)}.{reminder.step}"


def _word(text: str) -> str:
    """*text* as one word of a routing key; different texts give different words.

    Letters and digits of ASCII, "-", "_" and "~" stand for themselves, so that common codes
    are not changed; other characters are written as in a URL ("%2E" for a dot, which would
    part words). A word too long ends in a digest of the whole.
    """
    word = quote(text, safe="", errors="replace").replace(".", "%2E")
    if len(word) <= LONGEST_WORD:
        return word
    return f"{word[: LONGEST_WORD - 17]}~{sha256(word.encode()).hexdigest()[:16]}"


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
    """The data of that event; dates as "YYYY-MM-DD", None for what is not there.

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
        "working_days_left": reminder.days_left,
        "text": render(reminder, obligation, quotes, directory, texts, names),
        "trace": dict(obligation.trace),
    }


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
