"""From messages to stored events: guard, contract, log and projection, one batch at a time.

It knows no broker: the service hands it deliveries, `replay` the lines of a file. What it
gives back says what became of each message; acknowledging, and publishing what has to go to
the dead letters, is the caller's work. A message must never be able to stop it.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from ..rules.document_names import names_given
from ..rules.event_types import EVENT_TYPES
from ..rules.events import streams_by
from ..rules.faults import tell_fault_briefly
from ..rules.law import Law
from ..rules.secrecy import strictest
from ..rules.streams import DOCUMENTS, key_of
from ..storage.database import Store
from ..storage.engines.errors import StorageError
from ..storage.hot_streams import HOT_BYTES, HotStreams
from ..storage.new_events import NewEvent, Outcome
from ..storage.numbering import tell_known
from ..storage.rejections import reject
from ..storage.renamed import called_otherwise, rejoin
from ..storage.secrecy.remains import redact_untold
from ..storage.taking_in import record
from .contract.belonging import EVERYTHING, Own
from .contract.guard import Limits
from .contract.verdicts import Admitted, Foreign, Malformed, Message, Secret, Unestablished
from .dialects.saying import Nothing
from .examining import Examined, Examiner, ReadMessage, Refusal, Tongue
from .handled import Handled, Result
from .merging import Merging
from .secrecy.withholding import withheld

log = logging.getLogger(__name__)

_CONDEMNED = "dondoc was taken down each time it handled this event"

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


class Intake:
    """Takes messages in, under one law, into one store.

    *history_limit*: the most events of one stream; what comes beyond is a dead letter.
    *repeats*: the same messages may be handed over any number of times, as those of a file are;
    what was refused before is not counted again. *hot_bytes*: how much of streams is remembered at
    most. *own*: what belongs to this unit; *tongues*: how
    messages of queues are read that have a dialect.
    """

    def __init__(
        self,
        store: Store,
        law: Law,
        limits: Limits,
        history_limit: int,
        *,
        repeats: bool = False,
        hot_bytes: int = HOT_BYTES,
        own: Own = EVERYTHING,
        tongues: Mapping[str, Tongue] | None = None,
    ) -> None:
        self._store = store
        self._law = law
        self._examiner = Examiner(limits, own, tongues)
        self._history_limit = history_limit
        self.hot = HotStreams(law, hot_bytes)
        self._repeats = repeats
        self._merging = Merging(store)

    def handle(self, messages: Sequence[Message], received_at: datetime) -> list[Handled]:
        """Take *messages* in, durably, and say what became of each, in their order.

        Everything of them is committed when this returns. Raises StorageError where the
        database does not let it; then nothing was done that doing it again would not repair.
        """
        examined = [self._examiner.examine(message, received_at) for message in messages]
        return self.withheld(messages, self._taken(examined, received_at), received_at)

    def handle_read(self, read: Sequence[ReadMessage], received_at: datetime) -> list[Handled]:
        """The same for messages that were *read* before, of which nothing is at hand any more that
        could be a dead letter: what is wrong with one is kept as a record."""
        return self._taken([self._examiner.examine_read(each) for each in read], received_at)

    def forget_changed(self) -> None:
        """Forget of what is remembered of streams whatever others have changed. Raises
        StorageError."""
        self._store.read(self.hot.forget_changed)

    def condemn(self, message: Message, received_at: datetime, *, whole: bool) -> Handled:
        """Put *message* aside, which took the process down each time it was handled.

        Declared normal: a dead letter. Secret: discarded. Not established: a rejection record.
        *whole*: go by all that it says; otherwise its body is not read, only its headers.
        """
        if whole:
            examined = self._examiner.examine(message, received_at)
        else:
            examined = Examined(refused=self._examiner.examine_headers(message))
        if examined.refused is None:
            handled = self._aside(examined, "body", _CONDEMNED, received_at)
        else:
            if isinstance(examined.refused, Unestablished):
                self._reject([examined.refused], received_at)
            handled = handled_refusal(examined, examined.refused)
        read = message if whole else replace(message, body=b"")
        return self.withheld([read], [handled], received_at)[0]

    def _taken(self, examined: Sequence[Examined], received_at: datetime) -> list[Handled]:
        try:
            handled = self._take(examined, received_at)
        except StorageError:
            raise
        except Exception as error:  # noqa: BLE001 - whatever it is, the queue must not stop
            # A fault of ours on one message must not take its neighbours along: each alone.
            log.warning(
                "a batch of %d messages failed (%s)", len(examined), tell_fault_briefly(error)
            )
            handled = [self._take_alone(each, received_at) for each in examined]
        self._merging.count(len(examined), received_at)
        return handled

    def _take_alone(self, examined: Examined, received_at: datetime) -> Handled:
        try:
            return self._take([examined], received_at)[0]
        except StorageError:
            raise
        except Exception as error:  # whatever a message brings about must not stop the queue
            if examined.refused is not None:
                raise
            reason = f"dondoc could not process it: {tell_fault_briefly(error)}"
            return self._aside(examined, "data", reason, received_at)

    def _take(self, examined: Sequence[Examined], received_at: datetime) -> list[Handled]:
        redacted = self._redact(examined, received_at)
        events = [self._new_event(event, each) for each in examined for event in each.events]
        store, law, limit = self._store, self._law, self._history_limit
        outcomes = iter(record(store, law, events, received_at, limit, hot=self.hot))
        named = names_given(each.event for each in events)
        if rejoin(store, law, named, received_at, limit) or redacted:
            self.forget_changed()
        handled = [
            _together([_stored(event, next(outcomes), each.about) for event in each.events])
            if each.refused is None
            else handled_refusal(each, each.refused)
            for each in examined
        ]
        refused = [each.refused for each in examined]
        records = [each for each in refused if isinstance(each, Unestablished)]
        for at, each in enumerate(examined):
            dead = handled[at].dead
            if dead is not None and not each.may_be_kept(dead.about):
                records.append(each.record(dead))
                handled[at] = _recorded(handled[at], records[-1].reason)
        # Last, since a batch that fails is handled again, message by message.
        if records:
            self._reject(records, received_at)
        numbers = [each.number for each in refused if isinstance(each, Nothing) and each.number]
        if numbers:
            self._store.transact(lambda tx: tell_known(tx, numbers, received_at))
        return handled

    def _aside(self, examined: Examined, path: str, reason: str, received_at: datetime) -> Handled:
        """Put a message aside for that *reason*, with whose events nothing else is wrong: a dead
        letter, or a record where an erasure would not find one."""
        event = examined.events[0]
        digest = examined.sha256 or event.sha256
        dead = Malformed(reason, path, event.id, digest, examined.about)
        handled = Handled(Result.DEAD, event.type, event.time, dead=dead)
        if examined.may_be_kept(dead.about):
            return handled
        kept = examined.record(dead)
        self._reject([kept], received_at)
        return _recorded(handled, kept.reason)

    def _redact(self, examined: Sequence[Examined], received_at: datetime) -> bool:
        """Make secret what messages make secret that tell of no event: it takes effect whether the
        rest of them can be taken in or not. Gives whether any does."""
        levels: dict[str, str] = {}
        for each in examined:
            for subject, level in each.changes:
                key = key_of(DOCUMENTS, subject)
                levels[key] = strictest([levels.get(key), level]) or level
        if levels:
            named = self._store.read(lambda tx: called_otherwise(tx, levels))
            for key, other in named.items():
                levels[other] = strictest([levels.get(other), levels[key]]) or levels[key]
            redact_untold(self._store, self._law, levels, received_at)
        return bool(levels)

    def withheld(
        self, messages: Sequence[Message], handled: Sequence[Handled], received_at: datetime
    ) -> list[Handled]:
        """*handled*, with nothing in it that is on its way to the dead letters although it is
        about a redacted subject, or quotes one. Raises StorageError."""
        left, records = withheld(self._store, messages, handled)
        if records:
            self._reject(records, received_at)
        return left

    def _reject(self, refused: Sequence[Unestablished], received_at: datetime) -> None:
        reject(self._store, refused, received_at, repeats=self._repeats)

    def _new_event(self, admitted: Admitted, examined: Examined) -> NewEvent:
        event = admitted.event()
        streams = streams_by(event.type, event.subject, event.data, event.on, self._law.directory)
        return NewEvent(
            event=event,
            streams=tuple(streams),
            body=admitted.body,
            structured=admitted.structured,
            sha256=admitted.sha256,
            dialect=examined.dialect or None,
            message=examined.sha256 if examined.dialect else None,
        )


def _together(several: list[Handled]) -> Handled:
    """What became of a message, where *several* events that it tells of were taken in: a dead
    letter, where one of them is, whose repeats are duplicates."""
    if len(several) == 1:
        return several[0]
    whole = next((each for each in several if each.dead is not None), several[0])
    return replace(whole, parts=tuple(several))


def _stored(admitted: Admitted, outcome: Outcome, about: frozenset[str]) -> Handled:
    if outcome in _BARRED:
        reason = _BARRED[outcome]
        dead = Malformed(reason, "subject", admitted.id, admitted.sha256, about)
        return Handled(Result.DEAD, admitted.type, admitted.time, dead=dead)
    result = _RESULTS[outcome]
    if result is Result.STORED and admitted.type not in EVENT_TYPES:
        result = Result.IGNORED
    return Handled(result, admitted.type, admitted.time)


def _recorded(handled: Handled, reason: str) -> Handled:
    """*handled*, of which a record is kept for that *reason* and no dead letter."""
    parts = tuple(_recorded(each, reason) if each.dead else each for each in handled.parts)
    return replace(
        handled, result=Result.REJECTED, reason=reason, dead=None, parts=parts, invalid=True
    )


def handled_refusal(examined: Examined, verdict: Refusal) -> Handled:
    """What becomes of a message that is refused by *verdict*, as far as that says it."""
    if isinstance(verdict, Nothing | Foreign):
        result = Result.NOTHING if isinstance(verdict, Nothing) else Result.FOREIGN
        return Handled(result, reason=verdict.reason)
    if isinstance(verdict, Secret):
        return Handled(Result.DISCARDED, level=verdict.level)
    if isinstance(verdict, Unestablished):
        return Handled(Result.REJECTED, reason=verdict.reason, invalid=examined.invalid)
    return Handled(Result.DEAD, dead=verdict)
