"""Lists and figures: right by the definition of a state, the same on both databases, and read
from indexes whose size follows what is open."""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from dondoc.rules.events import Event
from dondoc.rules.moments import at_minute, so_far
from dondoc.rules.obligations import OPEN, OVERDUE, Back, Obligation, Projection, TaskState
from dondoc.rules.reading.directory import parse_directory
from dondoc.storage import other_days
from dondoc.storage.advancing import advance
from dondoc.storage.database import Store, open_store
from dondoc.storage.questions.figures import figures
from dondoc.storage.questions.queries import (
    Filter,
    NotOneObligation,
    as_object,
    counts,
    obligation_by_id,
    obligations,
    timeline,
)
from dondoc.storage.questions.windows import WINDOWS
from dondoc.storage.taking_in import record
from dondoc.storage.transaction import Awaited, Transaction
from support.plain_law import PlainLaw, assigned, completed, issued, new_event

LAW = PlainLaw()
NOW = datetime(2026, 3, 31, 3, 0, tzinfo=UTC)
TODAY = date(2026, 3, 31)


@dataclass(frozen=True)
class DiceLaw(PlainLaw):
    """Gives a document obligations and tasks of every kind, by chance that its name fixes."""

    seed: int = 0
    by_the_clock: bool = False
    tried: dict[str, Projection] = field(default_factory=dict)

    def project(
        self, stream: str, history: Sequence[Event], since: date, through: date
    ) -> Projection:
        if not stream.startswith("document:"):
            return super().project(stream, history, since, through)
        chance = random.Random(f"{self.seed}{stream}")
        made = [self._obligation(chance, stream, n) for n in range(chance.randint(0, 6))]
        made = [at_moments(each) if self.by_the_clock else each for each in made]
        later = [each.opened_on for each in made if each.opened_on > through]
        projection = Projection(
            obligations=tuple(each for each in made if each.opened_on <= through),
            tasks=tuple(self._task(chance, n) for n in range(chance.randint(0, 3))),
            missing=tuple(chance.sample(["signer", "number", "unit"], chance.randint(0, 2))),
            flags=tuple(
                chance.sample(["outside_assigning", "unknown_body:XYZ"], chance.randint(0, 2))
            ),
            next_opening=min(later, default=None),
        )
        self.tried[stream] = projection
        return projection

    def _day(self, chance: random.Random) -> date:
        return date(2026, 1, 1) + timedelta(days=chance.randint(0, 130))

    def _backs(self, chance: random.Random) -> tuple[Back, ...]:
        """When a task was back with the Office: never, or some times, all begun before any day that
        is looked at, since a later return would be an event that is not known then."""
        days = sorted(date(2026, 1, 1) + timedelta(days=chance.randint(0, 66)) for _ in range(4))
        answered = (days[0], days[1] + timedelta(days=1))
        last = (days[2], chance.choice([days[3] + timedelta(days=40), None]))
        return chance.choice([(), (answered,), (last,), (answered, last)])

    def _obligation(self, chance: random.Random, stream: str, n: int) -> Obligation:
        due = self._day(chance) if chance.random() < 0.8 else None
        met = self._day(chance) if chance.random() < 0.5 else None
        ended = self._day(chance) if met is None and chance.random() < 0.4 else None
        days = chance.choice([1, 1, 40, None])
        breach = due + timedelta(days=days) if due and days else None
        if breach and (closed := met or ended) and closed < breach:
            breach = None
        backs = self._backs(chance)
        return Obligation(
            id=f"{stream}-{n}",
            rule=chance.choice(["execution", "review"]),
            cite="4.1",
            stream=stream,
            subject=stream.partition(":")[2],
            task_id=None,
            body=chance.choice(["vp", "ldtbxh", "tanhiep"]),
            role="lead",
            opened_on=self._day(chance),
            target=due,
            due=due,
            met_on=met,
            ended_on=ended,
            breach_on=breach,
            regulation="plain",
            trace={
                "returned": [
                    [str(first), until.isoformat() if until else None] for first, until in backs
                ]
            },
        )

    def _task(self, chance: random.Random, n: int) -> TaskState:
        done = self._day(chance) if chance.random() < 0.5 else None
        status = "done" if done else chance.choice(["not_started", "in_progress"])
        due = self._day(chance) if chance.random() < 0.7 else None
        ended = self._day(chance) if chance.random() < 0.1 else None
        lead, backs = chance.choice(["vp", "ldtbxh"]), self._backs(chance)
        return TaskState(str(n), lead, "việc", due, status, done, ended, backs)


