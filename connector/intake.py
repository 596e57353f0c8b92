"""From messages to stored events: guard, contract, log and projection, one batch at a time.

It knows no broker: the service hands it deliveries, `replay` the lines of a file. What it
gives back says what became of each message; acknowledging, and publishing what has to go to
the dead letters, is the caller's work. A message must never be able to stop it.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from ..rules.event_types import EVENT_TYPES
from ..rules.events import Event, local_date, streams_by
from ..rules.faults import tell_fault_briefly
from ..rules.law import Law
from ..rules.secrecy import strictest
from ..rules.streams import DOCUMENTS, key_of
from ..storage.database import Store
from ..storage.engines.errors import StorageError
from ..storage.rejections import reject
from ..storage.secrecy.first_stage import redacted_among
from ..storage.secrecy.names import named_among, remembered_shapes
from ..storage.secrecy.remains import redact_untold
from ..storage.taking_in import NewEvent, Outcome, record
from .contract.belonging import EVERYTHING, Own, belonging
from .contract.guard import Limits, inspect, inspect_headers, secrecy_change
from .contract.verdicts import (
    Admitted,
    Foreign,
    Malformed,
    Message,
    Secret,
    Unestablished,
    Verdict,
)
from .examining import examine
from .secrecy.sifting import is_beyond_search, told

log = logging.getLogger(__name__)


class Result(StrEnum):
    """What became of a message; every one of them may be acknowledged."""

    STORED = "stored"
    """Stored, and taken into account."""
    IGNORED = "ignored"
    """Stored, of a type that this version does not know."""
    DUPLICATE = "duplicate"
    CONFLICT = "conflict"
    """The same source and id came before with another body: counted and flagged."""
    REDACTED = "redacted"
    """Its subject is secret, or became so by it."""
    REJECTED = "rejected"
    """Secrecy not established: only a record that something came is kept."""
    DEAD = "dead"
    """Declared normal but invalid: belongs into the dead letters, with the reason."""
    DISCARDED = "discarded"
    """Secret."""
    FOREIGN = "foreign"
    """Another unit's: nothing of it is kept."""


_QUOTES = "invalid, and it quotes what is redacted"
_UNSEARCHED = "invalid, and too large to be searched for what is redacted"

_BARRED = {
    Outcome.STREAM_FULL: "its stream has reached the limit on events; raise [limits] history",
    Outcome.ARCHIVED: "its subject was archived with its rows; replay the archive, then hand it"
    " over again",
}
_RESULTS = {
    Outcome.STORED: Result.STORED,
    Outcome.DUPLICATE: Result.DUPLICATE,
    Outcome.CONFLICT: Result.CONFLICT,
    Outcome.REDACTED: Result.REDACTED,
}


@dataclass(frozen=True, slots=True)
class Handled:
    """What became of one message. ``type`` is empty where it must not be said; ``time``: when
    it happened in HSCV; ``level``: of a secret one; ``reason``: why the secrecy of a rejected one
    is not established, in dondoc's own words, or by what it is another unit's; ``dead``: why it is
    a dead letter."""

    result: Result
    type: str = ""
    time: datetime | None = None
    level: str = ""
    reason: str = ""
    dead: Malformed | None = None


