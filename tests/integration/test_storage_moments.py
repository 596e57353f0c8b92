"""What is due at a moment, through the database: overdue a minute later wherever one looks now, at
the end of the day by its date, and told of by the next pass."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import cache, partial
from typing import Any

import pytest
from dondoc.reports.formats.forms import written
from dondoc.reports.letterhead import Letterhead
from dondoc.reports.making.making import Wish, make
from dondoc.reports.periods import days
from dondoc.reports.report import BODY_PROGRESS, Report
from dondoc.reports.site.addresses import item_page
from dondoc.reports.site.gathering import gather
from dondoc.reports.site.pages import pages
from dondoc.rules.calendar import Calendar, build_calendar
from dondoc.rules.events import LOCAL, local_date
from dondoc.rules.law import Law
from dondoc.rules.moments import so_far
from dondoc.rules.reading.calendar import parse_layer
from dondoc.rules.reading.regulation import parse_regulation
from dondoc.rules.reading.side_by_side import together
from dondoc.rules.reminding.snooze import Snooze
from dondoc.storage.advancing import advance
from dondoc.storage.database import Store
from dondoc.storage.history import read_histories
from dondoc.storage.new_events import NewEvent
from dondoc.storage.other_days import otherwise_on
from dondoc.storage.questions.figures import figures
from dondoc.storage.questions.filtering import Filter
from dondoc.storage.questions.light_figures import lit
from dondoc.storage.questions.listing import WORST, first_of
from dondoc.storage.questions.queries import (
    as_object,
    former_deadlines,
    obligation_by_id,
    obligations,
)
from dondoc.storage.questions.windows import LATE, ON_TIME
from dondoc.storage.reprocessing import Scope, reprocess
from dondoc.storage.scheduling import let_time_pass
from dondoc.storage.snoozes import snooze
from dondoc.storage.tables.forms import to_micros
from dondoc.storage.taking_in import record
from dondoc.storage.transaction import MOMENTS, Transaction
from support.case_law import calendar, default_directory, regulation_data
from support.natural_events import natural
from support.plain_law import assigned, completed, issued, new_event
from support.reminding import policy, shipped, texts
from support.reminding_law import LAW, PLAIN

DAY = date(2026, 3, 20)  # a Friday
SECOND = timedelta(seconds=1)


def at(hour: int, minute: int = 0, day: date = DAY) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=LOCAL)


@cache
def law() -> Law:
    regulation = parse_regulation(regulation_data("hours"), "hours")
    return Law(together([(regulation, "hours")]), calendar(), default_directory(), policy())


def told(type_: str, moment: datetime, **said: Any) -> NewEvent:
    data = {**natural(type_, local_date(moment)), **said}
    name = f"{type_}-{moment:%d%H%M%S}"
    return new_event(type_, "VB-1", data, event_id=name, time=moment)


@pytest.fixture
def owing(store: Store) -> Store:
    """A store with a task that is due on DAY by 14:00, seen on that day's morning."""
    let_time_pass(store, law(), texts(), at(8))
    record(
        store,
        law(),
        [
            told("document.issued", at(9, day=date(2026, 3, 12))),
            told("task.assigned", at(9, day=date(2026, 3, 12)), due_on="2026-03-20"),
            told("task.accepted", at(10, day=date(2026, 3, 12))),
        ],
        at(8),
    )
    return store


def state(store: Store, as_of: date, rule: str = "execution") -> list[str]:
    found = store.read(lambda tx: obligations(tx, law(), as_of, Filter(rule=rule)))
    return [each.state(as_of) for each in found]


def test_it_is_open_until_the_moment_and_overdue_after_it_wherever_one_looks(owing: Store) -> None:
    for now, expected in ((at(13, 59), "open"), (at(14), "open"), (at(14, 1), "overdue")):
        as_of = so_far(now)
        assert state(owing, as_of) == [expected]
        found = owing.read(partial(figures, law=law(), as_of=as_of))
        assert found.obligations["execution", "PYT", expected] == 1
        assert (("execution", "PYT") in found.oldest_overdue) == (expected == "overdue")
        wanted = Filter(rule="execution", state=expected)
        page = owing.read(
            partial(first_of, law=law(), as_of=as_of, wanted=wanted, order=WORST, limit=9)
        )
        assert (page.total, len(page.obligations)) == (1, 1)
        shown = as_object(page.obligations[0], law().directory, as_of)
        assert shown["state"] == expected
        assert (shown["due"], shown["due_at"]) == ("2026-03-20", "2026-03-20T14:00:00+07:00")
    assert state(owing, DAY) == ["overdue"]
    assert state(owing, DAY - timedelta(days=1)) == ["open"]


