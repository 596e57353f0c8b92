"""What is typed behind a command: names in any spelling of Vietnamese, and bytes that are none."""

from __future__ import annotations

import json
import os
import sqlite3
import unicodedata
from pathlib import Path

import pytest
from support.hscv import event
from support.installation import Installation

SUBJECT = "Đề án 15/ĐA-UBND"
NOT_UTF8 = os.fsdecode(b"\xff")


@pytest.fixture
def installation(tmp_path: Path) -> Installation:
    return Installation(tmp_path, "amqp://127.0.0.1:1/")


@pytest.mark.parametrize(
    "typed",
    [
        unicodedata.normalize("NFD", SUBJECT),
        # The look-alike of another language, which some keyboards give.
        SUBJECT.replace("Đ", "\u00d0"),
    ],
    ids=("letters and their marks apart", "the look-alike of Đ"),
)
def test_a_subject_is_found_by_any_spelling_of_its_letters(
    installation: Installation, typed: str
) -> None:
    file = installation.folder / "events.jsonl"
    file.write_text(json.dumps(event(id="one", subject=SUBJECT)), encoding="utf-8")
    installation.run("replay", str(file))
    assert typed != SUBJECT
    assert "one" in {row["id"] for row in installation.rows("show", typed)}
    listed = installation.rows("list", "--subject", typed)
    assert {row["subject"] for row in listed} == {SUBJECT}
    installation.run("purge", typed, code=3)
    assert SUBJECT in installation.run("show", typed, code=1)


@pytest.mark.parametrize(
    "arguments",
    [
        ("show", NOT_UTF8),
        ("list", "--body", NOT_UTF8),
        ("reprocess", "--rule", NOT_UTF8),
        ("purge", NOT_UTF8),
    ],
    ids=" ".join,
)
def test_bytes_that_are_no_text_are_wrong_usage(
    installation: Installation, arguments: tuple[str, ...]
) -> None:
    assert "is no UTF-8 text" in installation.run(*arguments, code=2)


def test_an_empty_subject_is_wrong_usage_and_redacts_nothing(installation: Installation) -> None:
    installation.run("migrate")
    assert "SUBJECT is empty" in installation.run("purge", "", code=2)
    assert '"redactions": 0' in installation.run("status", "--format", "json")


@pytest.mark.parametrize(
    "arguments",
    [("list", "--rule", "exekution"), ("reprocess", "--dry-run", "--rule", "exekution")],
    ids=" ".join,
)
def test_a_rule_that_nobody_knows_is_told_instead_of_nothing(
    installation: Installation, arguments: tuple[str, ...]
) -> None:
    installation.run("migrate")
    said = installation.run(*arguments, code=1)
    assert "no rule 'exekution'" in said
    assert "execution, open_execution" in said


def test_a_body_that_nobody_knows_is_told_instead_of_nothing(installation: Installation) -> None:
    installation.run("migrate")
    said = installation.run("list", "--body", "TCKHH", code=1)
    assert "the directory has no body 'TCKHH', and nothing is stored of it; like it:" in said
    assert "TCKH" in said.partition("like it:")[2]
    assert all(row["body"] == "TCKH" for row in installation.rows("list", "--body", "TCKH"))


def test_a_body_that_no_directory_has_is_known_while_obligations_have_it(
    installation: Installation,
) -> None:
    data = event()["data"] | {"lead": "XYZ-9"}
    file = installation.folder / "events.jsonl"
    file.write_text(json.dumps(event(data=data)), encoding="utf-8")
    installation.run("replay", str(file))
    assert installation.rows("list", "--body", "XYZ-9")


def test_a_rule_of_an_earlier_law_is_known_while_obligations_have_it(
    installation: Installation,
) -> None:
    file = installation.folder / "events.jsonl"
    file.write_text(json.dumps(event(id="one", subject=SUBJECT)), encoding="utf-8")
    installation.run("replay", str(file))
    with sqlite3.connect(installation.folder / "dondoc.db") as database:
        database.execute("UPDATE obligation SET rule = 'earlier' WHERE subject = ?", (SUBJECT,))
    for command in (("list",), ("reprocess", "--dry-run")):
        rows = installation.rows(*command, "--rule", "earlier")
        assert {row["subject"] for row in rows} == {SUBJECT}
