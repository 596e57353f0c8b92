"""On which line of a TOML file something stands: its tables and keys, and the items of its lists.

The parser says nothing of lines. The text has been parsed before, so that it is known to be TOML;
what is only looked for here is where keys and items begin.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

_SPACE = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_BLANK = re.compile(r"[ \t]*")
_BARE = re.compile(r"[A-Za-z0-9_-]+")
_STRINGS = (
    re.compile(r'"""(?:[^\\]|\\.)*?"{3,5}', re.DOTALL),
    re.compile(r"'''.*?'{3,5}", re.DOTALL),
    re.compile(r'"(?:[^"\\\n]|\\.)*"'),
    re.compile(r"'[^'\n]*'"),
)
_PLAIN = re.compile(r"[^,\]}#\r\n]+")
_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))", re.DOTALL)
_KEYS_OF_NAMES = ("id", "code", "name", "schedule", "cite", "wording")


class _Spot:
    """A value with its line, and what is in it: by key, or by number from 0."""

    def __init__(self, line: int, text: str | None = None) -> None:
        self.line, self.text = line, text
        self.inside: dict[str, _Spot] = {}
        self.items: list[_Spot] = []


class _Step(NamedTuple):
    """A step of a place: a key, and the item of the list there that is meant, as it is told."""

    key: str
    items: tuple[str, ...]


def line_of(text: str, key: str) -> int | None:
    """The line, counted from 1, on which *key* stands in the TOML *text* ("rule[review].due.kind");
    where it does not stand there, that of the nearest place around it. None where there is none.
    """
    spot, line = _Scan(text).file(), None
    for step in _steps(key):
        found = spot.inside.get(step.key)
        if found is None and spot.items:
            # A key of tables in a list, told without the number: the first that has it.
            found = next(
                (each.inside[step.key] for each in spot.items if step.key in each.inside), None
            )
        if found is None:
            break
        spot, line = found, found.line
        for name in step.items:
            item = _item(spot, name)
            if item is None:
                break
            spot, line = item, item.line
    return line


def rule_lines(text: str) -> dict[str, int]:
    """The line on which each rule begins in the TOML *text* of a regulation, by the rule's id."""
    rules = _Scan(text).file().inside.get("rule", _Spot(1)).items
    named = ((each.inside.get("id"), each.line) for each in rules)
    return {id_.text: line for id_, line in named if id_ is not None and id_.text is not None}


def _item(spot: _Spot, name: str) -> _Spot | None:
    for each in spot.items:
        if any(key in each.inside and each.inside[key].text == name for key in _KEYS_OF_NAMES):
            return each
    number = int(name) if name.isascii() and name.isdigit() else 0
    return spot.items[number - 1] if 0 < number <= len(spot.items) else None


_STEP = re.compile(r'("(?:[^"\\]|\\.)*"|[^.\[]+)((?:\[[^\]]*\])*)')


def _steps(key: str) -> Iterator[_Step]:
    for found in _STEP.finditer(key):
        name = found[1]
        plain = name[1:-1] if name.startswith('"') and len(name) > 1 else name
        yield _Step(plain, tuple(re.findall(r"\[([^\]]*)\]", found[2])))


class _Scan:
    """One walk through a text."""

    def __init__(self, text: str) -> None:
        self._text, self._at = text, 0
        self._counted, self._line = 0, 1

    def file(self) -> _Spot:
        """Everything in the text."""
        top = table = _Spot(1)
        while True:
            self._skip(_SPACE)
            if self._at >= len(self._text):
                return top
            if self._text.startswith("[", self._at):
                table = self._header(top)
            else:
                self._pair(table)

    def _header(self, top: _Spot) -> _Spot:
        line, double = self._here(), self._text.startswith("[[", self._at)
        self._at += 2 if double else 1
        keys = self._keys()
        self._at += 2 if double else 1
        spot = top
        for key in keys[:-1]:
            spot = _last(spot.inside.setdefault(key, _Spot(line)))
        if not double:
            return _last(spot.inside.setdefault(keys[-1], _Spot(line)))
        listed = spot.inside.setdefault(keys[-1], _Spot(line))
        listed.items.append(_Spot(line))
        return listed.items[-1]

    def _pair(self, table: _Spot) -> None:
        line, keys = self._here(), self._keys()
        self._at += 1
        for key in keys[:-1]:
            table = table.inside.setdefault(key, _Spot(line))
        self._skip(_BLANK)
        table.inside[keys[-1]] = self._value(line)

    def _keys(self) -> list[str]:
        """A key with its dots, up to what stands behind it."""
        keys = []
        while True:
            self._skip(_BLANK)
            keys.append(self._key())
            self._skip(_BLANK)
            if not self._text.startswith(".", self._at):
                return keys
            self._at += 1

    def _key(self) -> str:
        if self._text[self._at] in "\"'":
            return self._string()
        return self._take(_BARE)

    def _value(self, line: int) -> _Spot:
        sign = self._text[self._at]
        if sign in "\"'":
            return _Spot(line, self._string())
        if sign not in "[{":
            return _Spot(line, self._take(_PLAIN).strip())
        spot, end = _Spot(line), "]" if sign == "[" else "}"
        self._at += 1
        while True:
            self._skip(_SPACE)
            if self._text[self._at] == end:
                self._at += 1
                return spot
            if self._text[self._at] == ",":
                self._at += 1
            elif sign == "[":
                spot.items.append(self._value(self._here()))
            else:
                self._pair(spot)

    def _string(self) -> str:
        for form in _STRINGS:
            if found := form.match(self._text, self._at):
                self._at = found.end()
                return _said(found[0])
        raise AssertionError

    def _take(self, form: re.Pattern[str]) -> str:
        found = form.match(self._text, self._at)
        assert found is not None
        self._at = found.end()
        return found[0]

    def _skip(self, form: re.Pattern[str]) -> None:
        found = form.match(self._text, self._at)
        self._at = found.end() if found else self._at

    def _here(self) -> int:
        self._line += self._text.count("\n", self._counted, self._at)
        self._counted = self._at
        return self._line


def _last(spot: _Spot) -> _Spot:
    return spot.items[-1] if spot.items else spot


def _said(quoted: str) -> str:
    """What a string in its quotes says, as far as names need it."""
    marks = 3 if quoted.startswith(('"""', "'''")) else 1
    inside = quoted[marks:-marks]
    return _ESCAPE.sub(_unescaped, inside) if quoted.startswith('"') else inside


def _unescaped(found: re.Match[str]) -> str:
    digits = found[1] or found[2]
    return chr(int(digits, 16)) if digits else {"n": "\n", "t": "\t"}.get(found[3], found[3])
