"""Another law over old events: the difference is shown, then written, and nothing else."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import islice
from pathlib import Path

import pytest
from dondoc.rules.events import Event
from dondoc.rules.obligations import FormerDeadline, Projection
from dondoc.storage import reprocessing
from dondoc.storage.advancing import advance
from dondoc.storage.database import Store, open_store
from dondoc.storage.looking import Look, look_at_all
from dondoc.storage.projecting import Difference, write
from dondoc.storage.questions.queries import former_deadlines, obligations
from dondoc.storage.reprocessing import Change, Scope, is_settled, reprocess
from dondoc.storage.reprocessing_runs import Overtaken
from dondoc.storage.streams import Stream, streams_after
from dondoc.storage.taking_in import record
from dondoc.storage.transaction import Transaction
from support.plain_law import PlainLaw, assigned, completed, issued, new_event
from support.rabbitmq import wait_until
from support.stores import count, state
from support.unheard import unheard_each

OLD = PlainLaw("old")
NEW = PlainLaw("new", days=7)
NOW = datetime(2026, 3, 31, 3, 0, tzinfo=UTC)
TODAY = date(2026, 3, 31)


@pytest.fixture
def filled(store: Store) -> Store:
    """A store with 12 documents of two tasks each, judged by the old law."""
    fill(store, OLD)
    return store


def fill(store: Store, law: PlainLaw) -> None:
    is_settled(store, law)
    advance(store, law, TODAY)
    for n in range(12):
        subject = f"d{n}"
        batch = [issued(subject), assigned(subject, f"{subject}-1"), assigned(subject, "2")]
        record(store, law, [*batch, completed(subject, "2")], NOW)


def test_the_same_law_changes_nothing(filled: Store) -> None:
    before = state(filled)
    assert list(reprocess(filled, OLD, Scope(), dry_run=False)) == []
    assert state(filled) == before


def test_a_dry_run_shows_the_difference_and_writes_nothing(filled: Store) -> None:
    before = state(filled)
    changes = list(reprocess(filled, NEW, Scope(), dry_run=True))
    assert len(changes) == 24
    moved = changes[0]
    assert moved.before is not None
    assert moved.after is not None
    assert (moved.before.due, moved.after.due) == (date(2026, 3, 20), date(2026, 3, 27))
    assert state(filled) == before


def test_a_new_law_gives_what_it_would_have_given_from_the_start(
    filled: Store, tmp_path: Path
) -> None:
    assert len(list(reprocess(filled, NEW, Scope(), dry_run=False))) == 24
    fresh = open_store(f"sqlite:///{tmp_path / 'fresh.db'}")
    fresh.migrate(date(2026, 1, 1))
    fill(fresh, NEW)
    assert state(filled) == state(fresh)
    fresh.close()


def test_one_subject_can_be_done_alone(filled: Store) -> None:
    changes = list(reprocess(filled, NEW, Scope(subject="d3"), dry_run=False))
    assert {change.after.stream for change in changes if change.after} == {"document:d3"}
    due = {o.subject: o.due for o in filled.read(lambda tx: obligations(tx, NEW, TODAY))}
    assert due["d3"] == date(2026, 3, 27)
    assert due["d4"] == date(2026, 3, 20)


def test_only_streams_with_events_since_a_day_can_be_done(filled: Store) -> None:
    late = completed("d5", "d5-1", time=datetime(2026, 3, 25, 17, 30, tzinfo=UTC))
    record(filled, OLD, [late], NOW)
    # 17:30 in UTC is the next day in the offices.
    for since, subjects in ((date(2026, 3, 26), {"d5"}), (date(2026, 3, 27), set())):
        changes = reprocess(filled, NEW, Scope(since=since), dry_run=True)
        assert {change.after.subject for change in changes if change.after} == subjects


def test_only_streams_where_one_rule_differs_can_be_done(filled: Store) -> None:
    assert list(reprocess(filled, NEW, Scope(rule="body_report"), dry_run=True)) == []
    assert len(list(reprocess(filled, NEW, Scope(rule="execution"), dry_run=True))) == 24


@dataclass(frozen=True)
class WithoutSecondTasks(PlainLaw):
    """A law that does not know tasks called "2"."""

    def project(
        self, stream: str, history: Sequence[Event], since: date, through: date
    ) -> Projection:
        kept = [event for event in history if event.data.get("task_id") != "2"]
        return super().project(stream, kept, since, through)


def test_what_is_added_and_what_is_removed_is_told_apart(filled: Store) -> None:
    fewer = WithoutSecondTasks("fewer")
    removed = list(reprocess(filled, fewer, Scope(), dry_run=False))
    assert {(change.before is None, change.after is None) for change in removed} == {(False, True)}
    assert count(filled, "task") == 12
    added = list(reprocess(filled, OLD, Scope(), dry_run=False))
    assert {(change.before is None, change.after is None) for change in added} == {(True, False)}
    assert sorted(c.before.id for c in removed if c.before) == sorted(
        c.after.id for c in added if c.after
    )


def test_another_since_takes_effect_and_is_remembered(filled: Store) -> None:
    earlier = date(2025, 11, 1)
    changes = list(reprocess(filled, OLD, Scope(), since=earlier, dry_run=True))
    assert len(changes) == 3 * 2  # three bodies, two more months
    assert filled.read(lambda tx: tx.period()[0]) == date(2026, 1, 1)
    assert len(list(reprocess(filled, OLD, Scope(), since=earlier, dry_run=False))) == 6
    assert filled.read(lambda tx: tx.period()[0]) == earlier
    assert list(reprocess(filled, OLD, Scope(), dry_run=True)) == []


def test_the_deadline_that_another_law_gave_can_still_be_found(filled: Store) -> None:
    def former() -> dict[str, list[FormerDeadline]]:
        return filled.read(lambda tx: former_deadlines(tx, ids))

    ids = [each.id for each in filled.read(lambda tx: obligations(tx, OLD, TODAY)) if each.task_id]
    assert former() == {}
    list(reprocess(filled, NEW, Scope(), dry_run=False))
    had = FormerDeadline(date(2026, 3, 20), date(2026, 3, 20), "plain", TODAY)
    assert former() == {id_: [had] for id_ in ids}
    list(reprocess(filled, NEW, Scope(), dry_run=False))
    record(filled, NEW, [completed("d1", "d1-1")], NOW)
    assert former() == {id_: [had] for id_ in ids}
    list(reprocess(filled, PlainLaw("newer", days=9), Scope(subject="d3"), dry_run=False))
    dues = [[each.due.day for each in was if each.due] for was in former().values()]
    assert sorted(dues) == [[20]] * 22 + [[20, 27]] * 2


def test_a_redaction_takes_former_deadlines_along(filled: Store) -> None:
    list(reprocess(filled, NEW, Scope(), dry_run=False))
    secret = new_event("document.secrecy_changed", "d3", {"level": "mat"}, event_id="s")
    record(filled, NEW, [secret], NOW)
    assert count(filled, "former_deadline") == 22


def test_an_event_that_comes_before_the_reprocessing_keeps_the_old_deadline_too(
    filled: Store,
) -> None:
    record(filled, NEW, [completed("d1", "d1-1")], NOW)
    ids = [each.id for each in filled.read(lambda tx: obligations(tx, NEW, TODAY)) if each.task_id]
    found = filled.read(lambda tx: former_deadlines(tx, ids))
    assert len(found) == 2
    record(filled, NEW, [completed("d2", "d2-1")], NOW)
    assert filled.read(lambda tx: former_deadlines(tx, ids)).items() >= found.items()


def test_any_number_of_processes_gives_the_same(filled: Store) -> None:
    shown = [list(reprocess(filled, NEW, Scope(), dry_run=True, jobs=jobs)) for jobs in (1, 2, 3)]
    assert shown[0]
    assert shown[0] == shown[1] == shown[2]
    before = state(filled)
    assert list(reprocess(filled, NEW, Scope(), dry_run=False, jobs=2)) == shown[0]
    there = state(filled)
    assert list(reprocess(filled, OLD, Scope(), dry_run=False)) != []
    assert state(filled) == before
    assert list(reprocess(filled, NEW, Scope(), dry_run=False)) == shown[0]
    assert state(filled) == there


def test_chunks_are_looked_at_in_order_and_few_are_held(filled: Store) -> None:
    handed = 0

    def chunks() -> Iterator[list[Stream]]:
        nonlocal handed
        for stream in filled.read(lambda tx: streams_after(tx, 0, 100)):
            handed += 1
            yield [stream]

    taken = 0
    order = []
    for (stream,), _ in look_at_all(Look(filled, NEW, None), chunks(), jobs=2):
        taken += 1
        order.append(stream.id)
        assert handed - taken <= 4
    assert taken == handed == 12 + 3
    assert order == sorted(order)


def test_a_fault_in_another_process_ends_the_work_here(filled: Store) -> None:
    with pytest.raises(ValueError, match="opens something on"):
        list(reprocess(filled, Backwards("back"), Scope(), dry_run=True, jobs=2))


ENDLESS = """
import sys, time
from datetime import date
sys.path.insert(0, sys.argv[1])
from dondoc.storage.database import open_store
from dondoc.storage.reprocessing import Scope, reprocess
from support.plain_law import EndlessLaw

