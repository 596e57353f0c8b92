"""Every Điều, khoản and điểm of the regulation has an answer, and every rule an article.

The outline (article numbers alone) is data beside the regulation; docs/regulation.md has a row
for each of its entries.
"""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from functools import cache

import pytest
from dondoc.rules.reading.regulation import parse_regulation
from dondoc.rules.regulation import Regulation
from dondoc.rules.rule import Rule
from support.case_law import REGULATION, regulation_data
from support.legal_cases import case_files
from support.pages import ROOT, code, table

PAGE = ROOT / "docs" / "regulation.md"
NOTHING = "–"


@cache
def outline() -> tuple[list[str], list[str]]:
    """The numbers of the decision's articles, and of the regulation's."""
    path = ROOT / "rules" / "regulations" / "02-2015-outline.toml"
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    return data["decision"], data["articles"]


@cache
def regulation() -> Regulation:
    return parse_regulation(regulation_data(REGULATION), REGULATION)


def rows() -> list[tuple[str, ...]]:
    """Number, what it says, rules, and how or why none, of each row."""
    return table(PAGE, "## The regulation")


def cited(text: str) -> list[str]:
    """The numbers in a citation: "Điều 5.1, 6.1.a" is 5.1 and 6.1.a."""
    numbers = re.fullmatch(r"Điều ([\da-zđ., ]+)", text)
    assert numbers, text
    return numbers[1].split(", ")


def test_every_entry_of_the_outline_has_one_row_in_its_order() -> None:
    decision, articles = outline()
    assert [row[0] for row in table(PAGE, "## The decision")] == decision
    assert [row[0] for row in rows()] == articles


def test_no_entry_of_the_outline_stands_there_twice_or_without_what_it_is_part_of() -> None:
    _, articles = outline()
    assert [number for number, times in Counter(articles).items() if times > 1] == []
    parts = {number.rpartition(".")[0] for number in articles} - {""}
    assert parts <= set(articles)


def test_no_row_is_without_an_answer() -> None:
    for number, what, rules, why in (*table(PAGE, "## The decision"), *rows()):
        assert what, number
        assert rules == NOTHING or code(rules), number
        assert why or rules != NOTHING, f"{number}: neither a rule nor a reason"


def test_every_rule_that_a_row_names_exists() -> None:
    known = {rule.id for rule in regulation().rules}
    named = {rule for row in rows() for rule in code(row[2])}
    assert named - known == set()


@pytest.mark.parametrize("rule", regulation().rules, ids=lambda rule: rule.id)
def test_a_rule_stands_in_the_row_of_each_article_that_it_cites(rule: Rule) -> None:
    by_number = {row[0]: code(row[2]) for row in rows()}
    for cite in dict(rule.cite_for).values():
        assert set(cited(cite)) <= set(cited(rule.cite)), f"{rule.id} cites {cite} for some"
    for number in cited(rule.cite):
        assert number in by_number, f"{rule.id} cites {number}, which is not in the outline"
        assert rule.id in by_number[number], f"the row of {number} does not name {rule.id}"


def test_what_a_legal_case_cites_is_in_the_outline() -> None:
    decision, articles = outline()
    known = {*articles, *(f"Quyết định {number}" for number in decision)}
    for path in case_files():
        if path.stem in ("other-regulations", "chuyen-tiep"):
            continue  # they cite other regulations beside this one
        for case in tomllib.loads(path.read_text(encoding="utf-8"))["case"]:
            if REGULATION not in case.get("regulations", [REGULATION]):
                continue
            for part in case["cite"].split("; "):
                of = "Quyết định " if part.startswith("Quyết định") else ""
                text = part.removeprefix("Quyết định, ").removeprefix("Quy chế, ")
                assert {f"{of}{number}" for number in cited(text)} <= known, case["name"]
