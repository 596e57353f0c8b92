"""Messages of a dialect that come twice, by a queue and by a file, and what may be kept of them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from dondoc.commands.assembly.loading import load_directory, load_law
from dondoc.commands.assembly.settings import TrackingSettings
from dondoc.connector import intake as intake_module
from dondoc.connector.contract.guard import Message
from dondoc.connector.dialects.saying import Dialect
from dondoc.connector.examining import ReadMessage, Tongue
from dondoc.connector.handled import Handled, Result
from dondoc.connector.intake import Intake
from dondoc.rules.law import Law
from dondoc.storage.database import Store, open_store
from dondoc.storage.new_events import NewEvent, Outcome
from dondoc.storage.taking_in import record
from support.dialects import LIMITS, documented, messages, small
from support.edxml import ARRIVAL, DIALECT, changed, sample

LATER = timedelta(days=3)
NOW = datetime(2026, 3, 25, 3, 0, tzinfo=UTC)
RECEIVED, NEW = "02-new-soap-received", "01-new-qcvn-issued"
SUBJECT = "000.00.41.Z99,2026,15/CT-UBND"
WITH_ARRIVAL = """
[[event]]
type = "task.completed"
id = "so"
time = "@arrival"
[event.fields]
task_id = "nv"
body = "donVi"
completed_on = ["ngay", "@arrival"]
result_symbol = "so"
"""


@pytest.fixture(scope="module")
def law() -> Law:
    directory = load_directory("sample")
    assert directory is not None
    return load_law(TrackingSettings(), directory)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    opened = open_store(f"sqlite:///{tmp_path / 'dondoc.db'}")
    opened.migrate(date(2026, 1, 1))
    return opened


def by(store: Store, law: Law, dialect: Dialect, history: int = 100) -> Intake:
    """The way in for messages of *dialect*, by the queue "q" and by none."""
    tongue = Tongue(dialect, normal=True)
    return Intake(store, law, LIMITS, history, repeats=True, tongues={"q": tongue, "": tongue})


def of_queue(*bodies: bytes) -> list[Message]:
    return [Message(body, None, {}, queue="q") for body in bodies]


def file(body: bytes, arrival: datetime) -> ReadMessage:
    """*body* as a file that was read by the samples' dialect."""
    read = DIALECT.read_blocks([body], LIMITS, arrival, normal=True)
    return ReadMessage(DIALECT, read.saying, read.size, read.sha256)


def results(handled: list[Handled]) -> list[Result]:
    return [part.result for each in handled for part in each.events]


@pytest.mark.parametrize("name", ["congvan", "voffice", "rows", "outbox"])
def test_what_a_queue_brought_changes_nothing_when_a_file_says_it_again(
    store: Store, law: Law, name: str
) -> None:
    intake = by(store, law, documented(name))
    brought = intake.handle(of_queue(*(each.body for each in messages(name))), NOW)
    before = store.read(lambda tx: tx.rows("SELECT * FROM event ORDER BY id"))
    again = intake.handle(messages(name), NOW + LATER)
    assert Result.STORED in results(brought)
    assert not {Result.STORED, Result.CONFLICT} & set(results(again))
    assert store.read(lambda tx: tx.rows("SELECT * FROM event ORDER BY id")) == before


@pytest.mark.parametrize("name", [RECEIVED, NEW, "05-update", "09-status-03"])
def test_an_edxml_file_is_what_the_queue_brought_days_before(
    store: Store, law: Law, name: str
) -> None:
    intake, body = by(store, law, DIALECT), sample(name)
    ahead = changed(NEW, Timestamp="2026/03/27 10:00:00").encode()
    (first, *_) = results(intake.handle(of_queue(body, ahead), ARRIVAL))
    later = ARRIVAL + LATER
    found = intake.handle_read([file(body, later), file(ahead, later)], later)
    assert first is Result.STORED
    assert set(results(found)) == {Result.DUPLICATE}
    ((dialect, digest),) = store.read(
        lambda tx: tx.rows("SELECT dialect, message FROM event ORDER BY id LIMIT 1")
    )
    assert (dialect, bytes(digest)) == (DIALECT.name, sha256(body).digest())


def test_what_follows_from_the_arrival_makes_no_conflict(store: Store, law: Law) -> None:
    dialect = small(WITH_ARRIVAL)
    told = {"so": "1", "nv": "NV-1", "donVi": "PYT", "ma": "VB-1", "doMat": "Thường"}
    intake = by(store, law, dialect)
    for task, arrival, expected in (
        ("NV-1", NOW, Result.STORED),
        ("NV-1", NOW + LATER, Result.DUPLICATE),
        ("NV-2", NOW, Result.CONFLICT),
    ):
        body = json.dumps(told | {"nv": task}).encode()
        assert results(intake.handle(of_queue(body), arrival)) == [expected]


def test_of_an_edxml_file_that_cannot_be_taken_in_only_a_record_is_kept(
    store: Store, law: Law
) -> None:
    intake = by(store, law, DIALECT, history=1)
    bodies = [sample(NEW), sample("05-update"), changed(NEW, CodeNumber="").encode()]
    handled = intake.handle_read([file(each, ARRIVAL) for each in bodies], ARRIVAL)
    first, full, invalid = handled
    assert first.result is Result.STORED
    assert full.dead is None
    assert (full.result, full.invalid) == (Result.REJECTED, True)
    assert "has reached the limit" in full.reason
    assert (invalid.result, invalid.invalid) == (Result.REJECTED, True)
    assert digests(store) == {sha256(each).digest() for each in bodies[1:]}


def test_edxml_of_a_queue_is_a_letter_only_where_it_is_known_what_it_is_about(
    store: Store, law: Law
) -> None:
    intake = by(store, law, DIALECT, history=1)
    bodies = [sample(NEW), sample("05-update"), changed(NEW, CodeNumber="").encode()]
    first, full, invalid = intake.handle(of_queue(*bodies), ARRIVAL)
    assert first.result is Result.STORED
    assert full.dead is not None
    assert full.dead.about == {SUBJECT}
    assert (invalid.result, invalid.dead, invalid.invalid) == (Result.REJECTED, None, True)
    assert digests(store) == {sha256(bodies[2]).digest()}


def digests(store: Store) -> set[bytes]:
    """Of the messages of which a record is kept."""
    return {
        bytes(each) for (each,) in store.read(lambda tx: tx.rows("SELECT sha256 FROM rejection"))
    }


def test_a_file_that_dondoc_fails_on_leaves_its_neighbours_alone(
    store: Store, law: Law, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(
        store: Store, law: Law, events: Sequence[NewEvent], at: datetime, limit: int, **named: Any
    ) -> list[Outcome]:
        if any(each.event.type == "document.corrected" for each in events):
            raise ZeroDivisionError
        return record(store, law, events, at, limit, **named)

    monkeypatch.setattr(intake_module, "record", failing)
    bodies = [sample(NEW), sample("05-update"), sample(RECEIVED)]
    intake = by(store, law, DIALECT)
    by_file = intake.handle_read([file(each, ARRIVAL) for each in bodies], ARRIVAL)
    by_queue = intake.handle(of_queue(*bodies), ARRIVAL)
    for (first, failed, last), result in ((by_file, Result.REJECTED), (by_queue, Result.DEAD)):
        assert {first.result, last.result} <= {Result.STORED, Result.DUPLICATE}
        assert failed.result is result
        assert "ZeroDivisionError" in (failed.dead.reason if failed.dead else failed.reason)
