"""The form in which names and the texts that may quote them are compared.

Only letters and digits count, whatever stands between them and however they are written: case,
marks, width, Đ and Ð, invisible characters, and what HTML, a URL or JSON inside a text make of
them. Pure functions, linear in the text whatever it holds. What is only drawn alike, such as a
Cyrillic letter for a Latin one, has another form: nobody types it by accident.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Container, Iterator
from html import unescape
from typing import NamedTuple
from unicodedata import category
from urllib.parse import unquote
from zlib import crc32

from ...rules.normalising import normal

_DIGIT = re.compile(r"\d")
_NUMBER = re.compile(r"\d+")
_WORD = re.compile(r"[^\W_]+")
_DEPTH = 4
"""How many wrappings are undone: a text quoted in JSON, in HTML, in a URL, and once more."""
_WRAPPED = re.compile(r"[&%\\<]")
_TAG = re.compile(r"<[^<>]*>")
_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|x([0-9A-Fa-f]{2})|(.))", re.DOTALL)
_BLANKS = frozenset("bfnrtv")
_ENDLESS = re.compile(r"&#[0-9]{1000,}")
"""A number that Python would refuse to read; it is no character."""

_INVISIBLE = "\u00ad"
_FILLERS = frozenset("\u115f\u1160\u3164\uffa0")
"""Letters of Hangul that show nothing."""
_BARRED = dict.fromkeys("ĐđÐðƉɖ", "d")
"""D with stroke, and the letters that look like it; Unicode does not take them apart."""
_MOST_FOLDS = 20_000
"""Characters that are remembered: what one writes with has a few hundred."""
_INVISIBLE_IN_NUMBER = re.compile(r"(?<=\d)\u00ad+(?=\d)")


def folded(text: str) -> str:
    """The letters and digits of *text* in one form; where a digit follows a digit after something
    else stood between, a dot: 1/5 is not 15, however "CT-UBND" is "CTUBND". May be empty."""
    return _Words(_plain(text).replace(_INVISIBLE, "")).joined


def readings(text: str) -> list[str]:
    """*text* as it stands, and as what it may be an encoding of: HTML, part of a URL, JSON."""
    found = [text]
    for _ in range(_DEPTH):
        if _WRAPPED.search(text) is None:
            break
        text = _unwrapped(text)
        if text == found[-1]:
            break
        found.append(text)
    return found


class Shape(NamedTuple):
    """What of a form is known without knowing it: how long it is, and how many digits it has."""

    length: int
    digits: int


_ONE_DIGIT = Shape(1, 1)
MARK_BYTES = 3
"""Of a mark's digest. With two, a name in five had the mark of a number that stands everywhere."""


def shape_of(form: str) -> Shape:
    """The shape of what `folded` gave."""
    return Shape(len(form), sum(map(str.isdecimal, form)))


def least_of(shapes: Collection[Shape]) -> Shape:
    """The fewest characters and the fewest digits that a run of one of *shapes* has."""
    return Shape(min(each.length for each in shapes), min(each.digits for each in shapes))


def cannot_hold(text: str, least: Shape) -> bool:
    """Whether one look tells that *text* has no run of *least* or more, as of most short texts."""
    if not text.isascii() or _WRAPPED.search(text):
        return False
    return len(text) < least.length or (least.digits > 0 and _DIGIT.search(text) is None)


def runs(text: str, shapes: Collection[Shape]) -> Iterator[str]:
    """The forms of all that stands in *text* between two boundaries and has one of *shapes* in
    that form. A boundary is whatever is neither a letter nor a digit, seen or not."""
    numbered = all(shape.digits for shape in shapes)
    for reading in readings(text):
        plain = _plain(reading)
        if numbered and _DIGIT.search(plain) is None:
            continue
        # What shows nothing parts words or does not. Letters come together anyway; digits are
        # read both ways.
        yield from _Words(plain).runs(shapes)
        joined = _INVISIBLE_IN_NUMBER.sub("", plain)
        if joined != plain:
            yield from _Words(joined).runs(shapes)


def marks_in(text: str) -> Iterator[bytes]:
    """Short digests of the numbers in *text*, each with what comes after it, in every reading: of
    every run that has a number, the `mark_of` its form is among them."""
    if cannot_hold(text, _ONE_DIGIT):
        return
    for reading in readings(text):
        plain = _plain(reading)
        if _DIGIT.search(plain) is None:
            continue
        yield from map(_short, _Words(plain).marks())
        joined = _INVISIBLE_IN_NUMBER.sub("", plain)
        if joined != plain:
            yield from map(_short, _Words(joined).marks())


