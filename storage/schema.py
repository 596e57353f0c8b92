"""Brings tables from one version of dondoc to the next, and refuses those of another.

The migrations are files in storage/tables/migrations, applied in order by playhouse.migrations, all
in one transaction: a database is of one version or of the next, never between.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

from playhouse.migrations import Runner

from .engines.errors import SchemaMismatch
from .secrecy.names import remember_subjects
from .symbols import fill_symbol_keys
from .tables.indexes import MODELS
from .transaction import SINCE, THROUGH, Transaction

MIGRATIONS = Path(__file__).parent / "tables" / "migrations"


def migrate(tx: Transaction, since: date) -> list[str]:
    """Apply what is missing, in the write transaction *tx*; gives the names applied."""
    tx.engine.lock_schema()
    runner = _runner(tx)
    _refuse_newer(tx, runner)
    applied: list[str] = runner.up()
    tx.engine.forbid_statistics([str(model._meta.table_name) for model in MODELS])
    if applied:
        remember_subjects(tx)
        fill_symbol_keys(tx)
    if tx.setting(SINCE) is None:
        tx.set_setting(SINCE, since.isoformat())
        tx.set_setting(THROUGH, since.isoformat())
    return applied


def require_current(tx: Transaction) -> None:
    """Raise `SchemaMismatch` unless every known migration, and no other, is applied."""
    runner = _runner(tx)
    _refuse_newer(tx, runner)
    missing = [migration.name for migration in runner.status() if not migration.applied]
    if missing:
        raise SchemaMismatch.of(
            "old_schema",
            "{database} has not the tables of this dondoc (missing: {missing}): run"
            " `dondoc migrate`",
            database=tx.engine.name,
            missing=", ".join(missing),
        )


def _runner(tx: Transaction) -> Runner:
    return Runner(tx.engine.database, str(MIGRATIONS))


def _refuse_newer(tx: Transaction, runner: Runner) -> None:
    unknown = [migration.name for migration in runner.status() if migration.path is None]
    if unknown:
        raise SchemaMismatch.of(
            "newer_schema",
            "{database} has the tables of a newer dondoc ({unknown}): install that version or a"
            " later one",
            database=tx.engine.name,
            unknown=", ".join(unknown),
        )
