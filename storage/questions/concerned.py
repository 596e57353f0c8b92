"""What a report looks at: the streams that concern bodies in a span of days, as they were known.

One stream after another, each whole: its obligations and tasks as what had been said by the last
day, and stored by a time, has them. Whatever is stored otherwise is projected in memory. Nothing
here writes, or counts.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from ...rules.directory import Directory
from ...rules.events import Event
from ...rules.moments import told_by
from ...rules.obligations import Obligation
from ...rules.streams import REPORTS, REPORTS_BEGIN, key_of
from ..history import read_histories
from ..other_days import Streams, known_streams, otherwise_on
from ..projecting import Basis, Lawful
from ..streams import missing_reports, streams_where
from ..tables.forms import day_text, to_micros
from ..tables.rows import OBLIGATION_COLUMNS, obligation_of
from ..transaction import Transaction

_AT_ONCE = 500
"""Streams whose rows are held at once."""


@dataclass(frozen=True, slots=True)
class Sight:
    """What is looked at: the days from ``first`` to ``as_of``, both local and inclusive, by what
    had been said by the end of ``as_of`` and stored by the aware time ``stored_by`` (None: by
    now). ``body``: a code of the directory, with those that it stands for; None: every body."""

    first: date
    as_of: date
    stored_by: datetime | None = None
    body: str | None = None

    def codes(self, directory: Directory) -> tuple[str, ...]:
        """The codes whose obligations may be the body's."""
        return () if self.body is None else (self.body, *directory.predecessors(self.body))

    def touches(self, obligation: Obligation) -> bool:
        """Whether *obligation* concerns these days: it was open on one of them, or what was asked
        by it fell due then."""
        last = max(obligation.closed_on or date.max, obligation.due or date.min)
        late = obligation.breach_on or date.min
        return obligation.has_opened(self.as_of) and self.first <= max(last, late)


class KnownTask(NamedTuple):
    """What is known of a task with one of its leads; ``status`` as `TaskState` has it."""

    task_id: str
    lead: str
    content: str
    status: str


class KnownStream(NamedTuple):
    """A stream as it was known: its ``key``, its document's ``symbol`` (None: it has none), and
    what followed from it."""

    key: str
    symbol: str | None
    obligations: tuple[Obligation, ...]
    tasks: tuple[KnownTask, ...]


def streams_concerned(tx: Transaction, law: Lawful, sight: Sight) -> Iterator[KnownStream]:
    """The streams with obligations that concern the *sight*, and perhaps others, in no order."""
    since, through = tx.period()
    codes = sight.codes(law.directory)
    otherwise = otherwise_on(tx, sight.as_of, through, sight.stored_by)
    basis = Basis(law, since, sight.as_of)
    anew = _otherwise(tx, _of_bodies(otherwise, codes), sight.as_of)
    begun = sorted(id_ for id_, has_begun in anew.items() if has_begun)
    for start in range(0, len(begun), _AT_ONCE):
        some = _among(begun[start : start + _AT_ONCE])
        for stream, projection in known_streams(tx, basis, some, sight.stored_by):
            tasks = [KnownTask(e.task_id, e.lead, e.content, e.status) for e in projection.tasks]
            yield KnownStream(stream.key, projection.symbol, projection.obligations, tuple(tasks))
    for key in missing_reports(tx, law.directory):
        if not codes or key in {key_of(REPORTS, code) for code in codes}:
            found = law.project(key, (), since, sight.as_of)
            yield KnownStream(key, None, found.obligations, ())
    touching = [id_ for id_ in _touching(tx, sight, codes) if id_ not in anew]
    for start in range(0, len(touching), _AT_ONCE):
        yield from _stored(tx, touching[start : start + _AT_ONCE])


def histories_of(
    tx: Transaction, keys: Collection[str], sight: Sight
) -> Iterator[tuple[str, list[Event]]]:
    """What had been said in the streams of those *keys*, in the contract's order, by key."""
    listed = sorted(keys)
    for start in range(0, len(listed), _AT_ONCE):
        some = listed[start : start + _AT_ONCE]
        rows = tx.rows_among("SELECT id, key FROM stream WHERE {among}", "key", some)
        histories = read_histories(tx, [id_ for id_, _ in rows], sight.stored_by)
        for id_, key in rows:
            said = [event for event in histories[id_] if event.time < told_by(sight.as_of)]
            yield key, sorted(said, key=lambda event: event.order)


