"""A message that carries a whole event of the contract: HSCV's own outbox, sent by Debezium.

What is carried goes through the contract's own guard, so that an event is read in one way. What
stands around it can only make it secret or doubtful.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from datetime import datetime
from hashlib import sha256
from typing import Any

from ...rules.normalising import one_form
from ..contract.attributes import STRUCTURED_TYPE
from ..contract.body import Limits
from ..contract.guard import inspect, secrecy_change
from ..contract.verdicts import Admitted, Judged, Malformed, Message, Secret, Unestablished
from .doubts import NOT_STATED
from .opening import MessageOpening, Opened
from .paths import MISSING, Path, ValueFault
from .readings import Seen
from .saying import EventsSaid, SaidEvent, Saying, Withdrawn


@dataclass(frozen=True, slots=True)
class CarriedDialect:
    """A dialect whose messages carry events of the contract at ``path``, as objects or texts."""

    name: str
    opening: MessageOpening = field(repr=False)
    path: Path = field(repr=False)

    def read(self, message: Message, limits: Limits, arrival: datetime, *, normal: bool) -> Saying:
        """What *message* says; see `saying.Dialect`. That a queue is *normal* does not make up for
        an event that does not say so itself."""
        del normal
        opened = self.opening.opened(message, limits, arrival, normal=True)
        if not isinstance(opened, Opened):
            return opened
        if opened.judged.doubt is not None:
            return Unestablished.of(message, opened.judged.doubt)
        carried = self._carried(opened)
        if opened.judged.level is not None:
            change = secrecy_change(carried, limits) if carried else None
            return Withdrawn(change[1], change[0]) if change else Secret(opened.judged.level)
        if carried is None:
            return Unestablished.of(message, NOT_STATED)
        verdict = inspect(carried, limits)
        if isinstance(verdict, Malformed):
            verdict = replace(verdict, about=_about(carried))
        return _said(verdict, message)

    def _carried(self, opened: Opened) -> Message | None:
        """The event that *opened* carries, as a message of its own; None where there is none."""
        value = self._value(opened)
        if value is MISSING or value is None:
            return None
        if isinstance(value, str):
            text = value
        elif value is opened.body.value:
            text = opened.body.text
        else:
            text = json.dumps(value, ensure_ascii=False)
        return Message(text.encode(errors="surrogatepass"), STRUCTURED_TYPE, {})

    def _value(self, opened: Opened) -> Any:
        whole = opened.body.value
        if self.path.steps:
            try:
                return Seen(opened.view).at(self.path)
            except ValueFault:
                return None
        # The whole body, which is no row; only what Debezium may have put around it is taken off.
        schema = isinstance(whole, dict) and whole.keys() == {"schema", "payload"}
        return whole["payload"] if schema else whole


def _about(carried: Message) -> frozenset[str]:
    """The subject of the event *carried*, of which something is invalid."""
    value = json.loads(carried.body)
    subject = value.get("subject") if isinstance(value, dict) else None
    return frozenset((one_form(subject),)) if isinstance(subject, str) and subject else frozenset()


def _said(verdict: Judged, message: Message) -> Saying:
    """What the contract's guard said of what *message* carries, as said of the whole."""
    digest = sha256(message.body).digest()
    if isinstance(verdict, Admitted):
        event = SaidEvent(
            type=verdict.type,
            id=verdict.id,
            source=verdict.source,
            subject=verdict.subject,
            time=verdict.time,
            sequence=verdict.sequence,
            data=verdict.data,
            admitted=verdict,
        )
        return EventsSaid((event,))
    if isinstance(verdict, Unestablished):
        return replace(verdict, size=len(message.body), sha256=digest)
    return replace(verdict, sha256=digest) if isinstance(verdict, Malformed) else verdict
