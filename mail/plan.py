"""When letters go, how many, and as whose: what an office has set. Plain values."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from ..rules.reminding.policy import ESCALATED


@dataclass(frozen=True)
class MailPlan:
    """How letters go. ``at``: when digests go, since local midnight; ``single``: the steps that
    go at once in a letter of their own, at most ``single_limit`` to a body on a day;
    ``per_minute``: how many letters go at most. ``sender_name`` None: the Office's name.
    ``list_id``: a host name that stands for all of an office's letters. ``page_of``: gives the
    address of a body's page by its code, where the office has pages."""

    sender: str
    list_id: str
    sender_name: str | None = None
    reply_to: str | None = None
    at: timedelta = timedelta(hours=7, minutes=45)
    single: tuple[str, ...] = (ESCALATED,)
    single_limit: int = 10
    per_minute: int = 60
    page_of: Callable[[str], str] | None = None
