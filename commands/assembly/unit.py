"""Whose events are taken in: the unit of the settings, or that which the database remembers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...storage.database import Store
from ...storage.transaction import UNIT
from .settings import Settings

if TYPE_CHECKING:
    from ...connector.contract.belonging import Own


def unit_of(settings: Settings, store: Store) -> str | None:
    """The unit of the settings, or that which the database remembers. Raises StorageError."""
    return settings.tracking.unit or store.read(lambda tx: tx.setting(UNIT))


def own_of(settings: Settings, unit: str | None) -> Own:
    """Which events belong to *unit*."""
    # Who asks a question waits for no client of the broker and no schemas.
    from ...connector.contract.belonging import Own  # noqa: PLC0415

    return Own(unit, settings.broker.sources)
