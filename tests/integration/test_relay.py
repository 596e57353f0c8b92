"""The relay's promises, with a real database and a real broker."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from dondoc.commands.assembly.loading import load_directory, load_law, load_texts
from dondoc.commands.assembly.settings import TrackingSettings
from dondoc.connector.relay import Relay
from dondoc.connector.secrecy.erasing_copies import erase_copies
from dondoc.connector.transport import Backoff, Client, Delivery, Publisher, parse_address
from dondoc.connector.transport.topology import BrokerNames, topology
from dondoc.rules.events import LOCAL
from dondoc.rules.law import Law
from dondoc.rules.reminding.catch_up import CatchUp
from dondoc.rules.reminding.policy import Quiet
from dondoc.storage import outbox
from dondoc.storage.advancing import advance
from dondoc.storage.catching_up import SETTLED
from dondoc.storage.database import Store, open_store
from dondoc.storage.outbox import Pending, pending
from dondoc.storage.publications import still_open
from dondoc.storage.scheduling import let_time_pass, tick
from dondoc.storage.secrecy.remains import Listed, redact_listed
from dondoc.storage.tables.forms import from_micros
from dondoc.storage.taking_in import record
from support.plain_law import assigned, issued
from support.proxy import Proxy
from support.rabbitmq import VirtualHost

NOON = datetime(2026, 3, 23, 12, 0, tzinfo=LOCAL)
"""A Monday; the tasks of these tests were due on the Friday before."""
NIGHT = NOON.replace(hour=23)
NEXT_MORNING = datetime(2026, 3, 24, 8, 0, tzinfo=LOCAL)
EXCHANGE = "dondoc.reminders"


@pytest.fixture(scope="module")
def law() -> Law:
    directory = load_directory("sample")
    assert directory is not None
    return load_law(TrackingSettings(), directory)


@pytest.fixture
def store(tmp_path: Path, law: Law) -> Iterator[Store]:
    """A store in which reminders have been decided at noon."""
    opened = open_store(f"sqlite:///{tmp_path / 'dondoc.db'}")
    opened.migrate(date(2026, 3, 1))
    record(opened, law, [issued("15"), assigned("15", "15-1")], NOON)
    advance(opened, law, NOON.date())
    assert tick(opened, law, load_texts(), NOON) > 0
    yield opened
    opened.close()


@dataclass
class Relaying:
    """A relay, what it told of, and the queue in which its reminders arrive."""

    relay: Relay
    client: Client
    queue: str
    told: list[tuple[str, str]] = field(default_factory=list)

    def received(self) -> tuple[Delivery, ...]:
        return self.client.get(self.queue, 1000)


@pytest.fixture
def relaying(store: Store, vhost: VirtualHost) -> Iterator[Relaying]:
    address = parse_address(vhost.url)
    publisher = Publisher(address, topology())
    publisher.start()
    told: list[tuple[str, str]] = []
    relay = Relay(store, publisher, EXCHANGE, lambda rule, step: told.append((rule, step)))
    with Client(address) as client:
        client.declare(topology())
        yield Relaying(relay, client, client.temporary_queue(EXCHANGE, "reminder.#"), told)
    publisher.stop()


def waiting(store: Store) -> Pending:
    return store.read(pending)


def test_every_decided_reminder_arrives_once_and_is_marked_when_the_broker_has_it(
    store: Store, law: Law, relaying: Relaying
) -> None:
    decided = waiting(store).count
    assert relaying.relay.once(law, NOON) == decided
    assert waiting(store).count == 0
    assert relaying.relay.once(law, NOON) == 0
    received = relaying.received()
    assert len(received) == decided
    for each in received:
        event = json.loads(each.body)
        assert each.content_type == "application/cloudevents+json"
        assert event["type"] == f"dondoc.reminder.{each.routing_key.rpartition('.')[2]}"
        assert event["secrecy"] == "normal"
    assert len({json.loads(each.body)["id"] for each in received}) == decided
    assert sorted(relaying.told) == sorted(
        (each.routing_key.split(".")[-2], each.routing_key.split(".")[-1]) for each in received
    )


def test_outside_the_publishing_window_nothing_goes_out_and_everything_is_decided_again(
    store: Store, law: Law, relaying: Relaying
) -> None:
    assert relaying.relay.once(law, NIGHT) == 0
    assert waiting(store).count == 0
    assert relaying.received() == ()
    assert tick(store, law, load_texts(), NIGHT) == 0
    advance(store, law, NEXT_MORNING.date())
    assert tick(store, law, load_texts(), NEXT_MORNING) > 0
    assert relaying.relay.once(law, NEXT_MORNING) > 0
    assert all(
        json.loads(each.body)["time"].startswith("2026-03-24") for each in relaying.received()
    )


def test_what_was_decided_before_silence_was_declared_is_decided_again_after_it(
    store: Store, law: Law, relaying: Relaying
) -> None:
    quiet = Quiet(NOON.date(), NOON.date(), "Quốc tang")
    silent = replace(law, policy=replace(law.policy, quiets=(quiet,), version="silent"))
    assert relaying.relay.once(silent, NOON) == 0
    assert waiting(store).count == 0
    assert tick(store, silent, load_texts(), NOON) == 0
    assert relaying.received() == ()
    advance(store, silent, NEXT_MORNING.date())
    assert tick(store, silent, load_texts(), NEXT_MORNING) > 0
    assert relaying.relay.once(silent, NEXT_MORNING) > 0


def connect_slowly(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have whoever publishes wait a second for a connection."""
    connection = Publisher.connection

    def slowly(self: Publisher, timeout: float) -> str | None:
        time.sleep(1.0)
        return connection(self, timeout)

    monkeypatch.setattr(Publisher, "connection", slowly)


