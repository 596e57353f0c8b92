"""A report as DOCX: what the report says, as a letter that keeps Nghị định 30/2020/NĐ-CP."""

from __future__ import annotations

import io
import unicodedata
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import docx
import pytest
from dondoc.reports.decree30.checking import check_file
from dondoc.reports.docx.grid import MOST_CHARACTERS
from dondoc.reports.docx.text import CUT
from dondoc.reports.formats import as_docx
from dondoc.reports.formats.as_docx import letter_of
from dondoc.reports.formats.followed import SOON, followed
from dondoc.reports.formats.forms import CannotMake, written
from dondoc.reports.letterhead import Letterhead
from dondoc.reports.making.making import Wish, make
from dondoc.reports.outline import outline
from dondoc.reports.periods import days
from dondoc.reports.report import (
    BODY_PROGRESS,
    KINDS,
    NUMBER,
    TEXT,
    Report,
    ReportColumn,
    ReportTable,
)
from dondoc.rules.events import LOCAL
from dondoc.storage.database import Store, open_store
from support.busy_unit import BEGIN, END, Unit, live
from support.stories import law

FIRST, LAST = date(2026, 3, 1), date(2026, 3, 31)
MADE = datetime.combine(END, time(18), LOCAL)
HEAD = Letterhead(
    parent="UBND huyện Yên Thế",
    organ="Văn phòng HĐND và UBND huyện",
    place="Yên Thế",
    signing="TL. Chủ tịch",
    signer_title="Chánh Văn phòng",
    signer_name="Trần Văn Bình",
    recipients=("- Thường trực Huyện ủy;", "UBND các xã", "Lưu: VT, TH."),
)

WHOLE = replace(HEAD, all_tasks=True)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    opened = open_store(f"sqlite:///{tmp_path_factory.mktemp('docx') / 'unit.db'}")
    opened.migrate(date(2026, 1, 1))
    live(opened, Unit(4), BEGIN, END)
    yield opened
    opened.close()


def made(store: Store, kind: str = BODY_PROGRESS, body: str | None = None) -> Report:
    wish = Wish(kind, days(FIRST, LAST), LAST, MADE, unit="Văn phòng", body=body)
    return store.read(lambda tx: make(tx, law(), wish))


@pytest.fixture(scope="module", params=[*KINDS, "PYT"])
def report(request: pytest.FixtureRequest, store: Store) -> Report:
    """A report of each kind, and that of one body, whose head the directory names."""
    if request.param != "PYT":
        return made(store, request.param)
    report = made(store, body="PYT")
    return replace(report, bodies=(replace(report.bodies[0], head="Lê Thị Hoa"),))


def opened(content: bytes) -> Any:
    return docx.Document(io.BytesIO(content))


def texts_in(document: Any) -> list[str]:
    return [
        "".join(words.text or "" for words in paragraph.iter("{*}t"))
        for paragraph in document.element.body.iter("{*}p")
    ]


def test_it_keeps_every_point_of_the_appendix(report: Report, tmp_path: Path) -> None:
    path = tmp_path / "report.docx"
    path.write_bytes(written(report, "docx", HEAD))
    assert check_file(path) == ()


def test_it_says_every_figure_and_every_row(report: Report) -> None:
    document = opened(written(report, "docx", WHOLE))
    head, figures, *others = document.tables
    told = [tuple(cell.text for cell in row.cells) for row in figures.rows][1:]
    lines = [line for _, lines in outline(report.figures) for line in lines]
    assert [(name.removeprefix("- "), number) for _, name, number in told if number] == [
        (line.label, str(line.figure.number)) for line in lines
    ]
    end, *tables = others
    assert "Độc lập" in head.cell(0, 1).text
    assert "Nơi nhận:" in end.cell(0, 0).text
    if len(report.bodies) > 1:
        assert len(tables.pop(0).rows) == len(report.bodies) + 2
    expected = [table for table in report.tables if table.rows]
    for table, found in zip(expected, tables, strict=True):
        assert len(found.rows) == len(table.rows) + 1


def test_it_holds_nothing_that_does_something(report: Report) -> None:
    for text in texts_in(opened(written(report, "docx", HEAD))):
        assert not {each for each in text if unicodedata.category(each) in ("Cc", "Cf", "Cs")}


def test_the_same_report_gives_the_same_bytes(report: Report) -> None:
    assert written(report, "docx", HEAD) == written(report, "docx", HEAD)


def test_it_carries_when_it_was_made_and_nothing_of_this_machine(report: Report) -> None:
    about = opened(written(report, "docx", HEAD)).core_properties
    assert about.created == about.modified == MADE.astimezone(about.created.tzinfo or LOCAL)
    assert about.author == letter_of(report, HEAD).organ


