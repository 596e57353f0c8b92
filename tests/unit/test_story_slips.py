"""Slips in a story, by chance in any event of any type and mode: each is told, and nothing else."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from copy import deepcopy
from typing import Any

import pytest
from dondoc.commands.terminal.story_slips import StoryEvent, slips_in
from dondoc.connector.contract.guard import data_told
from dondoc.rules.event_types import EVENT_TYPES
from dondoc.rules.regulation import ASSIGNED
from support.hscv import LIMITS, admitted, binary, event, structured

Told = dict[str, Any]
_STORIES = 150
_SUBJECTS = ("VB-1", "VB-2", "VB-3")
_TASKS = ("T1", "T2")


def story(chance: random.Random) -> list[Told]:
    """Events of types by chance, whole and valid, ids their own; each task has been assigned."""
    types = [ASSIGNED, *chance.sample(sorted(EVENT_TYPES), 8)]
    events = []
    for number, type_ in enumerate(types):
        told = deepcopy(event(type_, id=f"e{number}", subject=chance.choice(_SUBJECTS)))
        if type_.startswith("task."):
            told["data"]["task_id"] = chance.choice(_TASKS)
        events.append(told)
    there = {about(each) for each in events if each["type"] == f"hscv.{ASSIGNED}"}
    for subject, task in sorted({about(each) for each in events if of_task(each)} - there):
        assigned = deepcopy(event(ASSIGNED, id=f"{subject}-{task}", subject=subject))
        assigned["data"]["task_id"] = task
        events.append(assigned)
    chance.shuffle(events)
    return events


def readable(events: list[Told]) -> list[Told]:
    """Those of which everything may be told."""
    return [each for each in events if each["type"] != "hscv.document.secrecy_changed"]


def of_task(told: Told) -> bool:
    return bool(told["type"].startswith("hscv.task."))


def about(told: Told) -> tuple[str, str]:
    return told["subject"], told["data"].get("task_id", "")


def misspelt(events: list[Told], chance: random.Random) -> str:
    """A field beside those that the contract has, of an event's data or of what it corrects."""
    told = chance.choice(readable(events))
    within = told["data"]
    if isinstance(within.get("fields"), dict) and chance.random() < 0.7:
        within = within["fields"]
    name = f"{chance.choice(['due', 'lead', 'completedOn', 'x-note', '_id'])}_slip"
    within[name] = chance.choice(["2026-03-20", None, 7, ["PYT"], {"a": {"b": 1}}])
    return f"{name} ({told['type'].removeprefix('hscv.')})"


def no_name(events: list[Told], chance: random.Random) -> str:
    """A key that may be a document's own words, which stand nowhere."""
    told = chance.choice(readable(events))
    told["data"][chance.choice(["Về việc mật", "a b", "", "x" * 42, "1.2"])] = "đúng"
    return f"… ({told['type'].removeprefix('hscv.')})"


def repeated(events: list[Told], chance: random.Random) -> str:
    """Another event under the id of one before."""
    told = deepcopy(chance.choice(events))
    told["time"] = "2026-03-05T09:00:00+07:00"
    events.append(told)
    return f"before, so that they count for nothing: {told['id']}"


def unassigned(events: list[Told], chance: random.Random) -> str:
    """An event about a task that nobody assigned, or not of this document."""
    type_ = chance.choice([each for each in sorted(EVENT_TYPES) if each.startswith("task.")])
    if type_ == ASSIGNED:
        type_ = "task.progress"
    told = deepcopy(event(type_, id="lone", subject=chance.choice([*_SUBJECTS, "VB-9"])))
    told["data"]["task_id"] = "T9"
    events.insert(chance.randrange(len(events)), told)
    return f"T9 ({told['subject']})"


def none_at_all(events: list[Told], chance: random.Random) -> None:
    """The same event comes twice, which is no slip."""
    events.append(deepcopy(chance.choice(events)))


def lines(events: list[Told], chance: random.Random) -> Iterator[str]:
    """What is said of *events*, each in either mode."""
    messages = [structured(each) if chance.random() < 0.5 else binary(each) for each in events]
    return slips_in([StoryEvent(admitted(each), data_told(each, LIMITS)) for each in messages])


@pytest.mark.parametrize("slip", [misspelt, no_name, repeated, unassigned])
def test_a_slip_by_chance_is_told_with_its_place_and_nothing_else_is(
    slip: Callable[[list[Told], random.Random], str],
) -> None:
    for seed in range(_STORIES):
        chance = random.Random(f"{slip.__name__}{seed}")
        events = story(chance)
        wanted = slip(events, chance)
        said = list(lines(events, chance))
        assert len(said) == 1, (seed, said)
        assert wanted in said[0], (seed, wanted, said)
        assert "mật" not in said[0]


def test_a_story_without_a_slip_is_told_nothing() -> None:
    for seed in range(_STORIES):
        chance = random.Random(seed)
        events = story(chance)
        none_at_all(events, chance)
        assert not list(lines(events, chance)), seed


def test_several_slips_are_a_line_for_each_kind() -> None:
    for seed in range(_STORIES):
        chance = random.Random(f"all {seed}")
        events = story(chance)
        wanted = [slip(events, chance) for slip in (misspelt, repeated, unassigned)]
        said = list(lines(events, chance))
        assert len(said) == len(wanted), (seed, said)
        assert all(each in line for each, line in zip(wanted, said, strict=True)), (seed, said)
