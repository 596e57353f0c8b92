"""HSCV's own list is read as HSCV and Excel write it, or refused in one line; a row that cannot be
read says why and what to mend, and the others are read."""

from __future__ import annotations

import csv
import io
import unicodedata
import warnings
import zipfile
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from dondoc.commands.assembly.list_files import list_rows
from dondoc.rules.places import FileError
from dondoc.rules.reading.own_days import day_written
from dondoc.rules.reading.own_list import (
    MOST_ROWS,
    OwnEntry,
    OwnList,
    known_columns,
    read_own_list,
)
from hypothesis import example, given
from hypothesis import strategies as st
from openpyxl import Workbook

LIST = """\
DANH SÁCH VĂN BẢN ĐI THÁNG 3,,,
STT,Số/ký hiệu,Ngày ban hành,LOẠI VĂN BẢN
1,15/CT-UBND,02/03/2026,Chỉ thị
,,,
2,73/TB-VP,2026-03-03,TB
"""


def read(folder: Path, content: str | bytes, name: str = "hscv.csv", **named: str) -> OwnList:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_own_list(list_rows(path, known_columns, MOST_ROWS), str(path), named)


def delimited(text: str, delimiter: str) -> str:
    written = io.StringIO()
    csv.writer(written, delimiter=delimiter).writerows(csv.reader(io.StringIO(text)))
    return written.getvalue()


@pytest.mark.parametrize("form", ["NFC", "NFD"])
@pytest.mark.parametrize("beginning", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_list_is_read_as_hscv_and_excel_write_it(
    tmp_path: Path, delimiter: str, beginning: bytes, form: Any
) -> None:
    text = unicodedata.normalize(form, delimited(LIST, delimiter))
    found = read(tmp_path, beginning + text.encode())
    assert found == OwnList(
        frozenset({"symbol", "date", "type"}),
        [
            OwnEntry(3, None, None, "Chỉ thị", None, "15/CT-UBND", date(2026, 3, 2), None),
            OwnEntry(5, None, None, "TB", None, "73/TB-VP", date(2026, 3, 3), None),
        ],
        ("'STT'",),
    )
    assert not found.of_events


def test_columns_of_another_name_are_named_and_then_taken_for_nothing_else(tmp_path: Path) -> None:
    text = "Mã,Khóa chính,Ngày ký,Ngày ban hành\nVB-1,e-1,01/03/2026,02/03/2026\n"
    found = read(tmp_path, text, subject="mã", id="KHOÁ  CHÍNH", date="Ngày ban hành")
    assert found.entries == [OwnEntry(2, "e-1", None, None, "VB-1", None, date(2026, 3, 2), None)]
    assert found.left_out == ("'Ngày ký'",)


@pytest.mark.parametrize(
    ("content", "name", "named", "problem"),
    [
        ("", "hscv.csv", {}, "no row of headings has ids or symbols; call a column"),
        ("e-1,2026-03-02\n", "hscv.csv", {}, "no row of headings has ids or symbols"),
        ("\n" * 20 + "id\ne-1\n", "hscv.csv", {}, "no row of headings has ids or symbols"),
        ("id\ne-1\n", "hscv.csv", {"date": "Hôm"}, "the columns that --column names: 'Hôm'"),
        ("mã\ne".encode("utf-16"), "hscv.csv", {}, "is UTF-16 text by its byte order mark"),
        ("id\nVăn".encode("cp1258", "replace") + b"\xff", "hscv.csv", {}, "is not UTF-8 text"),
        (b"id\n" + b"e\n" * 99_999 + b"\xd5\n", "hscv.csv", {}, "is not UTF-8 text"),
        (
            "id,Ngày ký,Ngày\ne,,\n",
            "hscv.csv",
            {},
            ":1: 'Ngày ký' and 'Ngày' are both the date; say which: --column date=NAME",
        ),
        ("t\nid,Mã\ne,f\n", "hscv.csv", {}, ":2: 'id' and 'Mã' are both the id; say which"),
        ("id,id\ne,f\n", "hscv.csv", {}, "'id' and 'id' are both the id; rename one of them"),
        ("id,A,a\ne,f,g\n", "hscv.csv", {"date": "A"}, "'A' and 'a' are both the date; rename"),
        ('id\n"e\n', "hscv.csv", {}, "is not CSV: "),
        ("id\n" + "x" * 200_000, "hscv.csv", {}, "is not CSV: "),
        ("id\ne\n", "hscv.xls", {}, "is neither .csv nor .xlsx; save it as"),
        (b"PK\x03\x04 torn", "hscv.xlsx", {}, "is no XLSX that can be read"),
    ],
)
def test_what_is_no_list_is_refused_in_one_line(
    tmp_path: Path, content: str | bytes, name: str, named: Mapping[str, str], problem: str
) -> None:
    with pytest.raises(FileError) as refused:
        read(tmp_path, content, name, **named)
    assert problem in str(refused.value)
    assert len(str(refused.value).splitlines()) == 1


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (",01/03/2026", "has no id; where a formula makes it, save the file in Excel first"),
        ("e-2,", "the date is empty; write it as 31/03/2026 or 2026-03-31"),
        ("e-2", "the date is empty; write it as 31/03/2026 or 2026-03-31"),
        ("e-2,31/02/2026", "'31/02/2026' is a date that no calendar has"),
        ("e-2,2026-02-30", "'2026-02-30' is a date that no calendar has"),
        ("e-2,03/31/2026", "'03/31/2026' names the month first"),
        ("e-2,01/03/26", "'01/03/26' is no date"),
        ("e-2,46082", "'46082' is no date"),
        ("e-2,hôm qua", "'hôm qua' is no date"),
        ("e-2,01/03/1899", "'01/03/1899' is of a year that no document has"),
        ("e-2,01/03/2026 25:00", "'01/03/2026 25:00' has a time that cannot be read"),
        ("e-2,2026-03-01T09:00+99:00", "has a time that cannot be read; leave the time out"),
        ("=A1,01/03/2026", "the id is a formula; copy the values alone, and save again"),
        ("e-2,=TODAY()", "the date is a formula"),
        ("#REF!,01/03/2026", "the id is an error of the spreadsheet: #REF!"),
        ('"e\n2",01/03/2026', "the id holds a control character or a line break; write it again"),
        ("e\x002,01/03/2026", "the id holds a control character or a line break; write it again"),
        ("e" * 256 + ",01/03/2026", "the id is longer than the 255 characters that any can have"),
    ],
)
def test_a_row_that_cannot_be_read_says_why_and_the_others_are_read(
    tmp_path: Path, row: str, reason: str
) -> None:
    found = read(tmp_path, f"id,date\ne-1,1/3/2026\n{row}\ne-3,2026-3-1\n").entries
    assert [(each.id, each.on, each.reason) for each in found[::2]] == [
        ("e-1", date(2026, 3, 1), None),
        ("e-3", date(2026, 3, 1), None),
    ]
    assert reason in str(found[1].reason)
    assert found[1].row == 3