if __name__ == "__main__":
    list(reprocess(open_store(sys.argv[2]), EndlessLaw("endless"), Scope(), dry_run=True, jobs=2))
"""


def test_processes_end_with_the_one_that_was_killed(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'dondoc.db'}"
    store = open_store(url)
    store.migrate(date(2026, 1, 1))
    fill(store, OLD)
    store.close()
    script = tmp_path / "endless.py"
    script.write_text(ENDLESS, encoding="utf-8")
    tests = str(Path(__file__).parents[1])
    killed = subprocess.Popen([sys.executable, str(script), tests, url], stderr=subprocess.DEVNULL)
    listed = Path(f"/proc/{killed.pid}/task/{killed.pid}/children")
    try:
        # A tracker of resources, and one that projects the only chunk.
        wait_until(lambda: len(listed.read_text().split()) == 2, "they start", 30)
        children = listed.read_text().split()
    finally:
        killed.kill()
        killed.wait()
    wait_until(lambda: not any(map(_is_alive, children)), "they end", 30)


def _is_alive(pid: str) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


@dataclass(frozen=True)
class Backwards(PlainLaw):
    """A law with a fault: it opens what has opened."""

    def project(
        self, stream: str, history: Sequence[Event], since: date, through: date
    ) -> Projection:
        return Projection(next_opening=through)


def test_a_law_is_settled_once_everything_was_projected_by_it(filled: Store) -> None:
    assert is_settled(filled, OLD)
    assert not is_settled(filled, NEW)
    list(reprocess(filled, NEW, Scope(subject="d1"), dry_run=False))
    list(reprocess(filled, NEW, Scope(), dry_run=True))
    assert not is_settled(filled, NEW)
    list(reprocess(filled, NEW, Scope(), dry_run=False))
    assert is_settled(filled, NEW)
    assert not is_settled(filled, OLD)


def test_an_interrupted_run_is_not_settled_and_can_be_done_again(
    filled: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reprocessing, "_STREAMS_AT_ONCE", 4)
    list(islice(reprocess(filled, NEW, Scope(), dry_run=False), 10))
    assert not is_settled(filled, NEW)
    assert not is_settled(filled, OLD)
    done = [o for o in filled.read(lambda tx: obligations(tx, NEW, TODAY)) if o.due and o.task_id]
    assert 0 < sum(o.due == date(2026, 3, 27) for o in done) < 24
    list(reprocess(filled, NEW, Scope(), dry_run=False))
    assert is_settled(filled, NEW)
    assert list(reprocess(filled, NEW, Scope(), dry_run=True)) == []


def test_of_two_runs_by_different_laws_the_first_ends_where_the_other_began(
    filled: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reprocessing, "_STREAMS_AT_ONCE", 4)
    first = reprocess(filled, PlainLaw("first", days=5), Scope(), dry_run=False)
    next(first)
    assert list(islice(first, 10))
    list(reprocess(filled, NEW, Scope(), dry_run=False))
    there = state(filled)
    with pytest.raises(Overtaken, match="began after"):
        list(first)
    assert state(filled) == there
    assert is_settled(filled, NEW)


def test_of_two_runs_that_were_both_broken_off_neither_is_settled(
    filled: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reprocessing, "_STREAMS_AT_ONCE", 4)
    first = reprocess(filled, NEW, Scope(), dry_run=False)
    for _ in range(24):
        next(first)
    list(islice(reprocess(filled, OLD, Scope(), dry_run=False), 1))
    with pytest.raises(Overtaken):
        list(first)
    assert not is_settled(filled, NEW)
    assert not is_settled(filled, OLD)


def test_a_part_that_is_judged_by_another_law_leaves_nothing_settled(filled: Store) -> None:
    list(reprocess(filled, OLD, Scope(subject="d1"), dry_run=False))
    assert is_settled(filled, OLD)
    list(reprocess(filled, NEW, Scope(subject="d1"), dry_run=False))
    assert not is_settled(filled, OLD)
    assert not is_settled(filled, NEW)


def test_a_run_is_ended_by_a_part_that_another_law_judges_and_not_by_one_of_its_own(
    filled: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reprocessing, "_STREAMS_AT_ONCE", 4)
    for law, ended in ((NEW, False), (PlainLaw("other", days=5), True)):
        run = reprocess(filled, NEW, Scope(), dry_run=False)
        next(run, None)
        list(reprocess(filled, law, Scope(subject="d1"), dry_run=False))
        if ended:
            with pytest.raises(Overtaken):
                list(run)
        else:
            list(run)
        assert is_settled(filled, NEW) is not ended
        list(reprocess(filled, OLD, Scope(), dry_run=False))


@pytest.mark.parametrize("scope", [Scope(), Scope(subject="d1")])
def test_a_run_whose_commits_all_went_unheard_is_not_taken_for_another(
    filled: Store, monkeypatch: pytest.MonkeyPatch, scope: Scope
) -> None:
    with monkeypatch.context() as patch:
        assert not unheard_each(filled, patch)
        list(reprocess(filled, NEW, scope, dry_run=False))
    assert is_settled(filled, NEW) is scope.everything
    assert list(reprocess(filled, NEW, scope, dry_run=True)) == []


def test_events_that_come_meanwhile_are_not_lost(filled: Store) -> None:
    run = reprocess(filled, NEW, Scope(), dry_run=False)
    first = next(run)  # everything has been looked at, nothing is written yet
    record(filled, NEW, [assigned("d0", "3"), completed("d1", "d1-1")], NOW)
    rest = list(run)
    assert isinstance(first, Change)
    assert len(rest) == 23
    assert list(reprocess(filled, NEW, Scope(), dry_run=True)) == []
    found = filled.read(lambda tx: obligations(tx, NEW, TODAY))
    assert {o.task_id for o in found if o.subject == "d0"} == {"d0-1", "2", "3"}
    assert [o.state(TODAY) for o in found if o.task_id == "d1-1"] == ["met"]


def test_a_transaction_writes_a_bounded_number_of_rows(
    filled: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reprocessing, "_ROWS_AT_ONCE", 10)
    sizes: list[int] = []

    def measured(tx: Transaction, difference: Difference, through: date) -> None:
        sizes.append(difference.size)
        write(tx, difference, through)

    monkeypatch.setattr(reprocessing, "write", measured)
    list(reprocess(filled, NEW, Scope(), dry_run=False))
    assert max(sizes) <= 10
    assert len(sizes) > 4


def test_progress_is_told_in_events(filled: Store) -> None:
    told: list[int] = []
    list(reprocess(filled, OLD, Scope(), dry_run=True, progress=told.append))
    assert sum(told) == count(filled, "event") == 48
