"""A reminder as one reads a letter: what is known of it, line by line, then its words."""

from __future__ import annotations

from collections.abc import Sequence

from .presentation import clean
from .widths import wrapped

_WIDE = 100
"""Columns that words take where the output is no terminal."""
_INDENT = "  "
_LEAST = 20


def letter(known: Sequence[str], said: str, width: int | None) -> str:
    """The lines *known* and the words *said*, in at most *width* columns (None: no terminal)."""
    room = max((width or _WIDE) - 2 * len(_INDENT), _LEAST)
    words = [f"{_INDENT}{line}" for line in wrapped(clean(said), room)]
    return "\n".join([*map(clean, known), *words])
