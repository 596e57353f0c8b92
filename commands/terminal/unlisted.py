"""Codes of bodies that the office's own directory lacks: such a body is taken as it is and flagged,
so that a slip in a code is found out only much later."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from ...rules.directory import Directory
from ...rules.event_types import EVENT_TYPES
from ...rules.fields import Field, Kind
from ..assembly.loading import load_directory
from ..assembly.settings import TrackingSettings

_BODIES = (Kind.BODY, Kind.LEADS)


def own_directory(tracking: TrackingSettings) -> Directory | None:
    """The directory that the settings name by a file; None where there is none, or the sample's,
    which is of no office."""
    return load_directory(tracking.bodies) if isinstance(tracking.bodies, Path) else None


def unlisted_in_table(data: Mapping[str, Any], directory: Directory) -> dict[str, str]:
    """The codes in the table of bodies of a dialect file's *data* that *directory* lacks, by what
    HSCV calls the body."""
    return {word: code for word, code in data.get("bodies", {}).items() if code not in directory}


def unlisted_in_event(
    type_: str, data: Mapping[str, Any], directory: Directory
) -> dict[str, tuple[str, ...]]:
    """The codes of bodies in the *data* of an event that *directory* lacks, by field."""
    found = {
        name: tuple(code for code in codes if code not in directory)
        for name, codes in _codes(EVENT_TYPES.get(type_, {}), data)
    }
    return {name: codes for name, codes in found.items() if codes}


def _codes(known: Mapping[str, Field], data: Mapping[str, Any]) -> Iterator[tuple[str, list[str]]]:
    for name, value in data.items():
        field = known.get(name)
        if field is None:
            continue
        if field.kind is Kind.CORRECTIONS and isinstance(value, Mapping):
            inner = [code for _, codes in _codes(field.fields, value) for code in codes]
            yield name, inner
        elif field.kind in _BODIES:
            each = value if isinstance(value, list) else [value]
            yield name, [code for code in each if isinstance(code, str)]
