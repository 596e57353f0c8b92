"""Three regulations, one program: each judges the sample's quarter by its own data alone."""

from __future__ import annotations

import tomllib
from collections import defaultdict
from functools import cache

import pytest
from dondoc.connector.contract.data.validation import validate
from dondoc.connector.contract.guard import Admitted, Limits, Message, inspect
from dondoc.rules.directory import Directory
from dondoc.rules.events import Event, local_date, streams_of
from dondoc.rules.judging.projection import project
from dondoc.rules.obligations import Obligation
from dondoc.rules.reading.directory import parse_directory
from dondoc.rules.reading.regulation import parse_regulation
from dondoc.rules.reading.side_by_side import together
from dondoc.rules.regulation import Regulation
from dondoc.sample.generator import ENDING, directory_toml, generate, since
from support.case_law import REGULATION, calendar, regulation_data

NAMES = (REGULATION, "nd138", "calendar-days")


@cache
def directory() -> Directory:
    return parse_directory(tomllib.loads(directory_toml().decode()), "bodies.toml")


@cache
def histories() -> dict[str, list[Event]]:
    """The sample's valid events by stream, each once, in order."""
    once: dict[tuple[str, str], Event] = {}
    for message in generate():
        said = inspect(Message(message.body, message.content_type, message.headers), Limits())
        if isinstance(said, Admitted) and validate(said) is None:
            event = Event(
                said.source,
                said.id,
                said.type,
                said.subject,
                said.time,
                said.sequence,
                said.data,
                local_date(said.time),
            )
            once.setdefault(event.key, event)
    found: dict[str, list[Event]] = defaultdict(list)
    for event in sorted(once.values(), key=lambda each: each.order):
        office = directory().office(event.on)
        for stream in streams_of(event.type, event.subject, event.data, office):
            found[stream].append(event)
    for body in directory():
        found.setdefault(f"reports:{body.code}", [])
    return found


@cache
def regulation(name: str) -> Regulation:
    data = regulation_data(name)
    # In force during the sample's quarter, whenever that one begins.
    data["in_force_from"] = min(data["in_force_from"], since().replace(year=since().year - 1))
    return parse_regulation(data, name)


@cache
def judged(name: str) -> tuple[Obligation, ...]:
    law = together([(regulation(name), name)])
    return tuple(
        obligation
        for stream, history in histories().items()
        for obligation in project(
            stream, history, law, calendar(), directory(), since(), ENDING
        ).obligations
    )


@pytest.mark.parametrize("name", NAMES)
def test_the_sample_runs_under_each_regulation(name: str) -> None:
    rules = {rule.id for rule in regulation(name).rules if rule.off is None}
    found = {each.rule for each in judged(name)}
    assert found <= rules
    # 02/2015's fixed months of inspection summaries are not in every quarter, and nobody finds
    # a status wrong in it.
    assert rules - found <= {"inspection_summary", "own_correction"}
    assert {each.regulation for each in judged(name)} == {regulation(name).id}


@pytest.mark.parametrize("name", NAMES)
def test_no_two_obligations_of_the_sample_have_one_id(name: str) -> None:
    ids = [each.id for each in judged(name)]
    assert len(ids) == len(set(ids))


def test_two_regulations_that_ask_for_the_same_execution_find_the_same_tasks() -> None:
    def execution(name: str) -> set[tuple[object, ...]]:
        return {
            (each.stream, each.task_id, each.body, each.opened_on, each.target, each.due)
            for each in judged(name)
            if each.rule == "execution"
        }

    assert execution(REGULATION)
    assert execution("nd138") == execution(REGULATION)


def test_a_regulation_without_an_office_asks_nothing_of_it() -> None:
    offices = {body.code for body in directory() if body.kind == "office"}
    owed = [each for each in judged("calendar-days") if each.body in offices]
    assert all(each.rule in ("execution", "confirmation") for each in owed)
