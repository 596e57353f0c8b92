"""Every promise of docs/guarantees.md names tests that are there, in the files that it says."""

from __future__ import annotations

import re

import pytest
from support.pages import ROOT

PAGE = ROOT / "docs" / "guarantees.md"
TESTS = re.compile(r"`([a-z]+/test_\w+\.py)::(test_\w+)`")


def promises() -> list[tuple[str, str]]:
    """The first and the last cell of every row of the page's tables."""
    rows = [
        [cell.strip() for cell in line.strip("|").split(" | ")]
        for line in PAGE.read_text(encoding="utf-8").splitlines()
        if line.startswith("| ") and not line.startswith(("| ---", "| promise"))
    ]
    assert all(len(row) == 3 for row in rows)
    return [(row[0].strip("| "), row[2]) for row in rows]


@pytest.mark.parametrize(("promise", "proof"), promises(), ids=[each[0] for each in promises()])
def test_a_promise_names_tests_that_exist(promise: str, proof: str) -> None:
    named = TESTS.findall(proof)
    assert named, f"nothing proves: {promise}"
    assert TESTS.sub("", proof).strip(", ") == "", "something beside tests is named"
    for file, name in named:
        source = (ROOT / "tests" / file).read_text(encoding="utf-8")
        assert re.search(rf"^ *def {name}\(", source, re.MULTILINE), f"{file} has no {name}"


def test_the_page_promises_something_about_everything() -> None:
    assert len(promises()) > 30
