"""An office under regulations of its own: every surface has their names and nothing of 02/2015.

The regulation that ships is taken apart into two files, and everything that names it is another:
number, titles, articles, texts and the ids of rules. Two ids are those of other rules of 02/2015,
since an id means nothing.
"""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections import Counter
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import replace
from datetime import date, datetime, time
from functools import cache
from html import unescape
from pathlib import Path
from typing import Any

import click
import docx
import pytest
from dondoc.commands.assembly.application import Application
from dondoc.commands.assembly.settings import Settings
from dondoc.commands.explain import explanation
from dondoc.commands.list import obligations
from dondoc.commands.remind import decisions
from dondoc.commands.show import timeline
from dondoc.commands.status import board
from dondoc.commands.terminal.words import remember_line
from dondoc.metrics.compliance import ComplianceCollector, read
from dondoc.metrics.page import render
from dondoc.reports.decree30.checking import check_file
from dondoc.reports.formats import forms
from dondoc.reports.formats.forms import written
from dondoc.reports.letterhead import Letterhead
from dondoc.reports.making.making import Wish, make
from dondoc.reports.periods import days
from dondoc.reports.report import BODY_PROGRESS, KINDS, Report
from dondoc.reports.shades import SHADES, LightWord
from dondoc.reports.site.gathering import gather
from dondoc.reports.site.pages import pages
from dondoc.rules.events import LOCAL
from dondoc.rules.law import Law
from dondoc.rules.reading.regulation import parse_regulation
from dondoc.rules.reading.side_by_side import together
from dondoc.storage.database import Store, open_store
from dondoc.storage.questions.queries import Filter
from openpyxl import load_workbook
from support.busy_unit import BEGIN, END, Unit, live
from support.stories import configured_regulation, law, texts

FIRST = "51/2026/QĐ-XA"
SECOND = "52/2026/QĐ-XA"
BORROWED = {"execution": "publication", "body_report": "inspection_dossier"}
"""Ids of rules that are other rules of 02/2015."""
APART = ("feedback_response", "feedback_copy", "inspection_report", "inspection_summary")
"""Rules that stand in the second file; no rule of the first names them."""
HEAD = Letterhead(place="Xã A", signer_title="CHÁNH VĂN PHÒNG")
MADE = datetime.combine(END, time(18), LOCAL)


def _id(rule: str) -> str:
    return BORROWED.get(rule, f"quy_tac_{rule[::-1]}")


@cache
def own_regulations() -> tuple[dict[str, Any], dict[str, Any]]:
    """Both files, as data."""
    shipped = configured_regulation()
    known = {rule["id"] for rule in shipped["rule"]}

    def renamed(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: renamed(each) for key, each in value.items()}
        if isinstance(value, list):
            return [renamed(each) for each in value]
        return _id(value) if isinstance(value, str) and value in known else value

    rules = []
    for number, rule in enumerate(deepcopy(shipped["rule"]), 1):
        kept = {
            key: each for key, each in rule.items() if key not in ("texts", "reading", "cite_for")
        }
        for key in ("opens", "excuse", "terms_of"):
            if key in kept:
                kept[key] = renamed(kept[key])
        rules.append(
            kept
            | {
                "id": _id(rule["id"]),
                "title": f"Việc riêng thứ {number}",
                "cite": f"Điều {number + 70}",
            }
        )
    of = {_id(each) for each in APART}
    shared = {"schedule": shipped["schedule"], "in_force_from": date(2020, 1, 1)}
    first = shared | {
        "id": FIRST,
        "title": "Quy chế riêng của xã",
        "assigning": shipped["assigning"],
    }
    first["rule"] = [rule for rule in rules if rule["id"] not in of]
    second = shared | {"id": SECOND, "title": "Quy định riêng về phản ánh"}
    second["rule"] = [rule for rule in rules if rule["id"] in of]
    return first, second


