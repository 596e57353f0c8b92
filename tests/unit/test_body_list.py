"""The list of bodies that an office has becomes a directory, whole, or is refused row by row."""

from __future__ import annotations

import csv
import io
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from dondoc.cli import main
from dondoc.commands.assembly.body_lists import body_toml, load_body_list
from dondoc.commands.assembly.loading import load_directory
from dondoc.rules.directory import KINDS
from dondoc.rules.places import FileError
from dondoc.rules.reading.body_list import MOST_ROWS, read_body_list
from dondoc.rules.reading.body_words import kind_by_name
from dondoc.rules.reading.directory import parse_directory
from hypothesis import example, given
from hypothesis import strategies as st
from openpyxl import Workbook

OFFICES_LIST = '''\
DANH SÁCH CƠ QUAN CỦA XÃ,,,,,
STT,Mã,"Tên cơ quan, đơn vị",Loại,Người đứng đầu,Thư điện tử
1,VP,Văn phòng HĐND và UBND xã,,Chánh Văn phòng,vp@xa.example
2,KT,Phòng  Kinh tế,Phòng,Trưởng phòng,"kt@xa.example; kt2@xa.example"

3,TTHCC,"Trung tâm ""Một cửa""",khác,,
'''


def imported(*line: str) -> Result:
    return CliRunner().invoke(main, ["--lang=en", "bodies", "import", *line])


def written(folder: Path, text: str | bytes, name: str = "list.csv") -> str:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return str(path)


@pytest.mark.parametrize("beginning", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_list_as_an_office_has_it_becomes_a_directory(
    tmp_path: Path, beginning: bytes, delimiter: str
) -> None:
    rows = csv.reader(io.StringIO(OFFICES_LIST))
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows(rows)
    done = imported(written(tmp_path, beginning + text.getvalue().encode()))
    assert done.exit_code == 0, done.output
    bodies = parse_directory(tomllib.loads(done.stdout), "made").bodies
    assert [(each.code, each.kind, each.head, each.emails) for each in bodies.values()] == [
        ("VP", "office", "Chánh Văn phòng", ("vp@xa.example",)),
        ("KT", "department", "Trưởng phòng", ("kt@xa.example", "kt2@xa.example")),
        ("TTHCC", "other", None, ()),
    ]
    assert (bodies["KT"].name, bodies["TTHCC"].name) == ("Phòng Kinh tế", 'Trung tâm "Một cửa"')
    assert done.stderr.splitlines() == [
        "taken for Office by their names: VP; look them over",
        "columns that are no part of a directory, left out: 'STT'",
    ]
    assert done.stdout.count("# guessed from the name") == 1


def test_what_is_made_may_go_to_a_file_that_is_not_there_yet(tmp_path: Path) -> None:
    made = tmp_path / "made.toml"
    line = (written(tmp_path, OFFICES_LIST), "--output", str(made))
    assert imported(*line).stdout == f"{made}: 3 bodies\n"
    before = made.read_bytes()
    again = imported(*line)
    assert (again.exit_code, "is there already" in again.output) == (1, True)
    assert made.read_bytes() == before
    assert load_directory(made) is not None


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("Văn phòng HĐND và UBND huyện", "office"),
        ("VĂN PHÒNG HĐND - UBND", "office"),
        ("Văn phòng Ủy ban nhân dân thành phố", "office"),
        ("Văn phòng Huyện ủy", "other"),
        ("Văn phòng Đăng ký đất đai", "other"),
        ("Phòng Nội vụ", "department"),
        ("Thanh tra huyện", "department"),
        ("Sở Tài chính", "department"),
        ("Ban Quản lý dự án đầu tư xây dựng", "department"),
        ("Ban Chỉ huy Quân sự", "other"),
        ("UBND xã Bình An", "commune"),
        ("Ủy ban nhân dân phường 3", "commune"),
        ("Thị trấn Bến Đá", "commune"),
        ("UBND Đặc khu Côn Đảo", "commune"),
        ("Xã đoàn Bình An", "other"),
        ("Công an xã", "other"),
        ("", "other"),
    ],
)
def test_a_kind_is_guessed_as_vietnamese_offices_name_bodies(name: str, kind: str) -> None:
    assert kind_by_name(name) == kind


def test_every_body_of_the_sample_is_guessed_as_it_is() -> None:
    directory = load_directory("sample")
    assert directory is not None
    assert {each.name: kind_by_name(each.name) for each in directory} == {
        each.name: each.kind for each in directory
    }


