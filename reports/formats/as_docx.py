"""A report as DOCX: the letter that an office hands in, by Nghị định 30/2020/NĐ-CP.

The figures stand in the letter, the tables behind it as appendices. What only whoever signs knows
is left free: the number, and a name that no setting and no directory gives.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date

from ...rules.events import local_date
from ..columns import LIGHT
from ..docx.letter import Block, ContentParagraph, Grid, GridColumn, Heading, OfficeLetter
from ..docx.roman import roman
from ..docx.write import write_letter
from ..letterhead import OF_THE_BODY, Letterhead
from ..outline import outline
from ..report import DAY, NUMBER, BodyFigures, Report, ReportCell, ReportTable
from ..shades import SHADES, LightWord
from ..wording import (
    archived_lines,
    day_cell,
    label,
    long_date,
    nothing_line,
    period_title,
    said,
    title,
)
from .comparing import compared
from .followed import LONG, SOON, followed
from .forms import CannotMake

_SHARES = {
    "place": 4,
    "status": 13,
    "content": 34,
    "symbol": 9,
    "issued_on": 8,
    "lead": 16,
    "coordinating": 14,
    "cause": 16,
    "reason": 16,
    "snooze_reason": 16,
    "duty": 18,
    "inspected": 16,
    "missing": 18,
    "days_late": 6,
    "body": 14,
}
_OTHER_SHARE = 9
_OF_TASKS = {"content": 80, "status": 24}
"""Shares in the table of tasks, whose content decides how many pages it has."""
MOST_ROWS = 10_000
"""Of a table on paper, a thousand pages and more; the other forms have all."""
_CENTRED = ("place", "symbol", "status", "form")
_COMMUNE = re.compile(r"(?:UBND|Ủy ban nhân dân) (?:xã|phường|thị trấn) (?P<place>.+)")
_KEPT = re.compile(r"^[-\s]*Lưu\s*:\s*", re.IGNORECASE)


def write(report: Report, letterhead: Letterhead) -> bytes:
    """*report* as a letter. Raises `CannotMake` where the settings lack what it needs."""
    return write_letter(letter_of(report, letterhead))


def letter_of(report: Report, letterhead: Letterhead) -> OfficeLetter:
    """The letter that *report* is. Raises `CannotMake`."""
    own = report.bodies[0] if report.body is not None and report.bodies else None
    organ = own.name if own else (letterhead.organ or report.unit)
    summary = _summary(report)
    # A body's own report has all of its tasks; of a whole unit's nobody reads a thousand.
    whole = report.body is not None or letterhead.all_tasks
    printed = report if whole else followed(report)
    appendices = tuple(_appendices(printed))
    *recipients, kept = [*_recipients(letterhead)]
    return OfficeLetter(
        organ=organ,
        parent=letterhead.parent,
        place=_place(own, letterhead),
        symbol=letterhead.symbol.replace(OF_THE_BODY, own.code if own else said("letter.office")),
        kind=said("letter.kind"),
        summary=summary,
        made_at=report.made_at,
        day=local_date(report.made_at),
        signing=_signing(own, letterhead),
        signer=_signer(own, letterhead),
        addressees=_addressees(report, own, letterhead),
        content=(
            *_content(report, organ, summary, appendices),
            *_left_out(report, printed),
            *_closing(organ),
        ),
        recipients=tuple(recipients),
        kept=kept,
        appendices=appendices,
    )


def _addressees(report: Report, own: BodyFigures | None, letterhead: Letterhead) -> tuple[str, ...]:
    """Whom the letter is for: a body's the Office, the Office's whom the settings name."""
    if own is None:
        return letterhead.addressees
    return (report.unit,) if own.name != report.unit else letterhead.addressees


def _summary(report: Report) -> str:
    """What the letter is about: the report's title without its kind, and the period."""
    about = title(report).removeprefix(said("letter.kind")).strip()
    period = said("period.of", period=period_title(report))
    return f"{about[:1].upper()}{about[1:]}, {period}"


def _place(own: BodyFigures | None, letterhead: Letterhead) -> str:
    """Where the letter is signed: a commune's is the commune."""
    commune = _COMMUNE.fullmatch(own.name) if own else None
    if commune is not None:
        return commune["place"]
    if letterhead.place is None:
        raise CannotMake.of(
            "no_place",
            "docx: where it is signed is not in the settings; write it in dondoc.toml under"
            ' [report], such as place = "Yên Thế"',
        )
    return letterhead.place


def _signing(own: BodyFigures | None, letterhead: Letterhead) -> tuple[str, ...]:
    if own is not None:
        commune = _COMMUNE.fullmatch(own.name) is not None
        if commune:
            return said("letter.of_commune"), said("letter.chairman")
        return ((own.head if _is_office(own.head) else None) or said("letter.head"),)
    if letterhead.signer_title is None:
        raise CannotMake.of(
            "no_signer",
            "docx: who signs is not in the settings; write it in dondoc.toml under [report], such"
            ' as signer_title = "CHÁNH VĂN PHÒNG"',
        )
    above = (letterhead.signing,) if letterhead.signing else ()
    return (*above, letterhead.signer_title)


def _signer(own: BodyFigures | None, letterhead: Letterhead) -> str:
    """The name of who signs; empty where nobody gives it."""
    if own is None:
        return letterhead.signer_name or ""
    return "" if own.head is None or _is_office(own.head) else own.head


