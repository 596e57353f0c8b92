"""A machine is lost while the queue goes on: the steps of docs/operations.md, and what they bring
back."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from dondoc.connector.transport import Client, Fate, Outgoing, parse_address
from support.hscv import STRUCTURED, as_json, event
from support.installation import Installation
from support.rabbitmq import VirtualHost, wait_until
from support.transport import StartPublisher

SECRET = "VB-1"


def task(number: int) -> dict[str, Any]:
    """A task that is overdue, about a document of its own."""
    data = event()["data"] | {"task_id": f"T-{number}", "due_on": "2026-03-04"}
    return event(id=f"e-{number}", subject=f"VB-{number}", data=data)


BEFORE = [task(number) for number in range(3)]
BETWEEN = [
    *(task(number) for number in range(3, 6)),
    event("document.secrecy_changed", id="secret", subject=SECRET),
]
AFTER = [task(number) for number in range(6, 9)]


@pytest.fixture
def machine(tmp_path: Path, vhost: VirtualHost) -> Iterator[Callable[[str], Installation]]:
    """Makes a machine by its name, with dondoc installed on it."""
    made: list[Installation] = []

    def make(name: str) -> Installation:
        tmp_path.joinpath(name).mkdir()
        made.append(Installation(tmp_path / name, vhost.url))
        return made[-1]

    yield make
    for each in made:
        each.end_what_is_left()


def owed(office: Installation) -> list[dict[str, Any]]:
    """What is owed of documents."""
    return [row for row in office.rows("list") if row["subject"].startswith("VB-")]


def subjects(office: Installation) -> set[str]:
    return {row["subject"] for row in owed(office)}


def of_documents(*numbers: int) -> set[str]:
    return {f"VB-{number}" for number in numbers}


def reminded(client: Client, queue: str) -> set[tuple[str, str]]:
    """Subject and id of each reminder that came since it was last asked."""
    told = [json.loads(each.body) for each in client.get(queue, 10_000)]
    return {(each["subject"], each["id"]) for each in told}


Publish = Callable[[Sequence[dict[str, Any]]], None]


@pytest.fixture
def publish(publishing: StartPublisher) -> Publish:
    publisher = publishing()

    def told(events: Sequence[dict[str, Any]]) -> None:
        sent = [Outgoing("hscv.events", "x", as_json(each), STRUCTURED, "") for each in events]
        assert set(publisher.publish(sent)) == {Fate.CONFIRMED}

    return told


def told_of(client: Client, queue: str, *numbers: int) -> set[tuple[str, str]]:
    """All reminders that come until each of those documents was reminded of."""
    told: set[tuple[str, str]] = set()

    def each() -> bool:
        told.update(reminded(client, queue))
        return of_documents(*numbers) <= {subject for subject, _ in told}

    wait_until(each, "each is reminded of", 90)
    return told


def told_again(client: Client, queue: str, sent: set[tuple[str, str]]) -> None:
    """Waits until all of *sent* came once more, which may take several turns of the sender."""
    told: set[tuple[str, str]] = set()

    def all_of_them() -> bool:
        told.update(reminded(client, queue))
        return sent <= told

    wait_until(all_of_them, "what was sent since the copy is sent again, under the same ids", 90)


def lose(old: Installation, publish: Publish, client: Client, queue: str) -> set[tuple[str, str]]:
    """Back *old* up, let it go on, and kill it; gives which reminders it sent since the backup."""
    running = old.start()
    publish(BEFORE)
    wait_until(lambda: subjects(old) >= of_documents(0, 1, 2), "they are taken in", 60)
    old.run("purge", "--export", "redacted.json")
    old.run("backup", "--verify", "copy.db")
    publish(BETWEEN)
    told = told_of(client, queue, 3, 4, 5)
    running.process.kill()
    running.process.wait()
    publish(AFTER)
    return {each for each in told if each[0] in of_documents(3, 4, 5)}


def put_in_place(new: Installation, old: Installation) -> None:
    """What there is of *old* on the machine *new*, as the page has it; *old* is gone."""
    for name in ("copy.db", "redacted.json"):
        shutil.move(old.folder / name, new.folder / name)
    shutil.rmtree(old.folder)
    assert ": sound: 3 events" in new.run("backup", "--no-copy", "copy.db")
    shutil.copyfile(new.folder / "copy.db", new.folder / "dondoc.db")
    new.run("migrate")
    new.run("purge", "--apply", "redacted.json")
    new.run("check")


def lines(events: Sequence[dict[str, Any]]) -> bytes:
    return b"\n".join(as_json(each) for each in events)


@pytest.mark.timeout(240)
def test_a_restore_on_another_machine_loses_nothing_that_hscv_tells_again(
    machine: Callable[[str], Installation], vhost: VirtualHost, publish: Publish
) -> None:
    old, new, other = (machine(name) for name in ("old", "new", "other"))
    old.with_tables().run("declare")
    with Client(parse_address(vhost.url)) as client:
        queue = client.temporary_queue("dondoc.reminders", "reminder.#")
        sent = lose(old, publish, client, queue)
        put_in_place(new, old)
        assert subjects(new) == of_documents(0, 1, 2), "what came between is in no copy"
        new.folder.joinpath("events.jsonl").write_bytes(lines(BETWEEN))
        new.run("replay", "events.jsonl")
        assert subjects(new) == of_documents(0, 2, 3, 4, 5), "and what became secret is gone"
        restored = new.start()
        wait_until(lambda: of_documents(6, 7, 8) <= subjects(new), "the queue was kept", 60)
        told_again(client, queue, sent)
        publish([*BEFORE, *BETWEEN, *AFTER])
        wait_until(lambda: restored.events_in() >= 13, "all came again", 60)
        assert restored.stop()[0] == 0
    other.folder.joinpath("events.jsonl").write_bytes(lines([*BEFORE, *BETWEEN, *AFTER]))
    other.run("replay", "events.jsonl")
    assert owed(new) == owed(other)
