"""The directory: who exists when, who answers for whom, and what is refused."""

from __future__ import annotations

import tomllib
from datetime import date, timedelta
from pathlib import Path

import pytest
from dondoc.rules.body import codes_by_alias
from dondoc.rules.directory import Directory
from dondoc.rules.places import FileError
from dondoc.rules.reading.directory import parse_directory
from support.refused import faults_told, refusals

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
def test_a_malformed_directory_is_refused_with_every_fault_and_its_place(
    path: Path,
) -> None:
    text = path.read_text(encoding="utf-8")
    with pytest.raises(FileError) as refused:
        parse_directory(tomllib.loads(text), "bodies.toml")
    assert faults_told(refused.value) == refusals(text, "bodies.toml")


def test_the_office_changes_with_the_day(directory: Directory) -> None:
    assert directory.office(LAST_DAY) == "VP"
    assert directory.office(NEXT_DAY) == "VX"
    assert directory.gap_in_office(date(2015, 1, 1), date(2030, 1, 1)) is None


def test_a_day_without_an_office_is_found() -> None:
    gone = REFORM.replace("valid_from = 2025-07-01", "valid_from = 2025-07-03")
    gone = gone.replace('successor = "VX"\n', "")
    directory = parse_directory(tomllib.loads(gone), "bodies.toml")
    assert directory.gap_in_office(date(2025, 1, 1), date(2025, 12, 31)) == NEXT_DAY
    assert directory.gap_in_office(date(2025, 7, 3), date(2025, 12, 31)) is None
    assert directory.office(NEXT_DAY) is None


def test_a_successor_answers_from_the_day_after_along_the_chain(directory: Directory) -> None:
    assert directory.answerable("NV", LAST_DAY) == ("NV",)
    assert directory.answerable("NV", NEXT_DAY) == ("VX",)
    assert directory.answerable("TP", date(2020, 12, 31)) == ("TP",)
    assert directory.answerable("TP", date(2021, 1, 1)) == ("NV",)
    assert directory.answerable("TP", NEXT_DAY) == ("VX",)
    assert directory.hand_overs == (date(2021, 1, 1), NEXT_DAY)


def test_what_a_body_does_is_its_own_act_and_that_of_whom_it_stands_for(
    directory: Directory,
) -> None:
    assert directory.acts_for("VX", LAST_DAY) == ("VX",)
    assert set(directory.acts_for("VX", NEXT_DAY)) == {"VX", "VP", "NV", "TP"}
    # In the middle of the chain too, where HSCV was told of one change and not of the next.
    assert directory.acts_for("NV", LAST_DAY) == ("NV", "TP")
    # VX can have no other code than those of the bodies it stands for: each is all of them.
    assert set(directory.acts_for("NV", NEXT_DAY)) == {"NV", "VX", "TP", "VP"}
    assert set(directory.acts_for("VP", NEXT_DAY)) == {"VP", "VX", "TP", "NV"}
    assert "TP" in directory.acts_for("TP", NEXT_DAY)
    assert "NV" not in directory.acts_for("TP", NEXT_DAY)
    assert "TP" not in directory.acts_for("NV", date(2020, 12, 31))
    assert "TP" in directory.acts_for("NV", date(2021, 1, 1))
    assert directory.heirs("TP") == ("NV", "VX")
    assert set(directory.predecessors("VX")) == {"VP", "NV", "TP"}


def test_an_old_code_is_the_new_bodys_own_where_that_can_have_had_no_other() -> None:
    """HSCV was not renamed: A, and B after it, are called A still. C was there before: what comes
    under the code of D, which it took over, is not what C itself has to do."""
    renamed = """
body = [
    { code = "A", name = "A", kind = "other", valid_to = 2024-12-31, successor = "B" },
    { code = "B", name = "B", kind = "other", valid_from = NEW, valid_to = LAST, successor = "E" },
    { code = "C", name = "C", kind = "other" },
    { code = "D", name = "D", kind = "other", valid_to = LAST, successor = "C" },
    { code = "E", name = "E", kind = "other", valid_from = NEXT },
    { code = "F", name = "F", kind = "other", valid_to = LAST, successor = ["G", "H"] },
    { code = "G", name = "G", kind = "other", valid_from = NEXT },
    { code = "H", name = "H", kind = "other", valid_from = NEXT },
]
"""
    directory = parse_directory(
        tomllib.loads(
            renamed.replace("LAST", "2025-06-30")
            .replace("NEXT", "2025-07-01")
            .replace("NEW", "2025-01-01")
        ),
        "bodies.toml",
    )
    assert directory.acts_for("A", date(2024, 12, 31)) == ("A",)
    assert directory.acts_for("A", LAST_DAY) == ("A", "B")
    assert directory.acts_for("A", NEXT_DAY) == ("A", "E", "B")
    assert directory.acts_for("E", NEXT_DAY) == ("E", "A", "B")
    assert directory.acts_for("D", NEXT_DAY) == ("D",)
    assert directory.acts_for("C", NEXT_DAY) == ("C", "D")
    assert directory.acts_for("F", NEXT_DAY) == ("F",)
    assert directory.acts_for("G", NEXT_DAY) == ("G", "F")


