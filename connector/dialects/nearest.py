"""Which place of a message somebody may have meant by a path that finds nothing in it.

For whoever tries a dialect on messages that are established as normal: keys of the message are
told.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import get_close_matches
from typing import Any

from .folding import squeezed
from .paths import MISSING, Path, PathScope
from .readings import Seen

_MOST = 500
"""Places of a message that are compared at most."""
_PLAIN = re.compile(r"[^\s.\[\]'\"@{}][^.\[\]'\"@{}]*")
_ALIKE = 0.8


def nearest_path(path: Path, seen: Seen) -> str | None:
    """The path of a place in *seen* that is most like *path*: the same but for case, signs and a
    dot in front, or with the same last key, or alike; None where none is, or where *path* begins
    beside the message."""
    if path.scope is PathScope.BESIDE or not path.steps:
        return None
    places = [each for each in _places(seen, path.scope) if each != path.written]
    wanted, last = squeezed(path.written), squeezed(str(path.steps[-1]))
    for each in places:
        if squeezed(each) == wanted:
            return each
    ending = [each for each in places if squeezed(each.rpartition(".")[2]) == last]
    if ending:
        return (get_close_matches(path.written, ending, 1, 0.0) or ending)[0]
    return next(iter(get_close_matches(path.written, places, 1, _ALIKE)), None)


def first_missing(paths: tuple[Path, ...], seen: Seen) -> str | None:
    """The beginning of the first of *paths* up to the first key that *seen* lacks, where more of it
    follows ("duLieu.vanban" of duLieu.vanban.so); None where no such beginning can be told."""
    path = paths[0] if paths else None
    if path is None or path.scope is PathScope.BESIDE or path.walks:
        return None
    value = seen.item if path.scope is PathScope.ITEM else seen.view.root
    for number, step in enumerate(path.steps[:-1], 1):
        if isinstance(value, dict):
            value = value.get(step, MISSING)
        elif isinstance(value, list) and isinstance(step, int):
            value = value[step] if step < len(value) else MISSING
        else:
            value = MISSING
        if value is MISSING:
            return _written(path, number)
    return None


def _written(path: Path, steps: int) -> str:
    said = "." if path.scope is PathScope.ITEM else ""
    for number, step in enumerate(path.steps[:steps]):
        if isinstance(step, int):
            said += f"[{step}]"
        else:
            said += ("." if number else "") + _quoted(str(step))
    return said


def _places(seen: Seen, first: PathScope) -> Iterator[str]:
    found = 0
    roots = [("", seen.view.root)]
    if seen.item is not MISSING:
        roots.insert(0 if first is PathScope.ITEM else 1, (".", seen.item))
    for before, root in roots:
        for place in _within(before, root):
            yield place
            found += 1
            if found >= _MOST:
                return


def _within(before: str, value: Any) -> Iterator[str]:
    """The paths of all that stands in objects within *value*; those of lists end there."""
    rest = [(before, value)]
    while rest:
        at, each = rest.pop(0)
        if not isinstance(each, dict):
            continue
        for key, inner in each.items():
            place = f"{at}{'.' if at not in ('', '.') else ''}{_quoted(key)}"
            yield place
            rest.append((place, inner))


def _quoted(key: str) -> str:
    return key if _PLAIN.fullmatch(key) or "'" in key else f"'{key}'"
