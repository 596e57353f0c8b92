"""Quotes of what is secret, through the real intake and in the database: in every place that an
event has, by events of types that nobody knows yet, and with digests of an earlier version."""

from __future__ import annotations

import json
import random
from collections.abc import Mapping
from datetime import UTC, date, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from dondoc.commands.assembly.loading import load_directory, load_law
from dondoc.commands.assembly.settings import TrackingSettings
from dondoc.connector.contract.guard import Limits, Message
from dondoc.connector.handled import Result
from dondoc.connector.intake import Intake
from dondoc.connector.secrecy.sifting import concerns
from dondoc.connector.transport import Delivery
from dondoc.rules.law import Law
from dondoc.storage.advancing import advance
from dondoc.storage.database import Store
from dondoc.storage.secrecy.first_stage import lift
from dondoc.storage.secrecy.names import remember_subjects
from dondoc.storage.secrecy.remains import Listed, list_redactions, redact_listed, settle, sought
from dondoc.storage.transaction import Transaction
from support.hscv import as_json, binary, event, structured
from support.stores import count, state

CASES = Path(__file__).parents[1] / "fixtures" / "cases"
NOW = datetime(2026, 3, 2, 3, 0, tzinfo=UTC)
SYMBOL = "15/CT-UBND"
CANARY = "ZQXCANARY"
TASK = "TASK-ZQXJ-9"


@pytest.fixture
def law() -> Law:
    directory = load_directory("sample")
    assert directory is not None
    return load_law(TrackingSettings(), directory)


@pytest.fixture
def intake(store: Store, law: Law) -> Intake:
    return Intake(store, law, Limits(), history_limit=100)


def results(intake: Intake, *messages: Message) -> list[Result]:
    return [handled.result for handled in intake.handle(messages, NOW)]


TABLES = (
    *("event", "event_stream", "stream", "task", "obligation", "outbox", "reminder"),
    *("rejection", "redacted_name", "redaction"),
)


def everything(store: Store) -> str:
    """Every row of every table that events write, as text."""
    return store.read(lambda tx: repr([tx.rows(f"SELECT * FROM {table}") for table in TABLES]))


def document(subject: str = "VB-1") -> list[dict[str, Any]]:
    issued = event("document.issued", id=f"i-{subject}", subject=subject)
    issued["data"] |= {"symbol": SYMBOL}
    assigned = event("task.assigned", id=f"t-{subject}", subject=subject)
    assigned["data"] |= {"task_id": TASK}
    return [issued, assigned]


def secret(subject: str = "VB-1") -> dict[str, Any]:
    return event("document.secrecy_changed", id=f"s-{subject}", subject=subject)


def feedback(content: str = CANARY, /, **changes: Any) -> dict[str, Any]:
    data = {"from_body": "PYT", "about_body": "VP", "content": content}
    return event("feedback.received", **{"id": "f", "subject": "PA-1", "data": data} | changes)


@pytest.mark.parametrize(
    ("case", "subjects"),
    [("06a-quotes", [f"PA-{number}" for number in range(9)]), ("06b-symbol-with-spaces", ["PA-x"])],
)
@pytest.mark.parametrize("seed", [None, 1, 2])
def test_no_quote_of_the_cases_is_left_in_any_order(
    intake: Intake, store: Store, case: str, subjects: list[str], seed: int | None
) -> None:
    lines = (CASES / f"{case}.jsonl").read_bytes().splitlines()
    if seed is not None:
        random.Random(seed).shuffle(lines)
    for line in lines:
        assert results(intake, structured(line))[0] in (Result.STORED, Result.REDACTED)
    rows = store.read(
        lambda tx: tx.rows("SELECT subject, body FROM event WHERE type='feedback.received'")
    )
    assert sorted(subject for subject, _ in rows) == subjects
    assert [json.loads(body)["content"] for _, body in rows] == [""] * len(subjects)


@pytest.mark.parametrize("written", ["4/CT-UBND", "04/CT-UBND", "004/CT-UBND", "Số:04 /CT-UBND"])
@pytest.mark.parametrize("own", ["4/CT-UBND", "04/CT-UBND", "004/CT-UBND"])
@pytest.mark.parametrize("before", [False, True])
def test_a_symbol_is_the_same_name_however_many_zeros_its_number_has(
    intake: Intake, store: Store, own: str, written: str, before: bool
) -> None:
    issued, *_ = document()
    issued["data"] |= {"symbol": own}
    quote, other = (feedback(f"{CANARY} theo {written}"), feedback(id="o", subject="PA-2"))
    other["data"] |= {"content": "theo 14/CT-UBND và 40/CT-UBND"}
    events = [issued, secret(), quote, other]
    results(intake, *(structured(each) for each in ([quote, *events[:2]] if before else events)))
    assert CANARY not in everything(store)
    if not before:
        assert "theo 14/CT-UBND" in repr(
            [body.decode() for (body,) in store.read(lambda tx: tx.rows("SELECT body FROM event"))]
        )


