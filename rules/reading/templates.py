"""Templates in parsed TOML: every text of a file by its dotted key, and the braces of one.

What texts there have to be is known to whoever reads them (`texts`, and the command line's own).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from string import Formatter

from ..places import Place


def texts_in(place: Place) -> Iterator[Place]:
    """Whatever is no table, in the table at *place* and in those inside it."""
    for key in place.table():
        inside = place.at(key)
        if isinstance(inside.value, Mapping):
            yield from texts_in(inside)
        else:
            yield inside


def braces_of(place: Place) -> frozenset[str]:
    """The names in the braces of the text at *place*.

    Raises FileError for braces that do not close, or that hold more than a name and, for a number,
    what is counted: "{days:day|days}".
    """
    named = frozenset(name for name, _, _ in _fields(place) if name.isidentifier())
    check_braces(place, named, counted=True)
    return named


def check_braces(place: Place, known: Collection[str], *, counted: bool = False) -> None:
    """Raises FileError for braces in the text at *place* that are not the plain ones *known*;
    *counted*: they may say after the name what one and what several are called."""
    for name, layout, conversion in _fields(place):
        plain = not layout or (counted and layout.count("|") == 1)
        if name not in known or not plain or conversion:
            allowed = ", ".join(f"{{{each}}}" for each in sorted(known)) or "none"
            raise place.error(f"{{{name}}} is not filled in here; allowed: {allowed}")


def _fields(place: Place) -> list[tuple[str, str, str]]:
    try:
        parts = list(Formatter().parse(place.text()))
    except ValueError as error:
        raise place.error(str(error)) from None
    return [(name, layout or "", how or "") for _, name, layout, how in parts if name is not None]
