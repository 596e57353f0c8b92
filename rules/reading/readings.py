"""Reads the wordings of a regulation that can be read two ways: words, of which nothing depends."""

from __future__ import annotations

from collections.abc import Mapping

from ..places import Place
from ..prose import Prose, Reading
from .rule_texts import LANGUAGES


def readings(place: Place) -> tuple[Reading, ...]:
    """The wordings that can be read two ways, of a rule or of the whole regulation."""
    found = []
    listed = place.find("reading")
    for item in listed.items(named_by="name") if listed else ():
        item.only("wording", "chosen", "rejected", "why")
        why = item.find("why")
        found.append(
            Reading(
                wording=prose_of(item.at("wording")),
                chosen=prose_of(item.at("chosen")),
                rejected=prose_of(item.at("rejected")),
                why=prose_of(why) if why else None,
            )
        )
    return tuple(found)


def prose_of(place: Place) -> Prose:
    """A text, or a table of texts by language. Raises FileError."""
    if isinstance(place.value, str):
        return Prose((("", place.text()),))
    if not isinstance(place.value, Mapping) or not place.value:
        raise place.error("must be a text, or a table of texts by language")
    place.only(*LANGUAGES)
    return Prose(tuple((language, place.at(language).text()) for language in place.table()))
