"""What a regulation says that can hardly be meant is named, each with its place and the mend."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest
from dondoc.cli import main
from dondoc.commands.terminal.doubts import told_of_doubts
from dondoc.rules.reading.regulation import parse_regulation
from dondoc.rules.reading.regulation_doubts import doubts
from dondoc.rules.regulation import Regulation
from support.case_law import FIXTURES, REGULATION, regulation_data

DAYS = {"kind": "working_days", "days": 2}
COMPLETED = [{"event": "task.completed", "by": "obligor"}]
TASK_EVENTS = ["task.assigned", "task.reassigned", "task.due_changed"]


def rule(**said: Any) -> dict[str, Any]:
    """A rule about which there is nothing to doubt, as *said* changes it; None takes a key out."""
    made = {
        "id": "second",
        "cite": "Điều 9",
        "title": "Trả lời phản hồi",
        "per": "event",
        "owes": "office",
        "opens": {"events": ["feedback.received"]},
        "due": DAYS,
        "fulfilled": [{"event": "feedback.answered"}],
        **said,
    }
    return {key: each for key, each in made.items() if each is not None}


def regulation(*rules: dict[str, Any], **said: Any) -> Regulation:
    """A small regulation with *rules* besides, as *said* changes it."""
    data = tomllib.loads((FIXTURES / "regulations" / "small.toml").read_text("utf-8"))
    data["rule"] += rules
    return parse_regulation({**data, **said}, "own.toml")


FIRST = rule(id="first")
DERIVED = {
    "per": "obligation",
    "opens": {"overdue": "first"},
    "fulfilled": [{"event": "feedback.direction_issued"}],
}
LEAD = {"per": "lead", "owes": "lead", "fulfilled": COMPLETED}
DOUBTFUL: list[tuple[str, str, list[dict[str, Any]]]] = [
    (
        "rule[second].opens.leaves_to",
        "all_left",
        [FIRST, rule(opens={"events": ["feedback.received"], "leaves_to": "first"})],
    ),
    ("rule[second].opens.overdue", "never_overdue", [rule(id="first", due=None), rule(**DERIVED)]),
    ("rule[second].opens", "opened_by_none", [rule(id="first", off="later"), rule(**DERIVED)]),
    (
        "rule[second].opens.overdue",
        "silence_in_time",
        [rule(id="first", silence="fulfils"), rule(**DERIVED)],
    ),
    ("rule[second].never", "owed_by_nobody", [rule(kinds=["office"], never=["office"])]),
    ("rule[second].when", "never_holds", [rule(when=["team"])]),
    ("rule[second].when", "never_holds", [rule(when=["consultation"])]),
    (
        "rule[second].unless",
        "no_deadline_to_pass",
        [rule(**LEAD, opens={"after_deadline": True}, unless=["has_deadline"])],
    ),
    (
        "rule[second].opens.where",
        "free_text",
        [
            rule(
                opens={"events": ["report.requested"], "where": {"report": ["báo cáo tuần"]}},
                owes="office",
                fulfilled=[{"event": "report.submitted"}],
            )
        ],
    ),
    (
        "rule[second].fulfilled.where",
        "free_text",
        [
            rule(
                **LEAD | {"fulfilled": [{**COMPLETED[0], "where": {"note": ["xong"]}}]},
                opens={"events": TASK_EVENTS},
                when=["class_4_1"],
            )
        ],
    ),
    (
        "rule[second].opens.events",
        "opened_by_secrecy",
        [
            rule(
                opens={"events": ["document.secrecy_changed"]},
                fulfilled=[{"event": "document.classified"}],
            )
        ],
    ),
    ("rule[second].due", "no_due", [rule(due=None, breach=False)]),
    ("rule[second].due", "no_due", [rule(due=None, breach_met_by=["feedback.answered"])]),
    (
        "rule[second].due",
        "no_due",
        [
            rule(
                due=None,
                exception=[{"name": "team", "when": ["team"], "due": DAYS}],
                opens={"events": ["inspection.ended"]},
                fulfilled=[{"event": "inspection.reported"}],
            )
        ],
    ),
]


@pytest.mark.parametrize(("place", "what", "rules"), DOUBTFUL)
def test_what_can_hardly_be_meant_is_named_with_its_place(
    place: str, what: str, rules: list[dict[str, Any]]
) -> None:
    found = [(each.place, each.what) for each in doubts(regulation(*rules))]
    assert (place, what) in found
    # What cannot pass has no due date, which is the other half of the same.
    assert {each for each in found if each != (place, what)} <= {("rule[first].due", "no_due")}


def test_what_a_rule_that_never_opens_would_open_never_opens_either() -> None:
    first = rule(id="first", when=["team"])
    third = rule(id="third", **DERIVED)
    found = [(each.place, each.what) for each in doubts(regulation(first, third))]
    assert found == [("rule[first].when", "never_holds"), ("rule[third].opens", "opened_by_none")]


def test_a_schedule_that_no_rule_uses_is_named_and_that_of_a_rule_which_is_off_is_not() -> None:
    schedules = {
        name: {"every": every, "first": {"day": 1}, "last": {"day": "last"}}
        for name, every in (("quarter", "quarter"), ("month", "month"), ("year", "year"))
    }
    monthly = rule(
        per="period",
        owes="body",
        opens=None,
        due=None,
        off="no date is given",
        fulfilled=[{"event": "report.submitted", "where": {"report": ["secret_regime"]}}],
        period=[{"schedule": "month"}],
    )
    found = doubts(regulation(monthly, schedule=schedules))
    assert [(each.place, each.what) for each in found] == [("schedule.year", "schedule_unused")]


@pytest.mark.parametrize(
    "name", [REGULATION, "nd138", "successor", "successor-with-clauses", "calendar-days"]
)
def test_nothing_is_doubted_of_the_regulation_that_ships_nor_of_those_of_the_tests(
    name: str,
) -> None:
    assert doubts(parse_regulation(regulation_data(name), name)) == []


def test_nothing_is_doubted_of_the_small_regulation() -> None:
    assert doubts(regulation()) == []
    assert doubts(regulation(rule())) == []


def test_the_check_of_a_file_says_that_it_can_be_used_and_what_is_doubted(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = (FIXTURES / "regulations" / "nd138.toml").read_text("utf-8")
    file = tmp_path / "own.toml"
    unused = '\n[schedule.week_end]\nevery = "month"\nfirst = { day = 1 }\nlast = { day = 7 }\n'
    file.write_text(text.replace("\n[schedule.month]", f"{unused}\n[schedule.month]", 1), "utf-8")
    with pytest.raises(SystemExit) as left:
        main(["--lang", "en", "regulation", "check", str(file)])
    assert left.value.code in (None, 0)
    first, doubt = capsys.readouterr().out.splitlines()
    assert first.startswith("138/2016/NĐ-CP: in force from 2016-10-01, ")
    assert doubt == (
        "  to be looked at: schedule.week_end: no rule is owed for it; name it in the period of a"
        " rule, or take it out"
    )


def test_a_doubt_says_what_to_mend() -> None:
    (said,) = told_of_doubts(regulation(rule(due=None, breach=False)))
    assert said == (
        "rule[second].due: has no due date, and breach only matters with one; add a due, or take"
        " that out"
    )