def lit_law() -> Law:
    """The same, with a light of what is in time, of its last days and of what is over."""
    bounds = ("green", {"from": 3}), ("amber", {"from": 0, "to": 2}), ("red", {"to": -1})
    lights = [{"colour": each, "name": each, "days_left": left} for each, left in bounds]
    regulation = parse_regulation({**regulation_data("hours"), "light": lights}, "hours")
    return replace(law(), regulations=together([(regulation, "hours")]))


LOOKED_AT = [
    so_far(at(13, 59)),
    so_far(at(14)),
    so_far(at(14, 1)),
    so_far(at(13, 59), asked=True),
    so_far(at(14, 1), asked=True),
    DAY - timedelta(days=1),
    DAY,
    DAY + timedelta(days=1),
]


@pytest.mark.parametrize("as_of", LOOKED_AT, ids=lambda day: f"{day!r}")
@pytest.mark.parametrize("back", [False, True], ids=["", "back"])
def test_lists_the_board_and_the_metric_count_the_same_lights_at_a_moment(
    owing: Store, as_of: date, *, back: bool
) -> None:
    if back:
        record(owing, law(), [told("task.returned", at(9))], at(9))
    listed = Counter[str]()
    for each in owing.read(lambda tx: obligations(tx, lit_law(), as_of)):
        light = lit_law().light(each, as_of)
        if light is not None and each.state(as_of) in ("open", "overdue"):
            listed[light.colour] += 1
        if each.rule == "execution" and not back:
            over = each.state(as_of) == "overdue"
            assert light is not None
            assert light.colour == ("red" if over else "amber")
    counted = Counter[str]()
    for (_, _, colour), number in owing.read(lambda tx: lit(tx, lit_law(), as_of)).items():
        counted[colour] += number
    assert counted == listed


def report_of(store: Store, law: Law, as_of: date) -> Report:
    wish = Wish(BODY_PROGRESS, days(date(2026, 3, 1), date(2026, 3, 31)), as_of, at(9, day=END))
    return store.read(lambda tx: make(tx, law, wish))


END = date(2026, 4, 1)


@pytest.mark.parametrize(
    ("done_at", "as_of", "late"),
    [
        (None, DAY - timedelta(days=1), None),
        (None, DAY, 0),
        (None, date(2026, 3, 23), 1),
        (at(14), date(2026, 3, 23), None),
        (at(14, 1), date(2026, 3, 23), 0),
    ],
)
def test_a_report_counts_the_days_since_a_moment_of_what_is_late_and_of_nothing_else(
    owing: Store, done_at: datetime | None, as_of: date, late: int | None
) -> None:
    if done_at is not None:
        record(owing, law(), [told("task.completed", done_at)], done_at)
    advance(owing, law(), END)
    report = report_of(owing, lit_law(), as_of)
    (table,) = (each for each in report.tables if each.key == "tasks")
    keys = [column.key for column in table.columns]
    (row,) = (dict(zip(keys, each, strict=True)) for each in table.rows)
    colours = {None: "amber", 0: "red", 1: "red"}
    assert row["days_late"] == late
    assert row["light"] == (None if done_at else colours[late])


def test_a_report_as_json_has_the_moment_beside_the_due_date(owing: Store) -> None:
    advance(owing, law(), END)
    told = json.loads(written(report_of(owing, law(), DAY), "json", Letterhead()))
    (row,) = told["tables"]["tasks"]
    assert (row["due"], row["due_at"]) == ("2026-03-20", "2026-03-20T14:00:00+07:00")
    assert list(row).index("due_at") == list(row).index("due") + 1


def test_the_page_of_an_obligation_shows_its_light_and_how_late_it_is(owing: Store) -> None:
    advance(owing, law(), END)
    made = owing.read(lambda tx: gather(tx, lit_law(), texts(), DAY))
    (item,) = (each for each in made.unit.overdue if each.due_at == at(14))
    (found,) = (each.html for each in pages(made) if each.address == item_page(item.id))
    assert '<span class="light red">red</span>' in found
    assert ".light.red {" in found
    assert "Quá hạn chưa đến 1 ngày làm việc, tính là vi phạm." in found
    without = owing.read(lambda tx: gather(tx, law(), texts(), DAY))
    (plain,) = (each.html for each in pages(without) if each.address == item_page(item.id))
    assert "light" not in plain.partition("<main")[2]


def test_what_a_moment_opens_is_there_after_it_alone(owing: Store) -> None:
    assert state(owing, so_far(at(14)), "urging") == []
    assert state(owing, so_far(at(14, 1)), "urging") == ["open"]
    assert state(owing, so_far(at(16, 1)), "urging") == ["overdue"]
    assert state(owing, DAY, "urging") == ["overdue"]
    for now, number in ((at(13, 59), 0), (at(14, 1), 1)):
        as_of = so_far(now)
        found = owing.read(partial(figures, law=law(), as_of=as_of))
        assert found.obligations["urging", "VP", "open"] == number


