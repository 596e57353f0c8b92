"""Archives what is over: finds the streams that were closed before a day, and takes their words or
their rows away once they stand in a file that was read back.

A stream goes in one transaction, under its lock, and only while it is still what the file has.
What is left of one whose rows went: that it was archived, digests of its names, and how many of its
obligations came out how.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from ...rules.events import LOCAL, Event
from ...rules.streams import REPORTS_BEGIN, parts_of
from ..archived import Counted, add_counts, numbers_kept
from ..database import Store
from ..engines.engine import Row
from ..history import read_histories
from ..mail_lines import forget_answers
from ..projecting import Basis, Difference, Lawful, compare, write
from ..questions.filtering import SILENT
from ..questions.windows import LATE, ON_TIME, VOID
from ..secrecy.first_stage import names_stored
from ..secrecy.marks import marks_of
from ..secrecy.quotes import digest_of_stream, names_from
from ..stored_rows import read_stored
from ..streams import TABLES_OF_STREAM, Stream, lock_streams, touch
from ..tables.archive_models import ArchivedStreamRow
from ..tables.forms import day_text, to_json, to_micros
from ..transaction import Transaction
from .log import LoggedEvent, read_of_streams
from .wordless import without_words

AT_ONCE = 50
"""How many streams go in one transaction, so that the intake never waits for long."""
_LISTED_AT_ONCE = 1_000


class Went(StrEnum):
    """What became of a stream of an archive."""

    GONE = "gone"
    """Its words or rows are taken away now."""
    BEFORE = "before"
    """They were before."""
    MOVED_ON = "moved_on"
    """Something came since: it stays as it is."""


@dataclass(frozen=True, slots=True)
class Filed:
    """A stream as the file has it: the source, id and digest of each of its events."""

    key: str
    events: frozenset[tuple[str, str, bytes]]


def closed_streams(tx: Transaction, before: date, *, whole: bool) -> Iterator[tuple[int, str, int]]:
    """Row, key and number of events of each stream that was over before the local date *before*:
    every obligation closed, and due before it, every task done or ended, no reminder waiting,
    nothing that a later date opens, no event since.

    *whole*: to be archived with its rows, and so not one that figures count for what it lacks.
    """
    over, values = _over(before, whole=whole)
    last = 0
    while rows := tx.rows(
        f"SELECT s.id, s.key, s.event_count FROM stream s WHERE {over} AND s.id > %s"
        f" ORDER BY s.id LIMIT {_LISTED_AT_ONCE}",
        *values,
        last,
    ):
        last = rows[-1][0]
        streams = [(key, events) for _, key, events in rows]
        done = set[str]() if whole else _archived_already(tx, streams)
        yield from (row for row in rows if row[1] not in done)


def _over(before: date, *, whole: bool) -> tuple[str, Row]:
    """What SQL asks of a stream *s* for `closed_streams`, and its parameters."""
    odd = " AND s.missing IS NULL AND s.flags IS NULL" if whole else ""
    midnight = to_micros(datetime(before.year, before.month, before.day, tzinfo=LOCAL))
    day = day_text(before)
    asked = (
        f"s.event_count > 0 AND s.next_opening IS NULL{odd}"
        f" AND substr(s.key, 1, {len(REPORTS_BEGIN)}) <> %s"
        " AND NOT EXISTS (SELECT 1 FROM obligation o WHERE o.stream_id = s.id"
        "  AND (o.closed_on IS NULL OR o.closed_on >= %s OR o.due >= %s))"
        " AND NOT EXISTS (SELECT 1 FROM event e WHERE e.stream_id = s.id AND e.time >= %s)"
        " AND NOT EXISTS (SELECT 1 FROM task t WHERE t.stream_id = s.id"
        "  AND t.done_on IS NULL AND t.ended_on IS NULL)"
        " AND NOT EXISTS (SELECT 1 FROM outbox m WHERE m.stream_id = s.id"
        "  AND m.published_at IS NULL)"
        " AND NOT EXISTS (SELECT 1 FROM event_stream f WHERE f.stream_id = s.id)"
    )
    return asked, (REPORTS_BEGIN, day, day, midnight)


def _archived_already(tx: Transaction, streams: Sequence[tuple[str, int]]) -> set[str]:
    """Those whose words are gone, and to which nothing has come since."""
    digests = {digest_of_stream(key): (key, events) for key, events in streams}
    rows = tx.rows_among(
        "SELECT stream, events FROM archived_stream WHERE {among}", "stream", digests
    )
    return {digests[digest][0] for digest, events in rows if digests[digest][1] == events}


def take_away(
    store: Store, law: Lawful, filed: Sequence[Filed], before: date, at: datetime, *, whole: bool
) -> Counter[Went]:
    """Take away the rows (*whole*) or the words of the streams *filed*, at the aware time *at*;
    those that are no longer over, or not as they are filed, stay."""
    wanted = {each.key: each for each in filed}
    gone = set[str]()

    def work(tx: Transaction) -> Counter[Went]:
        became = _Removal(tx, law, wanted, before, at, whole).remove()
        # What an earlier try took, whose commit went unheard, was gone before for this one.
        became |= {key: Went.GONE for key in gone if became[key] is Went.BEFORE}
        gone.update(key for key, went in became.items() if went is Went.GONE)
        went = Counter({Went.BEFORE: 0})
        went.update(became.values())
        return went

    return store.transact(work)


class _Removal:
    """One call of `take_away`."""

    def __init__(
        self,
        tx: Transaction,
        law: Lawful,
        wanted: Mapping[str, Filed],
        before: date,
        at: datetime,
        whole: bool,
    ) -> None:
        self._tx = tx
        self._law = law
        self._wanted = wanted
        self._before = before
        self._at = to_micros(at)
        self._whole = whole

    def remove(self) -> dict[str, Went]:
        tx, wanted = self._tx, self._wanted
        rows = tx.rows_among("SELECT id, key FROM stream WHERE {among}", "key", wanted)
        streams = lock_streams(tx, [id_ for id_, _ in rows])
        over = self._over({stream.id for stream in streams})
        events: dict[int, list[LoggedEvent]] = {stream.id: [] for stream in streams}
        for stream_id, event in read_of_streams(tx, list(events)):
            events[stream_id].append(event)
        went = dict.fromkeys(wanted, Went.BEFORE)
        for stream in streams:
            found = frozenset((e.source, e.id, e.sha256) for e in events[stream.id])
            if self._is_archived(stream):
                continue
            if stream.id not in over or found != wanted[stream.key].events:
                went[stream.key] = Went.MOVED_ON
            elif self._whole:
                self._take_rows(stream, events[stream.id])
                went[stream.key] = Went.GONE
            else:
                taken = self._take_words(stream, events[stream.id])
                went[stream.key] = Went.GONE if taken else Went.MOVED_ON
        return went

    def _over(self, ids: Collection[int]) -> set[int]:
        """Those of the streams that are over still; they are locked."""
        over, values = _over(self._before, whole=self._whole)
        sql = f"SELECT s.id FROM stream s WHERE {over} AND {{among}}"
        return {id_ for (id_,) in self._tx.rows_among(sql, "s.id", ids, *values)}

    def _is_archived(self, stream: Stream) -> bool:
        done = _archived_already(self._tx, [(stream.key, stream.event_count)])
        return bool(done) and not self._whole

    def _take_words(self, stream: Stream, events: Sequence[LoggedEvent]) -> bool:
        """Take the words of *stream*; not where obligations would be others without them."""
        tx = self._tx
        basis = Basis(self._law, *tx.period())
        _rewrite(tx, [_without_words(event) for event in events])
        history: list[Event] = read_histories(tx, [stream.id])[stream.id]
        difference = Difference()
        stored = read_stored(tx, [stream.id])
        compare(basis.project(stream, history), stored, basis, difference)
        if difference.added or difference.changed or difference.removed:
            _rewrite(tx, events)
            return False
        write(tx, difference, basis.through)
        touch(tx, [stream.id])
        tx.run("UPDATE reminder SET words=NULL WHERE stream_id=%s", stream.id)
        tx.run("UPDATE snooze SET reason=NULL WHERE stream_id=%s", stream.id)
        forget_answers(tx, [stream.id])
        tx.run("DELETE FROM outbox WHERE stream_id=%s AND published_at IS NOT NULL", stream.id)
        self._remember(stream, [], [])
        return True

    def _take_rows(self, stream: Stream, events: Sequence[LoggedEvent]) -> None:
        tx = self._tx
        counted = _counted(tx, stream.id)
        names = names_stored(tx, [stream.id]).get(stream.id, set())
        names |= names_from(parts_of(stream.key)[1])
        forget_answers(tx, [stream.id])
        for table in TABLES_OF_STREAM:
            tx.run(f"DELETE FROM {table} WHERE stream_id=%s", stream.id)
        rows = [event.row for event in events]
        tx.run_among("DELETE FROM conflict WHERE {among}", "event", rows)
        tx.run_among("DELETE FROM event WHERE {among}", "id", rows)
        tx.run("DELETE FROM stream WHERE id=%s", stream.id)
        add_counts(tx, counted)
        numbered = [e for e in events if e.sequence is not None]
        numbers = numbers_kept((e.source, e.sequence or 0, e.message or e.id) for e in numbered)
        self._remember(stream, counted, sorted(name.listed() for name in names), numbers)

    def _remember(
        self, stream: Stream, counted: list[Counted], names: list[str], numbers: str | None = None
    ) -> None:
        tx, digest = self._tx, digest_of_stream(stream.key)
        tx.run("DELETE FROM archived_stream WHERE stream=%s", digest)
        columns = ("stream", "archived_at", "events", "whole", "counts", "names", "numbers")
        row = (digest, self._at, stream.event_count, self._whole)
        tx.insert(ArchivedStreamRow, columns, [(*row, to_json(counted), to_json(names), numbers)])


def _without_words(event: LoggedEvent) -> LoggedEvent:
    body = without_words(event.type, event.structured, event.body)
    return replace(event, structured=False, body=body)


def _rewrite(tx: Transaction, events: Sequence[LoggedEvent]) -> None:
    """Have the stored events say what *events* do."""
    tx.run_each(
        "UPDATE event SET structured=%s, body=%s, marks=%s WHERE id=%s",
        [(e.structured, e.body, marks_of(e.said), e.row) for e in events],
    )


def _counted(tx: Transaction, stream_id: int) -> list[Counted]:
    """How many obligations of a stream came out how."""
    rows = tx.rows(
        "SELECT body, rule, due, met_on, closed_on, breach_on,"
        f" CASE WHEN {SILENT} THEN 1 ELSE 0 END,"
        " CASE WHEN met_at > due_at THEN 1 ELSE 0 END FROM obligation o WHERE stream_id=%s",
        stream_id,
    )
    found = Counter(
        (body, rule, (due or closed_on)[:7], _outcome(due, met_on, breach_on, silent, late))
        for body, rule, due, met_on, closed_on, breach_on, silent, late in rows
    )
    return [(*key, number) for key, number in sorted(found.items())]


def _outcome(
    due: str | None, met_on: str | None, breach_on: str | None, silent: int, late: int
) -> str:
    """How a closed obligation came out; without a date it is met in time. *silent*: 1 where silence
    has met it, which is not late; *late*: 1 where it was met after the moment of its due date."""
    if met_on is not None and (due is None or (met_on <= due and not late) or silent):
        return ON_TIME
    return LATE if met_on is not None or breach_on is not None else VOID
