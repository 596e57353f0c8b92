"""What is said of events whose type dondoc does not know: a typing error would vanish otherwise."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches

from ...rules.event_types import EVENT_TYPES
from .presentation import clean
from .words import words

_MOST_TOLD = 5


def unknown_types_told(counted: Mapping[str, int]) -> str:
    """The types in *counted* with how often each came, and the known one that may be meant; what
    does not fit on a line is told by its number."""
    told = words()
    types = list(counted)[:_MOST_TOLD]
    named = [_told(type_, counted[type_]) for type_ in types]
    left = len(counted) - len(types)
    return ", ".join([*named, *([told.say("types.more", count=left)] if left else [])])


def _told(type_: str, count: int) -> str:
    told, near = words(), get_close_matches(type_, EVENT_TYPES, n=1, cutoff=0.8)
    number = told.number(count)
    if near:
        return told.say("types.near", type=clean(type_), count=number, meant=near[0])
    return told.say("types.type", type=clean(type_), count=number)