def at_moments(each: Obligation) -> Obligation:
    """*each* due at a moment of its day, half of the times, by chance that its name fixes."""
    chance = random.Random(each.id)
    if each.due is None or chance.random() < 0.5:
        return each
    due_at = at_minute(each.due, 60 * chance.randint(7, 17))
    met = each.met_on if each.met_on is None or chance.random() < 0.5 else each.due
    met_at = None if met is None else at_minute(met, 60 * chance.randint(6, 18))
    late = met_at > due_at if met_at else each.ended_on is None or each.ended_on > each.due
    return each._replace(
        target_at=due_at,
        due_at=due_at,
        met_on=met,
        ended_on=None if met else each.ended_on,
        met_at=met_at,
        breach_on=each.due if late and chance.random() < 0.8 else None,
    )


REFORMED = parse_directory(
    {
        "body": [
            {"code": "vp", "name": "Văn phòng", "kind": "office"},
            {
                "code": "ldtbxh",
                "name": "Phòng Lao động",
                "kind": "department",
                "valid_to": date(2026, 3, 9),
                "successor": "noivu",
            },
            {
                "code": "noivu",
                "name": "Phòng Nội vụ",
                "kind": "department",
                "valid_to": date(2026, 3, 25),
                "successor": "vanhoa",
            },
            {"code": "vanhoa", "name": "Phòng Văn hóa", "kind": "department"},
            {
                "code": "tanhiep",
                "name": "Xã Tân Hiệp",
                "kind": "commune",
                "valid_to": date(2026, 3, 19),
                "successor": ["tanan", "tanbinh"],
            },
            {"code": "tanan", "name": "Xã Tân An", "kind": "commune"},
            {"code": "tanbinh", "name": "Xã Tân Bình", "kind": "commune"},
        ]
    },
    "bodies.toml",
)
"""One body is merged twice; another is split, and counts under its own code."""


def counted_under(body: str, day: date) -> str:
    if body in ("ldtbxh", "noivu") and day > date(2026, 3, 25):
        return "vanhoa"
    return "noivu" if body == "ldtbxh" and day > date(2026, 3, 9) else body


@dataclass
class ByHand:
    """Figures counted one by one, by the definition of a state."""

    states: Counter[Any] = field(default_factory=Counter)
    closed: Counter[Any] = field(default_factory=Counter)
    missed: Counter[Any] = field(default_factory=Counter)
    breaches: Counter[Any] = field(default_factory=Counter)
    oldest: dict[Any, date] = field(default_factory=dict)
    overdue_breaches: Counter[Any] = field(default_factory=Counter)
    oldest_breach: dict[Any, date] = field(default_factory=dict)

    def count(self, each: Obligation, as_of: date) -> None:
        state = each.state(as_of)
        key = (each.rule, counted_under(each.body, min(as_of, each.closed_on or as_of)))
        if state in (OPEN, OVERDUE):
            self.states[*key, state] += 1
        if state == OVERDUE and each.due:
            self.oldest[key] = min(each.due, self.oldest.get(key, each.due))
            if each.counts_as_breach(as_of):
                self.overdue_breaches[key] += 1
                self.oldest_breach[key] = min(each.due, self.oldest_breach.get(key, each.due))
        for window in WINDOWS:
            if each.due is None or not as_of - timedelta(days=window) <= each.due < as_of:
                continue
            if each.breach_on is not None and each.counts_as_breach(as_of):
                self.breaches[each.rule, counted_under(each.body, each.breach_on), window] += 1
            self.missed[*key, window] += state == OVERDUE
            if state not in (OPEN, OVERDUE):
                outcome = {"met": "on_time", "met_late": "late", "void": "void"}[state]
                if state == "void" and each.counts_as_breach(as_of):
                    outcome = "late"
                self.closed[*key, outcome, window] += 1


