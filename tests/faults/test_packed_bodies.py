"""Events that a client has packed with gzip go all the way, and so do the letters among them."""

from __future__ import annotations

import gzip
from pathlib import Path

from dondoc.connector.lines import LineMessage, to_line
from dondoc.connector.transport import Client, Outgoing, parse_address
from support.hscv import STRUCTURED, as_json, event
from support.installation import Installation
from support.rabbitmq import VirtualHost, wait_until
from support.transport import StartPublisher, all_confirmed

LETTER = gzip.compress(as_json(event(id="bad", data={"content": "một lời"})))


def packed(body: bytes, headers: dict[str, str] | None = None) -> Outgoing:
    return Outgoing("hscv.events", "task.assigned", body, STRUCTURED, "", headers or {}, "gzip")


def test_a_packed_event_is_stored_and_a_letter_keeps_its_bytes_and_goes_with_its_subject(
    tmp_path: Path, vhost: VirtualHost, publishing: StartPublisher
) -> None:
    installation = Installation(tmp_path, vhost.url)
    installation.run("declare")
    sent = [
        packed(gzip.compress(as_json(event(id="good")))),
        packed(LETTER),
        packed(gzip.compress(as_json(event(id="hidden", secrecy="mat")))),
        packed(b"no gzip", {"secrecy": "normal"}),
    ]
    assert all_confirmed(publishing().publish(sent))
    running = installation.start()
    wait_until(lambda: running.events_in() == 4, "all are taken", 30)
    assert running.stop()[0] == 0
    shown = installation.run("show", "VB-1")
    assert "good" in shown
    assert "hidden" not in shown
    letters = {each["event_id"]: each["letter"] for each in installation.rows("dead", "list")}
    assert letters.keys() == {"bad", ""}
    assert "một lời" in installation.run("dead", "show", letters["bad"])
    assert "stays" in installation.run("dead", "retry", letters["bad"], code=3)
    with Client(parse_address(vhost.url)) as client:
        kept = {each.body: each.content_encoding for each in client.get("dondoc.dead", 3)}
    assert kept == {LETTER: "gzip", b"no gzip": "gzip"}
    installation.run("purge", "VB-1")
    assert [each["event_id"] for each in installation.rows("dead", "list")] == [""]


def test_a_letter_that_is_valid_now_goes_back_packed(
    tmp_path: Path, vhost: VirtualHost, publishing: StartPublisher
) -> None:
    installation = Installation(tmp_path, vhost.url).with_tables()
    installation.run("declare")
    body = gzip.compress(as_json(event()))
    letter = Outgoing("", "dondoc.dead", body, STRUCTURED, "", {}, "gzip")
    assert all_confirmed(publishing().publish([letter]))
    assert "handed over" in installation.run("dead", "retry", "--all")
    with Client(parse_address(vhost.url)) as client:
        (handed,) = client.get("dondoc.events", 2)
    assert (handed.body, handed.content_encoding) == (body, "gzip")


def test_a_packed_event_is_replayed_from_a_line(tmp_path: Path) -> None:
    installation = Installation(tmp_path, "amqp://127.0.0.1:1")
    line = to_line(LineMessage(gzip.compress(as_json(event())), content_encoding="gzip"))
    (tmp_path / "events.jsonl").write_text(line, encoding="utf-8")
    assert "1 stored" in installation.run("replay", "events.jsonl")