def mark_of(form: str) -> bytes | None:
    """One of the marks that every text has in which a run of *form* stands, the one that says most;
    None where there is no number in it."""
    marks = _marks_in(form, {len(form)})
    mark = max(marks, key=lambda mark: (len(mark), mark), default=None)
    return None if mark is None else _short(mark)


def _short(mark: str) -> bytes:
    return crc32(mark.encode(errors="surrogatepass")).to_bytes(4)[:MARK_BYTES]


def _marks_in(joined: str, ends: Container[int]) -> Iterator[str]:
    """Each number in *joined* with the two characters after it. A run may end where a word does
    (*ends*), and then less comes after it; a dot says enough, so that tasks 7-1 and 7-2 share one.

    No number is cut at the ends of a run: what stands before and after it is no digit, or a dot."""
    for number in _NUMBER.finditer(joined):
        begin, end = number.span()
        if end in ends:
            yield f"{number[0]}$"
        if joined.startswith(".", end):
            yield f"{number[0]}."
            continue
        if end + 1 in ends:
            yield f"{joined[begin : end + 1]}$"
        if end + 2 <= len(joined):
            yield joined[begin : end + 2]


class _Words:
    """The words of a plain text, joined; where in that each begins and ends, with the number of
    digits up to there."""

    def __init__(self, plain: str) -> None:
        pieces: list[str] = []
        self.starts: list[tuple[int, int]] = []
        self.ends: dict[int, int] = {}
        self._numbered: list[int] = []
        at, digits, after_digit = 0, 0, False
        for word in _WORD.findall(plain):
            if after_digit and word[0].isdigit():
                pieces.append(".")
                at += 1
            self.starts.append((at, digits))
            pieces.append(word)
            if not word.isalpha():
                self._numbered.append(at)
                digits += sum(map(str.isdecimal, word))
            at += len(word)
            self.ends[at] = digits
            after_digit = word[-1].isdigit()
        self.joined = "".join(pieces)

    def runs(self, shapes: Collection[Shape]) -> Iterator[str]:
        longest = max((shape.length for shape in shapes if shape.digits), default=0)
        near = self._before_numbers(longest)
        for length, wanted in shapes:
            for start, digits in near if wanted else self.starts:
                found = self.ends.get(start + length)
                if found is not None and found - digits == wanted:
                    yield self.joined[start : start + length]

    def marks(self) -> Iterator[str]:
        return _marks_in(self.joined, self.ends)

    def _before_numbers(self, longest: int) -> list[tuple[int, int]]:
        """The starts that have a digit within *longest*: few in prose, and most names have one."""
        near: list[tuple[int, int]] = []
        coming = iter(self._numbered)
        number = next(coming, None)
        for start in self.starts:
            while number is not None and number < start[0]:
                number = next(coming, None)
            if number is None:
                break
            if number < start[0] + longest:
                near.append(start)
        return near


def _unwrapped(text: str) -> str:
    text = _ESCAPE.sub(_unescaped, unquote(unescape(_ENDLESS.sub(" ", text)), errors="replace"))
    return _TAG.sub(" ", text)


def _unescaped(found: re.Match[str]) -> str:
    code = found[1] or found[2]
    if code is not None:
        return chr(int(code, 16))
    return " " if found[3] in _BLANKS else found[3]


def _plain(text: str) -> str:
    """*text* in one case, compatible characters as one, without marks; what cannot be seen as
    one character."""
    return text.lower() if text.isascii() and "\0" not in text else text.translate(_FOLDS)


class _Folds(dict[int, str]):
    """What becomes of each character by itself, found when it is first met. Without marks no
    character depends on its neighbours, so that no run of marks has to be put in order."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        form = _BARRED.get(char) or "".join(map(_seen, normal("NFKD", char)))
        if len(self) >= _MOST_FOLDS:
            self.clear()
        self[code] = form = "".join(map(_seen, form.casefold()))
        return form


def _seen(char: str) -> str:
    # Of what was sent in UTF-16 every other byte may be zero.
    if char == "\0" or char in _FILLERS or category(char) == "Cf":
        return _INVISIBLE
    return "" if category(char).startswith("M") else char


_FOLDS = _Folds()