@cache
def own_law() -> Law:
    found = [(parse_regulation(each, "own.toml"), each["id"]) for each in own_regulations()]
    return replace(law(), regulations=together(found))


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    folder: Path = tmp_path_factory.mktemp("other-names")
    opened = open_store(f"sqlite:///{folder / 'unit.db'}")
    opened.migrate(date(2026, 1, 1))
    live(opened, Unit(2), BEGIN, END, own_law())
    yield opened
    opened.close()


@cache
def _foreign() -> re.Pattern[str]:
    """What only 02/2015 says: its number, its titles, the words of its rules, the ids that the
    office has not; and an article that neither file has."""
    shipped = configured_regulation()
    words = {"02/2015", shipped["title"], shipped["cited_as"], "Quy chế ban hành"}
    for rule in shipped["rule"]:
        words.add(rule["title"])
        words.update(rule.get("texts", {}).get("vi", {}).values())
        if rule["id"] not in BORROWED.values() and "_" in rule["id"]:
            words.add(rule["id"])
    only = [
        each
        for each in sorted(words)
        if "{" not in each and not each.casefold().startswith(OF_EVERY_OFFICE)
    ]
    assert len(only) > 40
    return re.compile("|".join([*map(re.escape, only), r"Điều [1-6]?\d\b"]))


OF_EVERY_OFFICE = ("báo cáo", "hồ sơ kiểm tra", "thực hiện nhiệm vụ")
"""How words begin that any report has: its kinds, what an inspection leaves, tasks."""
REPORT_IDS = re.compile(
    r"(body|office)_(progress|report)|inspection_(summary|report)|secret_regime"
)
"""Kinds of reports and tables, which the contract names and no regulation."""


def foreign_in(text: str) -> list[str]:
    """What *text* says of 02/2015."""
    return sorted(set(_foreign().findall(REPORT_IDS.sub("", text))))


def unpacked(content: bytes) -> str:
    """All that a form of a report says, a document of Office taken out of its archive."""
    if not content.startswith(b"PK"):
        return content.decode()
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = [archive.read(name) for name in archive.namelist() if name.endswith(".xml")]
    return unescape(b"\n".join(parts).decode())


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("form", forms.FORMS)
def test_a_report_has_the_names_of_the_regulations_in_force(
    store: Store, kind: str, form: str
) -> None:
    wish = Wish(kind, days(date(2026, 3, 1), END), END, MADE, unit="Văn phòng")
    report = store.read(lambda tx: make(tx, own_law(), wish))
    text = unpacked(written(report, form, HEAD))
    assert foreign_in(text) == []
    if kind == BODY_PROGRESS and form != "csv":
        assert "Việc riêng thứ" in text
        assert f"Điều {_number('execution')} {FIRST}" in text


def _number(rule: str) -> int:
    return 71 + [each["id"] for each in configured_regulation()["rule"]].index(rule)


def test_the_command_line_and_reminders_have_the_names_of_the_regulations_in_force(
    store: Store,
) -> None:
    office = Application(Settings(), store, own_law(), None)
    listed = obligations(office, END, Filter())
    assert {row["regulation"] for row in listed} == {FIRST, SECOND}
    reminded = decisions(office, datetime.combine(END, time(9), LOCAL), with_words=True)
    words = [row["words"] for row in reminded if row.get("words")]
    assert words
    assert any("việc riêng thứ" in each for each in words)
    said = [board(office, END, "table"), *words]
    of_each_rule = {row["rule"]: row for row in listed}
    for row in of_each_rule.values():
        said += [*map(str, explanation(office, row["id"], "vi", END))]
    for row in listed[:3]:
        said += [
            json.dumps(each, ensure_ascii=False) for each in timeline(office, row["subject"], END)
        ]
    for each in said:
        assert foreign_in(each) == [], each


