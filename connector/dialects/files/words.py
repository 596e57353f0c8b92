"""Tables of words in a dialect file: what each word of HSCV means, and which say how secret."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ....rules.file_faults import Faults
from ....rules.places import Place
from ....rules.secrecy import LEVELS, NORMAL
from ..folding import folded, squeezed
from ..levels import EVERYWHERE, Levels, level_not_to_be_normal, secret_level

_ANY = frozenset({"*", "others", "default", "else"})

Meanings = dict[str, Any]


def words_at(place: Place, faults: Faults) -> Meanings:
    """The words of the table at *place*, as they are spelled, with what they mean."""
    known: dict[str, tuple[str, Any]] = {}
    words: Meanings = {}
    for word, meaning in place.table().items():
        where = place.inside(word)
        if not isinstance(meaning, str | int | bool):
            faults.add(where, "must mean a text, a whole number, true or false")
            continue
        spelled, before = known.setdefault(folded(word), (word, meaning))
        if before != meaning or type(before) is not type(meaning):
            faults.add(where, f'means something else than "{spelled}", which is the same word')
        words[word] = meaning
    return words


def levels_at(place: Place, faults: Faults) -> Levels:
    """What the words of secrecy in the table at *place* say."""
    words = {
        word: meaning
        for word, meaning in place.table().items()
        if _is_level(place.inside(word), word, faults)
    }
    if NORMAL not in words.values():
        faults.add(place, 'has no word for normal, such as "Thường" = "normal"')
    secret: dict[str, str] = {}
    for word, level in words.items():
        if level == NORMAL:
            continue
        own = secret_level(word)
        if secret.setdefault(squeezed(word), level) != level or (own or level) != level:
            known = own or secret[squeezed(word)]
            faults.add(place.inside(word), f'is "{known}" by its other spelling; it has one level')
    for word, level in words.items():
        other = level_not_to_be_normal(word, secret) if level == NORMAL else None
        if other is not None:
            faults.add(place.inside(word), _cannot_be_normal(word, other, words, secret))
    normal = frozenset(folded(word) for word, level in words.items() if level == NORMAL)
    return Levels({**secret, **EVERYWHERE}, normal, words)


def _cannot_be_normal(
    word: str, level: str, words: Mapping[str, Any], secret: Mapping[str, str]
) -> str:
    """What is wrong with calling *word* normal, which says a secret *level*."""
    for other, meaning in words.items():
        if meaning == level and folded(other) == folded(word):
            return f'means something else than "{other}", which is the same word'
    if squeezed(word) in {**secret, **EVERYWHERE}:
        return f'is "{level}" when it is written without accents; it cannot be normal'
    return f'says "{level}"; it cannot be normal'


def _is_level(where: Place, word: str, faults: Faults) -> bool:
    if word in _ANY:
        faults.add(where, "stands for unknown words, which are never normal; name each word")
    elif not folded(word):
        faults.add(where, "is an empty word, which says nothing about secrecy; leave it out")
    else:
        with faults.noted():
            where.choice((NORMAL, *LEVELS))
            return True
    return False


CONTRACT_LEVELS = Levels(EVERYWHERE, frozenset({NORMAL}))
"""The words of the contract itself."""


def bodies_in(file: Place, aliases: Mapping[str, str], faults: Faults) -> Mapping[str, str]:
    """The directory's codes by the folded code that HSCV uses: its *aliases*, and before them what
    the *file* says under bodies."""
    codes = {folded(alias): code for alias, code in aliases.items()}
    with faults.noted():
        named = file.find("bodies")
        codes |= _codes_at(named, faults) if named else {}
    return codes


def _codes_at(place: Place, faults: Faults) -> Mapping[str, str]:
    """The directory's codes in the table at *place*, by the folded code that HSCV uses."""
    codes: dict[str, str] = {}
    for word in place.table():
        where = place.inside(word)
        code = faults.attempt(where.text, "")
        if codes.setdefault(folded(word), code) != code:
            faults.add(where, "is another body under the same code in other letters")
    return codes
