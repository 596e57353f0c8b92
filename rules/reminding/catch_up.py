"""What a body is told at the first start: all that had come before it, once, by its number.

The message names no document and quotes nobody: it counts, and says by which ids what it counts
is found. Nothing is decided here; `decision` says what belongs to it.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from hashlib import sha256
from itertools import groupby
from typing import Any

from ..directory import OFFICE, Directory
from ..events import LOCAL, local_date
from ..secrecy import ATTRIBUTE, NORMAL
from ..wording import Texts
from .policy import COORDINATING, OBLIGOR
from .routing import routing_word
from .text import body_name

DIGEST = "digest"
"""The first word of the routing keys of such messages."""
TYPE = f"dondoc.{DIGEST}.catch_up"
LISTED = 1000
"""How many obligations a message names at most: 35 kB of ids, whatever a body owes."""

_VOICES = (OBLIGOR, COORDINATING, OFFICE, "above")
CATCH_UP = {
    "catch_up.text": frozenset({"addressed", "date", "parts", "request"}),
    "catch_up.count": frozenset({"rule", "number"}),
    "catch_up.late.some": frozenset({"overdue"}),
    "catch_up.late.all": frozenset(),
    "catch_up.late.one": frozenset(),
    **{f"catch_up.part.{voice}": frozenset({"number", "late", "counts"}) for voice in _VOICES},
    **{f"catch_up.request.{voice}": frozenset({"addressed"}) for voice in _VOICES},
}
"""Every text that such a message needs, with the braces that it may have."""


class CatchUp(StrEnum):
    """What becomes of the steps that had come before the first start."""

    DIGEST = "digest"
    """Each body is told of all of them in one message."""
    ALL = "all"
    """The highest of each obligation is reminded of by itself."""
    NONE = "none"
    """Nobody is told."""


@dataclass(frozen=True, slots=True)
class CaughtUp:
    """An obligation in such a message: the ``reminder`` that it takes the place of, by its id, the
    ``role`` in which the body is told, whether it is ``overdue`` on the day, and its ``duty`` in
    words."""

    reminder: str
    obligation: str
    rule: str
    role: str
    due: date | None
    overdue: bool
    duty: str


def catch_up_id(body: str, entries: Iterable[CaughtUp]) -> str:
    """The identity of the message to *body* of these *entries*, in whatever order they are."""
    told = [body, *sorted(entry.reminder for entry in entries)]
    return sha256(json.dumps(told).encode()).hexdigest()[:32]


def catch_up_key(body: str) -> str:
    """``digest.<body>.catch_up``, three words whatever the code of the body holds."""
    return f"{DIGEST}.{routing_word(body)}.catch_up"


def catch_up_event(
    body: str, entries: Sequence[CaughtUp], directory: Directory, texts: Texts, time: datetime
) -> dict[str, Any]:
    """The CloudEvent that tells *body* of *entries*, of which there is one at least, at the aware
    *time*, in structured mode. The longest overdue are named first."""
    worst = sorted(entries, key=lambda entry: (not entry.overdue, entry.due or date.max))
    named = list(dict.fromkeys(entry.obligation for entry in worst))
    return {
        "specversion": "1.0",
        "id": catch_up_id(body, entries),
        "source": "dondoc",
        "type": TYPE,
        "time": time.astimezone(LOCAL).isoformat(),
        "subject": body,
        ATTRIBUTE: NORMAL,
        "datacontenttype": "application/json",
        "data": {
            "body": body,
            "on": local_date(time).isoformat(),
            "number": len(named),
            "overdue": sum(entry.overdue for entry in entries),
            "counts": _by_number(entry.rule for entry in entries),
            "roles": _by_number(entry.role for entry in entries),
            "obligations": named[:LISTED],
            "not_listed": max(0, len(named) - LISTED),
            "text": catch_up_text(body, entries, local_date(time), directory, texts),
        },
    }


def catch_up_text(
    body: str, entries: Sequence[CaughtUp], on: date, directory: Directory, texts: Texts
) -> str:
    """What a person of *body* reads of *entries* on the day *on*: one paragraph, in NFC."""
    ordered = sorted(entries, key=lambda entry: _VOICES.index(_voice(entry)))
    addressed = body_name(body, ordered[0].role, on, directory, texts)
    return texts.fill(
        "catch_up.text",
        addressed=addressed,
        date=texts.date(on),
        parts="; ".join(_parts(ordered, texts)),
        request=texts.fill(f"catch_up.request.{_voice(ordered[0])}", addressed=addressed),
    )


def _parts(ordered: Iterable[CaughtUp], texts: Texts) -> Iterator[str]:
    """What the body owes itself first, then what it is told of for another reason."""
    for voice, found in groupby(ordered, key=_voice):
        told = list(found)
        # Rules that demand the same of a reader are one to him.
        counts = _by_number(entry.duty for entry in told)
        yield texts.fill(
            f"catch_up.part.{voice}",
            number=len(told),
            late=_late(told, texts),
            counts="; ".join(
                texts.fill("catch_up.count", rule=rule, number=number)
                for rule, number in counts.items()
            ),
        )


def _late(told: Sequence[CaughtUp], texts: Texts) -> str:
    overdue = sum(entry.overdue for entry in told)
    if not overdue:
        return ""
    if overdue < len(told):
        return texts.fill("catch_up.late.some", overdue=overdue)
    return texts.fill("catch_up.late.one" if overdue == 1 else "catch_up.late.all")


def _voice(entry: CaughtUp) -> str:
    return entry.role if entry.role in _VOICES else _VOICES[-1]


def _by_number(names: Iterable[str]) -> dict[str, int]:
    """How many of each, the most first."""
    return dict(sorted(Counter(names).items(), key=lambda item: (-item[1], item[0])))