def test_nothing_is_remembered_of_what_a_message_makes_secret_that_tells_of_no_event(
    intake: Intake,
) -> None:
    quote = structured(feedback(f"theo {SYMBOL}"))
    results(intake, *map(structured, document()), quote)
    before = {each.key for each in intake.hot.streams()}
    broken = secret() | {"time": "some day"}
    assert results(intake, structured(broken)) == [Result.REJECTED]
    left = {each.key for each in intake.hot.streams()}
    gone = {each.partition(":")[2] for each in before - left}
    assert gone == {"VB-1", "PA-1"}


def request(id_: str, **said: Any) -> dict[str, Any]:
    return {**event("report.requested")["data"], "request_id": id_, **said}


QUOTING: Mapping[str, Message] = {
    "the text": structured(feedback(f"{CANARY} theo {SYMBOL}|")),
    "a key": structured(feedback(extension={f"số:{SYMBOL}": CANARY})),
    "a number": structured(feedback(extension={"x": [{"y": [SYMBOL]}]})),
    "the id": structured(feedback(id=f"f:{SYMBOL}")),
    "the source": structured(feedback(source=f"/hscv/{SYMBOL}")),
    "the id in headers": binary(feedback(id=f"f:{SYMBOL}")),
    "the source in headers": binary(feedback(source=f"/hscv/{SYMBOL}")),
    "its own subject": binary(feedback(subject=f"PA-{TASK}")),
    "a request's id": structured(
        event("report.requested", id="f", subject="R")
        | {
            "data": event("report.requested")["data"]
            | {"request_id": f"YC {TASK}", "report": CANARY}
        }
    ),
}


@pytest.mark.parametrize("place", QUOTING)
@pytest.mark.parametrize("when", ["before", "after", "between"])
def test_a_quote_is_found_in_every_place_that_an_event_has(
    intake: Intake, store: Store, place: str, when: str
) -> None:
    quoting = QUOTING[place]
    own = [structured(said) for said in (*document(), secret())]
    messages = {"before": [quoting, *own], "after": [*own, quoting]}.get(
        when, [*own[:2], quoting, own[2]]
    )
    assert set(results(intake, *messages)) <= {Result.STORED, Result.REDACTED}
    assert count(store, "event") == 1, "it keeps its place"
    left = everything(store)
    assert CANARY not in left
    assert SYMBOL not in left
    if place != "its own subject":
        assert TASK not in left
    assert results(intake, quoting) == [Result.DUPLICATE]
    before = state(store)
    store.transact(lambda tx: lift(tx, ["document:VB-1"]))
    assert results(intake, quoting) == [Result.DUPLICATE], "what is erased comes with new events"
    assert state(store) == before


def test_a_request_and_its_report_still_belong_together_once_its_id_is_concealed(
    intake: Intake, store: Store, law: Law
) -> None:
    advance(store, law, date(2026, 3, 2))
    asked = event("report.requested", id="a", subject="R")
    given = event("report.submitted", id="b", subject="R")
    for said in (asked, given):
        said["data"] |= {"request_id": f"YC-{TASK}"}
    given["data"].pop("period")
    results(intake, structured(asked), structured(given))
    columns = "rule, body, opened_on, due, met_on, ended_on"

    def owed() -> list[Any]:
        rows = store.read(lambda tx: tx.rows(f"SELECT {columns} FROM obligation"))
        return sorted(rows, key=repr)

    before = owed()
    assert any(row[4] for row in before)
    results(intake, *(structured(said) for said in (*document(), secret())))
    assert owed() == before
    assert TASK not in everything(store)


def attachment(**changes: Any) -> dict[str, Any]:
    said = event("attachment.added", id="a", subject="VB-1", data={"name": CANARY})
    return said | changes


ABOUT: Mapping[str, dict[str, Any]] = {
    "its subject": attachment(),
    "its subject, written otherwise": attachment(subject="vb–1"),
    "its task": attachment(subject=TASK),
    "its symbol": attachment(subject=f"x:{SYMBOL}"),
    "its task, as of a task": attachment(type="hscv.task.commented", subject=TASK),
    "of a kind that is known": attachment(type="hscv.feedback.closed"),
    "of reports": attachment(type="hscv.report.reminded", data={"body": "PYT", "x": CANARY}),
}


@pytest.mark.parametrize("about", ABOUT)
@pytest.mark.parametrize("seed", range(4))
def test_an_event_of_an_unknown_type_about_it_goes_wholly_in_any_order(
    intake: Intake, store: Store, about: str, seed: int
) -> None:
    said = [*document(), secret(), ABOUT[about], attachment(id="other", subject="VB-2")]
    random.Random(seed).shuffle(said)
    for each in said:
        results(intake, structured(each))
    assert count(store, "event") == 1, "that of another document"
    assert results(intake, binary(ABOUT[about])) == [Result.REDACTED]
    left = everything(store)
    assert left.count(CANARY) == 1
    assert "attachment:VB-1'" not in left
    assert SYMBOL not in left
    assert TASK not in left


