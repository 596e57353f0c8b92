"""What holds of extensions, acceptance and tasks that come round, whatever happens and in whatever
order it arrives."""

from __future__ import annotations

from collections import Counter
from datetime import date
from functools import cache

import pytest
from dondoc.rules.events import Event
from dondoc.rules.in_force import Regulations
from dondoc.rules.judging.projection import project
from dondoc.rules.obligations import Projection
from dondoc.rules.reading.regulation import parse_regulation
from dondoc.rules.reading.side_by_side import together
from hypothesis import given, settings
from hypothesis import strategies as st
from support.case_law import calendar, default_directory, regulation_data
from support.histories import histories, of_stream

NAMES = ("extensions", "acceptance", "recurring")
SINCE, THROUGH = date(2025, 11, 1), date(2026, 8, 31)
STREAM = "document:VB-1"
FEW = settings(max_examples=40, deadline=None)

throughs = st.dates(date(2025, 10, 1), date(2027, 3, 31))
documents = histories("document")


@cache
def regulations(name: str) -> Regulations:
    return together([(parse_regulation(regulation_data(name), name), name)])


def judged(name: str, arrived: list[Event], through: date = THROUGH) -> Projection:
    history, directory = of_stream(STREAM, arrived), default_directory()
    return project(STREAM, history, regulations(name), calendar(), directory, SINCE, through)


@pytest.mark.parametrize("name", NAMES)
@FEW
@given(documents, st.data())
def test_arrival_changes_nothing_and_no_two_obligations_are_one(
    name: str, arrived: list[Event], data: st.DataObject
) -> None:
    found = judged(name, arrived)
    assert judged(name, data.draw(st.permutations(arrived))) == found
    assert [id_ for id_, n in Counter(each.id for each in found.obligations).items() if n > 1] == []
    for each in found.obligations:
        assert each.body
        assert each.ended_on is None or each.ended_on >= each.opened_on
        assert each.met_on is None or each.ended_on is None
        assert each.first_due != each.due or each.due is None
        assert each.extensions >= 0


@pytest.mark.parametrize("name", NAMES)
@FEW
@given(documents, throughs, throughs)
def test_a_later_day_rewrites_no_earlier_one_and_the_next_opening_is_known(
    name: str, arrived: list[Event], one: date, other: date
) -> None:
    early, late = sorted((one, other))
    before, after = judged(name, arrived, early), judged(name, arrived, late)
    cut = [each for each in after.obligations if each.opened_on <= early]
    assert list(before.obligations) == cut
    opened = [each.opened_on for each in after.obligations if each.opened_on > early]
    if opened:
        assert before.next_opening is not None
        assert early < before.next_opening <= min(opened)


@pytest.mark.parametrize("name", NAMES)
@FEW
@given(histories("document", backdated=False), st.data())
def test_what_is_a_breach_stays_one_whatever_comes_later(
    name: str, arrived: list[Event], data: st.DataObject
) -> None:
    """But for what takes a completion back, or says anew what the document is."""
    history = of_stream(STREAM, arrived)
    length = data.draw(st.integers(0, len(history)))
    before, after = history[:length], history[length:]
    if not before or any(each.type.startswith("document.") for each in after):
        return
    day = before[-1].on
    for each in judged(name, before, day).obligations:
        if each.counts_as_breach(day) and each.closed_on is None:
            (same,) = [now for now in judged(name, history, day).obligations if now.id == each.id]
            told = {now.type for now in after if now.on <= day}
            assert same.counts_as_breach(day) or "task.completed" in told or "task.progress" in told
