"""The compliance figures of a day: what is open, overdue, closed, and how tasks stand.

They are read from partial indexes, so that they cost what is open and what was due in the last
90 days, however long the history. The order in which events came cannot change them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from ..rules.obligations import MET, MET_LATE, OPEN, OVERDUE, Obligation
from .forms import day_of, day_text, words_of
from .projecting import Lawful, Terms
from .queries import ahead
from .unit_of_work import Transaction

WINDOWS = (7, 30, 90)
"""Days back from the day that is looked at, which is counted, over which closed obligations are
counted by their due date."""

ON_TIME, LATE, VOID = "on_time", "late", "void"

DONE_ON_TIME, DONE_LATE = "done_on_time", "done_late"
IN_PROGRESS_WITHIN, IN_PROGRESS_PAST = "in_progress_within", "in_progress_past"
NOT_STARTED_WITHIN, NOT_STARTED_PAST = "not_started_within", "not_started_past"
"""The six of Điều 5.1.g: within or past the deadline; without a deadline, always within."""


_UNDONE = {
    (True, False): NOT_STARTED_WITHIN,
    (True, True): NOT_STARTED_PAST,
    (False, False): IN_PROGRESS_WITHIN,
    (False, True): IN_PROGRESS_PAST,
}
"""Of an undone task: by whether it has not been started, and whether its deadline is past."""


@dataclass(slots=True)
class Figures:
    """The figures of one day; a combination that has none is absent.

    ``obligations``: by rule, body and OPEN or OVERDUE (each is one of them, not both).
    ``closed``: by rule, body, outcome and window, those with a due date in the window.
    ``oldest_overdue``: by rule and body, the earliest due date that has passed.
    ``tasks``: by body and status; done ones for as long as the longest window after they were
    done. ``incomplete``: documents by the field of Điều 5.1 that they lack. ``flags``:
    streams by what is odd about them.
    """

    obligations: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    closed: Counter[tuple[str, str, str, int]] = field(default_factory=Counter)
    oldest_overdue: dict[tuple[str, str], date] = field(default_factory=dict)
    tasks: Counter[tuple[str, str]] = field(default_factory=Counter)
    incomplete: Counter[str] = field(default_factory=Counter)
    flags: Counter[str] = field(default_factory=Counter)


def figures(tx: Transaction, law: Lawful, as_of: date) -> Figures:
    """The figures of *as_of*, a local date.

    What is known of tasks and documents is what events have said so far, whatever *as_of*;
    only their deadlines are held against it.
    """
    since, through = tx.period()
    found = Figures()
    others = _ALL
    if as_of > through:
        others = _Others(_NOT_AHEAD, (day_text(as_of),))
        for obligations in ahead(tx, Terms(law, since, as_of)).values():
            _count(obligations, as_of, found)
    _read_open(tx, as_of, others, found)
    _read_closed(tx, as_of, others, found)
    _read_tasks(tx, as_of, found)
    _read_streams(tx, "missing", found.incomplete)
    _read_streams(tx, "flags", found.flags)
    return found


@dataclass(frozen=True, slots=True)
class _Others:
    """A condition that leaves out streams which are counted in another way."""

    sql: str
    parameters: tuple[Any, ...]


_ALL = _Others("", ())
_NOT_AHEAD = (
    " AND stream_id NOT IN"
    " (SELECT id FROM stream WHERE next_opening IS NOT NULL AND next_opening <= %s)"
)


def _read_open(tx: Transaction, as_of: date, others: _Others, found: Figures) -> None:
    """What was open at the end of *as_of*: open still, or closed since."""
    day = day_text(as_of)
    for still, closed in ((True, "closed_on IS NULL"), (False, "closed_on > %s")):
        rows = tx.rows(
            "SELECT rule, body, COUNT(*), SUM(CASE WHEN due < %s THEN 1 ELSE 0 END),"
            " MIN(CASE WHEN due < %s THEN due END)"
            f" FROM obligation WHERE {closed} AND opened_on <= %s{others.sql} GROUP BY rule, body",
            *((day, day, day) if still else (day, day, day, day)),
            *others.parameters,
        )
        for rule, body, count, overdue, oldest in rows:
            found.obligations[rule, body, OPEN] += count - overdue
            found.obligations[rule, body, OVERDUE] += overdue
            _note_oldest(found, rule, body, day_of(oldest))


def _read_closed(tx: Transaction, as_of: date, others: _Others, found: Figures) -> None:
    """What was closed by *as_of* and due in one of the windows."""
    day = day_text(as_of)
    starts = [day_text(as_of - timedelta(days=window)) for window in WINDOWS]
    rows = tx.rows(
        "SELECT rule, body,"
        f" CASE WHEN met_on IS NULL THEN '{VOID}' WHEN met_on > due THEN '{LATE}'"
        f" ELSE '{ON_TIME}' END AS outcome,"
        " SUM(CASE WHEN due > %s THEN 1 ELSE 0 END), SUM(CASE WHEN due > %s THEN 1 ELSE 0 END),"
        " COUNT(*) FROM obligation WHERE closed_on IS NOT NULL AND due > %s AND due <= %s"
        f" AND closed_on <= %s AND opened_on <= %s{others.sql} GROUP BY rule, body, outcome",
        *starts,
        day,
        day,
        day,
        *others.parameters,
    )
    for rule, body, outcome, *counts in rows:
        for window, count in zip(WINDOWS, counts, strict=True):
            found.closed[rule, body, outcome, window] += count


def _count(obligations: Iterable[Obligation], as_of: date, found: Figures) -> None:
    """Count what is not stored yet as the statements above count what is."""
    for each in obligations:
        if each.opened_on > as_of:
            continue
        state = each.state(as_of)
        if state in (OPEN, OVERDUE):
            found.obligations[each.rule, each.body, state] += 1
            if state == OVERDUE:
                _note_oldest(found, each.rule, each.body, each.due)
        elif each.due is not None and each.due <= as_of:
            outcome = {MET: ON_TIME, MET_LATE: LATE}.get(state, VOID)
            for window in WINDOWS:
                if each.due > as_of - timedelta(days=window):
                    found.closed[each.rule, each.body, outcome, window] += 1


def _note_oldest(found: Figures, rule: str, body: str, due: date | None) -> None:
    if due is not None:
        known = found.oldest_overdue.get((rule, body), due)
        found.oldest_overdue[rule, body] = min(known, due)


def _read_tasks(tx: Transaction, as_of: date, found: Figures) -> None:
    day = day_text(as_of)
    past = "CASE WHEN due < %s THEN 1 ELSE 0 END AS past"
    rows = tx.rows(
        f"SELECT lead, status, {past}, COUNT(*) FROM task"
        " WHERE done_on IS NULL AND ended_on IS NULL GROUP BY lead, status, past",
        day,
    )
    # What was done after the day had at least begun on it, as far as anyone can say now.
    rows += tx.rows(
        f"SELECT lead, 'in_progress', {past}, COUNT(*) FROM task"
        " WHERE done_on > %s AND ended_on IS NULL GROUP BY lead, past",
        day,
        day,
    )
    for lead, status, late, count in rows:
        found.tasks[lead, _UNDONE[status == "not_started", bool(late)]] += count
    rows = tx.rows(
        "SELECT lead, CASE WHEN done_on > due THEN 1 ELSE 0 END AS late, COUNT(*) FROM task"
        " WHERE done_on > %s AND done_on <= %s AND ended_on IS NULL GROUP BY lead, late",
        day_text(as_of - timedelta(days=WINDOWS[-1])),
        day,
    )
    for lead, late, count in rows:
        found.tasks[lead, DONE_LATE if late else DONE_ON_TIME] += count


def _read_streams(tx: Transaction, column: str, found: Counter[str]) -> None:
    """Count the words in a column that holds lists of them."""
    for words, count in tx.rows(
        f"SELECT {column}, COUNT(*) FROM stream WHERE {column} IS NOT NULL GROUP BY {column}"
    ):
        for word in words_of(words):
            found[word] += count
