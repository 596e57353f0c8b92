"""The first obligations of a long list in an order, and how many there are in all.

Order and number are asked of the database, so that the first page of five million costs what it
shows and the indexes of what is open, not the table. Nothing here writes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any, NamedTuple

from ...rules.obligations import OPEN, OVERDUE, Obligation
from ..engines.engine import Row
from ..other_days import Streams, otherwise_on, projected_on
from ..projecting import Basis, Lawful
from ..tables.forms import day_text
from ..tables.rows import OBLIGATION_COLUMNS, obligation_of
from ..transaction import Transaction
from .filtering import (
    CLOSED_LATER,
    OPEN_STILL,
    Filter,
    Told,
    ids_of_subject,
    narrowed_to,
    told,
)
from .queries import obligations

WORST, DUE, OPENED, BODY = "worst", "due", "opened", "body"
ORDERS = (WORST, DUE, OPENED, BODY)
"""In which order obligations may stand. WORST: breaches that are overdue, what else is overdue,
what is open with a due date, without one, what was closed; each by its earliest due date, what was
closed by the last day."""

_NEVER = date.max
Key = Callable[[Obligation], tuple[Any, ...]]


COUNTED = 100_000
"""How far a list is counted: nobody reads a number beyond it, and counting five million takes
seconds."""


class FirstPage(NamedTuple):
    """The first obligations of a list, in its order, and the number of all; ``beyond``: there may
    be more than ``total``, where they were not counted to the end."""

    obligations: list[Obligation]
    total: int
    beyond: bool = False


class _Part(NamedTuple):
    """A part of a list, all of which stands before the next: what holds of its rows, and the
    column that they are in order by, the last first where ``backwards``."""

    rows: Told
    column: str
    backwards: bool = False


def first_of(
    tx: Transaction, law: Lawful, as_of: date, wanted: Filter, order: str, limit: int
) -> FirstPage:
    """The first *limit* obligations that are *wanted*, as `obligations` gives them, in one of
    `ORDERS`; and how many there are."""
    since, through = tx.period()
    rows = told(tx, wanted, law.directory, as_of)
    key = key_of_order(order, as_of)
    if not rows.exact:
        found = obligations(tx, law, as_of, wanted)
        return FirstPage(sorted(found, key=key)[:limit], len(found))
    otherwise = otherwise_on(tx, as_of, through)
    if wanted.subject is not None:
        otherwise = narrowed_to(otherwise, ids_of_subject(tx, wanted.subject))
    anew, left_out = [], Streams()
    for _, projection in projected_on(tx, Basis(law, since, as_of), otherwise):
        left_out = otherwise
        anew += [
            each
            for each in projection.obligations
            if each.has_opened(as_of) and wanted.holds(each, law.directory, as_of)
        ]
    if left_out.sql:
        rows = rows.narrowed(left_out.left_out("o.stream_id")[len(" AND ") :], *left_out.parameters)
    found = [*anew, *_stored(tx, rows, wanted, as_of, order, limit)]
    counted = _count(tx, rows, wanted, as_of)
    return FirstPage(sorted(found, key=key)[:limit], len(anew) + counted, counted >= COUNTED)


def key_of_order(order: str, as_of: date) -> Key:
    """Where an obligation stands in *order*, one of `ORDERS`, on *as_of*."""

    def worst(each: Obligation) -> tuple[Any, ...]:
        state, due = each.state(as_of), each.due or _NEVER
        if state not in (OPEN, OVERDUE):
            assert each.closed_on is not None
            return (4, -each.closed_on.toordinal(), due, each.id)
        if state == OVERDUE:
            return (0 if each.counts_as_breach(as_of) else 1, due.toordinal(), due, each.id)
        if each.due is None:
            return (3, each.opened_on.toordinal(), due, each.id)
        return (2, due.toordinal(), due, each.id)

    return {
        WORST: worst,
        DUE: lambda each: (each.due or _NEVER, each.id),
        OPENED: lambda each: (each.opened_on, each.due or _NEVER, each.id),
        BODY: lambda each: (each.body, each.due or _NEVER, each.id),
    }[order]


def _parts(rows: Told, wanted: Filter, as_of: date, order: str) -> Iterator[list[_Part]]:
    """The parts of a list, one after another; of each what is open still and what was closed,
    which the indexes have apart."""
    day = day_text(as_of)
    if order != WORST:
        for condition, column in _IN_ORDER[order]:
            pieces = _apart(rows.narrowed(condition), wanted, as_of)
            yield [_Part(each, column) for each in pieces]
        return
    for state, condition, column in _BY_WORST:
        if wanted.state in (None, state):
            bounds = [day] * condition.count("%s")
            pieces = (rows.narrowed(each, *days) for each, *days in _open(day))
            yield [_Part(each.narrowed(condition, *bounds), column) for each in pieces]
    if wanted.state not in (OPEN, OVERDUE):
        yield [_Part(rows.narrowed("o.closed_on <= %s", day), "o.closed_on", backwards=True)]


_DATED, _UNDATED = "o.due IS NOT NULL", "o.due IS NULL"
_IN_ORDER = {
    DUE: ((_DATED, "o.due"), (_UNDATED, "o.id")),
    OPENED: (("o.opened_on IS NOT NULL", "o.opened_on"),),
    BODY: (("o.body IS NOT NULL", "o.body"),),
}
_LATE, _IN_TIME = "o.overdue_on <= %s", "(o.overdue_on IS NULL OR o.overdue_on > %s)"
_BY_WORST = (
    (OVERDUE, f"{_LATE} AND o.breach_on <= %s", "o.due"),
    (OVERDUE, f"{_LATE} AND (o.breach_on IS NULL OR o.breach_on > %s)", "o.due"),
    (OPEN, f"{_DATED} AND {_IN_TIME}", "o.due"),
    (OPEN, f"{_UNDATED} AND {_IN_TIME}", "o.opened_on"),
)
"""The parts of what is not closed: the state, what holds of its rows, by what they are in order."""


def _open(day: str | None) -> tuple[tuple[Any, ...], ...]:
    """What is open on *day*, in two conditions with their parameters."""
    return (OPEN_STILL,), (CLOSED_LATER, day)


def _apart(rows: Told, wanted: Filter, as_of: date) -> Iterator[Told]:
    """*rows* in two: those that nothing has closed, and of the others those that may be wanted."""
    if wanted.state in (None, OPEN, OVERDUE):
        yield rows.narrowed(OPEN_STILL)
    if wanted.state in (OPEN, OVERDUE):
        yield rows.narrowed(CLOSED_LATER, day_text(as_of))
    else:
        yield rows.narrowed("o.closed_on IS NOT NULL")


def _count(tx: Transaction, rows: Told, wanted: Filter, as_of: date) -> int:
    """How many *rows* there are, up to COUNTED."""
    number = 0
    for each in _apart(rows, wanted, as_of):
        ((counted,),) = tx.rows(
            "SELECT COUNT(*) FROM (SELECT 1 FROM obligation o"
            f" WHERE {each.where} LIMIT %s) counted",
            *each.parameters,
            COUNTED - number,
        )
        number += int(counted)
    return number


def _stored(
    tx: Transaction, rows: Told, wanted: Filter, as_of: date, order: str, limit: int
) -> list[Obligation]:
    """The first *limit* of *rows*, and perhaps others behind them, in no order."""
    found: list[Obligation] = []
    for parts in _parts(rows, wanted, as_of, order):
        if len(found) >= limit:
            break
        for part in parts:
            found += [_obligation(row) for row in _first_rows(tx, part, limit)]
    return found


def _first_rows(tx: Transaction, part: _Part, limit: int) -> list[Row]:
    """The first *limit* rows of *part*."""
    rows, column = part.rows, part.column
    # A term in front keeps an index from being walked in its order through all that has passed;
    # what was closed last is at the end of one.
    plain = f"CASE WHEN {column} IS NULL THEN 1 END, {column}"
    ordered = f"{column} DESC" if part.backwards else plain
    # Which rows they are is asked of an index alone; with all their columns only they are read.
    last = tx.rows(
        f"SELECT {column} FROM obligation o WHERE {rows.where} ORDER BY {ordered}"
        " LIMIT 1 OFFSET %s",
        *rows.parameters,
        limit - 1,
    )
    if last:
        rows = rows.narrowed(f"{column} {'>=' if part.backwards else '<='} %s", last[0][0])
    columns = ", ".join(f"o.{name}" for name in OBLIGATION_COLUMNS)
    return tx.rows(
        f"SELECT {columns}, s.key FROM obligation o JOIN stream s ON s.id = o.stream_id"
        f" WHERE {rows.where} ORDER BY {ordered}, CASE WHEN {_UNDATED} THEN 1 ELSE 0 END, o.due,"
        " o.id LIMIT %s",
        *rows.parameters,
        limit,
    )


def _obligation(row: Row) -> Obligation:
    return obligation_of(row[:-1], row[-1])
