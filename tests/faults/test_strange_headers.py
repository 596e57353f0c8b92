"""Headers that AMQP allows and nobody expects: no message stops the queue by them."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest
from dondoc.connector.contract.headers import fields_of, read_table
from dondoc.connector.contract.verdicts import Malformed
from dondoc.connector.dead_letters import (
    MOST_ATTEMPTS,
    MOST_HEADER_BYTES,
    dead_letter,
)
from dondoc.connector.letter_headers import ATTEMPTS_HEADER, FIRST_SEEN_HEADER
from dondoc.connector.transport import Client, Delivery, parse_address
from dondoc.connector.transport.topology import topology
from support.hscv import as_json, event
from support.installation import Installation
from support.rabbitmq import VirtualHost, wait_until
from support.raw_amqp import field, publish, table, text, timestamp
from support.transport import StartConsumer, StartPublisher, all_confirmed, messages, take

MILLISECONDS = 1_767_225_600_000
"""The first of January 2026 by a sender that forgot to divide."""
LARGEST = 2**64 - 1

CASES = Path(__file__).parents[1] / "fixtures" / "cases"


def case(name: str) -> bytes:
    (path,) = CASES.glob(f"{name}*.hdr")
    return bytes.fromhex(path.read_text())


def nested(levels: int) -> bytes:
    fields = b""
    for _ in range(levels):
        fields = table(b"", fields)
    return fields


HEADERS = {
    "milliseconds": timestamp(b"sent", MILLISECONDS),
    "the last timestamp": timestamp(b"sent", LARGEST),
    "a timestamp in a table": table(b"trace", timestamp(b"sent", MILLISECONDS)),
    "a name that is no text": text(b"\xff\xfe", b"x"),
    "a text that is no text": text(b"sent", b"\xff\xfe"),
    "the last number": field(b"sent", b"l", b"\x7f" + b"\xff" * 7),
    "tables 340 deep": case("02a"),
    "lists 600 deep": case("02b"),
    "tables as deep as a frame": nested(18_000),
    "as many fields as a frame holds": field(b"", b"V", b"") * 65_000,
    "a name given twice": case("04"),
}


@pytest.mark.parametrize("header", HEADERS.values(), ids=HEADERS.keys())
def test_a_message_with_such_a_header_is_delivered_and_so_is_the_next(
    vhost: VirtualHost, consume: StartConsumer, publishing: StartPublisher, header: bytes
) -> None:
    assert all_confirmed(publishing().publish(messages(1)))
    publish(vhost.url, b"strange", header)
    assert all_confirmed(publishing().publish(messages(1, first=1)))
    delivered = take(consume(), 3)
    assert [each.body for each in delivered] == [b"0", b"strange", b"1"]
    assert not any(each.redelivered for each in delivered)


def test_a_timestamp_within_the_calendar_stays_a_time_and_one_beyond_is_its_number(
    vhost: VirtualHost, consume: StartConsumer
) -> None:
    consumer = consume()
    wait_until(lambda: consumer.state.up, "the consumer is up")
    publish(vhost.url, b"", timestamp(b"time", 0), timestamp(b"beyond", LARGEST))
    (delivery,) = take(consumer, 1)
    assert delivery.headers == {"time": datetime(1970, 1, 1, tzinfo=UTC), "beyond": LARGEST}


def carries(delivery: Delivery, encoded: bytes) -> bool:
    """Whether a message has all these fields as they were; the broker may have sorted them."""
    return not Counter(fields_of(read_table(encoded))) - Counter(fields_of(delivery.headers))


def refused(headers: dict[str, object]) -> Delivery:
    return Delivery(1, b"{", "application/json", headers, False, "task.assigned", 0.0)


@pytest.mark.parametrize(
    "headers",
    [
        {"cloudEvents_id": "a", "x": "x" * 131_000},
        {"cloudEvents_id": "a", **{f"x{number}": "ở" for number in range(6_000)}},
        {"cloudEvents_id": "a", ATTEMPTS_HEADER: 2**63 - 1},
        {"cloudEvents_id": "a", FIRST_SEEN_HEADER: "x" * 131_000},
    ],
    ids=("large", "many", "tries", "first seen"),
)
def test_a_dead_letter_finds_room_whatever_headers_its_event_has(
    publishing: StartPublisher, headers: dict[str, object]
) -> None:
    why = Malformed("r" * 500, "data.lead[1]", "ở" * 255, b"d" * 32)
    letter = dead_letter("dondoc.dead", refused(headers), why, datetime.now(UTC))
    assert letter.headers["cloudEvents_id"] == "a"
    assert int(letter.headers[ATTEMPTS_HEADER]) <= MOST_ATTEMPTS + 1
    publisher = publishing()
    assert all_confirmed(publisher.publish([letter], 5.0)), publisher.trouble


def test_headers_that_have_room_stay_as_they_are() -> None:
    headers = {"secrecy": "normal", "n": 1, "raw": b"\xff", "x": "x" * (MOST_HEADER_BYTES - 1000)}
    why = Malformed("is required", "id", None, b"d" * 32)
    letter = dead_letter("dondoc.dead", refused(headers), why, datetime.now(UTC))
    assert headers.items() <= letter.headers.items()


def test_the_service_takes_strange_messages_and_their_neighbours(
    tmp_path: Path, vhost: VirtualHost
) -> None:
    with Client(parse_address(vhost.url)) as client:
        client.declare(topology())
    installation = Installation(tmp_path, vhost.url)
    normal = text(b"cloudEvents_secrecy", b"normal")
    publish(vhost.url, as_json(event(id="dated")), timestamp(b"sent", MILLISECONDS))
    publish(vhost.url, b"{", normal, text(b"large", b"x" * 130_900))
    publish(vhost.url, b"{", normal, content_type=b"\xff\xfe")
    publish(vhost.url, as_json(event(id="deep")), case("02a"))
    publish(vhost.url, as_json(event(id="deeper")), case("02b"))
    publish(vhost.url, as_json(event(id="last")))
    running = installation.start()
    wait_until(lambda: running.events_in() == 6, "everything is taken", 60)
    assert running.stop()[0] == 0
    shown = installation.run("show", "VB-1")
    assert "dated" in shown
    assert "last" in shown
    for letter in installation.rows("dead", "list"):
        assert letter["letter"] in installation.run("dead", "show", letter["letter"])
    refusals = installation.run("dead", "retry", "--all", code=3)
    assert refusals.count("stays") == 2


@pytest.mark.parametrize("name", ["01a", "01b", "01c", "16"])
def test_a_letter_is_written_whatever_its_headers_hold_and_the_next_event_is_stored(
    tmp_path: Path, vhost: VirtualHost, name: str
) -> None:
    installation = Installation(tmp_path, vhost.url)
    installation.run("declare")
    publish(vhost.url, (CASES / "missing-task_id.json").read_bytes(), case(name))
    publish(vhost.url, (CASES / "good.json").read_bytes())
    running = installation.start()
    wait_until(lambda: running.events_in() == 2, "both are taken", 30)
    assert running.stop()[0] == 0
    assert "e-1" in installation.run("show", "VB-1")
    (letter,) = installation.rows("dead", "list")
    assert letter["event_id"] == "bad"
    with Client(parse_address(vhost.url)) as client:
        (kept,) = client.get("dondoc.dead", 2)
    assert carries(kept, case(name))
    if name == "16":
        shown = installation.run("dead", "show", "1")
        for said in (
            "sent: 2026-03-02 02:14:05+00:00",
            "host: {m: srv1}",
            "tags: [a]",
            "score: 0.75",
            "price: 12.34",
            "none: (nothing)",
        ):
            assert f"header        {said}\n" in shown


def test_a_letter_that_is_tried_again_goes_back_with_the_headers_it_came_with(
    tmp_path: Path, vhost: VirtualHost
) -> None:
    installation = Installation(tmp_path, vhost.url).with_tables()
    installation.run("declare")
    own = text(b"dondoc-reason", b"is required"), text(b"dondoc-first-seen", b"2026-03-02")
    strange = case("16") + case("01a") + text(b"twice", b"1") + text(b"twice", b"2")
    publish(vhost.url, as_json(event()), own[0], strange, own[1], exchange="", key="dondoc.dead")
    assert "handed over" in installation.run("dead", "retry", "--all")
    with Client(parse_address(vhost.url)) as client:
        (handed,) = client.get("dondoc.events", 2)
    assert carries(handed, strange)
    added = handed.headers.keys() - read_table(strange).keys()
    assert added - {"x-delivery-count"} == {FIRST_SEEN_HEADER, ATTEMPTS_HEADER}


def test_a_letter_keeps_its_id_when_the_broker_writes_its_headers_anew(
    tmp_path: Path, vhost: VirtualHost
) -> None:
    installation = Installation(tmp_path, vhost.url)
    installation.run("declare")
    kinds = {
        b"b": b"\xff", b"B": b"\xff", b"s": b"\xff\xff", b"u": b"\xff\xff", b"I": b"\xff" * 4,
        b"i": b"\xff" * 4, b"l": b"\xff" * 8, b"L": b"\xff" * 8, b"t": b"\x02", b"x": b"\0\0\0\1a",
    }  # fmt: skip
    headers = [field(kind, kind, packed) for kind, packed in kinds.items()]
    publish(vhost.url, b"{", case("16"), *headers, exchange="", key="dondoc.dead")
    # Each look is a delivery that comes back, and the broker then counts it in a header.
    assert len({installation.rows("dead", "list")[0]["letter"] for _ in range(3)}) == 1
