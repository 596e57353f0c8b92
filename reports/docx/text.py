"""Text from outside, as a DOCX can hold it: characters that XML forbids are taken out, and so are
those that turn the writing of what stands beside them."""

from __future__ import annotations

import re

_FORBIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]"
)
_TURNING = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
_BREAKS = re.compile("[\t\n\r\u2028\u2029]+")
CUT = " […]"
"""What stands where a text was cut."""


def clean(text: str) -> str:
    """*text* on one line, without what a DOCX cannot hold."""
    return _TURNING.sub("", _FORBIDDEN.sub("", _BREAKS.sub(" ", text)))


def shortened(text: str, most: int) -> str:
    """*text* cleaned, and cut where it has more than *most* characters."""
    # Cut first: a text of megabytes is not searched to its end.
    cleaned = clean(text[: most + 1])
    return cleaned if len(text) <= most else cleaned[:most].rstrip() + CUT
