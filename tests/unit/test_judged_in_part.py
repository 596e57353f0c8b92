"""What is judged of a part of a document equals the judgement of its whole history."""

from __future__ import annotations

from random import Random

import pytest
from dondoc.rules.events import Event
from hypothesis import given, settings
from hypothesis import strategies as st
from support.document_courses import STREAM, parts_of
from support.histories import histories, of_stream
from support.judged_parts import NAMES, Kept, locality, tell_course, through_of

COURSES = 40
"""Of each regulation, each in its order and in another; `python -m tests.fuzz parts` takes any
number."""


@pytest.mark.parametrize("name", NAMES)
def test_a_course_judged_part_by_part_is_as_its_whole(name: str) -> None:
    """In its order and in any other; and enough of what is told is judged in part, otherwise
    nothing would have been tried."""
    assert locality(name).is_given
    parts = told = 0
    for number in range(COURSES):
        seed = f"{name} {number}"
        try:
            one, of = tell_course(name, seed, orders=1)
        except AssertionError:
            print(f"seed: {seed}")
            raise
        parts, told = parts + one, told + of
    assert parts * 12 > told


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=20, deadline=None)
@given(histories("document"), st.integers(0, 1000))
def test_a_history_however_odd_is_judged_part_by_part_as_its_whole(
    name: str, arrived: list[Event], seed: int
) -> None:
    chance = Random(seed)
    kept = Kept(name, through_of(chance))
    for part in parts_of(of_stream(STREAM, arrived), chance):
        kept.tell(part)
        kept.require_whole()
