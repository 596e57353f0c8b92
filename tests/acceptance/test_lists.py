"""What an official sees who asks what is late, and what a program gets."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from dondoc.commands.terminal.listed import told_apart
from dondoc.commands.terminal.widths import width_of
from support.beginning import take_in_beginning
from support.hscv import event
from support.installation import Installation
from support.terminal import on_terminal, plain

AS_OF = ("--as-of", "31/03/2026")
HOSTILE = "=cmd|'/c calc'!A1 \u202egnp.exe \x1b[31m🙂 " + "dài " * 500
FIELDS = {"symbol", "issued_on", "content", "body_name", "head", "days_late"}


@pytest.fixture(scope="module")
def district(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """The beginning of a district's quarter, and a document that means ill."""
    installation = Installation(tmp_path_factory.mktemp("lists"), "amqp://127.0.0.1:1/")
    take_in_beginning(installation.database_url)
    data = {"symbol": "=1+1/KH", "abstract": HOSTILE, "issued_on": "2026-03-02"}
    told = [
        event(
            "document.issued", id="h-1", subject="H-1", data=event("document.issued")["data"] | data
        ),
        event(id="h-2", subject="H-1", data=event()["data"] | {"content": HOSTILE, "lead": "VP"}),
    ]
    file = installation.folder / "hostile.jsonl"
    file.write_text("\n".join(map(json.dumps, told)), encoding="utf-8")
    installation.run("replay", str(file))
    return installation


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("columns", [80, 60, 132])
def test_what_is_late_fits_the_terminal_and_says_whose_it_is(
    district: Installation, columns: int, language: str
) -> None:
    arguments = ("--lang", language, "list", "--overdue", *AS_OF)
    shown = plain(on_terminal(district.folder, *arguments, columns=columns))
    assert max(map(width_of, shown.splitlines())) <= columns
    assert "1/CĐ-UBND" in shown
    assert {"vi": "! quá hạn 57 ngày", "en": "! 57 days late"}[language] in shown
    for told in (
        {"vi": "05/01/2026", "en": "2026-01-05"}[language],
        "UBND xã Vạn Xuân",
        "Chủ tịch UBND xã",
        "Vận động nhân dân che chắn",
    ):
        assert told in shown
    assert "--limit 0" in shown


def test_of_one_body_its_name_stands_above_and_what_is_owed_is_whole(
    district: Installation,
) -> None:
    arguments = ("--lang", "vi", "list", "--body", "VANXUAN", "--overdue", *AS_OF)
    shown = plain(on_terminal(district.folder, *arguments)).splitlines()
    assert max(map(width_of, shown)) <= 80
    assert shown[2] == "UBND xã Vạn Xuân – Chủ tịch UBND xã"
    assert sum("UBND xã Vạn Xuân" in line for line in shown if "Chủ tịch UBND xã" in line) == 1
    assert not any("NGƯỜI ĐỨNG ĐẦU" in line for line in shown)


def test_one_sees_as_many_as_fit_and_all_where_all_are_asked_for(district: Installation) -> None:
    few = plain(on_terminal(district.folder, "list", "--overdue", "--limit", "3", *AS_OF))
    rows = district.rows("list", "--overdue", *AS_OF)
    assert f"… {len(rows) - 3} more" in few
    assert few.count(" days late") == 3
    all_ = plain(on_terminal(district.folder, "list", "--overdue", "--limit", "0", *AS_OF))
    assert all_.count(" days late") == len(rows)
    assert "--limit 0" not in all_


def test_colour_is_for_terminals_that_want_it(district: Installation) -> None:
    arguments = ("list", "--overdue", "--limit", "2", *AS_OF)
    assert "\x1b[31m" in on_terminal(district.folder, *arguments)
    assert "\x1b" not in on_terminal(district.folder, *arguments, NO_COLOR="1")
    assert "\x1b" not in on_terminal(district.folder, *arguments, "--color", "never")
    assert "\x1b" not in on_terminal(district.folder, *arguments, TERM="dumb")
    assert "\x1b[31m" in district.run(*arguments, "--color", "always")
    assert "\x1b" not in district.run(*arguments)


def test_a_pager_shows_it_where_there_is_one(district: Installation, tmp_path: Path) -> None:
    arguments = ("list", "--overdue", *AS_OF)
    seen = tmp_path / "seen"
    on_terminal(district.folder, *arguments, PAGER=f"cat > {seen}")
    assert "1/CĐ-UBND" in seen.read_text(encoding="utf-8")
    shown = on_terminal(district.folder, *arguments, PAGER=f"cat > {seen}", DONDOC_PAGER="cat")
    assert "1/CĐ-UBND" in shown
    assert "1/CĐ-UBND" in on_terminal(district.folder, *arguments, PAGER="/no/such/pager")
    assert "Traceback" not in on_terminal(district.folder, *arguments, PAGER="head -c 1")


def test_a_program_gets_every_row_and_field_plain(district: Installation) -> None:
    rows = district.rows("list", *AS_OF)
    assert len(rows) > 1000
    assert all(row.keys() >= {"id", "trace", "owed_by", "state", *FIELDS} for row in rows)
    lines = list(csv.DictReader(io.StringIO(district.run("list", "--format", "csv", *AS_OF))))
    assert [line["id"] for line in lines] == [row["id"] for row in rows]
    table = district.run("list", *AS_OF)
    assert len(table.splitlines()) == len(rows) + 2


