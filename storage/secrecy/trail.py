"""What operators wrote, where it tells something secret: reasons are forgotten, and in place of a
subject in the audit trail a digest stands, by which whoever knows the subject still finds what was
done about it.
"""

from __future__ import annotations

from collections.abc import Collection

from ...rules.streams import DOCUMENTS, parts_of
from ..transaction import Transaction
from .folding import Shape
from .names import named_among, remembered_shapes
from .quotes import Wanted, digest_of_stream, is_digest, quotes_in, quotes_in_own_subject


def told_in_trail(tx: Transaction, key: str) -> str:
    """The stream *key* as a new entry may tell it: itself, or its digest where it is secret."""
    if is_digest(key):
        return key
    digest = digest_of_stream(key)
    if tx.rows_among("SELECT stream FROM redaction WHERE {among}", "stream", [key, digest]):
        return digest
    quoted = _quoted(key, remembered_shapes(tx))
    return digest if named_among(tx, quoted) else key


def conceal_keys(tx: Transaction, keys: Collection[str]) -> None:
    """Have the entries about the streams *keys*, which become secret, tell digests instead."""
    for key in keys:
        tx.run("UPDATE audit SET subject=%s WHERE subject=%s", digest_of_stream(key), key)


def conceal_naming(tx: Transaction, wanted: Wanted) -> None:
    """The same for every entry about a stream whose key quotes a name *wanted*."""
    rows = tx.rows("SELECT DISTINCT subject FROM audit WHERE subject IS NOT NULL")
    keys = [key for (key,) in rows if not is_digest(key)]
    conceal_keys(tx, [key for key in keys if wanted.among(_quoted(key, wanted.shapes))])


def forget_reasons(tx: Transaction, wanted: Wanted) -> None:
    """Forget why something was snoozed where that quotes a name *wanted*."""
    rows = tx.rows("SELECT id, reason FROM snooze WHERE reason IS NOT NULL")
    quoting = [id_ for id_, reason in rows if wanted.named_by(reason)]
    tx.run_among("UPDATE snooze SET reason=NULL WHERE {among}", "id", quoting)


def _quoted(key: str, shapes: Collection[Shape]) -> set[bytes]:
    kind, subject = parts_of(key)
    if kind == DOCUMENTS:
        return quotes_in(subject, shapes, naming=True)
    return quotes_in_own_subject(subject, shapes)