@pytest.mark.parametrize(("seed", "by_the_clock"), [(0, False), (1, False), (2, True), (3, True)])
def test_figures_equal_a_count_by_hand_on_any_day(
    store: Store, seed: int, by_the_clock: bool
) -> None:
    law = DiceLaw(seed=seed, by_the_clock=by_the_clock, directory=REFORMED)
    advance(store, law, TODAY)
    record(store, law, [issued(f"d{n}") for n in range(120)], NOW)
    told_apart = 0
    # Before, on and after the stored day, the last projected in memory.
    now = so_far(at_minute(TODAY, 12 * 60))
    for as_of in (TODAY - timedelta(days=15), now, TODAY, TODAY + timedelta(days=35)):
        found = store.read(partial(figures, law=law, as_of=as_of))
        listed = store.read(partial(obligations, law=law, as_of=as_of))
        hand = ByHand()
        for each in listed:
            hand.count(each, as_of)
        assert min(hand.states.total(), hand.closed.total(), hand.missed.total()) > 20
        assert hand.breaches.total() > 20
        assert hand.overdue_breaches.total() > 20
        assert found.obligations == hand.states
        assert found.closed == hand.closed
        assert found.missed == hand.missed
        assert found.breaches == hand.breaches
        assert found.oldest_overdue == hand.oldest
        assert found.overdue_breaches == hand.overdue_breaches
        assert found.oldest_breach == hand.oldest_breach
        told_apart += hand.oldest_breach != hand.oldest
        bodies = {body for _, body, _ in hand.breaches}
        assert bodies >= {"vp", "tanhiep", "ldtbxh", "noivu"}
    assert told_apart
    assert "vanhoa" in bodies
    assert store.read(lambda tx: tx.period()[1]) == TODAY


def test_tasks_are_counted_in_the_six_statuses(store: Store) -> None:
    law = DiceLaw(seed=9)
    advance(store, law, TODAY)
    record(store, law, [issued(f"d{n}") for n in range(120)], NOW)
    wanted: Counter[tuple[str, str]] = Counter()
    for projection in law.tried.values():
        for task in projection.tasks:
            if task.ended_on is not None:
                continue
            back = any(
                each <= TODAY and not (until and until <= TODAY) for each, until in task.backs
            )
            past = task.due is not None and task.due < TODAY and not back
            if task.done_on is not None and task.done_on <= TODAY:
                if task.done_on > TODAY - timedelta(days=90):
                    late = task.due is not None and task.done_on > task.due
                    wanted[task.lead, "done_late" if late else "done_on_time"] += 1
            else:
                begun = "not_started" if task.status == "not_started" else "in_progress"
                wanted[task.lead, f"{begun}_{'past' if past else 'within'}"] += 1
    assert len(wanted) == 12
    assert store.read(lambda tx: figures(tx, law, TODAY)).tasks == wanted


class TwoLeads(DiceLaw):
    """Each document has one task, led by two bodies that another takes over."""

    def project(
        self, stream: str, history: Sequence[Event], since: date, through: date
    ) -> Projection:
        def led(lead: str, task: str, status: str, done: date | None) -> TaskState:
            return TaskState(task, lead, "việc", date(2026, 3, 20), status, done, None)

        first, second = date(2026, 3, 2), date(2026, 3, 3)
        tasks = (
            led("ldtbxh", "1", "done", first),
            led("noivu", "1", "not_started", None),
            led("ldtbxh", "2", "done", first),
            led("noivu", "2", "done", second),
            led("vp", "2", "in_progress", None),
        )
        return Projection(tasks=tasks if stream == "document:d1" else ())


def test_a_task_counts_once_under_a_body_that_answers_for_two_of_its_leads(
    store: Store,
) -> None:
    law = TwoLeads(seed=0, directory=REFORMED)
    advance(store, law, TODAY)
    record(store, law, [issued("d1")], NOW)
    counted = {
        day: store.read(partial(figures, law=law, as_of=day)).tasks
        for day in (date(2026, 3, 9), TODAY)
    }
    # From 10/3 noivu stands for ldtbxh, from 26/3 vanhoa for both.
    assert counted[TODAY] == {
        ("vp", "in_progress_past"): 1,
        ("vanhoa", "not_started_past"): 1,
        ("vanhoa", "done_on_time"): 1,
    }
    assert counted[date(2026, 3, 9)] == {
        ("vp", "in_progress_within"): 1,
        ("ldtbxh", "done_on_time"): 2,
        ("noivu", "not_started_within"): 1,
        ("noivu", "done_on_time"): 1,
    }


