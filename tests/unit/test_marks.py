"""Whoever looks at events by their marks misses no quote that looking at all of them finds."""

from __future__ import annotations

import json
from typing import Any

import pytest
from dondoc.rules.event_types import EVENT_TYPES
from dondoc.storage.secrecy.folding import MARK_BYTES, folded, mark_of, marks_in, runs, shape_of
from dondoc.storage.secrecy.marks import marks_of
from dondoc.storage.secrecy.quotes import (
    StoredEvent,
    Wanted,
    can_quote,
    name_listed,
    names_from,
    quotes_in_event,
)
from dondoc.storage.tables.indexes import NEVER_QUOTING
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from support.quoting import WRITTEN

LETTERS = "aZđÐôệ\u1369\u0661ﬁ①½\u00ad\u200b\u0301０ß²"
"""What folding takes apart, joins, leaves out or does not know."""
BETWEEN = " /-–._:\u2011\u200b\u00ad\n&%\\<>\"'{}#;0"
NAMES = st.one_of(
    st.from_regex(r"\A[0-9]{1,9}(-[0-9]{1,3})?\Z"),
    st.from_regex(r"\A[0-9]{1,3}/(20[0-9]{2}/)?(QĐ|CT|UBND)(-[A-Z]{1,5})?\Z"),
    st.from_regex(r"\A[0-9a-f]{8}-[0-9a-f]{4}\Z"),
    st.text(alphabet="0123456789/-ab" + LETTERS + BETWEEN, min_size=1, max_size=12),
    st.text(min_size=1, max_size=9),
)
TEXTS = st.one_of(
    st.text(alphabet="0159 /-ab" + LETTERS + BETWEEN, max_size=12), st.text(max_size=9)
)
PLACES = ("text", "key", "id", "source", "subject", "task_id", "number", "type")


@st.composite
def names_written(draw: st.DrawFn) -> tuple[str, str]:
    """A name, and a text in which it stands in some way."""
    name = draw(NAMES)
    for _ in range(draw(st.integers(0, 2))):
        way = draw(st.sampled_from(sorted(WRITTEN)))
        quoted = WRITTEN[way](name)
        return name, draw(TEXTS) + draw(st.sampled_from(["", " ", "|"])) + quoted + draw(TEXTS)
    return name, draw(TEXTS) + name + draw(TEXTS)


def event_of(place: str, text: str, type_: str, *, structured: bool) -> StoredEvent:
    """An event that has *text* in *place*."""
    subject, source, id_ = "PA", "hscv", "x"
    data: dict[str, Any] = {"content": "…"}
    if place == "text":
        data["content"] = text
    elif place == "key":
        data["extension"] = {text: [None, True]}
    elif place == "task_id":
        data["task_id"] = text
    elif place == "number":
        data["n"] = [int("1" + "".join(filter(str.isascii, filter(str.isdigit, text)))), 12.50]
    elif place == "subject":
        subject = text
    elif place == "source":
        source = text
    elif place == "id":
        id_ = text
    elif place == "type":
        type_ = f"note.{text}"
    value: Any = {"subject": subject, "data": data, "id": id_} if structured else data
    return StoredEvent(type_, subject, source, id_, structured, json.dumps(value).encode())


@settings(max_examples=1500, deadline=None)
@given(
    written=names_written(),
    place=st.sampled_from(PLACES),
    type_=st.sampled_from(["feedback.received", "report.submitted", "attachment.added", "task.x"]),
    structured=st.booleans(),
)
@example(
    written=("15/CT", "1\u00ad5/CT"), place="text", type_="feedback.received", structured=False
)
@example(
    written=("1\u00ad5/CT", "15/CT"), place="text", type_="feedback.received", structured=False
)
@example(written=("12.50", "12.50"), place="number", type_="feedback.received", structured=False)
@example(
    written=("1\u13695", "x 1\u13695"), place="text", type_="feedback.received", structured=True
)
def test_an_event_that_quotes_a_name_has_the_mark_of_it(
    written: tuple[str, str], place: str, type_: str, structured: bool
) -> None:
    name, text = written
    said = event_of(place, text, type_, structured=structured)
    wanted = Wanted.of(names_from(name))
    if wanted.among(quotes_in_event(said, wanted.shapes)):
        assert is_looked_at(said, wanted), (name, text)


@settings(max_examples=1500, deadline=None)
@given(TEXTS, TEXTS, TEXTS, st.data())
def test_every_run_of_a_text_has_the_mark_of_its_form_there(
    first: str, second: str, third: str, data: st.DataObject
) -> None:
    """Not only of names that somebody thought of: whatever could be one."""
    text = f"{first}{second}{third}"
    some = data.draw(st.sampled_from([first, second, third, first + second, second + third, text]))
    assume(form := folded(some))
    marks = set(marks_in(text))
    for run in runs(text, [shape_of(form)]):
        mark = mark_of(run)
        assert mark is None or mark in marks, ascii((text, run))


@pytest.mark.parametrize("way", WRITTEN)
@pytest.mark.parametrize("name", ["15/QĐ-UBND", "VB-2026-77", "15/2026", "546471-2", "a1b", "7"])
def test_a_mark_is_there_however_the_name_is_written(name: str, way: str) -> None:
    said = event_of(
        "task_id", f"Theo {WRITTEN[way](name)} cũ", "feedback.received", structured=True
    )
    wanted = Wanted.of(names_from(name))
    # Not of a number that a tag or a dash cuts in two: it is another.
    assert is_looked_at(said, wanted) or not wanted.among(quotes_in_event(said, wanted.shapes))


@pytest.mark.parametrize("text", ["16/QĐ-UBND", "115/QĐ-UBND", "15/CT-UBND", "QĐ 15", "2026-03-15"])
def test_an_event_with_another_number_is_passed_over(text: str) -> None:
    said = event_of("text", text, "feedback.received", structured=False)
    assert not is_looked_at(said, Wanted.of(names_from("15/QĐ-UBND")))


@pytest.mark.parametrize("name", ["§§", "Mật", "VB-A"])
def test_a_name_without_a_number_has_every_event_looked_at(name: str) -> None:
    assert Wanted.of(names_from(name) | names_from("15/CT")).marks is None


def test_a_name_of_which_only_the_digest_is_known_has_every_event_looked_at() -> None:
    (name,) = names_from("VB-15")
    listed = name_listed(name.listed())
    assert listed == name
    assert Wanted.of([listed]).marks is None
    assert Wanted.of([name]).marks is not None


def test_all_tasks_of_a_document_are_looked_for_by_one_mark() -> None:
    names = {name for number in range(1, 200) for name in names_from(f"10000123-{number}")}
    marks = Wanted.of(names).marks
    assert marks is not None
    assert len(marks) == 1


@pytest.mark.parametrize(
    "body", [b"{", b"\xff", json.dumps({"x": [*range(10_000, 10_400)]}).encode()]
)
def test_an_event_that_is_damaged_or_has_too_many_numbers_is_always_looked_at(body: bytes) -> None:
    assert marks_of(StoredEvent("feedback.received", "PA", "hscv", "x", False, body)) is None


def test_what_stands_in_no_index_never_quotes() -> None:
    assert not any(map(can_quote, NEVER_QUOTING))
    assert set(NEVER_QUOTING) <= set(EVENT_TYPES)


def is_looked_at(said: StoredEvent, wanted: Wanted) -> bool:
    """As the database does: by the bytes of a mark somewhere among those beside the event."""
    marks = marks_of(said)
    if marks is None or wanted.marks is None:
        return True
    assert len(marks) % MARK_BYTES == 0
    return any(mark in marks for mark in wanted.marks)
