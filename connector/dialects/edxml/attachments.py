"""Attachments as they go by: their bytes are hashed and dropped, never kept, never unzipped."""

from __future__ import annotations

from binascii import Error, a2b_base64
from dataclasses import dataclass, field
from hashlib import sha256

_QUARTET = 4
_MOST_PADDING = 2


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that came with a message: its ``name`` where it has one, and ``size`` in bytes and
    ``sha256`` of what its base64 stands for; None where it is no base64."""

    name: str | None = field(repr=False)
    size: int | None
    sha256: bytes | None = field(repr=False)


class Dropped:
    """The text of one attachment, taken piece by piece."""

    def __init__(self) -> None:
        self._digest = sha256()
        self._size = 0
        self._rest = ""
        self._ended = self._broken = False

    def take(self, text: str) -> None:
        """The next piece of *text*, which may break off anywhere."""
        if self._broken:
            return
        text = self._rest + "".join(text.split())
        whole = len(text) - len(text) % _QUARTET
        self._rest = text[whole:]
        if not whole:
            return
        text = text[:whole]
        padding = whole - len(text.rstrip("="))
        if padding > _MOST_PADDING:
            self._broken = True
            return
        try:
            decoded = a2b_base64(text, strict_mode=True)
        except (Error, ValueError):
            self._broken = True
            return
        # Nothing may follow the padding.
        self._broken = self._ended
        self._ended = padding > 0
        self._size += len(decoded)
        self._digest.update(decoded)

    def as_attachment(self, name: str | None) -> Attachment:
        """What is left of it, under its *name*."""
        if self._broken or self._rest:
            return Attachment(name, None, None)
        return Attachment(name, self._size, self._digest.digest())
