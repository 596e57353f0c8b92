"""What is told of work whose commit went unheard is what that work did, not what doing it once more
found."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from dondoc.cli import main
from dondoc.commands.assembly.operator import migrated
from dondoc.storage.advancing import advance
from dondoc.storage.database import Store, open_store
from dondoc.storage.mailings import MailingState
from dondoc.storage.moving.archiving import Went, take_away
from dondoc.storage.new_events import Outcome
from dondoc.storage.reprocessing import is_settled, take_back
from dondoc.storage.scheduling import tick
from dondoc.storage.secrecy.remains import Listed, redact_listed
from dondoc.storage.taking_in import record
from support.archiving import filed_of, nothing_missing
from support.plain_law import PlainLaw, assigned, issued
from support.reminding import texts
from support.reminding_law import LAW as REMINDING
from support.stores import SINCE, count
from support.unheard import unheard_each

NOW = datetime(2026, 3, 20, 3, tzinfo=UTC)
LAW = PlainLaw()


@pytest.fixture
def today(store: Store) -> Store:
    is_settled(store, LAW)
    advance(store, LAW, date(2026, 3, 20))
    return store


def test_what_a_batch_stored_is_told_as_stored(
    today: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert record(today, LAW, [issued("D1")], NOW) == [Outcome.STORED]
    batch = [issued("D1"), issued("D2"), assigned("D2", "T"), issued("D2")]
    batch.append(assigned("D2", "T", due_on="2026-03-27"))
    with monkeypatch.context() as patch:
        seen = unheard_each(today, patch)
        outcomes = record(today, LAW, batch, NOW)
    assert len(seen) == 1
    stored, duplicate = Outcome.STORED, Outcome.DUPLICATE
    assert outcomes == [duplicate, stored, stored, duplicate, Outcome.CONFLICT]
    assert record(today, LAW, batch[:4], NOW) == [duplicate] * 4
    assert count(today, "event") == 3


@pytest.mark.parametrize("whole", [True, False])
def test_what_an_archive_took_away_is_told_as_gone_now(
    today: Store, monkeypatch: pytest.MonkeyPatch, whole: bool
) -> None:
    record(today, LAW, [issued(f"D{n}") for n in range(5)], NOW)
    today.transact(nothing_missing)
    first, *rest = today.read(lambda tx: filed_of(tx, [f"document:D{n}" for n in range(5)]))
    day, after = date(2026, 6, 1), NOW + timedelta(days=200)
    take_away(today, LAW, [first], day, after, whole=whole)
    with monkeypatch.context() as patch:
        assert unheard_each(today, patch) == []
        went = take_away(today, LAW, [first, *rest], day, after, whole=whole)
    assert (went[Went.GONE], went[Went.BEFORE], went[Went.MOVED_ON]) == (4, 1, 0)
    again = take_away(today, LAW, [first, *rest], day, after, whole=whole)
    assert (again[Went.GONE], again[Went.BEFORE]) == (0, 5)


def reminding(store: Store) -> None:
    """Thirty tasks to remind of, which is more than one transaction decides about."""
    advance(store, REMINDING, date(2026, 3, 16))
    for n in range(30):
        record(store, REMINDING, [issued(f"D{n}"), assigned(f"D{n}", f"D{n}-1")], NOW)


def test_a_pass_tells_how_many_reminders_it_entered_and_a_day_that_goes_back_which_it_took(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    reminding(store)
    at = datetime(2026, 3, 19, 9, tzinfo=UTC) - timedelta(hours=7)
    with monkeypatch.context() as patch:
        unheard_each(store, patch)
        written = tick(store, REMINDING, texts(), at)
    assert written == count(store, "reminder") > 25
    waiting = count(store, "outbox")
    with monkeypatch.context() as patch:
        unheard_each(store, patch)
        taken = list(take_back(store, date(2026, 3, 19), dry_run=False))
    assert len({each.id for each in taken}) == len(taken) == waiting
    assert count(store, "outbox") == 0


def test_a_migration_tells_what_it_applied(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with closing(open_store(database_url)) as opened:
        with monkeypatch.context() as patch:
            unheard_each(opened, patch)
            applied = migrated(opened, SINCE)
        assert len(applied) > 20
        assert migrated(opened, SINCE) == []


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """A database beside sound settings, in the directory of the test."""
    monkeypatch.chdir(tmp_path)
    Path("dondoc.toml").write_text(
        '[broker]\nurl = "amqp://127.0.0.1:1/"\n'
        '[tracking]\nsince = 2026-01-01\nbodies = "sample"\n',
        "utf-8",
    )
    with closing(open_store("sqlite:///dondoc.db")) as opened:
        opened.migrate(date(2026, 1, 1))
        yield opened


@pytest.fixture
def unheard(monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    """Runs a command of which no commit is answered at once; gives what it says."""

    def run(*words: str) -> str:
        with monkeypatch.context() as patch:
            assert unheard_each(None, patch) == []
            done = CliRunner().invoke(main, ["--lang=en", *words])
        assert done.exit_code == 0, done.output
        return done.output

    return run


def test_a_redaction_that_was_lifted_is_told_as_lifted(
    here: Store, unheard: Callable[..., str]
) -> None:
    redact_listed(here, LAW, [Listed("document:D1", "mat", NOW)])
    assert "again" in unheard("purge", "D1", "--lift")
    assert count(here, "redaction") == 0
    again = CliRunner().invoke(main, ["--lang=en", "purge", "D1", "--lift"])
    assert again.exit_code == 1
    assert "is not redacted" in again.output
    assert trail(here, "purge lift") == [(1, "done")]


def test_letters_that_go_again_are_counted(here: Store, unheard: Callable[..., str]) -> None:
    for n in range(3):
        here.transact(
            lambda tx, n=n: tx.run(  # type: ignore[misc]
                "INSERT INTO mailing (message_id, body, day, kind, state, joined, attempts,"
                " next_attempt_at, recorded_at, ended_at)"
                " VALUES (%s, 'VP', '2026-03-31', 'digest', %s, 0, 1, 1, 1, 2)",
                f"<{n}@list>",
                MailingState.REFUSED,
            )
        )
    assert unheard("mail", "retry", "--all").startswith("3 ")
    assert trail(here, "mail retry") == [(3, "done")]


def trail(store: Store, act: str) -> list[tuple[int | None, str]]:
    return store.read(lambda tx: tx.rows("SELECT number, outcome FROM audit WHERE act=%s", act))
