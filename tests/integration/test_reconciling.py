"""HSCV's own list against what is stored: the answers are exactly those of a plain comparison, on
both databases, whatever the list and the log."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from hashlib import sha256
from itertools import zip_longest
from pathlib import Path
from typing import Any

import pytest
from dondoc.rules.events import LOCAL
from dondoc.rules.reading.own_list import OwnEntry
from dondoc.storage import reconciling, reconciling_documents, reconciling_events
from dondoc.storage.database import Store, open_store
from dondoc.storage.new_events import NewEvent, Outcome
from dondoc.storage.not_stored import ARCHIVED, REDACTED, REJECTED
from dondoc.storage.reconciling import AskedDays, Reconciled
from dondoc.storage.reconciling_documents import reconcile_documents
from dondoc.storage.reconciling_events import reconcile_events
from dondoc.storage.rejections import reject
from dondoc.storage.secrecy.quotes import names_from
from dondoc.storage.secrecy.remains import Listed, redact_listed, redact_untold
from dondoc.storage.taking_in import record
from dondoc.storage.transaction import Transaction
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from support.plain_law import PlainLaw, assigned, issued, new_event
from support.stores import SINCE

NOW = datetime(2026, 3, 31, 12, tzinfo=LOCAL)
FIRST = date(2026, 3, 1)
LAW = PlainLaw()


def nine(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 9, tzinfo=LOCAL)


def entry(row: int, **said: Any) -> OwnEntry:
    nothing = OwnEntry(row, None, None, None, None, None, None, None)
    return nothing._replace(**said)


def store_again(store: Store, events: Sequence[NewEvent]) -> None:
    """Have *events* be all that is stored."""

    def empty(tx: Transaction) -> None:
        for table in ("event", "stream", "task", "obligation"):
            tx.run(f"DELETE FROM {table}")

    store.transact(empty)
    assert {*record(store, LAW, events, NOW)} <= {Outcome.STORED}


def of_events(store: Store, entries: Sequence[OwnEntry], asked: AskedDays) -> Reconciled:
    return store.read(lambda tx: reconcile_events(tx, entries, asked))


def of_documents(store: Store, entries: Sequence[OwnEntry], asked: AskedDays) -> Reconciled:
    return store.read(lambda tx: reconcile_documents(tx, entries, asked))


@pytest.fixture(autouse=True)
def pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    """A few rows are read in several pieces."""
    for module in (reconciling, reconciling_events, reconciling_documents):
        monkeypatch.setattr(module, "AT_ONCE", 2)


@dataclass(frozen=True)
class Said:
    """An event as it is stored, or as a list has it."""

    id: str
    source: str
    type: str
    subject: str
    on: date


DAYS = st.integers(0, 5).map(lambda n: FIRST + timedelta(days=n))
SAID = st.builds(
    Said,
    st.sampled_from(["e1", "e2", "e3", "é4", "e1/task.accepted"]),
    st.sampled_from(["/a", "/b"]),
    st.sampled_from(["task.accepted", "task.progress"]),
    st.sampled_from(["VB-1", "VB-2"]),
    DAYS,
)
STORED = st.lists(SAID, max_size=8, unique_by=lambda said: (said.id, said.source))
WITHIN = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@WITHIN
@given(
    stored=STORED,
    listed=st.lists(SAID, max_size=8),
    with_source=st.booleans(),
    bounds=st.tuples(st.none() | DAYS, st.none() | DAYS),
    source=st.sampled_from([None, None, "/a"]),
)
def test_of_events_the_answers_are_those_of_a_plain_comparison(
    store: Store,
    stored: list[Said],
    listed: list[Said],
    with_source: bool,
    bounds: tuple[date | None, date | None],
    source: str | None,
) -> None:
    store_again(
        store,
        [
            new_event(e.type, e.subject, {}, event_id=e.id, source=e.source, time=nine(e.on))
            for e in stored
        ],
    )
    entries = [
        entry(
            row,
            id=said.id,
            source=said.source if with_source else None,
            type=said.type,
            subject=said.subject,
            on=said.on,
        )
        for row, said in enumerate(listed, 2)
    ]
    asked = AskedDays(*bounds, source)
    found = of_events(store, entries, asked)
    assert as_told(found) == plainly(stored, entries, asked)


def plainly(stored: list[Said], entries: list[OwnEntry], asked: AskedDays) -> dict[str, object]:
    """The same by nested loops."""
    there = [e for e in stored if asked.source in (None, e.source)]
    kept: dict[tuple[object, ...], OwnEntry] = {}
    twice = set()
    for each in entries:
        first = kept.setdefault((each.id, each.source), each)
        if first is not each:
            twice.add((each.row, first.row))
    agreeing = 0
    missing: set[int] = set()
    differs: set[tuple[int, str]] = set()
    for each in kept.values():
        same = [e for e in there if e.id == each.id and each.source in (None, e.source)]
        if not same:
            missing.update({each.row} if asked.within(each.on) else ())
            continue
        ways = [
            (
                [
                    name
                    for name, listed, told in (
                        ("date", each.on, e.on),
                        ("type", each.type, e.type),
                        ("subject", each.subject, e.subject),
                    )
                    if listed != told
                ],
                e,
            )
            for e in same
        ]
        fields, nearest = min(ways, key=lambda way: (len(way[0]), way[1].source))
        agreeing += not fields
        if asked.within(each.on) or asked.within(nearest.on):
            differs.update((each.row, name) for name in fields)
    named = {(e.id, e.source) for e in kept.values()}
    days = [e for e in there if asked.within(e.on)]
    return {
        "missing": missing,
        "unlisted": {
            (e.id, e.source) for e in days if not {(e.id, e.source), (e.id, None)} & named
        },
        "differs": differs,
        "twice": twice,
        "agreeing": agreeing,
        "stored": len(days),
    }


def as_told(found: Reconciled) -> dict[str, object]:
    assert found.unlisted_count == len(found.unlisted)
    return {
        "missing": {each.row for each in found.missing},
        "unlisted": {(each.id, each.source) for each in found.unlisted},
        "differs": {(each.entry.row, each.field) for each in found.differing},
        "twice": {(each.entry.row, each.first) for each in found.twice},
        "agreeing": found.agreeing,
        "stored": found.stored,
    }


@dataclass(frozen=True)
class Document:
    """A document as it is stored, or as a list has it."""

    subject: str
    symbol: str
    on: date


YEARS = st.sampled_from([date(y, 3, d) for y in (2025, 2026) for d in (1, 2, 3)])
DOCUMENT = st.builds(
    Document,
    st.sampled_from(["A", "B", "C", "D", "E"]),
    st.sampled_from(["1/CT", "1 / ct", "2/CT", "12/CT", "1/2-CT"]),
    YEARS,
)


def stored_documents(store: Store, documents: list[Document]) -> None:
    store_again(
        store,
        [
            told(each.subject, symbol=each.symbol, issued_on=each.on.isoformat())
            for each in documents
        ],
    )


def told(subject: str, **said: str) -> NewEvent:
    event = issued(subject)
    data = {**event.event.data, **said}
    return new_event("document.issued", subject, data, event_id=f"i-{subject}", time=nine(FIRST))


def same(symbol: str) -> str:
    return symbol.casefold().replace(" ", "")


@WITHIN
@given(
    stored=st.lists(DOCUMENT, max_size=5, unique_by=lambda each: each.subject),
    listed=st.lists(DOCUMENT, max_size=6),
    called=st.sampled_from(["symbol", "subject"]),
    bounds=st.tuples(st.none() | YEARS, st.none() | YEARS),
)
@example(
    stored=[Document("A", "1/CT", date(2026, 3, 1)), Document("B", "1/CT", date(2026, 3, 3))],
    listed=[Document("C", "1/CT", date(2026, 3, 2)), Document("D", "1/CT", date(2026, 3, 3))],
    called="subject",
    bounds=(None, None),
)
def test_of_symbols_and_days_the_answers_are_those_of_a_plain_comparison(
    store: Store,
    stored: list[Document],
    listed: list[Document],
    called: str,
    bounds: tuple[date | None, date | None],
) -> None:
    stored_documents(store, stored)
    entries = [
        entry(row, **{called: each.symbol, "on": each.on}) for row, each in enumerate(listed, 2)
    ]
    asked = AskedDays(*bounds)
    found = of_documents(store, entries, asked)
    missing: set[int] = set()
    unlisted: list[tuple[str, date]] = []
    differs: set[tuple[int, str, str]] = set()
    repeated: set[int] = set()
    agreeing = 0
    rows: dict[tuple[str, date], list[int]] = defaultdict(list)
    for number, each in enumerate(listed, 2):
        rows[same(each.symbol), each.on].append(number)
    there = Counter((same(each.symbol), each.on) for each in stored)
    for key, numbers in rows.items():
        agreeing += min(len(numbers), there[key])
        repeated.update(numbers[max(1, there[key]) :])
    for symbol in {symbol for symbol, _ in {*rows, *there}}:
        for year in (2025, 2026):
            left = sorted(
                (day, numbers[0])
                for (name, day), numbers in rows.items()
                if name == symbol and day.year == year and not there[symbol, day]
            )
            over = sorted(
                day
                for (name, day), count in there.items()
                if name == symbol and day.year == year
                for _ in range(count - len(rows.get((symbol, day), ())))
            )
            for one, other in zip_longest(left, over):
                if one is None:
                    unlisted += [(symbol, other)] if asked.within(other) else []
                elif other is None:
                    missing.update({one[1]} if asked.within(one[0]) else ())
                elif asked.within(one[0]) or asked.within(other):
                    differs.add((one[1], str(one[0]), str(other)))
    assert {each.row for each in found.missing} == missing
    told_beyond = [(same(str(each.symbol)), each.on) for each in found.unlisted]
    assert Counter(told_beyond) == Counter(unlisted)
    told_as = {(each.entry.row, each.listed, each.stored) for each in found.differing}
    assert told_as == differs
    assert {each.entry.row for each in found.twice} == repeated
    assert found.agreeing == agreeing


@WITHIN
@given(
    stored=st.lists(DOCUMENT, max_size=5, unique_by=lambda each: each.subject),
    listed=st.lists(DOCUMENT, max_size=6),
)
def test_of_identifiers_the_answers_are_those_of_a_plain_comparison(
    store: Store, stored: list[Document], listed: list[Document]
) -> None:
    stored_documents(store, stored)
    entries = [
        entry(row, subject=each.subject, symbol=each.symbol, on=each.on)
        for row, each in enumerate(listed, 2)
    ]
    found = of_documents(store, entries, AskedDays())
    firsts: dict[str, OwnEntry] = {}
    for each in entries:
        firsts.setdefault(str(each.subject), each)
    there = {each.subject: each for each in stored}
    differs: set[tuple[int, str]] = set()
    for subject in firsts.keys() & there.keys():
        one, other = firsts[subject], there[subject]
        differs.update({(one.row, "date")} if one.on != other.on else ())
        alike = same(str(one.symbol)) == same(other.symbol)
        differs.update(() if alike else {(one.row, "symbol")})
    assert {each.subject for each in found.missing} == firsts.keys() - there.keys()
    assert {each.subject for each in found.unlisted} == there.keys() - firsts.keys()
    assert {(each.entry.row, each.field) for each in found.differing} == differs
    assert len(found.twice) == len(entries) - len(firsts)


def documents_of_one_day(store: Store, *kinds: str) -> list[str]:
    named = [f"K{number}" for number, _ in enumerate(kinds, 1)]
    store_again(
        store,
        [
            told(name, symbol="9/CT", issued_on="2026-03-02", doc_type=kind)
            for name, kind in zip(named, kinds, strict=True)
        ],
    )
    return named


def test_of_two_documents_of_one_symbol_and_day_each_has_a_row_of_its_own(store: Store) -> None:
    documents_of_one_day(store, "QĐ", "CT")
    row = entry(2, symbol="9/CT", on=date(2026, 3, 2), type="Chỉ thị")
    found = of_documents(store, [row], AskedDays())
    assert (found.agreeing, [each.subject for each in found.unlisted]) == (1, ["K1"])
    assert found.differing == []
    both = [row, row._replace(row=3, type="Quyết định")]
    found = of_documents(store, both, AskedDays())
    assert (found.agreeing, found.unlisted, found.twice, found.missing) == (2, [], [], [])
    found = of_documents(store, [*both, row._replace(row=4)], AskedDays())
    assert (found.agreeing, [(each.entry.row, each.first) for each in found.twice]) == (2, [(4, 2)])
    for unread in (2, 3):
        half = [each._replace(reason="x") if each.row == unread else each for each in both]
        found = of_documents(store, half, AskedDays())
        assert (found.unlisted, found.twice, len(found.unread)) == ([], [], 1)
    undated = of_documents(store, [entry(2, symbol="9/CT")], AskedDays())
    assert undated.unlisted == []


def test_a_row_that_cannot_be_read_is_no_loss_and_what_it_names_is_listed(store: Store) -> None:
    store_again(store, [issued("A"), issued("B")])
    unread = [entry(2, id="i-A", reason="no date"), entry(3, reason="has no id")]
    found = of_events(store, [*unread, entry(4, id="lost", reason="no date")], AskedDays())
    assert [each.id for each in found.unlisted] == ["i-B"]
    assert (found.missing, [each.row for each in found.unread]) == ([], [2, 3, 4])
    again = of_events(store, [*unread, entry(4, id="i-A", subject="A")], AskedDays())
    assert (again.agreeing, again.twice) == (1, [])
    listed = [entry(2, symbol="A/CT-UBND", reason="no date"), entry(3, subject="B")]
    assert of_documents(store, listed, AskedDays()).unlisted_count == 0


def test_a_document_of_which_only_tasks_are_told_has_no_day(store: Store) -> None:
    store_again(store, [assigned("A", "T-1"), assigned("B", "T-1")])
    asked = AskedDays(date(2026, 3, 2), date(2026, 3, 2))
    found = of_documents(store, [entry(2, subject="A", on=date(2026, 3, 2))], asked)
    assert [(each.field, each.stored) for each in found.differing] == [("date", None)]
    assert [(each.subject, each.on) for each in found.unlisted] == [("B", None)]
    other = replace(asked, first=date(2026, 3, 3), last=date(2026, 3, 3))
    assert of_documents(store, [], other).unlisted == []


def test_a_corrected_document_is_compared_as_it_was_corrected(store: Store) -> None:
    fields = {"symbol": "7/QĐ-UBND", "issued_on": "2026-03-05", "doc_type": "QĐ"}
    corrected = new_event("document.corrected", "A", {"fields": fields}, event_id="c-A", time=NOW)
    store_again(store, [issued("A"), corrected])
    right = entry(2, symbol="7/qđ-ubnd", on=date(2026, 3, 5), type="Quyết định")
    assert of_documents(store, [right], AskedDays()).agreeing == 1
    kind = of_documents(store, [right._replace(type="Chỉ thị")], AskedDays())
    assert [(each.listed, each.stored) for each in kind.differing] == [("Chỉ thị", "QĐ")]
    other = right._replace(symbol="70/QĐ-UBND")
    assert of_documents(store, [other], AskedDays()).unlisted_count == 1


@pytest.mark.parametrize(("listed", "stored"), [("4/CV", "04/CV"), ("004 / cv", "4/CV")])
def test_zeros_before_the_number_of_a_symbol_make_no_difference(
    store: Store, listed: str, stored: str
) -> None:
    store_again(store, [told("A", symbol=stored, issued_on="2026-03-02")])
    by_symbol = entry(2, symbol=listed, on=date(2026, 3, 2))
    for row in (by_symbol, by_symbol._replace(subject="A"), entry(2, subject=listed)):
        found = of_documents(store, [row], AskedDays())
        assert (found.agreeing, found.missing, found.unlisted_count) == (1, [], 0)
    redact_listed(store, LAW, [Listed("document:A", "mat", NOW)])
    for row in (by_symbol, entry(2, subject=listed)):
        found = of_documents(store, [row], AskedDays())
        assert (why(found), set(found.secret)) == ({2: REDACTED}, {2})


def test_a_message_of_which_a_dialect_made_several_events_is_known_by_its_own_id(
    store: Store,
) -> None:
    made = [
        replace(assigned("A", task, event_id=f"M-1/task.assigned{end}"), dialect="d@1")
        for task, end in (("T-1", ""), ("T-2", "/1"))
    ]
    store_again(store, [*made, assigned("B", "T-1", event_id="M-2/task.assigned")])
    for asked in (AskedDays(), AskedDays(beyond=False)):
        found = of_events(store, [entry(2, id="M-1"), entry(3, id="M-2")], asked)
        assert [each.id for each in found.missing] == ["M-2"]
        beyond = ["M-2/task.assigned"] if asked.beyond else []
        assert [each.id for each in found.unlisted] == beyond


@dataclass(frozen=True)
class Refusal:
    """A message whose secrecy is not established."""

    event_id: str
    reason: str = "secrecy is absent"
    size: int = 9
    sha256: bytes = sha256(b"x").digest()


def why(found: Reconciled) -> dict[int, str]:
    assert found.missing == []
    return {each.entry.row: each.why for each in found.not_stored}


def test_what_is_secret_refused_or_archived_is_known_and_not_lost(store: Store) -> None:
    store_again(store, [issued("VB-100"), issued("VB-200")])
    names = tuple(sorted(name.listed() for name in names_from("9/MẬT")))
    redact_listed(
        store, LAW, [Listed("document:VB-100", "mat", NOW), Listed("x:1", "mat", NOW, names)]
    )
    redact_untold(store, LAW, {"document:VB-300": "mat"}, NOW)
    reject(store, [Refusal("r-1")], NOW)
    quoting = new_event("other.told", "7", {}, event_id="quotes VB-100", time=nine(FIRST))
    assert record(store, LAW, [quoting], NOW) == [Outcome.STORED]
    events = [
        entry(2, id="i-VB-100", subject="VB-100", type="document.issued"),
        entry(3, id="t-300", subject="VB-300"),
        entry(4, id="r-1"),
        entry(5, id="quotes VB-100", source="/hscv"),
        entry(6, id="about-VB-100"),
        entry(7, id="s", symbol="9/MẬT"),
    ]
    found = of_events(store, events, AskedDays())
    expected = {2: REDACTED, 3: REDACTED, 4: REJECTED, 6: REDACTED, 7: REDACTED}
    assert why(found) in ({**expected, 5: REDACTED}, expected)
    assert [each.id for each in found.unlisted] == ["i-VB-200"]
    assert (found.redacted, found.archived) == (3, 0)
    documents = [
        *(entry(2, subject="VB-100"), entry(3, subject="VB-300")),
        *(entry(4, symbol="VB-100/ct-ubnd"), entry(5, symbol="9 / mật", on=FIRST)),
    ]
    assert why(of_documents(store, documents, AskedDays())) == dict.fromkeys(range(2, 6), REDACTED)
    store.transact(
        lambda tx: tx.run(
            "INSERT INTO archived_stream (stream, archived_at, events, whole, counts, names)"
            " SELECT stream, 0, 1, %s, '[]', '[]' FROM redaction WHERE stream LIKE 'sha256:%%'",
            True,
        )
    )
    store.transact(lambda tx: tx.run("DELETE FROM redaction"))
    assert why(of_documents(store, documents[1:2], AskedDays())) == {3: ARCHIVED}
    assert why(of_events(store, events[1:2], AskedDays())) == {3: ARCHIVED}


def test_an_archived_document_is_known_by_its_symbol(store: Store) -> None:
    store_again(store, [])
    names = [name.listed() for name in sorted(names_from("12/KH-UBND"))]
    store.transact(
        lambda tx: tx.run(
            "INSERT INTO archived_stream (stream, archived_at, events, whole, counts, names)"
            " VALUES ('sha256:1', 0, 1, %s, '[]', %s)",
            *(True, str(names).replace("'", '"')),
        )
    )
    assert why(of_documents(store, [entry(2, symbol="12/kh-ubnd")], AskedDays())) == {2: ARCHIVED}


def test_what_the_list_has_not_is_told_up_to_a_bound_and_then_counted(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reconciling, "MOST_UNLISTED", 2)
    store_again(store, [issued(name) for name in "ABCDE"])
    for found in (of_events(store, [], AskedDays()), of_documents(store, [], AskedDays())):
        assert (found.unlisted_count, len(found.unlisted)) == (5, 2)


def test_a_list_of_some_days_reads_the_log_of_those_days_alone(tmp_path: Path) -> None:
    store = open_store(f"sqlite:///{tmp_path / 'dondoc.db'}")
    store.migrate(SINCE)
    statements: list[str] = []

    def traced(tx: Transaction) -> None:
        connection = tx.engine.database.connection()
        connection.set_trace_callback(statements.append)
        reconcile_events(tx, [entry(2, id="e", on=FIRST)], AskedDays(FIRST, FIRST))
        connection.set_trace_callback(None)
        for statement in [each for each in statements if " FROM event " in each]:
            for *_, step in connection.execute(f"EXPLAIN QUERY PLAN {statement}").fetchall():
                assert "SCAN event" not in step, statement
                assert "B-TREE" not in step, statement

    store.read(traced)
    store.close()
    assert len([each for each in statements if " FROM event " in each]) >= 2
