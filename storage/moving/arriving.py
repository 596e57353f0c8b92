"""A database that arrives: what an export of a whole one holds, written into an empty one, or what
of it can be merged into one that has its own past.

It goes on where it was stopped: how far it has come is remembered with what it writes. Until it is
done nothing may be decided in the database (`require_whole`): what was sent may not be known yet.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from ..advancing import advance
from ..archived import archived_among
from ..database import Store
from ..new_events import NewEvent, Outcome
from ..projecting import Basis, Lawful
from ..secrecy.emptied import drop_empty
from ..secrecy.first_stage import redacted_among
from ..secrecy.names import remembered_shapes
from ..streams import claim_streams
from ..taking_in import record
from ..transaction import LAW, MOVING, SCHEDULE, SINCE, THROUGH, Transaction
from .carried import ATTENTION, CARRIED, MESSAGE, REMINDER, SNOOZE, stream_of_told, values_of
from .half_moved import HalfMoved
from .leaving import DatabaseStanding, obligations_sum
from .writing import ATTENTION_FIELDS, object_told, write_told

FORMER_DEADLINE = "former_deadline"
MERGED = frozenset({REMINDER, FORMER_DEADLINE, SNOOZE})
"""What besides events is merged into a database that has its own past: it can only keep reminders
from being sent twice, tell of deadlines that were, and of what the office has put off."""
Told = dict[str, Any]


class Manner(StrEnum):
    """How an export is taken in."""

    WHOLE = "whole"
    """Into an empty database, which then is in the place of the exported one."""
    MERGED = "merged"
    """Into one that has its own past."""


@dataclass(frozen=True, slots=True)
class Arrived:
    """What has come of it: whether obligations are those of the exported database (None: nothing
    is known of those)."""

    manner: Manner
    left_out: Mapping[str, int]
    equal: bool | None


def takes_whole(tx: Transaction) -> bool:
    """Whether a database would be taken in whole here, or is being."""
    return tx.setting(MOVING) is not None or _is_empty(tx)


class Arrival:
    """Takes an export in: *moving* is its id, *standing* how the exported database stood, None
    where it is of a part of one."""

    def __init__(
        self, store: Store, law: Lawful, moving: str, standing: DatabaseStanding | None
    ) -> None:
        self._store = store
        self._law = law
        self._moving = moving
        self._standing = standing
        self._restoring = standing is None
        self._left_out: dict[str, int] = {}
        self.manner, self.done, self._settled = store.transact(self._begin)

    def _begin(self, tx: Transaction) -> tuple[Manner, int, bool]:
        """How it is taken in, and how many lines of it are already."""
        before = tx.setting(MOVING)
        if before is not None:
            told = json.loads(before)
            if told["id"] != self._moving:
                raise HalfMoved.of(
                    "other_half",
                    "another export was taken into this database only in part: replay that one"
                    " to its end first",
                )
            return Manner.WHOLE, told["lines"], told["settled"]
        if self._standing is None or not _is_empty(tx):
            return Manner.MERGED, 0, True
        tx.set_setting(SINCE, self._standing.since.isoformat())
        tx.set_setting(THROUGH, self._standing.through.isoformat())
        for key in (LAW, SCHEDULE):
            tx.forget_setting(key)
        self._note(tx, 0, settled=False)
        return Manner.WHOLE, 0, False

    def take_events(self, events: Sequence[NewEvent], lines: int) -> list[Outcome]:
        """Store *events*, which with what came before are *lines* lines."""
        if not events:
            return []
        latest = max(each.received_at for each in events if each.received_at is not None)
        # What was stored once is stored again, however long its stream has become.
        restoring = self._restoring
        outcomes = record(self._store, self._law, events, latest, sys.maxsize, restoring=restoring)
        self._store.transact(lambda tx: self._note(tx, lines, settled=False))
        self.done = lines
        return outcomes

    def take(self, kind: str, told: Sequence[object], lines: int) -> None:
        """Take lines of *kind* in, which with what came before are *lines* lines. Raises ValueError
        for what `check_line` does."""
        if self.manner is Manner.MERGED:
            if kind in MERGED:
                self._store.transact(lambda tx: self._merge(tx, kind, told))
            else:
                self._left_out[kind] = self._left_out.get(kind, 0) + len(told)
            return
        if kind == ATTENTION:
            self._settle(lines - len(told))

        def work(tx: Transaction) -> None:
            if self._has(tx, lines):
                return  # Its commit went unheard: not every kind of line can be told by its row.
            if kind == ATTENTION:
                values = [values_of(ATTENTION_FIELDS, each) for each in told]
                tx.run_each(
                    "UPDATE obligation SET next_reminder_on=%s WHERE id=%s",
                    [(on, obligation) for obligation, on in values],
                )
            else:
                write_told(tx, kind, told)
            self._note(tx, lines, settled=kind == ATTENTION)

        self._store.transact(work)
        self.done = lines

    def end(self, policy: str) -> Arrived:
        """All of it is there. *policy*: the version of the policy by which reminders are decided
        here."""
        if self.manner is Manner.MERGED or self._standing is None:
            return Arrived(self.manner, self._left_out, None)
        self._settle(self.done)
        standing = self._standing

        def work(tx: Transaction) -> bool:
            tx.set_setting(LAW, Basis(self._law, *tx.period()).mark)
            # Where it is decided otherwise here, the scheduler looks at everything again.
            if standing.schedule == f"{self._law.version}/{policy}":
                tx.set_setting(SCHEDULE, standing.schedule)
            tx.forget_setting(MOVING)
            return obligations_sum(tx) == standing.obligations

        return Arrived(self.manner, self._left_out, self._store.transact(work))

    def _settle(self, lines: int) -> None:
        """Once all events are there: what the days that had passed opened, and no obligation
        waits for the scheduler but those that did."""
        if self._settled or self._standing is None:
            return
        advance(self._store, self._law, self._standing.through)

        def work(tx: Transaction) -> None:
            tx.run("UPDATE obligation SET next_reminder_on=NULL")
            self._note(tx, lines, settled=True)

        self._store.transact(work)
        self._settled = True

    def _has(self, tx: Transaction, lines: int) -> bool:
        """Whether the first *lines* lines are taken in already."""
        before = tx.setting(MOVING)
        return before is not None and bool(json.loads(before)["lines"] >= lines)

    def _note(self, tx: Transaction, lines: int, *, settled: bool) -> None:
        """Remember how far it has come, in the transaction that brings it there."""
        if self._standing is None or (tx.setting(MOVING) is None and lines):
            return
        told = {"id": self._moving, "lines": lines, "settled": settled}
        tx.set_setting(MOVING, json.dumps(told))

    def _merge(self, tx: Transaction, kind: str, told: Sequence[object]) -> None:
        keys = {stream_of_told(each) for each in map(object_told, told)}
        # Held first: what somebody else does of them meanwhile is known, or waits.
        streams = claim_streams(tx, keys)
        barred = redacted_among(tx, keys) | archived_among(tx, keys)
        if self._restoring:
            # Its events came before it: where none did, there is nothing to be told of.
            barred |= {key for key, stream in streams.items() if not stream.event_count}
        kept = [each for each in map(object_told, told) if each["stream"] not in barred]
        secret = bool(remembered_shapes(tx))
        if kind == REMINDER:
            # No words where something that they quote may be secret, nor where no event is here yet
            # by which a quote would be found once it is.
            mute = {key for key in keys if secret or not streams[key].event_count}
            # What waits is decided here anew.
            kept = [{**each, MESSAGE: None} for each in kept if not _waits(each)]
            kept = [{**e, "words": None} if e["stream"] in mute else e for e in kept]
        elif kind == SNOOZE and secret:
            kept = [{**each, "reason": None} for each in kept]
        elif kind == FORMER_DEADLINE:
            kept = _not_there(tx, kept)
        write_told(tx, kind, kept)
        drop_empty(tx, {streams[key].id for key in barred})


def _is_empty(tx: Transaction) -> bool:
    """Whether nothing has ever come into the database or been decided in it."""
    tables = ("event", "obligation", "reminder", "redaction", "rejection")
    return not any(tx.rows(f"SELECT 1 FROM {table} LIMIT 1") for table in tables)


def _not_there(tx: Transaction, told: Sequence[Told]) -> list[Told]:
    """Those former deadlines of *told* that are not here; no index of the table tells."""
    carried = CARRIED[FORMER_DEADLINE]
    rows = tx.rows_among(
        f"SELECT {', '.join(carried.fields)} FROM {carried.table} WHERE {{among}}",
        "obligation",
        {each["obligation"] for each in told},
    )
    there = set(rows)
    return [each for each in told if values_of(carried.fields, each) not in there]


def _waits(told: Mapping[str, Any]) -> bool:
    message = told.get(MESSAGE)
    if not isinstance(message, dict):
        return told.get("catch_up") is not None and told.get("published_at") is None
    return message.get("published_at") is None
