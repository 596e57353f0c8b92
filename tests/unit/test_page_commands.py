"""What pages tell other programs is run by a test, or is marked as not run with the reason."""

from __future__ import annotations

import re

import pytest
from support.pages import PAGES, ROOT, Fence, fences, mark, of_others

BLOCKS = [fence for page in PAGES for fence in fences(page)]

TOLD = [fence for fence in BLOCKS if of_others(fence)]
RUNNER = "tests/acceptance/test_page_commands.py"
PROGRAMS = re.compile(
    r"^\s*(?:\$ )?(?:bash|sh|sudo|python3?|pip|apt(?:-get)?|docker|kubectl|systemctl|journalctl|"
    r"rabbitmq\w+|psql|pg_\w+|curl|promtool|amtool|useradd|install|git|npm|php|java\w*|dotnet) \S",
    re.MULTILINE,
)
MENDING = f"""

Put one of these on the line before the block:
  <!-- run by tests/PATH.py -->    a test that runs it, and that names the page or the longest word
                                   of each line; {RUNNER}
                                   runs what is marked with its name, on private servers
  <!-- not run: REASON -->         why no test can run it
"""


@pytest.mark.parametrize("fence", TOLD, ids=str)
def test_what_a_page_tells_other_programs_is_run_or_marked_as_not_run(fence: Fence) -> None:
    said = mark(fence)
    lines = "\n".join(f"  {line}" for line in of_others(fence))
    assert said is not None, f"{fence}: is this run by a test?\n{lines}{MENDING}"
    how, what = said
    if how == "not run:":
        assert len(what.split()) > 2, f"{fence}: `{what}` is no reason{MENDING}"
        return
    test = ROOT / what
    assert test.is_file(), f"{fence}: there is no {what}{MENDING}"
    text = test.read_text(encoding="utf-8")
    if what == RUNNER or fence.page.name in text:
        return
    for line in of_others(fence):
        told = longest(line) in text
        assert told, f"{fence}: {what} does not run `{line}`{MENDING}"


def longest(line: str) -> str:
    """The longest word of *line* that is not an option."""
    words = [word.strip("'\"") for word in line.split() if not word.startswith("-")]
    return max(words, key=len)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_commands_stand_in_blocks_that_are_looked_at(page: object) -> None:
    for fence in BLOCKS:
        if fence.page != page or fence.language in ("sh", "console"):
            continue
        found = PROGRAMS.search(fence.text)
        assert found is None, f"{fence}: `{found[0]}…` belongs into a block ```sh"
        assert fence.language != "bash", f"{fence}: write ```sh, which tests look at"


def test_there_are_blocks_that_are_run_and_blocks_that_are_not() -> None:
    assert {said[0] for said in map(mark, TOLD) if said} == {"run by", "not run:"}
