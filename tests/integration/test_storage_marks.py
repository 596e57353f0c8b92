"""What may quote a name is found by its marks: all that looking at every event finds, and whatever
has none yet."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from dondoc.commands.assembly.loading import load_directory, load_law
from dondoc.commands.assembly.settings import TrackingSettings
from dondoc.connector.contract.guard import Limits, Message
from dondoc.connector.intake import Intake
from dondoc.rules.law import Law
from dondoc.sample.generator import generate
from dondoc.storage.database import Store
from dondoc.storage.secrecy.marks import Found, marks_of, may_quote
from dondoc.storage.secrecy.quotes import SecretName, Wanted, names_from, quotes_in_event
from dondoc.storage.transaction import Transaction
from support.hscv import event, structured
from support.quoting import WRITTEN
from support.stores import SINCE, state

NOW = datetime(2026, 3, 2, 3, 0, tzinfo=UTC)
CANARY = "ZQXCANARY"
NAMES = (
    "15/QĐ-UBND",
    "5/QĐ-UBND",
    "115/CT",
    "546471",
    "546471-2",
    "VB-2026-77",
    "15/2026",
    "7",
    "§",
)


@pytest.fixture
def law() -> Law:
    directory = load_directory("sample")
    assert directory is not None
    return load_law(TrackingSettings(), directory)


@pytest.fixture
def intake(store: Store, law: Law) -> Intake:
    return Intake(store, law, Limits(), history_limit=1000)


def feedback(number: int, content: str, /, **data: object) -> Message:
    said = {"from_body": "PYT", "about_body": "VP", "content": content, **data}
    return structured(
        event("feedback.received", id=f"f{number}", subject=f"PA-{number}", data=said)
    )


def secret(store: Store, intake: Intake, symbol: str) -> None:
    """Have a document of *symbol* become secret."""
    issued = event("document.issued", id="i", subject="VB-1")
    issued["data"] |= {"symbol": symbol}
    changed = event("document.secrecy_changed", id="s", subject="VB-1")
    intake.handle([structured(issued), structured(changed)], NOW)


def everything(store: Store) -> list[Found]:
    """Every event that can quote, as it is stored."""
    whole = Wanted(frozenset(), frozenset())
    return store.read(lambda tx: [found for some in may_quote(tx, whole) for found in some])


def marked(store: Store) -> dict[int, bytes | None]:
    rows = store.read(lambda tx: tx.rows("SELECT id, marks FROM event"))
    return {id_: None if marks is None else bytes(marks) for id_, marks in rows}


def some_text(chance: random.Random) -> str:
    """Words, numbers, and perhaps a name in some way of writing."""
    words = [chance.choice(["theo", "số", "ngày", str(chance.randrange(200)), "15", "QĐ-UBND"])]
    words += [chance.choice(NAMES)] if chance.random() < 0.3 else []
    if chance.random() < 0.5:
        words.append(WRITTEN[chance.choice(sorted(WRITTEN))](chance.choice(NAMES)))
    chance.shuffle(words)
    return chance.choice([" ", "", "|"]).join(words)


@pytest.mark.parametrize("seed", range(3))
def test_by_marks_is_found_what_looking_at_every_event_finds(
    store: Store, intake: Intake, seed: int
) -> None:
    chance = random.Random(seed)
    messages = [feedback(n, some_text(chance), task_id=chance.choice(NAMES)) for n in range(150)]
    intake.handle(messages, NOW)
    intake.handle([Message(m.body, m.content_type, m.headers) for m in sample()], NOW)
    passed_over = 0
    for names in ([name] for name in NAMES):
        wanted = Wanted.of(secret_names(names))
        by_marks = quoting(store, wanted)
        assert by_marks == quoting(store, replace(wanted, marks=None)), names
        passed_over += len(everything(store)) - len(candidates(store, wanted))
    assert passed_over > 500, "or nothing is proven"
    assert quoting(store, Wanted.of(secret_names(NAMES[:-1]))) > set()


def secret_names(names: list[str] | tuple[str, ...]) -> set[SecretName]:
    return {name for each in names for name in names_from(each)}


def candidates(store: Store, wanted: Wanted) -> list[Found]:
    return store.read(lambda tx: [found for some in may_quote(tx, wanted) for found in some])


def quoting(store: Store, wanted: Wanted) -> set[int]:
    """The ids of the events in which something *wanted* is found."""
    return {
        id_
        for id_, _, said in candidates(store, wanted)
        if wanted.among(quotes_in_event(said, wanted.shapes))
    }


def sample() -> Iterator[Message]:
    for sent in list(generate(date(2026, 3, 30), 1))[:600]:
        yield Message(sent.body, sent.content_type, sent.headers)


def test_events_that_were_stored_before_there_were_marks_get_them(
    store: Store, intake: Intake
) -> None:
    intake.handle(
        [feedback(1, f"{CANARY} theo 15/QĐ-UBND"), feedback(2, "ngày 15"), *sample()], NOW
    )
    before, known = marked(store), state(store)
    assert sum(marks is not None for marks in before.values()) > 5

    def undo(tx: Transaction) -> None:
        tx.run("DROP INDEX event_quotable")
        tx.run("ALTER TABLE event DROP COLUMN marks")
        tx.run("DELETE FROM schema_migration WHERE name='0021_marks'")

    store.transact(undo)
    assert store.migrate(SINCE) == ["0021_marks"]
    assert marked(store) == before
    assert state(store) == known
    secret(store, intake, "15/QĐ-UBND")
    assert CANARY not in repr(everything(store))


def test_an_event_without_marks_is_looked_at_whatever_is_looked_for(
    store: Store, intake: Intake
) -> None:
    """As one that an older instance stored beside a newer one."""
    numbers = " ".join(map(str, range(10_000, 10_400)))
    intake.handle([feedback(1, f"{CANARY} 15/QĐ-UBND"), feedback(2, f"{numbers} 15/QĐ-UBND")], NOW)
    store.transact(lambda tx: tx.run("UPDATE event SET marks=NULL WHERE event_id='f1'"))
    assert [*marked(store).values()] == [None, None], "there is no place for so many"
    secret(store, intake, "15/QĐ-UBND")
    assert CANARY not in repr(everything(store))
    assert "10399" not in repr(everything(store))


def test_what_is_erased_of_an_event_goes_from_its_marks_too(store: Store, intake: Intake) -> None:
    intake.handle([feedback(1, f"{CANARY} 15/QĐ-UBND"), feedback(2, "16/QĐ-UBND")], NOW)
    wanted = {name.mark for name in names_from("15/QĐ-UBND") if name.mark is not None}

    def quoting() -> int:
        kept = [marks or b"" for marks in marked(store).values()]
        return sum(any(mark in marks for mark in wanted) for marks in kept)

    assert quoting() == 1
    secret(store, intake, "15/QĐ-UBND")
    assert quoting() == 0
    assert_marks_hold(store)


def test_an_event_that_becomes_known_later_has_the_marks_of_what_is_kept(
    store: Store, intake: Intake
) -> None:
    secret(store, intake, "15/QĐ-UBND")
    intake.handle([feedback(1, f"{CANARY} 15/QĐ-UBND")], NOW)
    assert CANARY not in repr(everything(store))
    assert_marks_hold(store)


def assert_marks_hold(store: Store) -> None:
    """Every event has the marks of what it says now."""
    marks = marked(store)
    found = everything(store)
    assert found
    assert [(id_, marks[id_]) for id_, _, _ in found] == [
        (id_, marks_of(said)) for id_, _, said in found
    ]


def test_a_batch_of_events_in_any_order_has_their_marks(store: Store, intake: Intake) -> None:
    intake.handle([*sample()], NOW)
    assert len(everything(store)) > 10
    assert_marks_hold(store)
    assert all(json.loads(said.body) is not None for _, _, said in everything(store))
