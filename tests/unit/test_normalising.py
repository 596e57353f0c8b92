"""Text from outside is normalised in time that only its length decides, whatever its marks."""

import json
import re
import subprocess
import sys
from time import process_time
from unicodedata import combining, normalize

import pytest
from dondoc.rules.normalising import (
    MOST_MARKS,
    WITHOUT_MARKS,
    has_too_many_marks,
    normal,
    one_form,
)
from dondoc.rules.reading.stored import decode_stored
from dondoc.storage.secrecy.folding import Shape
from dondoc.storage.secrecy.quotes import FORMER, quotes_in
from hypothesis import given, settings
from hypothesis import strategies as st

SORTED_LONGEST = "\u0315\u0300\u0323\u0334"
MEGABYTE = 1024 * 1024
SECONDS = 1.0
"""What a megabyte may take. The square of it is minutes."""

UNITS = {
    "one mark": "\u0301",
    "two marks in the order that has to change": "\u0301\u0323",
    "a falling order": SORTED_LONGEST,
    "a mark that is two": "\u0344",
    "no mark, but two once decomposed": "\u0f73",
    "a halfwidth mark": "\uff9e",
    "marks beyond the first plane": "\U0001d165\U0001d16d",
    "marks of a base in between": "a" + "\u0301\u0323" * (MOST_MARKS // 2),
}
texts = st.text(
    st.sampled_from("aAêộđÐ\u0301\u0323\u0315\u0344\u0f73\uff9e가\u1161\U0001d165 ")
    | st.characters(),
    max_size=80,
)


@pytest.mark.parametrize("unit", UNITS)
@pytest.mark.parametrize("form", ["NFC", "NFKC"])
def test_a_megabyte_of_marks_is_normalised_within_a_second(unit: str, form: str) -> None:
    text = "a" + UNITS[unit] * (MEGABYTE // len(UNITS[unit].encode()))
    begun = process_time()
    assert normal(form, text)  # type: ignore[arg-type]
    assert process_time() - begun < SECONDS


def test_whatever_becomes_marks_counts_as_one() -> None:
    for code in range(sys.maxunicode + 1):
        decomposed = normalize("NFKD", chr(code))
        if all(map(combining, decomposed)):
            assert has_too_many_marks("a" + chr(code) * (MOST_MARKS + 1)), hex(code)
        else:
            # Nor may anything else begin with a mark, which would lengthen a run unseen.
            assert not combining(decomposed[0]), hex(code)


def test_a_run_is_found_wherever_it_begins_and_only_where_it_is_too_long() -> None:
    for before in range(25):
        for mark in ("\u0301", "\U0001d165"):
            assert has_too_many_marks("e" * before + mark * (MOST_MARKS + 1) + "e")
            assert not has_too_many_marks(("e" * (before + 1) + mark * MOST_MARKS) * 3)
    assert not has_too_many_marks("\U0001f600" * 100)


@settings(max_examples=500, deadline=None, derandomize=True)
@given(texts)
def test_text_without_such_runs_gets_the_form_that_unicode_gives_it(text: str) -> None:
    if not has_too_many_marks(text):
        assert normal("NFC", text) == normalize("NFC", text)
        assert normal("NFKC", text) == normalize("NFKC", text)


def test_what_was_stored_before_such_runs_were_refused_is_read_and_searched_in_time() -> None:
    text = "Báo cáo" + "\u0301\u0323" * (MEGABYTE // 4)
    body = json.dumps({"content": text}, ensure_ascii=False).encode()
    begun = process_time()
    assert decode_stored(body, False, "task.assigned")["content"] == one_form(text)
    assert quotes_in({"content": text}, [Shape(6, 0), FORMER])
    assert process_time() - begun < 3 * SECONDS


def test_what_is_passed_over_without_the_table_of_marks_has_none() -> None:
    among = re.compile(f"[{WITHOUT_MARKS}]")
    marks = [chr(code) for code in range(0x20000) if combining(chr(code))]
    assert len(marks) > 800
    assert not any(map(among.match, marks))
    assert all(map(among.match, "aZ0 ờĐðệ–…“”₫"))


def test_vietnamese_needs_no_table_of_marks() -> None:
    """It takes a fifteenth of the start of a command to make."""
    code = (
        "from dondoc.rules import documents, normalising as n;"
        "n.one_form('Thực hiện Công văn số 15/CT-UBND – “hoả tốc” ' * 99);"
        "print(n._runs.cache_info().misses)"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout == "0\n"
