"""Pages as bytes: compressed once, served many times with something live behind them.

The figures of a snapshot make up nearly all of a page. A scrape only puts what is rendered live
behind them, so that it costs about the same with ten thousand series as with none. Nothing here
knows what a figure means, and nothing is imported that a small process would not want.
"""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass

_GZIP_HEAD = b"\x1f\x8b\x08\0\0\0\0\0\0\xff"
_RAW = -zlib.MAX_WBITS
_FAST = 1
"""Level 1 is several times as fast as the usual one, and the pages are repetitive enough."""


@dataclass(frozen=True, slots=True)
class Page:
    """A page and its beginnings of a gzip file (RFC 1952): ``deflated`` ends on a whole byte
    with more to come, ``crc`` is the checksum so far."""

    text: bytes
    deflated: bytes
    crc: int

    def with_more(self, more: bytes) -> bytes:
        """The page with *more* behind it."""
        return self.text + more

    def gzipped_with_more(self, more: bytes) -> bytes:
        """The same as a gzip file."""
        compressor = zlib.compressobj(_FAST, wbits=_RAW)
        size = (len(self.text) + len(more)) & 0xFFFFFFFF
        trailer = struct.pack("<LL", zlib.crc32(more, self.crc), size)
        rest = compressor.compress(more) + compressor.flush()
        return b"".join((_GZIP_HEAD, self.deflated, rest, trailer))


def page_of(text: bytes) -> Page:
    """*text* made ready to be served."""
    compressor = zlib.compressobj(_FAST, wbits=_RAW)
    deflated = compressor.compress(text) + compressor.flush(zlib.Z_SYNC_FLUSH)
    return Page(text, deflated, zlib.crc32(text))
