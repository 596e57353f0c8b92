"""What is shown does nothing to a terminal or a spreadsheet, and loses nothing."""

from __future__ import annotations

import csv
import io
import json
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pytest
from dondoc.commands.terminal.presentation import as_json, clean, emit, show_rows, table
from dondoc.commands.terminal.writing import CannotWrite

HOSTILE = "a\x1b[31mb\x07\x85\u202ec\u2028d"
ROWS = [
    {"name": "Phòng Nội vụ", "n": 1, "more": None},
    {"name": HOSTILE, "n": -5, "more": {"x": "=1+1"}},
    {"name": "=HYPERLINK(1)", "n": True, "more": "@a"},
]
COLUMNS = ("name", "n", "more")


def test_control_characters_never_reach_a_terminal() -> None:
    for text in (clean(HOSTILE), table(ROWS, COLUMNS)):
        assert not any(bad in text for bad in "\x1b\x07\x85\u202e\u2028")


def test_csv_is_printed_while_rows_come(capsys: pytest.CaptureFixture[str]) -> None:
    meanwhile = ""

    def rows() -> Iterator[dict[str, int]]:
        nonlocal meanwhile
        yield from ({"n": number} for number in range(100_000))
        meanwhile = capsys.readouterr().out

    show_rows(rows(), ("n",), "csv")
    assert len(meanwhile) > 500_000
    printed = meanwhile + capsys.readouterr().out
    assert printed.splitlines() == ["n", *map(str, range(100_000))]


def test_every_character_that_is_printed_as_it_is_can_be_printed() -> None:
    shown = [chr(code) for code in range(0x11_0000) if clean(chr(code)) == chr(code)]
    assert not {unicodedata.category(each) for each in shown} & {"Cc", "Cf", "Cs", "Zl", "Zp"}
    assert not {"\u200b", "\u3164", "\ufe0f", "\U000e0100", "\u034f"} & set(shown)


def test_letters_of_vietnamese_stay_as_they_are() -> None:
    assert clean("Đôn đốc việc thực hiện") == "Đôn đốc việc thực hiện"


def test_a_cell_never_starts_a_formula_in_a_spreadsheet(
    capsys: pytest.CaptureFixture[str],
) -> None:
    show_rows(ROWS, COLUMNS, "csv")
    cells = list(csv.reader(io.StringIO(capsys.readouterr().out)))
    assert cells[0] == list(COLUMNS)
    assert not any(cell.startswith(("=", "+", "-", "@", "\t")) for row in cells for cell in row)
    assert cells[3] == ["'=HYPERLINK(1)", "yes", "'@a"]


def test_json_keeps_every_key_and_every_letter(capsys: pytest.CaptureFixture[str]) -> None:
    show_rows(ROWS, ("n",), "json")
    assert json.loads(capsys.readouterr().out) == ROWS


def test_a_table_is_aligned_by_what_is_seen() -> None:
    lines = table([{"a": "Phòng", "b": 1}, {"a": "x", "b": 2}], ("a", "b")).splitlines()
    assert lines == ["a      b", "─────  ─", "Phòng  1", "x      2"]


def test_no_rows_are_a_heading_alone() -> None:
    assert table([], ("a", "b")).splitlines()[0] == "a  b"


def test_output_goes_to_the_file_that_is_named(tmp_path: Path) -> None:
    show_rows(ROWS, COLUMNS, "json", tmp_path / "rows.json")
    assert json.loads((tmp_path / "rows.json").read_text(encoding="utf-8")) == ROWS
    with pytest.raises(CannotWrite, match="cannot be written"):
        emit("x", tmp_path / "nowhere" / "rows.json")


def test_json_says_the_same_and_does_nothing_to_a_terminal() -> None:
    said = "\x1b]0;owned\x07\u202e\x9b31m\U000e0041 Đường\n"
    text = as_json([{"symbol": said}])
    assert json.loads(text) == [{"symbol": said}]
    assert "Đường" in text
    assert not any(character in text for character in "\x1b\x07\u202e\x9b\U000e0041")
