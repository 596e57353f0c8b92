"""Which obligations are wanted, told of one obligation and told to the database.

What the database is told may be more than is wanted (`Told.exact` says whether it is), never less.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from ...rules.directory import Directory
from ...rules.obligations import MET, MET_LATE, OPEN, OVERDUE, STATES, VOID, Obligation
from ..other_days import Streams
from ..streams import streams_of_subject
from ..tables.forms import day_text
from ..tables.indexes import REPORTS_ALONE
from ..transaction import Transaction


@dataclass(frozen=True, slots=True)
class Filter:
    """Which obligations are wanted: all that is given must hold.

    ``state`` is one of `STATES` on the day that is looked at; ``subject`` the document's,
    feedback's or inspection's identifier, or a period. ``body``: whoever owes it on that day or
    owed it when it was closed, and what totals count it under. ``breach``: only what stands as a
    breach. ``due_before`` and ``due_after``: with a due date that is, neither day included;
    ``opened_from`` and ``opened_to``: opened between the two, both included.
    """

    rule: str | None = None
    body: str | None = None
    state: str | None = None
    subject: str | None = None
    breach: bool = False
    due_before: date | None = None
    due_after: date | None = None
    opened_from: date | None = None
    opened_to: date | None = None

    def __post_init__(self) -> None:
        if self.state is not None and self.state not in STATES:
            raise ValueError(f"no state {self.state!r}; one of: {', '.join(STATES)}")

    def holds(self, obligation: Obligation, directory: Directory, as_of: date) -> bool:
        """Whether *obligation* is wanted on *as_of*."""
        return (
            (self.rule is None or obligation.rule == self.rule)
            and (self.body is None or self.body in _owing(obligation, directory, as_of))
            and (self.subject is None or obligation.subject == self.subject)
            and (self.state is None or obligation.state(as_of) == self.state)
            and (not self.breach or obligation.counts_as_breach(as_of))
            and self._in_its_days(obligation)
        )

    def _in_its_days(self, obligation: Obligation) -> bool:
        due, opened = obligation.due, obligation.opened_on
        return (
            (self.due_before is None or (due is not None and due < self.due_before))
            and (self.due_after is None or (due is not None and due > self.due_after))
            and (self.opened_from is None or self.opened_from <= opened)
            and (self.opened_to is None or opened <= self.opened_to)
        )


EVERYTHING = Filter()


class Told(NamedTuple):
    """A filter as conditions on rows of ``obligation o``, with their parameters; ``exact``:
    whether they hold of nothing else than what is wanted."""

    conditions: list[str]
    parameters: list[Any]
    exact: bool

    def narrowed(self, condition: str, *parameters: Any) -> Told:
        """The same, with another condition."""
        return Told([*self.conditions, condition], [*self.parameters, *parameters], self.exact)

    @property
    def where(self) -> str:
        """What stands behind WHERE."""
        return " AND ".join(self.conditions)


def told(tx: Transaction, wanted: Filter, directory: Directory, as_of: date) -> Told:
    """*wanted*, of what has opened by *as_of*, as the database is told it."""
    day = day_text(as_of)
    found = Told(["o.opened_on <= %s"], [day], exact=True)
    if wanted.rule is not None:
        found = found.narrowed("o.rule = %s", wanted.rule)
    if wanted.body is not None:
        found = _of_body(found, wanted.body, directory, as_of)
    if wanted.subject is not None:
        ids = ids_of_subject(tx, wanted.subject)
        among = tx.engine.among("o.stream_id") if ids else "o.id IS NULL"
        found = found.narrowed(among, *([tx.engine.listed(ids)] if ids else []))
        found = found.narrowed("o.subject = %s", wanted.subject)
    if wanted.state is not None:
        conditions = _STATES[wanted.state]
        found = found.narrowed(conditions, *[day] * conditions.count("%s"))
    if wanted.breach:
        found = found.narrowed("o.breach_on <= %s", day)
    for condition, bound in (
        ("o.due < %s", wanted.due_before),
        ("o.due > %s", wanted.due_after),
        ("o.opened_on >= %s", wanted.opened_from),
        ("o.opened_on <= %s", wanted.opened_to),
    ):
        if bound is not None:
            found = found.narrowed(condition, day_text(bound))
    return found


def narrowed_to(streams: Streams, ids: Sequence[int]) -> Streams:
    """Those of *streams* whose rows have one of *ids*."""
    marks = ", ".join("%s" for _ in ids) or "NULL"
    return Streams(f"id IN ({marks}) AND ({streams.sql})", (*ids, *streams.parameters))


def ids_of_subject(tx: Transaction, subject: str) -> list[int]:
    """The row ids of the streams in which something may be owed about *subject*: its own, and
    those of what bodies report, where it may be a period or a request."""
    # With a column that no index has: SQLite would take the index of all keys for its own.
    reports = tx.rows(f"SELECT id, event_count FROM stream WHERE {REPORTS_ALONE}")
    own = [stream.id for stream in streams_of_subject(tx, subject)]
    return list(dict.fromkeys([*own, *(id_ for id_, _ in reports)]))


OPEN_STILL = "o.closed_on IS NULL"
"""A condition for what nothing has closed; the partial indexes of what is open want it so."""
CLOSED_LATER = "o.closed_on > %s"
"""A condition for what was closed after a day: open on it as well."""
_NOT_CLOSED = f"({OPEN_STILL} OR {CLOSED_LATER})"
SILENT = "o.trace LIKE '%%\"silence\":%%'"
"""A condition for what silence has met, the day after it was due: that is not late."""
_AFTER_THE_MOMENT = "CASE WHEN o.met_on = o.due AND o.met_at > o.due_at THEN 1 ELSE 0 END = 1"
_LATE = f"(o.met_on > o.due OR {_AFTER_THE_MOMENT}) AND NOT {SILENT}"
_STATES = {
    OPEN: f"{_NOT_CLOSED} AND (o.overdue_on IS NULL OR o.overdue_on > %s)",
    OVERDUE: f"{_NOT_CLOSED} AND o.overdue_on <= %s",
    MET: f"o.closed_on <= %s AND o.met_on <= %s AND (o.due IS NULL OR NOT ({_LATE}))",
    MET_LATE: f"o.closed_on <= %s AND o.met_on <= %s AND {_LATE}",
    VOID: "o.closed_on <= %s AND o.ended_on <= %s AND o.met_on IS NULL",
}
"""Of each state, when a row is in it on a day, which every parameter is."""


def _owing(obligation: Obligation, directory: Directory, as_of: date) -> tuple[str, ...]:
    """Whose it is on *as_of*: who owes it, and the body that was split until it is reassigned."""
    owed_by = obligation.owed_by(directory, as_of)
    return (obligation.counted_under(directory, as_of), *owed_by)


def _of_body(found: Told, body: str, directory: Directory, as_of: date) -> Told:
    """What is of *body*: each code for as long as it answered for that, by the day on which a
    thing was closed or, while it is open, by *as_of*."""
    codes = (body, *directory.predecessors(body))
    if directory.founded_anew:
        # Who owes then depends on since when it is owed, which no column tells.
        marks = ", ".join("%s" for _ in codes)
        return found.narrowed(f"o.body IN ({marks})", *codes)._replace(exact=False)
    turns = [date.min, *(day for day in directory.hand_overs if day <= as_of)]
    conditions: list[str] = []
    parameters: list[Any] = []
    for code in codes:
        owes = [
            body in (directory.counted_under(code, day), *directory.answerable(code, day))
            for day in turns
        ]
        for first, until in _spans(turns, owes):
            parts, bounds = ["o.body = %s"], [code]
            if until is not None:
                parts.append("o.closed_on < %s")
                bounds.append(until.isoformat())
            if first != date.min:
                since = "o.closed_on >= %s"
                parts.append(since if until else f"({OPEN_STILL} OR {since})")
                bounds.append(first.isoformat())
            conditions.append(" AND ".join(parts))
            parameters += bounds
    if not conditions:
        return found.narrowed("o.id IS NULL")
    return found.narrowed(f"({' OR '.join(conditions)})", *parameters)


def _spans(turns: Sequence[date], holds: Sequence[bool]) -> list[tuple[date, date | None]]:
    """From when until before when something *holds*, which is said of each of *turns*; until None:
    to the end."""
    found: list[tuple[date, date | None]] = []
    for place, (day, one) in enumerate(zip(turns, holds, strict=True)):
        if not one:
            continue
        until = turns[place + 1] if place + 1 < len(turns) else None
        if found and found[-1][1] == day:
            found[-1] = found[-1][0], until
        else:
            found.append((day, until))
    return found