def _is_office(head: str | None) -> bool:
    """Whether the directory gives an office ("Trưởng phòng") where it may give a name."""
    return head is not None and head.startswith(tuple(said("letter.offices").split(", ")))


def _recipients(letterhead: Letterhead) -> Iterator[str]:
    """The lines of "Nơi nhận" without dash and end, the last what is kept."""
    kept = said("letter.kept")
    for line in letterhead.recipients:
        bare = line.strip().lstrip("-").strip().rstrip(";.").strip()
        if _KEPT.match(line):
            kept = _KEPT.sub("", bare)
        elif bare:
            yield bare
    yield kept


def _content(
    report: Report, organ: str, summary: str, appendices: Sequence[Grid]
) -> Iterator[Block]:
    first, last = (long_date(each) for each in (report.period.first, report.period.last))
    about = f"{summary[:1].lower()}{summary[1:]}"
    intro = "letter.intro" if report.period.name else "letter.intro_days"
    yield ContentParagraph(said(intro, organ=organ, about=about, first=first, last=last))
    standing = "letter.so_far" if report.so_far else "letter.as_of"
    yield ContentParagraph(said(standing, as_of=long_date(report.as_of)))
    for line in archived_lines(report):
        yield ContentParagraph(line)
    yield Heading(f"I. {said('letter.figures')}", chief=True)
    if empty := nothing_line(report):
        yield ContentParagraph(empty)
    yield _figures(report)
    yield ContentParagraph(said("summary.method"))
    if appendices:
        yield Heading(f"II. {said('letter.lists')}", chief=True)
    for number, each in enumerate(appendices, 1):
        key = "letter.list" if len(appendices) > 1 else "letter.only_list"
        rows = len(each.rows) - len(each.strong)
        told = said(key, title=each.title, rows=rows, number=roman(number))
        yield ContentParagraph(told)


def _left_out(report: Report, printed: Report) -> Iterator[Block]:
    """What the appendices leave out, and where it stands."""
    for table, shown in zip(report.tables, printed.tables, strict=True):
        rows, most = len(table.rows), len(shown.rows)
        if rows > most:
            days = {"soon": SOON.days, "long": LONG.days}
            told = said("letter.followed", shown=most, rows=rows, left=rows - most, **days)
            yield ContentParagraph(told)
        if most > MOST_ROWS:
            named = {"title": label("table", table.key), "rows": rows}
            yield ContentParagraph(said("letter.cut", shown=MOST_ROWS, **named))


def _closing(organ: str) -> Iterator[Block]:
    yield ContentParagraph(said("letter.closing", organ=organ))


def _figures(report: Report) -> Grid:
    """Every figure under the heading of its group."""
    rows: list[tuple[str, str, str]] = []
    strong = set()
    for number, (heading, lines) in enumerate(outline(report.figures), 1):
        strong.add(len(rows))
        rows.append((roman(number), heading, ""))
        chief = part = 0
        for line in lines:
            chief, part = (chief, part + 1) if line.level and chief else (chief + 1, 0)
            place = f"{chief}.{part}" if part else str(chief)
            rows.append((place, line.label, str(line.figure.number)))
    columns = (
        GridColumn(label("column", "place"), 1, centred=True),
        GridColumn(said("summary.figure"), 9),
        GridColumn(said("summary.number"), 2, centred=True),
    )
    return Grid("", columns, rows, strong=frozenset(strong))


def _appendices(report: Report) -> Iterator[Grid]:
    """The tables that have rows, the bodies' own first where there are several."""
    if len(report.bodies) > 1:
        heads, rows = compared(report)
        columns = [GridColumn(label("column", "place"), 4, centred=True)]
        columns += [GridColumn(heads[0], 26)]
        columns += [GridColumn(head, _OTHER_SHARE, centred=True) for head in heads[1:]]
        texts = [(str(number), *map(str, row)) for number, row in enumerate(rows, 1)]
        texts[-1] = ("", *texts[-1][1:])
        last = frozenset({len(texts) - 1})
        yield Grid(label("table", "bodies"), tuple(columns), texts, strong=last)
    for table in report.tables:
        if table.rows:
            yield _grid(table)


def _grid(table: ReportTable) -> Grid:
    shares = {**_SHARES, **_OF_TASKS} if table.key == "tasks" else _SHARES
    columns = tuple(
        GridColumn(
            label("column", column.key),
            shares.get(column.key, _OTHER_SHARE),
            centred=column.kind in (DAY, NUMBER) or column.key in _CENTRED,
        )
        for column in table.columns
    )
    rows = [[_text(cell) for cell in row] for row in table.rows[:MOST_ROWS]]
    keys = [column.key for column in table.columns]
    grounds = {at: _grounds(table, at) for at, key in enumerate(keys) if key == LIGHT}
    return Grid(label("table", table.key), columns, rows, grounds=grounds)


def _grounds(table: ReportTable, at: int) -> list[str]:
    """What stands behind each cell of the column of lights, which is *at*."""
    words = (row[at] for row in table.rows[:MOST_ROWS])
    return [SHADES[each.colour].light if isinstance(each, LightWord) else "" for each in words]


def _text(cell: ReportCell) -> str:
    if isinstance(cell, date):
        return day_cell(cell)
    return "" if cell is None else str(cell)
