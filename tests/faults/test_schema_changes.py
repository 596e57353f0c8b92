"""Databases of other versions of dondoc, with data in them, and the real command."""

from __future__ import annotations

import json
import shutil
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from dondoc.connector.lines import to_line
from dondoc.storage import schema
from dondoc.storage.database import open_store
from dondoc.storage.transaction import Transaction
from faults.harness.flow import sample
from faults.harness.world import wait_until_ready
from support.installation import Installation
from support.rabbitmq import VirtualHost
from support.stores import count

SINCE = date(2026, 1, 1)
AS_OF = ("--as-of", "2026-03-31")
OPEN_OBLIGATIONS = "obligation (rule, body, due, opened_on, breach_on, closed_on)"
OPEN_TASKS = "task (lead, status, due)"
"""What the first version's indexes of open work held."""
NEXT = '''"""A later version's migration, as a test imagines it."""


def up(migrator, db):
    db.execute_sql("ALTER TABLE stream ADD COLUMN remark TEXT NOT NULL DEFAULT ''")
    db.execute_sql("UPDATE stream SET remark = 'seen' WHERE event_count > 0")


def down(migrator, db):
    db.execute_sql("ALTER TABLE stream DROP COLUMN remark")
'''


@pytest.fixture
def installation(tmp_path: Path, vhost: VirtualHost, database_url: str) -> Installation:
    return Installation(tmp_path, vhost.url, database_url)


