"""A letter of mail in a real browser: on a desk, on a phone and in the dark."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.chromium import DESKTOP, PHONE, Browser
from support.digests import composed, digest, html_of, line, soon, today
from support.markup import HOSTILE

WIDE = "W" * 3_000
ROW = "getComputedStyle(document.querySelector('.row td')).display"
UNREADABLE = """
(() => {
  const light = text => {
    const parts = text.match(/[0-9.]+/g).slice(0, 3).map(each => each / 255)
      .map(each => each <= 0.04045 ? each / 12.92 : ((each + 0.055) / 1.055) ** 2.4);
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2];
  };
  const ground = light(getComputedStyle(document.querySelector('table.ground')).backgroundColor);
  return [...document.querySelectorAll('p, h2, th, td, td *, a')]
    .filter(each => getComputedStyle(each).display !== 'none')
    .filter(each => {
      const text = light(getComputedStyle(each).color);
      return (Math.max(text, ground) + 0.05) / (Math.min(text, ground) + 0.05) < 4.5;
    }).map(each => each.outerHTML);
})()
"""
"""What stands on the letter's ground with too little contrast (WCAG 2.2, 1.4.3)."""


@pytest.fixture(scope="module")
def letter(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A letter with something under every heading, of documents that mean harm."""
    harm = "".join(HOSTILE[:-1]).replace("\ud800", "") + "<script>document.title = 'PWNED'</script>"
    told = digest(
        line(13, new=True, content=harm, symbol=harm, obligor=harm),
        line(14, content=WIDE, symbol=WIDE, article=WIDE, document=WIDE),
        today(15),
        soon(16),
        catch_up=True,
        page="https://theodoi.yenthe.example/don-vi/NV.html",
    )
    page = tmp_path_factory.mktemp("letter") / "letter.html"
    page.write_text(html_of(composed(told)), encoding="utf-8")
    return page


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("size", [DESKTOP, PHONE, (320, 640)], ids=["desk", "phone", "narrow"])
def test_it_fits_can_be_read_loads_nothing_and_runs_nothing(
    letter: Path, browser: Browser, size: tuple[int, int], dark: bool
) -> None:
    browser.size(*size)
    browser.look(dark=dark)
    browser.open(letter)
    assert browser.ask("document.documentElement.scrollWidth") <= size[0]
    assert browser.ask(UNREADABLE) == []
    assert browser.ask(ROW) == ("table-cell" if size == DESKTOP else "block")
    ground = browser.ask("getComputedStyle(document.body).backgroundColor")
    assert ground == ("rgb(20, 24, 28)" if dark else "rgb(255, 255, 255)")
    assert browser.ask("document.title").startswith("[Đôn đốc] Tổng hợp lần đầu: 2 nhiệm vụ quá")
    assert browser.fetched() == [letter.as_uri()]
    assert browser.complaints() == []


def test_a_screen_reader_finds_the_headings_and_the_heads_of_columns(
    letter: Path, browser: Browser
) -> None:
    browser.size(*DESKTOP)
    browser.look()
    browser.open(letter)
    told = browser.outline()
    headings = [name for role, name in told if role == "heading"]
    assert headings[:2] == ["Mới (1)", "Quá hạn, đã nhắc trước đây (1)"]
    columns = [name for role, name in told if role == "columnheader"]
    assert columns[:3] == ["Loại việc", "Số lượng", "Gấp nhất"]
    assert columns[3:7] == ["Văn bản", "Nội dung, việc cần làm", "Thời hạn", "Căn cứ"]
