"""What officials read of a rule comes from the file of its regulation, whatever its id is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from dondoc.commands.terminal import listed
from dondoc.rules.explaining.explanation import explain
from dondoc.rules.explaining.regulation_difference import regulation_difference
from dondoc.rules.law import Law
from dondoc.rules.obligations import Obligation
from dondoc.rules.reading.regulation import parse_regulation
from dondoc.rules.reading.side_by_side import together
from dondoc.rules.reminding.asking import asked_of
from dondoc.rules.reminding.reminder import Reminder
from dondoc.rules.reminding.text import Quotes, duty_of, render
from dondoc.storage.catching_up import entry_of
from support import stories
from support.explaining import LANGUAGES
from support.sentences.facts import Facts
from support.sentences.witness import untrue
from support.stories import Told, texts

GIVEN: Told = ("2026-03-02", "task.assigned", {"due_on": "2026-03-13"})
LATE = date(2026, 3, 20)


def own_law(**rule: Any) -> Law:
    """The law of an office whose regulation has one rule, as *rule* says otherwise."""
    data = {
        "id": "12/2026/QC-XA",
        "title": "Quy chế của xã",
        "in_force_from": date(2026, 1, 1),
        "assigning": {"received": True, "documents": [{"authority": "ubnd", "types": ["CT"]}]},
        "rule": [
            {
                "id": "looking_again",
                "cite": "Điều 3.1",
                "title": "Xem lại nhiệm vụ được chuyển đến",
                "per": "delivery",
                "owes": "body",
                "never": ["office"],
                "opens": {"events": ["task.assigned", "task.reassigned"]},
                "due": {"kind": "working_days", "days": 2},
                "fulfilled": [{"event": "task.accepted", "by": "obligor"}],
                **rule,
            }
        ],
    }
    regulation = parse_regulation(data, "own.toml")
    return replace(stories.law(), regulations=together([(regulation, "own.toml")]))


def owed_by(law: Law) -> Obligation:
    """The one obligation of Phòng Y tế under *law*, late on `LATE`."""
    told = stories.history("document:1", [GIVEN])
    found = law.project("document:1", told, stories.SINCE, LATE).obligations
    (owed,) = (each for each in found if each.body == "PYT")
    return owed


def reminder_of(law: Law, owed: Obligation) -> Reminder:
    late = law.calendar.working_days_between(owed.due or LATE, LATE)
    return Reminder(owed.id, "step", owed.target, late, "obligor", owed.body, late, LATE, late)


def everywhere(law: Law) -> Mapping[str, str]:
    """What is said of the obligation in each place, by that."""
    owed, vi = owed_by(law), texts("vi")
    names, reminder = law.names(owed), reminder_of(law, owed)
    return {
        "reminder": render(reminder, owed, Quotes(), law.directory, vi, names),
        "letter": duty_of(owed, LATE, law.directory, vi, names),
        "list": listed.duty_of(owed, law, vi),
        "digest": entry_of(reminder, owed, law, vi, LATE).duty,
    }


def test_a_rule_of_another_regulation_is_told_of_by_its_title_wherever_officials_read_it() -> None:
    said = everywhere(own_law())
    assert "việc xem lại nhiệm vụ được chuyển đến (mã số: 1) đã quá hạn" in said["reminder"]
    assert said["letter"] == "Xem lại nhiệm vụ được chuyển đến"
    assert said["list"] == said["digest"] == "xem lại nhiệm vụ được chuyển đến"


@pytest.mark.parametrize("id_", [each.id for each in stories.law().regulations.all[0].rules])
def test_an_id_that_the_first_regulation_has_too_brings_none_of_its_words(id_: str) -> None:
    other, same = everywhere(own_law()), everywhere(own_law(id=id_))
    assert same == other


def test_a_title_that_begins_with_an_abbreviation_keeps_it() -> None:
    assert everywhere(own_law(title="UBND xã xem lại"))["list"] == "UBND xã xem lại"


def test_a_title_that_could_disturb_whoever_reads_it_is_made_harmless() -> None:
    text = everywhere(own_law(title="Xem\u202e lại\x1b[31m"))["reminder"]
    assert text.isprintable()
    assert "việc xem lại [31m (mã số: 1)" in text


def test_the_texts_of_a_rule_in_its_file_are_what_is_said_and_asked() -> None:
    law = own_law(
        texts={
            "vi": {"duty": "rà soát việc được giao", "after": "Đề nghị {addressed} rà soát ngay."},
            "en": {"duty": "look again at a task"},
        }
    )
    said, owed = everywhere(law), owed_by(law)
    assert said["reminder"].startswith("Kính gửi: Phòng Y tế. Đề nghị Phòng Y tế rà soát ngay. ")
    assert "việc rà soát việc được giao (mã số: 1) đã quá hạn" in said["reminder"]
    assert said["letter"] == "Rà soát việc được giao"
    assert said["list"] == said["digest"] == "rà soát việc được giao"
    assert listed.duty_of(owed, law, texts("en")) == "look again at a task"
    rule = law.names(owed).rule
    asked = asked_of(owed, law.directory, texts("vi"), LATE, rule)
    assert asked == "Đề nghị Phòng Y tế rà soát ngay."


def test_where_the_file_has_nothing_for_a_day_what_is_asked_of_anybody_is_asked() -> None:
    law = own_law(texts={"vi": {"before": "Đề nghị {addressed} rà soát."}})
    assert "Đề nghị Phòng Y tế khẩn trương hoàn thành." in everywhere(law)["reminder"]


@pytest.mark.parametrize(
    ("said", "line"),
    [
        ({}, "Rule looking_again: a demand of the regulation (“Xem lại"),
        ({"texts": {"en": {"duty": "look again"}}}, "Rule looking_again: look again (“Xem lại"),
    ],
)
def test_an_explanation_in_english_says_what_the_file_says_in_it(
    said: dict[str, Any], line: str
) -> None:
    law = own_law(**said)
    section = explain(owed_by(law), law, texts("en"), LATE).section("duty")
    assert section
    assert section.lines[0].startswith(line)


def test_an_explanation_says_that_there_is_no_deadline_that_a_term_could_count_from() -> None:
    law = own_law(
        per="lead",
        owes="lead",
        opens={"events": ["task.assigned", "task.reassigned", "task.due_changed"]},
        due={"kind": "working_days", "days": 2, "from": "deadline"},
        fulfilled=[{"event": "task.completed", "by": "obligor"}],
    )
    unset: Told = ("2026-03-02", "task.assigned", {"due_on": None, "class": "4.2"})
    told = tuple(stories.history("document:1", [unset]))
    (owed,) = law.project("document:1", told, stories.SINCE, LATE).obligations
    assert (owed.target, owed.due) == (None, None)
    shown = explain(owed, law, texts("en"), LATE)
    assert [shown.section(key).lines[0] for key in ("term", "breach")] == [  # type: ignore[union-attr]
        "The term counts from a deadline, and none has been set; only the age is shown.",
        "At the end of 2026-03-20: open, no deadline to count from.",
    ]
    facts = Facts(owed, told, law, LATE)
    assert [line for language in LANGUAGES for line in untrue(facts, texts(language))] == []


def test_the_texts_of_a_rule_change_no_version_of_the_law_and_are_told_as_a_difference() -> None:
    plain, said = own_law().regulations, own_law(texts={"vi": {"duty": "rà soát"}}).regulations
    assert said.version == plain.version
    (found,) = regulation_difference(plain.all[0], said.all[0])
    assert found == ("added", "rule[looking_again]", "texts.vi.duty", "", "rà soát")
