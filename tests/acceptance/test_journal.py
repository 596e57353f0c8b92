"""What a journal keeps of dondoc: no word of a document, whichever command spoke and on whichever
stream."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from typing import Any

import pytest
from acceptance.test_streams import ARGUMENTS, PLACES
from dondoc.cli import main
from dondoc.commands.assembly.clock import today
from dondoc.connector.transport import Fate, Outgoing, Publisher, parse_address
from dondoc.connector.transport.topology import topology
from dondoc.rules.event_types import EVENT_TYPES
from dondoc.rules.fields import Kind
from private_broker import PrivateBroker
from support.commands import TELLS_NOTHING, commands
from support.hscv import DATA, STRUCTURED, as_json, event
from support.installation import Installation
from support.pages import ROOT
from support.rabbitmq import VirtualHost, wait_until
from support.smtp_server import Letter, receiving

WORD = "CHIMYẾN"
"""Stands in every text of every event: whatever prints it prints a word of a document."""
QUIET = {
    **TELLS_NOTHING,
    "archive": "figures",
    "backup": "names of files and figures",
    "dead retry": "numbers and outcomes",
    "mail retry": "a number",
    "mail run": "a log without a word of a document",
    "purge": "what was typed, and figures",
    "replay": "figures, and of what is refused the line and the reason",
    "report site": "names of directories and figures",
    "reprocess": "who owes what by which day",
}
"""Commands that print no word of a document on either stream; what they print instead."""
SHOWN = {
    "audit": "reasons that operators typed",
    "dead list": "events that could not be taken in, for whoever has to mend them",
    "dead show": "the same, whole",
    "dialect try": "the events that come of the reader's own file",
    "explain": "the task that an obligation is about",
    "export": "the events themselves",
    "list": "the task that an obligation is about",
    "mail list": "what a mail server said",
    "mail show": "a letter",
    "reconcile": "symbols of documents that HSCV's list has not",
    "regulation try": "what the events of the reader's own file oblige to",
    "rejections list": "ids of events",
    "remind": "reminders as they would be sent",
    "reminders": "reminders as they were sent",
    "report body_progress": "the report",
    "report inspection_summary": "the report",
    "report office_progress": "the report",
    "show": "what HSCV has said of a document",
    "snooze": "the task that was put off",
    "snooze list": "the tasks that were put off, and why",
}
"""Commands that print words of documents on their standard output, to whoever asked for them; no
unit of systemd runs one. Their errors hold none."""


def worded(type_: str) -> dict[str, Any]:
    """Valid data of *type_* in which every text holds the word."""
    told = dict(DATA[type_])
    for name, field in EVENT_TYPES[type_].items():
        if field.kind in (Kind.TEXT, Kind.LINE) and isinstance(told.get(name), str):
            told[name] = f"{told[name]} {WORD}"
    return told


def stories() -> Iterator[bytes]:
    """Events of every type, and some that cannot be taken in."""
    for number, type_ in enumerate(sorted(EVENT_TYPES.keys() - {"document.secrecy_changed"})):
        yield as_json(event(type_, id=f"e{number}", subject="VB-1", data=worded(type_)))
    for number in range(3):
        due = worded("task.assigned") | {"task_id": f"T-{number}", "due_on": "2026-03-04"}
        yield as_json(event(id=f"t{number}", subject=f"VB-{number + 2}", data=due))
    late = worded("task.assigned") | {"due_on": WORD}
    yield as_json(event(id="late", subject="VB-9", data=late))
    yield as_json(event(id="no-type", subject="VB-9", type=f"hscv.{WORD}", data={WORD: WORD}))
    yield f'{{"secrecy": "normal", "data": {{"content": "{WORD}'.encode()
    yield as_json(event(id="unsaid", secrecy=WORD, data={"content": WORD}))


@pytest.fixture(scope="module")
def office(
    rabbitmq: PrivateBroker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Installation]:
    """An office to which all of it came, and that wrote letters of it, of which its mail server
    refused one in the words of the letter; both processes have ended."""
    vhost = VirtualHost(rabbitmq, "journal")
    vhost.create()
    with receiving() as server:
        server.to_letter = [f"554 5.7.1 not wanted: {WORD}", f"451 4.7.1 later: {WORD}"]
        made = Installation(tmp_path_factory.mktemp("journal"), vhost.url)
        made.with_mail(server.port).run("declare")
        told = [*stories()]
        publish(vhost.url, told)
        running, mail = made.start(), made.start("mail", "run")
        try:
            wait_until(lambda: running.events_in() >= len(told), "all are taken in", 60)
            wait_until(lambda: server.letters, "a letter was taken", 60)
            assert running.stop()[0] == 0
            assert mail.stop()[0] == 0
        finally:
            made.end_what_is_left()
        assert any(WORD in words_of(each) for each in server.letters)
        log = "".join(each.log.read_text("utf-8") for each in (running, mail))
        made.folder.joinpath("log").write_text(log, "utf-8")
        made.folder.joinpath("events.jsonl").write_bytes(b"\n".join(told))
        made.folder.joinpath("list.csv").write_text("code,name,kind\nVP,V,office\n", "utf-8")
        made.folder.joinpath("hscv.csv").write_text("symbol,date\n1/X,2026-03-02\n", "utf-8")
        yield made


@pytest.fixture(scope="module")
def owed(office: Installation) -> str:
    """An obligation about a document with the word."""
    return next(str(row["id"]) for row in office.rows("list") if row["subject"] == "VB-2")


def words_of(letter: Letter) -> str:
    body = letter.message.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def publish(url: str, bodies: list[bytes]) -> None:
    wanted = topology()
    publisher = Publisher(parse_address(url), wanted)
    publisher.start()
    try:
        sent = [Outgoing("hscv.events", "x", body, STRUCTURED, "") for body in bodies]
        assert set(publisher.publish(sent)) == {Fate.CONFIRMED}
    finally:
        publisher.stop()


def test_every_command_is_quiet_or_shows_documents_to_whoever_asks() -> None:
    assert sorted([*QUIET, *SHOWN]) == sorted(commands(main))


def test_the_units_of_systemd_run_quiet_commands_alone() -> None:
    for unit in ROOT.glob("deploy/dondoc*.service"):
        (start,) = (
            line for line in unit.read_text("utf-8").splitlines() if line.startswith("ExecStart=")
        )
        assert any(f" {name}" in f"{start} ".partition("dondoc.toml")[2] for name in QUIET), start


@pytest.mark.timeout(180)
def test_the_log_of_both_processes_holds_no_word_of_what_they_took_in_and_wrote(
    office: Installation,
) -> None:
    log = office.folder.joinpath("log").read_text("utf-8")
    assert "drained and stopped" in log
    assert "the mail server refused a letter" in log
    assert WORD not in log
    with closing(sqlite3.connect(office.folder / "dondoc.db")) as database:
        bodies = [bytes(body) for (body,) in database.execute("SELECT body FROM event")]
    assert sum(WORD.encode() in body for body in bodies) > 10, "they took it in"


@pytest.mark.parametrize("name", [name for name in ARGUMENTS if name != "mail run"])
def test_a_command_tells_the_journal_no_word_of_a_document(
    office: Installation, owed: str, name: str
) -> None:
    line = ARGUMENTS[name].format(new=f"new-{time.monotonic_ns()}", **PLACES)
    given = {"explain": [owed], "show": ["VB-1"]}.get(name, line.split())
    if name == "snooze":
        given = [owed, "--until", str(today() + timedelta(days=3)), "--reason", WORD]
    _, out, err = office.ended(name.split() + given)
    assert out or err
    assert WORD not in err
    if name in QUIET:
        assert WORD not in out
