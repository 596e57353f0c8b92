"""Which streams a report belongs to, by the directory of today: acts of a successor are the acts of
the bodies it stands for, and are read in their streams as well.

The intake says so of each event as it comes. What came before a hand-over from one body to another
stood in the directory is put right here, when everything is looked at again. Nothing is ever taken
out of a stream: the projection passes over what is not its body's act.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import partial

from ..rules.directory import Directory
from ..rules.events import Event, streams_by
from ..rules.streams import REPORTS, is_of_reports, key_of, parts_of
from .database import Store
from .history import read_histories
from .streams import Stream, claim_streams, streams_after
from .transaction import Transaction

_STREAMS_AT_ONCE = 100


def relate(store: Store, directory: Directory) -> None:
    """Let every stored report belong to the streams that *directory* says, durably."""
    if not directory.hand_overs:
        return
    last = 0
    while streams := store.read(partial(streams_after, last=last, limit=_STREAMS_AT_ONCE)):
        last = streams[-1].id
        reports = [stream for stream in streams if is_of_reports(stream.key)]
        if not reports:
            continue
        missing = store.read(partial(_unrelated, streams=reports, directory=directory))
        if missing:
            store.transact(partial(_relate_some, streams=reports, directory=directory))


def _relate_some(tx: Transaction, streams: Sequence[Stream], directory: Directory) -> None:
    # Found again under the locks of all that may be written, in the order of their keys.
    keys = _unrelated(tx, streams, directory)
    claimed = claim_streams(tx, {*keys, *(stream.key for stream in streams)})
    for key, events in _unrelated(tx, streams, directory).items():
        tx.run_each(
            "INSERT INTO event_stream (stream_id, event)"
            " SELECT %s, id FROM event WHERE source=%s AND event_id=%s",
            [(claimed[key].id, *event.key) for event in events],
        )
        tx.run(
            "UPDATE stream SET event_count=event_count+%s, version=%s WHERE id=%s",
            len(events),
            tx.version,
            claimed[key].id,
        )


def _unrelated(
    tx: Transaction, streams: Sequence[Stream], directory: Directory
) -> dict[str, list[Event]]:
    """By stream, the events of *streams* that it should have and does not."""
    histories = read_histories(tx, [stream.id for stream in streams])
    wanted: dict[str, dict[tuple[str, str], Event]] = {}
    for stream in streams:
        for event in histories[stream.id]:
            for key in _keys(event, directory):
                if key != stream.key:
                    wanted.setdefault(key, {})[event.key] = event
    rows = tx.rows_among("SELECT key, id FROM stream WHERE {among}", "key", wanted.keys())
    ids = dict[str, int](rows)
    there = read_histories(tx, list(ids.values()))
    found: dict[str, list[Event]] = {}
    for key, events in wanted.items():
        known = {event.key for event in there.get(ids.get(key, 0), ())}
        missing = [event for key_, event in events.items() if key_ not in known]
        if missing:
            found[key] = missing
    return found


def with_related(
    tx: Transaction,
    streams: Collection[Stream],
    histories: Mapping[int, Sequence[Event]],
    directory: Directory,
) -> dict[int, list[Event]]:
    """*histories* as they would be after `relate`; nothing is written."""
    relatives = {
        stream.id: _relatives(stream.key, directory)
        for stream in streams
        if is_of_reports(stream.key)
    }
    keys = {key for each in relatives.values() for key in each}
    rows = tx.rows_among("SELECT key, id FROM stream WHERE {among}", "key", keys)
    ids = dict[str, int](rows)
    theirs = read_histories(tx, list(ids.values()))
    found: dict[int, list[Event]] = {}
    for stream in streams:
        own = {event.key: event for event in histories[stream.id]}
        for key in relatives.get(stream.id, ()):
            for event in theirs.get(ids.get(key, 0), ()):
                if stream.key in _keys(event, directory):
                    own.setdefault(event.key, event)
        found[stream.id] = list(own.values())
    return found


def _relatives(key: str, directory: Directory) -> Iterable[str]:
    _, code = parts_of(key)
    heirs = directory.heirs(code)
    # What comes under an old code can be the act of whoever else its heir stands for.
    siblings = (each for heir in heirs for each in directory.predecessors(heir))
    others = dict.fromkeys((*heirs, *directory.predecessors(code), *siblings))
    return [key_of(REPORTS, each) for each in others if each != code]


def _keys(event: Event, directory: Directory) -> list[str]:
    return streams_by(event.type, event.subject, event.data, event.on, directory)
