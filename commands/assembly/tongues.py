"""How messages are read that come by the queues of `[[source]]`."""

from __future__ import annotations

from ...connector.examining import Tongue
from ...rules.directory import Directory
from .dialects import load_dialect
from .settings import Settings


def tongues_of(settings: Settings, directory: Directory) -> dict[str, Tongue]:
    """By queue, the dialect that is spoken there. Raises FileError."""
    return {
        each.queue: Tongue(
            load_dialect(each.dialect, directory), normal=each.normal_because is not None
        )
        for each in settings.sources
    }
