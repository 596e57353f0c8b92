"""Two databases of one kind for the courses: one that lives through a course, one to compare with.

Emptied for each example instead of made anew, since that is what an example would mostly cost. It
must never tell more of a failure than which promise did not hold: the course is in the file.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import ExitStack, suppress
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from dondoc.connector.contract.guard import Limits, Message
from dondoc.connector.handled import Handled, Result
from dondoc.connector.intake import Intake
from dondoc.rules.explaining.explanation import explain
from dondoc.storage.advancing import advance
from dondoc.storage.database import Store, open_store
from dondoc.storage.looking import Look
from dondoc.storage.questions import figures, queries
from dondoc.storage.reprocessing import Scope, reprocess
from dondoc.storage.scheduling import let_time_pass
from dondoc.storage.streams import streams_after
from dondoc.storage.tables.indexes import MODELS
from dondoc.storage.transaction import SINCE, THROUGH, Transaction
from support.postgres import new_cluster
from support.stores import state
from support.stories import law, texts

from ..rounds import POSTGRESQL
from .messages import Sent

FIRST_DAY = date(2026, 1, 1)
_TAKEN = {Result.STORED, Result.IGNORED, Result.DUPLICATE, Result.CONFLICT, Result.REDACTED}
_EVERYTHING = 1_000_000
_OF_STREAMS = (
    *("event", "event_stream", "task", "obligation"),
    *("former_deadline", "reminder", "outbox"),
)


class Office:
    """One database with the intake, the new day, reprocessing and reading, as the service has
    them."""

    def __init__(self, url: str) -> None:
        self.store: Store = open_store(url)
        self.store.migrate(FIRST_DAY)
        self.intake = Intake(self.store, law(), Limits(), history_limit=10_000)

    def clear(self) -> None:
        """As it was when it was made."""
        self.store.transact(_clear)

    def take(self, batch: Sequence[Sent]) -> list[Handled]:
        """Take *batch* in; nothing valid may be refused."""
        messages = [
            Message(each.message.body, each.message.content_type, each.message.headers)
            for each in batch
        ]
        handled = self.intake.handle(messages, datetime(2026, 3, 2, tzinfo=UTC))
        for each, one in zip(batch, handled, strict=True):
            why = one.reason or (one.dead and f"{one.dead.path} {one.dead.reason}")
            assert one.result in _TAKEN, f"a valid {each.type} is {one.result}: {why}"
        return handled

    def reach(self, day: date) -> None:
        """Come to *day*, as the service does, reminders included."""
        let_time_pass(
            self.store, law(), texts("vi"), datetime(day.year, day.month, day.day, 3, tzinfo=UTC)
        )

    def open(self, day: date) -> None:
        """Come to *day* without deciding about reminders."""
        advance(self.store, law(), day)

    def reprocess(self, subject: str | None) -> None:
        """Judge everything, or one subject, anew; nothing may differ from what is stored."""
        changes = list(reprocess(self.store, law(), Scope(subject), dry_run=False))
        assert not changes, f"reprocessing changes {len(changes)} obligations"

    def is_as_projected(self) -> None:
        """What is stored is what its log leads to."""
        look = Look(self.store, law(), None)
        streams = self.store.read(lambda tx: streams_after(tx, 0, _EVERYTHING))
        projected = [stream for stream in streams if stream.law is not None]
        found = look.at(projected)
        assert not found, f"{len(found)} streams differ from the projection of their log"

    def read_all(self, day: date, subjects: Iterable[str]) -> int:
        """Ask everything that can be asked on *day*; gives the number of obligations explained."""

        def read(tx: Transaction) -> list[Any]:
            figures.figures(tx, law(), day)
            figures.fulfilments(tx, day)
            queries.counts(tx)
            for subject in subjects:
                queries.timeline(tx, subject)
            return queries.obligations(tx, law(), day)

        found = self.store.read(read)
        for obligation in found:
            queries.as_object(obligation, law().directory, day)
            assert explain(obligation, law(), texts("en"), day).sections
        return len(found)

    def state(self) -> dict[str, list[Any]]:
        """Everything that events have led to; see `support.stores.state`."""
        return state(self.store)

    def hides(self, canaries: Mapping[str, str], streams: Collection[str]) -> None:
        """No row holds one of *canaries*, and none but its own is left of *streams*."""
        rows = self.store.read(_all_rows)
        for table, each in rows:
            shown = _shown(each)
            for canary, what in canaries.items():
                assert canary not in shown, f"{what} is left in {table}"
        left = self.store.read(lambda tx: _left_of(tx, streams))
        assert not left, f"rows of a redacted stream are left in {', '.join(left)}"


def _clear(tx: Transaction) -> None:
    for model in MODELS:
        tx.run(f"DELETE FROM {model._meta.table_name}")
    tx.set_setting(SINCE, FIRST_DAY.isoformat())
    tx.set_setting(THROUGH, FIRST_DAY.isoformat())


def _all_rows(tx: Transaction) -> list[tuple[str, Any]]:
    names = [model._meta.table_name for model in MODELS]
    return [(name, row) for name in names for row in tx.rows(f"SELECT * FROM {name}")]


def _shown(row: Sequence[Any]) -> str:
    """Whatever a row holds, as text, escapes of JSON undone."""
    parts = []
    for value in row:
        if isinstance(value, (bytes, memoryview)):
            text = bytes(value).decode(errors="replace")
            with suppress(ValueError):  # a digest
                text += json.dumps(json.loads(text), ensure_ascii=False)
            parts.append(text)
        elif isinstance(value, str):
            parts.append(value)
    return "\n".join(parts)


def _left_of(tx: Transaction, streams: Collection[str]) -> list[str]:
    ids = [id_ for (id_,) in tx.rows_among("SELECT id FROM stream WHERE {among}", "key", streams)]
    return [
        table
        for table in _OF_STREAMS
        if tx.rows_among(f"SELECT stream_id FROM {table} WHERE {{among}}", "stream_id", ids)
    ]


class World:
    """The two offices: ``lived`` and ``compared``."""

    def __init__(self, database: str, folder: Path) -> None:
        with ExitStack() as started:
            urls = [f"sqlite:///{folder.resolve() / name}.db" for name in ("lived", "compared")]
            if database == POSTGRESQL:
                cluster = new_cluster({"fsync": "off", "full_page_writes": "off"})
                started.callback(cluster.stop)
                cluster.start()
                urls = [cluster.create_schema() for _ in urls]
            self.lived, self.compared = map(Office, urls)
            self._started = started.pop_all()

    def clear(self) -> None:
        """Empty both."""
        self.lived.clear()
        self.compared.clear()

    def close(self) -> None:
        """End whatever was started."""
        self.lived.store.close()
        self.compared.store.close()
        self._started.close()


def later(day: date, by: int) -> date:
    """*by* days after *day*, but not beyond the calendar that ships."""
    return min(day + timedelta(by), date(2026, 12, 31))
