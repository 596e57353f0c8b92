"""Codes of bodies that events have and the directory lacks are named, with the code that may be
meant, and what is owed under them can be listed."""

from __future__ import annotations

import json
from contextlib import closing
from datetime import date
from operator import methodcaller
from pathlib import Path

import pytest
from click.testing import CliRunner
from dondoc.cli import main
from dondoc.commands.terminal.unknown_bodies import unknown_bodies_told
from dondoc.rules.body import Body
from dondoc.rules.directory import Directory
from dondoc.storage.database import Store, open_store
from dondoc.storage.questions.unknown_bodies import unknown_bodies
from support import small_office
from support.small_office import SETTINGS, event

BODIES = f"""{small_office.BODIES}
[[body]]
code = "VHXH"
name = "Phòng Văn hóa - Xã hội"
kind = "department"
aliases = ["H12.04"]
"""


def task(id_: str, subject: str, lead: str) -> str:
    named = {"task_id": id_, "kind": "execute", "content": "Rà soát", "class": "4.1"}
    return event(id_, "task.assigned", subject, lead=lead, due_on="2026-03-20", **named)


EVENTS = [
    task("T1", "VB-1", "kt"),
    task("T2", "VB-2", "kt"),
    task("T3", "VB-2", "KT"),
    event("A3", "task.accepted", "VB-2", task_id="T3", body="VHX"),
    event(
        *("R1", "report.submitted", "BC-1"),
        report="body_progress",
        period="2026-02",
        body="H12.04",
        submitted_on="2026-03-02",
    ),
]


def said(*words: str, lang: str = "en") -> str:
    return CliRunner().invoke(main, [f"--lang={lang}", *words]).output


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "dondoc.toml").write_text(SETTINGS, "utf-8")
    (tmp_path / "bodies.toml").write_text(BODIES, "utf-8")
    (tmp_path / "events.jsonl").write_text("\n".join(EVENTS), "utf-8")
    with closing(open_store("sqlite:///dondoc.db")) as opened:
        opened.migrate(date(2026, 1, 1))
    assert "5 stored" in said("replay", "events.jsonl")
    return tmp_path


def test_check_and_status_name_codes_that_the_directory_lacks_with_the_nearest(
    office: Path,
) -> None:
    told = "kt (2; KT?), H12.04 (1; VHXH?), VHX (1; VHXH?)"
    (line,) = (each for each in said("check").splitlines() if " codes of bodies: " in each)
    assert line.startswith("?")
    assert told in line
    assert f"codes that the directory lacks: {told}" in said("status")
    assert f"mã cơ quan không có trong danh bạ: {told}" in said("status", lang="vi")
    counted = json.loads(said("status", "--format", "json"))["unknown_bodies"]
    assert counted == {"kt": 2, "H12.04": 1, "VHX": 1}


def test_what_is_owed_under_such_a_code_is_listed_by_it_though_it_is_like_another(
    office: Path,
) -> None:
    for given, whose in (("kt", {"kt"}), ("KT", {"KT"}), ("Kt", {"KT"})):
        rows = json.loads(said("list", "--body", given, "--format", "json"))
        assert {row["body"] for row in rows} == whose, given


def test_both_databases_name_them_and_nothing_where_all_are_known(store: Store) -> None:
    directory = Directory({"kt": Body("kt", "Kinh tế", "department")})
    assert store.read(lambda tx: unknown_bodies(tx, directory)) == {}
    for key, flags in (("document:1", '["unknown_body:kx","no_party:kx"]'), ("reports:kt", None)):
        sql = "INSERT INTO stream (key, flags, event_count, law) VALUES (%s, %s, 1, '')"
        store.transact(methodcaller("run", sql, key, flags))
    assert store.read(lambda tx: unknown_bodies(tx, directory)) == {"kx": 1}


def test_more_codes_than_fit_on_a_line_are_told_by_their_number() -> None:
    told = unknown_bodies_told({f"x{n}": 1 for n in range(7)}, Directory({}))
    assert told == "x0 (1), x1 (1), x2 (1), x3 (1), x4 (1), 2 more"
