"""Text from outside as a letter may show it: harmless, and no longer than there is room for."""

from __future__ import annotations

from ...rules.wording import harmless


def shown(text: str | None, longest: int) -> str:
    """*text* made harmless (`harmless`), in at most *longest* characters: whole words, and "…"
    where some are left out. Nothing where there is no text."""
    whole = harmless(text or "")
    if len(whole) <= longest:
        return whole
    kept = whole[:longest].rpartition(" ")[0] or whole[: longest - 1]
    return f"{kept.rstrip(' ,.;:–-')}…"