def test_pages_and_metrics_have_the_names_of_the_regulations_in_force(store: Store) -> None:
    made = store.read(lambda tx: gather(tx, own_law(), texts("vi"), END))
    said = [page.html for page in pages(made)]
    assert any("Việc riêng thứ" in each for each in said)
    for each in said:
        assert foreign_in(each) == []
    now = datetime.combine(END, time(12), LOCAL)
    page = render(ComplianceCollector(own_law(), read(store, own_law(), now)).collect())
    text = page.decode() if isinstance(page, bytes) else str(page)
    assert foreign_in(text) == []
    number = _number("execution")
    labels = f'cite="Điều {number}",lateness="breach",regulation="{FIRST}",rule="publication"'
    assert f'dondoc_rule_info{{{labels},title="Việc riêng thứ {number - 70}"}} 1.0' in text


NAMED = {"green": "Mức riêng xanh", "amber": "Mức riêng vàng", "red": "Mức riêng đỏ"}


@cache
def lit_law() -> Law:
    """The same law, with lights by the days that are left."""
    bounds = ({"from": 4}, {"from": 0, "to": 3}, {"to": -1})
    lights = [
        {"colour": colour, "name": name, "days_left": bound}
        for (colour, name), bound in zip(NAMED.items(), bounds, strict=True)
    ]
    own = [each | {"light": lights} for each in own_regulations()]
    found = [(parse_regulation(each, "own.toml"), each["id"]) for each in own]
    return replace(law(), regulations=together(found))


def test_lists_the_board_and_the_metric_count_the_same_lights(store: Store) -> None:
    office = Application(Settings(), store, lit_law(), None)
    wanted = Counter[str]()
    for row in obligations(office, END, Filter()):
        left = None if row["due"] is None else (date.fromisoformat(row["due"]) - END).days
        if left is None or row["state"] == "void" or row["met_on"]:
            assert row["light"] is None
        elif row["state"] == "open" and left < 0:
            assert row["light"] is None, "back with the Office"
        else:
            colour = "red" if left < 0 else "amber" if left < 4 else "green"
            assert (row["light_colour"], row["light"]) == (colour, NAMED[colour])
            wanted[NAMED[colour]] += 1
    assert wanted
    shown = json.loads(board(office, END, "json"))["lights"]
    on_board, told = Counter[str](), Counter[str]()
    for each in shown:
        on_board[each["light"]] += each["number"]
    reading = read(store, lit_law(), datetime.combine(END, time(12), LOCAL))
    for family in ComplianceCollector(lit_law(), reading).collect():
        for sample in family.samples:
            if sample.name == "dondoc_obligations_lit":
                told[sample.labels["light"]] += int(sample.value)
    assert on_board == told == wanted
    with click.Context(click.Command("status")) as context:
        remember_line(context, ("status", "--lang", "vi"))
        assert re.search(r"^Mức riêng đỏ +đỏ +\d", board(office, END, "table"), re.MULTILINE)


@pytest.mark.parametrize("form", ["html", "xlsx", "docx"])
def test_reports_and_pages_show_the_word_of_a_light(store: Store, form: str) -> None:
    wish = Wish(BODY_PROGRESS, days(date(2026, 3, 1), END), END, MADE, unit="Văn phòng")
    report = store.read(lambda tx: make(tx, lit_law(), wish))
    text = unpacked(written(report, form, HEAD))
    assert "Mức riêng đỏ" in text
    without = store.read(lambda tx: make(tx, own_law(), wish))
    assert "Mức cảnh báo" not in unpacked(written(without, form, HEAD))
    made = store.read(lambda tx: gather(tx, lit_law(), texts("vi"), END))
    assert any("Mức riêng đỏ" in page.html for page in pages(made))


WORDS = {colour: f"Mức {colour}" for colour in SHADES}
BOUNDS: dict[str, dict[str, Any]] = {
    "green": {"days_left": {"from": -45}},
    "amber": {"days_left": {"from": -80, "to": -46}},
    "red": {"days_left": {"to": -81}},
    "blue": {"closed": "on_time"},
    "grey": {"closed": "late"},
}
"""By which a report of the unit has each of the colours."""


@cache
def colourful_law() -> Law:
    """The same law, with lights of every colour."""
    lights = [{"colour": each, "name": WORDS[each], **BOUNDS[each]} for each in SHADES]
    own = [each | {"light": lights} for each in own_regulations()]
    found = [(parse_regulation(each, "own.toml"), each["id"]) for each in own]
    return replace(law(), regulations=together(found))


