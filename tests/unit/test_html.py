"""HTML is made in one place: whatever text comes in, what goes out is harmless and can be read."""

from __future__ import annotations

import re
from base64 import b64encode
from hashlib import sha256
from importlib.resources import files

import pytest
from dondoc.reports import html
from dondoc.reports.html.making import page
from dondoc.reports.html.tables import PageCell, PageColumn, PageTable
from dondoc.reports.shades import SHADES
from dondoc.rules.lights import COLOURS
from hypothesis import example, given, settings
from hypothesis import strategies as st
from support.markup import HOSTILE, read_markup


def shown(text: str) -> str:
    table = PageTable(
        text,
        [PageColumn(text), PageColumn(text)],
        [[PageCell(text, text, "a.html", text, light=text, colour="red")] * 2],
        "",
    )
    return page("table.html", title=text, table=table)


@settings(max_examples=150, deadline=None)
@given(st.text() | st.sampled_from(HOSTILE).flatmap(lambda one: st.text().map(lambda t: t + one)))
@example("".join(HOSTILE[:-1]))
@example(HOSTILE[-1])
def test_no_text_becomes_more_than_text(text: str) -> None:
    made = shown(f"x{text}")
    plain, hostile = read_markup(shown("x")), read_markup(made)
    assert hostile.tags == plain.tags
    assert hostile.attributes == plain.attributes
    assert not re.search(
        "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069]", made
    )
    made.encode("utf-8")


def test_a_page_may_run_and_load_nothing_but_what_stands_in_it() -> None:
    table = PageTable("Việc", [PageColumn("Việc")], [[PageCell("một")]], "")
    made = page("table.html", sortable=True, title="Việc", table=table)
    (policy,) = re.findall(r'http-equiv="Content-Security-Policy" content="([^"]*)"', made)
    policy = policy.replace("&#39;", "'")
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    for element in ("style", "script"):
        (inside,) = re.findall(rf"<{element}>(.*?)</{element}>", made, re.DOTALL)
        digest = b64encode(sha256(inside.encode()).digest()).decode()
        assert f"{element}-src 'sha256-{digest}'" in policy
    assert not re.search(r"(src|href)=\"(https?:)?//|@import|url\(", made)
    assert not re.search(r" (style|on\w+)=", made)


def colours(rules: str) -> dict[str, str]:
    return dict(re.findall(r"--(\w+): (#[0-9a-f]{6})", rules))


def luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


COLUMNS = [PageColumn("Việc"), PageColumn("Số ngày")]
STYLE = files(html).joinpath("style.css").read_text(encoding="utf-8")
LOOKS = re.findall(r":root \{[^}]*\}", STYLE)


@pytest.mark.parametrize("look", LOOKS, ids=("light", "dark", "print"))
def test_every_text_can_be_read_on_every_ground(look: str) -> None:
    found = colours(look)
    assert {"ground", "raised"} < found.keys()
    for text in found.keys() - {"ground", "raised", "line"}:
        for ground in ("ground", "raised"):
            assert contrast(found[text], found[ground]) >= 4.5, (text, ground)


def test_the_word_of_a_light_can_be_read_on_its_colour() -> None:
    light, dark, printed = (f"#{colours(look)['text'][1:]}" for look in LOOKS)
    assert SHADES.keys() == {*COLOURS}
    assert len({shade for each in SHADES.values() for shade in each}) == 2 * len(SHADES)
    for colour, shade in SHADES.items():
        for text, ground in ((light, shade.light), (dark, shade.dark), (printed, shade.light)):
            assert contrast(text, f"#{ground}") >= 7, (colour, text)


def test_a_light_has_its_colour_beside_its_word_where_a_page_has_any() -> None:
    cells = [PageCell("3", light="Quá hạn", colour="red"), PageCell("4")]
    made = page(
        "table.html", shades=SHADES, title="Bảng", table=PageTable("Việc", COLUMNS, [cells], "")
    )
    assert '>3 <span class="light red">Quá hạn</span></th>' in made
    assert f".light.red {{ background: #{SHADES['red'].light}; }}" in made
    dark = made.partition("@media screen and (prefers-color-scheme: dark)")[2]
    assert f".light.red {{ background: #{SHADES['red'].dark}; }}" in dark
    (style,) = re.findall("<style>(.*?)</style>", made, re.DOTALL)
    assert f"sha256-{b64encode(sha256(style.encode()).digest()).decode()}" in made
    without = page("table.html", title="Bảng", table=PageTable("Việc", COLUMNS, [], ""))
    assert ".light" not in without


def test_a_table_has_a_caption_scopes_and_the_names_of_its_columns_in_each_cell() -> None:
    columns = [PageColumn("Việc"), PageColumn("Số ngày", "number")]
    made = page(
        "table.html",
        title="Bảng",
        table=PageTable(
            "Việc quá hạn", columns, [[PageCell("Nộp"), PageCell("3", mark="late")]], "Không có"
        ),
    )
    assert "<caption>Việc quá hạn</caption>" in made
    assert made.count('scope="col"') == 2
    assert '<th scope="row" role="rowheader" data-label="Việc">Nộp</th>' in made
    assert '<td role="cell" class="number late" data-label="Số ngày">3</td>' in made
    empty = page(
        "table.html", title="Bảng", table=PageTable("Việc", columns, [], "Không có việc nào.")
    )
    assert "<table" not in empty
    assert "<p>Không có việc nào.</p>" in empty
