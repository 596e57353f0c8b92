"""A database that an export was taken into only in part: nothing is decided in it until the rest is
there. Every command asks this first, so that nothing may be imported here for taking one in.
"""

from __future__ import annotations

from ...rules.mendable import Mendable
from ..database import Store
from ..transaction import MOVING


class HalfMoved(Mendable):
    """An export is taken in only in part; one line with what to do."""


def require_whole(store: Store) -> None:
    """Raise `HalfMoved` while an export is taken in only in part."""
    if store.read(lambda tx: tx.setting(MOVING)) is not None:
        raise HalfMoved.of(
            "half_moved",
            "an export was taken into this database only in part, and what was sent may be"
            " missing: run `dondoc replay` with the same file again",
        )
