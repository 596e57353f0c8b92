"""What a message states about its secrecy: under which names, how deep, in how many wrappings.

Statements are found and never judged here: that is the guard's. Whatever could be a statement
and cannot be read is one, of something other than "normal". What is read here may be secret and
must never get into a text, a log or a file.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from json import JSONDecodeError, JSONDecoder
from typing import Any, TypeAlias

from ...rules.normalising import has_too_many_marks, normal
from ...rules.secrecy import ATTRIBUTE
from .attributes import header_text
from .headers import UNREAD, pairs_of

Speaks: TypeAlias = Callable[[object], bool]
"""Whether a header or key of that name says something about secrecy; it may be asked of several
names at once, with line feeds between them."""

_NO_LETTER = re.compile(r"\W+")
_BLANK = " \t\r\n\ufeff"
_BEGINS = frozenset({*_BLANK, "{", "[", '"'})


def speaks_of_secrecy(name: object) -> bool:
    """Whether a header or key of that *name* says something about secrecy.

    Any spelling counts ("Secrecy", "doc_secrecy", "X-SECRECY", full width, with invisible
    characters in it): such a name can make an event secret or doubtful, though only the attribute
    under its own name makes it normal.
    """
    text = str(name)
    if text.isascii():
        return ATTRIBUTE in text.lower()
    return ATTRIBUTE in _NO_LETTER.sub("", normal("NFKC", text).casefold())


class Scan:
    """Notes what the pairs of an object show while a parser builds it.

    ``repeated``: keys given twice in one object. ``stated``: the values of all keys that by
    *speaks* speak of secrecy; ``names``: these keys, in the same order.
    """

    __slots__ = ("names", "repeated", "speaks", "stated")

    def __init__(self, speaks: Speaks = speaks_of_secrecy) -> None:
        self.repeated: set[str] = set()
        self.stated: list[Any] = []
        self.names: list[str] = []
        self.speaks = speaks

    def object(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        """The object of these *pairs*."""
        built = dict(pairs)
        if len(built) != len(pairs):
            seen: set[str] = set()
            for key, _ in pairs:
                (self.repeated if key in seen else seen).add(key)
        if self.speaks("\n".join(built)):
            said = [(key, value) for key, value in pairs if self.speaks(key)]
            self.names += [key for key, _ in said]
            self.stated += [value for _, value in said]
        return built


@dataclass(frozen=True, slots=True)
class HeaderStatements:
    """What headers say: ``stated`` of secrecy, and whether a text is ``overlong``, with more
    combining marks in a row than may be normalised."""

    stated: list[object]
    overlong: bool


def said_in(headers: Mapping[Any, object], speaks: Speaks = speaks_of_secrecy) -> HeaderStatements:
    """What *headers* say at any depth, in tables, lists and JSON within a text.

    A name given twice states both of its values; what was not read states `UNREAD`.
    """
    stated: list[object] = []
    texts: list[str] = []
    names: list[object] = []
    rest: list[tuple[object, object]] = [("", headers)] if headers else []
    while rest:
        name, value = rest.pop()
        value = header_text(value)
        if speaks(name) or value is UNREAD:
            stated.append(value)
        if isinstance(value, str):
            texts.append(value)
        elif isinstance(value, Mapping):
            pairs = pairs_of(value)
            names += [each for each, _ in pairs]
            rest += pairs
        elif isinstance(value, list):
            rest += [("", item) for item in value]
    overlong = any(has_too_many_marks(str(each)) for each in (*names, *texts))
    return HeaderStatements(stated + stated_in_texts(texts, speaks), overlong)


def stated_in_texts(texts: Iterable[str], speaks: Speaks = speaks_of_secrecy) -> list[object]:
    """What *texts* state about secrecy where one is itself a JSON object or list, or begins with
    one, and so on in the texts within it."""
    rest = [text for text in texts if _may_state(text, speaks)]
    if not rest:
        return []
    scan, unread = Scan(speaks), list[object]()
    # As lenient as any reader may be: what nobody could read states nothing.
    decoder = JSONDecoder(object_pairs_hook=scan.object, parse_int=str, strict=False)
    # Each wrapping doubles what it escapes, so that there are few within each other.
    while rest:
        try:
            value, _ = decoder.raw_decode(rest.pop().lstrip(_BLANK))
            rest += [text for text in texts_in(value) if _may_state(text, speaks)]
        except JSONDecodeError:
            continue
        except RecursionError:
            unread.append(UNREAD)
    return [*scan.stated, *unread]


def _may_state(text: str, speaks: Speaks) -> bool:
    """Whether *text* may be JSON that speaks of secrecy; asked of every text, most are not."""
    if text[:1] not in _BEGINS or not text.lstrip(_BLANK).startswith(("{", "[", '"')):
        return False
    return "\\" in text or speaks(text)


def texts_in(value: Any) -> Iterator[str]:
    """Every text in the JSON *value*, keys included."""
    rest = [value]
    while rest:
        each = rest.pop()
        if isinstance(each, str):
            yield each
        elif isinstance(each, dict):
            yield from each
            rest += each.values()
        elif isinstance(each, list):
            rest += each
