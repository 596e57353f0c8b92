"""Figures of reports: each task in one standing, each figure the list's, the same again later.

The histories are random, of a unit in which everything that a report counts happens.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest
from dondoc.reports.formats.as_json import as_object
from dondoc.reports.making.checking import discrepancies
from dondoc.reports.making.making import Wish, make
from dondoc.reports.making.standing import FALLEN_DUE, STANDINGS
from dondoc.reports.making.tally import OF_PROGRESS
from dondoc.reports.periods import days
from dondoc.reports.report import BODY_PROGRESS, INSPECTION_SUMMARY, Report
from dondoc.rules.events import LOCAL
from dondoc.storage.database import Store, open_store
from support.busy_unit import BEGIN, END, Unit, live
from support.stories import DIRECTORY, law

FIRST, LAST = date(2026, 3, 1), date(2026, 3, 31)
HALF = date(2026, 4, 10)
SEEDS = (1, 2)
Made = Mapping[Wish, Report]


def at(day: date) -> datetime:
    return datetime.combine(day, time(18), LOCAL)


def wish(body: str | None, made: date, last: date = LAST) -> Wish:
    """A report on the days from FIRST to *last*, or as far as they are over, of that evening."""
    period = days(FIRST, last)
    return Wish(BODY_PROGRESS, period, min(last, made), at(made), body=body)


def again(wished: Wish) -> Wish:
    """The same report, made when all is over, of what was known then."""
    made = datetime(2027, 3, 1, tzinfo=LOCAL)
    return Wish(wished.kind, wished.period, wished.as_of, made, wished.made_at, body=wished.body)


def report(store: Store, wished: Wish) -> Report:
    return store.read(lambda tx: make(tx, law(), wished))


def check(store: Store, found: Report) -> list[object]:
    return list(store.read(lambda tx: discrepancies(tx, law(), found)))


def numbers(found: Report, code: str | None = None) -> dict[str, int]:
    """The figures without a detail, of the body or of all."""
    one = {body.code: body.figures for body in found.bodies}
    figures = found.figures if code is None else one[code]
    return {each.key: each.number for each in figures if not each.detail}


def shown(found: Report) -> dict[str, object]:
    """All of a report but when it was made."""
    return {key: value for key, value in as_object(found).items() if key != "made_at"}


@pytest.fixture(scope="module", params=SEEDS)
def made(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Store, Made]]:
    """A unit that has lived to the end, and the reports that were made on the way."""
    folder: Path = tmp_path_factory.mktemp("unit")
    store = open_store(f"sqlite:///{folder / 'unit.db'}")
    store.migrate(date(2026, 1, 1))
    unit, reports = Unit(request.param), dict[Wish, Report]()
    since = BEGIN
    for until in (date(2026, 3, 18), HALF, END):
        live(store, unit, since, until)
        for body in (None, *(each.code for each in DIRECTORY)):
            wished = wish(body, until)
            reports[wished] = report(store, wished)
        since = date.fromordinal(until.toordinal() + 1)
    yield store, reports
    store.close()


def test_a_task_has_one_standing_and_what_fell_due_one_end(made: tuple[Store, Made]) -> None:
    for found in made[1].values():
        for told in (numbers(found), *(numbers(found, body.code) for body in found.bodies)):
            assert told["held"] == told["carried_over"] + told["assigned"]
            assert told["held"] == sum(told[key] for key in STANDINGS)
            assert told["fell_due"] == sum(told[key] for key in FALLEN_DUE)
            assert told["difficulties"] >= told["difficulties_answered"]


def test_every_figure_is_as_many_as_its_ids_and_every_table_has_a_row_for_each(
    made: tuple[Store, Made],
) -> None:
    for found in made[1].values():
        for figures in (found.figures, *(body.figures for body in found.bodies)):
            assert all(each.number == len(each.ids) for each in figures)
            by_article = sum(each.number for each in figures if each.key == "breach")
            assert by_article == next(e.number for e in figures if e.key == "breaches")
        rows = {table.key: Counter(table.ids) for table in found.tables}
        ids = {each.key: Counter(each.ids) for each in found.figures if not each.detail}
        for table, key in {
            "tasks": "held",
            "breaches": "breaches",
            "moves": "moves",
            "difficulties": "difficulties",
            "returns": "returned",
        }.items():
            assert rows.get(table, Counter()) == ids[key], table


def test_every_figure_counted_again_from_the_list_is_the_same(made: tuple[Store, Made]) -> None:
    store, reports = made
    for found in reports.values():
        assert check(store, found) == []


def test_what_came_later_changes_nothing_of_a_report_of_what_was_known(
    made: tuple[Store, Made],
) -> None:
    store, reports = made
    for wished, found in reports.items():
        assert shown(report(store, again(wished))) == shown(found)


def test_the_report_of_one_body_says_what_the_report_of_all_says_of_it(
    made: tuple[Store, Made],
) -> None:
    _, reports = made
    whole = {wished.made_at: found for wished, found in reports.items() if wished.body is None}
    for wished, found in reports.items():
        if wished.body is not None:
            together = {each.code: each for each in whole[wished.made_at].bodies}
            assert together.get(wished.body, found.bodies[0]) == found.bodies[0]


def test_what_came_later_would_have_changed_them_and_everything_is_counted_somewhere(
    made: tuple[Store, Made],
) -> None:
    """The histories are worth something: without this they could be empty."""
    store, reports = made
    whole = [(wished, found) for wished, found in reports.items() if wished.body is None]
    counted = Counter[str]()
    for wished, found in whole:
        counted.update(numbers(found))
        now = Wish(wished.kind, wished.period, wished.as_of, at(date(2027, 3, 1)))
        if wished.as_of < END:
            assert numbers(report(store, now)) != numbers(found) or wished.made_at == at(END)
    nowhere = {*OF_PROGRESS} - {key for key, number in counted.items() if number}
    assert len(nowhere) <= 6, nowhere


def test_both_databases_give_the_figures_of_the_list_and_the_same_ones_later(store: Store) -> None:
    unit, wished = Unit(6, documents=8), wish(None, HALF)
    live(store, unit, BEGIN, HALF)
    summary = replace(wished, kind=INSPECTION_SUMMARY)
    before = [report(store, each) for each in (wished, summary, replace(wished, body="PYT"))]
    live(store, unit, HALF + timedelta(1), END)
    for found, each in zip(before, (wished, summary, replace(wished, body="PYT")), strict=True):
        assert check(store, found) == []
        assert shown(report(store, again(each))) == shown(found)
    assert numbers(before[0])["held"] > 5
    assert not before[1].is_empty


def test_a_summary_of_inspections_has_what_the_list_has_whenever_its_days_begin(
    tmp_path: Path,
) -> None:
    """An inspection that was reported before the days of the summary may fall due in them."""
    store = open_store(f"sqlite:///{tmp_path / 'unit.db'}")
    store.migrate(date(2026, 1, 1))
    live(store, Unit(11, documents=0, inspections=60), BEGIN, END)
    fallen_due = 0
    for ago in range(0, 60, 3):
        first = END - timedelta(ago + 6)
        period = days(first, first + timedelta(6))
        found = report(store, Wish(INSPECTION_SUMMARY, period, period.last, at(END)))
        assert check(store, found) == []
        then = report(
            store, Wish(INSPECTION_SUMMARY, period, period.last, at(END), at(period.last))
        )
        assert check(store, then) == []
        assert "" not in {body.code for body in then.bodies}, "one ended, its beginning not stored"
        fallen_due += numbers(found).get("results_due", 0)
    assert fallen_due > 10