HEAD = "code,name,kind,head,email\n"


@pytest.mark.parametrize(
    ("rows", "problems"),
    [
        ("VP,,,,\n", [":2: has no name"]),
        (",Phòng A,,,\n\n,Phòng B,,,\n", [":2: has no code", ":4: has no code"]),
        ("A,Phòng A,,,\na ,Phòng B,,,\n", [":3: has the code of row 2; a body stands in one row"]),
        ("A,Phòng A,bureau,,\n", [":2: the kind 'bureau' is not known: write office, department"]),
        ("A,Phòng A,,,@\n", [":2: body[A].email: '@' is no address of plain letters"]),
        ("A,Phòng A,,,a@b;a@B\n", [":2: body[A].email: names 'a@B' twice"]),
        ("A,Phòng\u200b A,,,\n", [":2: the name holds a character that nobody sees"]),
        ("A\u2800,Phòng A,,,\n", [":2: the code holds a character that nobody sees"]),
        ("A,Văn phòng,office,,\nB,Phòng B,Văn phòng,,\n", [":3: is the Office, as row 2 is; say"]),
    ],
)
def test_a_wrong_row_is_named_and_nothing_is_made(
    tmp_path: Path, rows: str, problems: list[str]
) -> None:
    file = written(tmp_path, HEAD + rows)
    done = imported(file, "--output", str(tmp_path / "made.toml"))
    assert (done.exit_code, done.stdout) == (1, "")
    told = done.stderr.splitlines()
    assert len(told) == len(problems) + 1
    for line, problem in zip(told, problems, strict=False):
        assert line.startswith(f"{file}{problem}")
    assert told[-1].startswith(f"Error: {file}: {len(problems)} row")
    assert not (tmp_path / "made.toml").exists()


@pytest.mark.parametrize(
    ("content", "name", "problem"),
    [
        ("mã".encode("utf-16"), "list.csv", "is UTF-16 text by its byte order mark; save it as"),
        ("code,name\nA,Phòng".encode("cp1258", "replace") + b"\xff", "list.csv", "is not UTF-8"),
        ("a,b\n1,2\n", "list.csv", "no row of headings has the code and the name of bodies"),
        ("", "list.csv", "no row of headings has the code and the name of bodies"),
        ("code,name\n", "list.csv", "has no row below its headings"),
        ("code,name,Mã\nA,B,C\n", "list.csv", "the column 'Mã' says what another says too"),
        ('code,name\n"A"b,c\n', "list.csv", "is not CSV: "),
        ("code,name\n" + "A,B\n" * MOST_ROWS, "list.csv", f"has more than {MOST_ROWS} rows"),
        ("code,name\n", "list.xls", "is neither .csv nor .xlsx; save it as"),
        (b"PK\x03\x04 torn", "list.xlsx", "is no XLSX that can be read"),
    ],
)
def test_what_is_no_list_is_refused_in_one_line(
    tmp_path: Path, content: str | bytes, name: str, problem: str
) -> None:
    done = imported(written(tmp_path, content, name))
    assert done.exit_code == 1
    assert problem in done.output
    assert len(done.output.splitlines()) == 1


