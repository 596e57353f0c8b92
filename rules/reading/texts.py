"""Reads the texts of one language from parsed TOML (rules/texts/*.toml).

Every text that a reminder or an explanation can need is asked for here, so that one that is
missing is refused when the file is loaded and not found out when somebody is to read it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..explaining.texts import EXPLANATION, FREE_PAGES
from ..places import Place
from ..reminding.catch_up import CATCH_UP
from ..reminding.text import REMINDER
from ..wording import NAMED, PLACEHOLDERS, Texts
from .templates import check_braces, texts_in

_PLACEHOLDERS: Mapping[str, frozenset[str]] = {
    **PLACEHOLDERS,
    **REMINDER,
    **CATCH_UP,
    **EXPLANATION,
}
"""Every text there must be, with the braces that it may have. The texts of the tables `_NAMED`
have names of their own, and no braces."""

_NAMED = (*NAMED, *FREE_PAGES)


def parse_texts(data: Mapping[str, Any], where: str) -> Texts:
    """The texts in a parsed TOML file; *where* names the file in errors.

    Raises FileError for a text that is unknown, missing, empty, or has other braces than those
    that are filled in.
    """
    file = Place(where, "", data)
    templates: dict[str, str] = {}
    for place in texts_in(file):
        braces = _braces(place.key)
        if braces is None:
            raise place.error("is not known here")
        templates[place.key] = place.text()
        check_braces(place, braces, counted=True)
    for key in _PLACEHOLDERS:
        if key not in templates:
            raise Place(where, key, None).error("is missing")
    return Texts(templates)


def _braces(key: str) -> frozenset[str] | None:
    """The braces that the text of *key* may have; None where there is no such text."""
    if key.rpartition(".")[0] in _NAMED:
        return frozenset()
    return _PLACEHOLDERS.get(key)
