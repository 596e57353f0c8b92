"""Reads HSCV's own list of what it has: a row for each event, or for each document, under a row of
headings.

A row that cannot be read is kept with the reason, since what it names is on the list all the same;
a file in which no columns can be told apart is refused. Nothing is compared here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from ..events import PREFIX
from ..normalising import one_form, plain_words
from ..places import FileError
from .own_days import day_written
from .own_headings import (
    COLUMNS,
    DATE,
    ID,
    NAMING,
    SOURCE,
    SUBJECT,
    SYMBOL,
    TYPE,
    column_of,
)

MOST_ROWS = 1_000_000
"""Rows of a list; each is held in memory while it is compared."""

_HEADINGS_WITHIN = 20
"""Rows from the top, since titles stand above the headings."""
_MOST_CHARACTERS = 255
_LONGEST_SHOWN = 40
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff\u2028\u2029]")
_AS_TEXT = re.compile(r'="([^"]*)"')
"""How a spreadsheet is told to leave the zeros at the beginning of a number alone."""
_ERRORS = frozenset({"#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NUM!", "#NULL!"})


class OwnEntry(NamedTuple):
    """A row of the list, counted from 1 at the top of the file; None: it does not say.

    ``type`` is without the prefix of HSCV's events. ``reason``: why it cannot be read, and what to
    mend; None where it can. It may name something all the same.
    """

    row: int
    id: str | None
    source: str | None
    type: str | None
    subject: str | None
    symbol: str | None
    on: date | None
    reason: str | None


class OwnList(NamedTuple):
    """A list: the ``columns`` that it has, its ``entries``, and the headings of columns that say
    nothing that is compared. It is of events where a column has their ids, else of documents."""

    columns: frozenset[str]
    entries: list[OwnEntry]
    left_out: tuple[str, ...]

    @property
    def of_events(self) -> bool:
        """Whether its rows are events."""
        return ID in self.columns


class _Unreadable(ValueError):
    """Why a row cannot be read."""


def known_columns(rows: Iterable[Sequence[str]]) -> int:
    """How many headings are known in the row that has the most of those, of the first few."""
    top = [row for row, _ in zip(rows, range(_HEADINGS_WITHIN), strict=False)]
    return max((sum(column_of(each) is not None for each in row) for row in top), default=0)


def read_own_list(
    rows: Iterable[Sequence[str]], where: str, named: Mapping[str, str] | None = None
) -> OwnList:
    """The list in *rows*; *where* names the file, *named* are the headings of columns that are
    called otherwise, by what they say. Raises FileError where it is no such list."""
    coming = enumerate(rows, 1)
    number, headings, columns = _headings(coming, where, dict(named or {}))
    kept: dict[str, str] = {}
    days: dict[str, date | str] = {}
    entries = []
    for row, cells in coming:
        if row - number > MOST_ROWS:
            raise FileError(f"{where}: has more than {MOST_ROWS} rows; give it in parts, by days")
        if any(cells) and any(each.strip() for each in cells):
            entries.append(_entry(row, cells, columns, kept, days))
    left_out = tuple(
        _shown(each)
        for at, each in enumerate(headings)
        if at not in columns.values() and each.strip()
    )
    return OwnList(frozenset(columns), entries, left_out)


def _headings(
    coming: Iterator[tuple[int, Sequence[str]]], where: str, named: Mapping[str, str]
) -> tuple[int, Sequence[str], dict[str, int]]:
    """The row of headings with its number, and the columns by what they say."""
    for number, row in coming:
        found = _columns(row, named)
        if found.keys() >= named.keys() and any(key in found for key in NAMING):
            _refuse_two(found, row, f"{where}:{number}", named)
            return number, row, {key: places[0] for key, places in found.items()}
        if number == _HEADINGS_WITHIN:
            break
    if named:
        names = ", ".join(map(_shown, named.values()))
        raise FileError(f"{where}: no row of headings has the columns that --column names: {names}")
    raise FileError(
        f'{where}: no row of headings has ids or symbols; call a column "id", "subject" or'
        ' "symbol" ("Mã", "Mã văn bản", "Số ký hiệu"), or name it with --column id=NAME'
    )


def _columns(row: Sequence[str], named: Mapping[str, str]) -> dict[str, list[int]]:
    """The places of the columns in a *row* of headings by what they say."""
    found: dict[str, list[int]] = {}
    taken = {name: key for key, name in named.items()}
    alike = {plain_words(name): key for name, key in taken.items() if plain_words(name)}
    for at, heading in enumerate(row):
        line = _line(heading)
        key = taken.get(line) or alike.get(plain_words(line)) if line else None
        if key is None and (known := column_of(line)) not in named:
            key = known
        if key is not None:
            found.setdefault(key, []).append(at)
    return found


def _refuse_two(
    found: Mapping[str, Sequence[int]], row: Sequence[str], place: str, named: Mapping[str, str]
) -> None:
    for key, places in found.items():
        if len(places) < 2:
            continue
        one, other = (_shown(row[at]) for at in places[:2])
        if key in named or one == other:
            raise FileError(f"{place}: {one} and {other} are both the {key}; rename one of them")
        raise FileError(
            f"{place}: {one} and {other} are both the {key}; say which: --column {key}=NAME"
        )


def _entry(
    row: int,
    cells: Sequence[str],
    columns: Mapping[str, int],
    kept: dict[str, str],
    days: dict[str, date | str],
) -> OwnEntry:
    """What *cells* say; *kept* and *days* hold one of each text and day that come again."""
    said: dict[str, str | None] = dict.fromkeys(COLUMNS)
    on: date | None = None
    reasons = []
    for key, at in columns.items():
        try:
            text = _text(cells[at] if at < len(cells) else "", key)
            if key == DATE:
                on = _day(text, days)
            else:
                said[key] = kept.setdefault(text, text) if text else None
        except _Unreadable as error:
            reasons.append(str(error))
    if not reasons and (lacking := _lacking(said, columns)):
        reasons.append(lacking)
    type_ = said[TYPE]
    if type_ is not None:
        type_ = kept.setdefault(type_, type_).removeprefix(PREFIX)
    reason = reasons[0] if reasons else None
    return OwnEntry(row, said[ID], said[SOURCE], type_, said[SUBJECT], said[SYMBOL], on, reason)


def _lacking(said: Mapping[str, str | None], columns: Mapping[str, int]) -> str | None:
    """What a row lacks without which it names nothing."""
    wanted = (ID,) if ID in columns else tuple(key for key in NAMING if key in columns)
    if any(said[key] for key in wanted):
        return None
    names = ", ".join(wanted)
    return f"has no {names}; where a formula makes it, save the file in Excel first"


def _text(cell: str, column: str) -> str:
    """What stands in *cell*, in one form. Raises _Unreadable."""
    text = cell.strip()
    if text.startswith("="):
        quoted = _AS_TEXT.fullmatch(text)
        if quoted is None:
            raise _Unreadable(f"the {column} is a formula; copy the values alone, and save again")
        text = quoted[1].strip()
    if text in _ERRORS:
        raise _Unreadable(f"the {column} is an error of the spreadsheet: {text}")
    if _CONTROL.search(text):
        raise _Unreadable(f"the {column} holds a control character or a line break; write it again")
    if len(text) > _MOST_CHARACTERS:
        raise _Unreadable(
            f"the {column} is longer than the {_MOST_CHARACTERS} characters that any can have"
        )
    return one_form(text)


def _day(text: str, days: dict[str, date | str]) -> date:
    """The day that *text* says. Raises _Unreadable."""
    found = days.get(text)
    if found is None:
        found = days[text] = day_written(text)
    if isinstance(found, str):
        raise _Unreadable(found)
    return found


def _line(cell: str) -> str:
    return one_form(" ".join(cell.split()))


def _shown(text: str) -> str:
    """*text* as a message quotes it."""
    line = _line(text)
    return repr(line if len(line) <= _LONGEST_SHOWN else f"{line[:_LONGEST_SHOWN]}…")
