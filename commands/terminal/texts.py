"""The texts of commands/texts, each table read and checked when one of its texts is first wanted.

A file has a thousand lines, of which a command needs a few tables: whoever only asks for help does
not wait for the rest. A table is refused that lacks a text of the English one, or has one that
could not be filled in; a test reads them all.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from ...rules.places import Place
from ...rules.reading.templates import braces_of, check_braces, texts_in

MODEL = "en"
"""The language whose texts say which there have to be, and with which braces."""
FOLDER = Path(__file__).parents[1] / "texts"
_HEAD = re.compile(r"^\[([a-z_.]+)\]\n", re.MULTILINE)


@cache
def table(language: str, name: str) -> Mapping[str, str]:
    """The texts of the table *name* by their keys in it; none where there is no such table.
    Raises FileError."""
    data = _parsed(language, name)
    model = data if language == MODEL else _parsed(MODEL, name)
    found = parse_texts(data, model, language, name)
    return {key.rpartition(".")[2]: text for key, text in found.items()}


def every_text(language: str) -> Mapping[str, str]:
    """Every text of *language* by its dotted key ("backup.done"). Raises FileError."""
    names = {*_sources(language), *_sources(MODEL)}
    return {
        f"{name}.{key}": text
        for name in sorted(names)
        for key, text in table(language, name).items()
    }


def parse_texts(
    data: Mapping[str, Any], model: Mapping[str, Any], language: str, name: str = ""
) -> Mapping[str, str]:
    """The texts in the parsed TOML *data*, of the table *name* or of a whole file, by their dotted
    keys. Raises FileError unless it has a text for each of *model*, no other, and none with other
    braces."""
    file = f"texts/{language}.toml"
    wanted = {place.key: place for place in texts_in(Place(f"texts/{MODEL}.toml", name, model))}
    found: dict[str, str] = {}
    for place in texts_in(Place(file, name, data)):
        if place.key not in wanted:
            raise place.error(f"is not known here; texts/{MODEL}.toml has no such text")
        place.text()
        check_braces(place, braces_of(wanted[place.key]), counted=True)
        found[place.key] = place.value.strip("\n")
    for key in wanted:
        if key not in found:
            raise Place(file, key, None).error("is missing")
    return found


def _parsed(language: str, name: str) -> Mapping[str, Any]:
    return tomllib.loads(_sources(language).get(name, ""))


@cache
def _sources(language: str) -> Mapping[str, str]:
    """The lines of each table of the file of *language*, by its name."""
    _, *parts = _HEAD.split((FOLDER / f"{language}.toml").read_text(encoding="utf-8"))
    return dict(zip(parts[::2], parts[1::2], strict=True))
