"""What waits to go out says what is so when it goes: whatever changes of it, it is decided anew."""

from __future__ import annotations

import json
import threading
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from dondoc.rules.events import LOCAL
from dondoc.rules.reminding.catch_up import CatchUp
from dondoc.storage.advancing import advance
from dondoc.storage.database import Store, open_store
from dondoc.storage.hot_streams import HOT_BYTES, HotStreams
from dondoc.storage.reminder_ledger import claim_due
from dondoc.storage.scheduling import let_time_pass
from dondoc.storage.transaction import Transaction
from dondoc.storage.withdrawing import waiting_about
from support.office import tell
from support.reminding import texts
from support.stories import law

TUESDAY = datetime(2026, 3, 17, 8, 0, tzinfo=LOCAL)
"""Three working days before the task is due: PYT leads and is told, XDS coordinates and has a
copy."""
TODAY = "2026-03-17"


@pytest.fixture(params=["read anew", "remembered"])
def hot(request: pytest.FixtureRequest) -> HotStreams | None:
    return HotStreams(law(), HOT_BYTES) if request.param == "remembered" else None


@pytest.fixture
def waiting(store: Store, hot: HotStreams | None) -> Store:
    """A store in which the reminders of one task wait for a broker, its task t1, and another's."""
    advance(store, law(), date(2026, 3, 10))
    tell(
        store,
        "V1",
        ("2026-03-02", "document.issued", {"task_count": 2}),
        ("2026-03-02", "task.assigned", {**_task("t1"), "coordinating": ["XDS"]}),
        ("2026-03-02", "task.assigned", {**_task("t2"), "lead": "PNV"}),
        ("2026-03-03", "task.accepted", {"task_id": "t1"}),
        ("2026-03-03", "task.accepted", {"task_id": "t2", "body": "PNV"}),
        hot=hot,
    )
    let_time_pass(store, law(), texts(), TUESDAY)
    assert copies(store) == [("PYT", "obligor", "t1"), ("XDS", "coordinating", "t1")]
    return store


def one_task(store: Store, hot: HotStreams | None = None) -> None:
    """Tell of a document with one task, t1."""
    tell(
        store,
        "V1",
        ("2026-03-02", "document.issued", {"task_count": 1}),
        ("2026-03-02", "task.assigned", {**_task("t1"), "coordinating": ["XDS"]}),
        ("2026-03-03", "task.accepted", {"task_id": "t1"}),
        hot=hot,
    )


def _task(task: str) -> dict[str, Any]:
    return {"task_id": task, "due_on": "2026-03-20"}


def copies(store: Store, task: str = "t1") -> list[tuple[str, str, str]]:
    """Who waits to be told of the execution of *task*."""
    return store.read(
        lambda tx: tx.rows(
            "SELECT r.body, r.role, o.task_id FROM outbox x JOIN reminder r ON r.id = x.reminder"
            " JOIN obligation o ON o.id = x.obligation WHERE x.published_at IS NULL"
            " AND o.rule='execution' AND o.task_id=%s ORDER BY r.body",
            task,
        )
    )


def said(store: Store, task: str = "t1") -> list[str]:
    """What waits to be said of the execution of *task*."""
    rows = store.read(lambda tx: tx.rows("SELECT body FROM outbox WHERE published_at IS NULL"))
    data = [json.loads(body)["data"] for (body,) in rows]
    return [e["text"] for e in data if (e["rule"], e["task_id"]) == ("execution", task)]


def pass_again(store: Store) -> None:
    let_time_pass(store, law(), texts(), TUESDAY + timedelta(hours=2))


def test_whoever_has_done_its_part_is_not_sent_the_copy_that_waits(
    waiting: Store, hot: HotStreams | None
) -> None:
    tell(waiting, "V1", (TODAY, "task.progress", {"task_id": "t1", "body": "XDS"}), hot=hot)
    assert copies(waiting) == []
    pass_again(waiting)
    assert copies(waiting) == [("PYT", "obligor", "t1")]


def test_what_waits_says_what_was_corrected_of_the_task(
    waiting: Store, hot: HotStreams | None
) -> None:
    told = (TODAY, "task.corrected", {"task_id": "t1", "fields": {"content": "Nội dung mới"}})
    tell(waiting, "V1", told, hot=hot)
    pass_again(waiting)
    assert len(said(waiting)) == 2
    assert all("Nội dung mới" in text for text in said(waiting))


@pytest.mark.parametrize("field", ["symbol", "abstract"])
def test_what_waits_says_what_was_corrected_of_the_document(
    waiting: Store, hot: HotStreams | None, field: str
) -> None:
    told = (TODAY, "document.corrected", {"fields": {field: "99/CT-UBND"}})
    tell(waiting, "V1", told, hot=hot)
    pass_again(waiting)
    for task in ("t1", "t2"):
        assert said(waiting, task)
        assert all("99/CT-UBND" in text for text in said(waiting, task))


def test_what_is_told_of_one_task_leaves_what_waits_of_another(
    waiting: Store, hot: HotStreams | None
) -> None:
    before = _rows(waiting, "t2")
    told = (TODAY, "task.corrected", {"task_id": "t1", "fields": {"content": "Nội dung mới"}})
    tell(waiting, "V1", told, hot=hot)
    assert _rows(waiting, "t2") == before != []


