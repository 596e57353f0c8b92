"""The pages in Vietnamese say what the English ones say, and in the words of the field."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from pathlib import Path

import pytest
from dondoc.rules.event_types import EVENT_TYPES
from support.pages import (
    FIRST,
    FIRST_IN_VIETNAMESE,
    IN_VIETNAMESE,
    code,
    commands,
    fences,
    links,
    prose,
    table,
)

PROGRAMMERS = FIRST_IN_VIETNAMESE.parent / "docs" / "vi" / "lap-trinh-hscv.md"
ELSEWHERE = {FIRST.name, FIRST_IN_VIETNAMESE.name}
LATE = re.compile(r"\b(?:trễ|muộn|chậm)\b", re.IGNORECASE)
"""What docs/glossary.md has nobody say for *quá hạn*."""


def pages_of(page: Path) -> list[str]:
    """The pages that a first page leads to, those in Vietnamese and the other first page left
    out; each once, in their order."""
    named = [link.partition("#")[0] for link in links(page)]
    return list(
        dict.fromkeys(
            link for link in named if link not in ELSEWHERE and not link.startswith("docs/vi/")
        )
    )


def lines_of(page: Path) -> list[str]:
    """Every command line of a page without its comment and the language it asks for."""
    return [
        re.sub(r" --lang vi\b", "", re.sub(r" +#.*", "", line).removeprefix("$ ")).rstrip()
        for fence in fences(page)
        if fence.language in ("sh", "console")
        for line in fence.text.splitlines()
        if fence.language == "sh" or line.startswith("$ ")
    ]


@pytest.mark.parametrize("heading", ["ten", "reference"])
def test_both_first_pages_have_the_same_pages_in_the_same_order(heading: str) -> None:
    english, vietnamese = {
        "ten": ("## Where to read on", "## Đọc tiếp"),
        "reference": ("### Reference", "### Tra cứu"),
    }[heading]
    rows = [row[0] for row in table(FIRST, english)]
    assert [row[0] for row in table(FIRST_IN_VIETNAMESE, vietnamese)] == rows
    assert heading == "reference" or len(rows) == 10


def test_both_first_pages_lead_to_the_same_pages() -> None:
    assert pages_of(FIRST_IN_VIETNAMESE) == pages_of(FIRST)


def test_both_first_pages_have_the_same_commands() -> None:
    assert lines_of(FIRST_IN_VIETNAMESE) == lines_of(FIRST)
    assert any(line.startswith("bash deploy/install.sh") for line in lines_of(FIRST))
    spans = [
        [span for span in code(prose(page)) if span.startswith(("dondoc ", "bash "))]
        for page in (FIRST, FIRST_IN_VIETNAMESE)
    ]
    assert spans[0] == spans[1]


def test_both_first_pages_have_the_same_files_and_the_same_reminder() -> None:
    for language in ("toml", "text"):
        english, vietnamese = (
            [fence.text for fence in fences(page) if fence.language == language]
            for page in (FIRST, FIRST_IN_VIETNAMESE)
        )
        if language == "toml":
            assert [tomllib.loads(text) for text in vietnamese] == [
                tomllib.loads(text) for text in english
            ]
        else:
            assert vietnamese == english


@pytest.mark.parametrize("page", IN_VIETNAMESE[1:], ids=lambda page: page.name)
def test_both_first_pages_lead_to_each_page_in_vietnamese(page: Path) -> None:
    for first in (FIRST, FIRST_IN_VIETNAMESE):
        assert page in [(first.parent / link).resolve() for link in links(first)], first.name


@pytest.mark.parametrize("page", IN_VIETNAMESE, ids=lambda page: page.name)
def test_a_page_in_vietnamese_is_in_nfc_and_says_late_in_one_way(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert unicodedata.is_normalized("NFC", text)
    assert "Ð" not in text
    assert LATE.findall(prose(page)) == []


def test_programmers_are_told_every_type_of_event_once() -> None:
    rows = table(PROGRAMMERS, "## Gửi những gì")
    told = [span for row in rows for span in code(row[1])]
    assert sorted(told) == sorted(f"hscv.{name}" for name in EVENT_TYPES)


def test_there_are_ten_tasks_for_administrators() -> None:
    page = PROGRAMMERS.with_name("quan-tri.md")
    numbers = re.findall(r"^## (\d+)\. ", page.read_text(encoding="utf-8"), re.M)
    assert numbers == [str(number) for number in range(1, 11)]
    assert sum(len(commands(fence)) for fence in fences(page)) > 7
