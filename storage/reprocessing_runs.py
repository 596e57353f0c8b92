"""Which run of a reprocessing may write: the last one that has begun. What an earlier one judged is
not to be written over what a later one has judged and takes for done.

Runs of parts by one law go beside each other, and beside the run of everything by that law.
"""

from __future__ import annotations

from uuid import uuid4

from ..rules.mendable import Mendable
from .database import Store
from .projecting import Basis, Lawful
from .transaction import LAW, REPROCESSING, Transaction


class Overtaken(Mendable):
    """Another run has begun since; one line."""


class ReprocessRun:
    """A run of a reprocessing by *law*."""

    def __init__(self, law: Lawful) -> None:
        self._law = law
        self._token = uuid4().hex

    def begin(self, tx: Transaction) -> None:
        """Everything is judged from here on, and nothing is settled until the end."""
        # First, since whoever is about to write holds it.
        tx.set_setting(REPROCESSING, f"{self._token} {self._mark(tx)}")
        tx.forget_setting(LAW)

    def join(self, store: Store) -> None:
        """A part is judged: by the law of the last run it goes beside that; by another, that one
        ends, and nothing is settled until everything is judged."""
        self._token = store.transact(self._join)

    def end(self, tx: Transaction) -> None:
        """Everything is judged by the law. Raises `Overtaken`."""
        self.require_latest(tx)
        tx.set_setting(LAW, self._mark(tx))

    def require_latest(self, tx: Transaction) -> None:
        """Raise `Overtaken` where another run has begun since; until *tx* ends none begins."""
        sql = f"SELECT value FROM setting WHERE key=%s{tx.engine.for_update}"
        known = [value.partition(" ")[0] for (value,) in tx.rows(sql, REPROCESSING)]
        if known != [self._token]:
            raise Overtaken.of(
                "overtaken",
                "another `dondoc reprocess` began after this one, and what this one had left is"
                " not written: run `dondoc reprocess --all` with the settings that are right",
            )

    def _join(self, tx: Transaction) -> str:
        token, _, mark = (tx.setting(REPROCESSING) or "").partition(" ")
        own = self._mark(tx)
        if mark == own:
            return token
        tx.set_setting(REPROCESSING, f"{self._token} {own}")
        if tx.setting(LAW) != own:
            tx.forget_setting(LAW)
        return self._token

    def _mark(self, tx: Transaction) -> str:
        return Basis(self._law, *tx.period()).mark
