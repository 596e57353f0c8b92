"""What `dondoc reconcile` has found, as rows for a program and as sections for a person.

Of what is secret the number of the list's row is told and no word, not even what the list says
there, whatever was found of the row.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from itertools import islice
from typing import Any

from ...rules.reading.own_list import OwnEntry
from ...storage.not_stored import ARCHIVED, REDACTED, REJECTED
from ...storage.reconciling import Reconciled, StoredThing
from .fitted import Column, fitted
from .words import Words, words

_WHYS = (REJECTED, REDACTED, ARCHIVED)
FINDINGS = ("missing", "unlisted", "differs", "twice", "unreadable", *_WHYS)
"""The kinds of findings, in the order in which they are told."""

_SHOWN = ("row", "id", "source", "symbol", "subject", "date", "type")
_OF_KIND: Mapping[str, tuple[str, ...]] = {
    "differs": ("row", "id", "symbol", "subject", "field", "listed", "stored"),
    "twice": (*_SHOWN, "first"),
    "unreadable": ("row", "reason"),
}
_CUT = {"id": 12, "source": 8, "subject": 12, "symbol": 12, "listed": 10, "stored": 10}
"""How narrow a column may become on a narrow terminal."""

Told = dict[str, Any]


def rows_of(result: Reconciled) -> Iterator[Told]:
    """Every finding as a JSON object, kind by kind."""
    for kind in FINDINGS:
        yield from ({"finding": kind, **row} for row in _rows(result, kind))


def sections_of(result: Reconciled, most: int | None, width: int | None) -> Iterator[str]:
    """Every kind of finding of which there are some, as a heading with a table of at most *most*
    (None: all), in lines of at most *width* (None: any)."""
    told, counts = words(), _counts(result)
    for kind in FINDINGS:
        count = counts[kind]
        if not count:
            continue
        shown = [*islice(_rows(result, kind), most)]
        text = told.say(f"reconcile.kind.{kind}", number=told.number(count))
        text += f"\n{_table(shown, _OF_KIND.get(kind, _SHOWN), told, width)}"
        if count > len(shown):
            text += f"\n{told.say('reconcile.more', number=told.number(count - len(shown)))}"
        yield text
    if not any(counts.values()):
        yield told.say("reconcile.nothing")


def _counts(result: Reconciled) -> dict[str, int]:
    known = [each.why for each in result.not_stored]
    return {
        "missing": len(result.missing),
        "unlisted": result.unlisted_count,
        "differs": len(result.differing),
        "twice": len(result.twice),
        "unreadable": len(result.unread),
        **{why: known.count(why) for why in _WHYS},
    }


def _rows(result: Reconciled, kind: str) -> Iterable[Told]:
    """The findings of *kind*."""

    def told(entry: OwnEntry, **words: str | None) -> Told:
        secret = kind == REDACTED or entry.row in result.secret
        return {"row": entry.row} if secret else {**_of_entry(entry), **words}

    if kind in _WHYS:
        return (told(each.entry) for each in result.not_stored if each.why == kind)
    found: dict[str, Iterable[Told]] = {
        "missing": map(told, result.missing),
        "unlisted": map(_of_stored, result.unlisted),
        "differs": (
            {**told(entry, listed=listed, stored=stored), "field": field}
            for entry, field, listed, stored in result.differing
        ),
        "twice": ({**told(entry), "first": first} for entry, first in result.twice),
        "unreadable": (told(each, reason=each.reason) for each in result.unread),
    }
    return found[kind]


def _of_entry(entry: OwnEntry) -> Told:
    said = {name: getattr(entry, name) for name in ("row", "id", "source", "type")}
    named = {"subject": entry.subject, "symbol": entry.symbol, "date": _iso(entry.on)}
    return {**said, **named}


def _of_stored(thing: StoredThing) -> Told:
    said = {name: getattr(thing, name) for name in ("id", "source", "type")}
    named = {"subject": thing.subject, "symbol": thing.symbol, "date": _iso(thing.on)}
    return {"row": None, **said, **named}


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _table(rows: list[Told], names: Iterable[str], told: Words, width: int | None) -> str:
    """*rows* under those columns of *names* in which anything stands."""
    used = [name for name in names if any(row.get(name) is not None for row in rows)]
    columns = [
        Column(
            told.say(f"reconcile.columns.{name}"),
            least=_CUT.get(name),
            right=name in ("row", "first"),
        )
        for name in used
    ]
    return fitted(columns, [[_cell(row, name, told) for name in used] for row in rows], width)


def _cell(row: Told, name: str, told: Words) -> object:
    value = row.get(name)
    if name in ("listed", "stored") and name in row:
        if value is None:
            return told.say("reconcile.nothing_said")
        return told.day(date.fromisoformat(value)) if row["field"] == "date" else value
    if name == "date" and value is not None:
        return told.day(date.fromisoformat(value))
    if name == "field":
        return told.say(f"reconcile.columns.{value}")
    return told.sentence(value) if name == "reason" and value is not None else value
