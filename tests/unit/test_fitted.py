"""A table for a person fits the terminal, whatever stands in it."""

from __future__ import annotations

import unicodedata

from dondoc.commands.terminal.fitted import Column, fitted
from dondoc.commands.terminal.letters import letter
from dondoc.commands.terminal.widths import width_of
from hypothesis import given
from hypothesis import strategies as st

COLUMNS = [Column("no.", right=True), Column("who", least=6), Column("about", least=4)]
TEXTS = st.one_of(
    st.text(max_size=60),
    st.sampled_from(
        ["Phòng Tài nguyên và Môi trường", "漢字" * 20, "🧨" * 9, "\u202e=cmd", "\x1b[31m"]
    ),
)


@given(st.lists(st.tuples(st.integers(0, 999), TEXTS, TEXTS), max_size=6), st.integers(17, 90))
def test_no_line_is_wider_than_the_terminal_and_nothing_harmful_is_shown(
    rows: list[tuple[int, str, str]], width: int
) -> None:
    shown = fitted(COLUMNS, rows, width)
    assert len(shown.split("\n")) == len(rows) + 2
    for line in shown.split("\n"):
        assert width_of(line) <= width
        assert not any(unicodedata.category(each) in ("Cc", "Cf", "Cs") for each in line)


@given(st.lists(st.tuples(st.integers(0, 999), TEXTS, TEXTS), max_size=6))
def test_without_a_terminal_nothing_is_cut(rows: list[tuple[int, str, str]]) -> None:
    shown = fitted(COLUMNS, rows, None).split("\n")[2:]
    for row, line in zip(rows, shown, strict=True):
        assert ("…" in line) == ("…" in f"{row[1]}{row[2]}")


@given(TEXTS, st.integers(24, 90))
def test_a_letter_fits_too_and_loses_no_word(said: str, width: int) -> None:
    shown = letter(["known"], said, width).split("\n")
    assert all(width_of(line) <= width for line in shown)
    printable = "".join(each for each in said if each.isprintable() and not each.isspace())
    kept = "".join("".join(shown[1:]).split())
    assert [each for each in printable if each.isalnum()] == [
        each for each in kept if each.isalnum()
    ]


def test_what_may_not_be_cut_is_whole_however_narrow_the_terminal_is() -> None:
    assert "123456" in fitted(COLUMNS, [(123456, "x" * 50, "y")], 5)


def test_what_stands_below_a_row_is_set_in_and_never_cut() -> None:
    shown = fitted([Column("a"), Column("b", least=3)], [("1", "long cell")], 8, ["why it is so"])
    assert shown.splitlines() == [
        "a  b",
        "─  ─────",
        "1  long…",
        "     why",
        "     it",
        "     is",
        "     so",
    ]
