"""The contract's events as edXML's messages make them: whose, about what, when, under which id."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from ....rules.document_names import EDXML_SOURCE
from ...contract.attributes import is_identifier
from ..saying import SaidEvent
from .identity import Identity, event_id
from .reasons import Flaw, Invalid

_AHEAD = timedelta(days=1)
"""How far a clock elsewhere may be ahead of ours."""


def is_ahead(time: datetime, arrival: datetime) -> bool:
    """Whether *time* lies further ahead of the *arrival* than clocks differ."""
    return time > arrival + _AHEAD


@dataclass(frozen=True, slots=True)
class Teller:
    """A message that tells of events: the organ that is its ``sender``, the time ``stated`` in it
    (None where it says none), and its ``arrival``."""

    sender: str
    stated: datetime | None
    arrival: datetime

    def tell(
        self,
        type_: str,
        about: Identity,
        said: Mapping[str, Any],
        *,
        derived: Mapping[str, Any] | None = None,
        organ: str | None = None,
        at_arrival: bool = False,
        path: str = "",
    ) -> SaidEvent:
        """An event of this message *about* a document.

        *said* is what the message says, *derived* what follows from settings or from the arrival;
        *organ*: whose task it is about; *path*: where it was read.
        """
        stated = self.stated
        if at_arrival or stated is None or is_ahead(stated, self.arrival):
            time = self.arrival
        else:
            time = stated
        return SaidEvent(
            type=type_,
            id=event_id(type_, about.subject, self.stated, said, organ),
            source=f"{EDXML_SOURCE}{self.sender}",
            subject=about.subject,
            time=time,
            sequence=None,
            data={**said, **(derived or {})},
            path=path,
            unsaid=frozenset(derived or ()),
        )


def task_of(about: Identity, body: str) -> str:
    """The id of the task that a document is to one *body*: edXML knows no tasks. Raises Invalid."""
    task = f"{about.subject}#{body}"
    if not is_identifier(task):
        raise Invalid(Flaw.IDENTITY, "DocumentId")
    return task
