"""docs/dialects.md and docs/change-capture.md work as they are written."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path

import pytest
from dondoc.connector.dialects.files.dialect_file import FORMATS, KEYS, SECRECY_KEYS
from dondoc.connector.dialects.files.edxml_file import KEYS as EDXML_KEYS
from dondoc.connector.dialects.files.event_tables import KEYS as EVENT_KEYS
from dondoc.connector.dialects.files.reading_tables import KEYS as READING_KEYS
from dondoc.connector.dialects.files.reading_tables import OTHERS
from dondoc.connector.dialects.times import NAMED, PARTS
from dondoc.connector.dialects.views import EXTRA
from support.dialects import DOCS, SECRECY, TOP, made, said

PAGE = (Path(__file__).parents[3] / "docs" / "dialects.md").read_text(encoding="utf-8")
ROWS = (Path(__file__).parents[3] / "docs" / "change-capture.md").read_text(encoding="utf-8")


def blocks(page: str, language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", page, re.DOTALL)


def test_the_first_ten_lines_read_the_first_message() -> None:
    first, message = blocks(PAGE, "toml")[0], blocks(PAGE, "json")[0]
    assert len(first.splitlines()) == 10
    (event,) = said(made(first), json.loads(message))
    assert (event.type, event.subject) == ("task.accepted", "VB-31")
    assert event.time.isoformat() == "2026-03-03T09:30:00+07:00"
    assert event.data == {"task_id": "NV-1", "body": "PYT"}


def test_every_other_example_is_accepted() -> None:
    for block in blocks(PAGE, "toml")[1:]:
        # Of the settings, which name the file.
        if not block.startswith("[[source]]"):
            made(TOP + SECRECY + block)


def test_units_that_share_a_task_have_each_its_own_deadline() -> None:
    top = blocks(PAGE, "toml")[0].partition("[[event]]")[0]
    (rules,) = [each for each in blocks(PAGE, "toml") if "vaiTro" in each and "{maNhiemVu}" in each]
    (messages,) = [each for each in blocks(PAGE, "json") if "vaiTro" in each]
    given, done = re.split(r"\n(?=\{\"maVanBan)", messages.strip())
    assigned = said(made(top + rules), json.loads(given))
    assert [
        (each.data["task_id"], each.data["lead"], each.data["due_on"]) for each in assigned
    ] == [
        ("NV-1/KT", "KT", "2026-03-10"),
        ("NV-1/YT", "YT", "2026-03-20"),
    ]
    (completed,) = said(made(top + rules), json.loads(done))
    assert completed.data["task_id"] == "NV-1/KT"


@pytest.mark.parametrize(
    "word",
    [
        *sorted(set(KEYS) - {"secrecy", "words", "bodies", "nothing", "event"}),
        *SECRECY_KEYS,
        *FORMATS,
        *NAMED,
        *PARTS,
    ],
)
def test_every_key_format_and_pattern_is_on_the_page(word: str) -> None:
    assert f"`{word}`" in PAGE or f'`["{word}"]`' in PAGE


@pytest.mark.parametrize(
    "word",
    [
        *READING_KEYS,
        *OTHERS[1:],
        *EVENT_KEYS,
        *EDXML_KEYS,
        *sorted(EXTRA["json"]),
        *sorted(EXTRA["debezium"]),
    ],
)
def test_every_word_of_a_rule_and_a_reading_is_on_a_page(word: str) -> None:
    assert re.search(rf"\b{word}\b", PAGE + ROWS)


def test_every_dialect_and_its_messages_are_linked() -> None:
    for path in DOCS.iterdir():
        linked = f"dialects/{path.name}" in PAGE + ROWS
        assert linked or (path.suffix == ".jsonl" and f"dialects/{path.stem}.toml" in PAGE)


def test_the_table_of_tables_is_that_of_the_example() -> None:
    rules = tomllib.loads((DOCS / "rows.toml").read_text(encoding="utf-8"))["event"]
    schema = ROWS.partition("## A typical schema")[2].partition("## The outbox")[0]
    for rule in rules:
        (line,) = [
            each for each in schema.splitlines() if f"| `{rule['when']['@table']}` |" in each
        ]
        assert f"`{rule['type']}`" in line