def _of_bodies(otherwise: Streams, codes: Sequence[str]) -> Streams:
    """Those of *otherwise* that may have anything of one of *codes*; all where that is empty."""
    if not codes:
        return otherwise
    marks = ", ".join("%s" for _ in codes)
    keys = [key_of(REPORTS, code) for code in codes]
    return Streams(
        f"(key IN ({marks}) OR id IN (SELECT stream_id FROM obligation WHERE body IN ({marks})))"
        f" AND ({otherwise.sql})",
        (*keys, *codes, *otherwise.parameters),
    )


def _otherwise(tx: Transaction, otherwise: Streams, as_of: date) -> dict[int, bool]:
    """The row ids of the streams of *otherwise*, each with whether anything of it was known on
    *as_of*: something had been said by its end, or it is a body's reports, which are owed without a
    word."""
    after = to_micros(told_by(as_of))
    rows = tx.rows(
        "SELECT id, CASE WHEN substr(key, 1, %s) = %s OR EXISTS"
        " (SELECT 1 FROM event e WHERE e.stream_id = stream.id AND e.time < %s) THEN 1 ELSE 0 END"
        f" FROM stream WHERE {otherwise.sql}",
        *(len(REPORTS_BEGIN), REPORTS_BEGIN, after),
        *otherwise.parameters,
    )
    return {id_: bool(begun) for id_, begun in rows}


def _among(ids: Sequence[int]) -> Streams:
    return Streams(f"id IN ({', '.join('%s' for _ in ids)})", tuple(ids))


def _touching(tx: Transaction, sight: Sight, codes: Sequence[str]) -> list[int]:
    """The row ids of the streams of which something that is stored concerns the sight, in order."""
    first, last = day_text(sight.first), day_text(sight.as_of)
    whose, parameters = "", list[Any]()
    if codes:
        whose = f" AND body IN ({', '.join('%s' for _ in codes)})"
        parameters = list(codes)
    found = tx.rows(
        f"SELECT stream_id FROM obligation WHERE closed_on IS NULL AND opened_on <= %s{whose}"
        " UNION SELECT stream_id FROM obligation WHERE closed_on IS NOT NULL AND opened_on <= %s"
        f" AND (closed_on >= %s OR due >= %s OR breach_on >= %s){whose}",
        *(last, *parameters),
        *(last, first, first, first, *parameters),
    )
    return sorted(id_ for (id_,) in found)


def _stored(tx: Transaction, ids: Sequence[int]) -> Iterator[KnownStream]:
    """The streams of those row ids as they are stored."""
    columns = ", ".join(OBLIGATION_COLUMNS)
    among = _among(ids)
    streams = {each.id: each for each in streams_where(tx, among.sql, among.parameters)}
    obligations: dict[int, list[Obligation]] = {id_: [] for id_ in ids}
    tasks: dict[int, list[KnownTask]] = {id_: [] for id_ in ids}
    for row in tx.rows_among(f"SELECT {columns} FROM obligation WHERE {{among}}", "stream_id", ids):
        obligations[row[1]].append(obligation_of(row, streams[row[1]].key))
    for id_, *task in tx.rows_among(
        "SELECT stream_id, task_id, lead, content, status FROM task WHERE {among}", "stream_id", ids
    ):
        tasks[id_].append(KnownTask(*task))
    for id_ in ids:
        stream = streams[id_]
        yield KnownStream(stream.key, stream.symbol, tuple(obligations[id_]), tuple(tasks[id_]))


class KnownHistory(NamedTuple):
    """A stream with what had been said in it, in the contract's order, and what followed."""

    key: str
    history: tuple[Event, ...]
    obligations: tuple[Obligation, ...]


def histories_of_kind(
    tx: Transaction, law: Lawful, sight: Sight, kind: str
) -> Iterator[KnownHistory]:
    """The streams of *kind* as they were known, in the order of their keys; those of which nothing
    had been said are left out. For kinds of which there are few: every history is read."""
    since, _ = tx.period()
    begins = key_of(kind, "")
    rows = tx.rows(
        "SELECT key FROM stream WHERE substr(key, 1, %s) = %s ORDER BY key", len(begins), begins
    )
    for key, history in histories_of(tx, [key for (key,) in rows], sight):
        if history:
            projection = law.project(key, history, since, sight.as_of)
            yield KnownHistory(key, tuple(history), projection.obligations)