def test_a_number_kept_as_text_has_its_zeros_and_a_type_no_prefix(tmp_path: Path) -> None:
    text = 'id,type,source\n"=""007""",hscv.task.assigned, /hscv \n'
    assert read(tmp_path, text).entries == [
        OwnEntry(2, "007", "/hscv", "task.assigned", None, None, None, None)
    ]


def test_the_cells_of_an_excel_file_are_what_they_show(tmp_path: Path) -> None:
    book = Workbook()
    for row in (
        ["id", "Ngày"],
        [7.0, datetime.fromisoformat("2026-03-01")],
        ["e-2", date(2026, 3, 2)],
        ["e-3", datetime.fromisoformat("2026-03-03T09:30")],
        [None, None],
        ["e-6", "04/03/2026"],
        ['="e-" & 7', "05/03/2026"],
        ["#N/A", "05/03/2026"],
    ):
        book.active.append(row)
    book.save(tmp_path / "made.xlsx")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = read(tmp_path, tmp_path.joinpath("made.xlsx").read_bytes(), "hscv.xlsx").entries
    assert [(each.row, each.id, each.on and each.on.day) for each in found[:4]] == [
        (2, "7", 1),
        (3, "e-2", 2),
        (4, "e-3", 3),
        (6, "e-6", 4),
    ]
    assert [each.reason for each in found[4:]] == [
        "has no id; where a formula makes it, save the file in Excel first",
        "the id is an error of the spreadsheet: #N/A",
    ]


def test_a_formula_that_excel_has_calculated_is_its_value(tmp_path: Path) -> None:
    book = Workbook()
    book.active.append(["id"])
    book.active.append(['="e-" & 7'])
    book.save(tmp_path / "made.xlsx")
    with (
        zipfile.ZipFile(tmp_path / "made.xlsx") as made,
        zipfile.ZipFile(tmp_path / "hscv.xlsx", "w") as calculated,
    ):
        for name in made.namelist():
            content = made.read(name).decode()
            content = content.replace('<c r="A2">', '<c r="A2" t="str">')
            calculated.writestr(
                name, content.replace("<v></v>", "<v>e-7</v>").replace("<v />", "<v>e-7</v>")
            )
    found = read_own_list(list_rows(tmp_path / "hscv.xlsx", known_columns, 9), "hscv.xlsx").entries
    assert [each.id for each in found] == ["e-7"]


def one_line(text: str) -> None:
    assert len(text.splitlines()) < 2, text


DAYS = st.dates(date(1990, 1, 1), date(2199, 12, 31))


@given(day=DAYS)
def test_every_day_is_read_in_every_form(day: date) -> None:
    for text in (
        *(f"{day}", f"{day:%d/%m/%Y}", f"{day.day}/{day.month}/{day.year}", f"{day:%d-%m-%Y}"),
        *(f"{day:%d.%m.%Y}", f"{day:%Y/%m/%d}", f"{day} 23:59", f"{day}T00:00:00.123456"),
        *(f"{day:%d/%m/%Y} 9:05:07", f"{day}T06:59:59Z", f"{day} 00:00:00+07:00"),
    ):
        assert day_written(text) == day, text
    if day > date(1990, 1, 1):
        assert day_written(f"{day - timedelta(days=1)}T17:00:00Z") == day


@given(text=st.one_of(st.text(max_size=30), st.text("0123456789-/.:TZ +", max_size=30)))
def test_any_other_text_is_no_day_in_one_line(text: str) -> None:
    found = day_written(text)
    assert isinstance(found, date) or len(found.splitlines()) == 1


@given(text=st.one_of(st.text(max_size=60), st.text('mã,id"\n;\t=01/3\x00\u2028', max_size=60)))
@example(text='"e\n2"')
def test_any_text_is_a_list_or_refused_in_one_line(
    text: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    file = tmp_path_factory.getbasetemp() / "any.csv"
    file.write_bytes(f"id,date\n{text}".encode(errors="replace"))
    try:
        found = read_own_list(list_rows(file, known_columns, 99), str(file))
    except FileError as error:
        one_line(str(error))
        return
    for each in found.entries:
        one_line(each.reason or "")
        assert each.reason is not None or (each.id and each.on)
        assert "\0" not in f"{each.id}{each.type}{each.subject}"