JUST_BEFORE_CLOSING = NOON.replace(hour=16, minute=59, second=59)


def test_a_window_that_closes_while_a_connection_is_waited_for_lets_nothing_out(
    store: Store, law: Law, relaying: Relaying, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert law.policy.window.closing(NOON) == NOON.replace(hour=17)
    connect_slowly(monkeypatch)
    assert relaying.relay.once(law, JUST_BEFORE_CLOSING) == 0
    assert relaying.received() == ()
    assert waiting(store).count == 0, "they are decided again"
    advance(store, law, NEXT_MORNING.date())
    assert tick(store, law, load_texts(), NEXT_MORNING) > 0
    assert relaying.relay.once(law, NEXT_MORNING) > 0


def test_a_window_that_closes_while_reminders_are_taken_lets_none_of_them_out(
    store: Store, law: Law, relaying: Relaying, monkeypatch: pytest.MonkeyPatch
) -> None:
    decided = waiting(store).count
    lease = outbox.lease

    def slowly(*said: Any) -> outbox.Lease:
        time.sleep(1.0)
        return lease(*said)

    monkeypatch.setattr(outbox, "lease", slowly)
    assert relaying.relay.once(law, JUST_BEFORE_CLOSING) == 0
    assert relaying.received() == ()
    assert waiting(store).count == decided


def test_a_reminder_is_recorded_as_published_when_the_broker_had_confirmed_it(
    store: Store, law: Law, relaying: Relaying, monkeypatch: pytest.MonkeyPatch
) -> None:
    connect_slowly(monkeypatch)
    assert relaying.relay.once(law, NOON) > 0
    ((first,),) = store.read(lambda tx: tx.rows("SELECT MIN(published_at) FROM outbox"))
    assert from_micros(first) >= NOON + timedelta(seconds=1)


def test_what_was_decided_by_another_policy_waits_until_it_is_decided_anew(
    store: Store, law: Law, relaying: Relaying
) -> None:
    let_time_pass(store, law, load_texts(), NOON)
    other = replace(law, policy=replace(law.policy, version="other"))
    assert relaying.relay.once(other, NOON) == 0
    assert relaying.received() == ()
    let_time_pass(store, other, load_texts(), NOON)
    assert relaying.relay.once(other, NOON) == waiting(store).count + len(relaying.received()) > 0


def test_silence_towards_one_body_holds_back_what_goes_to_it_alone(
    store: Store, law: Law, relaying: Relaying
) -> None:
    decided = waiting(store).count
    (addressed,) = store.read(
        lambda tx: tx.rows("SELECT MIN(body), COUNT(DISTINCT body) FROM reminder")
    )
    body, bodies = addressed
    assert bodies > 1
    quiet = Quiet(NOON.date(), NOON.date(), "ngập lụt", frozenset({body}))
    silent = replace(law, policy=replace(law.policy, quiets=(quiet,), version="silent"))
    sent = relaying.relay.once(silent, NOON)
    assert 0 < sent < decided
    tick(store, silent, load_texts(), NOON)
    relaying.relay.once(silent, NOON)
    keys = {each.routing_key.split(".")[1] for each in relaying.received()}
    assert keys
    assert body not in keys
    advance(store, silent, NEXT_MORNING.date())
    tick(store, silent, load_texts(), NEXT_MORNING)
    relaying.relay.once(silent, NEXT_MORNING)
    assert body in {each.routing_key.split(".")[1] for each in relaying.received()}


def test_what_was_decided_on_an_earlier_day_is_decided_again_before_it_goes_out(
    store: Store, law: Law, relaying: Relaying
) -> None:
    assert relaying.relay.once(law, NEXT_MORNING) == 0
    assert waiting(store).count == 0
    assert relaying.received() == ()
    advance(store, law, NEXT_MORNING.date())
    assert tick(store, law, load_texts(), NEXT_MORNING) > 0
    assert relaying.relay.once(law, NEXT_MORNING) > 0
    assert all(
        json.loads(each.body)["time"].startswith("2026-03-24") for each in relaying.received()
    )


def test_beyond_the_calendar_nothing_is_taken_that_an_erasure_would_wait_for(
    store: Store, law: Law, relaying: Relaying
) -> None:
    decided, last = waiting(store).count, law.calendar.last
    evening = datetime(last.year, last.month, last.day, 23, 0, tzinfo=LOCAL)
    for again in range(3):
        assert relaying.relay.once(law, evening + timedelta(minutes=again)) == 0
    assert still_open(store) == []
    assert waiting(store).count == decided


def test_what_the_broker_did_not_take_is_published_when_it_is_back(
    store: Store, law: Law, relaying: Relaying, vhost: VirtualHost, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dondoc.connector.relay.PUBLISH_SECONDS", 0.3)
    decided = waiting(store).count
    proxy = Proxy(vhost.broker.port)
    url = vhost.url.replace(str(vhost.broker.port), str(proxy.port))
    publisher = Publisher(parse_address(url), topology(), backoff=Backoff(0.05, 0.1))
    publisher.start()
    relay = Relay(store, publisher, EXCHANGE, lambda rule, step: None)
    assert relay.once(law, NOON) == 0
    assert waiting(store).count == decided
    monkeypatch.setattr("dondoc.connector.relay.PUBLISH_SECONDS", 10.0)
    with proxy:
        assert relay.once(law, NOON) == decided
        publisher.stop()
    assert len(relaying.received()) == decided


@pytest.fixture
def starting(tmp_path: Path, law: Law) -> Iterator[Store]:
    """A store whose first start was at noon, with the digests of two documents' tasks ready."""
    opened = open_store(f"sqlite:///{tmp_path / 'starting.db'}")
    opened.migrate(date(2026, 3, 1))
    for subject in ("15", "16"):
        record(opened, law, [issued(subject), assigned(subject, f"{subject}-1")], NOON)
    advance(opened, law, NOON.date())
    for at in (NOON, NOON + SETTLED):
        tick(opened, law, load_texts(), at, catch_up=CatchUp.DIGEST)
    yield opened
    opened.close()


def unrouted(client: Client) -> list[dict[str, Any]]:
    """What no queue was bound for; it stays there."""
    return [json.loads(each.body) for each in client.get("dondoc.unrouted", 100)]


def test_a_digest_that_nobody_has_read_is_taken_back_and_told_anew_without_what_became_secret(
    starting: Store, law: Law, vhost: VirtualHost
) -> None:
    address = parse_address(vhost.url)
    with Client(address) as client:
        client.declare(topology())
    publisher = Publisher(address, topology())
    publisher.start()
    told: list[tuple[str, str]] = []
    relay = Relay(starting, publisher, EXCHANGE, lambda rule, step: told.append((rule, step)))
    at = NOON + SETTLED
    decided = relay.once(law, at)
    assert decided == len(told) > 1
    assert set(told) == {("several", "catch_up")}
    with Client(address) as client:
        before = {each["subject"]: each for each in unrouted(client)}
    assert len(before) == decided
    secret = {
        id_
        for (id_,) in starting.read(
            lambda tx: tx.rows("SELECT id FROM obligation WHERE subject='15'")
        )
    }
    redact_listed(starting, law, [Listed("document:15", "mat", at)])
    assert erase_copies(starting, law, address, BrokerNames(), None, at, 5.0) == []
    named = {body for body, each in before.items() if secret & set(each["data"]["obligations"])}
    assert named
    with Client(address) as client:
        assert {each["subject"] for each in unrouted(client)} == before.keys() - named
    # What is left of them is told the next day, to whoever something is left for.
    for later in (NEXT_MORNING, NEXT_MORNING + SETTLED):
        advance(starting, law, later.date())
        tick(starting, law, load_texts(), later, catch_up=CatchUp.DIGEST)
    relay.once(law, NEXT_MORNING + SETTLED)
    publisher.stop()
    with Client(address) as client:
        after = [each for each in unrouted(client) if each["type"] == "dondoc.digest.catch_up"]
    anew = [each for each in after if each["subject"] in named]
    assert [each for each in anew if secret & set(each["data"]["obligations"])] == []
    kept = {body for body in named if set(before[body]["data"]["obligations"]) - secret}
    assert {each["subject"] for each in anew} == kept != set()