@pytest.fixture
def later_version(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """This process is of a later version, with one migration more; the command is not."""
    later = tmp_path / "later"
    shutil.copytree(schema.MIGRATIONS, later, ignore=shutil.ignore_patterns("__pycache__"))
    (later / "9999_remark.py").write_text(NEXT, encoding="utf-8")
    monkeypatch.setattr(schema, "MIGRATIONS", later)


@pytest.mark.usefixtures("later_version")
def test_a_database_of_an_old_version_keeps_its_data_when_it_is_migrated_and_is_refused_by_the_old(
    installation: Installation, database_url: str
) -> None:
    lines = "".join(f"{to_line(each)}\n" for each in sample(1_000))
    (installation.folder / "events.jsonl").write_text(lines, encoding="utf-8")
    installation.run("replay", "events.jsonl", code=3)  # a sample has malformed ones
    before = installation.run("list", "--format", "json", *AS_OF)
    store = open_store(database_url)
    events = count(store, "event")
    assert store.migrate(SINCE) == ["9999_remark"]
    store.require_current_schema()
    assert count(store, "event") == events > 900
    ((seen,),) = store.read(lambda tx: tx.rows("SELECT COUNT(*) FROM stream WHERE remark='seen'"))
    assert seen > 50
    for command in (("run",), ("list",), ("migrate",)):
        refusal = installation.run(*command, code=1)
        assert "has the tables of a newer dondoc (9999_remark): install that version" in refusal
        assert refusal.strip().count("\n") == 0
    store.transact(lambda tx: tx.run("DELETE FROM schema_migration WHERE name='9999_remark'"))
    store.transact(lambda tx: tx.run("ALTER TABLE stream DROP COLUMN remark"))
    store.close()
    assert installation.run("list", "--format", "json", *AS_OF) == before


def test_a_database_of_the_first_version_gets_what_it_lacks_and_keeps_its_data(
    installation: Installation, database_url: str
) -> None:
    lines = "".join(f"{to_line(each)}\n" for each in sample(500))
    (installation.folder / "events.jsonl").write_text(lines, encoding="utf-8")
    installation.run("replay", "events.jsonl", code=3)  # a sample has malformed ones
    before = installation.run("list", "--format", "json", *AS_OF)
    assert len(before) > 10_000
    store = open_store(database_url)
    later = sorted(path.stem for path in schema.MIGRATIONS.glob("[0-9]*.py") if path.stem > "0002")
    store.transact(back_to_the_first_version)
    store.close()
    refusal = installation.run("list", code=1)
    assert f"(missing: {', '.join(later)}): run `dondoc migrate`" in refusal
    assert installation.run("migrate").count("\n") >= len(later)
    assert kept(installation.run("list", "--format", "json", *AS_OF)) == kept(before)
    installation.run("reprocess", "--all")


UNDONE = {
    "0002_former_deadlines": ("DROP TABLE former_deadline",),
    "0003_shapes_of_names": (
        "ALTER TABLE redacted_name DROP COLUMN length",
        "ALTER TABLE redacted_name DROP COLUMN digits",
        "DROP TABLE redacted_shape",
    ),
    "0004_publications": ("DROP TABLE publication",),
    "0005_overdue_days": (
        "DROP INDEX obligation_open",
        "DROP INDEX task_open",
        "ALTER TABLE obligation DROP COLUMN overdue_on",
        "ALTER TABLE task DROP COLUMN overdue_on",
        f"CREATE INDEX obligation_open ON {OPEN_OBLIGATIONS} WHERE closed_on IS NULL",
        f"CREATE INDEX task_open ON {OPEN_TASKS} WHERE done_on IS NULL AND ended_on IS NULL",
    ),
    "0006_history": (
        "DROP TABLE audit",
        "DROP INDEX reminder_decided",
        "DROP INDEX reminder_of_body",
        "DROP INDEX reminder_worded",
        "ALTER TABLE reminder DROP COLUMN words",
        "ALTER TABLE reminder DROP COLUMN published_at",
    ),
    "0007_symbols": (
        "DROP INDEX stream_symbol",
        "DROP INDEX stream_other_kind",
        "ALTER TABLE stream DROP COLUMN symbol_key",
    ),
    "0008_reports": (
        "DROP INDEX obligation_of_body",
        "DROP INDEX event_told",
        "DROP INDEX event_received",
    ),
    "0009_conflicts": ("DROP TABLE conflict",),
    "0010_streams_of_reports": ("DROP INDEX stream_reports",),
    "0011_reminder_steps": ("DROP INDEX reminder_of_step",),
    "0012_archive": ("DROP TABLE archived_stream", "DROP TABLE archived_count"),
    "0013_mailings": ("DROP TABLE mailing", "DROP TABLE mailing_line"),
    "0014_snoozes": ("DROP TABLE snooze",),
    "0015_catch_up": (
        "DROP TABLE catch_up",
        "DROP TABLE found_later",
        "DROP INDEX reminder_in_catch_up",
        "DROP INDEX reminder_caught_up",
        "ALTER TABLE reminder DROP COLUMN catch_up",
    ),
    "0016_dialects": (
        "ALTER TABLE event DROP COLUMN dialect",
        "ALTER TABLE event DROP COLUMN message",
    ),
    "0017_unknown_types": ("DROP INDEX event_other_type",),
    "0018_numbers": ("DROP TABLE numbering", "DROP TABLE number_run", "DROP TABLE number_told"),
    "0019_extensions": (
        "ALTER TABLE obligation DROP COLUMN first_due",
        "ALTER TABLE obligation DROP COLUMN extensions",
    ),
    "0020_moments": (
        "DROP INDEX obligation_target_at",
        "DROP INDEX obligation_due_at",
        *(
            f"ALTER TABLE obligation DROP COLUMN {name}"
            for name in ("target_at", "due_at", "met_at")
        ),
        *(f"ALTER TABLE former_deadline DROP COLUMN {name}" for name in ("target_at", "due_at")),
    ),
    "0021_marks": ("DROP INDEX event_quotable", "ALTER TABLE event DROP COLUMN marks"),
    "0022_versions": ("ALTER TABLE stream DROP COLUMN version",),
    "0023_archived_numbers": ("ALTER TABLE archived_stream DROP COLUMN numbers",),
    "0024_told_elsewhere": (),
}
"""What takes back each migration after the first."""


def kept(listed: str) -> list[dict[str, Any]]:
    """What is *listed*, but for what a reprocessing has to say anew."""
    new = {"first_due", "extensions"}
    return [
        {key: value for key, value in each.items() if key not in new} for each in json.loads(listed)
    ]


def test_each_migration_is_taken_back_here() -> None:
    later = {path.stem for path in schema.MIGRATIONS.glob("[0-9]*.py")} - {"0001_initial"}
    assert UNDONE.keys() == later, "add to UNDONE what the new migration made"


def back_to_the_first_version(tx: Transaction) -> None:
    for statements in reversed(UNDONE.values()):
        for statement in statements:
            tx.run(statement)
    tx.run("DELETE FROM schema_migration WHERE name > '0002'")


def test_instances_that_start_at_once_on_an_empty_database_migrate_it_once(
    installation: Installation, database_url: str
) -> None:
    together = [installation.start() for _ in range(3)]
    for running in together:
        wait_until_ready(running)
    for running in together:
        assert running.stop()[0] == 0
    store = open_store(database_url)
    applied = store.read(lambda tx: tx.rows("SELECT name FROM schema_migration ORDER BY name"))
    store.close()
    files = sorted(path.stem for path in schema.MIGRATIONS.glob("[0-9]*.py"))
    assert [name for (name,) in applied] == files
