"""What is set wrongly ends the command with one line that says what to mend, and no traceback."""

from __future__ import annotations

import json
from base64 import b64encode
from pathlib import Path

import pytest
from support.hscv import as_json, event
from support.installation import Installation

NOBODY = "amqp://127.0.0.1:1/"


@pytest.fixture
def installation(tmp_path: Path) -> Installation:
    return Installation(tmp_path, NOBODY)


def one_line(text: str) -> str:
    lines = [line for line in text.splitlines() if line.strip()]
    assert len(lines) == 1, text
    return lines[0]


def replace(installation: Installation, old: str, new: str) -> None:
    path = installation.folder / "dondoc.toml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_an_unknown_key_is_refused_by_name(installation: Installation) -> None:
    replace(installation, "[tracking]", "[tracking]\nsinse = 2026-01-01")
    line = one_line(installation.run("run", code=1))
    assert "dondoc.toml" in line
    assert "tracking.sinse" in line


def test_an_unknown_variable_is_refused_by_name(installation: Installation) -> None:
    line = one_line(installation.run("run", code=1, DONDOC_BROKER_ULR=NOBODY))
    assert "DONDOC_BROKER_ULR" in line


def test_a_settings_file_that_is_no_toml_is_named_with_the_place(
    installation: Installation,
) -> None:
    replace(installation, "[broker]", "[broker")
    line = one_line(installation.run("run", code=1))
    assert "dondoc.toml:" in line
    assert ": is not valid TOML: " in line


def test_a_settings_file_that_does_not_exist_is_named(installation: Installation) -> None:
    line = one_line(installation.run("--config", "other.toml", "status", code=1))
    assert "other.toml: there is no such file" in line


def test_a_broker_that_is_not_there_is_named_without_the_password(
    installation: Installation,
) -> None:
    replace(installation, NOBODY, "amqp://clerk:s3cret@127.0.0.1:1/")
    line = one_line(installation.run("declare", code=1))
    assert "127.0.0.1:1" in line
    assert "s3cret" not in line


def test_a_broker_url_of_another_protocol_is_refused(installation: Installation) -> None:
    replace(installation, NOBODY, "http://127.0.0.1/")
    assert "amqp://" in one_line(installation.run("run", code=1))


def test_a_database_that_cannot_be_written_is_named(installation: Installation) -> None:
    installation.run("migrate")
    folder = installation.folder / "elsewhere"
    replace(installation, f"sqlite:///{installation.folder / 'dondoc.db'}", f"sqlite:///{folder}/x")
    assert "elsewhere" in one_line(installation.run("run", code=1))


def test_a_database_of_an_unknown_kind_is_refused(installation: Installation) -> None:
    line = one_line(installation.run("--database", "mysql://x/y", "status", code=1))
    assert "sqlite:///" in line


def test_a_command_on_a_database_that_does_not_exist_says_how_to_make_it(
    installation: Installation,
) -> None:
    assert "dondoc migrate" in one_line(installation.run("list", code=1))


def test_a_regulation_with_a_typo_is_named_with_rule_and_key(installation: Installation) -> None:
    from importlib.resources import files

    law = files("dondoc.rules").joinpath("regulations", "02-2015-qd-ubnd.toml")
    text = law.read_text(encoding="utf-8").replace('per = "delivery"', 'per = "delivry"', 1)
    (installation.folder / "law.toml").write_text(text, encoding="utf-8")
    replace(installation, "[tracking]", '[tracking]\nregulations = ["law.toml"]')
    line = one_line(installation.run("replay", "--sample", code=1))
    assert "law.toml:" in line
    assert ": rule[review].per: " in line
    assert "delivery" in line


def test_another_first_day_than_the_stored_one_stops_the_service(
    installation: Installation,
) -> None:
    installation.run("migrate")
    replace(installation, "since = 2026-01-01", "since = 2026-02-01")
    line = one_line(installation.run("run", code=1))
    assert "2026-02-01" in line
    assert "reprocess --all" in line
    installation.run("reprocess", "--all")
    installation.run("replay", "--sample")


def test_check_exits_3_when_it_finds_something_to_mend(installation: Installation) -> None:
    told = installation.run("check", code=3)
    assert "mend" in told


def test_replay_names_the_line_of_each_refused_event_and_exits_3(
    installation: Installation,
) -> None:
    good = as_json(event())
    unsaid = json.dumps(
        {
            "amqp": {
                "routing_key": "document.issued",
                "content_type": "text/plain",
                "headers": {},
                "body_base64": b64encode(good).decode(),
            }
        }
    )
    (installation.folder / "events.jsonl").write_text(
        "\n".join(["", good.decode(), "", as_json(event(id="2", time="today")).decode(), unsaid]),
        encoding="utf-8",
    )
    told = installation.run("replay", "events.jsonl", code=3).splitlines()
    assert told[0].startswith("events.jsonl:4: refused: time: ")
    assert told[1].startswith(
        "events.jsonl:5: refused: its secrecy is not established: the content"
    )
    assert told[2] == "3 events: 1 stored, 1 rejected, 1 dead"


def test_wrong_usage_exits_2(installation: Installation) -> None:
    installation.run("list", "--state", "late", code=2)
    installation.run("replay", code=2)
    installation.run("term", "2026-13-01", "--working-days", "1", code=2)


def test_a_date_beyond_the_calendar_is_refused_with_what_it_covers(
    installation: Installation,
) -> None:
    line = one_line(installation.run("term", "2031-01-01", "--working-days", "1", code=1))
    assert "2027-12-31" in line


@pytest.mark.parametrize(
    ("variable", "value"), [("TRACKING_SINCE", "2026-02-01"), ("METRICS_LISTEN", "192.0.2.1:9464")]
)
def test_what_run_refuses_to_start_with_check_tells_in_the_same_words(
    installation: Installation, variable: str, value: str
) -> None:
    installation.run("migrate")
    environment = {f"DONDOC_{variable}": value}
    refused = one_line(installation.run("run", code=1, **environment)).removeprefix("Error: ")
    assert refused in installation.run("check", code=3, **environment)
