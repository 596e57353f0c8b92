"""What the service does all day reads no table from end to end, however much is stored."""

from __future__ import annotations

import re
import sqlite3
from datetime import date, datetime, timedelta
from itertools import islice
from pathlib import Path

import pytest
from dondoc.commands.assembly.loading import load_directory, load_law, load_texts
from dondoc.commands.assembly.settings import TrackingSettings
from dondoc.connector.contract.guard import Limits, Message
from dondoc.connector.intake import Intake
from dondoc.rules.events import LOCAL
from dondoc.rules.law import Law
from dondoc.rules.reminding.catch_up import CatchUp
from dondoc.sample.generator import generate, since
from dondoc.storage.database import Store, open_store
from dondoc.storage.outbox import forget_published, lease, mark_published, pending
from dondoc.storage.questions.filtering import Filter
from dondoc.storage.questions.listed import listed
from dondoc.storage.questions.listing import first_of
from dondoc.storage.questions.queries import obligations, timeline
from dondoc.storage.reminder_ledger import forget_words
from dondoc.storage.scheduling import let_time_pass
from dondoc.storage.symbols import documents_called
from dondoc.storage.transaction import Transaction
from support.hscv import event, structured

ENDING = date(2026, 3, 30)
NOW = datetime(2026, 3, 30, 9, 0, tzinfo=LOCAL)
"""A Monday, inside the publishing window."""
MESSAGES = 900
ALLOWED_SCANS = (
    # The values that a statement was given.
    r"SCAN json_each VIRTUAL TABLE INDEX \d+:",
    # The forms that names of secret documents have, a few dozen however many there are.
    r"SCAN redacted_shape",
    # A partial index: what waits to be published, which is all that is asked for.
    r"SCAN outbox USING INDEX outbox_pending",
    # The same: digests that are open, and what no pass knows yet.
    r"SCAN catch_up USING (COVERING )?INDEX catch_up_open",
    r"SCAN found_later USING INDEX found_later_new",
    # What is to be merged, all of it; and sources, which are bounded.
    r"SCAN (number_told|numbering)",
)


def test_taking_in_reminding_and_publishing_read_no_table_from_end_to_end(tmp_path: Path) -> None:
    """SQLite tells how it does each statement, and without statistics it does the same on five
    million rows."""
    store = open_store(f"sqlite:///{tmp_path / 'dondoc.db'}")
    store.migrate(since(ENDING))
    statements: list[str] = []
    connection = connection_of(store)
    connection.set_trace_callback(statements.append)
    work(store)
    connection.set_trace_callback(None)
    plans = {
        (step, shape(statement))
        for statement in {shape(each): each for each in statements}.values()
        if statement.startswith(("SELECT", "INSERT", "UPDATE", "DELETE"))
        for (_, _, _, step) in connection.execute(f"EXPLAIN QUERY PLAN {statement}")
    }
    store.close()
    tables = {found[1] for step, _ in plans if (found := re.match(r"SEARCH (\w+) USING", step))}
    assert {"event", "stream", "task", "obligation", "reminder", "outbox"} <= tables
    assert [plan for plan in sorted(plans) if end_to_end(plan[0])] == []


def test_making_a_document_secret_reads_neither_the_log_nor_what_is_owed_from_end_to_end(
    tmp_path: Path,
) -> None:
    """What quotes it is found in an index of the events that can quote, which holds all that is
    asked. Small tables are looked through: what was refused, snoozed or done by operators."""
    store = open_store(f"sqlite:///{tmp_path / 'dondoc.db'}")
    store.migrate(since(ENDING))
    work(store)
    statements: list[str] = []
    connection = connection_of(store)
    (document,) = connection.execute(
        "SELECT substr(key, 10) FROM stream WHERE symbol IS NOT NULL ORDER BY event_count DESC"
    ).fetchone()
    secret = event("document.secrecy_changed", id="s", subject=document)
    connection.set_trace_callback(statements.append)
    Intake(store, sample_law(), Limits(), history_limit=2000).handle([structured(secret)], NOW)
    connection.set_trace_callback(None)
    steps = {
        step
        for statement in {shape(each): each for each in statements}.values()
        if statement.startswith(("SELECT", "INSERT", "UPDATE", "DELETE"))
        for (_, _, _, step) in connection.execute(f"EXPLAIN QUERY PLAN {statement}")
    }
    store.close()
    small = r"SCAN (rejection|audit|snooze|catch_up|numbering|redacted_name|setting)\b"
    assert [each for each in sorted(steps) if end_to_end(each) and not re.match(small, each)] == []
    assert "SEARCH event USING COVERING INDEX event_quotable (id>?)" in steps


