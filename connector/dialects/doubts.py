"""Where secrecy is said so that it is not established, told without giving anything away.

A place is named by a path of the dialect's own file, or by the part of a key that speaks of secrecy
in every dialect. Keys and words of the sender are in no text: they may be secret themselves.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from ..contract.statements import texts_in
from .folding import bare, word_of
from .levels import level_in_any
from .paths import EACH, MISSING, Path, PathScope, ValueFault, find
from .views import View

NOT_STATED = "secrecy is not stated"
OVERLONG = "a text has too many combining marks in a row to be searched for secrecy"
A_LIST = "the body is a list, of which nothing is read: each message has to stand by itself"

_NAMED = (
    (re.compile("secre(?!tar)"), "secre"),
    (re.compile("domat"), "doMat"),
    (re.compile("confidential"), "confidential"),
    (re.compile("classif"), "classif"),
    (re.compile("securitylevel"), "securityLevel"),
)
_NO_LETTER = re.compile(r"[^a-z0-9]+")


def not_stated(paths: Iterable[Path], names: Iterable[str]) -> str:
    """Why the secrecy of a message is not established that says nothing at *paths*; *names*: keys
    of it that speak of secrecy."""
    places = ", ".join(path.written for path in paths)
    if not places:
        return NOT_STATED
    word = next(filter(None, map(_named, names)), None)
    if word is None:
        return f"secrecy is not stated: nothing at {places}"
    return (
        f"secrecy is not stated: nothing at {places}; a key with {word} in its name stands"
        " elsewhere"
    )


def unknown_at(path: Path, view: View) -> str:
    """Why a message is doubtful that says at *path* what no table has."""
    if isinstance(view.root, list) and path.scope is PathScope.MESSAGE:
        return A_LIST
    start = view.beside if path.scope is PathScope.BESIDE else view.root
    try:
        single = any(word_of(find(each, path)) is not None for each in (start, *view.others))
    except ValueFault:
        single = False
    if single:
        return (
            f"secrecy is stated in a way the dialect does not know: at {path.written}; put its word"
            " into the table"
        )
    return (
        f"secrecy is stated in a way the dialect does not know: at {path.written} stands a list or"
        " an object; name the path of its word"
    )


def unknown_under(name: str) -> str:
    """Why a message is doubtful that says what no table has under a key called *name*, which none
    of the paths finds; empty for one in JSON within a text."""
    word = _named(name)
    if word is None:
        return (
            "secrecy is stated in a way the dialect does not know: in JSON within a text, at none"
            " of the paths; put its words into the table, or name the key in ignore"
        )
    return (
        f"secrecy is stated in a way the dialect does not know: under a key with {word} in its"
        " name, at none of the paths; put its words into the table, or name the key in ignore"
    )


def unknown_in_headers() -> str:
    """Why a message is doubtful of which a header says what no table has."""
    return (
        "secrecy is stated in a way the dialect does not know: in a header; put its words into the"
        " table"
    )


def quoted_at(known: Iterable[Path], view: View) -> str:
    """Why a message is doubtful that says it is normal and has a label in a text, which one of the
    paths *known* to the file may find."""
    for path, value in _read_by(tuple(known), view):
        if level_in_any(texts_in(value)) is not None:
            return (
                "a text holds a label of secrecy, though the message says that it is normal: at"
                f" {path.written}"
            )
    return (
        "a text holds a label of secrecy, though the message says that it is normal: at none of"
        " the paths of the dialect"
    )


def _read_by(known: tuple[Path, ...], view: View) -> Iterator[tuple[Path, Any]]:
    """The texts that *known* paths find, those of items in whatever list another of them finds."""
    items: list[Any] = []
    for path in known:
        if path.scope is not PathScope.ITEM:
            value = _found(view.beside if path.scope is PathScope.BESIDE else view.root, path)
            if isinstance(value, list) and any(isinstance(each, dict) for each in value):
                items += value
            elif isinstance(value, str | list):
                yield path, value
    for path in known:
        if path.scope is PathScope.ITEM:
            for item in items:
                value = _found(item, path)
                if isinstance(value, str | list):
                    yield path, value


def _found(value: Any, path: Path) -> Any:
    steps = path.steps[:-1] if path.steps[-1:] == (EACH,) else path.steps
    try:
        return find(value, Path(path.scope, steps, path.written))
    except ValueFault:
        return MISSING


def _named(name: str) -> str | None:
    """The part of *name* that speaks of secrecy, as every dialect knows it."""
    plain = _NO_LETTER.sub("", bare(name))
    return next((word for pattern, word in _NAMED if pattern.search(plain)), None)
