"""docs/secrecy.md names every command that shows or writes what a document says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from dondoc.cli import main
from support.commands import TELLS_NOTHING, commands

PAGE = Path(__file__).parents[2] / "docs" / "secrecy.md"


@pytest.mark.parametrize("name", [each for each in commands(main) if each not in TELLS_NOTHING])
def test_a_command_that_shows_documents_is_named_on_the_page_of_secrecy(name: str) -> None:
    page = PAGE.read_text("utf-8")
    first, _, _ = name.partition(" ")
    named = re.findall(r"`(?:dondoc )?([a-z][a-z ]*)[^`]*`", page)
    assert {name, first} & {each.strip() for each in named}, f"say on {PAGE.name} what {name} shows"
