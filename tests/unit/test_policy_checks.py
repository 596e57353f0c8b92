"""What a policy says that the law and the bodies do not bear out is found, with its place."""

from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from dondoc.commands.assembly.loading import (
    MODEL,
    POLICY,
    check_policy,
    load_directory,
    load_regulations,
    packaged,
)
from dondoc.commands.terminal.policies import told_of_policy
from dondoc.rules.directory import Directory
from dondoc.rules.places import FileError
from dondoc.rules.reading.directory import parse_directory
from dondoc.rules.reading.policy_checks import PolicyFinding, policy_findings
from support.reminding import shipped

TODAY = date(2026, 3, 2)
BEGINNING = """
[window]
opens = "07:30"
closes = "17:00"
working_days_only = true
"""
LEVELS = '[levels]\noffice = { kind = "office" }\n'
DEFAULT = """
[default]
steps = [{ step = "overdue", at = [1], every = 3, to = ["obligor", "office"] }]
age = [{ at = [5], to = ["office"] }]
"""
STEP = '{ step = "overdue", at = [1], to = ["obligor"] }'


def schedule(rules: str, steps: str = STEP, age: str = "") -> str:
    return f"[[schedule]]\nrules = [{rules}]\nsteps = [{steps}]\n" + (
        f"age = [{age}]\n" if age else ""
    )


def quiet(first: str, last: str, *bodies: str) -> str:
    towards = f"bodies = {list(bodies)}\n" if bodies else ""
    return f'[[quiet]]\nfrom = {first}\nto = {last}\nreason = "Lũ"\n{towards}'


def findings(
    more: str = "",
    levels: str = LEVELS,
    default: str = DEFAULT,
    directory: Directory | None = None,
) -> list[PolicyFinding]:
    data: dict[str, Any] = tomllib.loads(BEGINNING + levels + default + more)
    known = directory or load_directory("sample")
    return policy_findings(data, "p.toml", load_regulations(()), known, TODAY)


def told(found: list[PolicyFinding]) -> list[tuple[str, str, bool]]:
    return [(each.place.key, each.what, each.wrong) for each in found]


def test_a_policy_that_the_law_bears_out_has_nothing_odd() -> None:
    assert findings() == []


def test_the_default_escalates_to_a_body_that_many_directories_lack() -> None:
    known = load_directory("sample")
    data = shipped("policies/default.toml")
    found = policy_findings(data, "default.toml", load_regulations(()), known, TODAY)
    assert told(found) == [("levels.chairman.body", "no_body", False)]
    assert told_of_policy(found[0]) == (
        "default.toml: levels.chairman.body: the directory of bodies has no chairman: give it one"
        " of that code, or name another"
    )
    assert policy_findings(data, "x", load_regulations(()), None, TODAY) == []


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        (schedule('"review", "reviews"'), ("schedule[1].rules", "no_rule", True)),
        (schedule('"plan"'), ("schedule[1].rules", "rule_off", False)),
        (schedule('"open_execution"'), ("schedule[1].steps", "no_clock", False)),
        (
            schedule('"review"', age='{ at = [5], to = ["office"] }'),
            ("schedule[1].age", "always_dated", False),
        ),
        (
            schedule('"review"', '{ step = "due_soon", at = [-3, -1], to = ["obligor"] }'),
            ("schedule[1].steps[1].at", "too_early", False),
        ),
        (
            schedule('"review"', '{ step = "overdue", at = [1], min_term = 15, to = ["obligor"] }'),
            ("schedule[1].steps[1].min_term", "term_too_long", False),
        ),
        (
            schedule('"body_report"', '{ step = "overdue", at = [1], to = ["coordinating"] }'),
            ("schedule[1].steps[1].to", "nobody_coordinates", False),
        ),
        (
            schedule(
                '"execution"',
                f'{STEP}, {{ step = "escalated", at = [1], to = ["obligor", "office"] }}',
            ),
            ("schedule[1].steps[1].at", "shadowed", False),
        ),
        (
            quiet("2026-02-01", "2026-03-01"),
            ("quiet[1].to", "quiet_over", False),
        ),
        (
            quiet("2026-03-01", "2036-03-03"),
            ("quiet[1].to", "quiet_long", False),
        ),
        (
            quiet("2026-03-01", "2026-03-03", "TAM"),
            ("quiet[1].bodies", "no_body", True),
        ),
        (
            quiet("2026-04-01", "2026-04-03", "VP") + quiet("2026-04-03", "2026-04-05"),
            ("quiet[2]", "quiet_overlap", False),
        ),
    ],
)
def test_what_is_odd_is_found_at_its_place(more: str, expected: tuple[str, str, bool]) -> None:
    found = findings(more)
    assert told(found) == [expected]
    assert told_of_policy(found[0]).startswith(f"p.toml: {expected[0]}: ")


@pytest.mark.parametrize(
    "more",
    [
        # A step that one of the rules comes to, a day that a term of five has, and their repeats.
        schedule('"review", "execution"', '{ step = "due_soon", at = [-9], to = ["obligor"] }'),
        schedule('"feedback_response"', '{ step = "due_soon", at = [-5], to = ["obligor"] }'),
        schedule('"coordination"', ""),
        quiet("2026-04-01", "2026-04-03", "VP") + quiet("2026-04-03", "2026-04-05", "NV"),
    ],
)
def test_what_can_come_is_not_found(more: str) -> None:
    assert findings(more) == []


def test_a_level_that_no_step_tells_is_found() -> None:
    levels = LEVELS + 'chairman = { body = "VP" }\n'
    assert told(findings(levels=levels)) == [("levels.chairman", "level_unused", False)]


def test_a_level_without_anybody_is_found() -> None:
    body = '{ code = "A", name = "A", kind = "department", valid_to = 2026-03-01 }'
    levels = '[levels]\noffice = { kind = "office" }\nchief = { body = "A" }\n'
    default = DEFAULT.replace('"office"]', '"office", "chief"]')
    directory = parse_directory(tomllib.loads(f"body = [{body}]"), "bodies.toml")
    assert told(findings(levels=levels, default=default, directory=directory)) == [
        ("levels.office", "no_office", False),
        ("levels.chief.body", "body_ended", False),
    ]


def test_a_rule_for_bodies_that_there_are_none_of_opens_nothing() -> None:
    body = '{ code = "VP", name = "A", kind = "office" }'
    directory = parse_directory(tomllib.loads(f"body = [{body}]"), "bodies.toml")
    found = findings(schedule('"body_report"'), directory=directory)
    assert told(found) == [("schedule[1].rules", "rule_nobodys", False)]


def test_a_file_that_is_no_policy_is_refused_as_everywhere() -> None:
    with pytest.raises(FileError, match=r"^p\.toml: levels\.office: needs either"):
        findings(levels="[levels]\noffice = {}\n")


def test_a_copy_of_the_default_beside_another_regulation_is_a_doubt_and_no_fault(
    tmp_path: Path,
) -> None:
    commune = load_regulations([packaged(MODEL)])
    copy = tmp_path / "reminders.toml"
    text = packaged(POLICY).read_text("utf-8")
    copy.write_text(text, "utf-8")
    found = [each for each in check_policy(copy, commune, None, TODAY) if each.what == "no_rule"]
    assert found
    assert not any(each.wrong for each in found)
    copy.write_text(text.replace('"information"', '"informatoin"'), "utf-8")
    assert any(each.wrong for each in check_policy(copy, commune, None, TODAY)), "a slip of the pen"
