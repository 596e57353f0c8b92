"""A code or an id as one word of a routing key."""

from __future__ import annotations

from hashlib import sha256
from urllib.parse import quote

LONGEST_WORD = 110
"""Bytes of a body's or a rule's word in a routing key: two of them, "reminder", the step and
the dots stay within the 255 bytes that AMQP 0-9-1 allows a short string."""


def routing_word(text: str) -> str:
    """*text* as one word of a routing key; different texts give different words.

    Letters and digits of ASCII, "-", "_" and "~" stand for themselves, so that common codes
    are not changed; other characters are written as in a URL ("%2E" for a dot, which would
    part words). A word too long ends in a digest of the whole.
    """
    word = quote(text, safe="", errors="replace").replace(".", "%2E")
    if len(word) <= LONGEST_WORD:
        return word
    return f"{word[: LONGEST_WORD - 17]}~{sha256(word.encode()).hexdigest()[:16]}"
