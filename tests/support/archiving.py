"""Streams as the file of an archive has them, without a file."""

from __future__ import annotations

from collections.abc import Sequence

from dondoc.storage.moving.archiving import Filed
from dondoc.storage.moving.log import read_of_streams
from dondoc.storage.transaction import Transaction


def nothing_missing(tx: Transaction) -> None:
    """No stream lacks anything; those that do are not archived with their rows."""
    tx.run("UPDATE stream SET missing=NULL")


def filed_of(tx: Transaction, keys: Sequence[str]) -> list[Filed]:
    """The streams *keys*, as an archive that is written now has them."""
    ids = dict[int, str](tx.rows_among("SELECT id, key FROM stream WHERE {among}", "key", keys))
    events: dict[str, set[tuple[str, str, bytes]]] = {key: set() for key in keys}
    for id_, event in read_of_streams(tx, list(ids)):
        events[ids[id_]].add((event.source, event.id, event.sha256))
    return [Filed(key, frozenset(found)) for key, found in events.items()]