def test_a_list_may_be_an_excel_file(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.active
    for row in (["Mã", "Tên cơ quan"], [7.0, "Phòng Kinh tế"], [None, None], ["VP", "Văn phòng"]):
        sheet.append(row)
    book.save(tmp_path / "list.xlsx")
    found = load_body_list(tmp_path / "list.xlsx")
    assert [(each["code"], each["kind"]) for each in found.bodies] == [
        ("7", "department"),
        ("VP", "office"),
    ]


def test_an_excel_file_that_is_damaged_anywhere_is_a_list_or_refused_in_one_line(
    tmp_path: Path,
) -> None:
    book = Workbook()
    book.active.append(["Mã", "Tên"])
    book.active.append(["VP", "Văn phòng"])
    file = tmp_path / "list.xlsx"
    book.save(file)
    whole = file.read_bytes()
    for at in range(0, len(whole), len(whole) // 25):
        for damaged in (whole[:at], whole[:at] + b"\xff" * 9 + whole[at + 9 :]):
            file.write_bytes(damaged)
            try:
                load_body_list(file)
            except FileError as error:
                one_line(error)


def test_an_excel_file_that_unpacks_to_too_much_is_not_unpacked(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "list.xlsx", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", bytes(65 * 1024 * 1024))
    with pytest.raises(FileError, match="is too large to be read as XLSX"):
        load_body_list(tmp_path / "list.xlsx")


def test_without_openpyxl_it_is_said_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "openpyxl", None)
    done = imported(written(tmp_path, b"PK", "list.xlsx"))
    assert "pip install 'dondoc[reports]'" in done.output
    assert "CSV UTF-8" in done.output


def one_line(error: FileError) -> None:
    assert len(str(error).splitlines()) == 1, error


CELLS = st.one_of(
    st.sampled_from(["", "VP", "vp ", "Văn phòng", "xã", "a@b.example", "a@b; c@d", "0", "Ðà"]),
    st.text(max_size=12),
    st.text("\"'\\\n\r\t#=[]{}\x00\x1f\x7f\u2028\ufeff\u200bAạ", max_size=6),
)


@given(rows=st.lists(st.lists(CELLS, min_size=5, max_size=5), min_size=1, max_size=4))
@example(rows=[['a"\\', "\x7f\u2028'''", "", "#", "x@y"]])
@example(rows=[["A", "Ð\r\nB", "", 'x"""', ""]])
def test_whatever_is_in_the_cells_loads_again_equal_or_is_refused_in_one_line(
    rows: list[list[str]],
) -> None:
    try:
        found = read_body_list([["code", "name", "kind", "head", "email"], *rows], "list.csv")
    except FileError as error:
        one_line(error)
        return
    for each in found.problems:
        one_line(each)
    if found.problems:
        assert found.bodies == ()
        return
    meant = parse_directory({"body": list(found.bodies)}, "")
    assert parse_directory(tomllib.loads(body_toml(found, "đoán")), "") == meant
    filled = [row for row in rows if any(each.strip() for each in row)]
    assert len(meant.bodies) == len(filled)
    assert all(each.kind in KINDS for each in meant)


@given(text=st.one_of(st.text(max_size=60), st.text('mã,tên"\n;\t code name', max_size=60)))
def test_any_text_is_a_list_or_refused_in_one_line(
    text: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    file = tmp_path_factory.getbasetemp() / "any.csv"
    file.write_bytes(f"code,name\n{text}".encode())
    try:
        load_body_list(file)
    except FileError as error:
        one_line(error)


def test_what_is_there_no_more_by_its_name_or_a_column_is_a_doubt(tmp_path: Path) -> None:
    done = imported(
        written(
            tmp_path,
            "Mã ĐV,Tên cơ quan,Sáp nhập vào,Hết hiệu lực\n"
            "VP,Văn phòng HĐND và UBND,,\n"
            "DT,UBND xã Đông Thành (đã sáp nhập),,\n"
            "DB,UBND xã Đông Bình,DH,\n"
            "DH,UBND xã Đông Hòa,,30/6/2025\n",
        )
    )
    assert done.exit_code == 0, done.output
    assert "there no more: DT, DB, DH;" in done.stderr


def test_of_a_name_and_an_address_the_address_is_taken(tmp_path: Path) -> None:
    file = written(
        tmp_path, 'Mã,Tên,Email\nVP,Văn phòng UBND,"Nguyễn B <b@x.vn>; c@x.vn, Trần D<d@x.vn>"\n'
    )
    (body,) = load_body_list(Path(file)).bodies
    assert body["email"] == ["b@x.vn", "c@x.vn", "d@x.vn"]


def test_where_no_heading_is_known_those_that_were_found_are_named(tmp_path: Path) -> None:
    done = imported(written(tmp_path, "DANH SÁCH\nMã số thuế,Tên cơ quan\n1,Phòng A\n"))
    assert done.exit_code == 1
    assert "'Mã số thuế', 'Tên cơ quan'" in done.output


def test_a_row_with_two_faults_tells_the_first_without_a_count_in_english(tmp_path: Path) -> None:
    file = written(tmp_path, "Mã,Tên,Email\nVP,Văn phòng UBND,a;b\n")
    done = CliRunner().invoke(main, ["--lang=vi", "bodies", "import", file])
    assert done.exit_code == 1
    assert "more)" not in done.output


def test_what_holds_a_character_that_nobody_sees_is_named_in_vietnamese(tmp_path: Path) -> None:
    file = written(tmp_path, "Mã,Tên\nV\u200bP,Văn phòng UBND\n")
    done = CliRunner().invoke(main, ["--lang=vi", "bodies", "import", file])
    assert ": mã có ký tự không nhìn thấy được" in done.output
