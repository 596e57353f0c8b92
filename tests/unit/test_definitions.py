"""The files of deploy/rabbitmq say what dondoc declares, and what its pages say of permissions."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from dondoc.connector.transport.definitions import definitions
from dondoc.connector.transport.topology import LOSSY, BrokerNames, topology
from support.pages import ROOT

FOLDER = ROOT / "deploy" / "rabbitmq"
VHOST = "hscv"


def read(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((FOLDER / name).read_text(encoding="utf-8"))
    return found


def test_the_file_is_what_the_topology_makes() -> None:
    again = "DONDOC_BROKER_URL=amqp://x@x/hscv dondoc declare --definitions > definitions.json"
    assert read("definitions.json") == definitions(topology(), VHOST), again


def test_nothing_in_it_lets_an_event_disappear() -> None:
    found = definitions(topology(mail=True), VHOST)
    kept = {"dondoc.events", "dondoc.dead", "dondoc.mail"}
    for queue in found["queues"]:
        names = {name.removeprefix("x-") for name in queue["arguments"]}
        assert bool(names & LOSSY) == (queue["name"] not in kept)
    (policy,) = found["policies"]
    assert not policy["definition"].keys() & LOSSY
    names = {queue["name"] for queue in found["queues"]}
    assert {name for name in names if re.search(policy["pattern"], name)} == kept


def test_names_with_letters_of_patterns_are_taken_as_they_are() -> None:
    (policy,) = definitions(topology(BrokerNames(events="a|b.*", dead="(c")), "x")["policies"]
    names = ("a|b.*", "(c", "a", "b", "bx")
    assert [name for name in names if re.search(policy["pattern"], name)] == ["a|b.*", "(c"]


def test_users_come_without_a_password_and_with_what_the_pages_say() -> None:
    found = read("users.json")
    assert all(set(user) == {"name", "tags"} for user in found["users"])
    named = {each["name"] for each in found["users"]}
    assert {each["user"] for each in found["permissions"]} == named
    assert {each["vhost"] for each in found["permissions"]} == {VHOST}
    (rights,) = (each for each in found["permissions"] if each["user"] == "dondoc")
    line = " ".join(f"'{rights[right]}'" for right in ("configure", "write", "read"))
    for page in ("broker.md", "operations.md"):
        told = (ROOT / "docs" / page).read_text(encoding="utf-8")
        assert f"rabbitmqctl set_permissions -p VHOST dondoc {line}" in told


@pytest.mark.parametrize("name", ["/", "thành phố", "a/b", 'x"y'])
def test_a_virtual_host_may_have_any_name(name: str) -> None:
    found = definitions(topology(), name)
    named = [each["vhost"] for key in found if key != "vhosts" for each in found[key]]
    assert {*named, found["vhosts"][0]["name"]} == {name}
