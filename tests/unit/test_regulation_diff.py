"""Two files that differ never look the same, and what differs is told in the reader's words."""

from __future__ import annotations

import random
import re
import tomllib
from collections.abc import Callable, Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from dondoc.cli import main
from dondoc.commands.assembly.loading import load_texts
from dondoc.commands.terminal.regulation_phrases import AS_WRITTEN, RegulationPhrases
from dondoc.commands.terminal.words import Words
from dondoc.rules.explaining.regulation_difference import regulation_difference
from dondoc.rules.explaining.regulation_parts import PARTS
from dondoc.rules.explaining.regulation_tables import regulation_rows
from dondoc.rules.places import FileError
from dondoc.rules.reading.regulation import parse_regulation
from support.case_law import FIXTURES
from support.pages import ROOT

LAW = ROOT / "rules" / "regulations" / "02-2015-qd-ubnd.toml"
COMMUNE = LAW.with_name("commune-2025.toml")
REFORM = "reform-2025"
"""No regulation, but what follows on one."""
FILES = [LAW, COMMUNE, *sorted((FIXTURES / "regulations").glob("*.toml"))]
FILES = [file for file in FILES if file.stem != REFORM]
SEED = 17
ENGLISH = re.compile(
    r"\b(the|from|moved|days?|where|unless|overdue|left|each|within|until|month|week|quarter|not|"
    r"never|only|or|and|by|of|if|while|after|target|due|body|office|lead|none|shown|once|clock|"
    r"silence|counts?|readings|every|opened|begun|binds|more|less|fulfilled|green|amber|red|true)\b"
)


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
    assert said(capsys, language, "diff", LAW, file) == [place, change]
    same = {"en": "Nothing differs.", "vi": "Không có gì khác."}[language]
    assert said(capsys, language, "diff", LAW, LAW) == [same]


def said(capsys: pytest.CaptureFixture[str], language: str, *line: str | Path) -> list[str]:
    with pytest.raises(SystemExit) as left:
        main(["--lang", language, "regulation", *map(str, line)])
    assert not left.value.code
    return capsys.readouterr().out.splitlines()


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_cell_of_a_regulation_is_told_in_vietnamese(file: Path) -> None:
    """Names of the file and what it says in its own words stand as they are."""
    regulation = read(tomllib.loads(file.read_text("utf-8")))
    phrases = RegulationPhrases(Words("vi"), load_texts("vi"), regulation)
    rows = [*regulation_rows(regulation)]
    for rows_of in PARTS.values():
        rows += [*rows_of(regulation, "vi")]
    written = {*AS_WRITTEN, "rules", "goes_by"}
    off = {rule.id for rule in regulation.rules if rule.off}
    for row in (each._asdict() for each in rows):
        told = {key: said for key, said in phrases.row(row).items() if key not in written}
        if row.get("id") in off:
            told.pop("notes", None)
        assert not ENGLISH.search(" ".join(map(str, told.values()))), told


OWN = (
    ("en", "working days left: between 0 and 2", "10 working days", "the weekly report"),
    ("en", "the matter is complicated", "15 working days from the assignment", "due soon"),
    ("vi", "số ngày làm việc còn lại: từ 0 đến 2", "10 ngày làm việc", "báo cáo tuần"),
    ("vi", "vụ việc phức tạp", "15 ngày làm việc kể từ ngày giao nhiệm vụ", "Sắp đến hạn"),
)


@pytest.mark.parametrize("line", [("show",), ("check", "--rules")], ids=lambda line: line[0])
@pytest.mark.parametrize(("language", "one", "two", "three"), OWN)
def test_what_stands_beside_the_rules_is_shown_with_them(
    line: tuple[str, ...],
    language: str,
    one: str,
    two: str,
    three: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Extension, lights, reports by name, own conditions and default deadlines."""
    name, *options = line
    out = "\n".join(said(capsys, language, name, COMMUNE, *options))
    assert all(each in out for each in (one, two, three)), out


def commune(change: Callable[[dict[str, Any]], None]) -> list[tuple[str, ...]]:
    """What differs where *change* is made to the model for communes."""
    data = tomllib.loads(COMMUNE.read_text("utf-8"))
    old = read(deepcopy(data))
    change(data)
    return [*regulation_difference(old, read(data))]


def test_a_light_is_told_by_its_colour_with_the_keys_of_the_file() -> None:
    def wider(data: dict[str, Any]) -> None:
        data["light"][0]["working_days_left"]["from"] = 4
        data["light"][1]["working_days_left"]["to"] = 3

    assert commune(wider) == [
        ("changed", "light[green]", "working_days_left", "3 and more", "4 and more"),
        ("changed", "light[amber]", "working_days_left", "between 0 and 2", "between 0 and 3"),
    ]

    def another_colour(data: dict[str, Any]) -> None:
        data["light"][1]["colour"] = "red"

    gone, come = commune(another_colour)[:2]
    assert [gone[:2], come[:2]] == [("removed", "light[amber]"), ("changed", "light[red]")]

    def none(data: dict[str, Any]) -> None:
        del data["light"]

    assert [each[0] for each in commune(none)] == ["removed"] * 5


def test_an_extension_is_told_once() -> None:
    def longer(data: dict[str, Any]) -> None:
        data["extension"]["days"] = 12

    assert commune(longer) == [("changed", "extension", "days", "10", "12")]

    def none(data: dict[str, Any]) -> None:
        del data["extension"]

    ((change, place, key, old, new),) = commune(none)
    assert (change, place, key, new) == ("removed", "extension", "", "")
    assert old.startswith("at most 1, each of 10 working days at most, by Điều 6.3; ")


def test_a_due_date_without_a_target_of_its_own_is_told_once() -> None:
    def later(data: dict[str, Any]) -> None:
        for rule in data["rule"]:
            if rule["id"] == "receipt":
                rule["due"]["days"] = 2
                rule["exception"][0]["due"]["hours"] = 8
            if rule["id"] == "monthly_report":
                rule["period"][0]["due"]["day"] = 20

    assert [each[1:3] for each in commune(later)] == [
        ("rule[receipt]", "due"),
        ("rule[receipt]", "exception[urgent].due"),
        ("rule[monthly_report]", "period[month].due"),
    ]


def test_another_number_of_a_regulation_is_told_once() -> None:
    old = tomllib.loads(COMMUNE.read_text("utf-8"))
    del old["cited_as"], old["cited_short"]
    new = {**old, "id": "13/2026/QC-XA"}
    assert [each.key for each in regulation_difference(read(old), read(new))] == ["id"]
