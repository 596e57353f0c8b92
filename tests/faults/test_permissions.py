"""The whole service with exactly the permissions that the operator's guide gives it."""

from __future__ import annotations

import re
from pathlib import Path

from dondoc.connector.transport import Client, Outgoing, parse_address
from dondoc.connector.transport.topology import Exchange, Topology
from dondoc.sample.generator import generate
from support.hscv import STRUCTURED, as_json, event
from support.installation import Installation
from support.pages import ROOT
from support.rabbitmq import VirtualHost, wait_until
from support.transport import StartPublisher, all_confirmed

PERMISSIONS = r"rabbitmqctl set_permissions -p VHOST dondoc '(\S+)' '(\S+)' '(\S+)'"


def test_the_permissions_of_both_pages_are_the_same() -> None:
    assert documented("broker.md") == documented("operations.md")


def documented(page: str) -> tuple[str, str, str]:
    """The patterns for configure, write and read on *page*."""
    ((configure, write, read),) = re.findall(
        PERMISSIONS, (ROOT / "docs" / page).read_text(encoding="utf-8")
    )
    return configure, write, read


def test_the_service_does_everything_with_the_documented_permissions_alone(
    tmp_path: Path, vhost: VirtualHost, publishing: StartPublisher
) -> None:
    user = f"dondoc-{vhost.name}"
    url = vhost.add_user(user, "p")
    configure, write, read = documented("operations.md")
    vhost.permit(user, configure=configure, write=write, read=read)
    with Client(parse_address(vhost.url)) as administrator:
        administrator.declare(Topology((Exchange("hscv.events", "topic"),), (), ()))
    installation = Installation(tmp_path, url)
    installation.run("declare")
    installation.run("migrate")
    installation.run("check")
    events = [
        Outgoing("hscv.events", each.routing_key, each.body, each.content_type, "", each.headers)
        for each in generate()
        if each.label == "valid"
    ][:300]
    invalid = as_json(event("task.accepted", id="bad", data={}))
    events.append(Outgoing("hscv.events", "task.accepted", invalid, STRUCTURED, ""))
    assert all_confirmed(publishing().publish(events))
    running = installation.start()
    wait_until(lambda: running.events_in() == 301, "events are taken", 60)
    with Client(parse_address(vhost.url)) as client:
        wait_until(lambda: client.depth("dondoc.unrouted") > 0, "reminders go out", 60)
    assert running.stop()[0] == 0
    assert "refused" not in running.log.read_text(encoding="utf-8")
    assert [each["event_id"] for each in installation.rows("dead", "list")] == ["bad"]
    installation.run("dead", "drop", "--all", "--yes")
    installation.run("purge", "nothing-known", code=3)
