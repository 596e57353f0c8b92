"""Where a text that is no TOML breaks: in which of its tables, and which bracket was left open.

A parser stops where it cannot go on, which is often far below a bracket that was forgotten.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

_HEADER = re.compile(r"\[{1,2}\s*([A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*)\s*\]{0,2}\s*(?:#.*)?")
_PAIR = re.compile(r"[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*\s*=")
_NAME = re.compile(r"""\s*(?:id|code|name)\s*=\s*["']([^"']+)["']""")
_STRING = re.compile(r""""(?:[^"\\]|\\.)*"|'[^']*'|#.*""")
_MANY_LINES = re.compile("\"\"\"|'''")


class Broken(NamedTuple):
    """``place``: the table in which the text breaks ("rule[review]"), empty above the first;
    ``opened``: the line of a bracket there that is not closed, None where there is none."""

    place: str
    opened: int | None


def broken_at(text: str, line: int) -> Broken:
    """Where *text*, which a parser could not read beyond *line*, breaks."""
    lines = text.splitlines()
    opened = _left_open(lines[:line])
    return Broken(_table(lines, opened or line), opened)


def _left_open(lines: Sequence[str]) -> int | None:
    """The line of the bracket that is open where the next table or key begins, or at the end."""
    open_: list[tuple[str, int]] = []
    in_text = False
    for number, line in enumerate(lines, 1):
        marks = len(_MANY_LINES.findall(line))
        if in_text or marks:
            in_text = in_text != (marks % 2 == 1)
            continue
        begins = _HEADER.fullmatch(line.strip()) or _PAIR.match(line.strip())
        if open_ and begins and open_[-1][0] == "[":
            break
        if _HEADER.fullmatch(line.strip()):
            continue
        for sign in _STRING.sub("", line):
            if sign in "[{":
                open_.append((sign, number))
            elif sign in "]}" and open_:
                open_.pop()
    return open_[-1][1] if open_ else None


def _table(lines: Sequence[str], line: int) -> str:
    """The table of the file that *line* is in, by its name."""
    found = [
        (number, header)
        for number, text in enumerate(lines, 1)
        if number <= line and (header := _HEADER.fullmatch(text.strip()))
    ]
    if not found:
        return ""
    key = found[-1][1][1]
    top, dot, rest = key.partition(".")
    starts = [number for number, header in found if header[0].startswith(f"[[{top}]")]
    starts = [number for number in starts if _is_of(lines[number - 1], top)]
    if not starts:
        return key
    name = next(
        (named[1] for text in _until_header(lines, starts[-1]) if (named := _NAME.match(text))),
        None,
    )
    return f"{top}[{name or len(starts)}]{dot}{rest}"


def _is_of(line: str, top: str) -> bool:
    header = _HEADER.fullmatch(line.strip())
    return header is not None and header[1] == top


def _until_header(lines: Sequence[str], start: int) -> Sequence[str]:
    """The lines below that of number *start*, up to the next header."""
    below = lines[start:]
    end = next((at for at, text in enumerate(below) if _HEADER.fullmatch(text.strip())), None)
    return below[:end]
