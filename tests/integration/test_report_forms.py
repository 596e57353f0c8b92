"""Every form of a report says the same, is read by its own library, and carries nothing harmful.

The unit's tasks have contents that would do something: formulas, marks that turn the direction of
writing, control characters, markup.
"""

from __future__ import annotations

import csv
import io
import json
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, time
from functools import partial
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from dondoc.commands.report.showing import cells_of, shown
from dondoc.reports.formats import as_xlsx, forms
from dondoc.reports.formats.forms import CannotMake, table_written, written
from dondoc.reports.letterhead import Letterhead
from dondoc.reports.making.checking import discrepancies
from dondoc.reports.making.making import Wish, make
from dondoc.reports.outline import figure_label, outline
from dondoc.reports.periods import days
from dondoc.reports.report import (
    BODY_PROGRESS,
    DAY,
    INSPECTION_SUMMARY,
    KINDS,
    OFFICE_PROGRESS,
    Report,
    ReportColumn,
    ReportTable,
)
from dondoc.rules.events import LOCAL
from dondoc.rules.moments import so_far
from dondoc.storage.database import Store, open_store
from dondoc.storage.questions.queries import Filter, obligations
from openpyxl import load_workbook
from support.busy_unit import BEGIN, END, Unit, live
from support.stories import DIRECTORY, law

FIRST, LAST = date(2026, 3, 1), date(2026, 3, 31)
MADE = datetime.combine(END, time(18), LOCAL)
HEAD = Letterhead()


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    folder: Path = tmp_path_factory.mktemp("forms")
    opened = open_store(f"sqlite:///{folder / 'unit.db'}")
    opened.migrate(date(2026, 1, 1))
    live(opened, Unit(4), BEGIN, END)
    yield opened
    opened.close()


def made(store: Store, kind: str = BODY_PROGRESS, body: str | None = None, **more: Any) -> Report:
    wish = Wish(kind, days(FIRST, LAST), LAST, MADE, unit="Văn phòng", body=body, **more)
    return store.read(lambda tx: make(tx, law(), wish))


@pytest.fixture(scope="module", params=[*KINDS, "PYT"])
def report(request: pytest.FixtureRequest, store: Store) -> Report:
    """A report of each kind, and that of one body."""
    if request.param == "PYT":
        return made(store, body="PYT")
    return made(store, request.param)


def harmful(text: str) -> set[str]:
    """The characters of *text* that do something to whoever shows it."""
    return {each for each in text if unicodedata.category(each) in ("Cc", "Cf", "Cs", "Zl", "Zp")}


def test_there_is_something_to_be_harmful(store: Store) -> None:
    contents = [str(row[1]) for table in made(store).tables for row in table.rows]
    assert any(text.startswith(("=", "+", "-")) for text in contents)
    assert any(harmful(text) for text in contents)


def test_json_says_every_figure_with_its_ids_and_every_row(report: Report) -> None:
    text = written(report, "json", HEAD).decode()
    told = json.loads(text)
    assert not harmful(text) - {"\n"}
    figures = [(e["key"], e["detail"] or "", e["number"]) for e in told["figures"]]
    assert figures == [(each.key, each.detail, each.number) for each in report.figures]
    assert all(len(each["ids"]) == each["number"] for each in told["figures"])
    rows = {key: [row["id"] or "" for row in found] for key, found in told["tables"].items()}
    assert rows == {table.key: list(table.ids) for table in report.tables}


def test_every_kind_counted_again_from_the_list_is_the_same(store: Store, report: Report) -> None:
    assert store.read(lambda tx: discrepancies(tx, law(), report)) == []


def test_csv_has_a_line_for_each_figure_of_each_body_and_no_formula(report: Report) -> None:
    content = written(report, "csv", HEAD)
    assert content.startswith(b"\xef\xbb\xbf")
    lines = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    told = [(each["Mã"], each["key"], each["detail"], int(each["Số lượng"])) for each in lines]
    assert told == [
        (body.code, each.key, each.detail, each.number)
        for body in report.bodies
        for each in body.figures
    ]
    for table in report.tables:
        rows = list(csv.reader(io.StringIO(table_written(report, table.key).decode("utf-8-sig"))))
        assert [row[-1] for row in rows[1:]] == list(table.ids)
        for cell in (cell for row in rows for cell in row):
            assert not cell.startswith(("=", "+", "-", "@"))
            assert not harmful(cell)


def test_a_table_that_has_no_rows_has_its_heads_as_csv(store: Store) -> None:
    head, *rows = table_written(made(store), "inspections").decode("utf-8-sig").splitlines()
    assert head.startswith("STT,Số/ký hiệu,Hình thức,Chủ trì")
    assert rows == []


