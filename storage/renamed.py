"""Documents that got another symbol: what names one by its new symbol joins its stream.

edXML knows a document by organ, year and symbol (`rules.document_names`). An update that changes
the symbol stays with the subject that the document had; an answer that names the new one opens a
stream of its own when it is stored. That stream is joined to the document's, whichever came first,
and where the document is secret, so is that stream. No table is kept of it: the row of a document
has a digest of the symbol that it goes by (`symbols`), and what is secret is known by digests of
its names.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

from ..rules.document_names import EDXML_SOURCE, DocumentName, writings
from ..rules.streams import DOCUMENTS, key_of, parts_of
from .database import Store
from .engines.engine import Row
from .projecting import Basis, Lawful, project_streams
from .secrecy.emptied import drop_empty
from .secrecy.folding import folded
from .secrecy.quotes import digest_of_stream, names_from
from .secrecy.remains import redact_untold
from .streams import Stream, claim_streams, lock_streams
from .symbols import symbol_key
from .transaction import Transaction

FIRST_TOLD = ("document.issued", "document.received")


def rejoin(
    store: Store, law: Lawful, subjects: Collection[str], at: datetime, history_limit: int
) -> bool:
    """Join the streams that are about *subjects*, of events of edXML, with those of the documents
    that they name; *at*: the aware time at which one becomes secret that names a secret document.
    Gives whether one did.

    Doing it again changes nothing. Raises StorageError.
    """
    found = {key_of(DOCUMENTS, each): name for each in subjects if (name := DocumentName.of(each))}
    if not found:
        return False
    joined, secret = store.read(lambda tx: _to_do(tx, found))
    if secret:
        redact_untold(store, law, secret, at)
    if joined:
        store.transact(lambda tx: _join(tx, law, joined, history_limit))
    # An answer that came again had a stream made that nothing is in.
    empty = store.read(lambda tx: _empty(tx, found))
    if empty:
        store.transact(lambda tx: drop_empty(tx, {each.id for each in lock_streams(tx, empty)}))
    return bool(secret)


def redact_answers(store: Store, law: Lawful, at: datetime) -> None:
    """Make secret, at the aware time *at*, each stream of answers that names a secret document by a
    symbol which that got: it is joined with none, since its document is full or was archived."""
    secret = store.read(_secret_answers)
    if secret:
        redact_untold(store, law, secret, at)


def is_own(type_: str, source: str) -> bool:
    """Whether an event of *type_* from *source* makes a stream that of a document, rather than one
    of answers to a document that may have another name."""
    return type_ in FIRST_TOLD or not source.startswith(EDXML_SOURCE)


def called_otherwise(tx: Transaction, keys: Iterable[str]) -> dict[str, str]:
    """The documents that streams *keys* name by a symbol which is not that of their subject: the
    key of the document's stream by each. Of several that go by one symbol it is none."""
    wanted: dict[int, dict[str, DocumentName]] = defaultdict(dict)
    for key, name in _names(keys).items():
        for symbol in writings(name.symbol):
            digest = symbol_key(symbol)
            if digest is not None:
                wanted[digest][key] = name
    rows = tx.rows_among(
        "SELECT key, symbol, symbol_key FROM stream WHERE {among}", "symbol_key", wanted
    )
    found: dict[str, set[str]] = defaultdict(set)
    for other, symbol, digest in rows:
        for key, name in wanted[digest].items():
            about = _name(other)
            if about is None or symbol is None or about.issued != name.issued or other == key:
                continue
            if folded(about.with_symbol(symbol).symbol) == folded(name.symbol):
                found[key].add(other)
    return {key: others.pop() for key, others in found.items() if len(others) == 1}


def secret_by_symbol(tx: Transaction, keys: Iterable[str]) -> dict[str, str]:
    """Those of the streams *keys* that name a secret document by a symbol which is not that of its
    subject, with its level."""
    wanted: dict[str, dict[str, DocumentName]] = defaultdict(dict)
    whole: dict[str, set[str]] = defaultdict(set)
    for key, name in _names(keys).items():
        for symbol in writings(name.symbol):
            for secret in names_from(symbol):
                wanted[secret.digest.hex()][key] = name
        for secret in names_from(name.subject):
            whole[secret.digest.hex()].add(key)
    rows = tx.rows_among(
        "SELECT digest, stream FROM redacted_name WHERE {among}", "digest", {*wanted, *whole}
    )
    found = [
        (key, stream)
        for digest, stream in rows
        for key, name in wanted.get(digest, {}).items()
        if (about := _name(stream)) is not None and about.issued == name.issued
    ]
    # Of one that is known by a digest alone, organ and year are in the name itself.
    found += [(key, stream) for digest, stream in rows for key in whole.get(digest, ())]
    found = [(key, stream) for key, stream in found if stream not in (key, digest_of_stream(key))]
    either = {each for _, stream in found for each in (stream, digest_of_stream(stream))}
    told = tx.rows_among("SELECT stream, level FROM redaction WHERE {among}", "stream", either)
    levels: dict[str, str] = dict(told)
    own = _holding(tx, {key for key, _ in found})[1]
    return {
        key: levels[each]
        for key, stream in found
        if key not in own
        for each in (stream, digest_of_stream(stream))
        if each in levels
    }