def test_incomplete_documents_are_counted_by_what_they_lack(store: Store) -> None:
    law = DiceLaw(seed=4)
    advance(store, law, TODAY)
    record(store, law, [issued(f"d{n}") for n in range(60)], NOW)
    found = store.read(lambda tx: figures(tx, law, TODAY))
    projections = law.tried.values()
    assert found.incomplete == Counter(word for each in projections for word in each.missing)
    assert found.flags == Counter(word for each in projections for word in each.flags)


@pytest.mark.parametrize("seed", range(3))
def test_a_list_by_body_has_what_the_figures_count_under_it_on_any_day(
    store: Store, seed: int
) -> None:
    law = DiceLaw(seed=seed, directory=REFORMED)
    advance(store, law, TODAY)
    record(store, law, [issued(f"d{n}") for n in range(120)], NOW)
    for as_of in (date(2026, 3, 9), date(2026, 3, 10), date(2026, 3, 20), TODAY):
        found = store.read(partial(figures, law=law, as_of=as_of)).obligations
        listed = {
            body.code: store.read(
                partial(obligations, law=law, as_of=as_of, wanted=Filter(body=body.code))
            )
            for body in REFORMED
        }
        for code, rows in listed.items():
            states = Counter((row.rule, row.state(as_of)) for row in rows)
            counted = "tanhiep" if code in ("tanan", "tanbinh") and as_of.day > 19 else code
            for state in (OPEN, OVERDUE):
                for rule in ("execution", "review"):
                    assert states[rule, state] == found[rule, counted, state], (code, as_of)
        every = store.read(partial(obligations, law=law, as_of=as_of))
        split = [each for each in every if each.owed_by(REFORMED, as_of) == ("tanan", "tanbinh")]
        assert bool(split) == (as_of > date(2026, 3, 19))


def test_what_was_handed_over_counts_under_the_successor_when_its_code_is_founded_anew(
    store: Store,
) -> None:
    """ldtbxh ends on 9/3 and vp takes it over; another ldtbxh begins on 20/3."""
    ended, again = date(2026, 3, 9), date(2026, 3, 20)
    old = {"code": "ldtbxh", "name": "cũ", "kind": "other", "valid_to": ended, "successor": "vp"}
    new = {"code": "ldtbxh", "name": "mới", "kind": "other", "valid_from": again}
    bodies = [{"code": "vp", "name": "Văn phòng", "kind": "office"}, old, new]
    law = DiceLaw(seed=1, directory=parse_directory({"body": bodies}, "bodies.toml"))
    advance(store, law, TODAY)
    record(store, law, [issued(f"d{n}") for n in range(120)], NOW)
    for as_of in (ended, date(2026, 3, 10), TODAY):
        wanted: Counter[tuple[str, str, str]] = Counter()
        for each in store.read(partial(obligations, law=law, as_of=as_of)):
            handed_over = each.body == "ldtbxh" and each.opened_on < again and as_of > ended
            body = "vp" if handed_over else each.body
            if each.state(as_of) in (OPEN, OVERDUE):
                wanted[each.rule, body, each.state(as_of)] += 1
        found = store.read(partial(figures, law=law, as_of=as_of)).obligations
        assert found == wanted
    assert {"vp", "ldtbxh"} <= {body for _, body, _ in wanted}


def fill(store: Store, events: list[Any], seed: int) -> None:
    random.Random(seed).shuffle(events)
    advance(store, LAW, TODAY)
    for at in range(0, len(events), 7):
        record(store, LAW, events[at : at + 7], NOW + timedelta(seconds=seed))


def some_events() -> list[Any]:
    subjects = [f"{n}/Đ" for n in range(10)]
    events = [issued(subject) for subject in subjects]
    events += [assigned(subject, task) for subject in subjects for task in ("1", "2", "a:b")]
    return events + [completed(subject, "2") for subject in subjects]


