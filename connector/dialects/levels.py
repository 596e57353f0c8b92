"""What a word says about secrecy, by the table of a dialect file and by what nobody may change.

"Mật", "Tối mật" and "Tuyệt mật" are secret in every dialect, however they are spelled. Normal is
only what the file's table says is, with its accents. Everything else is unknown, and whoever
judges a message must take that for secret.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from ...rules.normalising import has_too_many_marks, normal
from ...rules.secrecy import LEVELS, NORMAL, strictest
from .folding import folded, squeezed, word_of
from .numbered import level_within, numbered_level


class Unknown(Enum):
    """What a value says that no table knows."""

    UNKNOWN = "unknown"


UNKNOWN = Unknown.UNKNOWN

_LABEL = "domat"
"""How a label begins that says what it is: "Độ mật: Tối mật"."""

# What every label has, without whatever it takes to compare letters in any case.
_HINT = re.compile(r"[mM][aAậẬ][tT][\s\d–—-]*+[)\]:]")
# Blanks are taken for good, so that many of them cost no more than once.
_NUMBER = (
    r"(?:(?:(?:m[uứ]c|c[aấ]p|lo[aạ]i)\s*+)?"
    r"(?:\d{1,3}\s*+[-–—.:/)]?|(?:[ivx]{1,4}|[a-z])\s*+[-–—.:/)])\s*+)?"
)
_BRACKETED = re.compile(
    rf"[(\[]\s*+{_NUMBER}(?P<of>t[oố]i\s++|tuy[eệ]t\s++)?m[aậ]t\s*+"
    r"(?:[-–—]?\s*+\d{1,3}\s*+)?[)\]]"
    rf"|đ[oộ]\s++m[aậ]t\s*+:\s*+[\"“(\[]?\s*+{_NUMBER}"
    r"(?P<label>t[oố]i\s++|tuy[eệ]t\s++)?m[aậ]t(?!\w)",
    re.IGNORECASE,
)

EVERYWHERE: Mapping[str, str] = {level: level for level in LEVELS}
"""How "Mật", "Tối mật" and "Tuyệt mật" are written without accents, signs and blanks."""


def secret_level(word: str) -> str | None:
    """The level of a *word* that is secret in every dialect; None of any other."""
    return _secret_by(word, EVERYWHERE)


def _secret_by(word: str, secret: Mapping[str, str]) -> str | None:
    """The level of *word* by the *secret* words, whatever numbers or labels it."""
    plain = squeezed(word)
    level = secret.get(plain) or secret.get(plain.removeprefix(_LABEL))
    return level or numbered_level(word, secret)


def level_not_to_be_normal(word: str, secret: Mapping[str, str]) -> str | None:
    """The level for which nobody may call *word* normal, by the *secret* words of a file or since
    a secret word stands in it at all; None where it may be called so."""
    return _secret_by(word, {**secret, **EVERYWHERE}) or level_within(word)


def level_in_text(text: str) -> str | None:
    """The strictest level that stands in the *text* as a label: "(Mật)", "[TỐI MẬT]" or "Độ mật:
    Tuyệt mật"; None where none does."""
    if _HINT.search(text) is None:
        return None
    return strictest(_named(found) for found in _BRACKETED.finditer(text))


def _named(found: re.Match[str]) -> str:
    before = squeezed(found["of"] or found["label"] or "")
    return f"{before}mat"


def may_hide_a_label(text: str) -> bool:
    """Whether `level_in_text` may not see a label in the JSON *text*, for an escape or another
    form of Unicode hides it."""
    return "\\u" in text or "\u0323" in text or "\u0302" in text or "\u0301" in text


def level_in_any(texts: Iterable[str]) -> str | None:
    """The strictest level that stands in one of *texts* as a label, in whatever form."""
    return strictest(
        level_in_text(normal("NFKC", each)) for each in texts if not has_too_many_marks(each)
    )


@dataclass(frozen=True, slots=True)
class Levels:
    """The words of one dialect: ``secret`` ones by their squeezed form, with their level, those of
    every dialect among them, and ``normal`` ones in their folded form. ``spelled``: each as the
    file spells it."""

    secret: Mapping[str, str]
    normal: frozenset[str]
    spelled: Mapping[str, str] = field(default_factory=dict)

    def of(self, value: Any) -> str | Unknown | None:
        """The level that *value* says, `NORMAL` among them; UNKNOWN where no table has it, None
        where it says nothing: null, or a text without a letter or sign."""
        word = word_of(value)
        if word is None:
            return None if value is None else UNKNOWN
        known = self.spelled.get(word)
        if known is not None:
            return known
        level = _secret_by(word, self.secret)
        form = folded(word)
        if level is not None or not form:
            return level
        return NORMAL if form in self.normal else UNKNOWN

    def within(self, value: Any) -> set[str | Unknown]:
        """What all that stands in *value* says, at whatever depth."""
        found: set[str | Unknown] = set()
        rest = [value]
        while rest:
            each = rest.pop()
            if isinstance(each, dict):
                rest += each.values()
            elif isinstance(each, list):
                rest += each
            elif (level := self.of(each)) is not None:
                found.add(level)
        return found
