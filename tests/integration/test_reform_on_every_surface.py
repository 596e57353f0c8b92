"""A reform, looked at from every side: whoever asks who owes what on a day gets one answer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from dondoc.commands.explain import explanation
from dondoc.commands.show import COLUMNS, timeline
from dondoc.metrics.families import UNKNOWN
from dondoc.rules.directory import Directory
from dondoc.rules.obligations import Obligation
from dondoc.storage.database import open_store
from dondoc.storage.looking import Look
from dondoc.storage.reprocessing import Scope, reprocess
from dondoc.storage.streams import streams_after
from support.reform import SINCE, answering, counted, directory, law
from support.reformed_office import Reformed, by_body
from support.stores import state as stored

DAYS = tuple(
    date(2025, month, day)
    for month, day in ((6, 20), (6, 30), (7, 1), (7, 4), (7, 16), (8, 2), (9, 16), (12, 31))
)
OPEN = ("open", "overdue")
Board = dict[str, dict[str, int]]
RULED = ("dondoc_obligations", "dondoc_obligations_closed", "dondoc_breaches")


@pytest.fixture
def empty(database_url: str) -> Iterator[Reformed]:
    store = open_store(database_url)
    store.migrate(SINCE)
    yield Reformed(store)
    store.close()


def owing(each: Obligation, day: date) -> tuple[str, ...]:
    return answering(each.body, min(day, each.closed_on or day))


def agree(office: Reformed, day: date) -> None:
    """Everything that can be asked about *day* says the same."""
    every = office.obligations(day)
    is_open = [each for each in every if each.state(day) in OPEN]
    wanted = by_body((counted(each.body, day), each.state(day)) for each in is_open)
    the_board_agrees(office, day, wanted)
    the_list_agrees(office, day, every)
    the_metrics_agree(office, day, every, wanted)
    reminded = office.reminded(day)
    assert reminded
    for each in is_open:
        if each.id in reminded:
            assert reminded[each.id] == set(answering(each.body, day))


def the_board_agrees(office: Reformed, day: date, wanted: Board) -> None:
    status = office.status(day)
    shown = {row["body"]: {state: row[state] for state in OPEN} for row in status["obligations"]}
    assert shown == wanted
    for row in status["obligations"]:
        assert tuple(row["owed_by"]) == answering(row["body"], day)
    rows = office.status_rows(day)
    assert {row["body"]: {state: int(row[state]) for state in OPEN} for row in rows} == wanted
    for row in rows:
        assert tuple(row["owed_by"].split(", ")) == answering(row["body"], day)
    opened, overdue = (sum(each[state] for each in wanted.values()) for state in OPEN)
    assert f"{opened} obligations open, {overdue} overdue" in office.status_page(day)


def the_list_agrees(office: Reformed, day: date, every: list[Obligation]) -> None:
    listed = office.listed(day)
    assert [row["id"] for row in listed] == [each.id for each in every]
    for row, each in zip(listed, every, strict=True):
        assert tuple(row["owed_by"]) == owing(each, day)
        assert row["body"] == each.body
    for body in directory():
        mine = {row["id"] for row in office.listed(day, body=body.code)}
        assert mine == {
            each.id
            for each in every
            if body.code in owing(each, day)
            or body.code == counted(each.body, min(day, each.closed_on or day))
        }


def the_metrics_agree(office: Reformed, day: date, every: list[Obligation], wanted: Board) -> None:
    metrics = office.metrics(day)
    figured: Counter[tuple[str, str]] = Counter()
    for (_, code, state), number in metrics["dondoc_obligations"].items():
        figured[code, state] += int(number)
    assert by_body(figured.elements()) == wanted
    of_tasks = office.status(day)["tasks"]
    assert metrics["dondoc_tasks"] == {
        (code, state): number for code, of in of_tasks.items() for state, number in of.items()
    }
    assert all(counted(code, day) == code for code in of_tasks)
    breaches: Counter[tuple[str, ...]] = Counter()
    for each in every:
        in_window = each.due is not None and day - timedelta(days=90) <= each.due < day
        if in_window and each.breach_on is not None and each.breach_on <= day:
            breaches[each.rule, counted(each.body, each.breach_on)] += 1
    found = {key[:2]: n for key, n in metrics["dondoc_breaches"].items() if key[2] == "90d"}
    assert found == dict(breaches)
    labels = {key[0] for key in metrics["dondoc_body_info"]}
    assert UNKNOWN not in labels
    assert labels >= {key[1] for name in RULED for key in metrics[name]}


def test_every_surface_agrees_on_every_day_of_the_reform(empty: Reformed) -> None:
    for day in DAYS:
        empty.reach(day)
        agree(empty, day)


def test_a_day_looked_back_at_is_as_it_was(empty: Reformed) -> None:
    seen = {}
    for day in DAYS:
        empty.reach(day)
        seen[day] = (empty.listed(day), empty.status(day)["obligations"])
    for day in DAYS:
        assert (empty.listed(day), empty.status(day)["obligations"]) == seen[day]


def test_what_is_stored_day_by_day_is_what_everything_leads_to(empty: Reformed) -> None:
    for day in DAYS:
        empty.reach(day)
    store = empty.store
    assert list(reprocess(store, law(), Scope(), dry_run=True)) == []
    look = Look(store, law(), None, relating=True)
    streams = store.read(lambda tx: streams_after(tx, 0, 10_000))
    assert look.at([each for each in streams if each.law is not None]) == []


def test_a_reform_that_the_directory_is_told_of_later_is_applied_by_a_reprocessing(
    empty: Reformed, tmp_path: Path
) -> None:
    """Until then each body stood for itself; the reports of before are related to whom they were
    handed in for."""
    bodies = {body.code: replace(body, successor=None) for body in directory()}
    unreformed = replace(law(), directory=Directory(bodies, "without successors"))
    empty.reach(DAYS[-1])
    other = open_store(f"sqlite:///{tmp_path / 'other.db'}")
    other.migrate(SINCE)
    late = Reformed(other, law=unreformed)
    late.reach(DAYS[-1])
    before = late.obligations(DAYS[-1])
    assert before != empty.obligations(DAYS[-1])
    late.law = law()
    foreseen = list(reprocess(other, law(), Scope(), dry_run=True))
    assert late.obligations(DAYS[-1]) == before
    assert list(reprocess(other, law(), Scope(), dry_run=False)) == foreseen
    assert late.obligations(DAYS[-1]) == empty.obligations(DAYS[-1])
    assert list(reprocess(other, law(), Scope(), dry_run=False)) == []
    agree(late, DAYS[-1])
    assert stored(other) == stored(empty.store)
    other.close()


def sections(office: Reformed, each: Obligation, day: date) -> Iterator[str]:
    yield from explanation(office.application, each.id, "vi", day)


def test_explanations_and_timelines_name_who_owes(empty: Reformed) -> None:
    day = date(2025, 7, 16)
    empty.reach(day)
    chosen: dict[tuple[str, ...], Obligation] = {}
    for each in empty.obligations(day):
        if each.closed_on is None and each.task_id and answering(each.body, day) != (each.body,):
            chosen.setdefault((each.body, each.rule), each)
    assert len(chosen) > 30
    for each in list(chosen.values())[::7]:
        text = "\n".join(sections(empty, each, day))
        for code in answering(each.body, day):
            assert f"{directory().name(code, day)} (mã {code})" in text
        rows = timeline(empty.application, each.subject, day)
        of_it = [row for row in rows if row["id"] == each.id]
        assert of_it
        assert all(row["owed_by"] == list(answering(each.body, day)) for row in of_it)
        assert "owed_by" in COLUMNS
