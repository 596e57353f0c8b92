"""Dead letters: events declared normal that are not what the contract says, with the reason.

They are written by dondoc alone, after the guard, so that nothing secret ever gets into
`dondoc.dead`; nothing consumes that queue but the `dead` commands. A reason never quotes the
message: it is dondoc's own words and the path of a field.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from .contract import PATH_HEADER, REASON_HEADER
from .message import Malformed
from .transport import Client, Delivery, Outgoing

FIRST_SEEN_HEADER = "dondoc-first-seen"
ATTEMPTS_HEADER = "dondoc-attempts"
ID_HEADER = "dondoc-event-id"

_OWN = frozenset({REASON_HEADER, PATH_HEADER, FIRST_SEEN_HEADER, ATTEMPTS_HEADER, ID_HEADER})
_BROKER_HEADERS = frozenset({"x-death", "x-delivery-count", "x-first-death-queue"})


COLUMNS = ("position", "event_id", "reason", "path", "first_seen", "attempts", "size")


def dead_letter(queue: str, delivery: Delivery, why: Malformed, now: datetime) -> Outgoing:
    """*delivery* whole, on its way to the dead letters in *queue*.

    A message that was dead before keeps when it was first seen, and counts another attempt.
    """
    kept = {
        name: value
        for name, value in delivery.headers.items()
        if name not in _OWN and name not in _BROKER_HEADERS and isinstance(value, str | int | bytes)
    }
    return Outgoing(
        exchange="",
        routing_key=queue,
        body=delivery.body,
        content_type=delivery.content_type or "application/octet-stream",
        message_id=why.sha256.hex()[:32],
        headers={
            **kept,
            REASON_HEADER: why.reason,
            PATH_HEADER: why.path,
            ID_HEADER: why.event_id or "",
            FIRST_SEEN_HEADER: _text(delivery.headers, FIRST_SEEN_HEADER) or now.isoformat(),
            ATTEMPTS_HEADER: _number(delivery.headers, ATTEMPTS_HEADER) + 1,
        },
    )


def list_dead(client: Client, queue: str, limit: int) -> list[dict[str, Any]]:
    """The first *limit* dead letters in *queue*, oldest first, as rows of COLUMNS; they stay
    where they are. ``event_id`` is empty where it could not be read; ``size`` in bytes."""
    return [
        {
            "position": position,
            "event_id": _text(delivery.headers, ID_HEADER),
            "reason": _text(delivery.headers, REASON_HEADER),
            "path": _text(delivery.headers, PATH_HEADER),
            "first_seen": _text(delivery.headers, FIRST_SEEN_HEADER),
            "attempts": _number(delivery.headers, ATTEMPTS_HEADER),
            "size": len(delivery.body),
        }
        for position, delivery in enumerate(client.get(queue, limit), 1)
    ]


def _text(headers: Mapping[str, Any], name: str) -> str:
    value = headers.get(name, "")
    return value.decode(errors="replace") if isinstance(value, bytes) else str(value)


def _number(headers: Mapping[str, Any], name: str) -> int:
    value = headers.get(name, 0)
    return value if isinstance(value, int) else 0
