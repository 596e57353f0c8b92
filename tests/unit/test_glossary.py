"""docs/glossary.md: each word once, in order, and each where the page says that it lives."""

from __future__ import annotations

import ast
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PARTS = ("commands", "connector", "mail", "metrics", "reports", "rules", "sample", "storage")
ROW = re.compile(r"\| ([^|]+) \| ([^|]+) \| ([^|]+) \| `([^`]+)`: `([^`]+)` \|")
TWICE: frozenset[str] = frozenset()
"""Public classes whose name two modules still share. It must only shrink."""


def rows() -> list[tuple[str, str, str, str, str]]:
    lines = (ROOT / "docs" / "glossary.md").read_text("utf-8").splitlines()
    table = [line for line in lines if line.startswith("| ")][2:]
    found = [ROW.fullmatch(line) for line in table]
    assert all(found), [line for line, row in zip(table, found, strict=True) if row is None]
    return [(row[1], row[2], row[3], row[4], row[5]) for row in found if row is not None]


def names_in(path: Path) -> Iterator[str]:
    """What a module defines, at its top or as an annotated field, and the words that it quotes."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ClassDef | ast.FunctionDef):
            yield node.name
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            named = (each for one in targets for each in ast.walk(one))
            yield from (each.id for each in named if isinstance(each, ast.Name))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def test_no_word_stands_there_twice_and_all_are_in_order() -> None:
    words = [word for word, *_ in rows()]
    assert len(words) > 100
    assert [word for word, count in Counter(map(str.casefold, words)).items() if count > 1] == []
    assert words == sorted(words, key=str.casefold)


@pytest.mark.parametrize("row", rows(), ids=lambda row: str(row[0]))
def test_a_word_lives_where_the_page_says(row: tuple[str, str, str, str, str]) -> None:
    *_, module, name = row
    path = ROOT / module
    assert path.is_file(), module
    if path.suffix == ".py":
        assert name in set(names_in(path)), f"{module} has no {name}"
    else:
        assert f'id = "{name}"' in path.read_text("utf-8")


@pytest.mark.parametrize("row", rows(), ids=lambda row: str(row[0]))
def test_a_meaning_is_a_few_words(row: tuple[str, str, str, str, str]) -> None:
    assert len(row[2].split()) <= 20


def public_classes() -> dict[str, list[str]]:
    """Where each public class, or name of a type, is defined."""
    found: dict[str, list[str]] = defaultdict(list)
    for part in PARTS:
        for path in sorted((ROOT / part).rglob("*.py")):
            for node in ast.parse(path.read_text("utf-8")).body:
                if isinstance(node, ast.ClassDef):
                    name = node.name
                elif (
                    isinstance(node, ast.AnnAssign) and ast.unparse(node.annotation) == "TypeAlias"
                ):
                    name = ast.unparse(node.target)
                else:
                    continue
                if not name.startswith("_"):
                    found[name].append(str(path.relative_to(ROOT)))
    return found


def test_a_public_class_has_its_name_to_itself() -> None:
    shared = {name: places for name, places in public_classes().items() if len(places) > 1}
    assert {name: places for name, places in shared.items() if name not in TWICE} == {}
    assert shared.keys() >= TWICE, "no longer shared: take it out of the list"
