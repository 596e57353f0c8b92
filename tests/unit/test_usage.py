"""What is typed wrongly is told in both languages, with what may have been meant."""

from __future__ import annotations

import pytest
from dondoc.commands.terminal.usage import likest
from support.telling import told

HINTS = {"en": "Try 'dondoc{} --help' for help.", "vi": "Xem trợ giúp: 'dondoc{} --help'."}
KINDS = "'document', 'feedback', 'inspection', 'petition'"
NO_KIND = (
    f"'Documnt' is not one of {KINDS}. Did you mean 'document'?",
    f"'Documnt' không thuộc các giá trị {KINDS}. Có phải ý bạn là 'document'?",
)


@pytest.mark.parametrize(
    ("line", "command", "english", "vietnamese"),
    [
        (
            "stat",
            "",
            "No such command 'stat'. Did you mean 'status'?",
            "Không có lệnh 'stat'. Có phải ý bạn là 'status'?",
        ),
        ("xyz", "", "No such command 'xyz'.", "Không có lệnh 'xyz'."),
        (
            "dead lst",
            " dead",
            "No such command 'lst'. Did you mean 'list'?",
            "Không có lệnh 'lst'. Có phải ý bạn là 'list'?",
        ),
        (
            "term --workingdays 5",
            " term",
            "No such option '--workingdays'. Did you mean '--working-days'?",
            "Không có tùy chọn '--workingdays'. Có phải ý bạn là '--working-days'?",
        ),
        (
            "--databse x list",
            "",
            "No such option '--databse'. Did you mean '--database'?",
            "Không có tùy chọn '--databse'. Có phải ý bạn là '--database'?",
        ),
        (
            "purge x --kind Documnt",
            " purge",
            f"Invalid value for '--kind': {NO_KIND[0]}",
            f"Giá trị không hợp lệ cho '--kind': {NO_KIND[1]}",
        ),
        (
            "dead list --limit many",
            " dead list",
            "Invalid value for '--limit': 'many' is not a whole number from 1 to 10000.",
            "Giá trị không hợp lệ cho '--limit': 'many' không phải là số nguyên từ 1 đến 10000.",
        ),
        (
            "dead list --limit 0",
            " dead list",
            "Invalid value for '--limit': '0' is not a whole number from 1 to 10000.",
            "Giá trị không hợp lệ cho '--limit': '0' không phải là số nguyên từ 1 đến 10000.",
        ),
        (
            "dead list --limit",
            " dead list",
            "Option '--limit' requires an argument.",
            "Tùy chọn '--limit' cần có giá trị.",
        ),
        (
            "dead drop --yes=1",
            " dead drop",
            "Option '--yes' does not take a value.",
            "Tùy chọn '--yes' không nhận giá trị.",
        ),
        ("term", " term", "Missing argument 'DAY'.", "Thiếu đối số 'NGÀY'."),
        (
            "term 2026-03-02",
            " term",
            "Missing option '--working-days'.",
            "Thiếu tùy chọn '--working-days'.",
        ),
        (
            "declare 2026 2027",
            " declare",
            "Got unexpected extra arguments (2026 2027)",
            "Thừa đối số (2026 2027)",
        ),
        ("dead --lang {}", " dead", "Missing command.", "Thiếu tên lệnh."),
    ],
)
def test_wrong_usage_is_told_in_the_language_that_is_asked_for(
    line: str, command: str, english: str, vietnamese: str
) -> None:
    for language, text, error in (("en", english, "Error"), ("vi", vietnamese, "Lỗi")):
        code, lines = told(*line.format(language).split(), lang=language)
        assert code == 2
        assert lines[-1] == f"{error}: {text}"
        assert lines[-3] == HINTS[language].format(command)
        assert lines[0].startswith({"en": "Usage: dondoc", "vi": "Cách dùng: dondoc"}[language])


def test_a_word_is_like_another_whatever_its_case() -> None:
    assert likest("tckhh", ["VP", "TCKH"]) == ["TCKH"]
    assert likest("VPP", ["vp", "x"]) == ["vp"]
    assert likest("zzz", ["vp", "x"]) == []


def test_what_stands_behind_two_dashes_is_no_option_of_ours() -> None:
    _, lines = told("show", "--", "--lang", "vi", lang="en")
    assert lines[-1] == "Error: Got unexpected extra arguments (vi)"