def listing(store: Store) -> str:
    found = store.read(lambda tx: obligations(tx, LAW, TODAY))
    return json.dumps([as_object(each, LAW.directory, TODAY) for each in found], ensure_ascii=False)


def test_a_list_is_the_same_in_two_databases_whatever_the_order_of_arrival(
    store: Store, tmp_path: Path
) -> None:
    other = open_store(f"sqlite:///{tmp_path / 'other.db'}")
    other.migrate(date(2026, 1, 1))
    fill(store, some_events(), seed=1)
    fill(other, some_events(), seed=2)
    assert listing(store) == listing(other)
    assert len(json.loads(listing(store))) == 39
    other.close()


def test_an_obligation_is_shown_with_every_field_that_is_promised(store: Store) -> None:
    fill(store, some_events(), seed=1)
    (shown, *_) = json.loads(listing(store))
    fields = (
        "id rule cite subject task_id parent_task body owed_by role opened_on target due target_at"
        " due_at first_due extensions met_on stream state ended_on counts_as_breach regulation"
        " trace"
    )
    assert " ".join(shown) == fields


@pytest.mark.parametrize(
    ("wanted", "number"),
    [
        (Filter(rule="execution"), 30),
        (Filter(body="tanhiep"), 3),
        (Filter(state="met"), 10),
        (Filter(state="overdue"), 29),
        (Filter(state="void"), 0),
        (Filter(subject="3/Đ"), 3),
        (Filter(subject="2026-02"), 3),
        (Filter(subject="/Đ"), 0),
        (Filter(subject="2026-02", body="vp"), 1),
        (Filter(rule="execution", state="met", subject="3/Đ"), 1),
    ],
)
def test_a_list_can_be_narrowed(store: Store, wanted: Filter, number: int) -> None:
    fill(store, some_events(), seed=1)
    assert len(store.read(lambda tx: obligations(tx, LAW, TODAY, wanted))) == number


def test_an_unknown_state_is_refused_with_those_there_are() -> None:
    with pytest.raises(ValueError, match="open, overdue, met, met_late, void"):
        Filter(state="late")


def test_a_day_can_be_looked_at_from_before_and_after(store: Store) -> None:
    fill(store, some_events(), seed=1)
    early = store.read(lambda tx: obligations(tx, LAW, date(2026, 1, 31)))
    assert {each.opened_on for each in early} == {date(2026, 1, 1)}
    late = store.read(lambda tx: obligations(tx, LAW, date(2026, 5, 1)))
    assert len(late) == 39 + 3 * 2


def test_an_obligation_is_found_by_the_beginning_of_its_id(store: Store) -> None:
    fill(store, some_events(), seed=1)
    listed = store.read(lambda tx: obligations(tx, LAW, TODAY))
    ids = sorted(each.id for each in listed)
    for each in listed:
        assert store.read(partial(obligation_by_id, law=LAW, id_=each.id, as_of=TODAY)) == each
    short = next(
        id_[:n]
        for id_ in ids
        for n in range(1, 20)
        if sum(other.startswith(id_[:n]) for other in ids) == 1
    )
    assert store.read(lambda tx: obligation_by_id(tx, LAW, short, TODAY)).id.startswith(short)
    for wrong in ("zzz", "", short + "zz"):
        with pytest.raises(NotOneObligation):
            store.read(partial(obligation_by_id, law=LAW, id_=wrong, as_of=TODAY))


def test_what_only_a_later_day_opens_is_found_by_its_id_on_that_day(store: Store) -> None:
    fill(store, some_events(), seed=1)
    later = date(2026, 5, 1)
    stored = {each.id for each in store.read(lambda tx: obligations(tx, LAW, TODAY))}
    listed = store.read(lambda tx: obligations(tx, LAW, later))
    ahead = [each for each in listed if each.id not in stored]
    assert ahead
    for each in listed:
        assert store.read(partial(obligation_by_id, law=LAW, id_=each.id, as_of=later)) == each
    for each in ahead:
        with pytest.raises(NotOneObligation):
            store.read(partial(obligation_by_id, law=LAW, id_=each.id, as_of=TODAY))


