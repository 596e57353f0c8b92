"""Where pages of the stored state stand outside of the database, so that an erasure finds them.

A site is known before the first page of it is written, and forgotten when none is left. Only its
place and when it was made are kept, nothing of what it shows.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime

from .tables.forms import from_micros, to_micros
from .transaction import Transaction

_PREFIX = "site:"
"""What the settings of the database begin with that tell of one; then its id."""


@dataclass(frozen=True, slots=True)
class StandingSite:
    """A directory of pages: its ``id``, which stands in it too, the ``host`` and ``directory``
    where it was last made, and since when what it shows was read, an aware time. ``place``: by what
    number the file system knows what the directory stands in; 0: nobody has looked."""

    id: str
    host: str
    directory: str
    read_at: datetime
    place: int = 0


def remember_site(tx: Transaction, site: StandingSite) -> None:
    """Know *site*, or where and when it was made again."""
    told = asdict(site) | {"read_at": to_micros(site.read_at)}
    tx.set_setting(f"{_PREFIX}{site.id}", json.dumps(told, ensure_ascii=False))


def forget_site(tx: Transaction, id_: str) -> None:
    """Know no more of the site of that *id_*: none of its pages is left."""
    tx.forget_setting(f"{_PREFIX}{id_}")


def standing_sites(tx: Transaction) -> list[StandingSite]:
    """Every site that is known, by id."""
    rows = tx.rows(
        "SELECT value FROM setting WHERE key >= %s AND key < %s ORDER BY key",
        _PREFIX,
        _PREFIX[:-1] + chr(ord(_PREFIX[-1]) + 1),
    )
    read = (json.loads(value) for (value,) in rows)
    return [StandingSite(**(told | {"read_at": from_micros(told["read_at"])})) for told in read]


def distrust_sites(tx: Transaction) -> None:
    """Whatever sites show counts as read long ago: what is known now was not when they were made,
    and they may quote it."""
    for each in standing_sites(tx):
        remember_site(tx, replace(each, read_at=datetime.fromtimestamp(0, UTC)))