def test_a_moment_that_was_asked_for_knows_nothing_of_what_was_told_after_it(owing: Store) -> None:
    record(owing, law(), [told("task.completed", at(14, 5))], at(14, 5))
    assert state(owing, so_far(at(13, 59), asked=True)) == ["open"]
    assert state(owing, so_far(at(14, 1), asked=True)) == ["overdue"]
    assert state(owing, so_far(at(14, 6), asked=True)) == ["met_late"]
    (found,) = owing.read(lambda tx: obligations(tx, law(), DAY, Filter(rule="execution")))
    early = so_far(at(14, 1), asked=True)
    assert owing.read(lambda tx: obligation_by_id(tx, law(), found.id, early)).met_on is None


@pytest.mark.parametrize(("moment", "outcome"), [(at(14), ON_TIME), (at(14, 5), LATE)])
def test_figures_count_what_was_met_on_the_day_by_its_moment(
    owing: Store, moment: datetime, outcome: str
) -> None:
    record(owing, law(), [told("task.completed", moment)], moment)
    later = DAY + timedelta(days=3)
    advance(owing, law(), later)
    found = owing.read(lambda tx: figures(tx, law(), later))
    assert found.closed["execution", "PYT", outcome, 7] == 1
    assert sum(n for (rule, *_), n in found.closed.items() if rule == "execution") == 3
    late = owing.read(
        lambda tx: obligations(tx, law(), later, Filter(rule="execution", state="met_late"))
    )
    assert len(late) == (outcome == LATE)
    page = owing.read(
        lambda tx: first_of(tx, law(), later, Filter(rule="execution", state="met_late"), WORST, 5)
    )
    assert page.total == len(late)


def test_what_was_met_on_its_due_day_without_a_moment_is_met(store: Store) -> None:
    record(
        store,
        PLAIN,
        [issued("15"), assigned("15", "15-1"), completed("15", "15-1", time=at(9))],
        at(8),
    )
    later = DAY + timedelta(days=3)
    met = store.read(lambda tx: obligations(tx, PLAIN, later, Filter(rule="execution")))
    assert [(each.due, each.met_on) for each in met] == [(DAY, DAY)]
    for state, number in (("met", 1), ("met_late", 0)):
        wanted = Filter(rule="execution", state=state)
        page = store.read(
            partial(first_of, law=PLAIN, as_of=later, wanted=wanted, order=WORST, limit=5)
        )
        assert (page.total, len(page.obligations)) == (number, number)


def steps(store: Store) -> list[tuple[str, int]]:
    return store.read(
        lambda tx: tx.rows(
            "SELECT r.step, r.occurrence FROM reminder r JOIN obligation o ON o.id = r.obligation"
            " WHERE o.rule='execution' AND r.body='PYT' ORDER BY r.id"
        )
    )


def test_the_pass_after_the_moment_tells_that_it_is_over(owing: Store) -> None:
    def pass_at(now: datetime) -> list[tuple[str, int]]:
        let_time_pass(owing, law(), texts(), now)
        return steps(owing)

    assert pass_at(at(8)) == [("due_today", 0)]
    assert pass_at(at(14)) == [("due_today", 0)]
    # It goes out still; the relay has had it.
    owing.transact(lambda tx: tx.run("DELETE FROM outbox"))
    assert pass_at(at(14) + 30 * SECOND) == [("due_today", 0), ("overdue", 1)]
    assert pass_at(at(14, 1)) == [("due_today", 0), ("overdue", 1)]
    assert pass_at(at(8, day=date(2026, 3, 23)))[2:] == []
    assert pass_at(at(8, day=date(2026, 3, 25)))[2:] == [("overdue", 3)]


def test_what_waits_to_go_out_does_not_say_after_the_moment_that_there_is_time(
    owing: Store,
) -> None:
    let_time_pass(owing, law(), texts(), at(13, 59))
    assert steps(owing) == [("due_today", 0)]
    let_time_pass(owing, law(), texts(), at(14) + 30 * SECOND)
    assert steps(owing) == [("overdue", 1)]


def test_what_waits_is_decided_anew_at_its_moment_though_it_is_to_close_later(
    owing: Store,
) -> None:
    let_time_pass(owing, law(), texts(), at(13, 59))
    owing.transact(lambda tx: tx.run("UPDATE obligation SET closed_on='2026-03-24'"))
    let_time_pass(owing, law(), texts(), at(14) + 30 * SECOND)
    assert steps(owing) == [("overdue", 1)]


