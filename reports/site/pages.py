"""Makes the pages of a unit, one after the other: their addresses and their HTML.

The same values give the same bytes, so that an unchanged page stays the file that it is. A page is
let go as soon as it is made: there may be thousands.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from ...rules.explaining.explanation import GENERAL, Explanation, Section
from ..html.making import fragment, page
from ..html.tables import DAY, NUMBER, PageCell, PageColumn, PageTable
from ..shades import SHADES, Shade
from . import wording
from .addresses import INDEX, METHOD, body_page, item_page
from .gathering import Gathered
from .values import BodyPage, Item, Unit

WORST = 20
"""How many of the longest overdue the unit's page shows."""
_OF_A_PAGE = frozenset({"duty", GENERAL})
"""Sections that a page of an obligation leaves out: it says the duty itself, and the readings of
the whole regulation stand on a page of their own."""
LONGEST = 300
"""Characters of a content that a row or a heading shows; an obligation's page has all of it."""


class Made(NamedTuple):
    """A page: its address from the top, and its HTML."""

    address: str
    html: str


def pages(gathered: Gathered) -> Iterator[Made]:
    """All pages of what was *gathered*. Raises MissingLibrary."""
    unit = gathered.unit
    yield _index(unit)
    for body in unit.bodies:
        yield _body(unit, body)
    general: dict[str, Section] = {}
    bodies = {body.code: body for body in unit.bodies}
    for item, explanation in gathered.explanations():
        section = explanation.section(GENERAL)
        if section is not None:
            general.setdefault("\n".join(section.lines), section)
        yield _item(unit, bodies, item, explanation)
    yield _method(unit, general.values())


def _index(unit: Unit) -> Made:
    late = sum(1 for body in unit.bodies if body.overdue)
    tiles = [
        ("Quá hạn", len(unit.overdue), "late" if unit.overdue else ""),
        ("Trong đó vi phạm", unit.breaches, "late" if unit.breaches else ""),
        (f"Đến hạn trong {unit.soon_days} ngày làm việc", len(unit.soon), ""),
        ("Đơn vị có việc quá hạn", f"{late}/{len(unit.bodies)}", ""),
    ]
    more = len(unit.overdue) - WORST
    caption = f"{min(WORST, len(unit.overdue))} việc quá hạn, vi phạm ở trên, lâu nhất trước"
    if more > 0:
        caption += f"; {more} việc khác ở trang của từng đơn vị"
    worst = _overdue(unit, unit.overdue[:WORST], caption, "", whose=True)
    html = page(
        "site/index.html",
        sortable=True,
        shades=_shades(unit.overdue[:WORST]),
        unit=unit,
        title=wording.TITLE,
        day=wording.as_of(unit.as_of),
        method=METHOD,
        tiles=fragment("site/tiles.html", tiles=tiles),
        worst=worst,
        bodies=_bodies(unit),
        tasks=_tasks(unit),
    )
    return Made(INDEX, html)


def _bodies(unit: Unit) -> PageTable:
    columns = [
        PageColumn("Đơn vị"),
        PageColumn("Quá hạn", NUMBER),
        PageColumn("Trong đó vi phạm", NUMBER),
        PageColumn("Quá hạn lâu nhất (ngày làm việc)", NUMBER),
        PageColumn("Sắp đến hạn", NUMBER),
    ]
    rows = [
        [
            PageCell(body.name, href=body_page(body.code)),
            _number(len(body.overdue), "late"),
            _number(body.breaches, "late"),
            _number(body.longest),
            _number(len(body.soon)),
        ]
        for body in unit.bodies
    ]
    caption = "Việc quá hạn và sắp đến hạn của từng đơn vị, theo thứ tự của danh bạ"
    return PageTable(caption, columns, rows, "Danh bạ không có đơn vị nào.")


def _tasks(unit: Unit) -> PageTable:
    columns = [
        PageColumn("Đơn vị chủ trì"),
        *(PageColumn(name, NUMBER) for name in wording.STATUSES.values()),
    ]
    rows = [
        [
            PageCell(body.name, href=body_page(body.code)),
            *(
                _number(body.tasks.get(status, 0), "late" if status in wording.LATE else "")
                for status in wording.STATUSES
            ),
        ]
        for body in unit.bodies
        if body.tasks
    ]
    total = [
        PageCell("Cộng"),
        *(
            _number(sum(body.tasks.get(status, 0) for body in unit.bodies))
            for status in wording.STATUSES
        ),
    ]
    caption = "Nhiệm vụ của từng đơn vị chủ trì theo sáu tình trạng"
    return PageTable(caption, columns, rows, "Chưa có nhiệm vụ nào.", foot=total)


