"""The directory: who exists when, who answers for whom, and what is refused."""

from __future__ import annotations

import tomllib
from datetime import date, timedelta
from pathlib import Path

import pytest
from dondoc.rules.directory import Directory
from dondoc.rules.places import FileError
from dondoc.rules.reading.directory import parse_directory

FIXTURES = Path(__file__).parents[1] / "fixtures" / "bodies"
LAST_DAY = date(2025, 6, 30)
NEXT_DAY = LAST_DAY + timedelta(days=1)

# The district level ended on 1/7/2025; one department was merged twice.
REFORM = """
[[body]]
code = "VP"
name = "Văn phòng HĐND và UBND huyện"
kind = "office"
valid_to = 2025-06-30
successor = "VX"

[[body]]
code = "VX"
name = "Văn phòng HĐND và UBND xã"
kind = "office"
valid_from = 2025-07-01

[[body]]
code = "TP"
name = "Phòng Tư pháp"
kind = "department"
valid_to = 2020-12-31
successor = "NV"

[[body]]
code = "NV"
name = "Phòng Nội vụ"
kind = "department"
valid_to = 2025-06-30
successor = "VX"
"""


@pytest.fixture
def directory() -> Directory:
    return parse_directory(tomllib.loads(REFORM), "bodies.toml")


@pytest.mark.parametrize("path", sorted(FIXTURES.glob("*.toml")), ids=lambda path: path.stem)
def test_a_malformed_directory_is_refused_in_one_line_that_names_file_and_place(
    path: Path,
) -> None:
    text = path.read_text(encoding="utf-8")
    expected = text.partition("\n")[0].removeprefix("# refused: ")
    with pytest.raises(FileError) as refused:
        parse_directory(tomllib.loads(text), "bodies.toml")
    assert str(refused.value) == f"bodies.toml: {expected}"


def test_the_office_changes_with_the_day(directory: Directory) -> None:
    assert directory.office(LAST_DAY) == "VP"
    assert directory.office(NEXT_DAY) == "VX"
    assert directory.gap_in_office(date(2015, 1, 1), date(2030, 1, 1)) is None


def test_a_day_without_an_office_is_found() -> None:
    gone = REFORM.replace("valid_from = 2025-07-01", "valid_from = 2025-07-03")
    directory = parse_directory(tomllib.loads(gone), "bodies.toml")
    assert directory.gap_in_office(date(2025, 1, 1), date(2025, 12, 31)) == NEXT_DAY
    assert directory.gap_in_office(date(2025, 7, 3), date(2025, 12, 31)) is None
    assert directory.office(NEXT_DAY) is None


def test_a_successor_answers_from_the_day_after_along_the_chain(directory: Directory) -> None:
    assert directory.answerable("NV", LAST_DAY) == "NV"
    assert directory.answerable("NV", NEXT_DAY) == "VX"
    assert directory.answerable("TP", date(2020, 12, 31)) == "TP"
    assert directory.answerable("TP", date(2021, 1, 1)) == "NV"
    assert directory.answerable("TP", NEXT_DAY) == "VX"


def test_an_unknown_code_stands_for_itself(directory: Directory) -> None:
    assert directory.answerable("LẠ", NEXT_DAY) == "LẠ"
    assert directory.name("LẠ") == "LẠ"
    assert directory.kind("LẠ") is None


def test_a_circle_of_successors_ends() -> None:
    circle = """
[[body]]
code = "A"
name = "A"
kind = "other"
valid_to = 2020-01-01
successor = "B"

[[body]]
code = "B"
name = "B"
kind = "other"
valid_to = 2020-01-01
successor = "A"
"""
    directory = parse_directory(tomllib.loads(circle), "bodies.toml")
    assert directory.answerable("A", NEXT_DAY) == "B"


def test_the_same_content_has_the_same_version_and_another_has_another() -> None:
    one, again = (parse_directory(tomllib.loads(REFORM), name) for name in ("a", "b"))
    changed = REFORM.replace("2020-12-31", "2020-12-30")
    other = parse_directory(tomllib.loads(changed), "a")
    assert one.version == again.version != other.version
