"""What PostgreSQL's planner remembers of the words in our tables: nothing, and it is looked at.

ANALYZE keeps a column's most common values and its histogram in `pg_statistic`, and writes them to
the WAL, so that what was deleted goes on there. No column that holds text or bytes has statistics
therefore; what is there all the same is forgotten, or counts as remaining. The planner finds rows
by our indexes without them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import psycopg
from psycopg import sql
from psycopg.errors import FeatureNotSupported, InsufficientPrivilege, LockNotAvailable

Row = tuple[Any, ...]

CATALOGS = ("pg_catalog.pg_statistic", "pg_catalog.pg_statistic_ext_data")
"""Where statistics are kept; forgotten ones stay in their files until these are rewritten."""

_OURS = "(SELECT to_regclass(name) FROM unnest(%s::text[]) AS names(name))"
_WORDS = f"""
SELECT c.oid::regclass::text, a.attname, format_type(a.atttypid, a.atttypmod),
       s.attname IS NOT NULL
  FROM pg_class c
  JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
  LEFT JOIN pg_stats s ON s.schemaname = c.relnamespace::regnamespace::text
       AND s.tablename = c.relname AND s.attname = a.attname
 WHERE c.oid IN {_OURS} AND a.atttypid IN ('text'::regtype, 'bytea'::regtype)
   AND (COALESCE(a.attstattarget, -1) <> 0 OR s.attname IS NOT NULL)
"""
_OWNED = " AND pg_has_role(c.relowner, 'USAGE')"
_MADE_BY_HAND = f"""
SELECT 'STATISTICS', s.stxnamespace::regnamespace::text || '.' || quote_ident(s.stxname)
  FROM pg_statistic_ext s WHERE s.stxrelid IN {_OURS}
UNION ALL
SELECT 'INDEX', i.indexrelid::regclass::text
  FROM pg_index i WHERE i.indrelid IN {_OURS} AND i.indexprs IS NOT NULL
"""
_MAY_REWRITE = """
SELECT pg_has_role(datdba, 'USAGE') FROM pg_database WHERE datname = current_database()
"""
_REMAIN = (
    "statistics: {} hold what was deleted: run `DELETE FROM pg_statistic WHERE starelid IN ({});"
    " VACUUM FULL pg_statistic;` as a superuser, then this again"
)
_WILL_REMAIN = "statistics: {} will hold what is deleted: run `dondoc migrate` as the tables' owner"
_BY_HAND = "statistics: {} {} keeps values of its own: run `DROP {} {}`, then this again"
_IN_USE = "statistics: others have {} in use: run this again when they are done"


def forbid(cursor: psycopg.Cursor[Row], tables: Sequence[str]) -> None:
    """In a transaction: have no statistics made any more of text and bytes in those of *tables*
    that are this user's. Nothing is locked where that is so already."""
    for table, column, _, _ in cursor.execute(_WORDS + _OWNED, (list(tables),)).fetchall():
        cursor.execute(
            sql.SQL("ALTER TABLE {} ALTER COLUMN {} SET STATISTICS 0").format(
                sql.SQL(table), sql.Identifier(column)
            )
        )


def will_be_kept(connection: psycopg.Connection[Row], tables: Sequence[str]) -> list[str]:
    """A line for what of *tables* statistics are, or would be, kept of; changes nothing."""
    tables_told = sorted({row[0] for row in _words(connection, tables)})
    lines = [_WILL_REMAIN.format(", ".join(tables_told))] if tables_told else []
    return lines + _made_by_hand(connection, tables)


def forget(
    connection: psycopg.Connection[Row],
    tables: Sequence[str],
    rewrite: Callable[[str], list[str]],
) -> list[str]:
    """Forget the statistics of text and bytes in *tables* and have *rewrite* overwrite where they
    were; gives a line for what remains, with what to do. The connection is in autocommit.

    Where this user may not rewrite the catalog nothing is forgotten either: nobody could see any
    more that it is still there.
    """
    (may_rewrite,) = connection.execute(_MAY_REWRITE).fetchone() or (False,)
    lines: list[str] = []
    if may_rewrite:
        lines += _forget(connection, _words(connection, tables))
        lines += [line for catalog in CATALOGS for line in rewrite(catalog)]
    remaining = sorted({row[0] for row in _words(connection, tables) if row[3]})
    if remaining:
        oids = ", ".join(f"'{table}'::regclass" for table in remaining)
        lines.append(_REMAIN.format(", ".join(remaining), oids))
    return lines + _made_by_hand(connection, tables)


def _forget(connection: psycopg.Connection[Row], words: Sequence[Row]) -> list[str]:
    for table, column, type_, _ in words:
        # To give a column the type that it has is the one way to its statistics that the owner
        # of a table has; the table is not written anew for it.
        statement = sql.SQL(
            "ALTER TABLE {0} ALTER COLUMN {1} SET STATISTICS 0, ALTER COLUMN {1} TYPE {2}"
        ).format(sql.SQL(table), sql.Identifier(column), sql.SQL(type_))
        try:
            connection.execute(statement)
        except LockNotAvailable:
            return [_IN_USE.format(table)]
        except (InsufficientPrivilege, FeatureNotSupported):
            # Another's table, or a view on it forbids: what is left is told by what is found.
            continue
    return []


def _words(connection: psycopg.Connection[Row], tables: Sequence[str]) -> list[Row]:
    return connection.execute(_WORDS, (list(tables),)).fetchall()


def _made_by_hand(connection: psycopg.Connection[Row], tables: Sequence[str]) -> list[str]:
    """Statistics of several columns and indexes on expressions: none of them is dondoc's."""
    found = connection.execute(_MADE_BY_HAND, (list(tables), list(tables))).fetchall()
    return [_BY_HAND.format(kind.lower(), name, kind, name) for kind, name in found]
