"""Text from outside, as a DOCX can hold it and a page can show it."""

from __future__ import annotations

from ...rules.wording import harmless

CUT = " […]"
"""What stands where a text was cut."""


def clean(text: str) -> str:
    """*text* on one line, without what XML forbids or what turns the writing beside it."""
    return harmless(text)


def shortened(text: str, most: int) -> str:
    """*text* cleaned, and cut where it has more than *most* characters."""
    # Cut first: a text of megabytes is not looked at to its end.
    cleaned = harmless(text[: most + 1])
    return cleaned if len(text) <= most else cleaned[:most].rstrip() + CUT
