"""Projects streams by what is remembered of them: only what events can have changed is judged and
compared, and what is remembered is not read.

What it writes is what `projecting` would, row for row.
"""

from __future__ import annotations

from bisect import insort
from collections.abc import Mapping, Sequence
from operator import attrgetter

from ..rules.events import Event
from ..rules.judging.parts import Earlier, PartialProjection
from .engines.engine import Row
from .history import ask_histories
from .hot_streams import HotStream, HotStreams, SeenRow, size_of
from .projecting import (
    Basis,
    Difference,
    compare_names,
    compare_tasks,
    content_of,
    former_of,
    write,
)
from .stored_rows import ask_obligations, ask_tasks
from .streams import Stream
from .tables.rows import obligation_row
from .transaction import Transaction

_ORDER = attrgetter("order")


def project_hot(
    tx: Transaction,
    basis: Basis,
    streams: Sequence[Stream],
    fresh: Mapping[str, Sequence[Event]],
    hot: HotStreams,
) -> list[HotStream]:
    """Project *streams*, which the caller holds and each of which has *fresh* events, and write
    what differs; gives what is to be remembered of them once the transaction has committed."""
    known = {each.id: found for each in streams if (found := hot.known(each, basis.mark))}
    cold = [each for each in streams if each.id not in known]
    asked_histories = ask_histories(tx, [each.id for each in cold if each.event_count])
    asked_obligations = ask_obligations(tx, [each.id for each in cold if each.law is not None])
    asked_tasks = ask_tasks(tx, [each.id for each in streams if each.law is not None])
    histories, stored, tasks = asked_histories(), asked_obligations(), asked_tasks()
    difference = Difference()
    left = []
    for stream in streams:
        before, told = known.get(stream.id), sorted(fresh[stream.key], key=_ORDER)
        if before is None:
            history = sorted([*histories.get(stream.id, ()), *told], key=_ORDER)
            rows = stored.get(stream.id, {})
            seen = {id_: _seen(row) for id_, row in rows.items()}
        else:
            history = list(before.history)
            for event in told:
                insort(history, event, key=_ORDER)
            rows, seen = {}, before.rows
        earlier = None
        if before is not None and before.judged is not None and before.through == basis.through:
            earlier = Earlier(before.judged, told)
        by = stream.key, history, basis.since, basis.through
        judgement = hot.law.judge(*by, earlier)
        basis.require_given(stream, judgement.projection)
        changes = len(difference.changed)
        now = _compare(stream, judgement, seen, rows, basis, difference)
        compare_names(stream, judgement.projection, difference)
        if stream.law not in (None, basis.mark):
            difference.former.extend(former_of(difference.changed[changes:]))
        there = tasks.get(stream.id, {})
        there = {key: row for key, row in there.items() if judgement.part.has(key[0])}
        compare_tasks(stream.id, judgement.projection.tasks, there, difference)
        content = content_of(judgement.projection, basis, len(history))
        difference.streams.append((stream.id, *content))
        left.append(
            HotStream(
                stream.key,
                tx.version,
                basis.mark,
                basis.through,
                tuple(history),
                now,
                judgement.judged,
                size_of(history, now),
            )
        )
    write(tx, difference, basis.through)
    return left


def _seen(row: Row) -> SeenRow:
    return SeenRow(row[2], row[5], hash(row))


def _compare(
    stream: Stream,
    judgement: PartialProjection,
    seen: Mapping[str, SeenRow],
    rows: Mapping[str, Row],
    basis: Basis,
    into: Difference,
) -> dict[str, SeenRow]:
    """Add to *into* what differs between the obligations of *judgement* and those *seen* of what it
    judged; gives those there are then. *rows*: the stored ones, as far as they were read."""
    part = judgement.part
    old = {id_: each for id_, each in seen.items() if part.covers(each.rule, each.task_id)}
    now = {} if part.is_whole else {id_: seen[id_] for id_ in seen.keys() - old.keys()}
    for obligation in judgement.projection.obligations:
        row = obligation_row(obligation, stream.id)
        before = old.pop(obligation.id, None)
        after = now[obligation.id] = _seen(row)
        if before is None:
            into.added.append((*row, basis.attention(obligation)))
        elif before.digest != after.digest:
            # Of a row that was not read nothing is asked but its id: the law is what it was.
            now_row = (*row, basis.attention(obligation))
            into.changed.append((now_row, rows.get(obligation.id, (obligation.id,))))
    into.removed.extend(rows.get(id_) or _known(id_, stream, each) for id_, each in old.items())
    return now


def _known(id_: str, stream: Stream, seen: SeenRow) -> Row:
    """What is known of the row of that id, which was not read: it ends with the task."""
    return id_, stream.id, seen.rule, None, None, seen.task_id
