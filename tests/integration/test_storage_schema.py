"""The tables of one version and the next: migrations, models and databases agree."""

from __future__ import annotations

import re
import threading
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from dondoc.storage import schema
from dondoc.storage.database import SchemaMismatch, Store, open_store
from dondoc.storage.tables.indexes import MODELS
from peewee import Database
from support.stores import SINCE

TABLES = sorted(model._meta.table_name for model in MODELS)


def database_of(store: Store) -> Database:
    """peewee's database behind *store*."""
    return store._engine.database


def described(database: Database) -> dict[str, Any]:
    """Every table with its columns, keys and indexes, as the database itself tells."""
    return {
        table: {
            "columns": [column[:4] + column[5:] for column in database.get_columns(table)],
            "keys": database.get_primary_keys(table),
            "references": database.get_foreign_keys(table),
            "indexes": sorted(
                (index.name, index.unique, tuple(index.columns), _where(index.sql))
                for index in database.get_indexes(table)
            ),
        }
        for table in TABLES
    }


def _where(sql: str | None) -> str:
    return re.sub(r".*?( WHERE |$)", "", sql or "", count=1, flags=re.S)


def test_an_empty_database_with_all_migrations_equals_the_models(
    database_url: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    migrated = open_store(database_url)
    migrated.migrate(SINCE)
    if database_url.startswith("sqlite"):
        other = f"sqlite:///{tmp_path / 'models.db'}"
    else:
        other = request.getfixturevalue("postgres_cluster").create_schema()
    modelled = open_store(other)
    for model in MODELS:
        with model.bind_ctx(database_of(modelled)):
            model.create_table(safe=False)
    found, wanted = described(database_of(migrated)), described(database_of(modelled))
    assert found == wanted
    assert all(table["columns"] and table["keys"] for table in found.values())
    assert sum(len(table["indexes"]) for table in found.values()) > 20
    migrated.close()
    modelled.close()


def test_every_table_of_the_database_has_a_model(database_url: str) -> None:
    store = open_store(database_url)
    store.migrate(SINCE)
    found = {name for name in database_of(store).get_tables() if not name.startswith("sqlite_")}
    store.close()
    assert found == {*TABLES, "schema_migration"}


def test_migrating_again_does_nothing(database_url: str) -> None:
    store = open_store(database_url)
    assert store.migrate(SINCE) == [path.stem for path in sorted(schema.MIGRATIONS.glob("0*.py"))]
    assert store.migrate(SINCE) == []
    store.require_current_schema()
    store.close()


def test_since_is_remembered_from_the_first_migration(database_url: str) -> None:
    store = open_store(database_url)
    store.migrate(date(2026, 1, 1))
    store.migrate(date(2027, 1, 1))
    assert store.read(lambda tx: tx.period()) == (date(2026, 1, 1), date(2026, 1, 1))
    store.close()


def test_instances_that_start_at_once_migrate_once(database_url: str) -> None:
    applied: list[list[str]] = []
    failures: list[Exception] = []
    start = threading.Barrier(4)

    def migrate() -> None:
        store = open_store(database_url)
        start.wait()
        try:
            applied.append(store.migrate(SINCE))
        except Exception as failure:  # noqa: BLE001 - shown by the assertion
            failures.append(failure)
        store.close()

    threads = [threading.Thread(target=migrate) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert sorted(map(len, applied)) == [0, 0, 0, len(list(schema.MIGRATIONS.glob("0*.py")))]


def test_a_newer_schema_is_refused_with_what_to_do(database_url: str) -> None:
    store = open_store(database_url)
    store.migrate(SINCE)
    store.transact(
        lambda tx: tx.run(
            "INSERT INTO schema_migration (name, applied) VALUES (%s, %s)",
            "0999_later",
            "2030-01-01 00:00:00",
        )
    )
    for refused in (store.require_current_schema, lambda: store.migrate(SINCE)):
        with pytest.raises(SchemaMismatch, match=r"newer dondoc \(0999_later\): install"):
            refused()
    store.close()


def test_a_database_without_tables_is_to_be_migrated(postgres_url: str, tmp_path: Path) -> None:
    missing = tmp_path / "none.db"
    for url in (postgres_url, f"sqlite:///{missing}"):
        store = open_store(url)
        with pytest.raises(SchemaMismatch, match="run `dondoc migrate`"):
            store.require_current_schema()
        store.close()
    assert not missing.exists()


def test_a_migration_that_fails_leaves_the_tables_as_they_were(
    database_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    store = open_store(database_url)
    store.migrate(SINCE)
    for each in schema.MIGRATIONS.glob("0*.py"):
        (tmp_path / each.name).write_text(each.read_text())
    (tmp_path / "0999_half.py").write_text(
        "def up(migrator, db):\n"
        "    db.execute_sql('CREATE TABLE half (id INTEGER)')\n"
        "    raise ZeroDivisionError\n"
    )
    monkeypatch.setattr(schema, "MIGRATIONS", tmp_path)
    with pytest.raises(ZeroDivisionError):
        store.migrate(SINCE)
    assert "half" not in database_of(store).get_tables()
    with pytest.raises(SchemaMismatch, match="missing: 0999_half"):
        store.require_current_schema()
    store.close()


def test_the_migrations_are_installed_with_the_package() -> None:
    setup = (Path(__file__).parents[2] / "setup.cfg").read_text()
    assert "dondoc.storage.tables.migrations" in setup
    assert (schema.MIGRATIONS / "__init__.py").exists()
