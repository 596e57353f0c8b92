"""What people ask of the stored state: lists, timelines, one obligation, counts.

Answers depend on the events alone, not on the order they came in or the database they are in:
no row number or time of receipt is ever shown. Nothing here writes.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from ...rules.directory import Directory
from ...rules.event_types import EVENT_TYPES
from ...rules.events import Event
from ...rules.mendable import Mendable
from ...rules.moments import moment_text, told_by
from ...rules.obligations import FormerDeadline, Obligation
from ...rules.trace import COMING_OUT
from ..engines.engine import Row
from ..history import read_histories
from ..other_days import known_on, otherwise_on, projected_on
from ..projecting import Basis, Lawful
from ..streams import stream_of, streams_of_subject
from ..tables.forms import day_of, day_text, local_of
from ..tables.indexes import OTHER_TYPE
from ..tables.rows import OBLIGATION_COLUMNS, obligation_of
from ..transaction import Transaction
from .filtering import EVERYTHING, Told, ids_of_subject, narrowed_to, told
from .filtering import Filter as Filter  # noqa: PLC0414 - others know it from here

OTHER_TYPES = "…"
"""What types are called together that have not the form of one."""
_TYPE = re.compile(r"[a-z][a-z_]{0,30}(\.[a-z][a-z0-9_]{0,30}){1,3}", re.ASCII)
_MOST_TOLD = 6
"""Obligations that an error names, of those whose id begins alike."""


class NotOneObligation(Mendable):
    """No obligation, or more than one, is meant by what was given."""


@dataclass(frozen=True, slots=True)
class Counts:
    """What the log and its surroundings hold; ``conflicts``: repeats with another body."""

    events: int
    conflicts: int
    rejections: int
    redactions: int


def obligations(
    tx: Transaction,
    law: Lawful,
    as_of: date,
    wanted: Filter = EVERYTHING,
    stored_by: datetime | None = None,
) -> list[Obligation]:
    """The obligations that have opened by *as_of*, a local date, as what had been said by then,
    and stored by the aware time *stored_by* (None: by now), has them, in a fixed order.

    They are read; streams of which something else is stored are projected in memory.
    """
    since, through = tx.period()
    otherwise = otherwise_on(tx, as_of, through, stored_by)
    if wanted.subject is not None:
        otherwise = narrowed_to(otherwise, ids_of_subject(tx, wanted.subject))
    anew = projected_on(tx, Basis(law, since, as_of), otherwise, stored_by)
    projected = {key: projection.obligations for key, projection in anew}
    stored = _stored(tx, told(tx, wanted, law.directory, as_of))
    found = [each for each in stored if each.stream not in projected]
    found += [obligation for each in projected.values() for obligation in each]
    chosen = [
        obligation
        for obligation in found
        if obligation.has_opened(as_of) and wanted.holds(obligation, law.directory, as_of)
    ]
    return sorted(chosen, key=_place)


def as_object(obligation: Obligation, directory: Directory, as_of: date) -> dict[str, Any]:
    """*obligation* on *as_of* as the JSON object that every command shows.

    How it comes out on a later day that is stated already is left out.
    """
    met_on = _by(obligation.met_on, as_of)
    ended_on = _by(obligation.ended_on, as_of)
    later = set() if met_on or ended_on else COMING_OUT
    return {
        "id": obligation.id,
        "rule": obligation.rule,
        "cite": obligation.cite,
        "subject": obligation.subject,
        "task_id": obligation.task_id,
        "parent_task": obligation.trace.get("parent_task"),
        "body": obligation.body,
        "owed_by": list(obligation.owed_by(directory, as_of)),
        "role": obligation.role,
        "opened_on": day_text(obligation.opened_on),
        "target": day_text(obligation.target),
        "due": day_text(obligation.due),
        "target_at": moment_text(obligation.target_at),
        "due_at": moment_text(obligation.due_at),
        "first_due": day_text(obligation.first_due or obligation.due),
        "extensions": obligation.extensions,
        "met_on": day_text(met_on),
        "stream": obligation.stream,
        "state": obligation.state(as_of),
        "ended_on": day_text(ended_on),
        "counts_as_breach": obligation.counts_as_breach(as_of),
        "regulation": obligation.regulation,
        "trace": {key: told for key, told in obligation.trace.items() if key not in later},
    }


def _by(day: date | None, as_of: date) -> date | None:
    """*day*, where it has come by *as_of*."""
    return day if day is not None and day <= as_of else None


def obligation_by_id(tx: Transaction, law: Lawful, id_: str, as_of: date) -> Obligation:
    """The obligation of that id, or whose id alone begins so, of those stored and those that a
    list as of *as_of* shows; as what had been said by the end of *as_of* has it. Raises
    `NotOneObligation`."""
    since, through = tx.period()
    found = _stored_by_id(tx, id_)
    if not any(each.id == id_ for each in found):
        projected = projected_on(tx, Basis(law, since, as_of), otherwise_on(tx, as_of, through))
        begun = {each.id: each for _, made in projected for each in made.obligations}
        found += [begun[one] for one in begun if one.startswith(id_)]
    chosen = {each.id: each for each in found}
    if id_ in chosen:
        chosen = {id_: chosen[id_]}
    if not chosen:
        raise NotOneObligation.of(
            "no_obligation", "no obligation {id}; `dondoc list` shows their ids", id=repr(id_)
        )
    if len(chosen) > 1:
        raise NotOneObligation.of(
            "several_obligations",
            "more than one obligation begins with {id}; give more of its id: {ids}",
            id=repr(id_),
            ids=_told_apart(chosen.values()),
        )
    return _as_known(tx, Basis(law, since, max(as_of, through)), chosen.popitem()[1], as_of)


def _told_apart(found: Iterable[Obligation]) -> str:
    """The first of *found* by id, each with its body and rule."""
    ordered = sorted(found, key=lambda each: each.id)
    told = [f"{each.id} ({each.body}, {each.rule})" for each in ordered[:_MOST_TOLD]]
    return ", ".join([*told, *(["…"] if len(ordered) > _MOST_TOLD else [])])


def _as_known(tx: Transaction, basis: Basis, obligation: Obligation, as_of: date) -> Obligation:
    """*obligation* as what had been said by the end of *as_of* has it."""
    stream = stream_of(tx, obligation.stream)
    known = None if stream is None else known_on(tx, basis, stream, as_of)
    if known is None:
        return obligation
    for each in known.obligations:
        if each.id == obligation.id:
            return each
    raise NotOneObligation.of(
        "unknown_then",
        "of obligation {id} nothing was known yet on {day}",
        id=obligation.id,
        day=as_of,
    )


def symbol_of(tx: Transaction, stream: str) -> str | None:
    """The symbol of the document of the stream of that key; None where there is none."""
    found = stream_of(tx, stream)
    return None if found is None else found.symbol


def history_of(tx: Transaction, key: str, as_of: date) -> list[Event]:
    """What had been said of the stream of that *key* by the end of *as_of*, in the contract's
    order; nothing where there is no such stream."""
    stream = stream_of(tx, key)
    history = [] if stream is None else read_histories(tx, [stream.id])[stream.id]
    until = told_by(as_of)
    return sorted((event for event in history if event.time < until), key=lambda each: each.order)


def _stored_by_id(tx: Transaction, id_: str) -> list[Obligation]:
    """The first two stored obligations whose ids begin with *id_*."""
    columns = ", ".join(f"o.{column}" for column in OBLIGATION_COLUMNS)
    # What begins with the text comes first of what is not before it, in any collation.
    rows = tx.rows(
        f"SELECT {columns}, s.key FROM obligation o JOIN stream s ON s.id = o.stream_id"
        " WHERE o.id >= %s ORDER BY o.id LIMIT 2",
        id_,
    )
    return [_obligation(row) for row in rows if row[0].startswith(id_)]


def former_deadlines(tx: Transaction, ids: Collection[str]) -> dict[str, list[FormerDeadline]]:
    """By obligation, the deadlines that it had under another law, the oldest first."""
    former: dict[str, list[FormerDeadline]] = {}
    for id_, target, due, regulation, until, *moments in tx.rows_among(
        "SELECT obligation, target, due, regulation, until, target_at, due_at"
        " FROM former_deadline WHERE {among} ORDER BY id",
        "obligation",
        ids,
    ):
        last = day_of(until)
        assert last is not None
        at = map(local_of, moments)
        had = FormerDeadline(day_of(target), day_of(due), regulation, last, *at)
        former.setdefault(id_, []).append(had)
    return former


def timeline(tx: Transaction, subject: str) -> list[Event]:
    """Every stored event about *subject*, in the contract's order; empty where there is none."""
    histories = read_histories(tx, [stream.id for stream in streams_of_subject(tx, subject)])
    events = {event.key: event for history in histories.values() for event in history}
    return sorted(events.values(), key=lambda event: event.order)


