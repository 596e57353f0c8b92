"""Officials read one word for one thing, in alerts, dashboards, reminders and the documentation."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from support.pages import PAGES, ROOT

ALERTS = ROOT / "deploy" / "prometheus" / "alerts.yml"
DASHBOARDS = sorted(ROOT.glob("deploy/grafana/json/*.json"))
TEXTS = ROOT / "rules" / "texts" / "vi.toml"
COMMANDS = ROOT / "commands" / "texts" / "vi.toml"
SENTENCES = COMMANDS.with_name("vi-sentences.toml")

WORDS = {
    "nhắc việc": r"nhắc (?!việc|trước đây)\w+|(?:thư|lời|tin|giấy) nhắc",
    "không có nơi nhận": r"không có người nhận|không ai nhận|không có ai nhận",
    "sự kiện lỗi": r"hỏng|sai định dạng|(?:thư|tin|hàng đợi) lỗi|sự kiện (?:sai|hư)",
    "bí mật nhà nước": r"bí mật quốc gia",
    "sự kiện mật": r"(?:tin|văn bản|thông điệp) mật\b",
    "cách đây": r"tuổi (?:của )?số liệu",
    "dondoc": r"(?:dịch vụ|tiến trình|hệ thống|phần mềm) đôn đốc",
}
"""What is said, and what is not said for the same thing."""


def other_words(text: str) -> list[str]:
    """What *text* says in other words than `WORDS`."""
    return [found for other in WORDS.values() for found in re.findall(other, text.lower())]


@pytest.mark.parametrize("file", [ALERTS, *DASHBOARDS, TEXTS, *PAGES], ids=lambda file: file.name)
def test_one_thing_has_one_word(file: Path) -> None:
    assert other_words(" ".join(file.read_text(encoding="utf-8").split())) == []


@pytest.mark.parametrize(
    "word", ["nhắc việc", "không có nơi nhận", "sự kiện lỗi", "cách đây", "tiến trình dondoc"]
)
def test_alerts_and_dashboards_use_the_same_word(word: str) -> None:
    assert word in ALERTS.read_text(encoding="utf-8").lower()
    assert any(word in file.read_text(encoding="utf-8").lower() for file in DASHBOARDS)


def test_commands_call_a_dead_letter_as_alerts_do() -> None:
    text = COMMANDS.read_text(encoding="utf-8").lower()
    assert "sự kiện lỗi" in text
    assert "thư chết" not in text


@pytest.mark.parametrize("file", [COMMANDS, SENTENCES], ids=lambda file: file.name)
def test_commands_call_a_message_and_a_dialect_as_the_pages_do(file: Path) -> None:
    text = file.read_text(encoding="utf-8").lower()
    assert "bản tin" in text
    assert "cách ghi" in text
    assert re.findall(r"thông[ _]điệp|phương ngữ", text) == []


@pytest.mark.parametrize(
    "text",
    [
        *("Thư nhắc chờ gửi", "5 lời nhắc không có nơi nhận", "việc nhắc hạn bị chậm"),
        *("Sự kiện hỏng chờ xử lý", "Sai định dạng", "Còn 3 thư lỗi", "HSCV gửi văn bản mật"),
        *("Tuổi của số liệu (giây)", "Một tiến trình đôn đốc không trả lời"),
    ],
)
def test_another_word_for_the_same_thing_is_found(text: str) -> None:
    assert other_words(text)
