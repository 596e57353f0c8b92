"""Words of secrecy as lists of an HSCV have them: with a number, a code or a label around them.

"1 - Mật", "01. Tối mật", "(I) Mật", "Mức 1: Mật" and "Mật (2)" say what "Mật" does. Whether a word
has anything secret in it at all is another question, asked of what somebody would call normal.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from unicodedata import category

from ...rules.normalising import INVISIBLE
from ...rules.secrecy import strictest
from .folding import bare

_HYPHENED = re.compile(r"(?<=[^\W\d_])[-_](?=[^\W\d_])")
_SIGNS = re.compile(r"[^\w\s]+|_+")
_LETTERS = re.compile(r"[^\W\d_]+")
_ENUMERATING = re.compile(r"[a-jl-z]|[ivx]{2,4}")
"""A letter or a Roman number. K is none: it is short for không."""
_BEFORE = frozenset({"muc", "cap", "loai", "bac"})
_BESIDE = _BEFORE | {"do", "ma", "so"}
_NOT_CODES = frozenset({"k", "ko", "kg", "no"})
_CODE_LENGTH = 2
_LONGEST = 200
"""Characters of a word with all that numbers it; whatever is longer is a text."""
_SECRET = re.compile(r"(?:^| )(?:do ?)?((?:toi |tuyet |toi|tuyet)?mat)(?= |$)")
_LABEL = re.compile(r"^(?:(?:muc|cap) )?do ?mat(?: |$)")
_NOT = re.compile(r"(?:^| )(?:khong|ko|giai|ngoai)(?= |$)")


def numbered_level(word: str, secret: Mapping[str, str]) -> str | None:
    """The strictest level that *word* says by the *secret* words (squeezed, with their levels),
    where nothing but numbers, codes and labels stands around them; None where more does."""
    word = " ".join(word.split())
    if len(word) > _LONGEST:
        return None
    levels: list[str] = []
    for clause in _clauses(word):
        level = secret.get(_core(clause)) if clause else None
        if level is not None:
            levels.append(level)
        elif not _is_beside(clause):
            return None
    return strictest(levels)


def level_within(word: str) -> str | None:
    """The strictest level whose name stands anywhere in *word* without a "không" before it, as in
    "Văn bản mật"; None for "Không mật" and "Độ mật: Thường"."""
    levels: list[str] = []
    for clause in _clauses(word):
        text = _LABEL.sub("", " ".join(clause))
        denied = _NOT.search(text)
        for found in _SECRET.finditer(text):
            if denied is None or denied.end() > found.start() + 1:
                levels.append(found[1].replace(" ", ""))
    return strictest(levels)


def _clauses(word: str) -> Iterator[list[str]]:
    """What stands between the signs of *word*: the words of each, in letters without marks."""
    shown = INVISIBLE.sub("", bare(word))
    plain = "".join(each for each in shown if category(each) not in ("Mn", "Cf"))
    for clause in _SIGNS.split(_HYPHENED.sub(" ", plain)):
        yield _LETTERS.findall(clause)


def _core(clause: list[str]) -> str:
    """The words of *clause* as one, without what numbers or labels them."""
    first, end = 0, len(clause)
    while first < end and (clause[first] in _BEFORE or _ENUMERATING.fullmatch(clause[first])):
        first += 1
    while end > first and _ENUMERATING.fullmatch(clause[end - 1]):
        end -= 1
    text = " ".join(clause[first:end])
    return _LABEL.sub("", text).replace(" ", "")


def _is_beside(clause: list[str]) -> bool:
    """Whether *clause* only numbers or labels what stands beside it."""
    if len(clause) == 1 and len(clause[0]) <= _CODE_LENGTH:
        return clause[0] not in _NOT_CODES
    rest = _LABEL.sub("", " ".join(clause)).split()
    return all(each in _BESIDE or _ENUMERATING.fullmatch(each) for each in rest)
