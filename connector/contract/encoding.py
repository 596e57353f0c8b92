"""Bodies that a sender has packed: `content_encoding: gzip` (RFC 1952) is unpacked, within bounds.

What is unpacked here may be secret: an `Unreadable` says what is wrong in words of its own. A few
bytes can unpack to gigabytes, so that no more is ever unpacked than asked for.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator

from .attributes import header_text
from .body import Unreadable

MOST_MEMBERS = 64
"""Parts, each packed alone, that one body may consist of; each costs time of its own."""
MOST_SEARCHED = 16 * 1024 * 1024
"""Bytes that are unpacked of a body which is only searched."""
_SEARCH_STEP = 4096

_GZIP = frozenset({"gzip", "x-gzip"})
_AS_IT_IS = frozenset({"", "identity", "utf-8", "utf8", "us-ascii", "7bit", "8bit", "binary"})
"""What clients name although nothing is packed: charsets, and the words of e-mail."""
_GZIP_FORM = 16 + zlib.MAX_WBITS
_UNKNOWN = "the content encoding is not gzip, the only one that is read"


def unpacked(body: bytes, content_encoding: object, most: int) -> bytes:
    """*body* without its packing, at most *most* bytes before and after. Raises Unreadable."""
    name = _name_of(content_encoding)
    if name in _AS_IT_IS:
        return body
    if name not in _GZIP:
        raise Unreadable(_UNKNOWN)
    if len(body) > most:
        raise Unreadable(f"the body is larger than {most} bytes")
    return b"".join(_parts(body, most))


def searchable(body: bytes, content_encoding: object) -> tuple[bytes, bytes]:
    """*body* without its packing, as far as it can be unpacked, for a reader or a search; and the
    bytes that could not be."""
    if _name_of(content_encoding) not in _GZIP:
        return body, b""
    found, begun, at, step = bytearray(), 0, 0, _SEARCH_STEP
    member = zlib.decompressobj(_GZIP_FORM)
    while at < len(body) and len(found) < MOST_SEARCHED:
        before, piece = member.copy(), body[at : at + step]
        try:
            found += member.decompress(piece, MOST_SEARCHED)
        except zlib.error:
            if step == 1:
                break
            # Once more, one byte at a time, so that all that comes before the fault is found.
            member, step = before, 1
            continue
        at += len(piece) - len(member.unused_data)
        if member.eof:
            member, begun, step = zlib.decompressobj(_GZIP_FORM), at, _SEARCH_STEP
    return (bytes(found), body[begun:]) if found else (body, b"")


def _name_of(content_encoding: object) -> str:
    text = header_text(content_encoding or "")
    return text.strip().lower() if isinstance(text, str) else repr(text)


def _parts(body: bytes, most: int) -> Iterator[bytes]:
    """What each member unpacks to, *most* bytes in all. Raises Unreadable."""
    for _ in range(MOST_MEMBERS):
        member = zlib.decompressobj(_GZIP_FORM)
        try:
            part = member.decompress(body, most + 1)
        except zlib.error:
            raise Unreadable("the body is not gzip, though it says so") from None
        if len(part) > most:
            raise Unreadable("the body unpacks to more bytes than a body may have")
        if not member.eof:
            raise Unreadable("the body ends in the middle of what is packed")
        yield part
        most -= len(part)
        body = member.unused_data
        if not body:
            return
    raise Unreadable(f"the body is packed in more than {MOST_MEMBERS} parts")
