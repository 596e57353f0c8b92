"""In which shades the lights of a regulation are shown, on pages, in sheets and in letters alike.

A colour stands behind its word and never without it. Every text that stands on one has a contrast
of 7 or more: black, and on a dark page its light grey.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple, Self

from ..rules.lights import Light


class Shade(NamedTuple):
    """What stands behind the word, "RRGGBB": on a light ground or paper, and on a dark page."""

    light: str
    dark: str


SHADES: Mapping[str, Shade] = {
    "green": Shade("C6EFCE", "1D4D2B"),
    "amber": Shade("FFE699", "5A4300"),
    "red": Shade("FFC7CE", "701F26"),
    "blue": Shade("BDD7EE", "1B4468"),
    "grey": Shade("D9D9D9", "454B52"),
}
"""By the colour of a light, as a regulation names it."""


class LightWord(str):
    """The word of a light: a text to whoever shows words alone, with its ``colour``."""

    __slots__ = ("colour",)
    colour: str

    def __new__(cls, word: str, colour: str) -> Self:
        self = super().__new__(cls, word)
        self.colour = colour
        return self

    def __getnewargs__(self) -> tuple[str, str]:  # type: ignore[override]
        return str(self), self.colour


def word_of(light: Light | None) -> LightWord | None:
    """The Vietnamese word of *light*; None where there is none."""
    return None if light is None else LightWord(light.name.said("vi"), light.colour)
