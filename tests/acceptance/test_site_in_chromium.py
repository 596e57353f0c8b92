"""The pages in a real browser: on a phone, on a desk, by keyboard, read aloud, and on paper."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from urllib.parse import unquote, urlparse

import pytest
from dondoc.reports.site.folder import CURRENT
from dondoc.storage.database import open_store
from support.chromium import DESKTOP, PHONE, Browser
from support.sites import KEPT, document, sites_on, take
from support.stores import SINCE

NARROWEST, TABLET = (320, 640), (760, 900)
ON_PAPER = 661
"""A4 less its margins (175 mm), in CSS pixels."""
HOSTILE = [
    "<script>document.title='PWNED'</script><img src=x onerror=\"document.title='PWNED'\">",
    "\u202eđảo ngược\u2066 🧑‍⚖️👩🏽‍⚖️ \u200f\u0301\u0301\u0301",
    "=cmd|' /C calc'!A0 {{ 7 * 7 }} {% raw %} &amp;lt;",
    "W" * 3_000,
]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Pages of a unit, with documents that mean harm among the others."""
    folder = tmp_path_factory.mktemp("site")
    store = open_store(f"sqlite:///{folder / 'dondoc.db'}")
    store.migrate(SINCE)
    for number, text in enumerate(HOSTILE):
        issued, task = document(f"H{number}", "x", abstract=text, symbol=f"{text[:90]}/VP")
        task["data"]["content"] = f"{text} {number}"
        take(store, issued, task)
    for number in range(12):
        take(
            store,
            *document(f"VB-{number}", f"{KEPT}-{number}", issued_on=f"2026-03-{number + 2:02}"),
        )
    sites_on(store).make(folder / "trang")
    store.close()
    return folder / "trang" / CURRENT


@pytest.fixture
def tab(browser: Browser) -> Browser:
    browser.size(*DESKTOP)
    browser.look()
    return browser


def kinds(site: Path) -> list[Path]:
    """A page of each kind, those of obligations being such that mean harm."""
    items = [(each, each.read_text("utf-8")) for each in sorted((site / "viec").iterdir())]
    harm = [next(page for page, text in items if sign in text) for sign in ("PWNED", "W" * 3_000)]
    return [site / "index.html", site / "don-vi" / "TCKH.html", site / "cach-tinh.html", *harm]


def levels(tab: Browser) -> list[int]:
    found: list[int] = tab.ask(
        "[...document.querySelectorAll('h1,h2,h3,h4')].map(h => +h.tagName[1])"
    )
    return found


def test_nothing_is_scrolled_sideways_on_any_screen_or_on_paper(site: Path, tab: Browser) -> None:
    for page in kinds(site):
        for width, height in (NARROWEST, PHONE, TABLET, DESKTOP):
            tab.size(width, height)
            tab.open(page)
            assert tab.ask("document.documentElement.scrollWidth") <= width, (page, width)
        tab.size(ON_PAPER, 900)
        tab.call("Emulation.setEmulatedMedia", media="print")
        tab.open(page)
        assert tab.ask("document.documentElement.scrollWidth") <= ON_PAPER, page
        tab.call("Emulation.setEmulatedMedia", media="")


def test_a_page_fetches_nothing_keeps_nothing_and_runs_nothing_foreign(
    site: Path, tab: Browser
) -> None:
    for page in kinds(site):
        tab.open(page)
        assert "PWNED" not in tab.ask("document.title").split("–")[-1]
        assert tab.ask("document.querySelectorAll('img, iframe, object, link').length") == 0
        assert tab.fetched() == [page.as_uri()]
        assert tab.complaints() == []
        assert tab.ask("document.cookie") == ""


def test_the_policy_stops_a_script_that_should_have_come_in_after_all(
    site: Path, tab: Browser, tmp_path: Path
) -> None:
    broken = tmp_path / "broken.html"
    text = (site / "index.html").read_text("utf-8")
    harm = "<script>document.title='PWNED'</script><img src='https://example.org/x.png'></main>"
    broken.write_text(text.replace("</main>", harm), encoding="utf-8")
    tab.open(broken)
    assert tab.ask("document.title") != "PWNED"
    assert any("Content Security Policy" in line for line in tab.complaints())


def test_a_screen_reader_finds_landmarks_headings_in_order_and_tables_with_captions(
    site: Path, tab: Browser
) -> None:
    for page in kinds(site):
        tab.open(page)
        roles = [role for role, _ in tab.outline()]
        for role in ("banner", "main", "contentinfo"):
            assert roles.count(role) == 1, (page, role)
        assert tab.ask("document.documentElement.lang") == "vi"
        found = levels(tab)
        assert found.count(1) == 1
        assert found[0] == 1
        assert all(below - above <= 1 for above, below in pairwise(found)), found
        assert tab.ask("[...document.querySelectorAll('table')].every(t => t.caption)"), page


