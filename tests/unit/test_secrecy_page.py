"""docs/secrecy.md names every command that shows or writes what a document says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from dondoc.cli import main
from support.commands import commands

PAGE = Path(__file__).parents[2] / "docs" / "secrecy.md"
NOTHING = {
    "bodies": "bodies of the directory",
    "bodies check": "bodies of the directory",
    "bodies import": "bodies; the file is the reader's own",
    "calendar": "days",
    "check": "settings, bodies and rules",
    "dead drop": "a number",
    "declare": "names of queues",
    "init": "names of files",
    "migrate": "names of migrations",
    "publish": "a number; the file is the reader's own",
    "regulation check": "the law",
    "regulation diff": "the law",
    "regulation list": "the law",
    "regulation show": "the law",
    "reminders check": "rules and bodies of a policy",
    "report verify": "the file is the reader's own",
    "run": "a log without a word of a document",
    "status": "figures",
    "term": "days",
}
"""Commands whose output holds nothing of a document, and what is in it instead."""


@pytest.mark.parametrize("name", [each for each in commands(main) if each not in NOTHING])
def test_a_command_that_shows_documents_is_named_on_the_page_of_secrecy(name: str) -> None:
    page = PAGE.read_text("utf-8")
    first, _, _ = name.partition(" ")
    named = re.findall(r"`(?:dondoc )?([a-z][a-z ]*)[^`]*`", page)
    assert {name, first} & {each.strip() for each in named}, f"say on {PAGE.name} what {name} shows"
