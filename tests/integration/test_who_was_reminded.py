"""`dondoc reminders` tells who was reminded, when, of what, in which words, and what came of it."""

from __future__ import annotations

import csv
import io
import json
import time
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from dondoc.cli import main
from dondoc.commands.assembly.loading import load_texts
from dondoc.rules.events import LOCAL
from dondoc.storage import outbox
from dondoc.storage.database import Store, open_store
from dondoc.storage.questions.reminders import WantedReminders, reminders
from dondoc.storage.scheduling import let_time_pass
from support.office import ISSUED, TASK, tell
from support.stories import law

SINCE = date(2026, 1, 1)
FRIDAY = datetime(2026, 3, 20, 9, 0, tzinfo=LOCAL)
MONDAY = FRIDAY + timedelta(days=3)
HOSTILE = "\x1b]0;owned\x07\u202e=cmd()🧨 " + "dài " * 2000


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a database: two documents, one of them with a hostile text, reminded of on a
    Friday, which the broker has confirmed, and on the Monday after, which waits."""
    folder = tmp_path_factory.mktemp("reminded")
    folder.joinpath("dondoc.toml").write_text(
        '[database]\nurl = "sqlite:///dondoc.db"\n[tracking]\nbodies = "sample"\n', "utf-8"
    )
    store = open_store(f"sqlite:///{folder / 'dondoc.db'}")
    store.migrate(SINCE)
    for number, content in (("1", "Rà soát"), ("2", HOSTILE)):
        said = {"symbol": f"{number}5/CT-UBND", "abstract": content}
        charged = {"task_id": f"VB-{number}-1", "content": content, "due_on": "2026-03-18"}
        told = (("2026-03-02", ISSUED, said), ("2026-03-02", TASK, charged))
        tell(store, f"VB-{number}", *told)
    let_time_pass(store, law(), load_texts(), FRIDAY)
    held = outbox.lease(store, FRIDAY, 10_000, 60)
    ids = [each.id for each in held.messages]
    outbox.mark_published(store, held.token, ids, FRIDAY + timedelta(minutes=1))
    let_time_pass(store, law(), load_texts(), MONDAY)
    store.close()
    return folder


@pytest.fixture
def store(home: Path) -> Iterator[Store]:
    opened = open_store(f"sqlite:///{home / 'dondoc.db'}")
    yield opened
    opened.close()


@pytest.fixture(autouse=True)
def here(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(home)


def said(*line: str, code: int = 0, columns: int = 0) -> str:
    environment = {"COLUMNS": str(columns), "LANG": "C.UTF-8"}
    done = CliRunner(env=environment).invoke(main, line)
    assert done.exit_code == code, done.output
    return done.output


def rows(*line: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(said("reminders", *line, "--format", "json"))
    return found


def test_what_the_broker_confirmed_is_sent_and_the_rest_waits() -> None:
    found = rows()
    states = {(row["decided_at"][:10], row["state"]) for row in found}
    assert states == {("2026-03-20", "published"), ("2026-03-23", "waiting")}
    assert {row["published_at"] for row in found} == {None, "2026-03-20T09:01:00+07:00"}
    assert [row["id"] for row in found] == sorted((row["id"] for row in found), reverse=True)
    assert all(row["words"].startswith("Kính gửi: ") for row in found)


def test_a_reminder_in_a_relays_hands_is_on_its_way_until_the_lease_ends(store: Store) -> None:
    at = MONDAY + timedelta(minutes=1)
    held = outbox.lease(store, at, 1, 30)
    states = [
        [told.state for told in reminders(store, WantedReminders(), moment, None)].count(
            "on_its_way"
        )
        for moment in (at, at + timedelta(seconds=31))
    ]
    outbox.release(store, held.token, [each.id for each in held.messages])
    assert states == [1, 0]


def test_a_reminder_whose_relay_was_killed_before_it_published_waits(store: Store) -> None:
    """The lease of a process that is gone is all that is left of it."""
    outbox.lease(store, MONDAY, 1, 30)
    found = list(reminders(store, WantedReminders(), MONDAY + timedelta(hours=1), None))
    assert {told.state for told in found} == {"published", "waiting"}


@pytest.mark.parametrize(
    ("line", "kept"),
    [
        (("--subject", "15/CT-UBND"), lambda row: row["subject"] == "VB-1"),
        (("--subject", "VB-2"), lambda row: row["subject"] == "VB-2"),
        (("--from", "2026-03-21"), lambda row: row["decided_at"] > "2026-03-21"),
        (("--to", "20/03/2026"), lambda row: row["decided_at"] < "2026-03-21"),
        (("--from", "2026-03-24"), lambda row: False),
        (("--subject", "no such"), lambda row: False),
    ],
)
def test_a_filter_keeps_what_it_says(line: tuple[str, ...], kept: Any) -> None:
    assert rows(*line) == [row for row in rows() if kept(row)]


def test_bodies_steps_and_obligations_choose_too() -> None:
    everything = rows()
    for field in ("body", "step", "obligation"):
        for value in {row[field] for row in everything}:
            assert rows(f"--{field}", value) == [r for r in everything if r[field] == value]
    id_ = everything[0]["obligation"]
    assert rows("--obligation", id_[:12]) == [r for r in everything if r["obligation"] == id_]
    assert rows("--body", everything[0]["name"].lower()) == [
        r for r in everything if r["body"] == everything[0]["body"]
    ]


def test_one_reminder_is_shown_with_its_words() -> None:
    first = rows()[-1]
    shown = said("reminders", str(first["id"]))
    assert "sent 2026-03-20 09:01: the broker has confirmed it" in shown
    assert f"to {first['name']} ({first['body']})" in shown
    assert "".join(first["words"].split()) in "".join(shown.split())
    assert rows(str(first["id"])) == [first]
    assert "there is no reminder 999999" in said("reminders", "999999", code=1)
    assert "NUMBER alone" in said("reminders", "1", "--body", "VP", code=2)


def test_the_list_of_a_person_fits_80_columns_in_both_languages() -> None:
    for language in ("en", "vi"):
        for text in ([], ["--text"]):
            shown = said("reminders", "--lang", language, *text, columns=80)
            assert max(map(len, shown.splitlines())) <= 80, shown
            assert "15/CT-UBND" in shown
            assert "\x1b" not in shown
            assert "\u202e" not in shown


def test_a_person_is_told_that_there_are_more() -> None:
    everything = rows()
    shown = said("reminders", "--limit", "2")
    assert "The newest 2 are shown" in shown
    assert "The newest" not in said("reminders", "--limit", "0")
    assert len(rows("--limit", "2")) == 2
    assert "newest" not in said("reminders", "--limit", str(len(everything)))


def test_csv_has_every_row_and_no_formula() -> None:
    found = list(csv.DictReader(io.StringIO(said("reminders", "--format", "csv"))))
    assert [int(row["id"]) for row in found] == [row["id"] for row in rows()]
    assert not any(cell.startswith(("=", "+", "@")) for row in found for cell in row.values())


@pytest.mark.parametrize("command", ["reminders", "audit", "rejections list"])
def test_a_file_is_what_its_ending_says(home: Path, command: str) -> None:
    said(*command.split(), "--output", "told.json")
    assert isinstance(json.loads(home.joinpath("told.json").read_text("utf-8")), list)
    assert ".csv" in said(*command.split(), "--output", "told.xlsx", code=2)
    assert not home.joinpath("told.xlsx").exists()


def test_a_report_is_named_by_its_period() -> None:
    owed = [row for row in rows() if not row["symbol"]]
    assert owed
    told = [said("reminders", str(row["id"]), "--lang", "vi") for row in owed]
    heads = [each.splitlines()[0] for each in told]
    assert all("tháng" in head or "năm" in head for head in heads), heads


def test_nobody_in_the_directory_is_called_as_the_letter_calls_them() -> None:
    store = open_store("sqlite:///dondoc.db")
    let_time_pass(store, law(), load_texts(), MONDAY + timedelta(days=2))
    store.close()
    above = [row for row in rows() if row["role"] == "chairman"]
    assert above
    assert {row["name"] for row in above} == {row["body"] for row in above}
    for row in above:
        shown = said("reminders", str(row["id"]), "--lang", "vi")
        assert f"gửi Chủ tịch Ủy ban nhân dân ({row['body']})" in shown


def test_nothing_is_said_in_one_line_where_nobody_was_reminded() -> None:
    assert said("reminders", "--from", "2027-01-01") == (
        "Nobody was reminded of anything of the kind.\n"
    )
    assert rows("--from", "2027-01-01") == []


def test_a_pass_to_come_shows_its_words() -> None:
    moment = ("--as-of", "2026-03-25T09:00:00+07:00")
    shown = said("remind", *moment, "--text")
    would = json.loads(said("remind", *moment, "--text", "--format", "json"))
    sent = [row for row in would if row["send"]]
    assert sent
    assert shown.count("Kính gửi:") == len(sent) == sum(row["words"] is not None for row in would)
    assert "words" not in json.loads(said("remind", *moment, "--format", "json"))[0]
    assert "goes with --dry-run" in said("remind", "--text", code=2)


def test_a_pass_to_come_calls_nobody_by_a_code_whom_the_letter_calls_by_a_role() -> None:
    moment = ("--as-of", "2026-04-20T09:00:00+07:00", "--text")
    sent = [row for row in json.loads(said("remind", *moment, "--format", "json")) if row["send"]]
    above = {row["body"] for row in sent if row["role"] == "chairman"}
    assert above
    shown = said("remind", *moment, "--lang", "vi")
    assert all(f"gửi Chủ tịch Ủy ban nhân dân ({body})" in shown for body in above)


def test_a_million_reminders_are_listed_at_once(tmp_path: Path) -> None:
    """By their indexes: a page of the newest, of one body's, of one day's."""
    opened = open_store(f"sqlite:///{tmp_path / 'many.db'}")
    opened.migrate(SINCE)
    opened.transact(
        lambda tx: tx.run(
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200000)"
            " INSERT INTO reminder (stream_id, obligation, step, target, occurrence, role, body,"
            " decided_at, words) SELECT 1, 'o' || i, 'overdue', '', 1, 'obligor',"
            " 'B' || (i % 40), 1700000000000000 + i * 1000000, NULL FROM n"
        )
    )
    # By the processor's time, since other tests run beside this one.
    begun = time.thread_time()
    for wanted in (
        WantedReminders(),
        WantedReminders(body="B7"),
        WantedReminders(body="nobody"),
        WantedReminders(first=date(2023, 11, 16), last=date(2023, 11, 16)),
        WantedReminders(obligation="deadbeef"),
        WantedReminders(step="due_soon"),
    ):
        list(reminders(opened, wanted, FRIDAY, 50))
    assert time.thread_time() - begun < 0.1
    assert sum(1 for _ in reminders(opened, WantedReminders(body="B7"), FRIDAY, None)) == 5000
    opened.close()
