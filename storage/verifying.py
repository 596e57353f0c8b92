"""Whether a copy of a database can be restored: sound as a file, with every row that the
database had, and with states that still follow from the events in it.

Nothing is written. It must never call a copy sound of which only a part could be looked at.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass

from .database import SchemaMismatch, StorageError, Store
from .looking import Look
from .projecting import Basis, Lawful
from .schema import is_begun
from .streams import Stream, streams_where
from .tables.forms import day_text
from .tables.indexes import MODELS
from .transaction import LAW, Transaction

SAMPLE = 200
"""So many streams are projected: another choice each time, so that nights see more than one."""


class UnsoundCopy(StorageError):
    """A copy that must not be restored; one line that says what is wrong with it."""


@dataclass(frozen=True)
class Verified:
    """What was found in a copy that is sound: rows by table, how many streams there are, how many
    of them were projected (None: another law than theirs is in force), and the keys of those that
    are not as stored."""

    rows: Mapping[str, int]
    streams: int
    projected: int | None
    differing: tuple[str, ...] = ()


def rows_of(tx: Transaction) -> dict[str, int]:
    """How many rows each table has."""
    names = [str(model._meta.table_name) for model in MODELS]
    return {name: int(tx.rows(f"SELECT COUNT(*) FROM {name}")[0][0]) for name in names}


def streams_there(tx: Transaction) -> dict[str, int]:
    """How many streams there are, by the name of their table."""
    return {"stream": int(tx.rows("SELECT COUNT(*) FROM stream")[0][0])}


def require_sound(copy: Store, wanted: Mapping[str, int] | None = None) -> dict[str, int]:
    """Look through every page of *copy*, and give its rows by table; *wanted*: what the database
    had of them at the moment of the copy. Raises UnsoundCopy, also where no dondoc has ever made
    its tables, SchemaMismatch for one of another version, whose pages are sound, and StorageError.
    """
    faults = copy.faults()
    if faults:
        raise UnsoundCopy(
            f"{copy.name} is no sound copy: {faults[0]}: make another, or take an older one"
        )
    try:
        copy.require_current_schema()
    except SchemaMismatch as error:
        if error.code == "old_schema" and not copy.read(is_begun):
            raise UnsoundCopy(
                f"{copy.name} is no sound copy: it has no tables of dondoc's: name another"
            ) from error
        raise
    found = copy.read(rows_of)
    for table, rows in (wanted or {}).items():
        if found[table] != rows:
            raise UnsoundCopy(
                f"{copy.name} is no sound copy: it has {found[table]} rows of {table} in place of"
                f" {rows}"
            )
    return found


def project_sample(
    copy: Store, law: Lawful, rows: Mapping[str, int], most: int = SAMPLE
) -> Verified:
    """Project *most* streams of *copy* from its events by *law*, and compare what follows with what
    is stored. *rows*: as `require_sound` found them. Raises StorageError."""

    def look(tx: Transaction) -> Verified:
        basis = Basis(law, *tx.period())
        if tx.setting(LAW) != basis.mark:
            return Verified(rows, rows["stream"], None)
        streams = _chosen(tx, basis, most)
        found = Look(copy, law, None).within(tx, streams)
        differing = tuple(sorted(each.stream.key for each in found))
        return Verified(rows, rows["stream"], len(streams), differing)

    return copy.read(look)


def _chosen(tx: Transaction, basis: Basis, most: int) -> list[Stream]:
    """At most *most* streams, but for those that a day opens which has only just begun, and for
    rows that are only locks."""
    ids = [
        stream
        for (stream,) in tx.rows(
            "SELECT id FROM stream WHERE (next_opening IS NULL OR next_opening > %s)"
            " AND (law IS NOT NULL OR event_count > 0)",
            day_text(basis.through),
        )
    ]
    chosen = random.sample(ids, min(most, len(ids)))
    listed = ",".join(str(each) for each in sorted(chosen))
    return streams_where(tx, f"id IN ({listed})", ()) if chosen else []
