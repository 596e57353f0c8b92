"""Text that nobody types and every sender may send: Unicode of every plane, and what is none."""

from __future__ import annotations

import random

MARKS = "\u0300\u0301\u0302\u0303\u0309\u0323\u031b\u0327\u0345\u05b0\u064b\U0001d165"
"""Combining marks of many classes; in disorder they cost a normaliser most."""
_INVISIBLE = "\u200b\u200c\u200d\u2060\ufeff\u00ad\u202e\u2066\u2069\u200f\u061c\u180e"
_SPACES = "\u00a0\u2002\u2003\u2007\u2009\u202f\u3000\u1680\u2028\u2029\t"
_BETWEEN = (
    *"\"'“”«»()[]{}<>,;!?:…—|=+.&*#~@%$^`·•→/\\",
    *(" ", "\n", "\u200b", "\u00a0", "\u2009", "&nbsp;"),
)


def imagine_text(chance: random.Random) -> str:
    """Any text, half surrogates among it."""
    return chance.choice(_KINDS)(chance)


def _half(chance: random.Random) -> str:
    return chance.choice(("\ud800", "\udfff", "a\udc00b", "\ud83d", "\udc00\ud800")) + "x"


def _marked(chance: random.Random) -> str:
    count = chance.choice((1, 29, 30, 31, 32, 1_000, 60_000, 100_000))
    return "a" + "".join(chance.choices(MARKS, k=count)) + "b"


def _unseen(chance: random.Random) -> str:
    return "".join(chance.choices(_INVISIBLE + _SPACES + "aĐÐđ", k=chance.randrange(1, 40)))


def _control(chance: random.Random) -> str:
    return chance.choice(("\0", "a\0b", "\x01\x1b[31m", "\x7f\x9b", "\u0085"))


def _long(chance: random.Random) -> str:
    one = chance.choice(("x", "\U0001f600", "ệ", "e\u0323\u0302", "각"))
    return one * chance.choice((1, 1_000, 100_000))


def _any(chance: random.Random) -> str:
    return "".join(_anywhere(chance) for _ in range(chance.randrange(1, 60)))


_KINDS = (_half, _marked, _unseen, _control, _long, _any, _any)


def imagine_bytes(chance: random.Random) -> bytes:
    """Text as UTF-8, or bytes that are none."""
    if chance.random() < 0.3:
        return chance.randbytes(chance.randrange(30))
    return imagine_text(chance)[:200].encode(errors="surrogatepass")


def around(chance: random.Random, quoted: str) -> str:
    """A sentence with *quoted* in it, marked off by what is no letter and no digit."""
    left, right = chance.choice(_BETWEEN), chance.choice(_BETWEEN)
    return f"Theo{left}{quoted}{right}thì"


def disguised(chance: random.Random, symbol: str) -> str:
    """*symbol* as other hands and programs write it."""
    dashes = chance.choice("-\u2010\u2011\u2012\u2013\u2014\u2212")
    slash = chance.choice(("/", " / ", "/ ", " /", "\u200b/"))
    return symbol.replace("-", dashes).replace("/", slash)


def _anywhere(chance: random.Random) -> str:
    plane = chance.choice((0, 0, 0, 1, 2, 3, 14, 15, 16))
    code = plane * 0x10000 + chance.randrange(0x10000)
    return chr(code) if not 0xD800 <= code <= 0xDFFF else "\ufffd"