def test_a_later_day_has_the_same_figures_however_few_streams_are_projected_at_once(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(store, some_events(), seed=1)
    later = date(2026, 5, 1)
    at_once = store.read(lambda tx: figures(tx, LAW, later))
    monkeypatch.setattr(other_days, "_STREAMS_AT_ONCE", 1)
    assert store.read(lambda tx: figures(tx, LAW, later)) == at_once


def test_a_timeline_is_in_the_order_of_what_happened(store: Store) -> None:
    events = [completed("15", "1", time=NOW), issued("15"), assigned("15", "1")]
    events.append(new_event("feedback.received", "15", {"content": "chậm"}, event_id="f"))
    events.append(issued("a:15"))
    advance(store, LAW, TODAY)
    record(store, LAW, events, NOW)
    types = [event.type for event in store.read(lambda tx: timeline(tx, "15"))]
    assert types == ["task.assigned", "feedback.received", "document.issued", "task.completed"]
    assert [e.id for e in store.read(lambda tx: timeline(tx, "a:15"))] == ["i-a:15"]
    assert store.read(lambda tx: timeline(tx, "nothing")) == []


def test_the_log_and_what_was_kept_out_of_it_is_counted(store: Store) -> None:
    advance(store, LAW, TODAY)
    record(store, LAW, [issued("15"), issued("15", sequence=1), issued("16")], NOW)
    record(store, LAW, [assigned("15", "1", event_id="i-15")], NOW)
    found = store.read(counts)
    assert (found.events, found.conflicts, found.rejections, found.redactions) == (2, 1, 0, 0)


def plans(tx: Transaction, run: Any) -> list[str]:
    """How the database would do each statement of *run*."""
    statements: list[tuple[str, tuple[Any, ...]]] = []
    ask = tx.ask

    def noted(sql: str, *parameters: Any) -> Awaited[list[tuple[Any, ...]]]:
        statements.append((sql, parameters))
        return ask(sql, *parameters)

    tx.ask = noted  # type: ignore[method-assign]
    run(tx)
    explain = "EXPLAIN QUERY PLAN " if tx.engine.name.startswith("sqlite") else "EXPLAIN "
    return ["\n".join(str(row) for row in ask(explain + sql, *p)()) for sql, p in statements]


def test_figures_are_read_from_partial_indexes(store: Store) -> None:
    """Among 20,000 closed obligations with 300 open ones, no statement reads the whole table."""
    advance(store, LAW, date(2026, 1, 1))

    def fill_up(tx: Transaction) -> None:
        tx.run_each(
            "INSERT INTO stream (id, key, event_count) VALUES (%s, %s, 1)",
            [(n, f"document:{n}") for n in range(1000, 3000)],
        )
        tx.run_each(
            "INSERT INTO obligation (id, stream_id, rule, cite, subject, body, role, opened_on,"
            " due, met_on, closed_on, regulation, trace)"
            " VALUES (%s, %s, 'execution', '', '', 'vp', 'lead', %s, %s, %s, %s, '', '{}')",
            [
                (f"o{n}", 1000 + n % 2000, *["2020-01-01"] * 2, *[closed] * 2)
                for n in range(20_300)
                for closed in (None if n < 300 else "2020-01-01",)
            ],
        )
        tx.run_each(
            "INSERT INTO task (stream_id, task_id, lead, content, status, done_on)"
            " VALUES (%s, %s, 'vp', '', 'done', '2020-01-01')",
            [(1000 + n % 2000, str(n)) for n in range(20_000)],
        )

    store.transact(fill_up)
    if store.name.startswith("postgresql"):
        store.transact(lambda tx: tx.run("ANALYZE obligation, task, stream"))
    found = store.read(lambda tx: plans(tx, lambda tx: figures(tx, LAW, date(2026, 1, 1))))
    assert len(found) == 12
    about = "\n".join(found)
    for index in ("obligation_open", "obligation_closed_due", "obligation_closed_on"):
        assert index in about
    for index in ("task_open", "task_done", "stream_opening"):
        assert index in about
    for whole in ("SCAN obligation\n", "SCAN task\n", "Seq Scan on obligation", "Seq Scan on task"):
        assert whole not in about + "\n"
