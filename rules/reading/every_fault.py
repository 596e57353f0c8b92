"""Every fault of a data file at once, from readers that stop at the first.

What is wrong is told, marked as left out (`places.LEFT_OUT`) and the file is read again, until it
is read to its end; then its parts are asked whether they agree. What is wrong only because of what
was left out is not told: it would be gone once that is mended.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, TypeVar

from ..file_faults import Faults, FileRefused, faults_of
from ..places import LEFT_OUT, FileError, KeyPath

T = TypeVar("T")

MOST = 100
"""How often a file is read again: one with more faults is no such file, or made by a program."""
_ENOUGH = f"has more faults than {MOST}; mend these first"
_ITEM = re.compile(r"\[[^\]]*\]")
_QUOTED = re.compile(r"""'([^']*)'|"([^"]*)"|\[([^\]]*)\]""")
_NAMES = ("id", "code", "name")
"""Keys by which tables of a list are named, in the file and in what is said of them."""
_MEANT = re.compile(r"did you mean (.*)\?")
_ALONE = ("is missing", "must be", "is not known")
"""How what is wrong with one key begins, whatever the others say."""
_MISSING, _SUBJECT = "is missing", "per"
"""How it is said that something is missing; and the key of a rule on which all others depend."""


def read_whole(
    data: Mapping[str, Any],
    read: Callable[[Mapping[str, Any]], T],
    check: Callable[[T], Iterable[FileError]] = lambda _: (),
) -> T:
    """What *read* makes of the parsed file *data*, which *check* finds nothing wrong with.

    *read* raises a FileError with its ``path`` for the first fault that it meets. Raises
    FileRefused with every fault.
    """
    try:
        found = read(data)
    except FileError as first:
        raise FileRefused.by(tuple(_Reading(data, first).faults(read, check))) from None
    if problems := tuple(check(found)):
        raise FileRefused.by(problems)
    return found


class _Reading:
    """A file while it is read again and again, each time with one fault less."""

    def __init__(self, data: Mapping[str, Any], first: FileError) -> None:
        self._data: Any = _copied(data)
        self._next: FileError | None = first
        self._keys: list[str] = []
        self._names: set[str] = set()
        self._meant: set[str] = set()

    def faults(
        self,
        read: Callable[[Mapping[str, Any]], T],
        check: Callable[[T], Iterable[FileError]],
    ) -> Iterator[FileError]:
        told = Faults()
        times = 0
        while self._next is not None:
            times += 1
            if times > MOST:
                told.note(FileError.at(self._next.file, "", _ENOUGH))
                break
            error, self._next = self._next, None
            told.note_all(each for each in faults_of(error) if not self._follows(each))
            if meant := _MEANT.search(error.problem):
                self._meant.add(f"{_around(error.key)}.{meant[1]}".removeprefix("."))
            if error.path is None or not self._leave_out(error):
                break
            try:
                found = read(self._data)
            except FileError as again:
                self._next = again
            else:
                told.note_all(each for each in check(found) if not self._was_beside(each))
        try:
            told.refuse()
        except FileRefused as refused:
            yield from refused.faults

    def _leave_out(self, error: FileError) -> bool:
        """Mark what *error* is about, or the nearest thing around it that is not marked yet;
        whether there was anything."""
        path, key = error.path or (), error.key
        for end in range(len(path), 0, -1):
            container: Any = _inside(self._data, path[: end - 1])
            self._keys.append(key)
            if _value(container, path[end - 1]) is not LEFT_OUT and _is_container(container):
                # By the table that it is in, of which not all is known any more.
                self._names.update(_names(path[:2], _inside(self._data, path[:2])))
                container[path[end - 1]] = LEFT_OUT
                return True
            key = _around(key)
        return False

    def _follows(self, error: FileError) -> bool:
        """Whether *error* may be there only because of what was left out: it is about that, or what
        it is in, or misses what was named there."""
        named = {each for found in _QUOTED.findall(error.problem) for each in found if each}
        if named & self._names or error.key in self._meant:
            return True
        if any(error.problem.startswith(f"{name} ") for name in self._names):
            return True
        table, key = _around(error.key), error.key
        # What is found in the end is told by a key without the numbers of items.
        plain = "" if "[" in key.partition(".")[2] else _ITEM.sub("", key)
        # What two keys of a small table say against each other is settled by either.
        between = "." in table and not error.problem.startswith(_ALONE)
        return any(
            _is_in(key, other)
            or _is_in(other, key)
            or (
                plain
                and _same_table(key, other)
                and _is_in(_ITEM.sub("", other), _ITEM.sub("", key))
            )
            or (between and _around(other) == table)
            for other in self._keys
        )

    def _was_beside(self, error: FileError) -> bool:
        """The same for what is found only when the whole file is known: whether it is about a key
        of a rule in which something was left out, or misses something in such a rule."""
        beside = [each for each in self._keys if _same_table(each, error.key)]
        return self._follows(error) or any(
            error.problem.startswith(_MISSING) or _second(each) in (_second(error.key), _SUBJECT)
            for each in beside
        )


def _is_in(key: str, other: str) -> bool:
    """Whether *key* is that of the place *other*, or of one inside it."""
    return key == other or key.startswith((f"{other}.", f"{other}["))


def _same_table(key: str, other: str) -> bool:
    """Whether both are in one table of the file ("rule[review]")."""
    return key.partition(".")[0] == other.partition(".")[0]


def _around(key: str) -> str:
    """What the place *key* is in: "rule[x].due" of "rule[x].due.kind", and "rule" of "rule[x]"."""
    return key[: max(key.rfind("[" if key.endswith("]") else "."), 0)]


def _second(key: str) -> str:
    """The key in a table of the file: "due" of "rule[review].due.kind"."""
    return _ITEM.sub("", key.partition(".")[2].partition(".")[0])


def _is_container(value: Any) -> bool:
    return isinstance(value, dict | list)


def _inside(data: Any, path: KeyPath) -> Any:
    for step in path:
        data = _value(data, step)
    return data


def _value(data: Any, step: str | int) -> Any:
    if isinstance(data, dict):
        return data.get(step)
    if isinstance(data, list) and isinstance(step, int) and step < len(data):
        return data[step]
    return None


def _names(path: KeyPath, value: Any) -> Iterator[str]:
    """What the table *value* at *path* is called."""
    if isinstance(value, Mapping):
        yield from (step for step in path[1:] if isinstance(step, str))
        yield from (name for key in _NAMES if isinstance(name := value.get(key), str))


def _copied(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _copied(each) for key, each in value.items()}
    return [_copied(each) for each in value] if isinstance(value, list) else value
