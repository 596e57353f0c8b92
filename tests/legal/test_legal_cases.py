"""Every legal case of this folder, judged; and the cases themselves, whether they are enough."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from dondoc.rules.places import FileError
from dondoc.rules.reading.regulation import parse_regulation
from support.case_law import REGULATION, regulation_data
from support.legal_cases import LegalCase, case_files, differences, read_cases

CASES = [case for path in case_files() for case in read_cases(path)]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.where)
def test_the_obligations_are_those_of_the_case(case: LegalCase) -> None:
    lines = differences(case, case.projections(case.events))
    if lines:
        pytest.fail("\n".join(lines), pytrace=False)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.where)
def test_the_obligations_do_not_depend_on_the_order_of_arrival(case: LegalCase) -> None:
    arrived = case.events[::-1] + case.events[:1]
    once = {event.key: event for event in arrived}
    assert case.projections(list(once.values())) == case.projections(case.events)


def test_no_two_cases_have_one_name() -> None:
    repeated = [name for name, times in Counter(case.where for case in CASES).items() if times > 1]
    assert not repeated


def test_every_rule_has_a_case_and_every_rule_with_a_clock_has_three() -> None:
    regulation = parse_regulation(regulation_data(REGULATION), REGULATION)
    told = Counter(rule for case in CASES for rule in {each.rule for each in case.expected})
    clocked = {rule.id for rule in regulation.rules if rule.due or rule.periods}
    few = [
        f"{rule.id}: {told[rule.id]}"
        for rule in regulation.rules
        if told[rule.id] < (3 if rule.id in clocked else 1)
    ]
    assert not few


def test_every_reading_that_was_rejected_is_tried_in_a_case() -> None:
    regulation = parse_regulation(regulation_data(REGULATION), REGULATION)
    tried = Counter(
        rule for case in CASES if "rejected reading" in case.where for rule in case.rules
    )
    few = [rule.id for rule in regulation.rules if tried[rule.id] < len(rule.readings)]
    assert not few
    of_rules = sum(len(rule.readings) for rule in regulation.rules)
    in_all = sum("rejected reading" in case.where for case in CASES)
    assert in_all >= of_rules + len(regulation.readings)


CASE = """
article = "Điều 6"
[[case]]
name = "a case"
cite = "Điều 6.1.b"
reasoning = "Counted by hand."
rules = ["classification"]
as_of = 2026-03-03
[[case.event]]
type = "document.issued"
time = 2026-03-02
[[case.expect]]
rule = "classification"
body = "VP"
opened = 2026-03-02
target = 2026-03-03
due = 2026-03-03
state = "open"
"""

MALFORMED = [
    ('article = "Điều 6"', "", "article: is missing"),
    ('cite = "Điều 6.1.b"', "", "case[a case].cite: is missing"),
    ('reasoning = "Counted by hand."', "", "case[a case].reasoning: is missing"),
    ("as_of = 2026-03-03", "on = 2026-03-03", "case[a case].on: is not known here"),
    ("as_of = 2026-03-03", 'as_of = "March"', "case[a case].as_of: must be a date"),
    ('state = "open"', 'state = "late"', "case[a case].expect[1].state: must be one of"),
    ('state = "open"', 'state = ["open", "open"]', "must be one for each of the 1 days"),
    ("due = 2026-03-03", "dues = 2026-03-03", "case[a case].expect[1].dues: is not known here"),
    ('rule = "classification"', 'rule = "review"', "expect[1].rule: must be one of"),
    ("time = 2026-03-02", 'time = "2026-03-02T09:00"', "event[1].time: needs its offset"),
    ("time = 2026-03-02", 'time = "Monday"', "event[1].time: must be a day"),
    ("time = 2026-03-02", "time = 2026-03-02\ntasks = 2", "event[1].tasks: document.issued has no"),
    ("time = 2026-03-02", 'time = 2026-03-02\nwithout = ["symbol"]', "data.symbol is required"),
    ("time = 2026-03-02", "time = 2026-03-02\ntask_count = -1", "data.task_count must be"),
    ("as_of =", "instead = { review2 = {} }\nas_of =", "instead.review2: the regulation has no"),
]


@pytest.mark.parametrize(("good", "bad", "refusal"), MALFORMED)
def test_a_case_that_cannot_be_understood_is_refused_by_name(
    good: str, bad: str, refusal: str, tmp_path: Path
) -> None:
    file = tmp_path / "dieu-06.toml"
    assert good in CASE
    file.write_text(CASE.replace(good, bad, 1), encoding="utf-8")
    with pytest.raises(FileError) as refused:
        read_cases(file)
    text = str(refused.value)
    assert text.startswith("dieu-06.toml: ")
    assert refusal in text
    assert "\n" not in text


def test_a_case_fails_where_an_obligation_is_missing_or_unexpected_or_another(
    tmp_path: Path,
) -> None:
    file = tmp_path / "dieu-06.toml"
    first, _, expect = CASE.partition("[[case.expect]]")
    wrong = CASE.replace("due = 2026-03-03", "due = 2026-03-04")
    twice = CASE + "[[case.expect]]" + expect
    for text, starts in (
        (CASE, []),
        (first, ["unexpected: classification"]),
        (wrong, ["missing: classification", "unexpected: classification"]),
        (twice, ["missing: classification"]),
    ):
        file.write_text(text, encoding="utf-8")
        (case,) = read_cases(file)
        lines = differences(case, case.projections(case.events))
        assert [line[: len(start)] for line, start in zip(lines, starts, strict=True)] == starts