def test_a_snooze_ends_at_the_moment_of_the_due_date_that_is_after_the_targets(
    owing: Store,
) -> None:
    owing.transact(
        lambda tx: tx.run(
            "UPDATE obligation SET due_at=%s WHERE due_at IS NOT NULL", to_micros(at(15))
        )
    )
    (owed,) = owing.read(lambda tx: obligations(tx, law(), DAY, Filter(rule="execution")))
    decided = Snooze(DAY, "đã hẹn nộp", "lan", at(8, 5))
    owing.transact(lambda tx: snooze(tx, owed, decided))
    for moment in (at(8, 6), at(14) + 30 * SECOND):
        let_time_pass(owing, law(), texts(), moment)
        assert steps(owing) == []
    let_time_pass(owing, law(), texts(), at(15) + 30 * SECOND)
    assert steps(owing) == [("overdue", 1)]


def test_a_moment_that_passed_before_it_was_told_is_noticed_by_the_next_pass(owing: Store) -> None:
    let_time_pass(owing, law(), texts(), at(14, 10))
    late = told("task.assigned", at(13), task_id="T2", due_on="2026-03-20")
    record(owing, law(), [late], at(14, 20))
    let_time_pass(owing, law(), texts(), at(14, 21))
    assert [step for step, _ in steps(owing)] == ["overdue", "overdue"]


@pytest.mark.parametrize("wrong", [at(15), at(14, 3)], ids=["by far", "just past the moment"])
def test_a_moment_is_noticed_that_a_clock_hours_ahead_had_looked_past(
    owing: Store, wrong: datetime
) -> None:
    let_time_pass(owing, law(), texts(), wrong)
    late = told("task.assigned", at(8, 30), task_id="T2", due_on="2026-03-20")
    record(owing, law(), [late], at(8, 31))
    let_time_pass(owing, law(), texts(), at(8, 32))
    # It goes out; the relay has had it.
    owing.transact(lambda tx: tx.run("DELETE FROM outbox"))
    let_time_pass(owing, law(), texts(), at(14) + 30 * SECOND)
    assert [step for step, _ in steps(owing)] == ["overdue", "due_today", "overdue"]


def test_a_pass_where_nothing_is_due_at_a_moment_writes_nothing(store: Store) -> None:
    record(store, PLAIN, [issued("15"), assigned("15", "15-1")], at(8))
    assert let_time_pass(store, LAW, texts(), at(8)) > 0
    assert store.read(lambda tx: tx.setting(MOMENTS)) is None


def test_streams_are_projected_anew_only_while_a_moment_of_today_is_ahead(owing: Store) -> None:
    def asked(as_of: date) -> str:
        return owing.read(lambda tx: otherwise_on(tx, as_of, DAY).sql)

    assert "id IN" in asked(so_far(at(13)))
    for as_of in (so_far(at(17)), DAY, so_far(at(9, day=date(2026, 3, 19)))):
        assert "id IN (%s" not in asked(as_of)


def test_other_hours_keep_the_moment_that_was(owing: Store) -> None:
    layer = {"hours": {"thu": ["08:00-12:00"], "confirmed": True}}
    (before,) = owing.read(lambda tx: obligations(tx, law(), DAY, Filter(rule="receipt")))
    assert before.due_at == at(14, 30, day=date(2026, 3, 12))
    other = replace(law(), calendar=with_hours(layer))
    assert other.version != law().version
    list(reprocess(owing, other, Scope(), dry_run=False))
    (after,) = owing.read(lambda tx: obligations(tx, other, DAY, Filter(rule="receipt")))
    assert after.due_at == at(8, 30, day=date(2026, 3, 13))
    former = owing.read(lambda tx: former_deadlines(tx, [after.id]))
    assert [had.due_at for had in former[after.id]] == [before.due_at]


def with_hours(layer: dict[str, Any]) -> Calendar:

    product = parse_layer(shipped("calendars/vietnam.toml"), "vietnam.toml")
    return build_calendar(product, parse_layer(layer, "office.toml"))


def test_rows_are_read_as_they_were_written(owing: Store) -> None:
    def both(tx: Transaction) -> tuple[Any, Any]:
        stored = obligations(tx, law(), DAY)
        asked: Callable[..., Any] = law().project

        ((id_,),) = tx.rows("SELECT id FROM stream WHERE key='document:VB-1'")
        history = sorted(read_histories(tx, [id_])[id_], key=lambda event: event.order)
        return stored, asked("document:VB-1", history, *tx.period()).obligations

    stored, projected = owing.read(both)
    found = {each.id: each for each in stored}
    assert all(found[each.id] == each for each in projected)
    assert any(each.due_at for each in projected)
