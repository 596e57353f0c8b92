"""What is over is archived: nothing that is owed changes, nothing is lost on the way, and what
comes late does what the page says."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from dondoc.connector.contract.guard import Limits
from dondoc.connector.moving.archive_file import lines_of_archive, streams_filed
from dondoc.connector.moving.export_file import ARCHIVE, ExportReading, Header, lines_between
from dondoc.connector.moving.taking_in_file import Taken, take_in
from dondoc.connector.moving.whole_database import lines_of_all
from dondoc.reports.making.making import Wish, make
from dondoc.reports.report import OFFICE_PROGRESS, ReportPeriod
from dondoc.reports.wording import head_lines
from dondoc.rules.events import LOCAL, Event
from dondoc.rules.law import Law
from dondoc.storage.archived import archived_counts
from dondoc.storage.database import Store, open_store
from dondoc.storage.moving.archiving import Filed, Went, closed_streams, take_away
from dondoc.storage.moving.arriving import Arrival
from dondoc.storage.moving.log import LoggedEvent
from dondoc.storage.new_events import NewEvent, Outcome
from dondoc.storage.questions.figures import figures
from dondoc.storage.secrecy.remains import redact_untold
from dondoc.storage.taking_in import record
from dondoc.storage.transaction import Transaction
from support.office import DONE, NOON, TODAY, Told, backfill, fill_office, task
from support.stores import SINCE, count, state
from support.stories import law

BEFORE = date(2025, 12, 1)
CANARY = "con chim hoàng yến"
AFTER = datetime(2026, 3, 20, 13, tzinfo=LOCAL)


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    opened = open_store(f"sqlite:///{tmp_path_factory.mktemp('filled') / 'dondoc.db'}")
    opened.migrate(SINCE)
    yield fill(opened)
    opened.close()


@pytest.fixture
def office(filled: Store, tmp_path: Path) -> Iterator[Store]:
    """A copy of the office; on SQLite."""
    filled.backup(tmp_path / "office.db")
    opened = open_store(f"sqlite:///{tmp_path / 'office.db'}")
    yield opened
    opened.close()


@pytest.fixture
def either(store: Store) -> Store:
    """The office on each kind of database."""
    return fill(store)


def fill(store: Store) -> Store:
    fill_office(store)
    backfill(store)
    done = ("2025-07-08", DONE, {"note": CANARY})
    accepted: Told = ("2025-06-03", "task.accepted", {})
    task(store, "told", "2025-06-02", "2025-07-10", accepted, done, content=CANARY, officer=CANARY)
    return store


def archive(store: Store, *, whole: bool, before: date = BEFORE) -> list[str]:
    """The lines of the archive."""
    header = Header("an-archive", ARCHIVE, "0", NOON.isoformat(), 0, before=before, rows=whole)
    lines = store.read(
        lambda tx: list(
            lines_of_archive(
                tx, header, [row for row, _, _ in closed_streams(tx, before, whole=whole)]
            )
        )
    )
    return [line.decode().rstrip("\n") for line in lines]


def filed(lines: list[str]) -> list[Filed]:
    reading = ExportReading("archive")
    reading.header(lines[0])
    return list(streams_filed(lines_between(reading, enumerate(lines, 1))))


def remove(store: Store, streams: Iterable[Filed], *, whole: bool) -> dict[Went, int]:
    return dict(take_away(store, law(), list(streams), BEFORE, AFTER, whole=whole))


def restore(store: Store, lines: list[str]) -> Taken:
    reading = ExportReading("archive")
    header = reading.header(lines[0])
    items = lines_between(reading, enumerate(lines, 1))
    return take_in(store, law(), Limits(), header, items)


def late(document: str, day: str = "2026-03-20") -> NewEvent:
    at = datetime.fromisoformat(f"{day}T10:00:00+07:00")
    data = {"task_id": "T1", "body": "PYT", "status": "in_progress"}
    event = Event("/hscv", f"late {document}", "task.progress", document, at, None, data, at.date())
    body = json.dumps(data).encode()
    return NewEvent(event, (f"document:{document}",), body, structured=False, sha256=body)


def without_words(rows: dict[str, list[Any]]) -> dict[str, list[Any]]:
    """*rows* without abstract, content and whether a body is whole."""
    blank = {"stream": 2, "task": 2, "event": 6}
    return {
        table: sorted(
            (tuple(v for place, v in enumerate(row) if place != blank.get(table)) for row in found),
            key=repr,
        )
        for table, found in rows.items()
    }


def everything(store: Store) -> str:
    tables = ("event", "stream", "task", "reminder", "outbox", "archived_stream")
    return str(
        store.read(lambda tx: [tx.rows(f"SELECT * FROM {table}") for table in tables])
    ) + str(
        store.read(lambda tx: [bytes(b).decode() for (b,) in tx.rows("SELECT body FROM event")])
    )


def test_only_what_is_over_is_archived(office: Store) -> None:
    found = office.read(lambda tx: [key for _, key, _ in closed_streams(tx, BEFORE, whole=True)])
    assert sorted(found) == sorted([*(f"document:old-{n}" for n in range(20)), "document:told"])
    assert office.read(lambda tx: list(closed_streams(tx, date(2025, 6, 1), whole=False))) == []


def test_without_words_everything_that_is_owed_stays(either: Store) -> None:
    before, counted = state(either), either.read(lambda tx: figures(tx, law(), TODAY))
    lines = archive(either, whole=False)
    assert any(CANARY in line for line in lines)
    assert CANARY in everything(either)
    assert remove(either, filed(lines), whole=False) == {Went.GONE: 21, Went.BEFORE: 0}
    assert CANARY not in everything(either)
    assert without_words(state(either)) == without_words(before)
    assert either.read(lambda tx: figures(tx, law(), TODAY)) == counted
    assert remove(either, filed(lines), whole=False)[Went.BEFORE] == 21
    assert either.read(lambda tx: list(closed_streams(tx, BEFORE, whole=False))) == []
    assert either.overwrite(("event", "task", "stream")) == [] or either.name.startswith("postgres")


def test_a_late_event_of_a_wordless_subject_works_as_before(office: Store) -> None:
    remove(office, filed(archive(office, whole=False)), whole=False)
    assert record(office, law(), [late("told")], AFTER) == [Outcome.STORED]
    assert "document:told" not in {
        key for _, key, _ in office.read(lambda tx: list(closed_streams(tx, BEFORE, whole=False)))
    }


def test_rows_go_and_their_counts_and_figures_stay(either: Store) -> None:
    counted = either.read(lambda tx: figures(tx, law(), TODAY))
    ((closed,),) = either.read(
        lambda tx: tx.rows(
            "SELECT COUNT(*) FROM obligation o JOIN stream s ON s.id = o.stream_id"
            " WHERE substr(s.key, 10, 4) IN ('old-', 'told')"
        )
    )
    lines = archive(either, whole=True)
    assert remove(either, filed(lines), whole=True)[Went.GONE] == 21
    assert CANARY not in everything(either)
    assert "told" not in everything(either)
    counts = either.read(archived_counts)
    assert sum(each[4] for each in counts) == closed > 21
    assert {each[3] for each in counts} >= {"on_time", "late"}
    assert either.read(lambda tx: figures(tx, law(), TODAY)) == counted


@pytest.mark.parametrize("whole", [True, False])
def test_what_a_mail_server_said_of_its_letters_goes(office: Store, whole: bool) -> None:
    def told(tx: Transaction) -> None:
        tx.run(
            "INSERT INTO mailing (message_id, body, day, kind, state, joined, attempts,"
            " next_attempt_at, answer, recorded_at, ended_at)"
            " VALUES ('<a>', 'VP', '2025-07-07', 'single', 'sent', 0, 1, 1, %s, 1, 2)",
            CANARY,
        )
        tx.run(
            "INSERT INTO mailing_line (reminder, obligation, stream_id, body, role, step, target,"
            " recorded_at, over_limit, mailing) SELECT 'r', 'o', id, 'VP', 'office', 'overdue', '',"
            " 1, %s, '<a>' FROM stream WHERE key='document:told'",
            False,
        )

    office.transact(told)
    remove(office, filed(archive(office, whole=whole)), whole=whole)
    assert office.read(lambda tx: tx.rows("SELECT answer FROM mailing")) == [(None,)]


def test_a_report_says_how_much_of_its_period_is_archived_and_counts_it_again_once_restored(
    either: Store,
) -> None:
    lines = archive(either, whole=True)
    period = ReportPeriod("", date(2025, 1, 1), TODAY)
    wish = Wish(OFFICE_PROGRESS, period, TODAY, AFTER)
    before = either.read(lambda tx: make(tx, law(), wish))
    assert before.archived == 0
    remove(either, filed(lines), whole=True)
    after = either.read(lambda tx: make(tx, law(), wish))
    assert after.archived == sum(each[4] for each in either.read(archived_counts))
    assert after.figures != before.figures
    assert f"không gồm {after.archived} nghĩa vụ" in "\n".join(head_lines(after))
    earlier = replace(wish, period=ReportPeriod("2026-03", date(2026, 3, 1), TODAY))
    assert either.read(lambda tx: make(tx, law(), earlier)).archived == 0
    restore(either, lines)
    assert either.read(lambda tx: make(tx, law(), wish)).figures == before.figures


def test_a_late_event_of_an_archived_subject_is_refused_until_it_is_restored(
    either: Store,
) -> None:
    before = state(either)
    lines = archive(either, whole=True)
    remove(either, filed(lines), whole=True)
    assert record(either, law(), [late("told")], AFTER) == [Outcome.ARCHIVED]
    assert "told" not in everything(either)
    assert restore(either, lines).outcomes[Outcome.STORED] > 60
    assert state(either) == before
    assert either.read(archived_counts) == []
    assert count(either, "archived_stream") == 0
    assert record(either, law(), [late("told")], AFTER) == [Outcome.STORED]


def test_a_fault_of_ours_on_one_subject_is_told_with_its_lines_and_the_rest_goes_on(
    office: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = archive(office, whole=True)
    remove(office, filed(lines), whole=True)
    project = Law.project

    def faulty(law: Law, stream: str, *rest: Any) -> Any:
        if stream == "document:told":
            raise ZeroDivisionError(CANARY)
        return project(law, stream, *rest)

    monkeypatch.setattr(Law, "project", faulty)
    taken = restore(office, lines)
    assert taken.outcomes[Outcome.STORED] > 50
    assert taken.refused
    for _, reason in taken.refused:
        assert reason.startswith("dondoc could not process it: ZeroDivisionError at ")
        assert CANARY not in reason


def test_what_moved_on_after_it_was_filed_stays_as_it_is(office: Store) -> None:
    lines = archive(office, whole=True)
    assert record(office, law(), [late("told")], AFTER) == [Outcome.STORED]
    before = everything(office)
    assert CANARY in before
    assert remove(office, filed(lines), whole=True) == {
        Went.GONE: 20,
        Went.BEFORE: 0,
        Went.MOVED_ON: 1,
    }
    assert CANARY in everything(office)


LATER_ODD = (
    "UPDATE stream SET flags='[\"x\"]' WHERE key='document:told'",
    "UPDATE stream SET missing='[\"x\"]' WHERE key='document:told'",
)
"""What keeps the rows of a subject and not its words."""
LATER_OPEN = (
    "UPDATE stream SET next_opening='2026-12-01' WHERE key='document:told'",
    (
        "UPDATE task SET done_on=NULL, ended_on=NULL WHERE stream_id=(SELECT id FROM stream"
        " WHERE key='document:told')"
    ),
    (
        "INSERT INTO event_stream (stream_id, event) SELECT (SELECT id FROM stream"
        " WHERE key='document:told'), MIN(id) FROM event"
    ),
)


@pytest.mark.parametrize(
    ("change", "whole"),
    [
        *((change, True) for change in (*LATER_ODD, *LATER_OPEN)),
        *((change, False) for change in LATER_OPEN),
    ],
)
def test_what_is_no_longer_over_for_any_reason_stays_when_an_archive_is_taken_up_again(
    office: Store, change: str, whole: bool
) -> None:
    lines = archive(office, whole=whole)
    office.transact(lambda tx: tx.run(change))
    before = everything(office)
    gone = remove(office, filed(lines), whole=whole)
    assert (gone[Went.GONE], gone[Went.MOVED_ON]) == (20, 1)
    assert CANARY in before
    assert CANARY in everything(office)


def test_an_archived_subject_that_becomes_secret_is_known_by_its_names(office: Store) -> None:
    lines = archive(office, whole=True)
    ((symbol,),) = office.read(
        lambda tx: tx.rows("SELECT symbol FROM stream WHERE key='document:told'")
    )
    remove(office, filed(lines), whole=True)
    quote = {"from_body": "PYT", "about_body": "VP", "content": f"như {symbol} {CANARY}"}
    at = datetime(2026, 3, 20, 10, tzinfo=LOCAL)
    event = Event("/hscv", "f", "feedback.received", "P-1", at, None, quote, at.date())
    body = json.dumps(quote, ensure_ascii=False).encode()
    new = NewEvent(event, ("feedback:P-1",), body, structured=False, sha256=b"f")
    assert record(office, law(), [new], AFTER) == [Outcome.STORED]
    redact_untold(office, law(), {"document:told": "mat"}, AFTER)
    assert CANARY not in everything(office)
    assert count(office, "archived_stream") == 20
    taken = restore(office, lines)
    assert taken.outcomes[Outcome.REDACTED] > 0
    assert CANARY not in everything(office)


@pytest.mark.parametrize("whole", [True, False])
def test_a_removal_that_is_stopped_between_two_transactions_is_done_by_the_next(
    office: Store, whole: bool
) -> None:
    streams = filed(archive(office, whole=whole))
    remove(office, streams[:7], whole=whole)
    again = remove(office, streams, whole=whole)
    assert (again[Went.GONE], again[Went.BEFORE]) == (14, 7)


def test_an_event_in_a_file_is_what_was_stored(office: Store, tmp_path: Path) -> None:
    logged: list[LoggedEvent] = []
    reading = ExportReading("archive")
    lines = archive(office, whole=True)
    reading.header(lines[0])
    for _, kind, told in lines_between(reading, enumerate(lines, 1)):
        if kind == "event":
            logged.append(told.logged)
    stored = office.read(lambda tx: tx.rows("SELECT source, event_id, body, sha256 FROM event"))
    known = {(source, id_): (bytes(body), bytes(sha)) for source, id_, body, sha in stored}
    assert all(known[each.source, each.id] == (each.body, each.sha256) for each in logged)


def tell(store: Store) -> None:
    """Have what is told of the subject *told* stand in a reminder that was sent and in a snooze."""
    of_told = "FROM obligation WHERE id=(SELECT MIN(o.id) FROM obligation o"
    of_told += " JOIN stream s ON s.id = o.stream_id WHERE s.key='document:told')"

    def work(tx: Transaction) -> None:
        tx.run(
            "INSERT INTO reminder (stream_id, obligation, step, target, occurrence, role, body,"
            " decided_at, words, published_at)"
            f" SELECT stream_id, id, 'overdue', '2025-07-10', 1, role, body, 1, %s, 2 {of_told}",
            CANARY,
        )
        tx.run(
            "INSERT INTO snooze (stream_id, obligation, until, reason, decided_by, decided_at)"
            f" SELECT stream_id, id, '2025-07-10', %s, 'an', 1 {of_told}",
            CANARY,
        )
        tx.run(
            "INSERT INTO former_deadline (stream_id, obligation, due, regulation, until)"
            f" SELECT stream_id, id, '2025-07-10', 'r', '2025-07-10' {of_told}"
        )

    store.transact(work)


def told_of(store: Store) -> list[tuple[str, str | None, str | None]]:
    """Where each reminder, snooze and former deadline stands, with its words."""

    def read(tx: Transaction) -> list[tuple[str, str | None, str | None]]:
        words = {"reminder": "words", "snooze": "reason", "former_deadline": "NULL"}
        return [
            (table, key, said)
            for table, column in words.items()
            for key, said in tx.rows(
                f"SELECT s.key, {column} FROM {table} t LEFT JOIN stream s ON s.id = t.stream_id"
            )
        ]

    return store.read(read)


WHERE_IT_BELONGS = [
    ("reminder", "document:told", CANARY),
    ("snooze", "document:told", CANARY),
    ("former_deadline", "document:told", None),
]


def test_an_export_of_all_brings_back_no_word_of_what_was_archived_since(either: Store) -> None:
    tell(either)
    whole = either.read(lambda tx: list(lines_of_all(tx, "all", "0", NOON.isoformat())))
    lines = archive(either, whole=True)
    remove(either, filed(lines), whole=True)
    assert told_of(either) == []
    taken = restore(either, [line.decode().rstrip("\n") for line in whole])
    assert taken.refused
    assert told_of(either) == []
    assert "told" not in everything(either)
    assert restore(either, lines).outcomes[Outcome.STORED] > 60
    assert told_of(either) == WHERE_IT_BELONGS


def test_a_late_event_while_an_archive_comes_back_puts_no_word_where_a_redaction_leaves_it(
    either: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    tell(either)
    lines = archive(either, whole=True)
    remove(either, filed(lines), whole=True)
    come: list[Outcome] = []

    def between(method: str) -> None:
        """Have a late event come before each call of *method*."""
        original = getattr(Arrival, method)

        def with_a_late_event(self: Arrival, *rest: Any) -> Any:
            come.extend(record(either, law(), [late("told")], AFTER))
            return original(self, *rest)

        monkeypatch.setattr(Arrival, method, with_a_late_event)

    between("take_events")
    between("take")
    restore(either, lines)
    assert come[0] is Outcome.ARCHIVED
    assert told_of(either) == WHERE_IT_BELONGS
    redact_untold(either, law(), {"document:told": "mat"}, AFTER)
    assert told_of(either) == []
    assert restore(either, lines).outcomes[Outcome.REDACTED] > 0
    assert told_of(either) == []


def test_a_restore_that_is_stopped_anywhere_leaves_every_word_at_its_subject(
    either: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    tell(either)
    lines = archive(either, whole=True)
    remove(either, filed(lines), whole=True)

    def stop(*_: Any) -> None:
        raise KeyboardInterrupt

    for method in ("take", "take_events"):
        with monkeypatch.context() as patched:
            patched.setattr(Arrival, method, stop)
            with pytest.raises(KeyboardInterrupt):
                restore(either, lines)
        assert set(told_of(either)) <= set(WHERE_IT_BELONGS)
    restore(either, lines)
    assert told_of(either) == WHERE_IT_BELONGS


def test_an_archive_of_before_with_its_reminders_first_comes_back_as_one_of_now(
    either: Store,
) -> None:
    tell(either)
    lines = archive(either, whole=True)
    remove(either, filed(lines), whole=True)
    reading = ExportReading("archive")
    header = reading.header(lines[0])
    items = sorted(lines_between(reading, enumerate(lines, 1)), key=lambda item: item[1] == "event")
    numbered = [(number, kind, told) for number, (_, kind, told) in enumerate(items, 2)]
    assert numbered[0][1] != "event"
    taken = take_in(either, law(), Limits(), header, numbered)
    assert (taken.number, taken.refused) == (len(items), [])
    assert told_of(either) == WHERE_IT_BELONGS


def test_words_of_a_subject_come_no_sooner_than_what_finds_quotes_in_them(either: Store) -> None:
    tell(either)
    whole = either.read(lambda tx: list(lines_of_all(tx, "all", "0", NOON.isoformat())))
    remove(either, filed(archive(either, whole=True)), whole=True)
    # As if it had never been here: only the export tells of it.
    either.transact(lambda tx: tx.run("DELETE FROM archived_stream"))
    assert restore(either, [line.decode().rstrip("\n") for line in whole]).refused == []
    assert [each for each in told_of(either) if each[0] == "reminder"] == [
        ("reminder", "document:told", None)
    ]
