"""Which part of the law is another than that by which everything stored was last projected: a file
of the regulation, of the calendar or of the bodies, or the program itself."""

from __future__ import annotations

from collections.abc import Mapping

from .database import Store
from .tables.forms import object_of, to_json
from .transaction import LAW_PARTS

JUDGING = ("generation", "regulations", "calendar", "bodies")
"""The parts of a law that obligations depend on; the policy of reminders is none."""


def remember_parts(store: Store, parts: Mapping[str, str]) -> None:
    """Everything stored was projected by a law of these *parts* (name: digest)."""
    told = to_json({name: parts[name] for name in JUDGING})
    if store.read(lambda tx: tx.setting(LAW_PARTS)) != told:
        store.transact(lambda tx: tx.set_setting(LAW_PARTS, told))


def changed_parts(store: Store, parts: Mapping[str, str]) -> tuple[str, ...]:
    """The names of the *parts* that are others than then; none where nothing was remembered."""
    before = store.read(lambda tx: tx.setting(LAW_PARTS))
    had = object_of(before) if before else {}
    return tuple(name for name in JUDGING if name in had and had[name] != parts[name])
