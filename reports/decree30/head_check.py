"""Checks of the head of a document: names, number, date, title, and the lines under them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from ...rules.normalising import has_too_many_marks, one_form
from .deviation import MEASURE, MISSING, ORDER, WORDS, Deviation, off, shown
from .letters_check import check_look
from .lines_check import check_line
from .recognising import Parts
from .requirements import COUNTRY, FULL_LINE, MOTTO, SHORT_LINE
from .seeing import plain
from .values import SINGLE, PageSection, Paragraph

_BLANK = r"[\s.…_\-]*"
_NUMBER = re.compile(rf"Số\s?:\s?(?P<number>\d+|{_BLANK})\s?/(?P<symbol>\S+)")
_SYMBOL = re.compile(r"[A-ZĐÀ-Ỹ0-9]+(?:[-/][A-ZĐÀ-Ỹ0-9]+)*")
_DATE = re.compile(
    rf"(?P<place>[^,]+),\s?ngày\s+(?P<day>\d+|{_BLANK})\s*tháng\s+(?P<month>\d+|{_BLANK})\s*"
    rf"năm\s*(?P<year>\d+|{_BLANK})"
)
_DAY = re.compile(r"0[1-9]|[12]\d|3[01]")
_MONTH = re.compile(r"0[12]|[3-9]|1[0-2]")
_YEAR = re.compile(r"\d{4}")
_SLACK = 0.03
"""By which a single line may be wider or narrower."""


def check_head(parts: Parts, sections: Sequence[PageSection]) -> Iterator[Deviation]:
    """What is off from the top of a document to the line under its title."""
    yield from _country(parts)
    yield from _line_of(parts, parts.motto, "motto_line", sections)
    for paragraph in parts.parent_organ:
        yield from check_look("parent_organ", paragraph)
    if not parts.organ:
        yield off("organ", MISSING)
    for paragraph in parts.organ:
        yield from check_look("organ", paragraph)
    rules = _rules_beside(parts, parts.organ[-1] if parts.organ else None)
    yield from check_line("organ_line", parts.organ, rules, SHORT_LINE, sections)
    yield from _number(parts.number)
    yield from _place_and_date(parts)
    yield from _title(parts, sections)


def _country(parts: Parts) -> Iterator[Deviation]:
    for point, paragraph, said in (
        ("country", parts.country, COUNTRY),
        ("motto", parts.motto, MOTTO),
    ):
        if paragraph is None:
            yield off(point, MISSING)
            continue
        if plain(paragraph.text) != plain(said) or (point == "motto" and not _as_motto(paragraph)):
            yield off(point, WORDS, paragraph, wanted=said)
        yield from check_look(point, paragraph)
        lines = paragraph.lines
        single = SINGLE * (1 - _SLACK) <= lines.line <= SINGLE * (1 + _SLACK)
        if lines.rule == "auto" and not single:
            found = shown(lines.line / SINGLE)
            yield off("head_spacing", MEASURE, paragraph, found, "1")


def _as_motto(paragraph: Paragraph) -> bool:
    """Whether the letters are small and large as the motto has them, and the dashes short."""
    text = paragraph.text
    return has_too_many_marks(text) or one_form(text) == MOTTO


def _line_of(
    parts: Parts, text: Paragraph | None, point: str, sections: Sequence[PageSection]
) -> Iterator[Deviation]:
    if text is not None:
        yield from check_line(point, [text], _rules_beside(parts, text), FULL_LINE, sections)


def _rules_beside(parts: Parts, text: Paragraph | None) -> list[Paragraph]:
    """The lines that stand in the column of *text*, or anywhere in a head without a table."""
    if text is None:
        return []
    if text.cell is None:
        return parts.ruled
    column = text.cell.column
    return [each for each in parts.ruled if each.cell is None or each.cell.column == column]


def _number(paragraph: Paragraph | None) -> Iterator[Deviation]:
    if paragraph is None:
        yield off("number", MISSING)
        return
    yield from check_look("number", paragraph)
    found = _NUMBER.fullmatch(paragraph.text)
    if found is None or not _SYMBOL.fullmatch(found["symbol"]):
        yield off("number", WORDS, paragraph, wanted="Số: 05/BC-UBND")
    elif found["number"].isdigit() and len(found["number"]) == 1:
        yield off("number", WORDS, paragraph, found["number"], f"0{found['number']}")


def _place_and_date(parts: Parts) -> Iterator[Deviation]:
    paragraph = parts.place_and_date
    if paragraph is None:
        yield off("place_and_date", MISSING)
        return
    yield from check_look("place_and_date", paragraph)
    found = _DATE.fullmatch(paragraph.text)
    if found is None or not found["place"].strip()[:1].isupper():
        yield off("place_and_date", WORDS, paragraph, wanted="Yên Thế, ngày 05 tháng 02 năm 2026")
    else:
        checks = (("day", _DAY), ("month", _MONTH), ("year", _YEAR))
        for name, pattern in checks:
            said = found[name].strip(" .…_-")
            if said and not pattern.fullmatch(said):
                yield off("date", WORDS, paragraph, said, _numbered(name, said))
    beside = parts.number.cell if parts.number else None
    here = paragraph.cell
    if beside and here and (beside.table, beside.column) == (here.table, here.column):
        yield off("place_and_date", ORDER, paragraph)


def _numbered(name: str, said: str) -> str:
    """What *said* should be, as far as that can be told."""
    if name == "year":
        return "2026"
    number = int(said) if len(said) < 3 else 0
    return f"{number:02}" if name == "day" or number <= 2 else str(number)


def _title(parts: Parts, sections: Sequence[PageSection]) -> Iterator[Deviation]:
    if parts.title is None and not parts.dispatch_summary:
        yield off("title", MISSING)
        return
    for paragraph in parts.dispatch_summary:
        yield from check_look("dispatch_summary", paragraph)
    if parts.title is None:
        return
    yield from check_look("title", parts.title)
    if not parts.summary:
        yield off("summary", MISSING, parts.title)
    for paragraph in parts.summary:
        yield from check_look("summary", paragraph)
        if paragraph.text.isupper():
            yield off("summary", WORDS, paragraph)
    yield from check_line("summary_line", parts.summary, parts.below_title, SHORT_LINE, sections)
