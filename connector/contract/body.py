"""From bytes to one JSON value, for the guard alone.

What is read here may be secret: nothing of it may reach an error text, a log or a file. An
`Unreadable` therefore says what is wrong in words of its own, never in the sender's.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from json import JSONDecodeError, JSONDecoder
from math import isfinite
from typing import Any, NoReturn

from ...rules.normalising import has_too_many_marks
from ...rules.reading.listed import Fraction
from .statements import Scan, Speaks, speaks_of_secrecy, stated_in_texts, texts_in

MAX_ITEMS = 1000
"""Longest list. A district has some fifty bodies; more than this is a mistake."""
USUAL_BODIES = 200
"""Bodies that one event names at most, unless a setting says otherwise. Each is owed something for
each task; a province reaches all its communes and departments with fewer."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What a body may be at most: bytes, levels of objects and lists within each other, and
    items of a list that the contract knows (which allows 1,000; a limit can only be lower), and
    bodies that all its lists name together (at most as many as items)."""

    max_bytes: int = 1024 * 1024
    max_depth: int = 64
    max_items: int = MAX_ITEMS
    max_bodies: int = USUAL_BODIES


class Unreadable(ValueError):
    """A body that is not JSON as the contract wants it; the text says why, quoting nothing."""


@dataclass(frozen=True, slots=True)
class ParsedBody:
    """A body that could be read, and what in it bears on its secrecy.

    ``repeated``: keys given twice in one object, at any depth. ``stated``: the values of all
    keys that speak of secrecy, at any depth, and within texts that are JSON themselves;
    ``names``: these keys, as far as they stand in the body itself, in the order of ``stated``.
    ``overlong``: a text has more combining marks in a row than may be normalised.
    """

    text: str
    value: Any
    repeated: frozenset[str]
    stated: tuple[Any, ...]
    overlong: bool
    names: tuple[str, ...] = ()


# A string, closed or running to the end, or one bracket; possessive, so that it stays linear.
_STRING_OR_BRACKET = re.compile(rb'"(?:[^"\\]++|\\.)*+"?|[\[\]{}]', re.DOTALL)

_BYTE_ORDER_MARK = "\ufeff"

# Only an escape can hide marks, and only such a beginning can be JSON within a text.
_WORTH_A_WALK = ("\\u", '"{', '"[', '" ', '"\\', f'"{_BYTE_ORDER_MARK}')


def read(body: bytes, limits: Limits, speaks: Speaks = speaks_of_secrecy) -> ParsedBody:
    """Parse *body* once, noting what keys that by *speaks* speak of secrecy state. Raises
    Unreadable.

    UTF-8 without a byte order mark, JSON as RFC 8259 has it: no NaN, no number beyond a
    float, no integer longer than Python converts (4,300 digits), within *limits*.
    """
    if len(body) > limits.max_bytes:
        raise Unreadable(f"the body is larger than {limits.max_bytes} bytes")
    try:
        text = body.decode()
    except UnicodeDecodeError:
        raise Unreadable("the body is not UTF-8") from None
    if text.startswith(_BYTE_ORDER_MARK):
        raise Unreadable("the body starts with a byte order mark")
    if deeper_than(limits.max_depth, body):
        raise Unreadable(f"the body is nested deeper than {limits.max_depth} levels")
    scan = Scan(speaks)
    decoder = JSONDecoder(
        object_pairs_hook=scan.object, parse_float=_finite, parse_constant=_no_constant
    )
    try:
        value = decoder.decode(text)
    except JSONDecodeError as error:
        raise Unreadable(f"the body is not JSON from character {error.pos} on") from None
    except RecursionError:
        raise Unreadable("the body is nested too deep") from None
    except Unreadable:
        raise
    except ValueError:
        raise Unreadable("a number in the body has too many digits") from None
    overlong = has_too_many_marks(text)
    if any(begins in text for begins in _WORTH_A_WALK):
        texts = list(texts_in(value))
        overlong = overlong or any(map(has_too_many_marks, texts))
        scan.stated += stated_in_texts(texts, speaks)
    return ParsedBody(
        text,
        value,
        frozenset(scan.repeated),
        tuple(scan.stated),
        overlong,
        tuple(scan.names),
    )


def deeper_than(limit: int, body: bytes) -> bool:
    """Whether *body*, which need not be JSON, is nested deeper than *limit* levels."""
    # Counting is an upper bound and costs a microsecond; only a body that fails it is looked
    # at in full.
    if body.count(b"[") + body.count(b"{") <= limit:
        return False
    depth = 0
    for found in _STRING_OR_BRACKET.finditer(body):
        bracket = body[found.start()]
        if bracket in b"[{":
            depth += 1
            if depth > limit:
                return True
        elif bracket in b"]}":
            depth -= 1
    return False


def _finite(digits: str) -> Fraction:
    number = Fraction(digits)
    if not isfinite(number):
        raise Unreadable("a number in the body is not finite")
    return number


def _no_constant(_name: str) -> NoReturn:
    raise Unreadable("the body has NaN or Infinity, which JSON does not know")
