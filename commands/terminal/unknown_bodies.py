"""What is said of codes of bodies that the directory lacks: nobody is reminded under one."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches

from ...rules.directory import Directory
from .presentation import clean
from .words import words

_MOST_TOLD = 5


def unknown_bodies_told(counted: Mapping[str, int], directory: Directory) -> str:
    """The codes in *counted*, each with in how many documents and reports it stands and the code
    of the directory that may be meant; what does not fit on a line is told by its number."""
    told = words()
    codes = list(counted)[:_MOST_TOLD]
    named = [_told(code, counted[code], directory) for code in codes]
    left = len(counted) - len(codes)
    return ", ".join([*named, *([told.say("bodies.more_codes", count=left)] if left else [])])


def _told(code: str, count: int, directory: Directory) -> str:
    told, near = words(), _near(code, directory)
    number = told.number(count)
    if near is not None:
        return told.say("types.near", type=clean(code), count=number, meant=near)
    return told.say("types.type", type=clean(code), count=number)


def _near(code: str, directory: Directory) -> str | None:
    """The body that *code* may mean: by its code or an alias in another case, or nearly."""
    spelt: dict[str, str] = {}
    for body in (*directory.earlier, *directory):
        spelt.update((alias.casefold(), body.code) for alias in body.aliases)
    spelt.update((body.code.casefold(), body.code) for body in directory)
    wanted = code.casefold()
    if wanted in spelt:
        return spelt[wanted]
    near = get_close_matches(wanted[:80], spelt, n=1, cutoff=0.6)
    return spelt[near[0]] if near else None
