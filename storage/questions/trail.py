"""The audit trail and the records of refused messages, as people ask them, the newest first.

Nothing here writes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import Any

from ...rules.events import LOCAL
from ..database import Store
from ..engines.engine import Row
from ..tables.forms import from_micros, object_of, to_micros
from ..transaction import Transaction

_ONE_DAY = timedelta(days=1)
_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Within:
    """From which local date to which, both included; None: no bound."""

    first: date | None = None
    last: date | None = None

    def conditions(self, column: str) -> list[tuple[str, int]]:
        """What has to hold of *column*, microseconds since 1970 in UTC."""
        found = []
        if self.first is not None:
            found.append((f"{column} >= %s", _midnight(self.first)))
        if self.last is not None:
            found.append((f"{column} < %s", _midnight(self.last + _ONE_DAY)))
        return found


@dataclass(frozen=True, slots=True)
class TrailEntry:
    """An act of an operator; see `audit.Act`. ``ended_at`` is None while it is not known to have
    ended; ``details`` hold no word of a document."""

    id: int
    at: datetime
    who: str
    account: str
    host: str
    act: str
    subject: str | None
    number: int | None
    outcome: str
    ended_at: datetime | None
    details: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Rejected:
    """A message of which only this is kept; ``size`` in bytes, ``event_id`` where it could be read
    and names nothing secret."""

    id: int
    received_at: datetime
    event_id: str | None
    reason: str
    size: int
    sha256: str


def entries(
    store: Store,
    within: Within,
    limit: int | None,
    *,
    who: str | None = None,
    act: str | None = None,
    subjects: tuple[str, ...] | None = None,
) -> Iterator[TrailEntry]:
    """At most *limit* entries of the trail (None: all). ``who`` is the person's or the account's
    name, *act* the first words of its name, *subjects* the keys, and the digests of keys, that the
    entry may be about."""
    conditions: list[tuple[str, object]] = [*within.conditions("at")]
    if who is not None:
        conditions.append(("%s IN (who, account)", who))
    if act is not None:
        conditions.append((f"substr(act || ' ', 1, {len(act) + 1}) = %s", f"{act} "))
    columns = "id, at, who, account, host, act, subject, number, outcome, ended_at, details"
    for row in _pages(store, f"SELECT {columns} FROM audit", conditions, limit, subjects):
        yield _entry(row)


def _entry(row: Row) -> TrailEntry:
    id_, at, by, account, host, act, subject, number, outcome, ended, details = row
    return TrailEntry(
        id=id_,
        at=from_micros(at),
        who=by,
        account=account,
        host=host,
        act=act,
        subject=subject,
        number=number,
        outcome=outcome,
        ended_at=None if ended is None else from_micros(ended),
        details=object_of(details) if details else {},
    )


def rejected(
    store: Store, within: Within, limit: int | None, *, event_id: str | None = None
) -> Iterator[Rejected]:
    """At most *limit* records of refused messages (None: all)."""
    conditions: list[tuple[str, object]] = [*within.conditions("received_at")]
    if event_id is not None:
        conditions.append(("event_id = %s", event_id))
    columns = "id, received_at, event_id, reason, size, sha256"
    for row in _pages(store, f"SELECT {columns} FROM rejection", conditions, limit):
        id_, received, event, reason, size, sha256 = row
        yield Rejected(id_, from_micros(received), event, reason, size, bytes(sha256).hex())


def _pages(
    store: Store,
    select: str,
    conditions: list[tuple[str, object]],
    limit: int | None,
    subjects: tuple[str, ...] | None = None,
) -> Iterator[Row]:
    """The rows of *select*, whose first columns are the id and the time, that meet all *conditions*
    (SQL with one parameter each), the newest first: what arrived from another database has other
    ids."""
    time = select.split(", ")[1]
    last: tuple[object, ...] = ()
    left = limit
    while left is None or left > 0:
        size = _AT_ONCE if left is None else min(left, _AT_ONCE)
        page = store.read(
            partial(
                _page,
                select=select,
                time=time,
                after=last,
                conditions=conditions,
                limit=size,
                subjects=subjects,
            )
        )
        yield from page
        if len(page) < size:
            return
        last = (page[-1][1], page[-1][0])
        left = None if left is None else left - size


def _page(
    tx: Transaction,
    select: str,
    time: str,
    after: tuple[object, ...],
    conditions: list[tuple[str, object]],
    limit: int,
    subjects: tuple[str, ...] | None,
) -> list[Row]:
    if subjects is not None:
        conditions = [*conditions, (tx.engine.among("subject"), tx.engine.listed(subjects))]
    texts = [each for each, _ in conditions]
    if after:
        texts.append(f"({time}, id) < (%s, %s)")
    text = f" WHERE {' AND '.join(texts)}" if texts else ""
    return tx.rows(
        f"{select}{text} ORDER BY {time} DESC, id DESC LIMIT %s",
        *(value for _, value in conditions),
        *after,
        limit,
    )


def _midnight(day: date) -> int:
    return to_micros(datetime.combine(day, time(), LOCAL))