@pytest.mark.parametrize("quote", [{"data": {"x": f"{CANARY} {SYMBOL}"}}, {"extra": SYMBOL}])
def test_an_event_of_an_unknown_type_that_quotes_keeps_its_place_alone(
    intake: Intake, store: Store, quote: dict[str, Any]
) -> None:
    said = attachment(subject="VB-2", **quote)
    results(intake, structured(said), *(structured(each) for each in (*document(), secret())))
    assert count(store, "event") == 1
    assert CANARY not in everything(store)
    assert results(intake, structured(said)) == [Result.DUPLICATE]


@pytest.mark.parametrize(
    ("said", "headers", "gone"),
    [
        (attachment(data=[]), {}, True),
        (attachment(subject="VB-2", data=[]), {}, False),
        (feedback(f"theo:{SYMBOL}…", time="?"), {}, True),
        (feedback(time="?"), {}, False),
        (feedback(time="?"), {"x": {"deep": [{SYMBOL: 1}]}}, True),
        (feedback(time="?", subject="PA-VB-1"), {}, True),
        (feedback(time="?", id=f"f:{SYMBOL}"), {}, True),
    ],
)
def test_a_dead_letter_goes_where_such_an_event_would(
    intake: Intake, store: Store, said: dict[str, Any], headers: dict[str, Any], gone: bool
) -> None:
    results(intake, *(structured(each) for each in (*document(), secret())))
    wanted = sought(store)
    for message in [structured(said, headers), *([] if headers else [binary(said)])]:
        letter = Delivery(1, message.body, None, message.headers, False, "", 0.0)
        assert concerns(letter, wanted) is gone
        (result,) = results(intake, message)
        assert result is (Result.REJECTED if gone else Result.DEAD)
    assert SYMBOL not in everything(store), "nor in the record of what was refused"


def former(name: str) -> str:
    """The digest of a name as the first versions wrote it."""
    return sha256(f"name {name.casefold()}".encode()).hexdigest()


def test_names_that_an_earlier_version_remembered_still_work(
    intake: Intake, store: Store, law: Law
) -> None:
    names = [(former(name), "document:VB-1") for name in ("VB-1", SYMBOL, TASK)]

    def remember(tx: Transaction) -> None:
        tx.run("INSERT INTO redaction VALUES ('document:VB-1', 'mat', 1, 1)")
        tx.run_each("INSERT INTO redacted_name (digest, stream) VALUES (%s, %s)", names)
        tx.run("INSERT INTO redacted_shape VALUES (0, 0)")  # as the migration does

    store.transact(remember)
    quoting = feedback(f"{CANARY} theo {SYMBOL} cũ", id="f1", subject="PA-1")
    results(intake, structured(quoting))
    assert CANARY not in everything(store)
    results(intake, structured(feedback(f"{CANARY} mã:VB-1…", id="f2", subject="PA-2")))
    assert CANARY in everything(store), "as that version saw it"
    store.transact(remember_subjects)
    settle(store, law, sought(store))
    assert CANARY not in everything(store), "its subject is known, and looked for once more"


def test_a_list_of_an_earlier_version_and_one_of_this_still_apply(
    intake: Intake, store: Store, law: Law
) -> None:
    names = tuple(former(name) for name in ("VB-1", SYMBOL))
    results(intake, structured(feedback(f"{CANARY} theo {SYMBOL} cũ")))
    redact_listed(store, law, [Listed("document:VB-1", "mat", NOW, names)])
    assert CANARY not in everything(store)
    (listed,) = list_redactions(store)
    assert set(names) < set(listed.names)
    results(intake, *(structured(said) for said in document()))
    told = list_redactions(store)
    store.transact(lambda tx: lift(tx, ["document:VB-1"]))
    results(intake, structured(feedback(f"{CANARY} theo:{SYMBOL}…", id="g")))
    assert CANARY in everything(store)
    redact_listed(store, law, told)
    assert CANARY not in everything(store)
    assert list_redactions(store) == told


def test_the_id_of_a_refused_message_goes_with_what_it_quotes(intake: Intake, store: Store) -> None:
    doubtful = as_json(feedback(id=f"f:{SYMBOL}", secrecy="?"))
    assert results(intake, structured(doubtful)) == [Result.REJECTED]
    assert SYMBOL in everything(store)
    results(intake, *(structured(said) for said in (*document(), secret())))
    assert SYMBOL not in everything(store)
    results(intake, structured(doubtful))
    assert SYMBOL not in everything(store)
    assert count(store, "rejection") == 2