def _secret_answers(tx: Transaction) -> dict[str, str]:
    first = ", ".join(f"'{each}'" for each in FIRST_TOLD)
    rows = tx.rows(
        "SELECT key FROM stream WHERE event_count > 0 AND key LIKE %s AND NOT EXISTS"
        f" (SELECT 1 FROM event WHERE event.stream_id = stream.id AND (type IN ({first})"
        f" OR substr(source, 1, {len(EDXML_SOURCE)}) <> '{EDXML_SOURCE}'))",
        key_of(DOCUMENTS, "%,%,%"),
    )
    return secret_by_symbol(tx, [key for (key,) in rows])


def _names(keys: Iterable[str]) -> dict[str, DocumentName]:
    return {key: name for key in keys if (name := _name(key)) is not None}


def _name(key: str) -> DocumentName | None:
    kind, subject = parts_of(key)
    return DocumentName.of(subject) if kind == DOCUMENTS else None


def _empty(tx: Transaction, keys: Collection[str]) -> set[int]:
    rows = tx.rows_among(
        "SELECT id FROM stream WHERE event_count = 0 AND law IS NULL AND {among}", "key", keys
    )
    return {id_ for (id_,) in rows}


def _to_do(
    tx: Transaction, names: Mapping[str, DocumentName]
) -> tuple[dict[str, str], dict[str, str]]:
    """The streams to join, each with that of its document, and those that are secret."""
    rows = tx.rows_among("SELECT key, symbol FROM stream WHERE {among}", "key", names)
    renamed = {
        key_of(DOCUMENTS, names[key].with_symbol(symbol).subject): key
        for key, symbol in rows
        if symbol is not None
    }
    others = {other: key for other, key in renamed.items() if other != key}
    keys, _ = _holding(tx, {*names, *others})
    secret = secret_by_symbol(tx, keys)
    joined = {key: other for key, other in others.items() if key in keys}
    joined |= called_otherwise(tx, keys)
    return {key: other for key, other in joined.items() if key not in secret}, secret


def _holding(tx: Transaction, keys: Collection[str]) -> tuple[set[str], set[str]]:
    """Those of the streams *keys* that hold nothing but what edXML says of a document that it told
    of under another name, and those that are a document's own."""
    rows = tx.rows_among(
        "SELECT stream.key, event.type, event.source FROM event"
        " JOIN stream ON stream.id = event.stream_id WHERE {among}",
        "stream.key",
        keys,
    )
    own = {key for key, type_, source in rows if is_own(type_, source)}
    return {key for key, _, _ in rows} - own, own


def _join(tx: Transaction, law: Lawful, joined: Mapping[str, str], history_limit: int) -> None:
    streams = claim_streams(tx, {*joined, *joined.values()})
    answering, _ = _holding(tx, joined)
    touched: dict[str, Stream] = {}
    for key, other in sorted(joined.items()):
        old, new = streams[key], streams[other]
        room = old.event_count + new.event_count <= history_limit
        # Held by now; somebody else may have been here before.
        if key in answering and other not in touched and new.symbol is not None and room:
            _move(tx, old, new)
            touched |= {key: old, other: new}
    project_streams(tx, Basis(law, *tx.period()), list(touched.values()))
    drop_empty(tx, {stream.id for stream in streams.values()})


def _move(tx: Transaction, old: Stream, new: Stream) -> None:
    before, after = parts_of(old.key)[1], parts_of(new.key)[1]
    rows = tx.rows("SELECT id, structured, body FROM event WHERE stream_id=%s", old.id)
    tx.run_each(
        "UPDATE event SET stream_id=%s, subject=%s, body=%s, marks=NULL WHERE id=%s",
        [(new.id, after, _retold(row, before, after), row[0]) for row in rows],
    )


def _retold(row: Row, before: str, after: str) -> bytes:
    """The body of an event about the document *after*, which called it *before*."""
    _, structured, body = row
    value: Any = json.loads(body)
    data = value.get("data") if structured else value
    if structured:
        value["subject"] = after
    task = data.get("task_id") if isinstance(data, dict) else None
    if isinstance(task, str) and task.startswith(f"{before}#"):
        data["task_id"] = after + task.removeprefix(before)
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