def test_a_body_founded_anew_gets_nothing_back_of_what_it_had_handed_over() -> None:
    """R ends on 30/6 and E, which was there before, takes it over; R begins again on 1/9."""
    anew = """
body = [
    { code = "R", name = "cũ", kind = "other", valid_to = 2025-06-30, successor = "E" },
    { code = "R", name = "mới", kind = "other", valid_from = 2025-09-01 },
    { code = "E", name = "E", kind = "other" },
]
"""
    directory = parse_directory(tomllib.loads(anew), "bodies.toml")
    before, again = date(2025, 8, 31), date(2025, 9, 1)
    assert directory.founded_anew
    for since in (LAST_DAY, NEXT_DAY, before):
        assert directory.answerable("R", again, since) == ("E",)
        assert directory.counted_under("R", again, since) == "E"
        assert directory.is_act_for("E", "R", again, since)
    assert directory.answerable("R", LAST_DAY, LAST_DAY) == ("R",)
    assert directory.answerable("R", again, again) == directory.answerable("R", again) == ("R",)
    assert directory.counted_under("R", again, again) == "R"
    assert not directory.is_act_for("E", "R", again, again)


def test_an_unknown_code_stands_for_itself(directory: Directory) -> None:
    assert directory.answerable("LẠ", NEXT_DAY) == ("LẠ",)
    assert directory.counted_under("LẠ", NEXT_DAY) == "LẠ"
    assert directory.acts_for("LẠ", NEXT_DAY) == ("LẠ",)
    assert directory.name("LẠ") == "LẠ"
    assert directory.kind("LẠ", NEXT_DAY) is None
    assert not directory.exists("LẠ", NEXT_DAY)
    assert not directory.has_ended("LẠ", NEXT_DAY)


def test_a_body_exists_from_its_first_day_to_its_last(directory: Directory) -> None:
    assert directory.exists("NV", LAST_DAY)
    assert not directory.has_ended("NV", LAST_DAY)
    assert not directory.exists("NV", NEXT_DAY)
    assert directory.has_ended("NV", NEXT_DAY)
    assert not directory.exists("VX", LAST_DAY)
    assert not directory.has_ended("VX", LAST_DAY)


def test_of_a_body_that_was_split_all_answer_and_it_counts_once() -> None:
    """A becomes B; B is split into C and D; a year later both become E."""
    split = """
body = [
    { code = "A", name = "A", kind = "other", valid_to = 2024-12-31, successor = "B" },
    { code = "B", name = "B", kind = "other", valid_to = 2025-06-30, successor = ["C", "D"] },
    { code = "C", name = "C", kind = "other", valid_to = 2026-06-30, successor = "E" },
    { code = "D", name = "D", kind = "other", valid_to = 2026-06-30, successor = "E" },
    { code = "E", name = "E", kind = "other" },
]
"""
    directory = parse_directory(tomllib.loads(split), "bodies.toml")
    together = date(2026, 7, 1)
    assert directory.answerable("A", LAST_DAY) == ("B",)
    assert directory.answerable("A", NEXT_DAY) == directory.answerable("B", NEXT_DAY) == ("C", "D")
    assert directory.answerable("A", together) == ("E",)
    assert [directory.counted_under("A", day) for day in (LAST_DAY, NEXT_DAY, together)] == [
        "B",
        "B",
        "E",
    ]
    assert directory.counted_under("B", NEXT_DAY) == "B"
    assert directory.splits("A") == directory.splits("B") == (NEXT_DAY,)
    assert directory.splits("C") == ()
    assert "A" in directory.acts_for("C", NEXT_DAY)
    assert "A" in directory.acts_for("D", NEXT_DAY)
    assert "A" not in directory.acts_for("C", LAST_DAY)
    assert "D" not in directory.acts_for("C", NEXT_DAY)


