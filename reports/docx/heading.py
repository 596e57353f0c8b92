"""The head of a letter: organ and number on the left, Quốc hiệu, Tiêu ngữ, place and date on the
right; and its title below."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from docx.oxml.xmlchemy import BaseOxmlElement

from ..decree30.requirements import COUNTRY, FULL_LINE, MOTTO, SHORT_LINE
from .elements import make, paragraph, twips
from .frame import side_by_side
from .letter import OfficeLetter
from .lines import evenly_broken, underlined
from .page import width_mm
from .styles import LINE, STYLES
from .text import clean

_LEFT_MM = 70
_BLANK_NUMBER = "\u00a0" * 6
_BLANK_DAY = "\u00a0" * 5


def head(letter: OfficeLetter) -> BaseOxmlElement:
    """The table at the top of *letter*."""
    left, right = _LEFT_MM, width_mm(across=False) - _LEFT_MM
    organ = clean(letter.organ).upper()
    room = twips(left) / 20
    parent = clean(letter.parent or "").upper()
    above = [evenly_broken("parent_organ", parent, room)] if parent else []
    names = [*above, *underlined("organ", organ, SHORT_LINE, room)]
    country = [_part("country", COUNTRY)]
    country += underlined("motto", MOTTO, FULL_LINE, twips(right) / 20)
    number = [_part("number", numbered(letter))]
    place = [_part("place_and_date", f"{clean(letter.place)}, {dated(letter.day)}")]
    return side_by_side((left, right), [(names, country), (number, place)])


def numbered(letter: OfficeLetter) -> str:
    """The number and the symbol: "Số: 05/BC-VP", with room where it has no number yet."""
    number = _BLANK_NUMBER if letter.number is None else f"{letter.number:02}"
    return f"Số: {number}/{clean(letter.symbol)}"


def dated(day: date | None) -> str:
    """*day* in words, with a zero before days under 10 and before months 1 and 2."""
    if day is None:
        return f"ngày {_BLANK_DAY} tháng {_BLANK_DAY} năm {_BLANK_DAY}"
    month = f"{day.month:02}" if day.month <= 2 else str(day.month)
    return f"ngày {day.day:02} tháng {month} năm {day.year}"


def title(letter: OfficeLetter) -> Iterator[BaseOxmlElement]:
    """The title of *letter*, what it is about, and the line below."""
    yield _part("title", clean(letter.kind).upper())
    summary = clean(letter.summary)
    yield from underlined("summary", summary, SHORT_LINE, twips(width_mm(across=False)) / 20)
    yield make("w:p", make("w:pPr", make("w:pStyle", val=LINE)))


def _part(key: str, text: str) -> BaseOxmlElement:
    return paragraph(STYLES[key][0], text)