def counts(tx: Transaction) -> Counts:
    """How much is in the log, and what was kept out of it."""
    ((events, conflicts, rejections, redactions),) = tx.rows(
        "SELECT (SELECT COUNT(*) FROM event),"
        " (SELECT COALESCE(SUM(conflicts), 0) FROM event WHERE conflicts > 0),"
        " (SELECT COUNT(*) FROM rejection), (SELECT COUNT(*) FROM redaction)"
    )
    return Counts(int(events), int(conflicts), int(rejections), int(redactions))


def unknown_types(tx: Transaction) -> dict[str, int]:
    """How many events of each type are stored that this version does not know, the most first.

    What has not the form of a type counts as `OTHER_TYPES`: it may be words of a document.
    """
    rows = tx.rows(f"SELECT type, COUNT(*) FROM event WHERE {OTHER_TYPE} GROUP BY type")
    found = Counter[str]()
    for type_, count in rows:
        if type_ not in EVENT_TYPES:
            found[type_ if _TYPE.fullmatch(type_) else OTHER_TYPES] += int(count)
    return dict(sorted(found.items(), key=lambda each: (-each[1], each[0])))


def has_rule(tx: Transaction, rule: str) -> bool:
    """Whether any stored obligation is of *rule*, one of an earlier law included. Reads them all
    where none is."""
    return bool(tx.rows("SELECT id FROM obligation WHERE rule=%s LIMIT 1", rule))


def has_body(tx: Transaction, body: str) -> bool:
    """Whether any stored obligation is *body*'s."""
    return bool(tx.rows("SELECT id FROM obligation WHERE body=%s LIMIT 1", body))


def _stored(tx: Transaction, rows: Told) -> list[Obligation]:
    columns = ", ".join(f"o.{column}" for column in OBLIGATION_COLUMNS)
    found = tx.rows(
        f"SELECT {columns}, s.key FROM obligation o JOIN stream s ON s.id = o.stream_id"
        f" WHERE {rows.where}",
        *rows.parameters,
    )
    return [_obligation(row) for row in found]


def _obligation(row: Row) -> Obligation:
    return obligation_of(row[:-1], row[-1])


def _place(obligation: Obligation) -> tuple[Any, ...]:
    """Its place in every list: as things began, never as they arrived."""
    return (
        obligation.opened_on,
        obligation.stream,
        obligation.rule,
        obligation.task_id or "",
        obligation.body,
        obligation.id,
    )
