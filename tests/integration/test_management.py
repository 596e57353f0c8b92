"""What `dondoc check` learns from the management API, on a real node."""

from __future__ import annotations

from pathlib import Path

import pytest
from dondoc.connector.transport import Client, Problem, parse_address
from dondoc.connector.transport.management import inspect_policies, stray_bindings
from dondoc.connector.transport.topology import Queue, Topology, topology
from support.installation import Installation
from support.rabbitmq import VirtualHost

TOPOLOGY = topology()


@pytest.fixture
def declared(vhost: VirtualHost) -> VirtualHost:
    with Client(parse_address(vhost.url)) as client:
        client.declare(TOPOLOGY)
    return vhost


def inspect(host: VirtualHost) -> tuple[Problem, ...]:
    return inspect_policies(host.broker.management_url(), host.name, TOPOLOGY)


def test_queues_as_dondoc_declares_them_are_in_order(declared: VirtualHost) -> None:
    assert inspect(declared) == ()


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("delivery-limit", 5),
        ("dead-letter-exchange", "elsewhere"),
        ("max-length", 10),
        ("max-length-bytes", 1000),
        ("message-ttl", 60000),
        ("expires", 600000),
    ],
)
def test_a_policy_that_lets_events_disappear_is_named(
    declared: VirtualHost, key: str, value: object
) -> None:
    declared.set_policy(r"^dondoc\.events$", {key: value})
    (problem,) = inspect(declared)
    assert problem.object == "queue dondoc.events"
    assert f"{key} {value} by policy test" in problem.text


def test_a_policy_that_another_one_overrides_is_not_in_force(declared: VirtualHost) -> None:
    declared.set_policy(r"^dondoc\.events$", {"message-ttl": 60000})
    declared.set_policy("events", {"queue-leader-locator": "balanced"}, name="better", priority=5)
    assert inspect(declared) == ()


def test_a_user_who_may_only_see_policies_is_enough(declared: VirtualHost) -> None:
    user = f"u{declared.name}"
    declared.add_user(user, "p", tags="policymaker")
    declared.permit(user, configure="^$", write="^$", read="^$")
    declared.set_policy("dead", {"max-length": 5})
    url = f"http://{user}:p@127.0.0.1:{declared.broker.http_port}"
    assert [each.object for each in inspect_policies(url, declared.name, TOPOLOGY)] == [
        "queue dondoc.dead"
    ]


def test_arguments_that_let_events_disappear_are_named(vhost: VirtualHost) -> None:
    arguments: dict[str, str | int] = {"x-max-length": 10, "x-message-ttl": 1000}
    with Client(parse_address(vhost.url)) as client:
        client.declare(Topology((), (Queue("dondoc.dead", arguments, keeps_all=True),), ()))
    texts = {each.text.partition(":")[0] for each in inspect(vhost)}
    assert texts == {
        "is a classic queue, not a quorum queue",
        "has max-length 10 by its arguments",
        "has message-ttl 1000 by its arguments",
    }


def test_an_unrouted_queue_without_bounds_is_named(vhost: VirtualHost) -> None:
    arguments: dict[str, str | int] = {"x-queue-type": "quorum", "x-max-length": 10}
    with Client(parse_address(vhost.url)) as client:
        client.declare(Topology((), (Queue("dondoc.unrouted", arguments, keeps_all=False),), ()))
    assert [each.text for each in inspect(vhost)] == [
        "has no message-ttl, so that it may fill the disk"
    ]


@pytest.mark.parametrize(
    ("user", "why"), [("guest:wrong", "401"), ("guest:guest", "refused"), ("", "begin with http")]
)
def test_an_api_that_cannot_be_asked_is_told_without_its_password(
    declared: VirtualHost, user: str, why: str
) -> None:
    port = 1 if why == "refused" else declared.broker.http_port
    url = f"http://{user}@127.0.0.1:{port}" if user else "rabbit:5672"
    (problem,) = inspect_policies(url, declared.name, TOPOLOGY)
    assert why in problem.text
    assert "policies are not checked" in problem.text
    assert "wrong" not in str(problem)


def test_a_binding_of_former_settings_is_told_and_taken_away(
    vhost: VirtualHost, tmp_path: Path
) -> None:
    installation = Installation(tmp_path, vhost.url)
    file = tmp_path / "dondoc.toml"
    text, api = file.read_text("utf-8"), f'management_url = "{vhost.broker.management_url()}"\n'

    def bound(*patterns: str) -> str:
        chosen = f"binding = {list(patterns)}\n" if patterns else ""
        file.write_text(text.replace("[broker]\n", f"[broker]\n{api}{chosen}"), "utf-8")
        return installation.run("declare")

    def keys() -> set[str]:
        url, nothing = vhost.broker.management_url(), Topology((), (), ())
        found = stray_bindings(url, vhost.name, nothing, "dondoc.events", "hscv.events")
        return {each.routing_key for each in found}

    installation.run("declare")
    installation.run("migrate")
    assert keys() == {"#"}
    bound("xuan-hoa.#", "ca-tinh.*.*")
    assert keys() == {"xuan-hoa.#", "ca-tinh.*.*"}
    file.write_text(file.read_text("utf-8").replace("'ca-tinh.*.*'", "'tan-an.#'"), "utf-8")
    said = installation.said("check", code=3)
    assert "dondoc.events is bound to hscv.events by ca-tinh.*.* too" in said
    assert "not bound to exchange hscv.events by ca-tinh.*.* any more" in bound("xuan-hoa.#")
    assert keys() == {"xuan-hoa.#"}
    assert "nothing was missing" in bound("xuan-hoa.#")
    assert "does not name" not in installation.run("check")
    bound()
    assert keys() == {"#", "xuan-hoa.#"}, "what brings nothing more is left where nothing is named"


def test_an_api_that_does_not_answer_stops_no_declaration_without_a_word(
    vhost: VirtualHost, tmp_path: Path
) -> None:
    installation = Installation(tmp_path, vhost.url)
    file = tmp_path / "dondoc.toml"
    chosen = '[broker]\nmanagement_url = "http://guest:geheim@127.0.0.1:1"\nbinding = "a.#"\n'
    file.write_text(file.read_text("utf-8").replace("[broker]\n", chosen), "utf-8")
    said = installation.run("declare", code=1)
    assert "management API at 127.0.0.1:1 cannot be asked" in said
    assert "geheim" not in said