def test_what_people_ask_reads_no_table_from_end_to_end(tmp_path: Path) -> None:
    """What is late in a department, a document by its symbol, its story, the board: what is open is
    read by indexes of what is open alone."""
    store = open_store(f"sqlite:///{tmp_path / 'dondoc.db'}")
    store.migrate(since(ENDING))
    work(store)
    statements: list[str] = []
    connection = connection_of(store)
    ((symbol,),) = connection.execute(
        "SELECT symbol FROM stream WHERE symbol IS NOT NULL LIMIT 1"
    ).fetchall()
    connection.set_trace_callback(statements.append)
    ask(store, symbol)
    connection.set_trace_callback(None)
    steps = {
        step
        for statement in {shape(each): each for each in statements}.values()
        if statement.startswith("SELECT") and "FROM setting" not in statement
        for (_, _, _, step) in connection.execute(f"EXPLAIN QUERY PLAN {statement}")
    }
    store.close()
    scans = [step for step in sorted(steps) if end_to_end(step)]
    assert [step for step in scans if not re.search(OF_WHAT_IS_OPEN, step)] == []


OF_WHAT_IS_OPEN = (
    r"SCAN \w+ USING (COVERING )?INDEX (obligation_open|task_open|stream_reports"
    r"|stream_other_kind|stream_missing|stream_flags|outbox_pending|event_conflict)"
    r"|SCAN (counted|\(subquery-\d+\)|CONSTANT ROW|rejection|redaction)"
)
"""Partial indexes, whose size follows what is open, odd or waiting, and small tables."""


def ask(store: Store, symbol: str) -> None:
    """What people ask of a body and of a document."""
    law = sample_law()
    (called,) = store.read(lambda tx: documents_called(tx, symbol, 5))
    late = Filter(body="TCKH", state="overdue")
    for wish in (late, Filter(state="overdue"), Filter(body="TCKH", breach=True)):
        page = store.read(lambda tx: first_of(tx, law, ENDING, wish, "worst", 5))  # noqa: B023
        store.read(lambda tx: [*listed(tx, law, page.obligations, ENDING)])  # noqa: B023
    for subject in (called.subject, "2026-02"):
        about = Filter(subject=subject)
        store.read(lambda tx: obligations(tx, law, ENDING, about))  # noqa: B023
        store.read(lambda tx: timeline(tx, subject))  # noqa: B023


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT * FROM event",
        "SELECT COUNT(*) FROM event",
        "SELECT source FROM event",
        "DELETE FROM reminder WHERE role='obligor'",
        "SELECT lead FROM json_each('[1]') CROSS JOIN task ON content=json_each.value",
    ],
)
def test_a_statement_that_reads_all_of_a_table_or_of_its_index_is_seen(
    tmp_path: Path, statement: str
) -> None:
    store = open_store(f"sqlite:///{tmp_path / 'dondoc.db'}")
    store.migrate(since(ENDING))
    plan = connection_of(store).execute(f"EXPLAIN QUERY PLAN {statement}").fetchall()
    store.close()
    assert any(end_to_end(step) for (_, _, _, step) in plan), plan


def work(store: Store) -> None:
    """A quarter's beginning comes in, a day passes, reminders are decided and published."""
    law = sample_law()
    intake = Intake(store, law, Limits(), history_limit=2000)
    messages = [
        Message(each.body, each.content_type, each.headers)
        for each in islice(generate(ENDING, 1), MESSAGES)
    ]
    for start in range(0, MESSAGES, 300):
        let_time_pass(store, law, load_texts(), NOW, catch_up=CatchUp.DIGEST)
        intake.handle(messages[start : start + 300], NOW)
    for later in (timedelta(hours=1), timedelta(days=1)):
        passed = let_time_pass(store, law, load_texts(), NOW + later, catch_up=CatchUp.DIGEST)
    assert passed > 0
    held = lease(store, NOW, 100, 60)
    mark_published(store, held.token, [each.id for each in held.messages], NOW)
    forget_published(store, NOW, 100)
    assert forget_words(store, NOW + timedelta(days=2), 100) > 0
    store.read(pending)


def sample_law() -> Law:
    """The law, for the sample's bodies."""
    directory = load_directory("sample")
    assert directory is not None
    return load_law(TrackingSettings(), directory)


def end_to_end(step: str) -> bool:
    """Whether a step of a plan reads all of a table, all of an index, or makes an index for
    itself, which reads all of the table too."""
    if step.startswith("SCAN "):
        return not any(re.fullmatch(allowed, step) for allowed in ALLOWED_SCANS)
    return " AUTOMATIC " in step


def connection_of(store: Store) -> sqlite3.Connection:
    """This thread's connection."""

    def connection(tx: Transaction) -> sqlite3.Connection:
        found: sqlite3.Connection = tx.engine.database.connection()
        return found

    return store.read(connection)


def shape(statement: str) -> str:
    """A statement without its values."""
    return re.sub(r"X?'(?:[^']|'')*'|\b\d+\b", "?", statement)
