"""The same law over the same events, or another law over them: projects old streams again and
shows what differs before it writes it.

Nothing is read twice where nothing differs, and a transaction that writes holds few streams, so
that the intake goes on meanwhile. Killed half way, it has done some streams and not others;
started again, it does the rest.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial

from ..rules.events import LOCAL
from ..rules.obligations import Obligation
from .database import Store
from .engines.engine import Row
from .first_start import start_by
from .leaps import forget_looks
from .looking import Found, Look, look_at_all
from .outbox import Unsent, gathered_after, newest_unsent, unsent_between
from .projecting import Basis, Difference, Lawful, together, write
from .relating import relate
from .reprocessing_runs import ReprocessRun
from .streams import Stream, lock_streams, streams_after, streams_of_subject
from .tables.forms import to_micros
from .tables.rows import obligation_of
from .transaction import LAW, SCHEDULE, SINCE, THROUGH, Transaction
from .withdrawing import decide_anew

_STREAMS_AT_ONCE = 500
_EVENTS_AT_ONCE = 2_000
"""Bounds of what is read at once, and so of memory."""
_ROWS_AT_ONCE = 500
"""The most rows that one transaction writes, but for a single stream that has more."""

_Looking = Callable[[Transaction], list[Unsent]]
Progress = Callable[[int], None]
"""Told the number of events that were projected since it was last told."""


@dataclass(frozen=True, slots=True)
class Scope:
    """What to project again: everything, or what meets all that is given.

    ``subject``: the streams about it. ``since``: the streams with an event on or after that
    local date. ``rule``: the streams in which an obligation of that rule would differ.
    """

    subject: str | None = None
    since: date | None = None
    rule: str | None = None

    @property
    def everything(self) -> bool:
        """Whether it leaves nothing out."""
        return self == Scope()


@dataclass(frozen=True, slots=True)
class Change:
    """An obligation that differs: ``before`` is None where it is added, ``after`` where it is
    removed."""

    before: Obligation | None
    after: Obligation | None


def is_settled(store: Store, law: Lawful) -> bool:
    """Whether everything stored was projected by *law*; a database without streams adopts it."""

    def settled(tx: Transaction) -> bool:
        mark = Basis(law, *tx.period()).mark
        known = tx.setting(LAW)
        if known is None and not tx.rows("SELECT id FROM stream LIMIT 1"):
            tx.set_setting(LAW, mark)
            return True
        return known == mark

    return store.transact(settled)


def reprocess(
    store: Store,
    law: Lawful,
    scope: Scope,
    *,
    since: date | None = None,
    through: date | None = None,
    dry_run: bool,
    jobs: int = 1,
    progress: Progress | None = None,
) -> Iterator[Change]:
    """Project the streams of *scope* again by *law*, giving every obligation that differs and,
    unless *dry_run*, writing it. The work is done as the iterator is consumed.

    *since* is another first day for periodic obligations (``tracking.since``), *through* another
    day by which everything is projected; both go with everything alone, and None keeps the stored
    one. *jobs* processes look, and this one writes; what
    comes of it does not depend on their number. Once everything is done, *law* is remembered
    (`is_settled`). Raises `Overtaken`, before it would write into what a later run has judged.
    """
    if (since or through) is not None and not scope.everything:
        raise ValueError("another since or through concerns every stream")
    run = ReprocessRun(law)
    if scope.everything and not dry_run:
        store.transact(lambda tx: _begin(tx, run, since, through))
    elif not dry_run:
        run.join(store)
    if not dry_run:
        relate(store, law.directory)
    # Once it is stored, days may pass meanwhile.
    look = Look(store, law, since, through if dry_run else None, relating=dry_run)
    for streams, differing in look_at_all(look, _chunks(store, scope), jobs):
        found = [each for each in differing if _is_asked_for(scope.rule, each.difference)]
        for each in found:
            yield from _changes(each.difference, each.stream.key)
        if not dry_run:
            _write(look, found, run)
        if progress is not None:
            progress(sum(stream.event_count for stream in streams))
    if scope.everything and not dry_run:
        store.transact(run.end)


def _begin(tx: Transaction, run: ReprocessRun, since: date | None, through: date | None) -> None:
    """From here until the end nothing is settled."""
    if since is not None:
        tx.set_setting(SINCE, since.isoformat())
    run.begin(tx)
    if through is not None:
        tx.set_setting(THROUGH, through.isoformat())
        tx.forget_setting(SCHEDULE)
        forget_looks(tx)
        start_by(tx, through)


def take_back(store: Store, on: date, *, dry_run: bool) -> Iterator[Unsent]:
    """Withdraw every reminder that is decided and not sent, giving each; it is decided anew from
    the day *on*. *dry_run* only gives them."""
    last = store.read(newest_unsent)
    after = 0
    do = store.read if dry_run else store.transact
    day = None if dry_run else on
    while found := do(_taking(partial(_some, after, last), day)):
        after = found[-1].id
        yield from found
    after = 0
    while found := do(_taking(partial(_gathered, after), day)):
        after = found[-1].id
        yield from found


def _some(after: int, last: int, tx: Transaction) -> list[Unsent]:
    return unsent_between(tx, after, last, _ROWS_AT_ONCE)


def _gathered(after: int, tx: Transaction) -> list[Unsent]:
    return gathered_after(tx, after, _ROWS_AT_ONCE)


def _taking(look: _Looking, on: date | None) -> _Looking:
    """What *look* gives, taken back until the day *on*, in one transaction; None: not at all."""
    earlier: list[Unsent] = []

    def take(tx: Transaction) -> list[Unsent]:
        found = look(tx)
        if earlier and not set(earlier).intersection(found):
            return earlier  # taken by a try whose commit went unheard
        if on is not None:
            decide_anew(tx, {each.obligation for each in found}, on)
            earlier[:] = found
        return found

    return take


def _chunks(store: Store, scope: Scope) -> Iterator[list[Stream]]:
    """The streams of *scope*, in chunks of bounded size."""
    if scope.subject is not None:
        subject = scope.subject
        yield store.read(lambda tx: _happened(tx, streams_of_subject(tx, subject), scope.since))
        return
    last = 0
    while streams := store.read(_next_chunk(last)):
        last = streams[-1].id
        chosen = store.read(partial(_happened, streams=streams, since=scope.since))
        if chosen:
            yield chosen


def _next_chunk(last: int) -> Callable[[Transaction], list[Stream]]:
    def read(tx: Transaction) -> list[Stream]:
        streams = streams_after(tx, last, _STREAMS_AT_ONCE)
        events = 0
        for count, stream in enumerate(streams, start=1):
            events += stream.event_count
            if events >= _EVENTS_AT_ONCE:
                return streams[:count]
        return streams

    return read


def _happened(tx: Transaction, streams: list[Stream], since: date | None) -> list[Stream]:
    """Those of *streams* with an event on or after *since*; all where that is None."""
    if since is None:
        return streams
    midnight = to_micros(datetime(since.year, since.month, since.day, tzinfo=LOCAL))
    rows = tx.rows_among(
        "SELECT stream_id FROM event WHERE time >= %s AND {among}",
        "stream_id",
        [stream.id for stream in streams],
        midnight,
    )
    rows += tx.rows_among(
        "SELECT f.stream_id FROM event_stream f JOIN event e ON e.id = f.event"
        " WHERE e.time >= %s AND {among}",
        "f.stream_id",
        [stream.id for stream in streams],
        midnight,
    )
    found = {stream_id for (stream_id,) in rows}
    return [stream for stream in streams if stream.id in found]


def _is_asked_for(rule: str | None, difference: Difference) -> bool:
    """Whether an obligation of *rule* differs; anything will do where that is None."""
    return rule is None or any(
        obligation.rule == rule
        for change in _changes(difference, "")
        for obligation in (change.before, change.after)
        if obligation is not None
    )


def _write(look: Look, found: Sequence[Found], run: ReprocessRun) -> None:
    """Write what differs, in transactions of bounded size."""
    group: list[Found] = []
    size = 0
    for each in found:
        if group and size + each.difference.size > _ROWS_AT_ONCE:
            _write_group(look, group, run)
            group, size = [], 0
        group.append(each)
        size += each.difference.size
    if group:
        _write_group(look, group, run)


def _write_group(look: Look, group: Sequence[Found], run: ReprocessRun) -> None:
    known = {each.stream.id: each for each in group}

    def work(tx: Transaction) -> None:
        run.require_latest(tx)
        streams = lock_streams(tx, known.keys())
        basis = look.basis(tx)
        # What has moved on since the look is projected anew.
        stale = [
            stream
            for stream in streams
            if stream != known[stream.id].stream or basis.through != known[stream.id].through
        ]
        moved = {stream.id for stream in stale}
        fresh = [each for each in group if each.stream.id not in moved]
        differences = [each.difference for each in (*fresh, *look.within(tx, stale))]
        write(tx, together(differences), basis.through)

    look.store.transact(work)


def _changes(difference: Difference, stream: str) -> list[Change]:
    """The obligations that differ in the stream of that key."""
    changes = [Change(None, _new(row, stream)) for row in difference.added]
    changes += [
        Change(obligation_of(before, stream), _new(after, stream))
        for after, before in difference.changed
    ]
    changes += [Change(obligation_of(before, stream), None) for before in difference.removed]
    return changes


def _new(row: Row, stream: str) -> Obligation:
    """The obligation of a new row, which ends with the day of attention."""
    return obligation_of(row[:-1], stream)
