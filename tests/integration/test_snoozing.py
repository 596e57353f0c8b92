"""`dondoc snooze` as somebody of the office types it, with the clock set to a Monday in March."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import click
import pytest
from click.testing import CliRunner
from dondoc.cli import main
from dondoc.commands import list as listing
from dondoc.commands import remind, show, snooze
from dondoc.commands.assembly.application import Application
from dondoc.commands.assembly.loading import load_texts
from dondoc.commands.assembly.settings import Settings
from dondoc.commands.terminal import finding_obligation
from dondoc.reports.making.making import Wish, make
from dondoc.reports.periods import days
from dondoc.reports.report import BODY_PROGRESS
from dondoc.reports.site.gathering import gather
from dondoc.rules.events import LOCAL
from dondoc.storage.advancing import advance
from dondoc.storage.database import Store
from dondoc.storage.questions.filtering import Filter
from support.office import DONE, ISSUED, TASK, task, tell
from support.stories import law
from support.unheard import unheard_each

NOW = datetime(2026, 3, 16, 9, 0, tzinfo=LOCAL)
TODAY = NOW.date()
WHY = "đã hẹn nộp thứ Sáu"

Run = Callable[..., str]


@pytest.fixture
def application(store: Store, monkeypatch: pytest.MonkeyPatch) -> Application:
    """A database with a task that is due on 27/3, one of two tasks, one that is done, one that was
    due, and one without a date."""
    advance(store, law(), TODAY)
    task(store, "VB-1", "2026-03-02", "2026-03-27")
    two = ("2026-03-02", ISSUED, {"symbol": "15/KH-UBND", "task_count": 2})
    given = [("2026-03-02", TASK, {"task_id": f"VB-2-{n}", "due_on": "2026-03-30"}) for n in (1, 2)]
    tell(store, "VB-2", two, *given)
    task(store, "VB-3", "2026-03-02", "2026-03-13", ("2026-03-12", DONE, {}))
    task(store, "VB-4", "2026-03-02", "2026-03-11")
    task(store, "VB-5", "2026-03-02", None)
    made = Application(Settings(), store, law(), None)
    for module in (snooze, listing, show, remind):
        monkeypatch.setattr(module, "open_application", lambda *_: made)
    monkeypatch.setattr(snooze, "now", lambda: NOW)
    monkeypatch.setattr(snooze, "today", lambda: TODAY)
    return made


@pytest.fixture
def run(application: Application) -> Run:
    def invoked(*words: str, code: int = 0) -> str:
        done = CliRunner(env={"LANG": "C.UTF-8", "COLUMNS": "200"}).invoke(
            main, ["--lang", "en", *words]
        )
        assert done.exit_code == code, done.output
        return done.output

    return invoked


def execution(application: Application, subject: str) -> str:
    rule = "open_execution" if subject == "VB-5" else "execution"
    (row,) = listing.obligations(application, TODAY, Filter(subject=subject, rule=rule))
    return str(row["id"])


def rows(run: Run, *words: str) -> Any:
    return json.loads(run(*words, "--format", "json"))


def test_what_is_snoozed_is_shown_everywhere_with_who_and_why(
    run: Run, application: Application
) -> None:
    id_ = execution(application, "VB-1")
    said = run("snooze", id_[:12], "--until", "2026-03-20", "--reason", WHY)
    assert said.startswith("No reminders up to and including 2026-03-20: ")
    (kept,) = rows(run, "snooze", "list")
    who = kept["by"]
    assert (kept["obligation"], kept["until"], kept["reason"]) == (id_, "2026-03-20", WHY)
    assert kept["state"] == "active"
    assert WHY in run("snooze", "list")
    (row,) = [r for r in rows(run, "list", "--as-of", "2026-03-16") if r["id"] == id_]
    assert (row["snoozed_until"], row["snoozed_by"]) == ("2026-03-20", who)
    assert row["snooze_reason"] == WHY
    (later,) = [r for r in rows(run, "list", "--as-of", "2026-03-21") if r["id"] == id_]
    assert later["snoozed_until"] is None
    told = [r["detail"] for r in rows(run, "show", "VB-1") if r["what"] == "execution is snoozed"]
    assert told == [f"until 2026-03-20 by {who}: {WHY}"]
    seen = run("remind", "--as-of", "2026-03-20T10:00+07:00", "--format", "csv")
    assert f"it is snoozed: {WHY}" in seen


def test_reports_and_pages_say_who_put_off_what_and_why_and_hide_nothing(
    run: Run, application: Application
) -> None:
    month = days(date(2026, 3, 1), date(2026, 3, 31))
    at = datetime(2099, 1, 1, tzinfo=LOCAL)
    wish = Wish(BODY_PROGRESS, month, TODAY, at)
    before = application.store.read(lambda tx: make(tx, law(), wish))
    run("snooze", execution(application, "VB-1"), "--until", "2026-03-20", "--reason", WHY)
    after = application.store.read(lambda tx: make(tx, law(), wish))
    (table,) = [each for each in after.tables if each.key == "snoozes"]
    keys = [column.key for column in table.columns]
    (row,) = [dict(zip(keys, cells, strict=True)) for cells in table.rows]
    assert (row["snoozed_until"], row["snooze_reason"]) == (date(2026, 3, 20), WHY)
    assert row["snoozed_by"]
    assert after.figures == before.figures
    assert before.tables
    assert [each for each in after.tables if each.key != "snoozes"] == [*before.tables]
    unit = application.store.read(lambda tx: gather(tx, law(), load_texts(), TODAY)).unit
    told = [item.snoozed for item in unit.soon if item.snoozed]
    assert told == [f"Hoãn nhắc đến hết ngày 20/03/2026 ({row['snoozed_by']}): {WHY}"]


def test_one_whose_commits_went_unheard_is_told_as_it_was_done(
    run: Run, application: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    id_ = execution(application, "VB-1")
    with monkeypatch.context() as patch:
        seen = unheard_each(application.store, patch)
        first = run("snooze", id_, "--until", "2026-03-20", "--reason", WHY)
    assert seen
    assert first.startswith("No reminders up to and including 2026-03-20: ")
    (kept,) = rows(run, "snooze", "list", "--all")
    assert kept["state"] == "active"
    with monkeypatch.context() as patch:
        unheard_each(application.store, patch)
        assert run("snooze", id_, "--lift").startswith("Reminders go out again: ")
    assert "it is not snoozed: " in run("snooze", id_, "--lift", code=1)
    entered = application.store.read(
        lambda tx: tx.rows("SELECT act, outcome FROM audit ORDER BY id")
    )
    assert entered == [("snooze", "done"), ("snooze lift", "done")]


def test_it_is_lifted_once_and_still_told(run: Run, application: Application) -> None:
    id_ = execution(application, "VB-1")
    run("snooze", id_, "--until", "2026-03-20", "--reason", WHY)
    assert run("snooze", id_, "--lift").startswith("Reminders go out again: ")
    assert rows(run, "snooze", "list") == []
    (kept,) = rows(run, "snooze", "list", "--all")
    assert (kept["state"], kept["lifted_by"]) == ("lifted", kept["by"])
    assert "it is not snoozed: " in run("snooze", id_, "--lift", code=1)
    acts = application.store.read(
        lambda tx: tx.rows("SELECT act, subject, number FROM audit ORDER BY id")
    )
    assert acts == [("snooze", "document:VB-1", 1), ("snooze lift", "document:VB-1", 1)]


@pytest.mark.parametrize(
    ("subject", "until", "reason", "problem"),
    [
        ("VB-1", "2026-03-15", WHY, "2026-03-15 is over"),
        ("VB-1", "2026-03-28", WHY, "2026-03-28 is after the due date, 2026-03-27"),
        ("VB-1", "2026-03-19", WHY, "no reminder that could wait would go out up to 2026-03-19"),
        ("VB-3", "2026-03-20", WHY, "it is closed since 2026-03-12"),
        ("VB-4", "2026-03-20", WHY, "it was due on 2026-03-11"),
        ("VB-5", "2026-03-20", WHY, "it has no due date"),
        ("VB-1", "2026-03-20", "", "the reason has to be some words on one line"),
        ("VB-1", "2026-03-20", "x" * 10_000, "of at most 300 characters"),
        ("VB-1", "2026-03-20", "a\x1b[31mb", "all of which can be seen"),
        ("VB-1", "2026-03-20", "a\nb", "some words on one line"),
    ],
)
def test_what_can_have_no_effect_is_refused_in_one_line(
    run: Run, application: Application, subject: str, until: str, reason: str, problem: str
) -> None:
    id_ = execution(application, subject)
    said = run("snooze", id_, "--until", until, "--reason", reason, code=1)
    assert problem in said
    assert len(said.splitlines()) == 1
    assert rows(run, "snooze", "list", "--all") == []


def test_an_unknown_obligation_and_a_document_with_nothing_open_are_refused(run: Run) -> None:
    words = ("--until", "2026-03-20", "--reason", WHY)
    assert "no obligation 'zzz'" in run("snooze", "zzz", *words, code=1)


def test_a_line_that_lacks_something_says_what(run: Run, application: Application) -> None:
    id_ = execution(application, "VB-1")
    for words in ((), ("--until", "2026-03-20"), ("--reason", WHY)):
        assert "say --until which day, and --reason why" in run("snooze", id_, *words, code=2)
    said = run("snooze", id_, "--lift", "--until", "2026-03-20", code=2)
    assert "--lift has neither" in said


def test_a_document_names_the_one_that_is_open_and_of_several_all_are_told(
    run: Run, application: Application
) -> None:
    words = ("--until", "2026-03-27", "--reason", WHY)
    told = run("snooze", "15/kh-ubnd", *words, code=1)
    assert "obligations of '15/kh-ubnd' are open; name one by its id: " in told
    assert len(told.splitlines()) == 1
    open_ = listing.obligations(application, TODAY, Filter(subject="VB-2", state="open"))
    assert all(row["id"][:8] in told for row in open_)


def test_a_person_at_a_terminal_is_asked_which(
    run: Run, application: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    for stream in (sys.stdin, sys.stderr):
        monkeypatch.setattr(type(stream), "isatty", lambda _: True, raising=False)
    monkeypatch.setattr(click, "prompt", lambda *_, **__: 1)
    found = finding_obligation.find_obligation(application, "VB-2", date(2026, 3, 16))
    assert found.subject == "VB-2"
