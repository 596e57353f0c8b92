"""`dondoc bodies` lists the directory, to a newcomer without a database too."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from dondoc.cli import main

SETTINGS = '[tracking]\nbodies = "bodies.toml"\n'
BODIES = """
[[body]]
code = "VP"
name = "Văn phòng"
kind = "office"
head = "Chánh Văn phòng"
email = "vp@xa.example"

[[body]]
code = "NV"
name = "Phòng Nội vụ"
kind = "department"
valid_to = 2025-02-28

[[body]]
code = "NV"
name = "Phòng Nội vụ - Lao động"
kind = "department"
valid_from = 2025-03-01
"""


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "dondoc.toml").write_text(SETTINGS, "utf-8")
    (tmp_path / "bodies.toml").write_text(BODIES, "utf-8")
    monkeypatch.chdir(tmp_path)


def told(*line: str) -> str:
    done = CliRunner(env={"COLUMNS": ""}).invoke(main, ["bodies", *line], standalone_mode=False)
    assert done.exception is None, done.exception
    return done.output


@pytest.mark.usefixtures("office")
def test_the_bodies_are_listed_by_each_of_their_names_in_the_order_of_the_directory() -> None:
    shown = told("--lang", "vi").splitlines()
    assert [line.split()[0] for line in shown] == ["mã", "──", "VP", "NV", "NV"]
    assert shown[2].endswith("  Chánh Văn phòng  vp@xa.example")
    assert shown[3].endswith("đến 28/02/2025")
    assert shown[4].endswith("từ 01/03/2025")


@pytest.mark.usefixtures("office")
def test_one_body_is_found_as_elsewhere_and_programs_get_every_field() -> None:
    rows = json.loads(told("--body", "phong noi vu - lao dong", "--format", "json"))
    assert [(row["code"], row["valid_to"], row["valid"]) for row in rows] == [
        ("NV", "2025-02-28", False),
        ("NV", None, True),
    ]
    assert told("--body", "vp", "--format", "csv").splitlines()[1] == (
        "VP,Văn phòng,office,Chánh Văn phòng,vp@xa.example,,digest,,,yes,"
    )
