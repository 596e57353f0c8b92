"""How many open obligations have each traffic light on a day, by whoever answers for them.

Asked only where a regulation has lights. What opened and is due on the same days, at one moment of
them or none, and is overdue or not, has one light, so that each is found once for all of them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date
from typing import TypeAlias

from ...rules.law import Law
from ...rules.lights import Light, open_light
from ..other_days import Streams, otherwise_on, projected_on
from ..projecting import Basis
from ..tables.forms import day_text, local_of
from ..transaction import Transaction
from .counting import CountedUnder

Lit: TypeAlias = Counter[tuple[str, str, str]]
"""How many there are, by body, and the Vietnamese name and colour of their light."""


def lit(tx: Transaction, law: Law, as_of: date) -> Lit:
    """The open obligations of *as_of*, a local date, that have a light; nothing is read where no
    regulation has any."""
    found: Lit = Counter()
    if not law.has_lights:
        return found
    since, through = tx.period()
    otherwise, anew = otherwise_on(tx, as_of, through), Streams()
    bodies = CountedUnder(law.directory, as_of)
    for _, projection in projected_on(tx, Basis(law, since, as_of), otherwise):
        anew = otherwise
        for each in projection.obligations:
            closed = each.closed_on is not None and each.closed_on <= as_of
            light = None if closed or not each.has_opened(as_of) else law.light(each, as_of)
            if light is not None:
                _count(found, each.counted_under(law.directory, as_of), light, 1)
    for regulation, code, begun, opened_on, due, due_at, late, count in _open(tx, bodies, anew):
        known = law.regulations.get(regulation)
        if known is None:
            continue
        days = date.fromisoformat(opened_on), date.fromisoformat(due)
        light = open_light(
            known.lights, *days, as_of, law.calendar, due_at=local_of(due_at), past=bool(late)
        )
        if light is not None:
            _count(found, bodies.as_it_stands(code, begun), light, count)
    return found


def _count(found: Lit, body: str, light: Light, number: int) -> None:
    found[body, light.name.said("vi"), light.colour] += number


def _open(
    tx: Transaction, bodies: CountedUnder, anew: Streams
) -> Iterator[tuple[str, str, str, str, str, int | None, int, int]]:
    """What was open at the end of the day and has a due date, and whether it was overdue; but for
    what is past it and not overdue: its task is back with the Office. Of the day itself only what
    is due at a moment is stored as overdue, and where that is still to come it is among *anew*."""
    day = day_text(bodies.as_of)
    for closed, bounds in (("closed_on IS NULL", [day]), ("closed_on > %s", [day, day])):
        yield from tx.rows(
            f"SELECT regulation, body, {bodies.begun()} AS begun, opened_on, due, due_at,"
            " CASE WHEN overdue_on <= %s THEN 1 ELSE 0 END AS late, COUNT(*)"
            f" FROM obligation WHERE {closed} AND opened_on <= %s AND due IS NOT NULL"
            " AND (due > %s OR (due = %s AND due_at IS NULL) OR overdue_on <= %s)"
            f"{anew.left_out('stream_id')}"
            " GROUP BY regulation, body, begun, opened_on, due, due_at, late",
            day,
            *bounds,
            day,
            day,
            day,
            *anew.parameters,
        )
