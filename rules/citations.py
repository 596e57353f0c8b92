"""A citation in the short form of regulation files, "Điều 6.1.b, 19.2", taken apart.

Only its places are found here; how an official writes them stands in the texts of a language.
"""

from __future__ import annotations

import re
from itertools import groupby

CitedPlace = tuple[str, ...]
"""The numbers of Điều, khoản and điểm, as many as are given: ("6", "1", "b")."""

_PREFIX = "Điều "
_PLACE = re.compile(r"\d+(?:\.\d+(?:\.[^\W\d_])?)?")


def articles_of(cite: str) -> list[tuple[str, list[CitedPlace]]] | None:
    """The places of *cite* by article, in their order: "Điều 7.1, 7.2.b" is one article with two.

    None for what is no such citation (the name of a whole regulation), which stands as it is.
    """
    if not cite.startswith(_PREFIX):
        return None
    places = cite.removeprefix(_PREFIX).split(", ")
    if not all(_PLACE.fullmatch(place) for place in places):
        return None
    parted = [tuple(place.split(".")) for place in places]
    return [(article, list(found)) for article, found in groupby(parted, lambda place: place[0])]
