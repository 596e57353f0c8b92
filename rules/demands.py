"""What a rule demands beside an event: values that are named, and information that is there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Accumulation:
    """Values that must all have been named in ``field`` of ``event``: ``needs``, or the list
    in ``needs_field`` of the latest ``needs_event``; only where ``when`` holds."""

    event: str
    field: str
    needs: tuple[Any, ...] = ()
    needs_event: str | None = None
    needs_field: str | None = None
    where: tuple[tuple[str, tuple[Any, ...]], ...] = ()
    when: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Requirement:
    """Fields of the document or of each of its tasks that must be there, under one point."""

    point: str
    of: str
    fields: tuple[str, ...]
    when: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
