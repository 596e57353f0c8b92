"""A stored event as a line of an export of a whole database, with what the log knows of it besides
what it says: when it came, and the digest of the message that it came as.

What comes back is judged by the guard and the contract as whatever else comes in: a file is no
reason to store what is not established as normal.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from ...rules.events import streams_by
from ...rules.law import Law
from ...storage.moving.log import LoggedEvent
from ...storage.new_events import NewEvent
from ...storage.tables.forms import from_micros, to_micros
from ..contract.data.validation import validate
from ..contract.guard import Admitted, Limits, Message, Verdict, inspect
from .stored_lines import message_of

_NUMBERS = range(-(2**62), 2**62)


@dataclass(frozen=True, slots=True)
class EventLine:
    """An event of an export: as it is stored, and ``others``, the digests of what else came under
    its source and id."""

    logged: LoggedEvent
    others: tuple[bytes, ...]

    @classmethod
    def of(cls, told: object) -> EventLine:
        """The event that the object *told* of a line is. Raises ValueError, which quotes nothing
        of it."""
        if not isinstance(told, dict):
            raise ValueError("an event is no object")  # noqa: TRY004 - what a file says
        try:
            logged = LoggedEvent(
                row=0,
                type=_text(told, "type"),
                subject=_text(told, "subject"),
                source=_text(told, "source"),
                id=_text(told, "id"),
                time=_time(told, "time"),
                sequence=None if told["sequence"] is None else _number(told, "sequence"),
                structured=bool(told["structured"]),
                body=_text(told, "body").encode(),
                sha256=bytes.fromhex(told["sha256"]),
                received_at=_time(told, "received_at"),
                conflicts=_number(told, "conflicts"),
                # Of files from before there were dialects they are absent.
                dialect=_text(told, "dialect") if told.get("dialect") is not None else None,
                message=bytes.fromhex(told["message"]) if told.get("message") else None,
            )
            others = tuple(bytes.fromhex(each) for each in told["others"])
        except (KeyError, TypeError, ValueError, OverflowError):
            raise ValueError("an event is not as it has to be") from None
        return cls(logged, others)

    def object(self) -> dict[str, Any]:
        """The object that `of` reads."""
        logged = self.logged
        return {
            "source": logged.source,
            "id": logged.id,
            "type": logged.type,
            "subject": logged.subject,
            "time": to_micros(logged.time),
            "sequence": logged.sequence,
            "structured": logged.structured,
            "body": logged.body.decode(),
            "sha256": logged.sha256.hex(),
            "received_at": to_micros(logged.received_at),
            "conflicts": logged.conflicts,
            "others": [each.hex() for each in self.others],
            "dialect": logged.dialect,
            "message": logged.message.hex() if logged.message is not None else None,
        }

    def judged(self, limits: Limits) -> Verdict:
        """What guard and contract say to it. An event that lost words which may not be kept is
        still the one that was taken in."""
        message = message_of(self.logged)
        verdict = inspect(Message(message.body, message.content_type, message.headers), limits)
        if not isinstance(verdict, Admitted):
            return verdict
        if sha256(self.logged.body).digest() != self.logged.sha256:
            return verdict
        return validate(verdict, limits.max_items, limits.max_bodies) or verdict

    def new_event(self, admitted: Admitted, law: Law) -> NewEvent:
        """What is stored of it, being *admitted*, under *law*."""
        event = admitted.event()
        streams = streams_by(event.type, event.subject, event.data, event.on, law.directory)
        return NewEvent(
            event=event,
            streams=tuple(streams),
            body=admitted.body,
            structured=admitted.structured,
            sha256=self.logged.sha256,
            received_at=self.logged.received_at,
            others=self.others,
            conflicts=max(self.logged.conflicts - len(self.others), 0),
            dialect=self.logged.dialect,
            message=self.logged.message,
        )


def _text(told: dict[str, Any], name: str) -> str:
    value = told[name]
    if not isinstance(value, str) or "\0" in value:
        raise ValueError(name)
    value.encode()
    return value


def _number(told: dict[str, Any], name: str) -> int:
    value = told[name]
    if isinstance(value, bool) or not isinstance(value, int) or value not in _NUMBERS:
        raise ValueError(name)
    return value


def _time(told: dict[str, Any], name: str) -> datetime:
    return from_micros(_number(told, name))
