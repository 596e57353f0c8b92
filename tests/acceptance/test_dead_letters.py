"""Dead letters with the real command: shown, tried again, dropped; never lost, never for ever."""

from __future__ import annotations

import json
import os
import pty
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from dondoc.connector.dead_letters import MOST_ATTEMPTS
from dondoc.connector.letter_headers import ATTEMPTS_HEADER, FIRST_SEEN_HEADER
from dondoc.connector.transport import Client, Fate, Outgoing, Publisher, parse_address
from support.hscv import STRUCTURED, as_json, event
from support.installation import COMMAND, Installation, Running
from support.rabbitmq import VirtualHost, wait_until
from support.transport import StartPublisher

HOSTILE = "\x1b]0;owned\x07\u202e\x9b31m=cmd()"


@pytest.fixture
def installation(tmp_path: Path, vhost: VirtualHost) -> Installation:
    return Installation(tmp_path, vhost.url).with_tables()


def put(publisher: Publisher, id_: str, headers: Mapping[str, Any] | None = None) -> bytes:
    """A valid event into the dead letters, as one that a former version refused; its body."""
    body = as_json(event(id=id_))
    letter = Outgoing("", "dondoc.dead", body, STRUCTURED, "", headers or {})
    assert publisher.publish([letter]) == (Fate.CONFIRMED,)
    return body


def send(publisher: Publisher, **changes: Any) -> None:
    body = as_json(event("task.progress", **changes))
    message = Outgoing("hscv.events", "task.progress", body, STRUCTURED, "")
    assert publisher.publish([message]) == (Fate.CONFIRMED,)


def run_until_taken(installation: Installation, count: int) -> Running:
    running = installation.start()
    wait_until(lambda: running.events_in() >= count, "the events are taken", 60)
    return running


def test_a_letter_that_is_valid_now_is_stored_under_its_own_id(
    installation: Installation, publishing: StartPublisher, vhost: VirtualHost
) -> None:
    body = put(publishing(), "late-1", {FIRST_SEEN_HEADER: "2026-03-02T08:00:00+07:00"})
    (letter,) = installation.rows("dead", "list")
    (row,) = installation.rows("dead", "retry", letter["letter"])
    assert row["outcome"] == "handed over"
    assert installation.rows("dead", "list") == []
    with Client(parse_address(vhost.url)) as client:
        (waiting,) = client.get("dondoc.events", 2)
    assert waiting.body == body
    assert waiting.headers[FIRST_SEEN_HEADER] == "2026-03-02T08:00:00+07:00"
    assert run_until_taken(installation, 1).stop()[0] == 0
    assert "late-1" in installation.run("show", "VB-1")


def test_retrying_again_after_a_kill_gives_a_duplicate(
    installation: Installation, publishing: StartPublisher
) -> None:
    publisher = publishing()
    put(publisher, "twice")
    installation.run("dead", "retry", "1")
    # As if the command had been killed between the confirm and the acknowledgement.
    put(publisher, "twice")
    installation.run("dead", "retry", "1")
    running = run_until_taken(installation, 2)
    results = {name: n for name, n in running.metrics().items() if "events_total" in name and n}
    assert running.stop()[0] == 0
    assert sorted(results.values()) == [1, 1]
    assert any('result="duplicate"' in name for name in results)


def test_a_letter_that_is_still_invalid_stays_with_todays_reason_and_at_last_for_good(
    installation: Installation, publishing: StartPublisher
) -> None:
    send(publishing(), id="bad", data={"task_id": "T1", "body": "PYT", "status": "maybe"})
    assert run_until_taken(installation, 1).stop()[0] == 0
    (first,) = installation.rows("dead", "list")
    assert (first["attempts"], first["path"]) == (1, "data.status")
    for attempt in range(2, MOST_ATTEMPTS + 3):
        installation.run("dead", "retry", "--all", code=3)
        (letter,) = installation.rows("dead", "list")
        assert letter["attempts"] == min(attempt, MOST_ATTEMPTS)
        assert letter["letter"] == first["letter"]
        assert letter["first_seen"] == first["first_seen"]
        assert ("final" in letter["reason"]) == (attempt >= MOST_ATTEMPTS)


def test_copies_that_a_killed_command_left_are_one_letter_and_go_together(
    installation: Installation, publishing: StartPublisher
) -> None:
    publisher = publishing()
    for attempts in (2, 3):
        put(publisher, "copied", {ATTEMPTS_HEADER: attempts})
    put(publisher, "other")
    found = {row["letter"]: row["attempts"] for row in installation.rows("dead", "list")}
    assert sorted(found.values()) == [0, 3]
    copied = next(letter for letter, attempts in found.items() if attempts == 3)
    assert installation.run("dead", "drop", copied) == "1 dead letters dropped\n"
    (left,) = installation.rows("dead", "list")
    assert left["letter"] != copied


def test_nothing_is_acknowledged_where_the_broker_does_not_confirm(
    installation: Installation, publishing: StartPublisher, vhost: VirtualHost
) -> None:
    put(publishing(), "kept")
    vhost.add_user("reader", "reader")
    vhost.permit("reader", configure="^$", write="^$")
    url = vhost.broker.url(vhost.name, "reader", "reader")
    said = installation.run("dead", "retry", "--all", code=1, DONDOC_BROKER_URL=url)
    assert "repeats change nothing" in said or "grant" in said
    assert len(installation.rows("dead", "list")) == 1


