"""Whose events are stored, by their ``source``."""

from __future__ import annotations

from .transaction import Transaction


def source_besides(tx: Transaction, *known: str) -> str | None:
    """A source of stored events that is none of *known*; None where there is no other."""
    marks = ", ".join("%s" for _ in known)
    rows = tx.rows(f"SELECT source FROM event WHERE source NOT IN ({marks}) LIMIT 1", *known)
    return rows[0][0] if rows else None
