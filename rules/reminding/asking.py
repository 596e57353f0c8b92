"""What is asked of a body: which sentence of the texts, by its part and by the day."""

from __future__ import annotations

from datetime import date

from ..directory import Directory
from ..obligations import Obligation
from ..rule import Rule
from ..wording import Texts, harmless
from .policy import OBLIGOR

WHENS = ("before", "after", "age", "awaiting")
"""When something is asked: before the target, after it, or without a clock, where a deadline may
still be to be set."""
REQUEST_BRACES = frozenset({"addressed", "obligor"})


def request(
    obligation: Obligation,
    role: str,
    day: date,
    texts: Texts,
    rule: Rule | None,
    bodies: tuple[str, str],
) -> str:
    """What is asked on *day* of whoever has the part *role* in *obligation*: of whoever owes it,
    what its *rule* has for that. *bodies*: the names of whoever is addressed, and of whoever owes.
    """
    when = _when(obligation, day)
    braces = dict(zip(("addressed", "obligor"), bodies, strict=True))
    own = rule.text(texts.language, when) if rule and role == OBLIGOR else None
    if own is not None:
        return own.format_map(braces)
    return texts.fill(f"reminder.request.{role}.{when}", **braces)


def asked_of(
    obligation: Obligation, directory: Directory, texts: Texts, day: date, rule: Rule | None
) -> str:
    """What whoever owes *obligation*, of *rule*, is asked to do on *day*: the sentence of a
    reminder."""
    bodies = directory.answerable(obligation.body, day, obligation.owed_since)
    addressed = ", ".join(harmless(directory.name(body, day)) for body in bodies)
    return request(obligation, OBLIGOR, day, texts, rule, (addressed, addressed))


def _when(obligation: Obligation, day: date) -> str:
    if obligation.target is None:
        return "awaiting" if obligation.trace.get("awaiting_deadline") else "age"
    return "after" if obligation.is_past_target(day) else "before"
