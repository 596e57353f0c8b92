"""Reads what a rule is called where officials read it, and what is asked by it: `texts` of a rule.

They are words, of which nothing depends; what a rule leaves out is said by its title and by the
texts of the language.
"""

from __future__ import annotations

from ..places import Place
from ..reminding.asking import REQUEST_BRACES, WHENS
from ..rule import DUTY
from ..wording import harmless
from .templates import check_braces
from .values import misplaced

LANGUAGES = ("en", "vi")
"""The languages in which a regulation's file may say something."""

TEXT_KEYS = (DUTY, *WHENS)
"""What may be said in each."""


def rule_texts(place: Place) -> tuple[tuple[str, str], ...]:
    """The texts of the rule at *place*, by "language.key". Raises FileError for one that is
    unknown, empty, or has other braces than those that are filled in."""
    texts = place.find("texts")
    if texts is None:
        return ()
    misplaced(texts, dict.fromkeys(TEXT_KEYS, "it is of a language: vi.{key}"))
    texts.only(*LANGUAGES)
    found = []
    for language in texts.table():
        own = texts.at(language)
        own.only(*TEXT_KEYS)
        for key in own.table():
            text = own.at(key)
            said = harmless(text.text())
            check_braces(text, frozenset() if key == DUTY else REQUEST_BRACES)
            found.append((f"{language}.{key}", said))
    return tuple(found)
