"""Takes a batch of events in, with everything that follows from it, in one transaction; says what
became of each.

The order of arrival must not matter: a stream's obligations are projected anew from its whole
history, under a lock on its row. It must never store an event of a redacted stream.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from ..rules.event_types import SECRECY_CHANGED
from ..rules.events import Event
from ..rules.reading.stored import decode_stored
from ..rules.secrecy import strictest
from .archived import archived_called, ask_archived, forget_archived
from .database import Store
from .duplicates import count_conflicts, is_stored_so, known_digests, stored_as
from .hot_projecting import project_hot
from .hot_streams import HotStream, HotStreams
from .new_events import NewEvent, Outcome
from .numbering import Coming, NumberTold, tell_numbers
from .projecting import Basis, Lawful, project_streams
from .renamed import is_own, secret_by_symbol
from .secrecy.emptied import drop_empty
from .secrecy.first_stage import (
    ask_redacted,
    erase_quotes,
    raise_levels,
    redact,
)
from .secrecy.marks import marks_of
from .secrecy.names import remember_names
from .secrecy.quotes import SecretName, StoredEvent, names_of
from .secrecy.withholding import kept_of
from .streams import ask_claimed, lock_streams
from .tables.forms import to_micros
from .tables.models import EventRow
from .transaction import Transaction

HISTORY_LIMIT = 10_000
"""The most events of one stream: each new one costs a reading of all before it."""


def record(
    store: Store,
    law: Lawful,
    events: Sequence[NewEvent],
    received_at: datetime,
    history_limit: int = HISTORY_LIMIT,
    *,
    restoring: bool = False,
    hot: HotStreams | None = None,
) -> list[Outcome]:
    """Store *events* and what follows from them, durably; gives an outcome for each, in order.

    All of it or nothing: what raises (an unavailable database, a fault in the projection)
    leaves no trace. *received_at* is aware. Calling it again gives duplicates. *restoring*: the
    events are of streams that were archived whole, and are so no more. *hot*: what is remembered.
    """
    left: list[HotStream] = []
    told: list[Outcome] = []
    if not events:
        return told

    def work(tx: Transaction) -> None:
        if restoring:
            forget_archived(tx, {key for new in events for key in new.streams}, restored=True)
        batch = _Batch(tx, law, events, received_at, history_limit, hot)
        outcomes = batch.record()
        left[:] = batch.left
        # What an earlier try stored, whose commit went unheard, is a duplicate to this one.
        for at, before in enumerate(told):
            if before is Outcome.STORED and outcomes[at] is Outcome.DUPLICATE:
                outcomes[at] = before
        told[:] = outcomes

    store.transact(work)
    if hot is not None:
        hot.keep(left)
    return told


def _kept(new: NewEvent, left: StoredEvent | None) -> NewEvent | None:
    """*new* with nothing but what is *left* of it."""
    if left is None or left == new.said:
        return new if left else None
    data = decode_stored(left.body, left.structured, left.type)
    event = replace(new.event, source=left.source, id=left.id, data=data)
    return replace(new, event=event, body=left.body, structured=left.structured)


_NEW, _KNOWN, _ERASED = Coming.NEW, Coming.KNOWN, Coming.ERASED
_COMING = {Outcome.STORED: _NEW, Outcome.CONFLICT: _KNOWN, Outcome.REDACTED: _ERASED}


def _numbers_in(kept: Iterable[tuple[NewEvent | None, Outcome]]) -> Iterator[NumberTold]:
    """The numbers that came: none of a dead letter, which is still to come."""
    for new, outcome in kept:
        if new is not None and new.event.sequence is not None and outcome in _COMING:
            coming = _COMING[outcome] if new.received_at is None else Coming.ELSEWHERE
            by = new.message or new.event.key
            yield NumberTold(new.event.source, new.event.sequence, coming, by)


class _Batch:
    """One call of `record`."""

    def __init__(
        self,
        tx: Transaction,
        law: Lawful,
        events: Sequence[NewEvent],
        received_at: datetime,
        history_limit: int,
        hot: HotStreams | None,
    ) -> None:
        self.left: list[HotStream] = []
        self._hot = hot if hot is not None and hot.is_used else None
        self._tx = tx
        self._events = events
        self._received_at = received_at
        self._limit = history_limit
        keys = {key for new in events for key in new.streams}
        claimed, period = ask_claimed(tx, keys), tx.ask_period()
        archived, redacted = ask_archived(tx, keys), ask_redacted(tx, keys)
        self._streams, self._basis = claimed(), Basis(law, *period())
        self._archived, self._redacted = archived(), redacted()
        self._fresh: dict[str, list[Event]] = {}
        self._names: set[SecretName] = set()
        self._count = Counter({key: stream.event_count for key, stream in self._streams.items()})

    def record(self) -> list[Outcome]:
        redacted = self._redact()
        answered = self._answered(redacted)
        renamed = set(secret_by_symbol(self._tx, answered))
        self._archived |= self._archived_by_symbol(answered - renamed)
        quoting = self._erase_quotes(redacted)
        left = kept_of(self._tx, [new.said for new in self._events])
        kept = [_kept(new, said) for new, said in zip(self._events, left, strict=True)]
        known = known_digests(self._tx, [new.event for new in kept if new is not None])
        outcomes: list[Outcome] = []
        stored: list[NewEvent] = []
        conflicts: list[tuple[tuple[str, str], bytes]] = []
        for new in kept:
            before = None if new is None else stored_as(new.event, known)
            outcome = self._outcome_of(new, redacted | renamed, before, known)
            outcomes.append(outcome)
            if new is not None and outcome is Outcome.STORED:
                stored.append(new)
                known[new.event.key] = new.sha256
            elif new is not None and before is not None and outcome is Outcome.CONFLICT:
                conflicts.append((before, new.sha256))
        for new in stored:
            for key in new.streams:
                self._fresh.setdefault(key, []).append(new.event)
        self._project(quoting)
        self._append(stored)
        count_conflicts(self._tx, conflicts)
        numbers = _numbers_in(zip(kept, outcomes, strict=True))
        tell_numbers(self._tx, numbers, self._received_at)
        locks = (self._streams[key].id for key in self._archived | renamed)
        drop_empty(self._tx, quoting.union(self._withheld(kept), locks))
        return outcomes

    def _withheld(self, kept: Sequence[NewEvent | None]) -> Iterator[int]:
        """The streams of the events of which nothing is kept."""
        for new, left in zip(self._events, kept, strict=True):
            if left is None:
                yield from (self._streams[key].id for key in new.streams)

    def _redact(self) -> set[str]:
        """The redacted streams of the batch, those included that it redacts."""
        redacted = self._redacted
        told: dict[str, list[object]] = defaultdict(list)
        for new in self._events:
            if new.event.type == SECRECY_CHANGED:
                for key in new.streams:
                    told[key].append(new.event.data.get("level"))
        levels = {key: level for key in told if (level := strictest(told[key])) is not None}
        fresh = {key: level for key, level in levels.items() if key not in redacted}
        if fresh:
            if self._hot is not None:
                self._hot.forget(fresh.keys())
            self._names = redact(self._tx, fresh, self._streams, self._received_at)
        raise_levels(self._tx, levels)
        return redacted.union(fresh)

    def _answered(self, redacted: set[str]) -> set[str]:
        """The streams of edXML's answers to documents that may have another name; not those that
        are *redacted*."""
        own: set[str] = set()
        answered: set[str] = set()
        for new in self._events:
            event = new.event
            (own if is_own(event.type, event.source) else answered).update(new.streams)
        return answered - own - redacted

    def _archived_by_symbol(self, answered: set[str]) -> set[str]:
        """Those of the streams *answered* that name an archived document by a symbol which it got:
        none that is a document's own."""
        unknown = {key for key in answered if self._streams[key].symbol is None}
        return {key for key in unknown if archived_called(self._tx, key)}

    def _erase_quotes(self, redacted: set[str]) -> set[int]:
        """Erase what is quoted of what the batch redacts, or tells the names of; gives the
        streams concerned."""
        for new in self._events:
            for key in redacted.intersection(new.streams):
                names = names_of(new.event.type, new.event.subject, new.event.data)
                self._names |= remember_names(self._tx, key, names)
        return erase_quotes(self._tx, self._names)

    def _outcome_of(
        self,
        new: NewEvent | None,
        redacted: set[str],
        before: tuple[str, str] | None,
        known: Mapping[tuple[str, str], bytes],
    ) -> Outcome:
        """*new* is None where nothing of it may be kept; *before*: the source and id under which
        it is stored already, with a digest that is *known*."""
        if new is None or not redacted.isdisjoint(new.streams):
            return Outcome.REDACTED
        if before is not None:
            same = known[before] == new.sha256 or is_stored_so(self._tx, before, new.body)
            return Outcome.DUPLICATE if same else Outcome.CONFLICT
        if not self._archived.isdisjoint(new.streams):
            return Outcome.ARCHIVED
        if any(self._count[key] >= self._limit for key in new.streams):
            return Outcome.STREAM_FULL
        self._count.update(new.streams)
        return Outcome.STORED

    def _project(self, quoting: set[int]) -> None:
        """Project every stream with new events, or in which quotes were erased."""
        touched = [self._streams[key] for key in self._fresh]
        # Locked out of the order of keys; of two that meet so, one is told of a deadlock and
        # tries again.
        touched += lock_streams(self._tx, quoting - {stream.id for stream in touched})
        read = touched
        if self._hot is not None:
            # Of what was erased nothing may come from what is remembered.
            known = [each for each in touched if each.id not in quoting]
            self._hot.forget({each.key for each in touched if each.id in quoting})
            self.left = project_hot(self._tx, self._basis, known, self._fresh, self._hot)
            read = [each for each in touched if each.id in quoting]
        project_streams(self._tx, self._basis, read, self._fresh)

    def _append(self, events: Sequence[NewEvent]) -> None:
        self._tx.insert(
            EventRow,
            (
                "stream_id",
                "source",
                "event_id",
                "type",
                "subject",
                "time",
                "sequence",
                "structured",
                "body",
                "sha256",
                "received_at",
                "conflicts",
                "dialect",
                "message",
                "marks",
            ),
            [
                (
                    self._streams[new.streams[0]].id,
                    new.event.source,
                    new.event.id,
                    new.event.type,
                    new.event.subject,
                    to_micros(new.event.time),
                    new.event.sequence,
                    new.structured,
                    new.body,
                    new.sha256,
                    to_micros(new.received_at or self._received_at),
                    new.conflicts,
                    new.dialect,
                    new.message,
                    marks_of(new.said),
                )
                for new in events
            ],
        )
        self._tx.run_each(
            "INSERT INTO event_stream (stream_id, event)"
            " SELECT %s, id FROM event WHERE source=%s AND event_id=%s",
            [(self._streams[key].id, *new.event.key) for new in events for key in new.streams[1:]],
        )
        others = [(new.event.key, sha256) for new in events for sha256 in new.others]
        count_conflicts(self._tx, others)
