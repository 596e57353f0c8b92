"""The page for everybody (Điều 18.2): figures of the bodies in a period, and how they are counted.

It must never show an officer's name, a symbol, a content or an identifier: it is made of numbers,
of the directory's names of bodies, and of words of our own. A code that the directory does not
have came from outside, and is not shown either.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from ...rules.directory import Directory
from ..html.making import fragment, page
from ..html.tables import NUMBER, PageCell, PageColumn, PageTable
from ..report import BodyFigures, Figure, Report
from ..wording import label, period_title
from . import wording
from .addresses import INDEX
from .pages import Made

DUE = ("fell_due", "due_on_time", "due_late", "due_past", "due_returned", "due_ended")
"""What fell due in the period, and what became of it: the base comes first, no share is shown."""
BESIDE = ("held", "assigned", "returned", "difficulties", "extended", "disputed")
"""What stands beside it, so that nobody is judged by the first figures alone."""
_BREACH, _TODAY = "breach", "due_today"


def public_page(report: Report, directory: Directory, cited: str) -> Made:
    """The page of *report*, of all bodies, of whom those of *directory* are named; *cited*: the
    regulation as officials cite it. Raises MissingLibrary."""
    rows = _rows(report.bodies, directory)
    total = _numbers(report.figures)
    # Only as long as the last day is not over.
    due = DUE if not total[_TODAY] else (*DUE, _TODAY)
    tiles = [(label("figure", key), total[key], "") for key in DUE[:4]]
    html = page(
        "site/public.html",
        sortable=True,
        organ=report.unit,
        title=f"Kết quả thực hiện nhiệm vụ {period_title(report)}",
        day=wording.as_of(report.as_of),
        so_far=report.so_far,
        tiles=fragment("site/tiles.html", tiles=tiles),
        due=_table("Nhiệm vụ đến hạn trong kỳ và kết quả", due, rows, total),
        beside=_table("Nhiệm vụ theo dõi trong kỳ và các lượt xử lý", BESIDE, rows, total),
        breaches=_breaches(report.figures),
        cited=cited,
    )
    return Made(INDEX, html)


def _rows(bodies: Sequence[BodyFigures], directory: Directory) -> list[tuple[str, Counter[str]]]:
    """The bodies by name with their numbers; those without a name of ours as one."""
    rows, unknown = [], Counter[str]()
    for body in bodies:
        if body.code in directory:
            rows.append((body.name, _numbers(body.figures)))
        else:
            unknown += _numbers(body.figures)
    if unknown.total():
        rows.append((wording.UNKNOWN, unknown))
    return rows


def _numbers(figures: Sequence[Figure]) -> Counter[str]:
    return Counter({each.key: each.number for each in figures if not each.detail})


def _table(
    caption: str,
    keys: Sequence[str],
    rows: Sequence[tuple[str, Counter[str]]],
    total: Counter[str],
) -> PageTable:
    columns = [PageColumn("Cơ quan, đơn vị")]
    columns += [PageColumn(label("figure", key), NUMBER) for key in keys]
    cells = [[PageCell(name), *_figures(keys, numbers)] for name, numbers in rows]
    foot = [PageCell("Cộng"), *_figures(keys, total)]
    return PageTable(caption, columns, cells, "Không có đơn vị nào.", foot=foot)


def _figures(keys: Sequence[str], numbers: Counter[str]) -> list[PageCell]:
    return [PageCell(str(numbers[key])) for key in keys]


def _breaches(figures: Sequence[Figure]) -> PageTable:
    columns = [PageColumn("Điều khoản"), PageColumn("Vi phạm phát sinh", NUMBER)]
    rows = [
        [PageCell(each.detail), PageCell(str(each.number))]
        for each in figures
        if each.key == _BREACH and each.number
    ]
    caption = "Vi phạm thời hạn phát sinh trong kỳ, theo điều khoản"
    return PageTable(caption, columns, rows, "Trong kỳ không phát sinh vi phạm thời hạn.")
