"""What HSCV says happened, as the law reads it.

An event is already validated by the contract when it gets here; this module only gives it
its place: its local date, its order, and the streams whose history it belongs to. It must
never decide what an event means: that is the projection's work.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from .directory import Directory
from .local_time import LOCAL as LOCAL  # noqa: PLC0414 - others know it from here
from .streams import REPORTS, key_of, kind_of

PREFIX = "hscv."
"""Prefix of every event type of HSCV; inside dondoc a type is written without it."""


@dataclass(frozen=True, slots=True)
class Event:
    """One event of HSCV, accepted and validated.

    ``type`` is without its ``hscv.`` prefix ("task.assigned"); ``time`` is aware; ``on`` is
    its local date; ``data`` is the plain JSON object of the event, dates as "YYYY-MM-DD",
    text in NFC. (``source``, ``id``) identifies it (CloudEvents 1.0, 3.1). ``under``: the code
    that it came under, where ``data`` has that of a body for which its sender stands.
    """

    source: str
    id: str
    type: str
    subject: str
    time: datetime
    sequence: int | None
    data: Mapping[str, Any]
    on: date
    under: str | None = None

    @property
    def key(self) -> tuple[str, str]:
        """The identity of the event: (source, id)."""
        return (self.source, self.id)

    @property
    def order(self) -> tuple[datetime, int, str, str]:
        """Its place in a stream: time, then sequence (absent first), then source and id."""
        return (self.time, -1 if self.sequence is None else self.sequence, self.source, self.id)


def local_date(time: datetime) -> date:
    """The local date of an aware *time*."""
    return LOCAL.date_of(time)


def streams_by(
    type_: str, subject: str, data: Mapping[str, Any], on: date, directory: Directory
) -> list[str]:
    """The streams of `streams_of` by the *directory* of the day *on*, and those of each other body
    whose act it is too: of a predecessor, whose report it may be that is still owed."""
    office = directory.office(on)
    streams = streams_of(type_, subject, data, office)
    actor = data.get("body") or office
    if kind_of(type_) == REPORTS and actor and streams == [key_of(REPORTS, actor)]:
        return [key_of(REPORTS, body) for body in reported_by(str(actor), data, on, directory)]
    return streams


def reported_by(
    actor: str, data: Mapping[str, Any], on: date, directory: Directory
) -> tuple[str, ...]:
    """The bodies whose report it is when *actor* hands it in. Each owes its own on a period; what
    was asked for by name is asked for once."""
    return directory.acts_for(actor, on, alone="request_id" not in data)


def streams_of(type_: str, subject: str, data: Mapping[str, Any], office: str | None) -> list[str]:
    """The streams an event belongs to, as ``<kind>:<subject>`` (contract, Envelope).

    Tasks belong to their document. Report and plan events belong to ``reports:<body>``, one
    stream for each body that the data names; a publication names none and is the *office*'s
    (the body of kind office on the day, or None where there is none). A later version's
    type goes by its first word.
    """
    kind = kind_of(type_)
    if kind != REPORTS:
        return [key_of(kind, subject)]
    bodies = data.get("bodies")
    if isinstance(bodies, list) and bodies:
        return [key_of(REPORTS, body) for body in dict.fromkeys(bodies)]
    return [key_of(REPORTS, data.get("body") or office or subject)]
