"""From bytes to expat, in blocks and within bounds: nothing but UTF-8, no DTD, no entities.

defusedxml's reader is used, the one of `xml.sax` over expat, which takes blocks, keeps no tree, and
refuses document types, entities and external references. What `xml.sax` makes of each call of expat
is left out: who takes the elements is called by expat itself, which takes half the time. An error
says what is wrong in words of its own, never in the message's.
"""

from __future__ import annotations

from codecs import BOM_UTF8, getincrementaldecoder
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias
from xml.parsers.expat import ExpatError

from defusedxml.common import DefusedXmlException
from defusedxml.expatreader import DefusedExpatParser

from .reasons import Doubt, Withheld

_STEP = 64 * 1024
"""Bytes of text that expat hands on at a time, at most."""
_UTF_8 = frozenset({"utf-8", "us-ascii"})
_BLANKS = b" \t\r\n"

Start: TypeAlias = Callable[[str, Mapping[str, str]], None]
End: TypeAlias = Callable[[str], None]


class BoundedReader(DefusedExpatParser):
    """Reads one message of at most *most* bytes besides the text that is dropped: `feed` with each
    block, then `close`. Both raise Withheld, after which only `release` may be called.

    *start* is called with the name and attributes of each element that begins, *end* with the name
    of each that ends. Text gathers in *texts* as it comes; whoever is called takes it from there.
    """

    _parser: Any

    def __init__(self, most: int, texts: list[str], start: Start, end: End) -> None:
        super().__init__(forbid_dtd=True)
        self._texts = texts
        self._handlers: tuple[Start, End] | None = (start, end)
        self._most = most
        self._head: bytes | None = b""
        self._fed = self._dropped = 0
        self._dropping_since: int | None = None
        self._decoder = getincrementaldecoder("utf-8")()
        self.reset()

    def reset(self) -> None:
        """Prepare expat."""
        super().reset()
        expat = self._parser
        expat.StartElementHandler, expat.EndElementHandler = self._handlers or (None, None)
        expat.buffer_text = True
        expat.XmlDeclHandler = self._declared
        expat.CharacterDataHandler = self._texts.append
        expat.ProcessingInstructionHandler = None

    def release(self) -> None:
        """Let go of expat and of whom it calls, who hold on to this, and so of what was read."""
        self._parser = self._handlers = None

    def close(self) -> None:
        """The message is at its end. Raises Withheld, also where nothing came at all."""
        self.feed(b"", isFinal=True)

    def feed(self, data: Any, isFinal: bool = False) -> None:  # noqa: N803 (as xml.sax calls it)
        """Read on. Raises Withheld."""
        try:
            data = self._after_blanks(data, isFinal)
            if b"\0" in data:
                raise Withheld(Doubt.ENCODING)
            self._decoder.decode(data, isFinal)
            # Not by xml.sax, whose error would keep the message until garbage is collected.
            self._parser.Parse(data, isFinal)
        except UnicodeDecodeError:
            raise Withheld(Doubt.ENCODING) from None
        except DefusedXmlException:
            raise Withheld(Doubt.DTD) from None
        except ExpatError:
            raise Withheld(Doubt.MALFORMED) from None
        self._fed += len(data)
        most, since = self._most, self._dropping_since
        other = (self._fed if since is None else since) - self._dropped
        # Of a tag or a comment that does not end, expat keeps all.
        if other > most or self._fed - self._parser.CurrentByteIndex > most + _STEP:
            raise Withheld(Doubt.TOO_LARGE)

    def drop_text(self, take: Callable[[str], object] | None) -> None:
        """From here on, hand text to *take*, if anybody, and count its bytes no more."""
        if take is not None:
            self._parser.buffer_size = _STEP
        self._dropping_since = self._parser.CurrentByteIndex
        self._parser.CharacterDataHandler = take

    def keep_text(self) -> None:
        """From here on, gather text again."""
        if self._dropping_since is not None:
            self._dropped += self._parser.CurrentByteIndex - self._dropping_since
            self._dropping_since = None
        self._parser.CharacterDataHandler = self._texts.append

    def _after_blanks(self, data: bytes, is_final: bool) -> bytes:
        """*data* without what may stand before a message: a byte order mark, and blanks."""
        if self._head is None:
            return data
        data = self._head + data
        mark = BOM_UTF8 if data.startswith(BOM_UTF8) else b""
        begins = data.removeprefix(mark).lstrip(_BLANKS)
        if begins.startswith(BOM_UTF8):
            raise Withheld(Doubt.MALFORMED)
        if len(begins) < len(BOM_UTF8) and not is_final:
            self._head = mark + begins
            return b""
        self._head = None
        return begins

    def _declared(self, _version: str, encoding: str | None, _standalone: int) -> None:
        if encoding is not None and encoding.lower() not in _UTF_8:
            raise Withheld(Doubt.ENCODING)