def test_a_file_is_what_its_ending_says_and_opens_in_excel(district: Installation) -> None:
    folder = district.folder
    district.run("list", "--overdue", "--output", "late.csv", *AS_OF)
    written = (folder / "late.csv").read_bytes()
    assert written.startswith(b"\xef\xbb\xbfid,rule,")
    cells = [cell for row in csv.reader(io.StringIO(written.decode("utf-8-sig"))) for cell in row]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]
    district.run("list", "--overdue", "--no-bom", "--output", "late.csv", *AS_OF)
    assert (folder / "late.csv").read_bytes() == written.removeprefix(b"\xef\xbb\xbf")
    district.run("list", "--overdue", "--output", "late.JSON", *AS_OF)
    assert json.loads((folder / "late.JSON").read_text(encoding="utf-8"))
    refused = district.run("list", "--format", "json", "--output", "late.csv", code=2)
    assert "--format json and --output late.csv name two formats" in refused


@pytest.mark.parametrize("name", ["overdue.xlsx", "overdue.PDF"])
def test_a_file_that_no_program_would_open_is_not_written(
    district: Installation, name: str
) -> None:
    with pytest.raises(AssertionError, match=r"\.csv, which Excel opens"):
        district.run("list", "--overdue", "--output", name)
    assert not (district.folder / name).exists()


def test_ids_that_begin_alike_are_told_apart(district: Installation) -> None:
    ids = [each["id"] for each in district.rows("list")]
    beginning = next(each[:6] for each in ids if sum(one[:6] == each[:6] for one in ids) > 1)
    alike = sorted(each for each in ids if each.startswith(beginning))
    refused = on_terminal(district.folder, "explain", beginning, columns=80)
    assert all(f"{each} (" in refused for each in alike[:6])
    assert told_apart(["abcdefgh", "abcdefgi"]) == 8
    assert told_apart(["abcdefgh1", "abcdefgh2"]) == 9


def test_text_that_means_ill_does_nothing_on_a_terminal(district: Installation) -> None:
    shown = on_terminal(
        district.folder, "list", "--subject", "=1+1/kh", "--as-of", "31/12/2026", NO_COLOR="1"
    )
    assert "=1+1/KH" in shown
    assert not [each for each in shown if not each.isprintable() and each != "\n"]
    assert max(map(width_of, shown.splitlines())) <= 80


def test_nothing_to_show_is_said(district: Installation) -> None:
    shown = plain(on_terminal(district.folder, "list", "--overdue", "--due-before", "1/1/1990"))
    assert "no obligation is like this" in shown
    assert district.rows("list", "--overdue", "--due-before", "1/1/1990") == []


def test_a_document_is_told_as_a_story_on_a_terminal(district: Installation) -> None:
    shown = plain(on_terminal(district.folder, "show", "1/cđ-ubnd", "--lang", "vi", *AS_OF))
    assert max(map(width_of, shown.splitlines())) <= 80
    first, told, missed, *_ = [line for line in shown.splitlines() if line]
    assert first.startswith("Công điện số 1/CĐ-UBND ngày 02/01/2026 của Chủ tịch UBND huyện")
    assert told == "Đã báo nhưng không được tính, hoặc được tính là quá hạn"
    assert missed.startswith("- ")
    assert "Ngày 05/01/2026: giao nhiệm vụ – cho Phòng Dân tộc; thời hạn 06/01/2026" in shown
    assert "Tình trạng đến hết ngày 31/03/2026" in shown
    # What goes to a program or a file stays rows.
    assert "document.issued" in district.run("show", "1/cđ-ubnd", *AS_OF)


def test_explain_begins_with_whether_what_was_reported_counts(district: Installation) -> None:
    (late, *_) = [
        row
        for row in district.rows("list", "--state", "met_late", "--rule", "execution", *AS_OF)
        if row["counts_as_breach"]
    ]
    said = district.run("explain", late["id"], "--lang", "vi", *AS_OF).split("\n\n")[0]
    assert "được tính là thực hiện quá hạn" in said
    assert "Vẫn bị tính là vi phạm thời hạn." in said


def test_the_board_says_whom_it_leaves_out_and_what_is_no_breach(district: Installation) -> None:
    board = json.loads(district.run("status", "--format", "json", *AS_OF))
    rows = board["obligations"]
    overdue, breaches = (sum(row[name] for row in rows) for name in ("overdue", "overdue_breaches"))
    assert 0 < breaches < overdue
    shown = plain(on_terminal(district.folder, "status", "--limit", "3", *AS_OF))
    assert max(map(width_of, shown.splitlines())) <= 80
    numbers = f"{overdue} overdue: {breaches} of them a breach, {overdue - breaches} not counted"
    assert numbers in " ".join(shown.split())
    assert f"… and {len(rows) - 3} more bodies with" in shown
    assert "--limit 0" not in plain(on_terminal(district.folder, "status", "--limit", "0", *AS_OF))
    table = district.run("status", *AS_OF)
    assert all(row["name"] in table for row in rows)
    listed = district.rows("list", "--overdue", "--breach", *AS_OF)
    assert len(listed) == breaches


def test_a_board_in_vietnamese_has_no_english_heading_wherever_it_is_written(
    district: Installation,
) -> None:
    board = district.run("status", "--lang", "vi", *AS_OF)
    heading = next(line for line in board.splitlines() if line.startswith("nhiệm vụ"))
    assert heading.split() == ["nhiệm", "vụ", "số", "lượng"]