class Intake:
    """Takes messages in, under one law, into one store.

    *history_limit*: the most events of one stream; what comes beyond is a dead letter.
    *repeats*: the same messages may be handed over any number of times, as those of a file are;
    what was refused before is not counted again. *own*: what belongs to this unit.
    """

    def __init__(
        self,
        store: Store,
        law: Law,
        limits: Limits,
        history_limit: int,
        *,
        repeats: bool = False,
        own: Own = EVERYTHING,
    ) -> None:
        self._own = own
        self._store = store
        self._law = law
        self._limits = limits
        self._history_limit = history_limit
        self._repeats = repeats

    def handle(self, messages: Sequence[Message], received_at: datetime) -> list[Handled]:
        """Take *messages* in, durably, and say what became of each, in their order.

        Everything of them is committed when this returns. Raises StorageError where the
        database does not let it; then nothing was done that doing it again would not repair.
        """
        try:
            handled = self._handle(messages, received_at)
        except StorageError:
            raise
        except Exception as error:  # noqa: BLE001 - whatever it is, the queue must not stop
            # A fault of ours on one message must not take its neighbours along: each alone.
            log.warning(
                "a batch of %d messages failed (%s)", len(messages), tell_fault_briefly(error)
            )
            handled = [self._handle_alone(message, received_at) for message in messages]
        return self.withheld(messages, handled, received_at)

    def condemn(self, message: Message, received_at: datetime, *, whole: bool) -> Handled:
        """Put *message* aside, which took the process down each time it was handled.

        Declared normal: a dead letter. Secret: discarded. Not established: a rejection record.
        *whole*: go by all that it says; otherwise its body is not read, only its headers.
        """
        read = message if whole else Message(b"", message.content_type, message.headers)
        whose = belonging(read, self._own, self._limits)
        if isinstance(whose, Foreign):
            return _refused(whose)
        verdict = inspect(message, self._limits) if whole else inspect_headers(message)
        if isinstance(verdict, Admitted):
            reason = "dondoc was taken down each time it handled this event"
            dead = Malformed(reason, "body", verdict.id, verdict.sha256)
            handled = Handled(Result.DEAD, verdict.type, verdict.time, dead=dead)
        else:
            if isinstance(verdict, Unestablished):
                self._reject([verdict], received_at)
            handled = _refused(verdict)
        return self.withheld([read], [handled], received_at)[0]

    def _handle_alone(self, message: Message, received_at: datetime) -> Handled:
        try:
            return self._handle([message], received_at)[0]
        except StorageError:
            raise
        except Exception as error:  # whatever a message brings about must not stop the queue
            verdict = inspect(message, self._limits)
            if not isinstance(verdict, Admitted):
                raise
            reason = f"dondoc could not process it: {tell_fault_briefly(error)}"
            dead = Malformed(reason, "data", verdict.id, verdict.sha256)
            return Handled(Result.DEAD, verdict.type, verdict.time, dead=dead)

    def _handle(self, messages: Sequence[Message], received_at: datetime) -> list[Handled]:
        verdicts = self._judge_all(messages, received_at)
        admitted = [each for each in verdicts if isinstance(each, Admitted)]
        outcomes = iter(
            record(
                self._store,
                self._law,
                [self._new_event(each) for each in admitted],
                received_at,
                self._history_limit,
            )
        )
        # Last, since a batch that fails is handled again, message by message.
        unestablished = [each for each in verdicts if isinstance(each, Unestablished)]
        if unestablished:
            self._reject(unestablished, received_at)
        return [
            _stored(verdict, next(outcomes)) if isinstance(verdict, Admitted) else _refused(verdict)
            for verdict in verdicts
        ]

    def _judge_all(self, messages: Sequence[Message], received_at: datetime) -> list[Verdict]:
        """The verdict on each message; a change of secrecy that is not admitted takes effect all
        the same, and is no dead letter: it may hold what it was to hide."""
        verdicts = [examine(message, self._limits, self._own) for message in messages]
        levels: dict[str, str] = {}
        for at, (message, verdict) in enumerate(zip(messages, verdicts, strict=True)):
            change = None
            if not isinstance(verdict, Admitted | Foreign):
                change = secrecy_change(message, self._limits)
            if change is None:
                continue
            key = key_of(DOCUMENTS, change[0])
            levels[key] = strictest([levels.get(key), change[1]]) or change[1]
            if isinstance(verdict, Malformed):
                size = len(message.body)
                verdicts[at] = Unestablished(verdict.reason, verdict.event_id, size, verdict.sha256)
        if levels:
            redact_untold(self._store, self._law, levels, received_at)
        return verdicts

    def withheld(
        self, messages: Sequence[Message], handled: Sequence[Handled], received_at: datetime
    ) -> list[Handled]:
        """*handled*, with nothing in it that is on its way to the dead letters although it is
        about a redacted subject, or quotes one. Raises StorageError."""
        return [
            each if each.dead is None else self._dead_or_not(message, each, each.dead, received_at)
            for message, each in zip(messages, handled, strict=True)
        ]

    def _dead_or_not(
        self, message: Message, handled: Handled, dead: Malformed, received_at: datetime
    ) -> Handled:
        shapes = self._store.read(remembered_shapes)
        if shapes and is_beyond_search(message.body, message.content_encoding):
            return self._rejected(message, dead, _UNSEARCHED, received_at)
        stream, names = told(message.body, message.headers, message.content_encoding, shapes)
        if stream is not None and self._store.read(lambda tx: redacted_among(tx, [stream])):
            return Handled(Result.REDACTED, handled.type, handled.time)
        if not self._store.read(lambda tx: named_among(tx, names)):
            return handled
        return self._rejected(message, dead, _QUOTES, received_at)

    def _rejected(
        self, message: Message, dead: Malformed, reason: str, received_at: datetime
    ) -> Handled:
        """Only a record is kept of *message*, which would be a dead letter otherwise."""
        record = Unestablished(reason, dead.event_id, len(message.body), dead.sha256)
        self._reject([record], received_at)
        return Handled(Result.REJECTED, reason=reason)

    def _reject(self, refused: Sequence[Unestablished], received_at: datetime) -> None:
        reject(self._store, refused, received_at, repeats=self._repeats)

    def _new_event(self, admitted: Admitted) -> NewEvent:
        on = local_date(admitted.time)
        event = Event(
            source=admitted.source,
            id=admitted.id,
            type=admitted.type,
            subject=admitted.subject,
            time=admitted.time,
            sequence=admitted.sequence,
            data=admitted.data,
            on=on,
        )
        streams = streams_by(
            admitted.type, admitted.subject, admitted.data, on, self._law.directory
        )
        return NewEvent(
            event=event,
            streams=tuple(streams),
            body=admitted.body,
            structured=admitted.structured,
            sha256=admitted.sha256,
        )


def _stored(admitted: Admitted, outcome: Outcome) -> Handled:
    if outcome in _BARRED:
        reason = _BARRED[outcome]
        dead = Malformed(reason, "subject", admitted.id, admitted.sha256)
        return Handled(Result.DEAD, admitted.type, admitted.time, dead=dead)
    result = _RESULTS[outcome]
    if result is Result.STORED and admitted.type not in EVENT_TYPES:
        result = Result.IGNORED
    return Handled(result, admitted.type, admitted.time)


def _refused(verdict: Foreign | Secret | Unestablished | Malformed) -> Handled:
    if isinstance(verdict, Foreign):
        return Handled(Result.FOREIGN, reason=verdict.reason)
    if isinstance(verdict, Secret):
        return Handled(Result.DISCARDED, level=verdict.level)
    if isinstance(verdict, Unestablished):
        return Handled(Result.REJECTED, reason=verdict.reason)
    return Handled(Result.DEAD, dead=verdict)