def test_a_letter_is_named_by_position_or_id_and_an_unknown_one_is_one_line(
    installation: Installation, publishing: StartPublisher
) -> None:
    publisher = publishing()
    put(publisher, "b", {FIRST_SEEN_HEADER: "2026-03-03T08:00:00+07:00"})
    put(publisher, "a", {FIRST_SEEN_HEADER: "2026-03-02T08:00:00+07:00"})
    rows = installation.rows("dead", "list")
    assert '"id": "a"' in installation.run("dead", "show", "1")
    assert '"id": "b"' in installation.run("dead", "show", rows[1]["letter"][:8])
    for wrong in ("3", "0", "nothing", ""):
        assert installation.run("dead", "show", wrong, code=1).count("\n") == 1
    for command in ("retry", "drop"):
        assert "--all" in installation.run("dead", command, code=1)
    assert installation.rows("dead", "list") == rows


def test_dropping_all_leaves_none(installation: Installation, publishing: StartPublisher) -> None:
    publisher = publishing()
    for number in range(5):
        put(publisher, str(number))
    assert "give --yes" in installation.run("dead", "drop", "--all", code=2)
    assert len(installation.rows("dead", "list")) == 5
    assert installation.run("dead", "drop", "--all", "--yes") == "5 dead letters dropped\n"
    assert installation.rows("dead", "list") == []


def test_whoever_drops_all_on_a_terminal_is_asked(
    installation: Installation, publishing: StartPublisher
) -> None:
    put(publishing(), "kept")
    for answer, code, left in (("n", 1, 1), ("", 1, 1), ("y", 0, 0)):
        master, terminal = pty.openpty()
        os.write(master, f"{answer}\n".encode())
        done = subprocess.run(
            [*COMMAND, "dead", "drop", "--all"],
            cwd=installation.folder,
            stdin=terminal,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        os.close(master)
        os.close(terminal)
        assert "Drop every dead letter for good?" in done.stderr
        assert (done.returncode, len(installation.rows("dead", "list"))) == (code, left)


def test_a_letter_beyond_a_limit_stays_instead_of_being_refused_again(
    installation: Installation, publishing: StartPublisher
) -> None:
    many = event("task.reassigned", id="many", data={"task_id": "T", "lead": ["PYT"] * 11})
    publishing().publish([Outgoing("", "dondoc.dead", as_json(many), STRUCTURED, "", {})])
    limited = {"DONDOC_LIMITS_LIST_ITEMS": "10"}
    assert "list_items" in installation.run("dead", "retry", "--all", code=3, **limited)
    assert "handed over" in installation.run("dead", "retry", "--all")


def harmless(text: str) -> bool:
    return not any(character in text for character in "\x1b\x07\u202e\x9b\x00")


def test_hostile_text_does_nothing_where_it_is_shown(
    installation: Installation, publishing: StartPublisher
) -> None:
    publisher = publishing()
    data = event("document.issued")["data"] | {"symbol": HOSTILE, "abstract": HOSTILE}
    issued = event("document.issued", id="hostile", subject="VB-9", data=data)
    assigned = event(id="hostile2", subject="VB-9")
    assigned["data"] |= {"task_id": "=T1\u202e", "lead": "=PYT\u202e", "due_on": "2026-03-20"}
    lines = installation.folder / "events.jsonl"
    lines.write_text("\n".join(json.dumps(each) for each in (issued, assigned)), encoding="utf-8")
    installation.run("replay", str(lines))
    letter = as_json(event(id=HOSTILE, data={"x": HOSTILE}))
    headers = {"note": HOSTILE, "dondoc-reason": HOSTILE, "dondoc-event-id": HOSTILE}
    publisher.publish([Outgoing("", "dondoc.dead", letter, STRUCTURED, "", headers)])
    as_of = ("--as-of", "2026-03-31")
    obligation = installation.rows("list", "--subject", "VB-9", *as_of)[0]["id"]
    for form in ("table", "json", "csv"):
        for command in (
            ("dead", "list"),
            ("show", "VB-9"),
            ("list", "--subject", "VB-9", *as_of),
            ("remind", "--as-of", "2026-03-19T09:00:00+07:00"),
            ("dead", "retry", "--all"),
        ):
            code = 3 if command[1] == "retry" else 0
            said = installation.run(*command, "--format", form, code=code)
            assert harmless(said), (command, form)
            if form == "csv":
                cells = [cell for line in said.splitlines() for cell in line.split(",")]
                assert not any(cell.strip('"').startswith(("=", "+", "@")) for cell in cells)
    assert harmless(installation.run("dead", "show", "1"))
    assert harmless(installation.run("explain", obligation))


def test_check_and_status_say_that_letters_wait_and_how_to_see_them(
    installation: Installation, publishing: StartPublisher
) -> None:
    publisher = publishing()

    def said(*words: str) -> str:
        return installation.run("--lang", "en", *words)

    assert "dead letters" not in said("check")
    assert "dead letters" not in said("status")
    for number in range(2):
        put(publisher, f"late-{number}")
    (line,) = (each for each in said("check").splitlines() if " dead letters: " in each)
    assert line.startswith("?")
    assert "2 letters wait in dondoc.dead" in line
    assert "`dondoc dead list`" in line
    assert "dead letters that wait: 2 (`dondoc dead list`)" in said("status")
    assert json.loads(said("status", "--format", "json"))["dead_letters"] == 2


def test_status_without_a_broker_that_answers_is_shown_without_letters(tmp_path: Path) -> None:
    alone = Installation(tmp_path, "amqp://127.0.0.1:1/").with_tables()
    assert json.loads(alone.run("status", "--format", "json"))["dead_letters"] is None
    assert "dead letters" not in alone.run("--lang", "en", "status")
