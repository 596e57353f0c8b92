"""The page of a report in a real browser: on a desk, on a phone, without its script, on paper."""

from __future__ import annotations

import re
from datetime import date, datetime, time
from pathlib import Path

import pytest
from dondoc.reports.formats.forms import written
from dondoc.reports.letterhead import Letterhead
from dondoc.reports.making.making import Wish, make
from dondoc.reports.periods import days
from dondoc.reports.report import OFFICE_PROGRESS
from dondoc.rules.events import LOCAL
from dondoc.storage.database import open_store
from support.busy_unit import BEGIN, END, Unit, live
from support.chromium import DESKTOP, PHONE, Browser
from support.stories import law

MADE = datetime.combine(END, time(18), LOCAL)
_FIRST_CELLS = (
    'Array.from(document.querySelectorAll("section.wide:last-of-type tbody tr"))'
    ".map(row => row.cells[{place}].textContent.trim())"
)


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Office's report of a unit whose tasks have contents that mean harm."""
    folder = tmp_path_factory.mktemp("page")
    store = open_store(f"sqlite:///{folder / 'unit.db'}")
    store.migrate(date(2026, 1, 1))
    live(store, Unit(1, documents=25), BEGIN, END)
    wish = Wish(OFFICE_PROGRESS, days(date(2026, 3, 1), date(2026, 3, 31)), date(2026, 3, 31), MADE)
    report = store.read(lambda tx: make(tx, law(), wish))
    store.close()
    target = folder / "report.html"
    target.write_bytes(written(report, "html", Letterhead()))
    return target


def test_it_fits_a_desk_and_a_phone_fetches_nothing_and_complains_of_nothing(
    page: Path, browser: Browser
) -> None:
    for width, height in (DESKTOP, PHONE, (320, 640)):
        browser.size(width, height)
        browser.look()
        browser.open(page)
        assert browser.ask("document.documentElement.scrollWidth") <= width
        assert browser.complaints() == []
        assert browser.fetched() == [page.as_uri()]
        assert browser.ask("document.title").startswith("Báo cáo đánh giá")


def test_tables_are_sorted_by_their_heads_and_read_without_the_script(
    page: Path, browser: Browser
) -> None:
    browser.size(*DESKTOP)
    browser.look()
    browser.open(page)
    by_article = browser.ask(_FIRST_CELLS.format(place=1))
    assert len(set(by_article)) > 1
    browser.ask('document.querySelectorAll("section.wide:last-of-type thead button")[1].click()')
    assert browser.ask(_FIRST_CELLS.format(place=1)) == sorted(
        by_article, key=lambda cite: [int(part) for part in re.findall(r"\d+", cite)]
    )
    browser.look(scripts=False)
    browser.open(page)
    assert "Vi phạm theo điều, khoản" in browser.outline().__repr__()
    browser.look()


def test_a_figure_opens_and_leads_to_the_rows_that_it_counts(page: Path, browser: Browser) -> None:
    browser.size(*DESKTOP)
    browser.open(page)
    link = 'document.querySelector("details a")'
    browser.ask('document.querySelector("details").open = true')
    browser.ask(f"{link}.click()")
    target = browser.ask(f"{link}.getAttribute('href')")
    assert browser.ask(f"document.querySelector({target!r}).tagName") == "TR"


def test_a_screen_reader_is_told_what_is_what(page: Path, browser: Browser) -> None:
    browser.size(*DESKTOP)
    browser.open(page)
    told = browser.outline()
    roles = [role for role, _ in told]
    assert roles.count("main") == 1
    assert {"banner", "contentinfo", "table", "columnheader", "rowheader", "heading"} <= set(roles)
    images = [name for role, name in told if role in ("image", "img") and name]
    assert any("Đã hoàn thành" in name for name in images)


def test_it_prints_on_a4_with_its_tables_across(page: Path, browser: Browser) -> None:
    browser.open(page)
    printed = browser.printed()
    boxes = {
        tuple(round(float(each)) for each in found.split())
        for found in re.findall(rb"/MediaBox\s*\[([^]]+)\]", printed)
    }
    assert boxes == {(0, 0, 595, 842), (0, 0, 842, 595)}
