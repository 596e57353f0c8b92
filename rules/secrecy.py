"""The levels of secrecy, as every part speaks of them (Điều 5.2; Luật Bảo vệ bí mật nhà nước).

Whether an event is secret is not decided here: that is the guard's.
"""

from __future__ import annotations

from collections.abc import Iterable

ATTRIBUTE = "secrecy"
"""The attribute of an event that says its level; and the word that no other name may hold."""

NORMAL = "normal"
LEVELS = ("mat", "toimat", "tuyetmat")
"""The secret ones, the strictest last."""


def strictest(values: Iterable[object]) -> str | None:
    """The strictest secret level among *values*; None where none of them is one."""
    named = [value for value in values if isinstance(value, str) and value in LEVELS]
    return max(named, key=LEVELS.index, default=None)
