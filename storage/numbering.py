"""The numbers (`sequence`) that came of each source: told with the events, merged later; and what
is missing among them.

What a batch tells is one more row, so that nobody waits for anybody while events are stored; it is
merged by `merge`, now and then, and by whoever asks, in memory. What is erased, archived or purged
leaves its numbers here: they came.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from .database import Store
from .engines.engine import Row
from .numbers import NumberCounting, NumberRun, Numbers, ToldRun
from .secrecy.names import named_among, remembered_shapes
from .secrecy.quotes import Wanted, concealed, quotes_in
from .tables.forms import from_micros, to_micros
from .tables.number_models import NumberRunRow, NumberToldRow
from .transaction import MOVING, Transaction

MOST_SOURCES = 200
"""Sources whose numbers are kept; of more, it is kept only that there are more."""
ON_THE_WAY = timedelta(hours=4)
"""For so long what is missing may still come: a queue that HSCV empties, a relay that was down."""
TOLD_FOR = timedelta(days=7)
"""For so long somebody is told; then it is known, or cannot be had."""
NEW, LATE, OLD = "new", "late", "old"
_BEYOND = ""
"""The source that stands for those."""
_MERGING = "numbering"
_TOLD = ("source", "low", "high", "again", "fresh", "at")
_ROW = "(%s, %s, %s, %s, %s, %s)"
_FEW = 10
"""So many rows are written sooner by one statement: a copy asks the server three times."""
_RUN = ("source", "low", "high", "since")


class Coming(StrEnum):
    """How a number came, which says what it means that it came before."""

    NEW = "new"
    """With an event that was not there: different events have one number."""
    ERASED = "erased"
    """With an event that is not kept, or no more: the same may come again."""
    KNOWN = "known"
    """By a way that tells nothing of that."""
    ELSEWHERE = "elsewhere"
    """Into another database before; where all of that comes, its numbers come by themselves."""


class NumberTold(NamedTuple):
    """The number of an event of ``source``; ``by`` tells apart what may not share a number: a
    message, or an event that came alone."""

    source: str
    number: int
    coming: Coming
    by: object


@dataclass(frozen=True, slots=True)
class MissingRange:
    """Numbers that never came, from ``first`` to ``last``, though others around them did; since
    the aware time ``since``."""

    first: int
    last: int
    since: datetime

    @property
    def count(self) -> int:
        """How many they are."""
        return self.last - self.first + 1

    def age(self, now: datetime) -> str:
        """Which of `NEW`, `LATE` and `OLD` they are at the aware time *now*."""
        age = now - self.since
        return NEW if age < ON_THE_WAY else LATE if age < TOLD_FOR else OLD


@dataclass(frozen=True, slots=True)
class SourceNumbers:
    """A source that numbers its events: whether that counts them, what is missing, the lowest
    first, and how much that is missing is too long ago to be told."""

    source: str
    counting: NumberCounting
    missing: tuple[MissingRange, ...]
    earlier: int

    @property
    def count(self) -> int:
        """How many numbers are missing, those that are not told too."""
        return sum(each.count for each in self.missing) + self.earlier


def tell_numbers(tx: Transaction, told: Iterable[NumberTold], at: datetime) -> None:
    """Write, with the events in *tx*, the numbers that they *told* at the aware time *at*."""
    groups: dict[tuple[str, Coming], dict[int, set[object]]] = defaultdict(dict)
    for each in told:
        groups[each.source, each.coming].setdefault(each.number, set()).add(each.by)
    if any(coming is Coming.ELSEWHERE for _, coming in groups) and tx.setting(MOVING):
        return
    rows: list[Row] = []
    for (source, coming), numbers in groups.items():
        again = 0
        if coming is Coming.NEW:
            again = sum(map(len, numbers.values())) - len(numbers)
        elif coming is Coming.ERASED:
            again = -sum(map(len, numbers.values()))
        for low, high in _runs_of(sorted(numbers)):
            rows.append((source, low, high, again, coming is Coming.NEW, to_micros(at)))
            again = 0
    if len(rows) > _FEW:
        tx.insert(NumberToldRow, _TOLD, rows)
    elif rows:
        values = ", ".join([_ROW] * len(rows))
        parameters = [value for row in rows for value in row]
        tx.run(f"INSERT INTO number_told ({', '.join(_TOLD)}) VALUES {values}", *parameters)


def tell_known(tx: Transaction, numbers: Iterable[tuple[str, int]], at: datetime) -> None:
    """Write that *numbers*, each with its source, came at the aware time *at* with no event."""
    told = (NumberTold(source, number, Coming.KNOWN, None) for source, number in numbers)
    tell_numbers(tx, told, at)


def expect_again(tx: Transaction, streams: Collection[int], at: datetime) -> None:
    """The events of *streams* are about to be erased, at the aware time *at*: their numbers came,
    and different events do not have them where the same are sent once more."""
    rows = tx.rows_among(
        "SELECT source, sequence, message, id FROM event WHERE sequence IS NOT NULL AND {among}",
        "stream_id",
        streams,
    )
    erased = (NumberTold(source, n, Coming.ERASED, msg or id_) for source, n, msg, id_ in rows)
    tell_numbers(tx, erased, at)


def known_sources(tx: Transaction) -> list[str]:
    """The sources of which numbers came, as they are kept."""
    rows = tx.rows("SELECT source FROM numbering UNION SELECT source FROM number_told")
    return [source for (source,) in rows]


def conceal_sources(tx: Transaction, wanted: Wanted) -> None:
    """Put a digest in place of sources that quote a name *wanted*."""
    for source in known_sources(tx):
        if not wanted.named_by(source):
            continue
        digest = concealed(source)
        tx.run("UPDATE number_told SET source=%s WHERE source=%s", digest, source)
        for table in ("number_run", "numbering"):
            tx.run(f"DELETE FROM {table} WHERE source=%s", digest)
            tx.run(f"UPDATE {table} SET source=%s WHERE source=%s", digest, source)


def merge(store: Store) -> None:
    """Merge what was told since the last time. Any number of instances may; raises
    StorageError."""
    store.transact(_merge)


def numbers_of(tx: Transaction) -> list[SourceNumbers]:
    """Every source that numbers its events, by name; what is beyond `MOST_SOURCES` as one without
    a name. Nothing is written."""
    known = _known(tx)
    _take(known, _told(tx))
    numbered = _safely_named(tx, known)
    return [_described(source, numbered[source]) for source in sorted(numbered)]


def missing_by_age(found: Iterable[SourceNumbers], now: datetime) -> dict[str, int]:
    """How many numbers are missing of sources that count, at the aware time *now*: `NEW`, since
    less than `ON_THE_WAY`; `LATE`, since less than `TOLD_FOR`; `OLD`."""
    counts = {NEW: 0, LATE: 0, OLD: 0}
    for source in found:
        if source.counting is NumberCounting.COUNTED:
            counts[OLD] += source.earlier
            for each in source.missing:
                counts[each.age(now)] += each.count
    return counts


def _merge(tx: Transaction) -> None:
    # Whoever comes second sees what the first has made of it.
    tx.engine.hold([_MERGING])
    told = _told(tx)
    if not told:
        return
    tx.run_among("DELETE FROM number_told WHERE {among}", "id", [row[0] for row in told])
    sources = {source for _, source, *_ in told}
    sources |= {concealed(source) for source in sources}
    before, after = _known(tx, sources), _known(tx, sources)
    _take(after, told)
    named = _safely_named(tx, after)
    for source in sorted((before.keys() | named.keys()) & (sources | {_BEYOND})):
        _write(tx, source, before.get(source), named.get(source))


def _told(tx: Transaction) -> list[Row]:
    return tx.rows(f"SELECT id, {', '.join(_TOLD)} FROM number_told ORDER BY id")


def _known(tx: Transaction, sources: Collection[str] | None = None) -> dict[str, Numbers]:
    """What is merged already, by source; the runs of *sources* alone, where they are given."""
    known = {
        source: Numbers(*numbers)
        for source, *numbers in tx.rows(
            "SELECT source, came, again, closed_gaps, closed_missing, closed_through FROM numbering"
        )
    }
    among = known.keys() if sources is None else known.keys() & sources
    for source, *run in tx.rows_among(
        f"SELECT {', '.join(_RUN)} FROM number_run WHERE {{among}} ORDER BY source, low",
        "source",
        among,
    ):
        known[source].runs.append(NumberRun(*run))
    return known


def _take(known: dict[str, Numbers], told: Iterable[Row]) -> None:
    for _, source, low, high, again, fresh, at in told:
        if source not in known and len(known.keys() - {_BEYOND}) >= MOST_SOURCES:
            known.setdefault(_BEYOND, Numbers()).came += high - low + 1
            continue
        run = ToldRun(low, high, again, bool(fresh), at)
        known.setdefault(source, Numbers()).take(run)


def _safely_named(tx: Transaction, known: dict[str, Numbers]) -> dict[str, Numbers]:
    """*known*, with a digest for a name that quotes something redacted."""
    shapes = remembered_shapes(tx)
    if not shapes:
        return known
    quoted = {source: quotes_in(source, shapes) for source in known}
    redacted = named_among(tx, set[bytes]().union(*quoted.values()))
    named: dict[str, Numbers] = {}
    for source, numbers in sorted(known.items()):
        safe = source if redacted.isdisjoint(quoted[source]) else concealed(source)
        if safe not in named:
            named[safe] = numbers
            continue
        for run in numbers.runs:
            named[safe].take(ToldRun(run.low, run.high, 0, False, run.since))
    return named


def _write(tx: Transaction, source: str, before: Numbers | None, after: Numbers | None) -> None:
    had = set() if before is None else set(before.runs)
    has = set() if after is None else set(after.runs)
    gone = [run.low for run in had - has]
    tx.run_among("DELETE FROM number_run WHERE source=%s AND {among}", "low", gone, source)
    new = [(source, run.low, run.high, run.since) for run in sorted(has - had)]
    tx.insert(NumberRunRow, _RUN, new)
    if after is None:
        tx.run("DELETE FROM numbering WHERE source=%s", source)
    elif before is None or before != after:
        tx.run(
            "INSERT INTO numbering"
            " (source, came, again, closed_gaps, closed_missing, closed_through)"
            " VALUES (%s, %s, %s, %s, %s, %s) ON CONFLICT (source) DO UPDATE SET"
            " came=excluded.came, again=excluded.again, closed_gaps=excluded.closed_gaps,"
            " closed_missing=excluded.closed_missing, closed_through=excluded.closed_through",
            *(source, after.came, after.again),
            *(after.closed_gaps, after.closed_missing, after.closed_through),
        )


def _described(source: str, numbers: Numbers) -> SourceNumbers:
    if source == _BEYOND:
        return SourceNumbers(source, NumberCounting.BEYOND, (), 0)
    missing = (MissingRange(gap.low, gap.high, from_micros(gap.since)) for gap in numbers.gaps())
    return SourceNumbers(source, numbers.counting, tuple(missing), numbers.closed_missing)


def _runs_of(numbers: Sequence[int]) -> Iterator[tuple[int, int]]:
    """The runs without a gap in *numbers*, which are in order."""
    low = last = numbers[0]
    for number in numbers[1:]:
        if number != last + 1:
            yield low, last
            low = number
        last = number
    yield low, last
