"""What a regulation file may say, what is refused, and that the one that ships is whole."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from dondoc.rules.directory import KINDS
from dondoc.rules.events import Event
from dondoc.rules.judging.projection import project
from dondoc.rules.places import FileError
from dondoc.rules.reading.regulation import parse_regulation
from dondoc.rules.reading.side_by_side import together
from dondoc.rules.regulation import Regulation
from dondoc.rules.rule import CONDITIONS, FIXED_DATE, STARTS, SUBJECT_KINDS, TERM_KINDS, Opening
from support.case_law import (
    FIXTURES,
    REGULATION,
    calendar,
    default_directory,
    regulation_data,
)
from support.legal_cases import NINE
from support.natural_events import natural
from support.pages import ROOT, code, fences
from support.refused import faults_told, refusals

MALFORMED = sorted((FIXTURES / "regulations" / "malformed").glob("*.toml"))


def shipped() -> Regulation:
    return parse_regulation(regulation_data(REGULATION), REGULATION)


@pytest.mark.parametrize("path", MALFORMED, ids=lambda path: path.stem)
def test_a_malformed_regulation_is_refused_with_every_fault_and_its_key(path: Path) -> None:
    text = path.read_text("utf-8")
    with pytest.raises(FileError) as refused:
        parse_regulation(tomllib.loads(text), path.name)
    assert faults_told(refused.value) == refusals(text, path.name)


def test_there_are_malformed_regulations_to_refuse() -> None:
    assert len(MALFORMED) >= 80


@pytest.mark.parametrize("path", MALFORMED, ids=lambda path: path.stem)
def test_a_refusal_of_a_rule_names_the_rule(path: Path) -> None:
    text = path.read_text("utf-8")
    expected = text.partition("\n")[0].removeprefix("# refused: ")
    places = (
        "rule[",
        "schedule",
        "texts",
        "exception",
        "light",
        "assigning",
        "completion",
        "extension",
        "in_force_",
        "id:",
        "rule:",
        "tittle",
        "condition[",
    )
    assert expected.startswith(
        (*places, "signed_on", "transition[", "default_deadline[", "reports")
    )


def dated(first: str, last: str | None, regulation_id: str) -> tuple[Regulation, str]:
    data = regulation_data(REGULATION)
    data["id"], data["in_force_from"] = regulation_id, _day(first)
    if last is not None:
        data["in_force_to"] = _day(last)
    return parse_regulation(data, f"{regulation_id}.toml"), f"{regulation_id}.toml"


def _day(text: str) -> Any:
    return tomllib.loads(f"day = {text}")["day"]


def test_regulations_that_follow_each_other_are_each_the_law_of_their_days() -> None:
    old, new = dated("2015-05-22", "2026-06-30", "old"), dated("2026-07-01", None, "new")
    law = together([new, old])
    found = [[each.id for each in law.on(_day(text))] for text in DAYS]
    assert found == [[], ["old"], ["old"], ["new"]]


DAYS = ("2015-05-21", "2015-05-22", "2026-06-30", "2026-07-01")


def test_two_regulations_with_one_id_are_refused() -> None:
    old, new = dated("2015-05-22", "2026-06-30", "one"), dated("2026-07-01", None, "one")
    with pytest.raises(FileError, match=r'^one.toml: id: another regulation has the id "one"'):
        together([old, new])


def following(**clause: Any) -> tuple[Regulation, str]:
    """A regulation that follows `old` on 1/7/2026, with one transitional clause."""
    data = regulation_data(REGULATION)
    data["id"], data["in_force_from"] = "new", date(2026, 7, 1)
    data["transition"] = [{"cite": "Điều 9", **clause}]
    return parse_regulation(data, "new.toml"), "new.toml"


def test_a_transitional_clause_that_goes_by_a_regulation_not_there_is_refused() -> None:
    old = dated("2015-05-22", "2026-06-30", "old")
    kept: dict[str, Any] = {"begun_before": date(2026, 7, 1), "goes_by": "old"}
    assert together([old, following(**kept)])
    for goes_by in ("older", "new"):
        with pytest.raises(FileError) as refused:
            together([old, following(**kept | {"goes_by": goes_by})])
        assert str(refused.value) == (
            f'new.toml: transition[1].goes_by: no regulation before it has the id "{goes_by}"; '
            f"there is old"
        )
    with pytest.raises(FileError, match="there is none"):
        together([following(**kept)])


def test_a_transitional_clause_about_a_rule_not_there_is_refused() -> None:
    old = dated("2015-05-22", "2026-06-30", "old")
    back: dict[str, Any] = {"opened_from": date(2026, 6, 1)}
    assert together([old, following(**back, rules=["review"])])
    with pytest.raises(FileError) as refused:
        together([old, following(**back, rules=["review", "reviews"])])
    assert str(refused.value) == (
        'new.toml: transition[1].rules: no regulation that it speaks of has a rule "reviews"'
    )


def test_a_transitional_clause_is_part_of_the_version_of_the_law() -> None:
    old = dated("2015-05-22", "2026-06-30", "old")
    with_one = together([old, following(opened_from=date(2026, 6, 1))])
    with_another = together([old, following(opened_from=date(2026, 6, 2))])
    assert with_one.version != with_another.version


def test_rules_that_name_each_other_the_other_way_round_in_two_regulations_are_refused() -> None:
    """Neither could be judged before the other, and one of them would see nothing of it."""
    old, new = dated("2015-05-22", "2026-06-30", "old"), dated("2026-07-01", None, "new")
    rules = {rule.id: rule for rule in new[0].rules}
    turned = replace(rules["execution"], opens=Opening(overdue="urging"), excuse=None)
    later = tuple(turned if rule.id == "execution" else rule for rule in new[0].rules)
    with pytest.raises(FileError, match=r"^new.toml: rule\[.*, which names it in another regul"):
        together([old, (replace(new[0], rules=later), "new.toml")])


def test_every_rule_that_ships_cites_its_article_and_says_what_it_is() -> None:
    for rule in shipped().rules:
        assert rule.cite.startswith("Điều ")
        assert rule.title


def test_what_is_off_says_how_to_switch_it_on() -> None:
    off = [rule for rule in shipped().rules if rule.off]
    assert {rule.id for rule in off} == {
        "secret_report",
        "regulation_review",
        "plan",
        "implementation_plan",
    }
    assert all("remove this line" in (rule.off or "") for rule in off)


def urgent(**opens: Any) -> dict[str, Any]:
    """A rule that opens by a document that is urgent, unless *opens* says otherwise."""
    where = {"urgency": ["khan", "hoatoc"]}
    return {
        "id": "urgent",
        "cite": "Điều 5",
        "title": "Xử lý văn bản khẩn",
        "per": "event",
        "owes": "office",
        "opens": {"events": ["document.issued"], "where": where, **opens},
        "due": {"kind": "working_days", "days": 1},
        "fulfilled": [{"event": "document.classified"}],
    }


def issued_under(*rules: dict[str, Any], **said: Any) -> dict[str, date | None]:
    """By the rules of the example and *rules*, the due date of what a document of Friday 3/7/2026
    opens that says *said*."""
    data = example()
    data["rule"] += rules
    law = together([(parse_regulation(data, "x.toml"), "x.toml")])
    history = [told(1, "document.issued", "2026-07-03", **said)]
    days = date(2026, 7, 1), date(2026, 10, 1)
    found = project("document:VB-1", history, law, calendar(), default_directory(), *days)
    return {each.rule: each.due for each in found.obligations}


def test_a_rule_that_a_document_without_the_field_would_escape_is_refused() -> None:
    with pytest.raises(FileError, match=r"rule\[urgent\].opens.where: document.issued may come"):
        issued_under(urgent(), urgency="khan")
    second = urgent(where={"urgency": ["normal"]}) | {"id": "plain"}
    with pytest.raises(FileError, match=r"rule\[urgent\].opens.where"):
        issued_under(urgent(), second)


def test_what_the_document_without_the_field_opens_is_said_by_a_rule_that_leaves_it_the_rest() -> (
    None
):
    plain = urgent() | {"id": "plain", "due": {"kind": "working_days", "days": 3}}
    plain["opens"] = {"events": ["document.issued"], "leaves_to": "urgent"}
    assert issued_under(urgent(), plain, urgency="khan") == {"urgent": date(2026, 7, 6)}
    for said in ({"urgency": "normal"}, {}):
        assert issued_under(urgent(), plain, **said) == {"plain": date(2026, 7, 8)}


def test_that_nothing_is_owed_without_the_field_may_be_said_to_be_meant() -> None:
    meant = urgent(absent="none")
    assert issued_under(meant, urgency="hoatoc") == {"urgent": date(2026, 7, 6)}
    assert issued_under(meant) == {}


# The page


PAGE = ROOT / "docs" / "regulation-file.md"


def example() -> dict[str, Any]:
    """The regulation that the page begins with, grown by its next two examples."""
    data, *more = (tomllib.loads(fence.text) for fence in fences(PAGE) if fence.language == "toml")
    rules = {rule["id"]: rule for each in (data, *more[:2]) for rule in each["rule"]}
    return data | more[1] | {"rule": list(rules.values())}


def test_the_regulation_that_the_page_begins_with_has_thirty_lines_at_most() -> None:
    first = next(fence.text for fence in fences(PAGE) if fence.language == "toml")
    assert len(first.splitlines()) <= 30
    assert parse_regulation(tomllib.loads(first), "xa.toml").rules


def test_the_regulation_of_the_page_gives_the_dates_that_the_page_says() -> None:
    law = together([(parse_regulation(example(), "example.toml"), "example.toml")])

    def judged(stream: str, *history: Event) -> dict[str, tuple[date | None, date | None]]:
        days = date(2026, 7, 1), date(2026, 10, 1)
        found = project(stream, history, law, calendar(), default_directory(), *days)
        return {
            f"{each.rule} {each.subject}": (each.target, each.due) for each in found.obligations
        }

    issued = told(1, "document.issued", "2026-07-03")
    assigned = told(2, "task.assigned", "2026-07-03", due_on="2026-07-18")
    assert judged("document:VB-1", issued, assigned) == {
        "execution VB-1": (date(2026, 7, 18), date(2026, 7, 20)),
    }
    assert judged("reports:PYT")["quarterly_report 2026-Q3"] == (
        date(2026, 10, 5),
        date(2026, 10, 7),
    )


def told(number: int, type_: str, day: str, **said: Any) -> Event:
    on = date.fromisoformat(day)
    data = {**natural(type_, on), **said}
    time = datetime.combine(on, NINE)
    return Event("/hscv", f"e{number}", type_, "VB-1", time, number, data, on)


# For each table of the file, a valid one, to which a key that nobody knows is added.
TABLES: dict[str, tuple[str, dict[str, Any]]] = {
    "file": ("", {}),
    "transition": ("transition", {"cite": "Điều 9", "opened_from": date(2026, 1, 1)}),
    "assigning": ("assigning", {"received": True, "documents": []}),
    "documents": ("assigning.documents", {"authority": "ubnd", "types": ["CT"]}),
    "schedule": ("schedule", {"every": "month", "first": {"day": 1}, "last": {"day": 2}}),
    "reading": ("reading", {"wording": "a", "chosen": "b", "rejected": "c"}),
    "rule": ("rule", {}),
    "opens": ("rule.opens", {"events": ["task.assigned"]}),
    "due": ("rule.due", {"kind": "working_days", "days": 1}),
    "exception": ("rule.exception", {"name": "x", "when": ["consultation"]}),
    "fulfilled": ("rule.fulfilled", {"event": "task.accepted"}),
    "accumulates": ("rule.accumulates", {"event": "e", "field": "f", "needs": ["x"]}),
    "texts": ("rule.texts", {"vi": {"duty": "a"}}),
    "texts.vi": ("rule.texts.vi", {"duty": "a"}),
    "complete": ("rule.complete", {"point": "a", "of": "task", "fields": ["unit"]}),
    "excuse": ("rule.excuse", {"by": "task.returned", "in_time_of": "x", "until": ["y"]}),
    "period": ("rule.period", {"schedule": "quarter"}),
    "period.due": ("rule.period.due", {"day": 1}),
}
LISTS = {
    "transition",
    "documents",
    "reading",
    "exception",
    "fulfilled",
    "accumulates",
    "complete",
    "period",
}


def with_unknown_key(name: str) -> dict[str, Any]:
    """The example with a key that nobody knows in the table *name*."""
    path, valid = TABLES[name]
    data = example()
    place: dict[str, Any] = data
    *ways, last = path.split(".")
    for way in ways:
        found = place.setdefault(way, {})
        place = found[-1] if isinstance(found, list) else found
    if not path:
        place["nobody"] = 1
    elif path == "rule":
        place["rule"][-1]["nobody"] = 1
    elif path == "schedule":
        place["schedule"]["month"] = {**valid, "nobody": 1}
    else:
        table = {**valid, "nobody": 1}
        place[last] = [table] if last in LISTS else table
    return data


@pytest.mark.parametrize("name", TABLES)
def test_the_page_explains_every_key_that_a_table_can_have(name: str) -> None:
    with pytest.raises(FileError) as refused:
        parse_regulation(with_unknown_key(name), "example.toml")
    said = next(each for each in faults_told(refused.value) if "nobody: is not known here" in each)
    known = said.partition("known are ")[2].split(", ")
    explained = set(code(PAGE.read_text(encoding="utf-8")))
    assert [key for key in known if key not in explained] == []


def test_the_page_explains_every_kind_and_condition() -> None:
    explained = set(code(PAGE.read_text(encoding="utf-8")))
    named = SUBJECT_KINDS | CONDITIONS | (TERM_KINDS - {FIXED_DATE}) | KINDS | set(STARTS)
    assert sorted(named - explained) == []


def test_without_a_target_the_due_date_is_the_target_too() -> None:
    data = {
        "id": "1/2026/QC",
        "title": "Quy chế",
        "in_force_from": date(2026, 1, 1),
        "assigning": {"received": True},
        "rule": [
            {
                "id": "review",
                "cite": "Điều 1",
                "title": "Xem lại",
                "per": "delivery",
                "owes": "body",
                "opens": {"events": ["task.assigned", "task.reassigned"]},
                "due": {"kind": "working_days", "days": 2},
                "fulfilled": [{"event": "task.accepted", "by": "obligor"}],
            }
        ],
    }
    rule = parse_regulation(data, "x.toml").rules[0]
    assert rule.due is not None
    assert rule.target == rule.due
