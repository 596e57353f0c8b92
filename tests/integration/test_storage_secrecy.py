"""What a secret document leaves behind: nothing of it, and nothing that other subjects quote."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from dondoc.rules.reminding.reminder import Reminder
from dondoc.storage.advancing import advance
from dondoc.storage.database import Store
from dondoc.storage.new_events import NewEvent, Outcome
from dondoc.storage.reminder_ledger import NewReminder, write_reminders
from dondoc.storage.secrecy.first_stage import lift, redact_unknown, redactions
from dondoc.storage.secrecy.quotes import digest_of_stream
from dondoc.storage.taking_in import record
from support.plain_law import PlainLaw, assigned, issued, new_event
from support.stores import count, state

LAW = PlainLaw()
NOW = datetime(2026, 3, 2, 3, 0, tzinfo=UTC)
TODAY = date(2026, 3, 2)
QUOTED = "Phòng cháy ở kho ZQXJ"


@pytest.fixture
def today(store: Store) -> Store:
    advance(store, LAW, TODAY)
    return store


def secret(subject: str = "VB-15") -> NewEvent:
    return new_event("document.secrecy_changed", subject, {"level": "mat"}, event_id=f"s-{subject}")


def feedback(id_: str = "f1", subject: str = "PA-1", **data: Any) -> NewEvent:
    said = {"from_body": "tanhiep", "about_body": "ldtbxh", "content": QUOTED} | data
    return new_event("feedback.received", subject, said, event_id=id_)


def inspection(grounds: str) -> NewEvent:
    data = {"kind": "scheduled", "lead": "vp", "bodies": ["ldtbxh"], "grounds": grounds}
    return new_event("inspection.decided", "KT-1", data, event_id="k1")


def bodies(store: Store) -> bytes:
    return b"\n".join(bytes(b) for (b,) in store.read(lambda tx: tx.rows("SELECT body FROM event")))


def quotes_are_gone(store: Store) -> bool:
    return QUOTED.encode() not in bodies(store) and b"ZQXJ" not in bodies(store)


@pytest.mark.parametrize("seed", range(6))
def test_what_other_subjects_quote_of_its_tasks_goes_in_any_order_of_arrival(
    today: Store, seed: int
) -> None:
    events = [
        issued("VB-15"),
        assigned("VB-15", "VB-15-1"),
        secret(),
        feedback(task_id="VB-15-1"),
        inspection(f"Theo nhiệm vụ VB-15-1: {QUOTED}"),
        assigned("VB-16", "VB-16-1"),
    ]
    random.Random(seed).shuffle(events)
    while events:
        record(today, LAW, events[:2], NOW)
        events = events[2:]
    assert quotes_are_gone(today)
    assert count(today, "event") == 3
    assert today.read(lambda tx: [redaction.stream for redaction in redactions(tx)]) == [
        "document:VB-15"
    ]


@pytest.mark.parametrize(
    "quote",
    [
        {"task_id": "vb-15-1"},
        {"content": f"{QUOTED} theo văn bản số VB-15/CT-UBND."},
        {"content": f"{QUOTED} (nhiệm vụ VB-15-1), đề nghị xem lại"},
        {"extension": ["x", {"deep": f"ZQXJ {'VB-15'}"}]},
    ],
)
def test_a_quote_is_found_by_task_symbol_or_identifier_wherever_it_stands(
    today: Store, quote: dict[str, Any]
) -> None:
    record(today, LAW, [issued("VB-15"), assigned("VB-15", "VB-15-1"), feedback(**quote)], NOW)
    record(today, LAW, [secret()], NOW)
    assert quotes_are_gone(today)


def test_a_text_that_names_nothing_redacted_stays_as_it_came(today: Store) -> None:
    others = [
        feedback(task_id="VB-16-1"),
        inspection(f"{QUOTED}, 15 ngày, năm 2026"),
        assigned("VB-16", "VB-16-1"),
    ]
    record(today, LAW, [issued("15"), assigned("15", "1"), *others], NOW)
    before = bodies(today).count(b"ZQXJ")
    record(today, LAW, [secret("15")], NOW)
    assert bodies(today).count(b"ZQXJ") == before == 2


def test_an_event_that_quoted_keeps_its_place_and_its_repeat_is_a_duplicate(today: Store) -> None:
    quoting = feedback(task_id="VB-15-1")
    record(today, LAW, [assigned("VB-15", "VB-15-1"), quoting], NOW)
    before = state(today)
    record(today, LAW, [secret()], NOW)
    assert record(today, LAW, [quoting], NOW) == [Outcome.DUPLICATE]
    assert quotes_are_gone(today)
    feedbacks = [row for row in before["stream"] if row[0] == "feedback:PA-1"]
    assert [row for row in state(today)["stream"] if row[0] == "feedback:PA-1"] == feedbacks
    assert record(today, LAW, [feedback("f2", task_id="VB-16-1")], NOW) == [Outcome.STORED]


def test_a_quote_that_arrives_after_is_stored_without_what_it_quotes(today: Store) -> None:
    record(today, LAW, [assigned("VB-15", "VB-15-1"), secret()], NOW)
    assert record(today, LAW, [feedback(task_id="VB-15-1")], NOW) == [Outcome.STORED]
    assert quotes_are_gone(today)
    assert count(today, "event") == 1


def test_a_task_that_arrives_after_its_document_became_secret_still_erases_quotes(
    today: Store,
) -> None:
    record(today, LAW, [secret()], NOW)
    record(today, LAW, [feedback(task_id="T-77")], NOW)
    assert not quotes_are_gone(today)
    assert record(today, LAW, [assigned("VB-15", "T-77")], NOW) == [Outcome.REDACTED]
    assert quotes_are_gone(today)


def test_no_name_of_a_secret_document_can_be_read_afterwards(today: Store) -> None:
    record(today, LAW, [issued("VB-15"), assigned("VB-15", "TASKNAME"), secret()], NOW)
    record(today, LAW, [assigned("VB-15", "OTHERTASK")], NOW)

    def everything(tx: Any) -> str:
        tables = ("event", "stream", "task", "obligation", "outbox", "reminder", "redacted_name")
        return repr([tx.rows(f"SELECT * FROM {table}") for table in tables])

    told = today.read(everything)
    assert "TASKNAME" not in told
    assert "OTHERTASK" not in told
    assert "CT-UBND" not in told
    assert count(today, "redacted_name") == 4


def remind_of(store: Store, published: bool) -> None:
    """As if the scheduler had decided a reminder that quotes, of whatever obligation is there."""

    def write(tx: Any) -> None:
        ((obligation, body),) = tx.rows("SELECT id, body FROM obligation WHERE rule='execution'")
        occurrence = -3 if published else -1
        reminder = Reminder(
            obligation, "due_soon", TODAY, occurrence, "obligor", body, occurrence, TODAY
        )
        write_reminders(tx, [NewReminder(reminder, "reminder.x", QUOTED.encode(), QUOTED)], NOW)
        if published:
            tx.run("UPDATE outbox SET published_at=1")

    store.transact(write)


def test_reminders_published_and_not_are_withdrawn(today: Store) -> None:
    record(today, LAW, [assigned("VB-15", "VB-15-1")], NOW)
    remind_of(today, published=True)
    remind_of(today, published=False)
    record(today, LAW, [secret()], NOW)
    assert count(today, "outbox") == 0
    assert count(today, "reminder") == 0


def test_a_name_told_after_the_copies_were_overwritten_asks_for_it_once_more(today: Store) -> None:
    record(today, LAW, [assigned("VB-15", "VB-15-1"), secret()], NOW)
    today.transact(lambda tx: tx.run("UPDATE redaction SET erased_at=1"))
    record(today, LAW, [assigned("VB-15", "VB-15-2")], NOW)
    (found,) = today.read(redactions)
    assert found.erased_at is None


def test_only_the_operator_lifts_a_redaction_and_then_events_count_again(today: Store) -> None:
    record(today, LAW, [assigned("VB-15", "VB-15-1"), secret()], NOW)
    back = new_event("document.secrecy_changed", "VB-15", {"level": "normal"}, event_id="n")
    assert record(today, LAW, [back, issued("VB-15")], NOW) == [Outcome.REDACTED] * 2
    assert today.transact(lambda tx: lift(tx, ["document:VB-15"])) == 1
    assert count(today, "redacted_name") == 0
    assert record(today, LAW, [issued("VB-15")], NOW) == [Outcome.STORED]


def test_a_subject_known_by_a_digest_alone_is_redacted_as_any_other(today: Store) -> None:
    today.transact(lambda tx: redact_unknown(tx, {"document:VB-15": "mat"}, NOW))
    assert count(today, "stream") == 3
    assert record(today, LAW, [issued("VB-15")], NOW) == [Outcome.REDACTED]
    assert record(today, LAW, [issued("VB-16")], NOW) == [Outcome.STORED]
    stored = today.read(lambda tx: [each.stream for each in redactions(tx)])
    assert stored == [digest_of_stream("document:VB-15")]
    assert today.transact(lambda tx: lift(tx, ["document:VB-15"])) == 1
    assert record(today, LAW, [issued("VB-15")], NOW + timedelta(days=1)) == [Outcome.STORED]
