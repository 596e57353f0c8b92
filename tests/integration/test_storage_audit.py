"""The trail of what operators did: there when the act is, and without a word of what is secret."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from dondoc.storage.audit import BEGUN, DONE, FAILED, Act, Operator, acting, enter, note_law
from dondoc.storage.database import Store, open_store
from dondoc.storage.engines.errors import StorageError
from dondoc.storage.secrecy.quotes import digest_of_stream
from dondoc.storage.secrecy.remains import Listed, redact_listed, settle, sought
from dondoc.storage.taking_in import record
from support.plain_law import PlainLaw, assigned, issued

NOW = datetime(2026, 3, 2, 3, 0, tzinfo=UTC)
LATER = NOW + timedelta(minutes=3)
AN = Operator("an", "dondoc", "may-chu")
LAW = PlainLaw()


def trail(store: Store, columns: str = "act, subject, number, outcome") -> list[tuple[Any, ...]]:
    return store.read(lambda tx: tx.rows(f"SELECT {columns} FROM audit ORDER BY id"))


def redact(store: Store, key: str) -> None:
    redact_listed(store, LAW, [Listed(key, "mat", NOW)])


def test_an_act_of_one_transaction_is_entered_exactly_when_it_is_done(store: Store) -> None:
    def fails(tx: Any) -> None:
        enter(tx, Act("snooze", AN, NOW))
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        store.transact(fails)
    assert trail(store) == []
    store.transact(lambda tx: enter(tx, Act("snooze", AN, NOW, "document:15", 1)))
    assert trail(store) == [("snooze", "document:15", 1, DONE)]
    assert trail(store, "who, account, host") == [("an", "dondoc", "may-chu")]


def test_an_act_entered_twice_stands_there_once(store: Store) -> None:
    act = Act("snooze", AN, NOW)
    store.transact(lambda tx: enter(tx, act))
    store.transact(lambda tx: enter(tx, act))
    assert len(trail(store)) == 1


def test_a_long_act_is_entered_before_it_and_ended_after_it(store: Store) -> None:
    with acting(store, Act("reprocess", AN, NOW), lambda: LATER) as course:
        assert trail(store) == [("reprocess", None, None, BEGUN)]
        course.number, course.details["through"] = 7, "2026-03-02"
    assert trail(store) == [("reprocess", None, 7, DONE)]
    ((at, ended, details),) = trail(store, "at, ended_at, details")
    assert (ended - at, details) == (180_000_000, '{"through":"2026-03-02"}')


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt, SystemExit])
def test_an_act_that_fails_or_is_broken_off_is_entered_as_failed(
    store: Store, error: type[BaseException]
) -> None:
    act = Act("replay", AN, NOW)

    def act_in_vain() -> None:
        with acting(store, act, lambda: LATER) as course:
            course.number = 3
            raise error("a word of a document")

    with pytest.raises(error):
        act_in_vain()
    assert trail(store) == [("replay", None, 3, FAILED)]
    assert trail(store, "details") == [(f'{{"error":"{error.__name__}"}}',)]


def test_nothing_is_done_where_the_entry_cannot_be_written(store: Store) -> None:
    store.transact(lambda tx: tx.run("DROP TABLE audit"))
    done = []
    with pytest.raises(Exception), acting(store, Act("dead drop", AN, NOW), lambda: LATER):  # noqa: B017, PT011 - whatever the driver says
        done.append("dropped")
    assert done == []


def test_the_error_of_an_act_is_told_even_where_its_end_cannot_be_written(
    tmp_path: Any,
) -> None:
    path = tmp_path / "dondoc.db"
    store = open_store(f"sqlite:///{path}")
    store.migrate(NOW.date())

    def act_in_vain() -> None:
        with acting(store, Act("replay", AN, NOW), lambda: LATER):
            path.unlink()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        act_in_vain()
    with pytest.raises(StorageError):
        trail(store)


@pytest.mark.parametrize("said", ["15/CT-UBND", "Mở rộng", "a b", "x" * 81, ["ok", "hai từ"]])
def test_the_trail_takes_no_free_text(said: Any) -> None:
    with pytest.raises(ValueError, match="no free text"):
        Act("replay", AN, NOW, details={"said": said})


@pytest.mark.parametrize("key", ["document:VB-1", "feedback:PA-1"])
def test_a_subject_that_becomes_secret_is_a_digest_in_the_trail(store: Store, key: str) -> None:
    store.transact(lambda tx: enter(tx, Act("snooze", AN, NOW, key)))
    redact(store, key)
    store.transact(lambda tx: enter(tx, Act("reprocess", AN, NOW, key)))
    assert trail(store, "subject") == [(digest_of_stream(key),)] * 2


def test_a_subject_that_names_something_secret_is_a_digest_in_the_trail(store: Store) -> None:
    record(store, LAW, [issued("VB-1"), assigned("VB-1", "TASK-ZQ-9")], NOW)
    for key in ("feedback:PA TASK-ZQ-9", "document:VB-1/CT-UBND", "document:VB-11"):
        store.transact(partial(enter, act=Act("snooze", AN, NOW, key)))
    redact(store, "document:VB-1")
    store.transact(lambda tx: enter(tx, Act("snooze", AN, NOW, "feedback:về TASK-ZQ-9")))
    told = [subject for (subject,) in trail(store, "subject")]
    assert [subject.startswith("sha256:") for subject in told] == [True, True, False, True]


def test_what_was_entered_while_the_redaction_was_not_seen_yet_goes_with_the_second_stage(
    store: Store,
) -> None:
    redact(store, "feedback:77")
    store.transact(
        lambda tx: tx.run(
            "INSERT INTO audit (token, at, who, account, host, act, subject, outcome)"
            " VALUES ('t', 1, 'an', 'an', 'x', 'snooze', 'feedback:77', 'done')"
        )
    )
    settle(store, LAW, sought(store))
    assert trail(store, "subject") == [(digest_of_stream("feedback:77"),)]


def test_the_law_of_a_start_is_entered_when_a_part_of_it_is_another(store: Store) -> None:
    first = {"calendar": "c1", "policy": "p1"}

    def start(parts: dict[str, str]) -> bool:
        return store.transact(lambda tx: note_law(tx, parts, AN, NOW))

    assert start(first)
    assert not start(first)
    assert start({"calendar": "c2", "policy": "p1"})
    assert trail(store, "act, details") == [
        ("law", '{"calendar":["c1"],"policy":["p1"]}'),
        ("law", '{"calendar":["c1","c2"]}'),
    ]


def test_instances_that_start_at_once_enter_the_law_once(database_url: str) -> None:
    store = open_store(database_url)
    store.migrate(NOW.date())
    start = threading.Barrier(4)
    noted: list[bool] = []

    def begin() -> None:
        own = open_store(database_url)
        start.wait()
        noted.append(own.transact(lambda tx: note_law(tx, {"calendar": "c1"}, AN, NOW)))
        own.close()

    threads = [threading.Thread(target=begin) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(noted) == [False, False, False, True]
    assert len(trail(store)) == 1
    store.close()
