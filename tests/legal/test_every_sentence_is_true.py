"""No sentence of an explanation says what is untrue, of any obligation, on any day."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any, cast

import pytest
from dondoc.rules.events import Event
from dondoc.rules.moments import told_by
from dondoc.rules.trace import Trace
from dondoc.sample.generator import since
from support.explaining import LANGUAGES
from support.legal_cases import LegalCase, case_files, read_cases
from support.sample import sample_law, sample_streams
from support.sentences.facts import Facts
from support.sentences.witness import untrue
from support.stories import SINCE, STORIES, THROUGH, history, law, texts

DAYS = (date(2026, 3, 13), date(2026, 4, 10), date(2026, 9, 7), THROUGH)


@pytest.mark.parametrize("path", case_files(), ids=lambda path: path.stem)
def test_of_every_obligation_of_every_legal_case_nothing_untrue_is_said(path: Path) -> None:
    problems = [line for case in read_cases(path) for line in _of_case(case)]
    assert problems == []


def _of_case(case: LegalCase) -> list[str]:
    by = replace(law(), regulations=case.regulations, directory=case.directory)
    by = replace(by, calendar=case.calendar)
    found = []
    for day in case.as_of:
        known = [event for event in case.events if event.time < told_by(day)]
        for stream, projection in zip(case.streams, case.projections(known), strict=True):
            own = tuple(case.history(stream, known))
            for obligation in projection.obligations:
                facts = Facts(obligation, own, by, day)
                for language in LANGUAGES:
                    found += [f"{case.where}: {line}" for line in untrue(facts, texts(language))]
    return found


@pytest.mark.parametrize("stream", STORIES)
def test_of_every_obligation_of_every_story_nothing_untrue_is_said(stream: str) -> None:
    problems = []
    for day in DAYS:
        known: list[Event] = [e for e in history(stream, STORIES[stream]) if e.on <= day]
        for obligation in law().project(stream, known, SINCE, day).obligations:
            facts = Facts(obligation, tuple(known), law(), day)
            for language in LANGUAGES:
                problems += untrue(facts, texts(language))
    assert problems == []


@pytest.mark.parametrize("day", [date(2026, 2, 27), date(2026, 3, 31)])
def test_of_every_obligation_of_the_sample_nothing_untrue_is_said(day: date) -> None:
    problems = []
    for stream, events in sample_streams().items():
        known = tuple(event for event in events if event.on <= day)
        for obligation in sample_law().project(stream, known, since(), day).obligations:
            facts = Facts(obligation, known, sample_law(), day)
            for language in LANGUAGES:
                problems += untrue(facts, texts(language))
    assert problems == []


def _untrue_of(stream: str, rule: str, day: date, **changed: Any) -> list[str]:
    """What is untrue of the obligation of *rule* in a story, its trace *changed*."""
    known = [each for each in history(stream, STORIES[stream]) if each.on <= day]
    obligations = law().project(stream, known, SINCE, day).obligations
    *_, owed = (each for each in obligations if each.rule == rule)
    trace = {key: value for key, value in {**owed.trace, **changed}.items() if value is not None}
    owed = owed._replace(trace=cast(Trace, trace))
    return untrue(Facts(owed, tuple(known), law(), day), texts("vi"))


@pytest.mark.parametrize(
    ("stream", "rule"),
    [
        ("document:taken-back", "execution"),
        ("document:back-and-forth", "execution"),
        ("document:nobodys-word", "execution"),
        ("feedback:not-copied", "feedback_response"),
        ("inspection:half-told", "inspection_report"),
    ],
)
def test_that_nothing_was_recorded_is_found_untrue_where_something_came(
    stream: str, rule: str
) -> None:
    day = date(2026, 3, 24) if stream == "document:back-and-forth" else THROUGH
    assert _untrue_of(stream, rule, day) == []
    (problem, *_) = _untrue_of(stream, rule, day, came=None)
    assert problem.startswith("explain.outcome.open: there was ")


def test_a_deadline_that_moved_later_and_a_term_that_is_awaited_are_found_untrue() -> None:
    event = {"type": "task.due_changed", "source": "/hscv", "id": "e5", "on": "2026-03-16"}
    moved = [{**event, "from": "2026-03-27"}]
    day = date(2026, 3, 15)
    found = _untrue_of("document:several-bodies", "execution", day, moved=moved)
    assert any("no such event has happened" in line for line in found)
    waiting = _untrue_of(
        "document:handed-over-late", "execution", THROUGH, awaiting_deadline=None, due=None
    )
    assert waiting
