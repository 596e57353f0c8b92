"""What a body is told in one letter, as values.

Nothing here reads the state or knows how a letter looks: `collecting` makes these values, and
`composing` makes an e-mail of them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from hashlib import sha256


class LineKind(StrEnum):
    """How an obligation stands on the day of a letter, and under which heading it is told.

    Counted from the due date, or the target where it has none of its own. OVERDUE: it has passed,
    escalated or not. DUE_TODAY: it is today, or today is the last working day before it. DUE_SOON:
    it is later. WITHOUT_DEADLINE: no clock, or none yet.
    """

    OVERDUE = "overdue"
    DUE_TODAY = "due_today"
    DUE_SOON = "due_soon"
    WITHOUT_DEADLINE = "without_deadline"


@dataclass(frozen=True, slots=True)
class DigestLine:
    """One obligation in a letter.

    ``reminders``: the ids of the reminders that it stands for. ``new``: told of for the first time
    in this letter. ``document``: as officials name it ("Công văn số 13/UBND-VP ngày 04/9/2026 của
    UBND huyện"), with ``symbol`` and ``issued`` of it. ``content``: of the task, or the abstract,
    whole. ``working_days``: left until the due date, negative: late by it, None without one.
    ``duty``: what has to be done, from whom, about whom and what is missing, in a reminder's words
    (`rules.reminding.text.duty_of`); empty where ``rule_title`` says enough.
    ``due_at``, ``target_at``: the moments of these days at which the terms end; None: with the day.
    ``age``: working days since the opening of what has no clock. ``obligor``: who owes it, by
    name, where that is not the body that the letter goes to. ``article``: short, with its
    regulation ("Điều 6.2.b QĐ 02/2015/QĐ-UBND"). ``asked``: what is asked of the body, a sentence.
    ``role`` and ``step`` are those of the reminder. What HSCV's users wrote may hold anything.
    """

    obligation: str
    reminders: tuple[str, ...]
    kind: LineKind
    new: bool
    document: str
    symbol: str | None
    issued: date | None
    content: str | None
    rule_title: str
    due: date | None
    target: date | None
    working_days: int | None
    article: str
    asked: str
    role: str
    step: str
    obligor: str | None = None
    age: int | None = None
    duty: str = ""
    due_at: datetime | None = None
    target_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Digest:
    """What one body is told in one letter, on the local day ``on``.

    ``salutation``: how its head is addressed, after "Kính gửi: ". ``lines`` in any order.
    ``single``: a letter at once about one reminder. ``joined``: single letters over the day's cap
    that this one takes in. ``without_address``: names of bodies that no letter can reach, told to
    the Office alone. ``catch_up``: the first letter of an installation, which counts by rule what
    had come before it. ``page``: the address of the body's page in the office's own web
    server, where the whole list stands; None where there is none.
    """

    body: str
    body_name: str
    salutation: str
    on: date
    lines: tuple[DigestLine, ...]
    single: bool = False
    joined: int = 0
    without_address: tuple[str, ...] = ()
    catch_up: bool = False
    page: str | None = None


@dataclass(frozen=True, slots=True)
class Mailbox:
    """From whom and to whom a letter goes. ``list_id``: a host name that stands for all letters
    of an office ("don-doc.huyen.example"), also the right side of their Message-IDs. ``copies``:
    addresses that get the same letter; ``reply_to``: where answers go, None for the sender."""

    sender_name: str
    sender_address: str
    to: tuple[str, ...]
    list_id: str
    copies: tuple[str, ...] = ()
    reply_to: str | None = None


def message_id(reminders: Iterable[str], body: str, list_id: str) -> str:
    """The Message-ID of a letter to *body* about *reminders* (their ids, in any order), with its
    angle brackets: the same for the same, so that a letter that comes twice is recognised."""
    told = json.dumps([body, *sorted(set(reminders))])
    return f"<{sha256(told.encode()).hexdigest()[:32]}@{list_id}>"
