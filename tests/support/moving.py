"""A database with everything that can be moved, what it holds as one value, and a move."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime
from functools import cache
from itertools import islice
from typing import Any

from dondoc.commands.assembly.loading import load_texts
from dondoc.connector.contract.guard import Limits
from dondoc.connector.contract.verdicts import Message
from dondoc.connector.intake import Intake
from dondoc.connector.moving.export_file import ExportReading, lines_between
from dondoc.connector.moving.taking_in_file import Taken, take_in
from dondoc.connector.moving.whole_database import lines_of_all
from dondoc.rules.events import LOCAL
from dondoc.sample.generator import ENDING, generate
from dondoc.storage.advancing import advance
from dondoc.storage.audit import Act, Operator, enter
from dondoc.storage.database import Store
from dondoc.storage.outbox import lease, mark_published
from dondoc.storage.reprocessing import is_settled
from dondoc.storage.scheduling import let_time_pass
from dondoc.storage.secrecy.remains import Listed, redact_listed
from dondoc.storage.transaction import Transaction
from support.sample import sample_law

SINCE = date(2026, 1, 1)
DAY = date(2026, 3, 31)
NOW = datetime(2026, 3, 31, 9, 30, tzinfo=LOCAL)
BY = Operator("an", "dondoc", "vp-01")

_HELD = {
    "stream": "key, symbol, abstract, flags, missing, next_opening, law, event_count, symbol_key",
    "event": "source, event_id, type, subject, time, sequence, structured, body, sha256,"
    " received_at, conflicts",
    "task": "task_id, lead, content, due, status, done_on, ended_on, overdue_on",
    "obligation": "id, rule, cite, subject, task_id, body, role, opened_on, target, due, met_on,"
    " ended_on, closed_on, breach_on, overdue_on, regulation, trace, next_reminder_on",
    "former_deadline": "obligation, target, due, regulation, until",
    "snooze": "obligation, until, reason, decided_by, decided_at, lifted_by, lifted_at",
    "reminder": "obligation, step, target, occurrence, role, body, decided_at, words, published_at",
    "outbox": "obligation, message_id, routing_key, body, created_at, published_at",
    "numbering": "source, came, again, closed_gaps, closed_missing, closed_through",
    "number_run": "source, low, high, since",
    "number_told": "source, low, high, again, fresh, at",
    "mailing": "message_id, body, day, kind, state, joined, attempts, next_attempt_at, recorded_at,"
    " ended_at",
    "mailing_line": "reminder, obligation, body, role, step, target, recorded_at, over_limit,"
    " mailing",
    "rejection": "reason, event_id, size, sha256, received_at",
    "redaction": "stream, level, redacted_at, erased_at",
    "redacted_name": "digest, stream, length, digits",
    "redacted_shape": "length, digits",
    "setting": "key, value",
}

_LEFT_OUT = {"stream": " WHERE law IS NOT NULL"}
"""A row that is only a lock."""


@cache
def _messages(number: int) -> list[Message]:
    return [
        Message(each.body, each.content_type, each.headers)
        for each in islice(generate(ENDING), number)
    ]


def fill(store: Store, number: int = 300) -> None:
    """Put into the migrated *store* a part of the sample, reminders that wait and that are sent,
    what is secret, what was refused, and what operators did."""
    law = sample_law()
    assert is_settled(store, law)
    intake = Intake(store, law, Limits(), 10_000)
    received = [NOW.replace(hour=7, minute=minute) for minute in range(10)]
    messages = _messages(number)
    for at, time in enumerate(received):
        intake.handle(messages[at::10], time)
    advance(store, law, DAY)
    let_time_pass(store, law, load_texts(), NOW)
    taken = lease(store, NOW, 20, 30.0)
    mark_published(store, taken.token, [each.id for each in taken.messages][:10], NOW)
    store.transact(_some_facts)
    (secret,) = store.read(
        lambda tx: tx.rows(
            "SELECT key FROM stream WHERE key LIKE 'document:%' ORDER BY key LIMIT 1"
        )
    )
    redact_listed(store, law, [Listed(secret[0], "mat", NOW)])
    store.transact(_some_mail)


def _some_facts(tx: Transaction) -> None:
    ((id_, stream),) = tx.rows("SELECT id, stream_id FROM obligation ORDER BY id LIMIT 1")
    tx.run(
        "INSERT INTO former_deadline (stream_id, obligation, target, due, regulation, until)"
        " VALUES (%s, %s, NULL, '2026-02-03', 'old', '2026-02-01')",
        stream,
        id_,
    )
    tx.run(
        "INSERT INTO snooze (stream_id, obligation, until, reason, decided_by, decided_at,"
        " lifted_by, lifted_at) VALUES (%s, %s, '2026-04-01', 'đã hẹn', 'an', 1, NULL, NULL),"
        " (%s, %s, '2026-03-01', NULL, 'an', 0, 'bình', 1)",
        *(stream, id_) * 2,
    )
    enter(tx, Act("reprocess", BY, NOW, number=7, token="t-1"))


def _some_mail(tx: Transaction) -> None:
    """One letter that was sent, and one that waits to be gathered."""
    for number, mailing in enumerate(("<a@list>", None)):
        tx.run(
            "INSERT INTO mailing_line (reminder, obligation, stream_id, body, role, step, target,"
            " recorded_at, over_limit, mailing) SELECT %s, obligation, stream_id, body, role, step,"
            " target, decided_at, %s, %s FROM reminder ORDER BY id LIMIT 1 OFFSET %s",
            f"r{number}",
            bool(number),
            mailing,
            number,
        )
    tx.run(
        "INSERT INTO mailing (message_id, body, day, kind, state, joined, attempts,"
        " next_attempt_at, recorded_at, ended_at) VALUES ('<a@list>', 'VP', '2026-03-31', 'digest',"
        " 'sent', 0, 1, 1, 1, 2)"
    )


def held(store: Store) -> dict[str, list[Any]]:
    """Everything that *store* holds, without the numbers of its rows."""

    def read(tx: Transaction) -> dict[str, list[Any]]:
        return {
            table: sorted(
                tx.rows(f"SELECT {columns} FROM {table}{_LEFT_OUT.get(table, '')}"), key=repr
            )
            for table, columns in _HELD.items()
        }

    return store.read(read)


def exported(store: Store) -> list[str]:
    """The lines of an export of all of *store*."""
    lines = store.read(lambda tx: list(lines_of_all(tx, "an-export", "0.0", NOW.isoformat())))
    return [line.decode().rstrip("\n") for line in lines]


def arrive(store: Store, lines: list[str], told: Callable[[Taken], None] = lambda _: None) -> Taken:
    """Take *lines* into *store*."""
    reading = ExportReading("export")
    header = reading.header(lines[0])
    numbered: Iterator[tuple[int, str | None]] = enumerate(lines, 1)
    return take_in(store, sample_law(), Limits(), header, lines_between(reading, numbered), told)