def _rows(store: Store, task: str) -> list[tuple[Any, ...]]:
    return store.read(
        lambda tx: tx.rows(
            "SELECT x.id FROM outbox x JOIN obligation o ON o.id = x.obligation WHERE o.task_id=%s"
            " AND o.rule='execution' ORDER BY x.id",
            task,
        )
    )


def test_what_was_published_is_not_sent_again_for_a_correction(
    waiting: Store, hot: HotStreams | None
) -> None:
    waiting.transact(lambda tx: tx.run("UPDATE outbox SET published_at=1"))
    told = (TODAY, "task.corrected", {"task_id": "t1", "fields": {"content": "Nội dung mới"}})
    tell(waiting, "V1", told, hot=hot)
    pass_again(waiting)
    assert copies(waiting) == []


def test_whoever_decides_at_that_moment_is_waited_for(postgres_url: str) -> None:
    store = open_store(postgres_url)
    store.migrate(date(2026, 1, 1))
    advance(store, law(), date(2026, 3, 10))
    one_task(store)
    ((stream,),) = store.read(lambda tx: tx.rows("SELECT id FROM stream WHERE key='document:V1'"))
    claimed, go_on, looked = threading.Event(), threading.Event(), threading.Event()

    def decide(tx: Transaction) -> None:
        (due,) = [
            due
            for due in claim_due(tx, TUESDAY.date(), 100)
            if due.obligation.rule == "execution" and due.coordinating == ("XDS",)
        ]
        claimed.set()
        assert go_on.wait(60)
        tx.run(
            "INSERT INTO reminder (stream_id, obligation, step, target, occurrence, role, body,"
            " decided_at) VALUES (%s, %s, 'due_soon', '', 0, 'coordinating', 'XDS', 0)",
            *(stream, due.obligation.id),
        )
        tx.run(
            "INSERT INTO outbox (reminder, stream_id, obligation, message_id, routing_key, body,"
            " created_at) SELECT id, stream_id, obligation, 'm', 'k', %s, 0 FROM reminder",
            b"{}",
        )

    found: list[set[str]] = []

    def look() -> None:
        found.append(store.transact(lambda tx: waiting_about(tx, {(stream, "t1")})))
        looked.set()

    decider = threading.Thread(target=lambda: store.transact(decide))
    looker = threading.Thread(target=look)
    decider.start()
    assert claimed.wait(60)
    looker.start()
    assert not looked.wait(0.2)
    go_on.set()
    decider.join(60)
    looker.join(60)
    assert [len(each) for each in found] == [1]


def test_a_digest_of_the_first_start_that_waits_is_worded_anew_without_whoever_has_done_its_part(
    store: Store, hot: HotStreams | None
) -> None:
    advance(store, law(), date(2026, 3, 16))
    one_task(store, hot)
    for minutes in (0, 10):
        now = TUESDAY + timedelta(minutes=minutes)
        let_time_pass(store, law(), texts(), now, catch_up=CatchUp.DIGEST)
    assert "phối hợp" in _digest(store, "XDS")
    tell(store, "V1", (TODAY, "task.progress", {"task_id": "t1", "body": "XDS"}), hot=hot)
    for minutes in (120, 130):
        now = TUESDAY + timedelta(minutes=minutes)
        let_time_pass(store, law(), texts(), now, catch_up=CatchUp.DIGEST)
    assert "phối hợp" not in _digest(store, "XDS")


def test_what_was_gathered_for_a_body_that_is_abolished_is_told_to_its_successor(
    store: Store,
) -> None:
    advance(store, law(), date(2026, 6, 29))
    tell(
        store,
        "V1",
        ("2026-06-02", "document.issued", {"task_count": 1}),
        ("2026-06-02", "task.assigned", {"task_id": "t1", "due_on": "2026-06-26", "lead": "PNV"}),
    )
    last = datetime(2026, 6, 30, 16, 30, tzinfo=LOCAL)
    let_time_pass(store, law(), texts(), last, catch_up=CatchUp.DIGEST)
    gathered = _owed(store, "PNV")
    assert gathered
    morning = datetime(2026, 7, 1, 7, 31, tzinfo=LOCAL)
    for minutes in (0, 1, 10):
        now = morning + timedelta(minutes=minutes)
        let_time_pass(store, law(), texts(), now, catch_up=CatchUp.DIGEST)
    assert _digest(store, "PNV") == ""
    assert _owed(store, "PNV") == set()
    assert gathered <= _owed(store, "SNV")


def _owed(store: Store, body: str) -> set[str]:
    """The obligations that the ledger has *body* told of."""
    rows = store.read(lambda tx: tx.rows("SELECT obligation FROM reminder WHERE body=%s", body))
    return {obligation for (obligation,) in rows}


def _digest(store: Store, body: str) -> str:
    rows = store.read(
        lambda tx: tx.rows(
            "SELECT words FROM catch_up WHERE closed_at IS NOT NULL AND body=%s", body
        )
    )
    return "".join(words for (words,) in rows)
