"""Brings tables from one version of dondoc to the next, and refuses those of another.

The migrations are files in storage/tables/migrations, applied in order by playhouse.migrations, all
in one transaction: a database is of one version or of the next, never between.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

from .engines.errors import SchemaMismatch
from .secrecy.marks import mark_events
from .secrecy.names import remember_subjects
from .symbols import fill_symbol_keys
from .tables.indexes import MODELS
from .transaction import SINCE, THROUGH, Transaction

MIGRATIONS = Path(__file__).parent / "tables" / "migrations"
_APPLIED = "schema_migration"


def migrate(tx: Transaction, since: date) -> list[str]:
    """Apply what is missing, in the write transaction *tx*; gives the names applied."""
    # Here and not above: every command looks at the tables, and it brings the drivers of databases
    # that dondoc does not know.
    from playhouse.migrations import Runner  # noqa: PLC0415

    tx.engine.lock_schema()
    _refuse_newer(tx)
    applied: list[str] = Runner(tx.engine.database, str(MIGRATIONS), _APPLIED).up()
    tx.engine.forbid_statistics([str(model._meta.table_name) for model in MODELS])
    if applied:
        remember_subjects(tx)
        fill_symbol_keys(tx)
        mark_events(tx)
    if tx.setting(SINCE) is None:
        tx.set_setting(SINCE, since.isoformat())
        tx.set_setting(THROUGH, since.isoformat())
    return applied


def require_current(tx: Transaction) -> None:
    """Raise `SchemaMismatch` unless every known migration, and no other, is applied."""
    _refuse_newer(tx)
    applied = _applied(tx)
    missing = [name for name in _known() if name not in applied]
    if missing:
        raise SchemaMismatch.of(
            "old_schema",
            "{database} has not the tables of this dondoc (missing: {missing}): run"
            " `dondoc migrate`",
            database=tx.engine.name,
            missing=", ".join(missing),
        )


def is_begun(tx: Transaction) -> bool:
    """Whether any dondoc has ever made its tables here."""
    return bool(_applied(tx))


def _known() -> list[str]:
    return sorted(path.stem for path in MIGRATIONS.glob("[0-9]*.py"))


def _applied(tx: Transaction) -> set[str]:
    if not tx.engine.database.table_exists(_APPLIED):
        return set()
    return {name for (name,) in tx.rows(f"SELECT name FROM {_APPLIED}")}


def _refuse_newer(tx: Transaction) -> None:
    unknown = sorted(_applied(tx).difference(_known()))
    if unknown:
        raise SchemaMismatch.of(
            "newer_schema",
            "{database} has the tables of a newer dondoc ({unknown}): install that version or a"
            " later one",
            database=tx.engine.name,
            unknown=", ".join(unknown),
        )
