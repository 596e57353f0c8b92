"""When two words of a message are one: in case, in Unicode's forms and in blanks they may differ.

Accents count, for "Thuong" may be Thường or Thượng; where leaving them out can only make something
secret they do not (`levels`).
"""

from __future__ import annotations

import re
from typing import Any

from ...rules.normalising import normal, one_form
from ...rules.reading.listed import Fraction


def word_of(value: Any) -> str | None:
    """The word that a JSON *value* is: a text as it is, a number by its digits, "true" or
    "false"; None for null, a list or an object."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Fraction):
        return value.digits
    return str(value) if isinstance(value, int) else None


def folded(word: str) -> str:
    """*word* in small letters, in one form of Unicode, with single blanks."""
    return refolded(one_form(word))


def refolded(word: str) -> str:
    """`folded` of a *word* that is in one form already."""
    return " ".join(word.casefold().split())


def squeezed(word: str) -> str:
    """The letters and digits of *word* alone, small and without marks: "TỐI  MẬT" is "toimat".
    A word without any letter is as `folded` has it, for signs count beside a number."""
    letters = _NO_LETTER.sub("", bare(word))
    return letters if any(map(str.isalpha, letters)) else folded(word)


def bare(text: str) -> str:
    """*text* in small letters, with each mark after its letter as a character of its own, and đ as
    d; for whoever leaves out what is no letter, marks among it."""
    return normal("NFKD", text.casefold().translate(_BARRED))


_NO_LETTER = re.compile(r"[\W_]+")
_BARRED = str.maketrans("đð", "dd")