def test_a_row_stays_a_row_where_it_is_shown_as_a_card(site: Path, tab: Browser) -> None:
    page, shown = site / "don-vi" / "TCKH.html", []
    for size in (DESKTOP, PHONE):
        tab.size(*size)
        tab.open(page)
        found = [role for role, _ in tab.outline()]
        shown.append([found.count(role) for role in ("table", "row", "rowheader", "cell")])
    assert shown[0] == shown[1]
    assert min(shown[0]) > 0
    # The names of the columns, which a card does not have above it, stand in it.
    label = "getComputedStyle(document.querySelector('tbody td'), '::before').content"
    assert "Việc cần làm" in tab.ask(label)


def test_the_first_tab_leads_past_the_head_to_what_the_page_is_about(
    site: Path, tab: Browser
) -> None:
    for page in kinds(site)[:2]:
        tab.open(page)
        tab.press("Tab")
        assert tab.ask("document.activeElement.className") == "skip"
        assert tab.ask("document.activeElement.getBoundingClientRect().left") >= 0
        tab.press("Enter")
        assert tab.ask("document.activeElement.tagName") == "MAIN"


def test_every_link_and_button_is_reached_by_keyboard_and_seen_to_be(
    site: Path, tab: Browser
) -> None:
    tab.open(site / "don-vi" / "TCKH.html")
    wanted = tab.ask("document.querySelectorAll('a, button').length")
    reached = 0
    for _ in range(wanted):
        tab.press("Tab")
        reached += tab.ask("['A', 'BUTTON'].includes(document.activeElement.tagName)")
        outline = tab.ask("getComputedStyle(document.activeElement).outlineStyle")
        assert outline != "none"
    assert reached == wanted


def column(tab: Browser, place: int) -> list[str]:
    rows = "[...document.querySelector('table').tBodies[0].rows]"
    found: list[str] = tab.ask(f"{rows}.map(row => row.cells[{place}].dataset.key)")
    return found


def test_a_table_is_sorted_by_keyboard_and_says_so(site: Path, tab: Browser) -> None:
    tab.open(site / "don-vi" / "TCKH.html")
    days = column(tab, 3)
    tab.ask("document.querySelectorAll('thead')[0].querySelectorAll('button')[3].focus()")
    for order, reverse in (("ascending", False), ("descending", True)):
        tab.press("Enter")
        assert column(tab, 3) == sorted(days, reverse=reverse)
        head = "document.querySelector('thead').rows[0].cells[3]"
        assert tab.ask(f"{head}.getAttribute('aria-sort')") == order


def test_without_scripts_everything_is_there(site: Path, tab: Browser) -> None:
    tab.look(scripts=False)
    tab.open(site / "don-vi" / "TCKH.html")
    roles = [role for role, _ in tab.outline()]
    assert roles.count("button") == 0
    assert roles.count("table") >= 1
    tab.look()


def test_a_dark_page_is_dark(site: Path, tab: Browser) -> None:
    grounds = []
    for dark in (False, True):
        tab.look(dark=dark)
        tab.open(site / "index.html")
        grounds.append(tab.ask("getComputedStyle(document.body).backgroundColor"))
    assert grounds == ["rgb(255, 255, 255)", "rgb(20, 24, 28)"]


def test_a_page_is_printed_on_a4(site: Path, tab: Browser) -> None:
    tab.look(dark=True)
    tab.open(site / "don-vi" / "TCKH.html")
    boxes = re.findall(rb"/MediaBox ?\[([\d. ]+)\]", tab.printed())
    sizes = {tuple(round(float(each)) for each in box.split()) for box in boxes}
    assert sizes == {(0, 0, 595, 842)}


class Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.ids: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        if tag == "a" and (address := told.get("href")):
            self.found.append(address)
        if place := told.get("id"):
            self.ids.append(place)


def test_every_link_leads_to_a_page_that_is_there(site: Path) -> None:
    reached = {site / "index.html"}
    waiting = list(reached)
    while waiting:
        page = waiting.pop()
        links = Links()
        links.feed(page.read_text("utf-8"))
        for address in links.found:
            parts = urlparse(address)
            assert not parts.scheme
            assert not parts.netloc
            if not parts.path:
                assert parts.fragment in links.ids
                continue
            target = (page.parent / unquote(parts.path)).resolve().relative_to(site.resolve())
            assert (site / target).is_file(), (page, address)
            if site / target not in reached:
                reached.add(site / target)
                waiting.append(site / target)
    assert set(site.rglob("*.html")) == reached
