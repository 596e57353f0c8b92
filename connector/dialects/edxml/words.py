"""Words about secrecy, however they are written: which names speak of it, which texts are a level.

A level is known in any case, without accents, in any spacing, and where it stands in brackets.
Normal is known only as it is written. Nothing is decided here about a message.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from ....rules.normalising import INVISIBLE
from ....rules.secrecy import LEVELS, strictest
from ..folding import bare as apart
from ..levels import EVERYWHERE
from ..numbered import numbered_level
from .records import tidy

_SPEAKING = re.compile("secre|domat|confidential|classif|securitylevel")
_BEFORE = "domat"
_MAT = "mat"
_COLON = re.compile("[:：]")
_AFTER = re.compile(rf"{_BEFORE}(?:muc|cap)?(?:\d{{1,3}}|[ivx]{{1,4}})?({'|'.join(LEVELS)})")
_LEVEL_OF = {before + level: level for level in LEVELS for before in ("", _BEFORE)}
# The angle brackets of CJK too: NFKC does not make them ASCII's.
_OPEN, _CLOSED = r"(\[{（［｛【〔《〈「", r")\]}）］｝】〕》〉」"
_IN_BRACKETS = re.compile(f"[{_OPEN}]([^{_OPEN}{_CLOSED}]*)[{_CLOSED}]")
_NORMAL = ("Thường", "Bình thường", "Không mật")


def bare(text: str) -> str:
    """*text* without accents, case, spaces and signs."""
    # A mark is no letter, so that it goes with the signs.
    return "".join(filter(str.isalnum, apart(INVISIBLE.sub("", text)))).casefold()


def speaks_of_secrecy(name: str) -> bool:
    """Whether an element or attribute of that local *name* is a label of secrecy."""
    return _SPEAKING.search(bare(name)) is not None


def level_of(text: str) -> str | None:
    """The secret level that *text* is, alone, after "Độ mật:" or with a number or code beside it
    ("1 - Mật"); None where it is none."""
    plain = bare(text)
    level = _LEVEL_OF.get(plain)
    return numbered_level(text, EVERYWHERE) if level is None and _MAT in plain else level


def level_in_text(text: str) -> str | None:
    """The strictest secret level that stands as a label in *text*: in brackets, or after "Độ
    mật:"; None where none does."""
    levels: set[str | None] = set(_AFTER.findall(bare(text))) if _COLON.search(text) else set()
    if _IN_BRACKETS.search(text) is not None:
        levels.update(level_of(found.group(1)) for found in _IN_BRACKETS.finditer(text))
    return strictest(levels) if levels else None


def normal_words(more: Iterable[str]) -> frozenset[str]:
    """The words that say normal, those of a unit's own software (*more*) among them; what says
    nothing, as an empty label does, is none."""
    return frozenset(filter(None, map(_comparable, (*_NORMAL, *more))))


def is_normal(label: str, words: frozenset[str]) -> bool:
    """Whether *label* is one of the *words*, in any case but with its accents."""
    return _comparable(label) in words


def _comparable(text: str) -> str:
    return (tidy(text) or "").casefold()
