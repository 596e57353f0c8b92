"""Documents by their symbols: under which key one is found, and which go by the same.

A symbol ("113/VP-TH") is a word of a document, and no index may cover one; the key is a digest of
its letters and digits alone, so that case, marks and blanks make no difference. It stands in the
stream's row and goes with what the row says of the document. Nothing here may write a symbol.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256

from ..rules.judging.record import fold, naming
from ..rules.streams import DOCUMENTS, parts_of
from ..rules.trace import TracedDocument
from .history import read_histories
from .secrecy.folding import folded
from .transaction import Transaction

_KEY_BYTES = 8
_AT_ONCE = 5_000


@dataclass(frozen=True, slots=True)
class Called:
    """A document that goes by a symbol: its ``subject``, the identifier that events bear; its
    ``symbol`` as it was written; and what else it is named by."""

    subject: str
    symbol: str
    document: TracedDocument


def symbol_key(symbol: str | None) -> int | None:
    """The key under which a document of *symbol* is found; None where there is nothing to find it
    by. Two symbols of one key are compared again by whoever asks."""
    form = folded(symbol) if symbol else ""
    if not form:
        return None
    digest = sha256(form.encode()).digest()[:_KEY_BYTES]
    return int.from_bytes(digest, "big", signed=True)


def documents_called(tx: Transaction, symbol: str, limit: int) -> list[Called]:
    """The documents that go by *symbol*, whatever its case and blanks; the last that came first,
    at most *limit* of them."""
    key = symbol_key(symbol)
    if key is None:
        return []
    rows = tx.rows(
        "SELECT id, key, symbol FROM stream WHERE symbol_key = %s ORDER BY id DESC LIMIT %s",
        key,
        limit,
    )
    form = folded(symbol)
    found = {id_: (key, said) for id_, key, said in rows if folded(said) == form}
    histories = read_histories(tx, list(found))
    return [
        Called(
            parts_of(key)[1],
            said,
            naming(fold(sorted(histories[id_], key=lambda event: event.order)).fields),
        )
        for id_, (key, said) in found.items()
        if parts_of(key)[0] == DOCUMENTS
    ]


def fill_symbol_keys(tx: Transaction) -> None:
    """Give every stream that has a symbol its key, after the column was added."""
    last = 0
    while rows := tx.rows(
        "SELECT id, symbol FROM stream WHERE id > %s AND symbol IS NOT NULL"
        " AND symbol_key IS NULL ORDER BY id LIMIT %s",
        last,
        _AT_ONCE,
    ):
        last = rows[-1][0]
        keys = [(symbol_key(symbol), id_) for id_, symbol in rows]
        tx.run_each("UPDATE stream SET symbol_key=%s WHERE id=%s", keys)