@pytest.mark.parametrize(
    ("key", "head"),
    [("place", replace(HEAD, place=None)), ("signer_title", replace(HEAD, signer_title=None))],
)
def test_a_setting_that_it_cannot_be_without_is_named_in_one_line(
    store: Store, key: str, head: Letterhead
) -> None:
    with pytest.raises(CannotMake, match=rf"not in the settings; .* \[report\], such as {key} = "):
        written(made(store), "docx", head)


def test_a_name_that_nobody_gives_is_left_free(store: Store) -> None:
    assert letter_of(made(store), replace(HEAD, signer_name=None)).signer == ""
    head = letter_of(made(store, body="PYT"), HEAD)
    assert (head.organ, head.symbol, head.number) == (head.organ, "BC-PYT", None)


def test_a_commune_signs_where_it_is(store: Store) -> None:
    report = made(store, body="PYT")
    commune = replace(report.bodies[0], name="UBND xã Xuân Hòa", head="Chủ tịch UBND xã")
    letter = letter_of(replace(report, bodies=(commune,)), HEAD)
    assert (letter.place, letter.signing) == ("Xuân Hòa", ("TM. Ủy ban nhân dân", "Chủ tịch"))


def test_the_lines_of_recipients_may_have_their_signs_or_not(store: Store) -> None:
    letter = letter_of(made(store), HEAD)
    assert letter.recipients == ("Thường trực Huyện ủy", "UBND các xã")
    assert letter.kept == "VT, TH"


def test_a_table_longer_than_paper_is_cut_and_says_so(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(as_docx, "MOST_ROWS", 2)
    report = made(store)
    [tasks] = [table for table in report.tables if table.key == "tasks"]
    document = opened(written(replace(report, tables=(tasks,)), "docx", WHOLE))
    assert len(document.tables[-1].rows) == 3
    told = f"Danh mục nhiệm vụ có {len(tasks.rows)} dòng; phụ lục in 2 dòng đầu, bản XLSX ghi đủ."
    assert told in texts_in(document)


def test_a_letter_over_every_body_prints_what_a_leader_follows_and_says_what_it_leaves_out(
    store: Store,
) -> None:
    report = made(store)
    [tasks] = [table for table in report.tables if table.key == "tasks"]
    [shown] = [table for table in followed(report).tables if table.key == "tasks"]
    keys = [column.key for column in tasks.columns]
    status, due = keys.index("status"), keys.index("due")
    assert 0 < len(shown.rows) < len(tasks.rows)
    assert [row[0] for row in shown.rows] == list(range(1, len(shown.rows) + 1))
    assert set(shown.ids) < set(tasks.ids)
    soon = report.as_of + SOON
    for row, id_ in zip(tasks.rows, tasks.ids, strict=True):
        stands, day = str(row[status]), row[due]
        if stands in ("Chưa thực hiện, quá hạn", "Đang thực hiện, quá hạn"):
            assert id_ in shown.ids
        if stands.endswith("trong hạn") and not stands.startswith("Hoàn thành"):
            assert (id_ in shown.ids) == (isinstance(day, date) and day <= soon)
    document = opened(written(report, "docx", HEAD))
    assert len(shown.rows) + 1 in [len(each.rows) for each in document.tables]
    [said] = [each for each in texts_in(document) if each.startswith("Danh mục nhiệm vụ in")]
    assert f"in {len(shown.rows)} trong {len(tasks.rows)} nhiệm vụ" in said
    assert f"{len(tasks.rows) - len(shown.rows)} nhiệm vụ còn lại" in said
    every = opened(written(report, "docx", WHOLE))
    assert max(len(each.rows) for each in every.tables) == len(tasks.rows) + 1
    assert "nhiệm vụ còn lại" not in "".join(texts_in(every))


def test_it_is_for_whom_the_settings_name_and_a_bodys_for_the_office(store: Store) -> None:
    head = replace(HEAD, addressees=("Chủ tịch UBND huyện",))
    assert letter_of(made(store), head).addressees == ("Chủ tịch UBND huyện",)
    assert letter_of(made(store, body="PYT"), head).addressees == ("Văn phòng",)


def test_a_text_longer_than_a_cell_of_paper_is_cut_and_says_so(store: Store) -> None:
    long = ReportTable(
        "tasks",
        (ReportColumn("place", NUMBER), ReportColumn("content", TEXT)),
        ((1, "chữ " * 25_000), (2, "=cmd|' /C calc'!A0")),
        ("", ""),
    )
    content = written(replace(made(store), tables=(long,)), "docx", WHOLE)
    cells = opened(content).tables[-1].columns[1].cells
    assert len(cells[1].text) <= MOST_CHARACTERS + len(CUT)
    assert cells[1].text.endswith(CUT)
    assert cells[2].text == "=cmd|' /C calc'!A0"
