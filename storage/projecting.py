"""From histories to rows: projects streams, finds what differs from what is stored, writes that.

What events, days and laws make of obligations is written here alone; a redaction deletes them, and
the ledger sets when the scheduler looks at them. It must never write a row that is already as it
should be.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from operator import attrgetter
from types import MappingProxyType
from typing import Protocol

from ..rules.directory import Directory
from ..rules.events import Event
from ..rules.obligations import Obligation, Projection, TaskState
from ..rules.reminding.policy import COORDINATING
from .engines.engine import Row
from .first_start import note_found
from .history import ask_histories
from .stored_rows import Stored, TaskOfLead, ask_stored
from .streams import CONTENT_COLUMNS, Stream, touch
from .symbols import symbol_key
from .tables.forms import day_text, words_text
from .tables.models import FormerDeadlineRow, ObligationRow, StreamRow, TaskRow
from .tables.rows import OBLIGATION_COLUMNS, TASK_COLUMNS, obligation_row, task_row
from .transaction import Transaction
from .withdrawing import Retold, decide_anew, waiting_about, withdraw

_ONE_DAY = timedelta(days=1)
_ORDER = attrgetter("order")
_REGULATION = OBLIGATION_COLUMNS.index("regulation")
_ROLE, _OF_TASK = OBLIGATION_COLUMNS.index("role"), OBLIGATION_COLUMNS.index("task_id")
_CONTENT = TASK_COLUMNS.index("content")
_DEADLINE = tuple(map(OBLIGATION_COLUMNS.index, ("target", "due", "target_at", "due_at")))


class Lawful(Protocol):
    """What storage asks of a law (`rules.law.Law`)."""

    @property
    def version(self) -> str:
        """Another one means that everything is to be projected again."""

    @property
    def directory(self) -> Directory:
        """The bodies."""

    @property
    def silent(self) -> Sequence[str]:
        """The ids of the rules that silence can fulfil."""

    def project(
        self, stream: str, history: Sequence[Event], since: date, through: date
    ) -> Projection:
        """What follows from the ordered *history* of *stream*."""

    def next_attention(self, obligation: Obligation, after: date) -> date | None:
        """The first day after *after* on which *obligation* may call for a reminder."""


@dataclass(frozen=True, slots=True)
class Basis:
    """What every stream of a transaction is projected by."""

    law: Lawful
    since: date
    through: date

    @property
    def mark(self) -> str:
        """What a stream remembers of them: whether a reprocessing has reached it."""
        return f"{self.law.version}@{self.since.isoformat()}"

    def project(self, stream: Stream, history: Sequence[Event]) -> Projected:
        """Project one stream, *history* being all of it in any order."""
        ordered = sorted(history, key=_ORDER)
        projection = self.law.project(stream.key, ordered, self.since, self.through)
        self.require_given(stream, projection)
        return Projected(stream, len(ordered), self.through, projection)

    def require_given(self, stream: Stream, projection: Projection) -> None:
        """Raise ValueError where the *projection* of *stream* leaves out what has opened by now."""
        opening = projection.next_opening
        if opening is not None and opening <= self.through:
            raise ValueError(
                f"the projection of {stream.key} through {self.through} opens something on"
                f" {opening}, which it should have given already"
            )

    def attention(self, obligation: Obligation) -> str | None:
        """The first day on which the scheduler must look at a new or changed *obligation*."""
        closed_on = obligation.closed_on
        if closed_on is not None and closed_on <= self.through:
            return None
        return day_text(self.law.next_attention(obligation, self.since - _ONE_DAY))


@dataclass(frozen=True, slots=True)
class Projected:
    """A stream, the number of its events, and what follows from them up to ``through``."""

    stream: Stream
    event_count: int
    through: date
    projection: Projection


@dataclass(slots=True)
class Difference:
    """What has to be written so that stored rows equal a projection, for one stream or many.

    Rows alone, since whoever finds it may be another process than whoever writes it. New rows of
    obligations end with the day of attention; ``changed`` comes with the stored row as it was,
    ``removed`` is it, at least up to the task. ``former``: deadlines that another law replaces, to
    be kept beside those that it gives. ``retold``: of what reminders may say something else now, or
    go to others, though no obligation itself has changed.
    """

    added: list[Row] = field(default_factory=list)
    changed: list[tuple[Row, Row]] = field(default_factory=list)
    removed: list[Row] = field(default_factory=list)
    former: list[Row] = field(default_factory=list)
    tasks_added: list[Row] = field(default_factory=list)
    tasks_changed: list[Row] = field(default_factory=list)
    tasks_removed: list[int] = field(default_factory=list)
    streams: list[Row] = field(default_factory=list)
    retold: list[Retold] = field(default_factory=list)

    @property
    def size(self) -> int:
        """How many rows it would write."""
        return (
            len(self.added)
            + len(self.changed)
            + len(self.removed)
            + len(self.former)
            + len(self.tasks_added)
            + len(self.tasks_changed)
            + len(self.tasks_removed)
            + len(self.streams)
        )


def together(differences: Iterable[Difference]) -> Difference:
    """All of *differences* as one."""
    whole = Difference()
    for each in differences:
        for name in Difference.__slots__:
            getattr(whole, name).extend(getattr(each, name))
    return whole


def compare(projected: Projected, stored: Stored, basis: Basis, into: Difference) -> None:
    """Add to *into* what differs between the projection of one stream by *basis* and its stored
    rows."""
    stream, projection = projected.stream, projected.projection
    size, changes = into.size, len(into.changed)
    _compare_obligations(stream.id, projection, stored, basis, into)
    compare_names(stream, projection, into)
    if stream.law not in (None, basis.mark):
        into.former.extend(former_of(into.changed[changes:]))
    compare_tasks(stream.id, projection.tasks, stored.tasks.get(stream.id, {}), into)
    content = content_of(projection, basis, projected.event_count)
    if content != stream.content or into.size > size:
        into.streams.append((stream.id, *content))


def content_of(projection: Projection, basis: Basis, event_count: int) -> Row:
    """What a stream's row says after *projection* by *basis* (`Stream.content`)."""
    return (
        projection.symbol,
        projection.abstract,
        words_text(projection.flags),
        words_text(projection.missing),
        day_text(projection.next_opening),
        basis.mark,
        event_count,
        symbol_key(projection.symbol),
    )


