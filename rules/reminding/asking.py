"""What is asked of a body: which sentence of the texts, by its part and by the day."""

from __future__ import annotations

from datetime import date

from ..directory import Directory
from ..obligations import Obligation
from ..wording import Texts, harmless
from .policy import OBLIGOR

ASKED = "reminder.asked"
"""The table that has by rule what is asked of whoever owes, where that is something of its own."""
WHENS = ("before", "after", "age", "awaiting")
"""When something is asked: before the target, after it, or without a clock, where a deadline may
still be to be set."""
REQUEST_BRACES = frozenset({"addressed", "obligor"})


def request_key(obligation: Obligation, role: str, day: date, texts: Texts) -> str:
    """The text of what is asked on *day* of whoever has the part *role* in *obligation*: of whoever
    owes it, the rule's own where it has one."""
    when = _when(obligation, day)
    own = f"{ASKED}.{obligation.rule}.{when}"
    if role == OBLIGOR and own in texts.templates:
        return own
    return f"reminder.request.{role}.{when}"


def asked_of(obligation: Obligation, directory: Directory, texts: Texts, day: date) -> str:
    """What whoever owes *obligation* is asked to do on *day*: the sentence of a reminder."""
    bodies = directory.answerable(obligation.body, day, obligation.owed_since)
    addressed = ", ".join(harmless(directory.name(body, day)) for body in bodies)
    key = request_key(obligation, OBLIGOR, day, texts)
    return texts.fill(key, addressed=addressed, obligor=addressed)


def _when(obligation: Obligation, day: date) -> str:
    if obligation.target is None:
        return "awaiting" if obligation.trace.get("awaiting_deadline") else "age"
    return "before" if day <= obligation.target else "after"
