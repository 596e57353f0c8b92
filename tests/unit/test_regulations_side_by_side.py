"""Two regulations in force at once: where they claim different things, each is the law of its own
rules; where both claim one thing, they are refused with both places."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from dondoc.rules.events import Event
from dondoc.rules.in_force import Regulations, named_by
from dondoc.rules.judging.projection import project
from dondoc.rules.obligations import Projection
from dondoc.rules.places import FileError
from dondoc.rules.reading.lines import rule_lines
from dondoc.rules.reading.regulation import parse_regulation
from dondoc.rules.reading.side_by_side import together
from hypothesis import given, settings
from hypothesis import strategies as st
from support.case_law import FIXTURES, REGULATION, calendar, default_directory, regulation_data
from support.histories import STREAMS, histories, of_stream

MANY = settings(max_examples=60, deadline=None)
SINCE, THROUGH = date(2025, 11, 1), date(2027, 3, 31)
CITIZENS = "citizens"


def joined(*data: dict[str, Any], lines: dict[str, dict[str, int]] | None = None) -> Regulations:
    named = [(each, f"{each['id'].partition('/')[0]}.toml") for each in data]
    return together([(parse_regulation(each, name), name) for each, name in named], lines)


def general(**changed: Any) -> dict[str, Any]:
    return {**regulation_data(REGULATION), **changed}


def citizens(**rule: Any) -> dict[str, Any]:
    """The regulation on what citizens tell, its one rule *changed*."""
    data = regulation_data(CITIZENS)
    data["rule"][0].update(rule)
    return data


def refused(*data: dict[str, Any], lines: dict[str, dict[str, int]] | None = None) -> str:
    with pytest.raises(FileError) as error:
        joined(*data, lines=lines)
    return str(error.value)


def test_a_general_regulation_and_one_on_what_citizens_tell_are_both_in_force() -> None:
    law = joined(general(), citizens())
    assert [each.id for each in law.on(date(2026, 3, 1))] == ["02/2015/QĐ-UBND", "27/2026/QĐ-UBND"]
    assert [each.id for each in law.on(date(2026, 2, 28))] == ["02/2015/QĐ-UBND"]


def test_two_rules_that_would_both_be_the_deadline_of_one_thing_name_both_places() -> None:
    rule = {"id": "reply", "fulfilled": [{"event": "feedback.answered"}]}
    lines = {"02.toml": {"feedback_response": 712}, "27.toml": {"reply": 11}}
    assert refused(general(), citizens(**rule), lines=lines) == (
        "27.toml:11: rule[reply]: claims what 02.toml:712: rule[feedback_response] claims while "
        "both are in force (from 2026-03-01): the same obligor, opening and fulfilment; tell them "
        "apart by when, unless, kinds or where, or switch one of them off by off"
    )


def test_a_rule_of_one_id_in_both_names_both_places() -> None:
    said = refused(general(), citizens(id="review"))
    assert said == (
        "27.toml: rule[review]: 02.toml: rule[review] has this id too while both are in force "
        "(from 2026-03-01); give one of the two another id, or end the other regulation by "
        "in_force_to"
    )


def test_a_conflict_that_is_over_before_the_other_begins_is_none() -> None:
    ended = general(in_force_to=date(2026, 2, 28))
    assert joined(ended, citizens(id="review"))
    assert joined(general(), citizens(id="reply", off="Chưa áp dụng", fulfilled=_ANSWERED))


_ANSWERED = [{"event": "feedback.answered"}]


def test_which_documents_assign_and_what_takes_back_is_said_by_one_of_them() -> None:
    assigning = {"received": False, "documents": [{"authority": "ubnd", "types": ["CT", "NQ"]}]}
    assert refused(general(), citizens() | {"assigning": assigning}) == (
        "27.toml: assigning: says of ubnd: CT that it assigns tasks, as 02.toml: assigning does "
        "while both are in force (from 2026-03-01); leave it to one of them"
    )
    assert "says of received" in refused(general(), citizens() | {"assigning": {"received": True}})
    undone = {"undone_by": [{"event": "task.completion_rejected"}]}
    assert refused(general(completion=undone), citizens() | {"completion": undone}) == (
        "27.toml: completion: says what takes a completion back, as 02.toml: completion does while "
        "both are in force (from 2026-03-01); leave it to one of them"
    )


def test_what_is_owed_for_documents_needs_somebody_to_say_which_assign() -> None:
    alone = general()
    del alone["assigning"]
    assert refused(alone) == (
        "02.toml: assigning: is missing; rule[classification] is owed for documents that assign "
        "tasks"
    )
    assert joined(alone, citizens() | {"assigning": {"received": True}})


def test_the_order_in_which_files_are_named_changes_nothing() -> None:
    other = citizens()
    other["in_force_from"] = general()["in_force_from"]
    one, two = joined(general(), other), joined(other, general())
    assert one.version == two.version
    assert one.all == two.all


def test_clauses_of_two_regulations_about_one_rule_are_refused() -> None:
    day = date(2026, 7, 1)
    clause = {"cite": "Điều 9", "begun_before": day, "goes_by": "02/2015/QĐ-UBND"}
    old = general(in_force_to=date(2026, 6, 30))
    clauses = [{**clause, "rules": ["review"]}]
    new = general(id="30/2026", in_force_from=day, transition=clauses)
    other = citizens() | {"id": "31/2026", "in_force_from": day, "transition": clauses}
    assert refused(old, new, other) == (
        "31.toml: transition[1]: says of review what 30.toml: transition[1] says already"
    )


def test_a_clause_about_all_rules_leaves_those_of_the_regulation_beside_it_alone() -> None:
    day = date(2026, 7, 1)
    old = general(in_force_to=date(2026, 6, 30))
    back = [{"cite": "Điều 9", "opened_from": date(2026, 6, 1)}]
    law = joined(old, general(id="30/2026", in_force_from=day, transition=back), citizens())
    opened = date(2026, 6, 15)
    ruled = {rule: law.ruling(rule, opened, opened).regulation for rule in law.rules}
    assert {each.id for each in ruled.values() if each} == {"30/2026", "27/2026/QĐ-UBND"}
    found = ruled["direction_on_feedback"]
    assert found is not None
    assert found.id == "27/2026/QĐ-UBND"
    assert law.ruling("review", date(2026, 5, 31), opened).regulation == law.get("02/2015/QĐ-UBND")


def test_what_has_begun_goes_by_the_old_law_of_its_own_line() -> None:
    """Of two regulations that each follow their own, either clause speaks of its own rules."""
    day = date(2026, 7, 1)
    last = date(2026, 6, 30)
    kept = {"cite": "Điều 9", "begun_before": day}
    first = [{**kept, "goes_by": "02/2015/QĐ-UBND"}]
    second = [{**kept, "goes_by": "27/2026/QĐ-UBND"}]
    newer = citizens(id="answer_to_citizen")
    law = joined(
        general(in_force_to=last),
        citizens() | {"in_force_to": last},
        general(id="30/2026", in_force_from=day, transition=first),
        newer | {"id": "31/2026", "in_force_from": day, "transition": second},
    )
    begun, opens = date(2026, 6, 1), date(2026, 7, 10)
    for rule, by in (("review", "02/2015/QĐ-UBND"), ("direction_on_feedback", "27/2026/QĐ-UBND")):
        found = law.ruling(rule, opens, begun)
        assert found.regulation is law.get(by), rule
        assert found.clause is not None


def test_the_line_of_each_rule_of_the_file_that_ships_is_that_of_its_heading() -> None:
    path = Path(__file__).parents[2] / "rules" / "regulations" / f"{REGULATION}.toml"
    text = path.read_text("utf-8")
    found = rule_lines(text)
    assert [*found] == [rule["id"] for rule in regulation_data(REGULATION)["rule"]]
    lines = text.splitlines()
    assert {lines[line - 1] for line in found.values()} == {"[[rule]]"}
    petty = (FIXTURES / "regulations" / f"{CITIZENS}.toml").read_text("utf-8")
    assert petty.splitlines()[rule_lines(petty)["direction_on_feedback"] - 1] == "[[rule]]"


# Two files that claim different things judge as the one file that has both lists.


@cache
def families() -> tuple[frozenset[str], ...]:
    """The rules of 02/2015 in families: those that name each other have to stand in one file."""
    rules = {rule.id: rule for rule in parse_regulation(general(), REGULATION).rules}
    family: dict[str, set[str]] = {id_: {id_} for id_ in rules}
    for id_, rule in rules.items():
        for other in named_by(rule):
            both = family[id_] | family[other]
            for each in both:
                family[each] = both
    return tuple({frozenset(each): None for each in family.values()})


def _with(rules: frozenset[str], **changed: Any) -> dict[str, Any]:
    data = deepcopy(general())
    data["rule"] = [rule for rule in data["rule"] if rule["id"] in rules]
    return {**data, **changed}


@st.composite
def halves(draw: st.DrawFn) -> tuple[Regulations, Regulations]:
    """02/2015 as two files, and as one with the rules in the order of the two."""
    groups = families()
    chosen = draw(st.lists(st.booleans(), min_size=len(groups), max_size=len(groups)))
    here = frozenset(id_ for group, it in zip(groups, chosen, strict=True) if it for id_ in group)
    there = frozenset(id_ for group in groups for id_ in group) - here
    one, other = _with(here), _with(there, id="03/2015")
    for key in ("assigning", "completion"):
        if key in one:
            del draw(st.sampled_from((one, other)))[key]
    whole = _with(here | there)
    whole["rule"] = [*one["rule"], *other["rule"]]
    try:
        two = joined(*(each for each in (one, other) if each["rule"]))
    except FileError:  # one of the halves has all that assigns, or both claim alike
        two = joined(whole)
    return joined(whole), two


def _judged(law: Regulations, stream: str, told: list[Event]) -> Projection:
    found = project(stream, told, law, calendar(), default_directory(), SINCE, THROUGH)
    alike = tuple(each._replace(regulation="") for each in found.obligations)
    return replace(found, obligations=alike)


@MANY
@given(halves(), st.sampled_from(STREAMS), st.data())
def test_two_files_that_claim_different_things_judge_as_the_one_that_has_both_lists(
    laws: tuple[Regulations, Regulations], stream: str, data: st.DataObject
) -> None:
    told = of_stream(stream, data.draw(histories(stream.partition(":")[0])))
    one, two = laws
    assert _judged(two, stream, told) == _judged(one, stream, told)
