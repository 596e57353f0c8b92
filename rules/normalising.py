"""Unicode's normal forms of text from outside, in time that only the length of the text decides.

Normalising sorts every run of combining marks, in time that grows with the square of the run, and
holds the interpreter meanwhile: 200 KB of marks stop a process for seconds, a megabyte for minutes.
No language writes more than a few marks on a letter, and Unicode's stream-safe text has at most 30
(UAX 15, section 13). Text from outside must never be normalised but through here.
"""

from __future__ import annotations

import re
from functools import cache
from itertools import groupby
from typing import Literal, NamedTuple, TypeAlias
from unicodedata import category, combining, normalize

Form: TypeAlias = Literal["NFC", "NFKC", "NFKD"]

MOST_MARKS = 30
"""Marks in a row that text may have."""

INVISIBLE = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0"
    "\U000e0000-\U000e0fff]"
)
"""What Unicode counts as letters or marks and shows as nothing."""

_PLANES_WITH_MARKS = 0x20000
_MADE_OF_MARKS = frozenset({0x0F73, 0x0F75, 0x0F81, 0xFF9E, 0xFF9F})
"""Characters that become marks when they are normalised, without being any."""
_EVERY = 10
WITHOUT_MARKS = "\0-\u02ff\u1e00-\u20cf"
"""Ranges of what is no mark: the letters of Vietnamese and what stands between them."""
_FOREIGN = re.compile(f"[^{WITHOUT_MARKS}]{{{(MOST_MARKS + 1) // _EVERY}}}")

_ETH = str.maketrans("Ðð", "Đđ")
"""Eth, which old code pages leave where Vietnamese writes D with stroke; it is no letter of
Vietnamese, so nothing is lost."""


def _is_mark(character: str) -> bool:
    return combining(character) != 0 or ord(character) in _MADE_OF_MARKS


def _marks(first: int, end: int) -> str:
    """The marks from *first* to before *end*, as ranges in a set of a regular expression."""
    marks = [code for code in range(first, end) if _is_mark(chr(code))]
    # In a run of codes that follow each other, each is as far from its place in the list.
    runs = (list(run) for _, run in groupby(enumerate(marks), lambda each: each[1] - each[0]))
    return "".join(f"{chr(run[0][1])}-{chr(run[-1][1])}" for run in runs)


class _Runs(NamedTuple):
    """Patterns of marks in a row, made when text is first looked at: that takes longer than what
    many a command does."""

    piece: re.Pattern[str]
    too_many: re.Pattern[str]
    perhaps: re.Pattern[str]


@cache
def _runs() -> _Runs:
    basic, beyond = _marks(0, 0x10000), _marks(0x10000, _PLANES_WITH_MARKS)
    return _Runs(
        piece=re.compile(f"[{basic}{beyond}]{{1,{MOST_MARKS}}}+"),
        too_many=re.compile(f"[{basic}{beyond}]{{{MOST_MARKS + 1}}}"),
        # As one range, those beyond the first plane cost a tenth of what they do one by one.
        perhaps=re.compile(f"[{basic}\U00010000-\U0010ffff]{{{(MOST_MARKS + 1) // _EVERY}}}"),
    )


def has_too_many_marks(text: str) -> bool:
    """Whether *text* has more than MOST_MARKS marks in a row somewhere, or what becomes marks."""
    # Of a run that is too long, every tenth character is three marks: looking at those alone
    # costs two microseconds for a page of Vietnamese.
    if text.isascii() or _FOREIGN.search(some := text[::_EVERY]) is None:
        return False
    if _runs().perhaps.search(some) is None:
        return False
    return _runs().too_many.search(text) is not None


def normal(form: Form, text: str) -> str:
    """*text* in the normal *form* of Unicode (UAX 15).

    A run of marks that is too long is normalised in pieces of MOST_MARKS: the same every time, if
    not what Unicode says of it.
    """
    if text.isascii():
        return text
    if not has_too_many_marks(text):
        return normalize(form, text)
    begin, pieces = 0, []
    for found in _runs().piece.finditer(text):
        if found.end() - found.start() == MOST_MARKS:
            pieces.append(text[begin : found.end()])
            begin = found.end()
    return "".join(normalize(form, piece) for piece in (*pieces, text[begin:]))


def one_form(text: str) -> str:
    """*text* in NFC (Unicode UAX 15), with Đ for the look-alike Ð (U+00D0)."""
    if text.isascii():
        return text
    return normal("NFC", text.translate(_ETH))


def without_marks(text: str) -> str:
    """*text* as somebody types it who leaves the marks of Vietnamese out, in small letters, with
    single blanks: "Phòng Tài chính" and "phong  tai chinh" come to the same. It may be empty."""
    apart = normal("NFKD", text.casefold().translate(_BARRED))
    return " ".join("".join(each for each in apart if not _is_mark(each)).split())


def plain_words(text: str) -> str:
    """The words of *text* in small letters without marks."""
    return " ".join(_PLAIN.findall(without_marks(text)))


_BARRED = str.maketrans("đð", "dd")
_PLAIN = re.compile(r"[a-z0-9]+")


def is_harmful(character: str) -> bool:
    """Whether a *character* does something to a terminal: controls, and the invisible marks that
    turn or hide what follows them."""
    invisible = INVISIBLE.match(character) is not None
    return invisible or category(character) in ("Cc", "Cf", "Cs", "Zl", "Zp")