def _body(unit: Unit, body: BodyPage) -> Made:
    up = "../"
    tiles = [
        ("Quá hạn", len(body.overdue), "late" if body.overdue else ""),
        ("Trong đó vi phạm", body.breaches, "late" if body.breaches else ""),
        ("Quá hạn lâu nhất (ngày làm việc)", body.longest, ""),
        ("Sắp đến hạn", len(body.soon), ""),
    ]
    html = page(
        "site/body.html",
        sortable=True,
        shades=_shades(body.overdue, body.soon),
        unit=unit,
        title=body.name,
        day=wording.as_of(unit.as_of),
        trail=[(wording.TOP, up + INDEX)],
        method=up + METHOD,
        body=body,
        tiles=fragment("site/tiles.html", tiles=tiles),
        overdue=_overdue(
            unit, body.overdue, "Việc quá hạn, vi phạm ở trên, lâu nhất trước", up, whose=False
        ),
        soon=_soon(unit, body.soon),
    )
    return Made(body_page(body.code), html)


def _overdue(unit: Unit, items: Sequence[Item], caption: str, up: str, *, whose: bool) -> PageTable:
    columns = [
        PageColumn("Nội dung"),
        PageColumn("Việc cần làm"),
        *([PageColumn("Đơn vị")] if whose else []),
        PageColumn("Văn bản"),
        PageColumn("Thời hạn", DAY),
        PageColumn("Quá hạn"),
    ]
    rows = [
        [
            PageCell(_short(item.content), href=up + item_page(item.id)),
            PageCell(item.duty, note=item.role),
            *([PageCell(_whose(unit, item))] if whose else []),
            PageCell(item.document),
            _due(item),
            PageCell(
                wording.lateness(item),
                key=f"{item.days:06}",
                note=wording.standing(item),
                mark="late",
                **_light(item),
            ),
        ]
        for item in items
    ]
    return PageTable(caption, columns, rows, "Không có việc quá hạn.")


def _light(item: Item) -> dict[str, str]:
    """The light of *item* in its cell."""
    return {} if item.light is None else {"light": item.light, "colour": item.light.colour}


def _shades(*several: Sequence[Item]) -> Mapping[str, Shade] | None:
    """What a page needs that shows the lights of *several* lists."""
    return SHADES if any(item.light for items in several for item in items) else None


def _soon(unit: Unit, items: Sequence[Item]) -> PageTable:
    columns = [
        PageColumn("Nội dung"),
        PageColumn("Việc cần làm"),
        PageColumn("Văn bản"),
        PageColumn("Thời hạn", DAY),
        PageColumn("Còn"),
    ]
    rows = [
        [
            PageCell(_short(item.content), note=item.snoozed),
            PageCell(item.duty, note=item.role),
            PageCell(item.document),
            _due(item),
            PageCell(wording.left(item), key=f"{item.days:06}", mark="soon", **_light(item)),
        ]
        for item in items
    ]
    caption = f"Việc đến hạn trong {unit.soon_days} ngày làm việc tới, gần nhất ở trên"
    return PageTable(caption, columns, rows, "Không có việc sắp đến hạn.")


def _item(unit: Unit, bodies: dict[str, BodyPage], item: Item, explanation: Explanation) -> Made:
    up = "../"
    owing = [bodies[code] for code in item.bodies]
    title = _short(item.content)
    facts = [
        ("Nội dung", item.content if title != item.content else ""),
        ("Văn bản", item.document),
        ("Thời hạn", wording.due(item)),
        ("Vai trò", item.role[:1].upper() + item.role[1:]),
    ]
    html = page(
        "site/item.html",
        shades=_shades([item]),
        late=wording.lateness(item),
        unit=unit,
        title=title,
        here=item.duty,
        day=wording.as_of(unit.as_of),
        trail=[
            (wording.TOP, up + INDEX),
            *((body.name, up + body_page(body.code)) for body in owing),
        ],
        method=up + METHOD,
        item=item,
        facts=[(name, value) for name, value in facts if value],
        owing=[(body.name, up + body_page(body.code), body.head) for body in owing],
        passages=list(wording.passages(explanation.sections, _OF_A_PAGE)),
    )
    return Made(item_page(item.id), html)


def _method(unit: Unit, general: Iterable[Section]) -> Made:
    html = page(
        "site/method.html",
        unit=unit,
        title=wording.METHOD,
        day=wording.as_of(unit.as_of),
        trail=[(wording.TOP, INDEX)],
        passages=list(wording.passages(general)),
    )
    return Made(METHOD, html)


def _number(number: int, mark: str = "") -> PageCell:
    return PageCell(str(number), mark=mark if number else "")


def _due(item: Item) -> PageCell:
    return PageCell(wording.due(item), key=(item.due_at or item.due).isoformat())


def _whose(unit: Unit, item: Item) -> str:
    return ", ".join(unit.named(code) for code in item.bodies)


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1].rstrip()}…"