def test_a_body_that_was_renamed_keeps_its_code_and_each_period_its_own_name() -> None:
    renamed = """
body = [
    { code = "NV", name = "Nội vụ - Lao động", kind = "other", valid_from = 2024-01-01 },
    { code = "NV", name = "Nội vụ", kind = "department", head = "Bà A", valid_to = 2023-12-31 },
]
"""
    directory = parse_directory(tomllib.loads(renamed), "bodies.toml")
    before, after = date(2023, 12, 31), date(2024, 1, 1)
    assert directory.name("NV", before) == "Nội vụ"
    assert directory.name("NV", after) == directory.name("NV") == "Nội vụ - Lao động"
    assert (directory.kind("NV", before), directory.kind("NV", after)) == ("department", "other")
    heads = [body and body.head for body in (directory.get("NV", before), directory.get("NV"))]
    assert heads == ["Bà A", None]
    assert directory.exists("NV", before)
    assert directory.exists("NV", after)
    assert [body.code for body in directory] == ["NV"]
    assert directory.answerable("NV", after) == ("NV",)
    assert directory.hand_overs == ()


def test_a_body_that_is_founded_again_answers_for_itself_again() -> None:
    again = """
body = [
    { code = "A", name = "A", kind = "other", valid_to = 2024-12-31, successor = "B" },
    { code = "A", name = "A mới", kind = "other", valid_from = 2026-01-01 },
    { code = "B", name = "B", kind = "other", valid_to = 2025-12-31, successor = "A" },
]
"""
    directory = parse_directory(tomllib.loads(again), "bodies.toml")
    days = (date(2024, 12, 31), date(2025, 1, 1), date(2025, 12, 31), date(2026, 1, 1))
    assert [directory.answerable("A", day) for day in days] == [("A",), ("B",), ("B",), ("A",)]
    assert directory.answerable("B", days[-1]) == ("A",)
    assert [directory.exists("A", day) for day in days] == [True, False, False, True]
    assert directory.name("A", days[1]) == "A"
    assert directory.hand_overs == (days[1], days[3])


def test_the_office_that_was_renamed_is_the_office_throughout() -> None:
    renamed = REFORM.replace('code = "VX"', 'code = "VP"').replace('successor = "VX"\n', "")
    directory = parse_directory(tomllib.loads(renamed), "bodies.toml")
    assert directory.office(LAST_DAY) == directory.office(NEXT_DAY) == "VP"
    assert directory.gap_in_office(date(2015, 1, 1), date(2030, 1, 1)) is None
    assert directory.name("VP", LAST_DAY).endswith("huyện")
    assert directory.name("VP", NEXT_DAY).endswith("xã")


def test_a_chain_that_was_over_by_the_hand_over_leads_on() -> None:
    """Two reforms on one day: who names the body in between means whoever follows that."""
    both = REFORM.replace("2020-12-31", "2025-06-30")
    directory = parse_directory(tomllib.loads(both), "bodies.toml")
    assert directory.answerable("TP", NEXT_DAY) == ("VX",)


def test_the_same_content_has_the_same_version_and_another_has_another() -> None:
    one, again = (parse_directory(tomllib.loads(REFORM), name) for name in ("a", "b"))
    changed = REFORM.replace("2020-12-31", "2020-12-30")
    other = parse_directory(tomllib.loads(changed), "a")
    assert one.version == again.version != other.version


def test_another_name_head_or_address_judges_nothing_anew() -> None:
    before, after = (
        parse_directory({"body": [{"code": "NV", "name": name, "kind": "department", **rest}]}, "x")
        for name, rest in (
            ("Phòng Nội vụ", {}),
            ("Phòng Nội vụ huyện", {"head": "Trưởng phòng", "email": "nv@huyen.example"}),
        )
    )
    assert before.version == after.version
    assert before != after


def test_a_body_is_found_by_what_other_programs_call_it() -> None:
    text = REFORM.replace('code = "VX"\n', 'code = "VX"\naliases = ["000.01.41.Z99", "VPUB"]\n', 1)
    found = parse_directory(tomllib.loads(text), "bodies.toml")
    assert codes_by_alias(found) == {"000.01.41.Z99": "VX", "VPUB": "VX"}
    assert found.version == parse_directory(tomllib.loads(REFORM), "bodies.toml").version
