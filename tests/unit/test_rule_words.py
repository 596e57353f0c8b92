"""What a rule says in words, of every rule and in both languages, on a terminal and as JSON."""

from __future__ import annotations

import json
from typing import Any

import pytest
from dondoc.commands.terminal import rule_tables
from dondoc.commands.terminal.widths import width_of
from dondoc.rules.explaining.rule_words import RuleInWords, in_words
from dondoc.rules.reading.regulation import parse_regulation
from dondoc.rules.regulation import Regulation
from dondoc.rules.rule import COUNTED_KINDS
from support.case_law import FIXTURES, REGULATION, regulation_data
from support.explaining import LANGUAGES
from support.pages import ROOT
from support.stories import texts
from support.telling import told

FILES = (
    *(REGULATION, "nd138", "calendar-days", "citizens", "successor-with-clauses", "dates"),
    *("default-deadline", "extensions", "petitions", "hours", "paused-hours", "acceptance"),
)


def regulation(name: str) -> Regulation:
    """The regulation of that file."""
    return parse_regulation(regulation_data(name), f"{name}.toml")


def said(of: Regulation, language: str = "vi") -> dict[str, RuleInWords]:
    return {each.id: each for each in in_words(of, texts(language))}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", FILES)
def test_every_rule_says_what_opens_it_by_when_and_what_fulfils_it(
    name: str, language: str
) -> None:
    of = regulation(name)
    found = said(of, language)
    assert [*found] == [rule.id for rule in of.rules]
    nothing = texts(language).templates["explain.rule.nothing"]
    for rule in of.rules:
        words = found[rule.id]
        assert words.opens, rule.id
        assert words.fulfilled != nothing, rule.id
        no_term = texts(language).templates["explain.rule.no_term"]
        assert (words.due == no_term) == (not rule.has_clock), rule.id
        if language == "vi":
            for english in (" the ", " day ", "month", "task.", "working"):
                assert english not in f"{words.opens} {words.due} {words.fulfilled}" or rule.off


def test_the_words_are_those_of_the_file() -> None:
    found = said(regulation(REGULATION))
    assert found["review"].due == "1 ngày làm việc kể từ ngày phát sinh"
    assert found["execution"] == RuleInWords(
        "execution",
        "Điều 4.1, 10.2.a",
        "Thực hiện nhiệm vụ có thời hạn",
        "giao nhiệm vụ / điều chỉnh thời hạn nhiệm vụ / giao lại nhiệm vụ cho cơ quan khác "
        "(nhiệm vụ có thời hạn)",
        "thời hạn được ấn định, trùng ngày nghỉ thì chuyển sang ngày làm việc liền sau",
        "báo hoàn thành nhiệm vụ / cập nhật tình hình thực hiện (tình trạng: đã hoàn thành)",
    )
    assert found["urging"].opens == "quá hạn: Thực hiện nhiệm vụ có thời hạn"
    assert found["inspection_summary"].opens == "hằng tháng (chỉ kỳ 6, 11)"
    assert "hằng tháng: ngày 10 của tháng thứ 2 tính từ đầu kỳ" in found["body_report"].due
    assert found["inspection_summary"].due.endswith("ngày cuối của tháng thứ 1 tính từ đầu kỳ")


def test_weeks_days_before_and_days_that_move_back_are_said() -> None:
    found = said(regulation("dates"))
    assert found["difficulty_told"].due == "trước ngày nhiệm vụ đến thời hạn 3 ngày làm việc"
    assert found["answer"].due.endswith("lùi về ngày làm việc liền trước")
    assert found["weekly_report"].due.startswith("hằng tuần: thứ Ba của tuần thứ 2 tính từ đầu kỳ")


def test_a_report_is_called_as_the_file_calls_it() -> None:
    found = {each: said(regulation("commune-2025"), each)["weekly_report"] for each in LANGUAGES}
    assert found["vi"].fulfilled == "gửi báo cáo (loại báo cáo: báo cáo tuần)"
    assert "the weekly report" in found["en"].fulfilled
    # A file that only lists names has no others for them.
    assert "weekly" not in said(regulation(REGULATION))["body_report"].fulfilled


def test_hours_are_counted_from_a_moment_and_not_from_a_day() -> None:
    found = said(regulation("hours"))
    assert found["receipt"].due == "4 giờ làm việc kể từ lúc phát sinh"
    english = said(regulation("hours"), "en")
    assert english["receipt"].due == "working hours: 4, from the moment of the opening"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", sorted(COUNTED_KINDS))
def test_each_kind_of_term_that_is_counted_has_words(kind: str, language: str) -> None:
    text = texts(language).fill(f"explain.rule.term.{kind}", number=3, start="X")
    assert "3" in text
    assert "X" in text


@pytest.mark.parametrize("width", ["60", "100", "160", "300"])
def test_a_table_is_as_wide_as_the_terminal_and_nothing_of_it_is_cut(
    width: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", width)
    of = regulation(REGULATION)
    lines = rule_tables.rule_table(of)
    assert max(map(width_of, lines)) <= min(int(width), 160)
    # Column by column, since cells stand beside each other.
    text = "".join("\n".join(lines).split())
    assert "…" not in text
    for rule in of.rules:
        assert rule.id[:10] in text


def test_a_regulation_that_is_checked_is_shown_rule_by_rule() -> None:
    code, lines = told("regulation", "check", str(_file()), "--rules", lang="vi")
    assert code == 0
    text = "\n".join(lines)
    for heading in ("quy tắc", "phát sinh khi", "thời hạn", "hoàn thành khi"):
        assert heading in text
    assert "classification" in text
    assert len(told("regulation", "check", str(_file()), lang="vi")[1]) == 1


def test_check_says_the_rules_of_each_regulation_in_force_as_json(tmp_path: Any) -> None:
    settings = tmp_path / "dondoc.toml"
    settings.write_text(
        f'[tracking]\nregulations = ["{_file()}", "{_file("citizens")}"]\nbodies = "sample"\n'
        f'[database]\nurl = "sqlite:///{tmp_path}/none.db"\n[broker]\nurl = "amqp://127.0.0.1:1/"\n'
    )
    line = ("--config", str(settings), "check", "--format", "json")
    found = json.loads("\n".join(told(*line, lang="en")[1]))
    assert {each["mark"] for each in found["findings"]} <= {"fine", "mend", "unsure"}
    ids = [each["id"] for each in found["regulations"]]
    assert ids == ["02/2015/QĐ-UBND", "27/2026/QĐ-UBND"]  # the second since 1/3/2026
    (rule,) = [each for each in found["regulations"][0]["rules"] if each["id"] == "review"]
    assert rule["due"] == "working days: 1, from the opening"
    assert {*rule} == {"id", "cite", "title", "opens", "due", "fulfilled"}


def _file(name: str = "") -> Any:

    if name:
        return FIXTURES / "regulations" / f"{name}.toml"
    return ROOT / "rules" / "regulations" / f"{REGULATION}.toml"
