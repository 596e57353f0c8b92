"""The programs of docs/publishing.md publish what dondoc takes in."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from dondoc.connector.transport import Client, parse_address
from dondoc.connector.transport.topology import Exchange, Topology
from private_broker import PrivateBroker
from support.installation import Installation, Running
from support.programs import ABSTRACT, PROGRAMS, TRIED, publish, rows, rows_of_the_page
from support.rabbitmq import VirtualHost, wait_until

HSCV = "hscv"
PASSWORD = "open sesame/%+@"
pytestmark = pytest.mark.parametrize("program", TRIED)


def as_hscv(vhost: VirtualHost) -> str:
    """The URL of HSCV's user, who may publish to its exchange and do nothing else."""
    user = f"{HSCV}-{vhost.name}"
    vhost.add_user(user, PASSWORD)
    vhost.permit(user, configure="^$", write=r"^hscv\.events$", read="^$")
    return vhost.broker.url(vhost.name, user, PASSWORD)


@dataclass(frozen=True)
class Office:
    """A service that takes in what HSCV publishes at *url*."""

    installation: Installation
    running: Running
    url: str

    def counted(self, result: str) -> int:
        """How many events ended so."""
        return sum(
            int(value)
            for name, value in self.running.metrics().items()
            if name.startswith("dondoc_events_total") and f'result="{result}"' in name
        )


@pytest.fixture(scope="module")
def office(rabbitmq: PrivateBroker, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    vhost = VirtualHost(rabbitmq, "programs")
    vhost.create()
    installation = Installation(tmp_path_factory.mktemp("programs"), vhost.url)
    installation.run("declare")
    running = installation.start()
    running.address()
    yield Office(installation, running, as_hscv(vhost))
    running.stop()
    installation.end_what_is_left()
    vhost.delete()


def test_what_a_program_publishes_is_taken_in_and_again_is_a_duplicate(
    office: Office, program: str
) -> None:
    subject = str(910_000 + TRIED.index(program))
    outbox = rows(subject)
    ids = "".join(f"{each['id']}\n" for each in outbox)
    stored, repeated = office.counted("stored"), office.counted("duplicate")

    done = publish(program, office.url, outbox)
    assert (done.returncode, done.stdout, done.stderr) == (0, ids, "")
    wait_until(lambda: office.counted("stored") == stored + len(outbox), "they are stored", 60)
    shown = office.installation.run("show", f"{subject}/UBND-VP")
    assert ABSTRACT in shown
    assert unicodedata.is_normalized("NFC", shown)
    assert re.search(r"2026-03-02 +09:14:05 +task.assigned", shown), shown

    assert publish(program, office.url, outbox).returncode == 0
    wait_until(lambda: office.counted("duplicate") == repeated + len(outbox), "they are known")
    assert office.counted("stored") == stored + len(outbox)
    assert office.counted("conflict") == 0


def test_what_is_wrong_is_confirmed_all_the_same_and_is_a_dead_letter(
    office: Office, program: str
) -> None:
    outbox = rows(str(920_000 + TRIED.index(program)))
    outbox[2]["data"]["due_on"] = "10/03/2026"
    stored, dead = office.counted("stored"), office.counted("dead")
    assert publish(program, office.url, outbox).returncode == 0
    wait_until(lambda: office.counted("dead") == dead + 1, "it is a dead letter")
    rest = len(outbox) - 1
    wait_until(lambda: office.counted("stored") == stored + rest, "the others are stored")
    reason = "data.due_on: must be a date as YYYY-MM-DD"
    assert reason in office.installation.run("dead", "list")
    assert f"`{reason}`" in (PROGRAMS.parent / "publishing.md").read_text(encoding="utf-8")


def test_the_rows_of_the_page_can_be_published(office: Office, program: str) -> None:
    outbox = rows_of_the_page()
    taken = office.counted("stored") + office.counted("duplicate")
    assert publish(program, office.url, outbox).returncode == 0
    now = taken + len(outbox)
    wait_until(lambda: office.counted("stored") + office.counted("duplicate") == now, "all came")
    assert "V/v chuẩn bị họp giao ban" in office.installation.run("show", "15/UBND-VP")


def test_every_program_sends_the_same_bytes(program: str, vhost: VirtualHost) -> None:
    outbox = rows("15")
    with Client(parse_address(vhost.url)) as client:
        client.declare(Topology((Exchange("hscv.events", "topic"),), (), ()))
        queue = client.temporary_queue("hscv.events", "#")
        assert publish(program, as_hscv(vhost), outbox).returncode == 0
        taken = client.get(queue, 10)
    assert [each.body.decode() for each in taken] == [
        unicodedata.normalize(
            "NFC",
            json.dumps(
                {
                    "specversion": "1.0",
                    "id": each["id"],
                    "source": "/hscv/yen-lam",
                    "type": f"hscv.{each['type']}",
                    "time": f"{each['happened_at'].replace(' ', 'T')}+07:00",
                    "subject": "15",
                    "secrecy": "normal",
                    "data": each["data"],
                },
                ensure_ascii=False,
                separators=(",", ":"),
            ),
        )
        for each in outbox
    ]
    assert {each.content_type for each in taken} == {"application/cloudevents+json"}
    assert [each.routing_key for each in taken] == [each["type"] for each in outbox]
    assert all(each.headers["secrecy"] == "normal" for each in taken)


def test_a_program_keeps_in_the_outbox_what_no_queue_takes(
    program: str, vhost: VirtualHost
) -> None:
    with Client(parse_address(vhost.url)) as client:
        client.declare(Topology((Exchange("hscv.events", "topic"),), (), ()))
    done = publish(program, as_hscv(vhost), rows("16"))
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.count("\n") == 1
    assert "stays in the outbox" in done.stderr


def test_a_program_publishes_nothing_secret(program: str, vhost: VirtualHost) -> None:
    with Client(parse_address(vhost.url)) as client:
        client.declare(Topology((Exchange("hscv.events", "topic"),), (), ()))
        queue = client.temporary_queue("hscv.events", "#")
        first, *rest = rows("17")
        done = publish(program, as_hscv(vhost), [first, {**rest[0], "secrecy": "mat"}, *rest[1:]])
        assert (done.returncode, done.stdout) == (1, f"{first['id']}\n")
        assert "is secret" in done.stderr
        assert client.depth(queue) == 1


@pytest.mark.parametrize("why", ["password", "exchange", "host", "url", "certificate"])
def test_a_program_that_cannot_publish_says_why_in_a_line_without_the_password(
    program: str, vhost: VirtualHost, why: str
) -> None:
    url = as_hscv(vhost)
    if why == "password":
        url = vhost.broker.url(vhost.name, f"{HSCV}-{vhost.name}", f"{PASSWORD}x")
    elif why == "host":
        url = url.replace(f":{vhost.broker.port}/", ":1/")
    elif why == "certificate":  # of an authority that nobody here trusts
        url = url.replace("amqp://", "amqps://").replace(
            f":{vhost.broker.port}/", f":{vhost.broker.tls_port}/"
        )
    elif why == "url":
        url = f"amqp://{HSCV}:se/same@127.0.0.1:{vhost.broker.port}/"
    done = publish(program, url, rows("18"))
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.count("\n") == 1, done.stderr
    assert "same" not in done.stderr
    if why == "certificate":
        assert re.search("ssl|certif", done.stderr, re.IGNORECASE), done.stderr
