"""The reminder policy: what a file may say, what is refused, and what dondoc ships."""

import tomllib
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from dondoc.rules.body import Body
from dondoc.rules.directory import Directory
from dondoc.rules.places import FileError
from dondoc.rules.reading.policy import parse_policy
from dondoc.rules.reminding.policy import Window
from support.refused import faults_told, refusals
from support.reminding import FIXTURES, days_from, obligation, policy, remind_on, shipped

MALFORMED = sorted((FIXTURES / "policies").glob("*.toml"))


@pytest.mark.parametrize("path", MALFORMED, ids=lambda path: path.stem)
def test_a_malformed_policy_is_refused_with_every_fault_and_its_key(path: Path) -> None:
    text = path.read_text("utf-8")
    with pytest.raises(FileError) as refusal:
        parse_policy(tomllib.loads(text), path.name)
    assert faults_told(refusal.value) == refusals(text, path.name)


def test_a_policy_that_is_no_table_is_refused() -> None:
    with pytest.raises(FileError, match=r"^p\.toml: must be a table$"):
        parse_policy([], "p.toml")  # type: ignore[arg-type]


def test_the_demonstration_differs_from_the_default_in_its_open_window_alone() -> None:
    default, demo = policy("default"), policy("demo")
    assert demo.window == Window(timedelta(0), timedelta(hours=24), working_days_only=False)
    assert replace(demo, window=default.window, version=default.version) == default


def test_another_content_is_another_version_and_the_same_content_the_same() -> None:
    data = shipped("policies/default.toml")
    again = parse_policy(shipped("policies/default.toml"), "another name.toml")
    assert again.version == policy().version
    data["window"]["closes"] = "16:30"
    assert parse_policy(data, "default.toml").version != policy().version


def test_the_code_of_a_level_is_read_with_d_stroke_for_eth() -> None:
    data = tomllib.loads((FIXTURES / "policy_three_levels.toml").read_text(encoding="utf-8"))
    for level in data["levels"].values():
        level["body"] = "CHỦ T\u1ecaCH \u00d0"
    found = parse_policy(data, "policy.toml")
    assert {level.body for level in found.levels} == {"CHỦ TỊCH \u0110"}


def test_three_levels_and_no_office_are_data_alone() -> None:
    path = FIXTURES / "policy_three_levels.toml"
    by = parse_policy(tomllib.loads(path.read_text("utf-8")), path.name)
    directory = Directory({"NV": Body("NV", "Ban Nội vụ", "department")})
    # Target Fri 27/3: 0 Fri, +1 Mon 30/3, +2 Tue 31/3, +3 Wed 1/4.
    sent = remind_on(days_from(date(2026, 3, 27), 6), obligation(), by=by, directory=directory)
    assert [(each.on.day, each.role, each.step, each.occurrence) for each in sent] == [
        (27, "obligor", "due_today", 0),
        (30, "obligor", "overdue", 1),
        (30, "head", "overdue", 1),
        (31, "obligor", "overdue", 2),
        (31, "head", "overdue", 2),
        (31, "deputy", "escalated", 2),
        (1, "obligor", "overdue", 3),
        (1, "head", "overdue", 3),
        (1, "deputy", "escalated", 3),
        (1, "director", "escalated", 3),
    ]
    assert [each.body for each in sent if each.role == "director"] == ["GIAM-DOC"]
    # Without a clock, from Mon 2/3: 2 on Wed 4/3, 4 on Fri 6/3, 6 on Tue 10/3.
    owed = obligation(target=None)
    sent = remind_on(days_from(date(2026, 3, 2), 9), owed, by=by, directory=directory)
    assert [(each.on.day, each.role, each.occurrence) for each in sent] == [
        (4, "obligor", 2),
        (4, "head", 2),
        (6, "director", 4),
        (10, "director", 6),
    ]


def test_a_rule_that_no_schedule_names_has_the_default_one() -> None:
    by = policy()
    assert by.schedule("another_rule", clocked=True) is by.default_by_target
    assert by.schedule("another_rule", clocked=False) is by.default_by_age
    assert by.schedule("execution", clocked=False) is by.default_by_age


def test_the_policy_in_the_guide_is_accepted() -> None:
    guide = (FIXTURES.parents[1] / "docs" / "reminders.md").read_text("utf-8")
    example = guide.split("```toml\n")[1].split("```")[0]
    by = parse_policy(tomllib.loads(example), "docs/reminders.md")
    assert [level.name for level in by.levels] == ["office", "chairman"]
