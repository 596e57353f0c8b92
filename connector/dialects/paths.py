"""Where a value stands in a message: plain dotted paths, compiled once.

A path is keys with dots between them ("vanBan.soKyHieu"), and nothing else can be said by it but
two things: an item of a list by its number ("nguoiNhan[0].ma") and each item of a list
("phoiHop[].ma"). "@" begins what stands beside the data ("@key", the routing key), and a dot at
the beginning what is looked for in the item of a list that a rule walks (".ma"). A key with other
characters than letters stands between single quotes ("'so.kyHieu'").

JMESPath would do as well, but finding a value of three keys by it took 7 µs where this takes 0.3
(Python 3.11), a message asks for some fifteen of them, and its functions and filters are a
language to learn and to bound. A path here can also say that it has met a list where one value
was asked for, instead of finding nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from ...rules.normalising import one_form


class Missing(Enum):
    """What is found where nothing stands."""

    MISSING = "nothing"


MISSING = Missing.MISSING


class PathScope(Enum):
    """What a path begins at."""

    MESSAGE = "message"
    BESIDE = "beside"
    ITEM = "item"


class ValueFault(ValueError):
    """A value of a message that cannot be what the dialect file says: ``path`` names its place,
    the text says what is wrong; neither has anything of the message."""

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(reason)
        self.path = path


class PathFault(ValueError):
    """A path that cannot be read; the text says what to mend."""


class Each(Enum):
    """The step of a path that goes to every item of a list."""

    EACH = "[]"


EACH = Each.EACH

_STEP = re.compile(r"(?:'(?P<quoted>[^']+)'|(?P<key>[^\s.\[\]'\"@{}][^.\[\]'\"@{}]*))")
_INDEX = re.compile(r"\[(\d{0,4})\]")


@dataclass(frozen=True, slots=True)
class Path:
    """A compiled path: where it begins, its steps, and how it is written in the file.

    ``walks``: it goes to every item of a list, so that it can find several values. ``only``: its
    one step, where it is one key.
    """

    scope: PathScope
    steps: tuple[str | int | Each, ...]
    written: str
    walks: bool = field(init=False)
    only: str | None = field(init=False)

    def __post_init__(self) -> None:
        first = self.steps[0] if len(self.steps) == 1 else None
        object.__setattr__(self, "walks", EACH in self.steps)
        object.__setattr__(self, "only", first if isinstance(first, str) else None)


def compile_path(written: str) -> Path:
    """The path that *written* says. Raises PathFault."""
    scope, rest = PathScope.MESSAGE, one_form(written.strip())
    if rest == ".":
        return Path(PathScope.ITEM, (), written)
    if rest.startswith("@"):
        return _beside(rest[1:], written)
    if rest.startswith("."):
        scope, rest = PathScope.ITEM, rest[1:]
    return Path(scope, _steps(rest), written)


def _beside(rest: str, written: str) -> Path:
    # The name of a header may hold dots and more.
    first, dot, name = rest.partition(".")
    if first == "header" and name:
        return Path(PathScope.BESIDE, (first, name), written)
    if not first or (dot and first != "before"):
        raise PathFault(f"{written!r} is no path: after @ stands one name, or header.NAME")
    steps = _steps(name) if dot else ()
    return Path(PathScope.BESIDE, (first, *steps), written)


def _steps(rest: str) -> tuple[str | int | Each, ...]:
    steps: list[str | int | Each] = []
    at = 0
    while True:
        key = _STEP.match(rest, at)
        _refuse_other_tools(rest, key)
        if key is None:
            raise PathFault(
                f"{rest!r} is no path: it is made of keys with dots between them, such as "
                "vanBan.soKyHieu; a key with other signs stands between single quotes"
            )
        steps.append(key["quoted"] or key["key"].strip())
        at = key.end()
        while (index := _INDEX.match(rest, at)) is not None:
            steps.append(int(index[1]) if index[1] else EACH)
            at = index.end()
        if at == len(rest):
            return tuple(steps)
        if rest[at] != ".":
            raise PathFault(f"{rest!r} is no path from its character {at + 1} on")
        at += 1


def _refuse_other_tools(path: str, step: re.Match[str] | None) -> None:
    """Raises PathFault where *path*, of which *step* is one, is written as other tools want it."""
    if "{" in path:
        raise PathFault(
            f"{path!r} is a text with paths in it; write it as a table: {{ text = ... }}"
        )
    if step is None or not step["key"]:
        return
    if step["key"].startswith("$"):
        raise PathFault(f"{path!r} begins with $; a path here begins with its first key")
    if "/" in step["key"]:
        raise PathFault(
            f"{path!r} has a / in it; between keys stands a dot, and a key with a / in it stands"
            " between single quotes"
        )
    if "[*]" in path:
        raise PathFault(f"{path!r} has [*] in it; each item of a list is []")


def find(value: Any, path: Path) -> Any:
    """What stands at *path* in *value*; MISSING where nothing does.

    Of a path that walks, the list of what it finds. Raises ValueFault where it meets a list that
    it does not say to walk.
    """
    if path.only is not None and isinstance(value, dict):
        return value.get(path.only, MISSING)
    if path.walks:
        return _find_each(value, path, 0)
    for step in path.steps:
        if isinstance(value, dict):
            value = value.get(step, MISSING)
        elif isinstance(value, list):
            value = _item(value, step, path)
        else:
            return MISSING
    return value


def _find_each(value: Any, path: Path, at: int) -> Any:
    for place, step in enumerate(path.steps[at:], at):
        if step is EACH:
            if value is MISSING or value is None:
                return MISSING
            if not isinstance(value, list):
                raise ValueFault(path.written, "is no list")
            found = [_find_each(item, path, place + 1) for item in value]
            return _flat(found) if EACH in path.steps[place + 1 :] else found
        if isinstance(value, dict):
            value = value.get(step, MISSING)
        elif isinstance(value, list):
            value = _item(value, step, path)
        else:
            return MISSING
    return value


def _flat(found: list[Any]) -> list[Any]:
    return [item for each in found if each is not MISSING for item in each]


def _item(value: list[Any], step: str | int | Each, path: Path) -> Any:
    if not isinstance(step, int):
        raise ValueFault(path.written, "finds a list where one value is asked for")
    return value[step] if step < len(value) else MISSING
