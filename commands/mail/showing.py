"""How letters are shown, as rows for programs and in words for people."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from ...rules.directory import Directory
from ...rules.events import LOCAL
from ...storage.database import Store
from ...storage.questions.mailings import ToldMailing, mailings_named
from ..assembly.application import Refused
from ..terminal.words import words

COLUMNS = (
    *("message_id", "day", "body", "name", "kind", "state", "obligations", "joined"),
    *("to", "copies", "missed", "attempts", "next_attempt_at", "answer"),
    *("recorded_at", "handed_over_at", "ended_at"),
)
ID_LENGTH = 10
"""Of a Message-ID, so many characters name a letter to a person."""


def id_of(mailing: ToldMailing) -> str:
    """What a person calls a letter: the beginning of its Message-ID."""
    return mailing.message_id.removeprefix("<")[:ID_LENGTH]


def mailing_named(store: Store, beginning: str) -> ToldMailing:
    """The letter whose Message-ID begins so. Raises Refused where none does, or several do."""
    found = store.read(lambda tx: mailings_named(tx, beginning)) if beginning else []
    if len(found) != 1:
        key = "mail.several" if found else "mail.none_so"
        raise Refused(words().say(key, beginning=repr(beginning)))
    return found[0]


def row_of(mailing: ToldMailing, directory: Directory) -> dict[str, Any]:
    """A letter for a program."""
    recipients = mailing.recipients
    return {
        "message_id": mailing.message_id,
        "day": mailing.day.isoformat(),
        "body": mailing.body,
        "name": directory.name(mailing.body, mailing.day),
        "kind": mailing.kind.value,
        "state": mailing.state.value,
        "obligations": mailing.obligations,
        "joined": mailing.joined,
        "to": " ".join(recipients.to) if recipients else None,
        "copies": " ".join(recipients.copies) if recipients else None,
        "missed": " ".join(mailing.missed) or None,
        "attempts": mailing.attempts,
        "next_attempt_at": _iso(mailing.next_attempt_at),
        "answer": mailing.answer,
        "recorded_at": _iso(mailing.recorded_at),
        "handed_over_at": _iso(mailing.handed_over_at),
        "ended_at": _iso(mailing.ended_at),
    }


def state_told(mailing: ToldMailing) -> str:
    """How a letter fares, in words."""
    key = "missed" if mailing.missed else mailing.state.value
    return words().say(f"mail.state_{key}")


def moment(at: datetime | None) -> str:
    """*at* in local time, to the minute; empty for none."""
    return "" if at is None else f"{at.astimezone(LOCAL):%d/%m/%Y %H:%M}"


def _iso(at: datetime | None) -> str | None:
    return None if at is None else at.astimezone(LOCAL).isoformat()
