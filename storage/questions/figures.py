"""The compliance figures of a day: what is open, overdue, closed, and how tasks stand.

They are read from partial indexes, so that they cost what is open and what was due in the last
90 days, however long the history. The order in which events came cannot change them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, NamedTuple

from ...rules.directory import Directory
from ...rules.obligations import MET, MET_LATE, OPEN, OVERDUE, Obligation
from ..other_days import Streams, otherwise_on, projected_on
from ..projecting import Basis, Lawful
from ..tables.forms import day_of, day_text, words_of
from ..transaction import Transaction
from .counting import CountedUnder
from .otherwise_closed import move_late, move_silent
from .task_figures import count_tasks, read_tasks
from .windows import LATE, ON_TIME, VOID, WINDOW_SUMS, WINDOWS, starts_of


@dataclass(slots=True)
class Figures:
    """The figures of one day; a combination that has none is absent.

    Each stands under one body: what is to be done, and tasks, under whoever answers for it on the
    day; what was closed under whoever owed it then; a breach under whoever answered on the day it
    began (`rules.directory.Directory.counted_under`).

    ``obligations``: by rule, body and OPEN or OVERDUE (each is one of them, not both).
    ``closed``: by rule, body, outcome and window, those with a due date in the window.
    ``missed``: by rule, body and window, those with a due date in the window that are overdue
    still. ``breaches``: by rule, body and window, those with a due date in the window that
    count as a breach, closed or not. ``oldest_overdue``: by rule and body, the earliest due
    date that has passed. ``overdue_breaches`` and ``oldest_breach``: how many are overdue and
    count as a breach by this day, and the earliest due date of these. ``tasks``: by body and
    status; done ones for as long as the longest window after they were done. ``incomplete``:
    documents by the field of Điều 5.1 that they lack. ``flags``: streams by what is odd about
    them; ``flagged``: by the kind of it alone, without the code that a flag may name.
    """

    obligations: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    closed: Counter[tuple[str, str, str, int]] = field(default_factory=Counter)
    missed: Counter[tuple[str, str, int]] = field(default_factory=Counter)
    breaches: Counter[tuple[str, str, int]] = field(default_factory=Counter)
    oldest_overdue: dict[tuple[str, str], date] = field(default_factory=dict)
    overdue_breaches: Counter[tuple[str, str]] = field(default_factory=Counter)
    oldest_breach: dict[tuple[str, str], date] = field(default_factory=dict)
    tasks: Counter[tuple[str, str]] = field(default_factory=Counter)
    incomplete: Counter[str] = field(default_factory=Counter)
    flags: Counter[str] = field(default_factory=Counter)
    flagged: Counter[str] = field(default_factory=Counter)


class Fulfilled(NamedTuple):
    """How many obligations of a rule that opened on one day were met on another: ``counts``,
    one for each of `WINDOWS`, by due date."""

    rule: str
    opened_on: date
    met_on: date
    counts: tuple[int, ...]


def figures(tx: Transaction, law: Lawful, as_of: date) -> Figures:
    """The figures of *as_of*, a local date, by what had been said by its end."""
    since, through = tx.period()
    found = Figures()
    otherwise, anew = otherwise_on(tx, as_of, through), Streams()
    bodies, kept = CountedUnder(law.directory, as_of), as_of - timedelta(days=WINDOWS[-1])
    for _, projection in projected_on(tx, Basis(law, since, as_of), otherwise):
        anew = otherwise
        _count(projection.obligations, law.directory, as_of, found)
        found.tasks.update(count_tasks(projection.tasks, bodies, kept))
        _count_odd(found, projection.missing, projection.flags)
    _read_open(tx, bodies, anew, found)
    _read_closed(tx, bodies, anew, found)
    move_late(tx, bodies, anew, found.closed)
    if law.silent:
        move_silent(tx, bodies, anew, found.closed, law.silent)
    found.tasks.update(read_tasks(tx, bodies, anew, kept))
    for missing, count in _read_streams(tx, "missing", anew):
        _count_odd(found, missing=missing, count=count)
    for flags, count in _read_streams(tx, "flags", anew):
        _count_odd(found, flags=flags, count=count)
    for counted in (found.obligations, found.closed, found.missed, found.breaches):
        _drop_zeros(counted)
    _drop_zeros(found.overdue_breaches)
    return found


def fulfilments(tx: Transaction, as_of: date) -> list[Fulfilled]:
    """The obligations that fell due in a window and were met by *as_of*. Those that are not
    stored yet are not among them."""
    starts = starts_of(as_of)
    rows = tx.rows(
        f"SELECT rule, opened_on, met_on, {WINDOW_SUMS} FROM obligation"
        " WHERE closed_on IS NOT NULL AND due > %s AND due < %s AND met_on <= %s"
        " GROUP BY rule, opened_on, met_on",
        *starts,
        starts[-1],
        day_text(as_of),
        day_text(as_of),
    )
    return [
        Fulfilled(rule, date.fromisoformat(opened_on), date.fromisoformat(met_on), tuple(counts))
        for rule, opened_on, met_on, *counts in rows
    ]


_OVERDUE_BREACH = "overdue_on <= %s AND breach_on <= %s"
_WINDOW_BREACHES = ", ".join(
    "SUM(CASE WHEN breach_on <= %s AND due > %s AND due < %s THEN 1 ELSE 0 END)" for _ in WINDOWS
)
_WINDOW_MISSES = ", ".join(
    "SUM(CASE WHEN overdue_on <= %s AND due > %s AND due < %s THEN 1 ELSE 0 END)" for _ in WINDOWS
)


def _read_open(tx: Transaction, bodies: CountedUnder, anew: Streams, found: Figures) -> None:
    """What was open at the end of the day: open still, or closed since."""
    day = day_text(bodies.as_of)
    windows = [each for start in starts_of(bodies.as_of) for each in (day, start, day)]
    for closed, bounds in (("closed_on IS NULL", [day]), ("closed_on > %s", [day, day])):
        rows = tx.rows(
            f"SELECT rule, body, {bodies.by_days('breach_on')} AS broken,"
            f" {bodies.begun()} AS begun, COUNT(*),"
            " SUM(CASE WHEN overdue_on <= %s THEN 1 ELSE 0 END),"
            " MIN(CASE WHEN overdue_on <= %s THEN due END),"
            f" SUM(CASE WHEN {_OVERDUE_BREACH} THEN 1 ELSE 0 END),"
            f" MIN(CASE WHEN {_OVERDUE_BREACH} THEN due END),"
            f" {_WINDOW_MISSES}, {_WINDOW_BREACHES}"
            f" FROM obligation WHERE {closed} AND opened_on <= %s{anew.left_out('stream_id')}"
            " GROUP BY rule, body, broken, begun",
            *[day] * 6,
            *windows,
            *windows,
            *bounds,
            *anew.parameters,
        )
        for rule, code, broken, begun, count, overdue, oldest, breaches, breach, *counts in rows:
            body, breaking = bodies.as_it_stands(code, begun), bodies.on(code, broken, begun)
            found.obligations[rule, body, OPEN] += count - overdue
            found.obligations[rule, body, OVERDUE] += overdue
            found.overdue_breaches[rule, body] += breaches
            _note_oldest(found.oldest_overdue, rule, body, day_of(oldest))
            _note_oldest(found.oldest_breach, rule, body, day_of(breach))
            for place, window in enumerate(WINDOWS):
                found.missed[rule, body, window] += counts[place]
                found.breaches[rule, breaking, window] += counts[len(WINDOWS) + place]


def _read_closed(tx: Transaction, bodies: CountedUnder, anew: Streams, found: Figures) -> None:
    """What was closed by the day and due in one of the windows."""
    day = day_text(bodies.as_of)
    starts = starts_of(bodies.as_of)
    rows = tx.rows(
        f"SELECT rule, body, {bodies.by_days('closed_on')} AS closed,"
        f" {bodies.by_days('breach_on')} AS broken, {bodies.begun()} AS begun,"
        f" CASE WHEN met_on <= due THEN '{ON_TIME}'"
        f" WHEN met_on IS NOT NULL OR breach_on IS NOT NULL THEN '{LATE}'"
        f" ELSE '{VOID}' END AS outcome,"
        f" CASE WHEN breach_on IS NULL THEN 0 ELSE 1 END AS breach, {WINDOW_SUMS}"
        " FROM obligation WHERE closed_on IS NOT NULL AND due > %s AND due < %s"
        f" AND closed_on <= %s AND opened_on <= %s{anew.left_out('stream_id')}"
        " GROUP BY rule, body, closed, broken, begun, outcome, breach",
        *starts,
        starts[-1],
        day,
        day,
        day,
        *anew.parameters,
    )
    for rule, code, closed, broken, begun, outcome, breach, *counts in rows:
        body, breaking = bodies.on(code, closed, begun), bodies.on(code, broken, begun)
        for window, count in zip(WINDOWS, counts, strict=True):
            found.closed[rule, body, outcome, window] += count
            found.breaches[rule, breaking, window] += count if breach else 0


def _count(
    obligations: Iterable[Obligation], directory: Directory, as_of: date, found: Figures
) -> None:
    """Count what is not stored yet as the statements above count what is."""
    for each in obligations:
        if not each.has_opened(as_of):
            continue
        state, breach = each.state(as_of), each.counts_as_breach(as_of)
        body, breaking = each.counted_under(directory, as_of), each.breach_of(directory)
        windows = [
            window
            for window in WINDOWS
            if each.due is not None and as_of - timedelta(days=window) <= each.due < as_of
        ]
        if state in (OPEN, OVERDUE):
            found.obligations[each.rule, body, state] += 1
        if state == OVERDUE:
            _note_oldest(found.oldest_overdue, each.rule, body, each.due)
        if state == OVERDUE and breach:
            found.overdue_breaches[each.rule, body] += 1
            _note_oldest(found.oldest_breach, each.rule, body, each.due)
        for window in windows:
            if breach and breaking is not None:
                found.breaches[each.rule, breaking, window] += 1
            if state == OVERDUE:
                found.missed[each.rule, body, window] += 1
            elif state != OPEN:
                found.closed[each.rule, body, _outcome(state, breach), window] += 1


def _outcome(state: str, breach: bool) -> str:
    if state == MET:
        return ON_TIME
    return LATE if state == MET_LATE or breach else VOID


def _note_oldest(
    oldest: dict[tuple[str, str], date], rule: str, body: str, due: date | None
) -> None:
    if due is not None:
        oldest[rule, body] = min(oldest.get((rule, body), due), due)


def _read_streams(tx: Transaction, column: str, anew: Streams) -> list[tuple[tuple[str, ...], int]]:
    """The lists of words in a column that holds them, with the number of streams of each."""
    rows = tx.rows(
        f"SELECT {column}, COUNT(*) FROM stream WHERE {column} IS NOT NULL{anew.left_out('id')}"
        f" GROUP BY {column}",
        *anew.parameters,
    )
    return [(words_of(words), count) for words, count in rows]


def _count_odd(
    found: Figures, missing: Iterable[str] = (), flags: Sequence[str] = (), count: int = 1
) -> None:
    """Count what *count* streams lack, and what is odd about them."""
    for field_ in missing:
        found.incomplete[field_] += count
    for flag in flags:
        found.flags[flag] += count
    for kind in {flag.partition(":")[0] for flag in flags}:
        found.flagged[kind] += count


def _drop_zeros(counted: Counter[Any]) -> None:
    for key in [key for key, count in counted.items() if not count]:
        del counted[key]
