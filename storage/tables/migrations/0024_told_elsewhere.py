"""What was told of a subject and stands at no stream, or at that of another subject.

Earlier versions left such rows where an export was merged into a database in which its subjects
were archived, and SQLite gave the numbers of their streams to others. No redaction found their
words. An obligation's id begins with a digest of its stream, by which it is known whose it is.
"""

from __future__ import annotations

from hashlib import blake2b
from typing import Any

from peewee import Database

_WORDS = {"reminder": "words", "snooze": "reason"}
_OF_OBLIGATIONS = ("reminder", "snooze", "former_deadline", "found_later", "mailing_line")
_DIGEST_BYTES = 3


def up(_migrator: Any, db: Database) -> None:
    """Put what is told of an obligation that is there to its stream, without words, for what became
    secret meanwhile may be quoted in them; delete what stands at no stream; and forget the words of
    what stands at a stream that it cannot be of. What is redacted is then erased once more."""
    changed = [_to_its_stream(db, table) for table in _OF_OBLIGATIONS]
    for table in (*_OF_OBLIGATIONS, "outbox"):
        nowhere = f"NOT EXISTS (SELECT 1 FROM stream s WHERE s.id = {table}.stream_id)"
        changed.append(_has(db, table, nowhere))
        db.execute_sql(f"DELETE FROM {table} WHERE {nowhere}")
    changed += [_silence(db, table, column) for table, column in _WORDS.items()]
    if any(changed):
        db.execute_sql("UPDATE redaction SET erased_at = NULL")


def _has(db: Database, table: str, condition: str) -> bool:
    rows = db.execute_sql(f"SELECT 1 FROM {table} WHERE {condition} LIMIT 1").fetchall()
    return bool(rows)


def _to_its_stream(db: Database, table: str) -> bool:
    silent = f", {_WORDS[table]} = NULL" if table in _WORDS else ""
    wrong = (
        f"EXISTS (SELECT 1 FROM obligation o WHERE o.id = {table}.obligation"
        f" AND o.stream_id <> {table}.stream_id)"
    )
    found = _has(db, table, wrong)
    db.execute_sql(
        f"UPDATE {table} SET stream_id = (SELECT o.stream_id FROM obligation o"
        f" WHERE o.id = {table}.obligation){silent} WHERE {wrong}"
    )
    return found


def _silence(db: Database, table: str, column: str) -> bool:
    rows = db.execute_sql(
        f"SELECT t.id, t.obligation, s.key FROM {table} t JOIN stream s ON s.id = t.stream_id"
        f" WHERE t.{column} IS NOT NULL AND NOT EXISTS"
        " (SELECT 1 FROM obligation o WHERE o.id = t.obligation)"
    ).fetchall()
    others = [
        int(id_)
        for id_, obligation, key in rows
        if not obligation.startswith(blake2b(key.encode(), digest_size=_DIGEST_BYTES).hexdigest())
    ]
    for id_ in others:
        db.execute_sql(f"UPDATE {table} SET {column} = NULL WHERE id = {id_}")
    return bool(others)
