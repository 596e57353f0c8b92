"""Two files that differ never look the same, and what differs is told in the reader's words."""

from __future__ import annotations

import random
import re
import tomllib
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from dondoc.cli import main
from dondoc.commands.terminal.sentences import phrased
from dondoc.rules.explaining.regulation_difference import regulation_difference
from dondoc.rules.explaining.regulation_tables import regulation_rows
from dondoc.rules.places import FileError
from dondoc.rules.reading.regulation import parse_regulation
from support.case_law import FIXTURES
from support.pages import ROOT

LAW = ROOT / "rules" / "regulations" / "02-2015-qd-ubnd.toml"
REFORM = "reform-2025"
"""No regulation, but what follows on one."""
FILES = [LAW, *sorted((FIXTURES / "regulations").glob("*.toml"))]
FILES = [file for file in FILES if file.stem != REFORM]
SEED = 17
ENGLISH = re.compile(r"\b(from the|moved|days?|where|unless|overdue|left to|each|within|until)\b")


def leaves(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    inside: Any = ()
    if isinstance(value, dict):
        inside = value.items()
    elif isinstance(value, list):
        inside = enumerate(value)
    else:
        yield path
    for key, each in inside:
        yield from leaves(each, (*path, key))


def changed(data: dict[str, Any], path: tuple[str | int, ...]) -> dict[str, Any]:
    """*data* with something else in the place *path*."""
    new = deepcopy(data)
    place: Any = new
    for step in path[:-1]:
        place = place[step]
    value = place[path[-1]]
    if isinstance(value, bool):
        place[path[-1]] = not value
    elif isinstance(value, int):
        place[path[-1]] = value + 1
    elif isinstance(value, str):
        place[path[-1]] = f"{value}x"
    else:
        place[path[-1]] = value.replace(year=value.year + 1)
    return new


def without(data: dict[str, Any], path: tuple[str | int, ...]) -> dict[str, Any]:
    """*data* without the key *path*."""
    new = deepcopy(data)
    place: Any = new
    for step in path[:-1]:
        place = place[step]
    del place[path[-1]]
    return new


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_two_different_files_never_give_an_empty_difference(file: Path) -> None:
    data = tomllib.loads(file.read_text("utf-8"))
    old = parse_regulation(data, "old")
    chance, told = random.Random(SEED), 0
    places = list(leaves(data))
    for path in chance.sample(places, min(len(places), 60)):
        for new in (changed(data, path), without(data, path)):
            try:
                read = parse_regulation(new, "new")
            except FileError:
                continue
            told += 1
            assert regulation_difference(old, read), (SEED, path)
            assert regulation_difference(read, old), (SEED, path)
    assert told > 5


def read(data: dict[str, Any]) -> Any:
    return parse_regulation(data, "x")


def test_a_rule_of_another_id_and_one_in_another_order_are_told_as_such() -> None:
    text = LAW.read_text("utf-8")
    old = read(tomllib.loads(text))
    renamed = read(tomllib.loads(text.replace('"review"', '"looking_over"')))
    (found,) = regulation_difference(old, renamed)
    assert (found.change, found.old, found.new) == ("renamed", "review", "looking_over")
    data = tomllib.loads(text)
    data["rule"].append(data["rule"].pop(-2))
    (found,) = regulation_difference(old, read(data))
    assert (found.place, found.key) == ("regulation", "rule")
    assert found.new.endswith(f", {data['rule'][-1]['id']}")


def test_what_is_only_written_otherwise_is_told_as_that() -> None:
    text = LAW.read_text("utf-8")
    written = text.replace('per = "delivery"', 'per = ["delivery"]')
    (found,) = regulation_difference(read(tomllib.loads(text)), read(tomllib.loads(written)))
    assert (found.place, found.key) == ("regulation", "digest")


@pytest.mark.parametrize(
    ("language", "place", "change"),
    [
        (
            "en",
            "rule[review] Điều 6.2.b, Rà soát, đối chiếu thông tin nhiệm vụ:",
            "  due: 1 working day from the opening → 3 working days from the opening",
        ),
        (
            "vi",
            "rule[review] Điều 6.2.b, Rà soát, đối chiếu thông tin nhiệm vụ:",
            (
                "  due (thời hạn): 1 ngày làm việc kể từ ngày phát sinh → 3 ngày làm việc"
                " kể từ ngày phát sinh"
            ),
        ),
    ],
)
def test_what_changes_is_told_in_words(
    language: str, place: str, change: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "new.toml"
    head, mark, rest = LAW.read_text("utf-8").partition('id = "review"')
    due = 'due = { kind = "working_days", days = 1 }'
    assert due in rest
    file.write_text(head + mark + rest.replace(due, due.replace("1", "3"), 1), "utf-8")
    assert said(capsys, language, LAW, file) == [place, change]
    same = {"en": "Nothing differs.", "vi": "Không có gì khác."}[language]
    assert said(capsys, language, LAW, LAW) == [same]


def said(capsys: pytest.CaptureFixture[str], language: str, old: Path, new: Path) -> list[str]:
    with pytest.raises(SystemExit) as left:
        main(["--lang", language, "regulation", "diff", str(old), str(new)])
    assert not left.value.code
    return capsys.readouterr().out.splitlines()


@pytest.mark.parametrize("file", FILES[:1], ids=lambda file: file.stem)
def test_every_phrase_of_the_regulation_that_ships_has_words_in_vietnamese(file: Path) -> None:
    for row in regulation_rows(read(tomllib.loads(file.read_text("utf-8")))):
        for text in (row.opens, row.fulfilled_by):
            told = phrased("vi", text, {})
            assert not ENGLISH.search(told), told
