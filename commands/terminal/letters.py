"""A reminder as one reads a letter: what is known of it, line by line, then its words."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import wrap

from .presentation import clean

_WIDE = 100
"""Columns that words take where the output is no terminal."""
_INDENT = "  "
_LEAST = 20


def letter(known: Sequence[str], said: str, width: int | None) -> str:
    """The lines *known* and the words *said*, in at most *width* columns (None: no terminal)."""
    room = max((width or _WIDE) - 2 * len(_INDENT), _LEAST)
    words = wrap(clean(said), room, initial_indent=_INDENT, subsequent_indent=_INDENT)
    return "\n".join([*map(clean, known), *words])