def lit_report(store: Store) -> Report:
    wish = Wish(BODY_PROGRESS, days(date(2026, 3, 1), END), END, MADE, unit="Văn phòng")
    return store.read(lambda tx: make(tx, colourful_law(), wish))


def lit_rows(report: Report) -> list[str | None]:
    """The colour of each task of *report*."""
    (table,) = [each for each in report.tables if each.key == "tasks"]
    at = [column.key for column in table.columns].index("light")
    words = [row[at] for row in table.rows]
    return [word.colour if isinstance(word, LightWord) else None for word in words]


def test_a_report_has_each_word_of_a_light_in_its_colour(store: Store, tmp_path: Path) -> None:
    report, head = lit_report(store), replace(HEAD, all_tasks=True, signer_name="Trần Văn Bình")
    wanted = lit_rows(report)
    assert {*wanted} == {*SHADES, None}
    page = written(report, "html", HEAD).decode()
    chips = re.findall(r'<span class="light (\w+)">([^<]+)</span>', page)
    assert chips == [(each, WORDS[each]) for each in wanted if each]
    (sheet,) = [
        each
        for each in load_workbook(io.BytesIO(written(report, "xlsx", HEAD))).worksheets
        if "Mức cảnh báo" in [cell.value for cell in each[1]]
    ]
    at = [cell.value for cell in sheet[1]].index("Mức cảnh báo")
    for row, colour in zip(sheet.iter_rows(min_row=2), wanted, strict=True):
        assert row[at].value == (WORDS[colour] if colour else None)
        ground = f"FF{SHADES[colour].light}" if colour else "00000000"
        assert row[at].fill.fgColor.rgb == ground
        assert {cell.fill.fill_type for cell in row if cell is not row[at]} == {None}
    path = tmp_path / "report.docx"
    path.write_bytes(written(report, "docx", head))
    assert check_file(path) == ()
    (grid,) = [
        each
        for each in docx.Document(str(path)).tables
        if "Mức cảnh báo" in [cell.text for cell in each.rows[0].cells]
    ]
    cells = [row.tc_lst[at] for row in grid._tbl.tr_lst[1:]]
    grounds = [cell.xpath("string(.//w:shd/@w:fill)") or None for cell in cells]
    assert grounds == [SHADES[each].light if each else None for each in wanted]
    assert len(grid._tbl.xpath(".//w:shd")) == len([each for each in wanted if each])
    places = {
        (
            bool(cell.xpath("../w:trPr/w:cantSplit")),
            *(each.tag.rpartition("}")[2] for each in cell.xpath(".//w:shd/../*")),
        )
        for cell, colour in zip(cells, wanted, strict=True)
        if colour
    }
    # As the schema has them; where a row goes on on the next page no colour is without its word.
    assert places == {(True, "tcW", "shd", "vAlign"), (False, "pStyle", "shd")}


def test_a_page_has_each_word_of_a_light_in_its_colour(store: Store) -> None:
    made = list(pages(store.read(lambda tx: gather(tx, colourful_law(), texts("vi"), END))))
    chips = {
        found
        for page in made
        for found in re.findall(r'<span class="light (\w+)">([^<]+)</span>', page.html)
    }
    assert chips == {(each, WORDS[each]) for each in ("green", "amber", "red")}
    for page in made:
        assert (".light" in page.html) == ('class="light' in page.html), page.address


def test_without_lights_nothing_has_a_ground(store: Store) -> None:
    wish = Wish(BODY_PROGRESS, days(date(2026, 3, 1), END), END, MADE, unit="Văn phòng")
    report = store.read(lambda tx: make(tx, own_law(), wish))
    assert ".light" not in written(report, "html", HEAD).decode()
    assert "w:shd" not in unpacked(written(report, "docx", HEAD))
    assert "FFFFC7CE" not in unpacked(written(report, "xlsx", HEAD))
