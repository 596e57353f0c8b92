"""Two units on one broker, each with its service and its database: neither sees the other's events,
secret and broken ones among them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from dondoc.connector.transport import Client, Outgoing, parse_address
from dondoc.connector.transport.topology import Exchange, Topology
from support.hscv import BINARY, DATA, STRUCTURED, as_json, event
from support.installation import Installation
from support.rabbitmq import VirtualHost, wait_until
from support.transport import StartPublisher, all_confirmed

UNITS = ("Xuân Hòa", "tan-an")
WORDS = {"Xuân Hòa": "CanaryXuanHoa", "tan-an": "CanaryTanAn"}
HSCV = Topology((Exchange("hscv.events", "topic"),), (), ())


def told(whose: str, id_: str, **changes: Any) -> dict[str, Any]:
    """A document of the unit *whose*, with its canary in every text that anything could keep."""
    word = WORDS[whose]
    data = {**DATA["document.issued"], "abstract": word, "symbol": f"1/{word}"}
    return (
        event("document.issued", id=f"{word}-{id_}", subject=f"{word}-{id_}", unit=whose, data=data)
        | changes
    )


def stream(unit: str) -> Iterator[tuple[bytes, str, dict[str, Any]]]:
    """Bodies of *unit* with content type and headers: three to store, a dead letter, two
    rejections, and secret ones of which nothing may be anywhere."""
    header = {"cloudEvents_unit": unit}
    yield as_json(told(unit, "1")), STRUCTURED, {}
    yield as_json(told(unit, "2", unit=unit.upper())), STRUCTURED, {}
    whole = told(unit, "3")
    attributes = {f"cloudEvents_{name}": said for name, said in whole.items() if name != "data"}
    yield as_json(whole["data"]), BINARY, attributes
    yield as_json(told(unit, "dead", time="yesterday")), STRUCTURED, {}
    yield as_json(told(unit, "doubt", secrecy="perhaps")), STRUCTURED, {}
    yield as_json(told(unit, "cut"))[:-20], STRUCTURED, header
    yield as_json(told(unit, "secret", secrecy="mat")), STRUCTURED, {}
    yield as_json(told(unit, "hidden")), STRUCTURED, {"secrecy": "toimat"}
    yield b"CanarySecret", BINARY, {**header, "secrecy": "tuyetmat"}


@pytest.fixture
def units(tmp_path: Path, vhost: VirtualHost) -> Iterator[dict[str, Installation]]:
    made = {}
    for number, unit in enumerate(UNITS):
        folder = tmp_path / str(number)
        folder.mkdir()
        made[unit] = Installation(folder, vhost.url)
        file = folder / "dondoc.toml"
        names = {key: f"dondoc{number}.{key}" for key in ("events", "dead", "reminders")}
        text = file.read_text("utf-8").replace("[tracking]", f'[tracking]\nunit = "{unit}"')
        text += "[broker.names]\n"
        text += "".join(f'{key} = "{name}"\n' for key, name in names.items())
        text += f'unrouted = "dondoc{number}.unrouted"\n'
        file.write_text(text, "utf-8")
        made[unit].run("declare")
        made[unit].run("migrate")
    yield made
    for each in made.values():
        each.end_what_is_left()


def counts(metrics: dict[str, float], unit: str) -> dict[str, int]:
    """Events by what became of them; every series has the label of *unit*."""
    assert all(f'dondoc_unit="{unit}"' in name for name in metrics), list(metrics)[:5]
    found: dict[str, int] = {}
    for name, value in metrics.items():
        if name.startswith("dondoc_events_total{"):
            result = name.split('result="')[1].split('"')[0]
            found[result] = found.get(result, 0) + int(value)
    return found


def test_two_units_on_one_exchange_do_not_see_each_other(
    units: dict[str, Installation], vhost: VirtualHost, publishing: StartPublisher
) -> None:
    sent = [
        Outgoing("hscv.events", "document.issued", body, type_, "", headers)
        for pair in zip(*map(stream, UNITS), strict=True)
        for body, type_, headers in pair
    ]
    # What says no unit, and what cannot be told apart: nobody may lose it.
    unclear = {"cloudEvents_unit": UNITS[0], "cloudEvents:unit": UNITS[1]}
    sent.append(Outgoing("hscv.events", "x", as_json(event(id="of-all")), STRUCTURED, ""))
    sent.append(Outgoing("hscv.events", "x", b"{", STRUCTURED, "", unclear))
    each = len(sent) // 2 - 1
    assert all_confirmed(publishing(wanted=HSCV).publish(sent))
    running = {unit: installation.start() for unit, installation in units.items()}
    for unit, service in running.items():
        wait_until(lambda: service.events_in() == len(sent), "all are counted", 60)  # noqa: B023
        assert counts(service.metrics(), unit) == {
            "stored": 4,
            "dead": 1,
            "rejected": 3,
            "discarded": 3,
            "foreign": each,
        }
        assert (
            service.metrics()[f'dondoc_foreign_events_total{{dondoc_unit="{unit}",reason="unit"}}']
            == each
        )
    for unit, installation in units.items():
        word, other = WORDS[unit], WORDS[UNITS[1 - UNITS.index(unit)]]
        dead = installation.rows("dead", "list")
        assert [row["event_id"] for row in dead] == [f"{word}-dead"]
        rejected = {row["event_id"] for row in installation.rows("rejections", "list")}
        assert rejected == {f"{word}-doubt", None}
        lines = installation.run("export").splitlines()
        assert {json.loads(line)["id"] for line in lines if '"amqp"' not in line} == {
            *(f"{word}-{n}" for n in (1, 2)),
            "of-all",
        }
        listen = urlsplit(running[unit].address()).netloc
        said = installation.run("check", DONDOC_METRICS_LISTEN=listen)
        assert f"{each} events of other units since the service started" in said
        assert running[unit].stop()[0] == 0
        kept = b"".join(path.read_bytes() for path in installation.folder.iterdir())
        assert f"{word}-1".encode() in kept
        for canary in (other, "CanarySecret", "-secret", "-hidden"):
            assert canary.encode() not in kept, f"{canary} is in the files of {unit}"
    for queue in ("dondoc0", "dondoc1"):
        with Client(parse_address(vhost.url)) as client:
            assert client.depth(f"{queue}.events") == 0
            (letter,) = client.get(f"{queue}.dead", 10)
            word = WORDS[UNITS[int(queue[-1])]]
            assert word.encode() in letter.body


@pytest.fixture
def installation(tmp_path: Path, vhost: VirtualHost) -> Iterator[Installation]:
    made = Installation(tmp_path, vhost.url)
    yield made
    made.end_what_is_left()


def test_bindings_and_sources_keep_apart_what_says_no_unit(
    tmp_path: Path, installation: Installation, vhost: VirtualHost, publishing: StartPublisher
) -> None:
    file = tmp_path / "dondoc.toml"
    installation.run("declare")  # bound by # from here on
    text = file.read_text("utf-8")
    chosen = 'binding = ["xuan-hoa.#", "ca-tinh.#"]\nsources = ["/hscv/yen-the*"]\n'
    file.write_text(text.replace("[broker]\n", f"[broker]\n{chosen}"), "utf-8")
    installation.run("migrate")
    running = installation.start()
    running.address()
    with Client(parse_address(vhost.url)) as client:
        wait_until(lambda: client.exists("dondoc.events"), "it is there")
    wait_until(lambda: running.metrics()["dondoc_consumer_up"] == 1, "it consumes", 30)
    sent = [
        Outgoing("hscv.events", key, as_json(event(id=id_, source=source)), STRUCTURED, "")
        for key, id_, source in (
            ("xuan-hoa.document.issued", "1", "/hscv/yen-the"),
            ("ca-tinh.document.issued", "2", "/hscv/yen-the/2"),
            ("ca-tinh.document.issued", "3", "/hscv/tan-an"),
            ("tan-an.document.issued", "4", "/hscv/yen-the"),
            ("document.issued", "5", "/hscv/yen-the"),
        )
    ]
    publishing(wanted=HSCV).publish(sent)
    wait_until(lambda: running.events_in() == 3, "three come", 30)
    running.wait_until_idle()
    metrics = running.metrics()
    assert running.events_in() == 3
    assert metrics['dondoc_foreign_events_total{reason="source"}'] == 1
    assert not any("dondoc_unit" in name for name in metrics)
    assert running.stop()[0] == 0
    lines = installation.run("export").splitlines()
    assert {json.loads(line)["id"] for line in lines} == {"1", "2"}


def test_what_is_of_another_unit_now_stays_a_dead_letter(
    tmp_path: Path, installation: Installation, publishing: StartPublisher
) -> None:
    installation.run("declare")
    installation.run("migrate")
    running = installation.start()
    broken = as_json(told("tan-an", "dead", data={}))
    publishing(wanted=HSCV).publish([Outgoing("hscv.events", "x", broken, STRUCTURED, "")])
    wait_until(lambda: installation.rows("dead", "list"), "it is a dead letter", 30)
    assert running.stop()[0] == 0
    file = tmp_path / "dondoc.toml"
    named = file.read_text("utf-8").replace("[tracking]", '[tracking]\nunit = "xuan-hoa"')
    file.write_text(named, "utf-8")
    (row,) = json.loads(installation.said("dead", "retry", "--all", "--format", "json", code=3))
    assert row["outcome"] == "stays"
    assert "another unit" in row["reason"]
    assert len(installation.rows("dead", "list")) == 1


def test_a_file_with_events_of_other_units_is_replayed_without_them(tmp_path: Path) -> None:
    installation = Installation(tmp_path, "amqp://127.0.0.1:1/")
    file = tmp_path / "dondoc.toml"
    text = file.read_text("utf-8")
    file.write_text(text.replace("[tracking]", '[tracking]\nunit = "Xuân Hòa"'), "utf-8")
    lines = [body for unit in UNITS for body, type_, _ in stream(unit) if type_ == STRUCTURED]
    (tmp_path / "events.jsonl").write_bytes(b"\n".join(lines))
    said = installation.said("replay", "events.jsonl", "--refused", "refused.jsonl", code=3)
    # A file has no headers: what is cut off cannot say whose it is, and stays ours to refuse.
    assert "6 of other units" in said
    refused = (tmp_path / "refused.jsonl").read_text("utf-8")
    assert "CanaryTanAn" not in refused
    assert "CanaryXuanHoa" in refused
    assert len(installation.run("export").splitlines()) == 3


def test_a_database_keeps_to_its_unit(tmp_path: Path) -> None:
    installation = Installation(tmp_path, "amqp://127.0.0.1:1/")
    file = tmp_path / "dondoc.toml"
    text = file.read_text("utf-8")

    def name(unit: str) -> None:
        file.write_text(text.replace("[tracking]", f'[tracking]\nunit = "{unit}"'), "utf-8")

    (tmp_path / "one.jsonl").write_bytes(as_json(told("tan-an", "1", unit="H32.5")))
    installation.run("migrate")  # of yesterday, when no unit was named
    name("H32.5")
    installation.run("replay", "one.jsonl")
    name("H32.6")
    said = installation.run("replay", "one.jsonl", code=1)
    assert "tracking.unit: is H32.6, but the database holds the events of H32.5" in said
    assert "the events of H32.5" in installation.run("run", code=1)
    assert "dondoc reprocess --all" in installation.said("check", code=3)
    file.write_text(text, "utf-8")
    (tmp_path / "two.jsonl").write_bytes(as_json(told("tan-an", "2", unit="H32.7")))
    told_of = installation.said("replay", "two.jsonl", code=3)
    assert "1 of other units" in told_of, "it is remembered, and nothing was taken"
    name("H32.6")
    installation.run("reprocess", "--all")
    assert "1 of other units" in installation.said("replay", "one.jsonl", code=3)
