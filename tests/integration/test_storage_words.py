"""What a reminder said stays in the ledger as long as it should, and not a word longer."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from hashlib import blake2b
from pathlib import Path
from typing import Any, cast

import pytest
from dondoc.rules.events import LOCAL
from dondoc.rules.law import Law
from dondoc.rules.reminding.reminder import Reminder
from dondoc.storage import outbox
from dondoc.storage.advancing import advance
from dondoc.storage.database import Store, open_store
from dondoc.storage.reminder_ledger import NewReminder, forget_words, write_reminders
from dondoc.storage.schema import MIGRATIONS
from dondoc.storage.secrecy.emptied import drop_empty
from dondoc.storage.secrecy.remains import TABLES, Listed, mark_erased, redact_listed, sought
from dondoc.storage.streams import TABLES_OF_STREAM
from dondoc.storage.tables.indexes import MODELS
from dondoc.storage.taking_in import record
from support.plain_law import PlainLaw, assigned, issued, new_event
from support.stores import SINCE, count

NOON = datetime(2026, 3, 20, 12, 0, tzinfo=LOCAL)
LAW = cast(Law, PlainLaw())
CANARY = "ZQXCANARY"


@pytest.fixture
def reminded(store: Store) -> Store:
    """A store with a document, its task and one reminder that is decided and not sent."""
    advance(store, LAW, NOON.date())
    record(store, LAW, [issued("15"), assigned("15", "15-1")], NOON)
    remind(store, "rule='execution'")
    return store


def remind(store: Store, of: str, occurrence: int = 0, at: datetime = NOON) -> None:
    """As if the scheduler had decided at *at* to remind of the obligation that *of* says."""

    def write(tx: Any) -> None:
        id_, body = tx.rows(f"SELECT id, body FROM obligation WHERE {of} ORDER BY id LIMIT 1")[0]
        reminder = Reminder(
            id_, "due_today", date(2026, 3, 20), occurrence, "obligor", body, occurrence, at.date()
        )
        message = json.dumps({"data": {"text": f"{CANARY} {occurrence}"}}).encode()
        write_reminders(tx, [NewReminder(reminder, "x", message, f"{CANARY} {occurrence}")], at)

    store.transact(write)


def words(store: Store) -> list[tuple[Any, ...]]:
    return store.read(lambda tx: tx.rows("SELECT words, published_at FROM reminder ORDER BY id"))


def publish(store: Store, at: datetime) -> None:
    held = outbox.lease(store, at, 100, 60)
    outbox.mark_published(store, held.token, [each.id for each in held.messages], at)


def test_the_words_and_the_time_of_sending_outlive_the_message(reminded: Store) -> None:
    assert words(reminded) == [(f"{CANARY} 0", None)]
    publish(reminded, NOON + timedelta(minutes=1))
    assert outbox.forget_published(reminded, NOON + timedelta(days=40), 10) == 1
    micros = int((NOON + timedelta(minutes=1)).timestamp() * 1_000_000)
    assert words(reminded) == [(f"{CANARY} 0", micros)]


def test_only_what_the_lease_still_holds_is_remembered_as_sent(reminded: Store) -> None:
    held = outbox.lease(reminded, NOON, 100, 60)
    outbox.lease(reminded, NOON + timedelta(minutes=2), 100, 60)
    assert outbox.mark_published(reminded, held.token, [held.messages[0].id], NOON) == 0
    assert words(reminded) == [(f"{CANARY} 0", None)]


def test_words_are_forgotten_when_their_time_is_over_and_the_reminder_is_not(
    reminded: Store,
) -> None:
    for number in range(1, 5):
        remind(reminded, "rule='execution'", number, NOON + timedelta(days=number))
    over = NOON + timedelta(days=3)
    assert [forget_words(reminded, over, 2) for _ in range(3)] == [2, 1, 0]
    assert [text for text, _ in words(reminded)] == [None, None, None, f"{CANARY} 3", f"{CANARY} 4"]


def test_words_of_a_clock_that_was_ahead_wait_for_their_own_day(reminded: Store) -> None:
    remind(reminded, "rule='execution'", 1, NOON + timedelta(days=3650))
    assert forget_words(reminded, NOON + timedelta(days=400), 10) == 1
    assert [text for text, _ in words(reminded)] == [None, f"{CANARY} 1"]


@pytest.mark.parametrize("published", [True, False])
def test_the_words_of_a_subject_that_becomes_secret_are_gone(
    reminded: Store, published: bool
) -> None:
    if published:
        publish(reminded, NOON)
    redact_listed(reminded, LAW, [Listed("document:15", "mat", NOON)])
    assert words(reminded) == []


@pytest.mark.parametrize("published", [True, False])
def test_the_words_that_may_quote_what_becomes_secret_are_gone_and_the_entry_is_not(
    store: Store, published: bool
) -> None:
    advance(store, LAW, NOON.date())
    quoting = {"report": f"{CANARY} theo 15/CT-UBND", "lead": "vp", "bodies": ["vp"]}
    events = [
        issued("15"),
        new_event("report.requested", "R", quoting, event_id="r"),
    ]
    record(store, LAW, events, NOON)
    stream = "stream_id IN (SELECT stream_id FROM event WHERE type='report.requested')"
    remind(store, stream)
    if published:
        publish(store, NOON)
        outbox.forget_published(store, NOON + timedelta(days=40), 10)
    redact_listed(store, LAW, [Listed("document:15", "mat", NOON)])
    assert [text for text, _ in words(store)] == ([None] if published else [])
    assert count(store, "outbox") == 0


def test_no_byte_of_erased_words_is_left_in_the_file(tmp_path: Path) -> None:
    store = open_store(f"sqlite:///{tmp_path / 'dondoc.db'}")
    store.migrate(SINCE)
    advance(store, LAW, NOON.date())
    record(store, LAW, [issued("15"), assigned("15", "15-1")], NOON)
    for number in range(60):
        remind(store, "rule='execution'", number)
    publish(store, NOON)
    redact_listed(store, LAW, [Listed("document:15", "mat", NOON)])
    assert store.overwrite(TABLES) == []
    assert [path.name for path in tmp_path.iterdir() if CANARY.encode() in path.read_bytes()] == []
    store.close()


def id_of(stream: str, rest: str = "0" * 14) -> str:
    """An id of an obligation of *stream*: its first digits are those of a digest of that."""
    return blake2b(stream.encode(), digest_size=3).hexdigest() + rest


def test_a_database_of_before_gets_the_words_that_its_outbox_still_has(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dondoc.storage import schema

    before = [path for path in MIGRATIONS.glob("0*.py") if path.name < "0006"]
    for path in before:
        (tmp_path / path.name).write_text(path.read_text())
    store = open_store(database_url)
    monkeypatch.setattr(schema, "MIGRATIONS", tmp_path)
    monkeypatch.setattr(schema, "MODELS", ())
    monkeypatch.setattr(schema, "fill_symbol_keys", lambda _: None)
    monkeypatch.setattr(schema, "mark_events", lambda _: None)
    store.migrate(SINCE)
    text = f"{CANARY} “Xã” \\u0041 'x' 100%"
    of_15 = id_of("document:15")

    def old(tx: Any) -> None:
        tx.run("INSERT INTO stream (id, key, event_count) VALUES (1, 'document:15', 1)")
        for number, sent in enumerate((None, 7, None), 1):
            tx.run(
                "INSERT INTO reminder (stream_id, obligation, step, target, occurrence, role, body,"
                " decided_at) VALUES (1, %s, 'overdue', '', %s, 'obligor', 'vp', 1)",
                of_15,
                number,
            )
            if number < 3:
                tx.run(
                    "INSERT INTO outbox (reminder, stream_id, obligation, message_id, routing_key,"
                    " body, created_at, published_at) VALUES (%s, 1, %s, %s, 'x', %s, 1, %s)",
                    number,
                    of_15,
                    str(number),
                    json.dumps({"data": {"text": text}}, ensure_ascii=False).encode(),
                    sent,
                )

    store.transact(old)
    monkeypatch.undo()
    assert store.migrate(SINCE)[0] == "0006_history"
    assert words(store) == [(text, None), (text, 7), (None, None)]
    store.close()


def referring(store: Store, stream: int) -> list[str]:
    """The tables that have a row of the stream *stream*, but for those of its events."""
    return store.read(
        lambda tx: [
            table
            for table in TABLES_OF_STREAM
            if tx.rows(f"SELECT 1 FROM {table} WHERE stream_id=%s LIMIT 1", stream)
        ]
    )


def test_every_table_that_knows_a_stream_by_its_row_is_known() -> None:
    knowing = {
        str(model._meta.table_name) for model in MODELS if "stream_id" in model._meta.columns
    }
    assert {*TABLES_OF_STREAM} == knowing - {"event", "event_stream"}


def test_a_stream_that_nothing_is_left_in_takes_with_it_what_was_told_of_it(
    reminded: Store,
) -> None:
    publish(reminded, NOON)
    ((stream,),) = reminded.read(
        lambda tx: tx.rows("SELECT id FROM stream WHERE key='document:15'")
    )

    def work(tx: Any) -> None:
        ((obligation,),) = tx.rows("SELECT MIN(obligation) FROM reminder")
        tx.run(
            "INSERT INTO snooze (stream_id, obligation, until, reason, decided_by, decided_at)"
            " VALUES (%s, %s, '2026-03-25', %s, 'an', 1)",
            stream,
            obligation,
            CANARY,
        )
        tx.run("DELETE FROM event WHERE stream_id=%s", stream)
        drop_empty(tx, [stream])

    assert {"reminder", "task", "obligation"} <= {*referring(reminded, stream)}
    reminded.transact(work)
    assert referring(reminded, stream) == []
    assert CANARY not in str(words(reminded))
    record(reminded, LAW, [issued("16")], NOON)
    assert reminded.read(lambda tx: tx.rows("SELECT COUNT(*) FROM reminder")) == [(0,)]


def test_what_an_earlier_version_put_to_another_subject_is_put_right_or_goes(
    reminded: Store,
) -> None:
    publish(reminded, NOON)
    redact_listed(reminded, LAW, [Listed("document:16", "mat", NOON)])
    mark_erased(reminded, sought(reminded), NOON)
    migrate_again(reminded)
    assert not sought(reminded).redactions, "where nothing is wrong, nothing is done"

    def wrong(tx: Any) -> None:
        ((here, obligation),) = tx.rows("SELECT stream_id, obligation FROM reminder")
        tx.run("INSERT INTO stream (id, key, event_count) VALUES (77, 'feedback:P-1', 0)")
        gone = (99, id_of("document:17"))
        removed = (77, id_of("feedback:P-1"))
        elsewhere = (77, obligation)
        anothers = (77, id_of("document:17", "1" * 14))
        for at, (stream, owed) in enumerate((gone, removed, elsewhere, anothers), 1):
            tx.run(
                "INSERT INTO reminder (stream_id, obligation, step, target, occurrence, role, body,"
                " decided_at, words) VALUES (%s, %s, 'overdue', '', %s, 'obligor', 'vp', 1, %s)",
                *(stream, owed, at, str(at)),
            )
            tx.run(
                "INSERT INTO snooze (stream_id, obligation, until, reason, decided_by, decided_at)"
                " VALUES (%s, %s, '2026-03-25', %s, 'an', %s)",
                *(stream, owed, str(at), at),
            )
            tx.run(
                "INSERT INTO former_deadline (stream_id, obligation, regulation, until)"
                " VALUES (%s, %s, 'r', '2026-03-25')",
                *(stream, owed),
            )
        assert here != 77

    reminded.transact(wrong)
    migrate_again(reminded)
    of_15, of_feedback = "document:15", "feedback:P-1"
    assert standing(reminded, "reminder", "words") == [
        (0, of_15, f"{CANARY} 0"),
        (2, of_feedback, "2"),
        (3, of_15, None),
        (4, of_feedback, None),
    ]
    assert standing(reminded, "snooze", "reason", "decided_at") == [
        (2, of_feedback, "2"),
        (3, of_15, None),
        (4, of_feedback, None),
    ]
    assert [key for _, key, _ in standing(reminded, "former_deadline", "regulation", "t.id")] == [
        of_feedback,
        of_15,
        of_feedback,
    ]
    assert sought(reminded).redactions, "copies on disk are overwritten"


def migrate_again(store: Store) -> None:
    """Apply the migration once more that mends what earlier versions left."""
    name = "0024_told_elsewhere"
    store.transact(lambda tx: tx.run("DELETE FROM schema_migration WHERE name=%s", name))
    assert store.migrate(SINCE) == [name]


def standing(store: Store, table: str, words: str, order: str = "occurrence") -> list[Any]:
    """Of each row of *table* its place, its stream and its words."""
    return store.read(
        lambda tx: tx.rows(
            f"SELECT {order}, s.key, {words} FROM {table} t"
            f" LEFT JOIN stream s ON s.id = t.stream_id ORDER BY {order}, s.key"
        )
    )