def compare_names(stream: Stream, projection: Projection, into: Difference) -> None:
    """Add to *into* that the document of *stream* is called otherwise by its *projection* than by
    the one before."""
    before = stream.symbol, stream.abstract
    if stream.law is not None and before != (projection.symbol, projection.abstract):
        into.retold.append((stream.id, None))


def _compare_obligations(
    stream_id: int, projection: Projection, stored: Stored, basis: Basis, into: Difference
) -> None:
    old = stored.obligations.get(stream_id, {})
    for obligation in projection.obligations:
        row = obligation_row(obligation, stream_id)
        before = old.pop(obligation.id, None)
        if before is None:
            into.added.append((*row, basis.attention(obligation)))
        elif before != row:
            into.changed.append(((*row, basis.attention(obligation)), before))
    into.removed.extend(old.values())


def former_of(changed: Iterable[tuple[Row, Row]]) -> Iterator[Row]:
    """The deadlines that are other ones now, where there was any."""
    for row, before in changed:
        deadline, now = (tuple(each[place] for place in _DEADLINE) for each in (before, row))
        if deadline != now and deadline[:2] != (None, None):
            yield before[1], before[0], *deadline, before[_REGULATION]


def compare_tasks(
    stream_id: int,
    tasks: Iterable[TaskState],
    stored: Mapping[TaskOfLead, Row],
    into: Difference,
) -> None:
    """Add to *into* what differs between *tasks* of one stream and the rows that are *stored* of
    them."""
    old = dict(stored)
    for task in tasks:
        row = task_row(task, stream_id)
        before = old.pop((task.task_id, task.lead), None)
        if before is None:
            into.tasks_added.append(row)
        elif before[1:] != row:
            into.tasks_changed.append((before[0], *row))
            if before[1 + _CONTENT] != row[_CONTENT]:
                into.retold.append((stream_id, task.task_id))
    into.tasks_removed.extend(row[0] for row in old.values())


def project_streams(
    tx: Transaction,
    basis: Basis,
    streams: Sequence[Stream],
    fresh: Mapping[str, Sequence[Event]] = MappingProxyType({}),
) -> None:
    """Project *streams*, which the caller holds, from their stored histories and the *fresh*
    events that are still to be stored (by the stream's key), and write what differs."""
    # A stream without events has nothing to read, one never projected no rows: `advance` opens
    # some without an event.
    asked_histories = ask_histories(tx, [stream.id for stream in streams if stream.event_count])
    asked = ask_stored(tx, [stream.id for stream in streams if stream.law is not None])
    histories, stored = asked_histories(), asked()
    difference = Difference()
    for stream in streams:
        history = [*histories.get(stream.id, ()), *fresh.get(stream.key, ())]
        compare(basis.project(stream, history), stored, basis, difference)
    write(tx, difference, basis.through)
    # Events may say something else by now, though nothing else follows from them.
    touch(tx, {stream.id for stream in streams} - {row[0] for row in difference.streams})


def write(tx: Transaction, difference: Difference, through: date) -> None:
    """Write *difference*, which was found up to *through*; the caller holds its streams.

    Reminders of a changed or removed obligation that are not published yet are withdrawn, and
    a changed one is put before the scheduler again; so is what waits to say something that is
    `retold`.
    """
    retold = {*difference.retold, *_no_longer_coordinating(difference)}
    concerned = waiting_about(tx, retold)
    columns = (*OBLIGATION_COLUMNS, "next_reminder_on")
    changed = sorted(row for row, _ in difference.changed)
    tx.insert(ObligationRow, columns, difference.added)
    note_found(tx, difference.added)
    tx.update(ObligationRow, columns, changed)
    removed = [row[0] for row in difference.removed]
    tx.run_among("DELETE FROM obligation WHERE {among}", "id", removed)
    rewritten = [row[0] for row in changed] + removed
    withdraw(tx, rewritten)
    decide_anew(tx, concerned.difference(rewritten), through)
    tx.insert(
        FormerDeadlineRow,
        ("stream_id", "obligation", "target", "due", "target_at", "due_at", "regulation", "until"),
        [(*row, day_text(through)) for row in difference.former],
    )
    tx.insert(TaskRow, TASK_COLUMNS, difference.tasks_added)
    tx.update(TaskRow, ("id", *TASK_COLUMNS), difference.tasks_changed)
    tx.run_among("DELETE FROM task WHERE {among}", "id", difference.tasks_removed)
    tx.update(StreamRow, CONTENT_COLUMNS, [(*row, tx.version) for row in difference.streams])


def _no_longer_coordinating(difference: Difference) -> Iterator[Retold]:
    """The tasks of which a coordinating body may owe its part no more: who leads owes what it did,
    and copies of its reminders wait for that body."""
    for row, _ in difference.changed:
        if row[_ROLE] == COORDINATING and row[_OF_TASK] is not None:
            yield row[1], row[_OF_TASK]
    for row in difference.removed:
        if row[_OF_TASK] is not None:
            yield row[1], row[_OF_TASK]