def test_xlsx_has_typed_cells_under_heads_that_stay_and_can_be_filtered(report: Report) -> None:
    book = load_workbook(io.BytesIO(written(report, "xlsx", HEAD)))
    first, *others = book.worksheets
    numbers = [
        (str(row[0].value).strip(), row[1].value)
        for row in first.iter_rows()
        if isinstance(row[1].value, int)
    ]
    lines = [line for _, lines in outline(report.figures) for line in lines]
    assert numbers == [(line.label, line.figure.number) for line in lines]
    assert len(others) == len(report.tables) + (len(report.bodies) > 1)
    for sheet in others:
        assert sheet.freeze_panes == "A2"
        assert sheet.auto_filter.ref == sheet.dimensions
        for cell in (cell for row in sheet.iter_rows() for cell in row):
            assert cell.data_type in ("s", "n", "d"), (sheet.title, cell.coordinate)
            assert not harmful(str(cell.value))
    for table, sheet in zip(report.tables, others[-len(report.tables) :], strict=True):
        kinds = {column.key: column.kind for column in table.columns}
        for row, cells in zip(table.rows, sheet.iter_rows(min_row=2), strict=True):
            for (key, kind), value, cell in zip(kinds.items(), row, cells, strict=True):
                if kind == "day" and value is not None:
                    assert (cell.is_date, cell.value.date()) == (True, value), key
                elif kind == "number":
                    assert cell.value == value


def test_a_day_shows_its_time_in_xlsx_where_it_has_one_and_no_other_does(store: Store) -> None:
    at_two = so_far(datetime(2026, 3, 2, 14, tzinfo=LOCAL))
    assert at_two.at is not None
    column = (ReportColumn("due", DAY),)
    rows: tuple[tuple[date], ...] = ((FIRST,), (at_two,), (LAST,), (at_two,))
    table = ReportTable("tasks", column, rows, ("", "", "", ""))
    content = written(replace(made(store), bodies=(), tables=(table,)), "xlsx", HEAD)
    cells = load_workbook(io.BytesIO(content)).worksheets[-1]["A"][1:]
    found = [(cell.value, cell.number_format) for cell in cells]
    day, moment = "dd/mm/yyyy", (at_two.at.replace(tzinfo=None), "dd/mm/yyyy hh:mm")
    first, last = (datetime.combine(each, time()) for each in (FIRST, LAST))
    assert found == [(first, day), moment, (last, day), moment]


def test_the_name_of_a_sheet_ends_with_a_word(store: Store) -> None:
    names = load_workbook(io.BytesIO(written(made(store), "xlsx", HEAD))).sheetnames
    assert "Vi phạm theo điều, khoản" in names
    assert as_xlsx._sheet_title("Việc " * 9) == "Việc " * 5 + "Việc"
    assert max(map(len, names)) <= 31


