"""Dead letters as rows for a person or a program: what each is about, and why it was refused.

A letter was declared normal, so that its type and subject may be shown to whoever asks; none of it
may get into the log.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .dead_letters import Letter
from .secrecy.sifting import type_and_subject

COLUMNS = (
    *("position", "letter", "event_id", "reason", "path", "first_seen", "attempts", "size"),
    *("type", "subject"),
)
_LONGEST_SUBJECT = 500


def as_rows(found: Sequence[Letter]) -> list[dict[str, Any]]:
    """*found* as rows of COLUMNS; ``size`` in bytes, ``type`` without its prefix; it and
    ``subject`` are None where the letter does not tell them."""
    return [_row(position, letter) for position, letter in enumerate(found, 1)]


def _row(position: int, letter: Letter) -> dict[str, Any]:
    delivery = letter.delivery
    type_, subject = type_and_subject(delivery.body, letter.headers, delivery.content_encoding)
    return {
        "position": position,
        "letter": letter.id,
        "event_id": letter.event_id,
        "reason": letter.reason,
        "path": letter.path,
        "first_seen": letter.first_seen,
        "attempts": letter.attempts,
        "size": len(delivery.body),
        "type": type_,
        "subject": None if subject is None else subject[:_LONGEST_SUBJECT],
    }
