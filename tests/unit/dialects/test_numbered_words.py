"""A secret word stays one with a number, a code or a label around it; "Không mật" never is one."""

from __future__ import annotations

import json
from time import perf_counter

import pytest
from dondoc.connector.contract.verdicts import Secret, Unestablished
from dondoc.connector.dialects.edxml.words import level_in_text as level_in_edxml
from dondoc.connector.dialects.edxml.words import level_of
from dondoc.connector.dialects.levels import level_in_text, secret_level
from dondoc.connector.dialects.saying import EventsSaid
from dondoc.rules.file_faults import FileRefused
from support.dialects import SECRECY, TOP, made, say, small

NUMBERED = {
    "1 - Mật": "mat",
    "2 - Tối mật": "toimat",
    "01. Mật": "mat",
    "1.Mật": "mat",
    "1) Mật": "mat",
    "(1) Mật": "mat",
    "1: Mật": "mat",
    "1 Mật": "mat",
    "1/ MẬT": "mat",
    "1_TUYET_MAT": "tuyetmat",
    "MAT1": "mat",
    "I - Mật": "mat",
    "III. Tuyệt mật": "tuyetmat",
    "a) Mật": "mat",
    "M - Mật": "mat",
    "TM – Tối mật": "toimat",
    "Mức 1: Mật": "mat",
    "Mức Mật": "mat",
    "Cấp độ 2 - Tối-mật": "toimat",
    "Độ mật: 1 - Mật": "mat",
    "Độ mật 1: Mật": "mat",
    "Mật (1)": "mat",
    "Tối mật - 2": "toimat",
    "[3] tuyet mat": "tuyetmat",
}
NORMAL = [
    *("Không mật", "0 - Không mật", "0. KHÔNG MẬT", "(0) Không mật", "Mức 0: Không mật"),
    *("Thường", "0 - Thường", "Độ mật: Thường", "Mức độ mật 0 - Thường", "Thường (không mật)"),
    *("Không thuộc danh mục bí mật nhà nước", "Đã giải mật", "Không có độ mật", "0", "Khong-mat"),
]


def with_normal(*words: str) -> str:
    table = ", ".join(f'{json.dumps(each, ensure_ascii=False)} = "normal"' for each in words)
    return TOP + f'[secrecy]\npath = "doMat"\nwords = {{ {table}, "Hạn chế" = "toimat" }}\n'


CLASSIFIED = '[[event]]\ntype = "document.classified"\nfields = { task_count = "so" }\n'


@pytest.mark.parametrize(
    "word", [*NUMBERED, "Văn bản mật", "Bí mật", "1 - Hạn chế", "Mật, không phổ biến"]
)
def test_no_file_can_call_a_secret_word_normal_whatever_stands_around_it(word: str) -> None:
    with pytest.raises(FileRefused, match="cannot be normal"):
        made(with_normal("Thường", word) + CLASSIFIED)
    if "Hạn chế" not in word:
        listed = f"name = 'x'\nformat = 'edxml'\nown = {{ a = 'ubnd' }}\nnormal_labels = ['{word}']"
        with pytest.raises(FileRefused, match="cannot be normal"):
            made(listed)


def test_nor_can_a_field_that_is_a_level() -> None:
    changed = """
[[event]]
type = "document.secrecy_changed"
fields = { level = { path = "muc", words = { "1 - Mật" = "normal", "0 - Thường" = "normal" } } }
"""
    with pytest.raises(FileRefused, match=r'"1 - Mật" is mat; it cannot be normal'):
        small(changed)
    small(changed.replace('"1 - Mật" = "normal"', '"1 - Mật" = "mat"'))


def test_one_word_with_two_meanings_is_told_as_that() -> None:
    with pytest.raises(FileRefused, match='means something else than "Hạn chế", which is the'):
        made(with_normal("Thường", "HẠN  CHẾ") + CLASSIFIED)


@pytest.mark.parametrize("word", NORMAL)
def test_a_word_that_says_it_is_not_secret_can_be_called_normal(word: str) -> None:
    dialect = made(with_normal(word) + CLASSIFIED)
    body = {"ma": "VB-1", "luc": "2026-03-02T08:00:00", "so": 1}
    assert isinstance(say(dialect, {**body, "doMat": word}), EventsSaid)
    assert secret_level(word) is None
    assert level_of(word) is None
    made(f"name = 'x'\nformat = 'edxml'\nown = {{ a = 'ubnd' }}\nnormal_labels = ['{word}']")


@pytest.mark.parametrize(("word", "level"), NUMBERED.items())
def test_a_numbered_secret_word_is_secret_in_every_dialect(word: str, level: str) -> None:
    body = {"ma": "VB-1", "luc": "2026-03-02T08:00:00", "doMat": "Thường", "so": 1}
    ignoring = small(secrecy=SECRECY.replace('subject = "ma"', 'ignore = ["doMatCu"]'))
    assert say(ignoring, {**body, "doMat": word}) == Secret(level)
    assert say(ignoring, {**body, "doMatCu": word}) == Secret(level)
    assert level_of(word) == level


def test_a_secret_word_of_the_table_is_known_by_another_number_too() -> None:
    body = {"ma": "VB-1", "luc": "2026-03-02T08:00:00", "so": 1}
    dialect = small(secrecy=SECRECY.replace('subject = "ma"', ""))
    assert say(dialect, {**body, "doMat": "4 - Hạn chế"}) == Secret("toimat")


@pytest.mark.parametrize("word", ["Bảo mật thông thường", "Ko - Mật", "Mật ong", "K - Mật"])
def test_a_word_with_more_in_it_is_doubt_and_erases_nothing(word: str) -> None:
    body = {"ma": "VB-1", "luc": "2026-03-02T08:00:00", "doMat": word, "so": 1}
    assert isinstance(say(small(), body, normal=True), Unestablished)


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("V/v X (1 - Mật)", "mat"),
        ("V/v X [2. TỐI MẬT]", "toimat"),
        ("V/v X (I - Mật)", "mat"),
        ("V/v X (Mức 1: Mật) Y", "mat"),
        ("V/v X (Mật - 1)", "mat"),
        ("Độ mật: 3 - Tuyệt mật", "tuyetmat"),
        ("Độ mật: (1) Mật", "mat"),
        ("V/v X (0 - Không mật)", None),
        ("Độ mật: 0 - Không mật", None),
        ("(bi mat)", None),
        ("(1 mật ong)", None),
    ],
)
def test_a_numbered_label_in_a_text_is_one(text: str, level: str | None) -> None:
    assert level_in_text(text) == level
    assert level_in_edxml(text) == level


@pytest.mark.parametrize("text", ["(1", "(Mức", "Độ mật: (1", "(Mật", "(Mật -", "(1 tối", "(1 - "])
def test_blanks_without_end_cost_no_more_than_once(text: str) -> None:
    started = perf_counter()
    assert level_in_text(f"mật: {text}{' ' * 500_000}x") is None
    assert level_in_edxml(f"mật: {text}{' ' * 500_000}x") is None
    assert secret_level(f"{text}{' ' * 500_000}không rõ") is None
    assert perf_counter() - started < 5