def test_a_table_larger_than_a_sheet_goes_on_in_another_and_the_first_says_so(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(as_xlsx, "MOST_ROWS", 11)
    report = made(store)
    tasks = next(table for table in report.tables if table.key == "tasks")
    book = load_workbook(io.BytesIO(written(report, "xlsx", HEAD)))
    names = [name for name in book.sheetnames if name.startswith("Danh mục nhiệm vụ")]
    assert len(names) == -(-len(tasks.rows) // 10) > 2
    places = [row[0] for name in names for row in book[name].iter_rows(2, values_only=True)]
    assert places == list(range(1, len(tasks.rows) + 1))
    told = [str(row[0]) for row in book.worksheets[0].iter_rows(values_only=True)]
    assert all(any(name in line for line in told) for name in names[1:])


class Reading(HTMLParser):
    """What a page holds: its elements with their attributes, and its text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        if data.strip():
            self.texts.append(data.strip())


def test_the_page_needs_no_other_file_and_runs_no_script_but_its_own(report: Report) -> None:
    text = written(report, "html", HEAD).decode()
    page = Reading(text)
    assert [tag for tag, _ in page.elements].count("script") == 1
    assert not {tag for tag, _ in page.elements} & {"link", "img", "iframe", "object", "form"}
    for tag, attributes in page.elements:
        assert "style" not in attributes, tag
        assert not [name for name in attributes if name.startswith("on") or name == "src"]
        assert (attributes.get("href") or "#").startswith("#")
    assert not re.search(r"https?://", text)
    assert not harmful(text) - {"\n"}


def test_every_figure_of_the_page_leads_to_rows_that_are_there(report: Report) -> None:
    page = Reading(written(report, "html", HEAD).decode())
    anchors = {attributes["id"] for _, attributes in page.elements if attributes.get("id")}
    links = [str(a["href"]) for tag, a in page.elements if tag == "a" and a.get("href")]
    assert {link.removeprefix("#") for link in links} <= anchors
    assert len(anchors) == len([a for _, a in page.elements if a.get("id")])
    wanted = Counter(figure_label(each) for each in report.figures if each.number)
    assert not wanted - Counter(page.texts)


def test_the_terminal_fits_the_width_and_says_every_figure(
    report: Report, monkeypatch: pytest.MonkeyPatch
) -> None:
    for columns in (80, 60, 200):
        monkeypatch.setenv("COLUMNS", str(columns))
        lines = shown(report).split("\n")
        assert max(map(cells_of, lines)) <= min(columns, 100)
        assert not harmful("".join(lines))
        told = [match for line in lines if (match := re.fullmatch(r" +(.+?) \.+ (\d+)", line))]
        numbers = [int(each[2]) for each in told]
        assert numbers == [
            line.figure.number for _, lines in outline(report.figures) for line in lines
        ]


def test_the_ids_of_a_figure_are_the_obligations_that_the_list_shows(store: Store) -> None:
    told = json.loads(written(made(store, body="PYT"), "json", HEAD))
    figures = {each["key"]: set(each["ids"]) for each in told["figures"] if not each["detail"]}
    for key, state in {"done_on_time": "met", "done_late": "met_late", "ended": "void"}.items():
        listed = store.read(
            partial(
                obligations,
                law=law(),
                as_of=LAST,
                wanted=Filter(body="PYT", state=state),
                stored_by=MADE,
            )
        )
        inside = {each.id for each in listed if each.closed_on and each.closed_on >= FIRST}
        assert figures[key] <= inside
    overdue = store.read(
        lambda tx: obligations(
            tx, law(), LAST, Filter(rule="execution", body="PYT", state="overdue"), MADE
        )
    )
    assert figures["in_progress_past"] | figures["not_started_past"] == {e.id for e in overdue}


def test_bodies_stand_in_the_order_of_the_directory_unless_a_ranking_was_asked_for(
    store: Store,
) -> None:
    plain = [body.code for body in made(store, OFFICE_PROGRESS).bodies]
    assert plain == [body.code for body in DIRECTORY if body.code in plain]
    ranked = made(store, OFFICE_PROGRESS, ranked=True)
    shares = []
    for body in ranked.bodies:
        numbers = {each.key: each.number for each in body.figures}
        if numbers["fell_due"]:
            shares.append(numbers["due_on_time"] / numbers["fell_due"])
    assert shares == sorted(shares, reverse=True)
    assert {body.code for body in ranked.bodies} == set(plain)


@pytest.mark.parametrize("form", ["json", "csv", "xlsx", "html"])
def test_a_body_without_tasks_gets_a_report_that_says_none(store: Store, form: str) -> None:
    wish = Wish(BODY_PROGRESS, days(date(2026, 1, 1), date(2026, 1, 4)), date(2026, 1, 4), MADE)
    report = store.read(lambda tx: make(tx, law(), wish))
    assert report.is_empty
    assert "Trong kỳ không có nhiệm vụ nào." in shown(report)
    content = written(report, form, HEAD)
    if form == "html":
        assert "Trong kỳ không có nhiệm vụ nào." in content.decode()
    if form == "xlsx":
        sheet = load_workbook(io.BytesIO(content)).worksheets[0]
        assert "Trong kỳ không có nhiệm vụ nào." in {row[0].value for row in sheet.iter_rows()}


@pytest.mark.parametrize("form", ["json", "csv", "xlsx", "html"])
def test_a_summary_without_inspections_says_none_of_those(store: Store, form: str) -> None:
    january = days(date(2026, 1, 1), date(2026, 1, 4))
    wish = Wish(INSPECTION_SUMMARY, january, january.last, MADE)
    report = store.read(lambda tx: make(tx, law(), wish))
    assert report.is_empty
    assert "Trong kỳ không có cuộc kiểm tra nào." in shown(report)
    assert "không có nhiệm vụ" not in written(report, form, HEAD).decode("utf-8", "replace")


def test_a_period_that_has_not_ended_says_as_of_when(store: Store) -> None:
    wish = Wish(BODY_PROGRESS, days(FIRST, LAST), date(2026, 3, 20), MADE)
    report = store.read(lambda tx: make(tx, law(), wish))
    assert "Số liệu tính đến ngày 20/03/2026; kỳ báo cáo chưa kết thúc" in shown(report)
    assert json.loads(written(report, "json", HEAD))["so_far"] is True


def test_a_library_that_is_missing_is_named_with_what_installs_it(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(forms.FORMS, "xlsx", "with_no_such_library")
    report = made(store, INSPECTION_SUMMARY)

    def absent(name: str, _: str) -> None:
        raise ModuleNotFoundError(f"No module named 'openpyxl' in {name}", name="openpyxl")

    monkeypatch.setattr(forms, "import_module", absent)
    with pytest.raises(CannotMake, match=r"xlsx .* 'dondoc\[reports\]'` \(openpyxl"):
        written(report, "xlsx", HEAD)


def test_hostile_text_is_a_text_in_every_cell(store: Store) -> None:
    book = load_workbook(io.BytesIO(written(made(store), "xlsx", HEAD)))
    cells = [cell for row in book["Danh mục nhiệm vụ"].iter_rows(2) for cell in row]
    told = {str(cell.value) for cell in cells if cell.data_type == "s"}
    assert f"{'x' * 32_766}…" in told
    assert "=cmd|' /C calc'!A0" in told
    assert "<script>alert(1)</script> & 'dấu'" in told
    page = written(made(store), "html", HEAD).decode()
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; &#39;dấu&#39;" in page
