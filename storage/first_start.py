"""When an installation began to remind, and what became known after that of what had opened before.

The first start is the first pass of the scheduler over a database, whether the publishing window
was open or not, on a day that tracking has reached. Nothing here decides what follows from it
(`rules.reminding.decision`), and nothing reads a clock.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time

from ..rules.events import LOCAL, local_date
from ..rules.obligations import Obligation
from .database import Store
from .engines.engine import Row
from .tables.catch_up_models import FoundLaterRow
from .tables.forms import from_micros, to_micros
from .tables.rows import OBLIGATION_COLUMNS
from .transaction import MOVING, Transaction

START = "first start"
"""Setting: the aware time of the first pass, ISO text; empty where reminders had been sent before
this was kept. Absent until there is one."""

_ID, _STREAM, _OPENED = map(OBLIGATION_COLUMNS.index, ("id", "stream_id", "opened_on"))


def first_start(tx: Transaction) -> datetime | None:
    """The time of the first pass; None where there was none, or nobody knows when."""
    stored = tx.setting(START)
    return datetime.fromisoformat(stored) if stored else None


def begin_pass(store: Store, now: datetime) -> None:
    """A pass begins at the aware time *now*: the first one is remembered, and for what was found
    since the last one this is the first that knows it. Where neither is to do it reads alone."""
    if store.read(lambda tx: _is_first(tx, now) or _has_new(tx)):
        store.transact(lambda tx: _begin(tx, now))


def _is_first(tx: Transaction, now: datetime) -> bool:
    return tx.setting(START) is None and local_date(now) >= tx.period()[0]


def _has_new(tx: Transaction) -> bool:
    return bool(tx.rows("SELECT 1 FROM found_later WHERE found_at IS NULL LIMIT 1"))


def _begin(tx: Transaction, now: datetime) -> None:
    if _is_first(tx, now):
        # Of two instances that begin at once, one is the first.
        tx.run(
            "INSERT INTO setting (key, value) VALUES (%s, %s) ON CONFLICT DO NOTHING",
            START,
            "" if _has_reminded(tx) else now.isoformat(),
        )
    tx.run("UPDATE found_later SET found_at=%s WHERE found_at IS NULL", to_micros(now))


def _has_reminded(tx: Transaction) -> bool:
    """Whether anybody was ever reminded of anything here."""
    return tx.rows("SELECT MIN(id) FROM reminder") != [(None,)]


def starts(
    tx: Transaction, obligations: Iterable[Obligation], now: datetime
) -> dict[str, datetime]:
    """For each of *obligations* that had opened by the day of the first start: since when passes
    know it, at the aware time *now*. Before the first pass, *now* is taken for it."""
    stored = tx.setting(START)
    if stored == "" or (stored is None and _has_reminded(tx)):
        return {}
    start = min(datetime.fromisoformat(stored), now) if stored else now
    day = local_date(start)
    known = [each.id for each in obligations if each.opened_on <= day]
    found = dict[str, int | None](
        tx.rows_among(
            "SELECT obligation, found_at FROM found_later WHERE {among}", "obligation", known
        )
    )
    later = {id_: now if at is None else min(from_micros(at), now) for id_, at in found.items()}
    return {id_: later.get(id_, start) for id_ in known}


def note_found(tx: Transaction, added: Sequence[Row]) -> None:
    """Remember which of the obligations *added* had opened by the day of the first start, which has
    been. Their rows begin with the columns of obligations."""
    if not added:
        return
    rows = tx.rows("SELECT key, value FROM setting WHERE key IN (%s, %s)", START, MOVING)
    settings = dict[str, str](rows)
    # What an export brings was known where it comes from.
    if not settings.get(START) or MOVING in settings:
        return
    day = local_date(datetime.fromisoformat(settings[START])).isoformat()
    found = [(row[_ID], row[_STREAM]) for row in added if row[_OPENED] <= day]
    if found:
        tx.engine.ensure(FoundLaterRow, ("obligation", "stream_id"), found)


def start_by(tx: Transaction, through: date) -> None:
    """The day went back to *through*: no pass was later than that."""
    latest = datetime.combine(through, time(), LOCAL)
    start = first_start(tx)
    if start is not None and start > latest:
        tx.set_setting(START, latest.isoformat())
    micros = to_micros(latest)
    tx.run("UPDATE found_later SET found_at=%s WHERE found_at > %s", micros, micros)
