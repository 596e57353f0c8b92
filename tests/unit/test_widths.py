"""Text is measured, cut and wrapped as a terminal draws it, and letters keep their marks."""

from __future__ import annotations

import unicodedata

import pytest
from dondoc.commands.terminal.widths import cut, padded, width_of, wrapped
from hypothesis import given
from hypothesis import strategies as st

NAME = "Phòng Lao động - Thương binh và Xã hội"
_LETTERS = st.sampled_from([*"aộưĐ đ-", "\u0323", "\u0301", "漢", "🙂", "é"])
TEXTS = st.one_of(st.text(max_size=80), st.lists(_LETTERS, max_size=60).map("".join))


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_vietnamese_has_the_width_of_its_letters_in_either_form(form: str) -> None:
    text = unicodedata.normalize(form, NAME)  # type: ignore[arg-type]
    assert width_of(text) == 38
    assert unicodedata.normalize("NFC", cut(text, 20)) == "Phòng Lao động - Th…"


def test_what_takes_two_columns_counts_as_two() -> None:
    assert width_of("漢字") == 4
    assert cut("漢字漢字", 5) == "漢字…"
    assert cut("🙂🙂", 3) == "🙂…"


@given(TEXTS, st.integers(0, 50))
def test_what_is_cut_fits_and_is_the_beginning(text: str, width: int) -> None:
    shown = cut(text, width)
    assert width_of(shown) <= width
    assert shown == text or text.startswith(shown[:-1].rstrip("…")) or shown == ""
    assert width_of(padded(text, width)) == width


@given(TEXTS, st.integers(6, 50))
def test_what_is_wrapped_fits_and_loses_no_word(text: str, width: int) -> None:
    lines = wrapped(text, width, "  ")
    assert all(width_of(line) <= width for line in lines)
    assert "".join("".join(lines).split()) == "".join(text.split())
