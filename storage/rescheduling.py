"""What another law or policy asks of the scheduler: to look at every open obligation once more."""

from __future__ import annotations

from collections.abc import Callable

from ..rules.law import Law
from .database import Store
from .projecting import Basis
from .tables.forms import day_text
from .tables.rows import OBLIGATION_COLUMNS, obligation_of
from .transaction import SCHEDULE, Transaction
from .withdrawing import withdraw

_RESCHEDULED_AT_ONCE = 500


def is_by_another_law(tx: Transaction, law: Law) -> bool:
    """Whether what waits may be decided by another law or policy: `reschedule` is still to come."""
    return tx.setting(SCHEDULE) not in (None, _schedule_of(law))


def _schedule_of(law: Law) -> str:
    return f"{law.version}/{law.policy.version}"


def reschedule(store: Store, law: Law, stopping: Callable[[], bool] = lambda: False) -> int:
    """Where the law or the policy is another than before, or the day went back, put every open
    obligation before the scheduler again; gives how many. Otherwise it does nothing. Once
    *stopping* says so, it ends and the next call begins again."""
    version = _schedule_of(law)
    if store.read(lambda tx: tx.setting(SCHEDULE)) == version:
        return 0
    total, last = 0, ""
    while ids := _reschedule_some(store, law, last):
        total, last = total + len(ids), ids[-1]
        if stopping():
            return total
    store.transact(lambda tx: tx.set_setting(SCHEDULE, version))
    return total


def _reschedule_some(store: Store, law: Law, after: str) -> list[str]:
    """The ids of the next open obligations after the id *after*, put before the scheduler; what
    waits to be said of them was decided by what holds no more."""
    columns = ", ".join(OBLIGATION_COLUMNS)

    def put(tx: Transaction) -> list[str]:
        basis = Basis(law, *tx.period())
        rows = tx.rows(
            f"SELECT {columns} FROM obligation WHERE id > %s"
            " AND (closed_on IS NULL OR closed_on > %s)"
            f" ORDER BY id LIMIT %s{tx.engine.for_update}",
            after,
            day_text(basis.through),
            _RESCHEDULED_AT_ONCE,
        )
        tx.run_each(
            "UPDATE obligation SET next_reminder_on=%s WHERE id=%s",
            [(basis.attention(obligation_of(row, "")), row[0]) for row in rows],
        )
        ids = [row[0] for row in rows]
        withdraw(tx, ids)
        return ids

    return store.transact(put)
