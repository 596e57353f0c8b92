"""The pipeline without a broker: a message is taken in, or refused, and never stops the rest."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from dondoc.commands.assembly.loading import load_directory, load_law
from dondoc.commands.assembly.settings import TrackingSettings
from dondoc.commands.terminal.unknown_types import unknown_types_told
from dondoc.connector import intake as intake_module
from dondoc.connector import merging
from dondoc.connector.contract.guard import Limits, Message
from dondoc.connector.examining import Tongue
from dondoc.connector.handled import Result
from dondoc.connector.intake import Intake
from dondoc.rules.law import Law
from dondoc.storage.database import Store, open_store
from dondoc.storage.engines.errors import DatabaseUnavailable
from dondoc.storage.numbering import numbers_of
from dondoc.storage.questions import queries
from dondoc.storage.taking_in import record
from support.dialects import TOP, small
from support.stores import count

NOW = datetime(2026, 3, 2, 3, 0, tzinfo=UTC)


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


@pytest.fixture
def intake(store: Store, law: Law) -> Intake:
    return Intake(store, law, Limits(), history_limit=10)


def message(id_: str, type_: str = "document.withdrawn", **changes: Any) -> Message:
    event = {
        "specversion": "1.0",
        "id": id_,
        "source": "/hscv/test",
        "type": f"hscv.{type_}",
        "time": "2026-03-02T09:00:00+07:00",
        "subject": "15",
        "secrecy": "normal",
        "data": {"reason": "ban hành nhầm"},
    } | changes
    body = json.dumps({key: value for key, value in event.items() if value is not None})
    return Message(body.encode(), "application/cloudevents+json", {})


def results(intake: Intake, *messages: Message) -> list[Result]:
    return [handled.result for handled in intake.handle(messages, NOW)]


def test_each_message_of_a_batch_is_answered_in_its_place(intake: Intake, store: Store) -> None:
    assert results(
        intake,
        message("a"),
        message("a"),
        message("a", data={"reason": "khác"}),
        message("b", secrecy="mat"),
        message("c", secrecy="Normal"),
        message("d", data={}),
        message("e", type_="meeting.held"),
    ) == [
        Result.STORED,
        Result.DUPLICATE,
        Result.CONFLICT,
        Result.DISCARDED,
        Result.REJECTED,
        Result.DEAD,
        Result.IGNORED,
    ]
    counts = store.read(queries.counts)
    assert (counts.events, counts.conflicts, counts.rejections) == (2, 1, 1)


def test_the_same_batch_again_changes_nothing(intake: Intake, store: Store) -> None:
    batch = [message("a"), message("b"), message("c", type_="meeting.held")]
    results(intake, *batch)
    assert results(intake, *batch) == [Result.DUPLICATE] * 3
    assert store.read(queries.counts).events == 3


def test_an_event_beyond_the_limit_of_its_stream_is_a_dead_letter(intake: Intake) -> None:
    found = results(intake, *(message(f"e{number}") for number in range(12)))
    assert found == [Result.STORED] * 10 + [Result.DEAD] * 2


def test_a_fault_on_one_message_leaves_its_neighbours_alone(
    intake: Intake, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(*arguments: Any, **named: Any) -> Any:
        if any(new.event.id == "bad" for new in arguments[2]):
            raise ZeroDivisionError("a text that quotes the document")
        return record(*arguments, **named)

    monkeypatch.setattr(intake_module, "record", failing)
    handled = intake.handle([message("a"), message("bad"), message("b")], NOW)
    assert [each.result for each in handled] == [Result.STORED, Result.DEAD, Result.STORED]
    dead = handled[1].dead
    assert dead is not None
    assert "ZeroDivisionError" in dead.reason
    assert "quotes" not in dead.reason


def test_a_database_that_is_away_is_the_callers_to_wait_for(
    intake: Intake, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: Any, **__: Any) -> Any:
        raise DatabaseUnavailable("away")

    monkeypatch.setattr(intake_module, "record", away)
    with pytest.raises(DatabaseUnavailable):
        intake.handle([message("a")], NOW)


def test_a_redacted_subject_stays_so_whatever_comes_after(intake: Intake, store: Store) -> None:
    changed = message("s", type_="document.secrecy_changed", data={"level": "mat"})
    assert results(intake, message("a"), changed, message("b")) == [Result.REDACTED] * 3
    assert results(intake, message("c")) == [Result.REDACTED]
    assert store.read(queries.counts).events == 0


def test_a_condemned_message_is_put_aside_by_what_it_declares(intake: Intake) -> None:
    handled = [
        intake.condemn(each, NOW, whole=True)
        for each in (message("a"), message("b", secrecy="mat"), message("c", secrecy=None))
    ]
    assert [each.result for each in handled] == [Result.DEAD, Result.DISCARDED, Result.REJECTED]


def test_a_condemned_message_whose_body_is_not_read_goes_by_its_headers(
    intake: Intake, store: Store
) -> None:
    def stated(secrecy: str | None) -> Message:
        headers = {} if secrecy is None else {"cloudEvents_secrecy": secrecy}
        return Message(message("a").body, "application/cloudevents+json", headers)

    handled = [
        intake.condemn(stated(secrecy), NOW, whole=False)
        for secrecy in ("normal", "toimat", "Normal", None)
    ]
    assert [each.result for each in handled] == [
        Result.DEAD,
        Result.DISCARDED,
        Result.REJECTED,
        Result.REJECTED,
    ]
    assert handled[1].level == "toimat"
    assert store.read(queries.counts).rejections >= 1


def test_a_batch_that_is_handled_again_records_a_rejection_once(
    intake: Intake, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(*arguments: Any, **named: Any) -> Any:
        if len(arguments[2]) > 1:
            raise ZeroDivisionError
        return record(*arguments, **named)

    monkeypatch.setattr(intake_module, "record", failing)
    results(intake, message("a"), message("b"), message("c", secrecy=None))
    assert store.read(queries.counts).rejections == 1


def test_types_that_are_not_known_are_told_with_their_number_the_most_first(
    intake: Intake, store: Store
) -> None:
    types = ("task.asigned", "archive.opened", "task.asigned", "document.withdrawn", "MẬT 15")
    several = [message(f"e{n}", type_, subject=f"s{n}") for n, type_ in enumerate(types)]
    intake.handle(several, NOW)
    found = store.read(queries.unknown_types)
    assert list(found.items()) == [("task.asigned", 2), ("archive.opened", 1), ("…", 1)]


def test_a_type_that_is_nearly_one_of_the_contract_is_told_with_that_one() -> None:
    counted = {"task.asigned": 2, "archive.opened": 1} | {f"new.type{n}": 1 for n in range(5)}
    told = unknown_types_told(counted)
    assert told.startswith("task.asigned (2; task.assigned?), archive.opened (1), new.type0 (1)")
    assert told.endswith("2 more")


def missing(store: Store) -> list[tuple[int, int]]:
    (source,) = store.read(numbers_of)
    return [(each.first, each.last) for each in source.missing]


def test_a_number_is_missing_until_its_event_is_stored_whatever_was_refused(
    intake: Intake, store: Store
) -> None:
    """Of a secret event nothing is kept, nor its number; a dead letter is in no figure yet."""
    several = [message(f"e{n}", subject=f"s{n}", sequence=n) for n in (1, 7)]
    secret = message("e2", sequence=2, secrecy="mat")
    doubtful = message("e3", sequence=3, secrecy="Normal")
    dead = message("e4", sequence=4, data={})
    unknown = message("e5", "meeting.held", subject="s5", sequence=5)
    results(intake, *several, secret, doubtful, dead, unknown)
    assert missing(store) == [(2, 4), (6, 6)]
    results(intake, message("e4", subject="s4", sequence=4))
    assert missing(store) == [(2, 3), (6, 6)]


def test_a_message_of_a_dialect_that_tells_of_nothing_leaves_no_gap(store: Store, law: Law) -> None:
    tongue = Tongue(small(top=TOP + 'sequence = "thuTu"\n'))
    intake = Intake(store, law, Limits(), 10, tongues={"hscv": tongue})

    def row(number: object, **said: object) -> Message:
        told = {"ma": f"m{number}", "luc": "2026-03-02T09:00:00+07:00", "doMat": "Thường"}
        body = json.dumps(told | {"thuTu": number} | said)
        return Message(body.encode(), None, {}, queue="hscv")

    silent = [row(2, ma=None), row("x", ma=None)]
    told = results(intake, row(1, so=1), row(3), *silent, row(5, so=1), row(4, so=1, doMat="Mật"))
    assert told.count(Result.STORED) == 2
    assert missing(store) == [(2, 4)]


def test_what_was_told_of_numbers_is_merged_now_and_then(
    intake: Intake, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(merging, "AFTER", 6)
    told = []
    for number in range(8):
        intake.handle([message(f"e{number}", subject=f"s{number}", sequence=number)], NOW)
        told.append(count(store, "number_told"))
    assert told == [0, 1, 2, 3, 4, 5, 0, 1]
    late = NOW + timedelta(seconds=30)
    intake.handle([message("last", subject="last", sequence=8)], late)
    assert count(store, "number_told") == 0
    assert missing(store) == []


def test_numbers_that_cannot_be_merged_take_nothing_from_the_events(
    intake: Intake, store: Store, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def failing(_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(merging, "merge", failing)
    assert results(intake, message("a", sequence=1)) == [Result.STORED]
    assert "the numbers that came are not merged" in caplog.text
