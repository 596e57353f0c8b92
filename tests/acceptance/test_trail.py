"""Every act of an operator that changes something leaves an entry, with the real command."""

from __future__ import annotations

import json
import os
import pwd
import signal
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from dondoc.cli import main
from dondoc.commands.assembly import operator as operators
from dondoc.storage.audit import BEGUN
from dondoc.storage.database import open_store
from support.installation import COMMAND, Installation

AWAY = "amqp://guest:guest@127.0.0.1:1/"


class Office(Installation):
    """An installation whose commands run in this process, which costs a tenth of the time."""

    def run(self, *arguments: str, code: int = 0, **environment: str) -> str:
        settings = ("--config", str(self.folder / "dondoc.toml"))
        done = CliRunner(env={"LANG": "C.UTF-8", "COLUMNS": "", **environment}).invoke(
            main, [*settings, *arguments]
        )
        assert done.exit_code == code, (done.exit_code, done.output)
        return done.output


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """An installation whose broker is away, after one act of each kind that needs none."""
    made = Office(tmp_path_factory.mktemp("office"), AWAY)
    events = made.folder / "events.jsonl"
    events.write_text(json.dumps(NORMAL) + "\n" + json.dumps({**NORMAL, "secrecy": "?"}), "utf-8")
    made.run("migrate")
    made.run("migrate")
    made.run("replay", str(events), code=3)
    made.run("reprocess", "--all", "--dry-run")
    made.run("reprocess", "--subject", "VB-1")
    made.run("purge", "VB-1", code=3)
    made.run("purge", "VB-1", "--lift")
    return made


NORMAL = {
    "specversion": "1.0",
    "id": "one",
    "source": "/hscv",
    "type": "vn.hscv.document.issued",
    "subject": "VB-1",
    "time": "2026-03-02T08:00:00+07:00",
    "secrecy": "normal",
    "data": {},
}


def acts(office: Installation, *filters: str) -> list[tuple[Any, ...]]:
    """The acts, the oldest first, short."""
    return [
        (row["act"], row["number"], row["outcome"]) for row in office.rows("audit", *filters)[::-1]
    ]


def test_each_act_is_entered_with_how_many_and_how_it_ended(office: Installation) -> None:
    found = acts(office)
    assert [name for name, _, _ in found] == [
        *("migrate", "law", "replay", "reprocess", "purge", "purge lift"),
    ]
    assert {outcome for _, _, outcome in found} == {"done"}
    assert {name: number for name, number, _ in found}["replay"] == 2


def test_an_entry_says_who_where_and_when(office: Installation) -> None:
    row = office.rows("audit")[-1]
    assert row["account"] == pwd.getpwuid(os.getuid()).pw_name
    assert row["host"] == os.uname().nodename
    assert row["at"] <= row["ended_at"]
    assert row["at"].endswith("+07:00")


def test_a_purged_subject_is_nowhere_in_the_trail_and_found_by_who_knows_it(
    office: Installation,
) -> None:
    rows = office.rows("audit")
    (purged,) = [row for row in rows if row["act"] == "purge"]
    assert purged["subject"].startswith("sha256:")
    assert purged["details"] == {"remain": 1}
    found = acts(office, "--subject", "VB-1")
    assert [name for name, _, _ in found] == ["reprocess", "purge", "purge lift"]


@pytest.mark.parametrize(
    ("filters", "names"),
    [
        (("--act", "purge"), ["purge", "purge lift"]),
        (("--act", "purge lift"), ["purge lift"]),
        (("--act", "purg"), []),
        (("--limit", "1"), ["purge lift"]),
        (("--to", "2020-01-01"), []),
        (("--who", "nobody at all"), []),
    ],
)
def test_a_filter_keeps_what_it_says(
    office: Installation, filters: tuple[str, ...], names: list[str]
) -> None:
    assert [name for name, _, _ in acts(office, *filters)] == names


def test_a_person_reads_it_in_80_columns(office: Installation) -> None:
    for language in ("en", "vi"):
        shown = office.run("audit", "--lang", language, COLUMNS="80")
        assert max(map(len, shown.splitlines())) <= 80, shown
        assert "purge lift" in shown


def test_the_refused_message_is_in_the_list_of_rejections(office: Installation) -> None:
    (row,) = office.rows("rejections", "list")
    assert "secrecy" in row["reason"]
    assert row["size"] > 100
    assert len(row["sha256"]) == 64
    assert office.rows("rejections", "list", "--event", "none such") == []
    shown = office.run("rejections", "list", "--lang", "vi", COLUMNS="80")
    assert max(map(len, shown.splitlines())) <= 80


def test_an_act_that_does_not_come_to_its_end_is_entered_as_begun(tmp_path: Path) -> None:
    """The command is killed while it works: the entry was there before."""
    office = Office(tmp_path, AWAY)
    office.run("migrate")
    process = subprocess.Popen(
        [*COMMAND, "replay", "/dev/stdin"],
        cwd=tmp_path,
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
    )
    assert process.stdin is not None
    process.stdin.write(f"{json.dumps(NORMAL)}\n".encode())
    process.stdin.flush()  # the next line never comes
    store = open_store(office.database_url)
    try:
        until = time.monotonic() + 60
        while not store.read(lambda tx: tx.rows("SELECT id FROM audit WHERE act='replay'")):
            assert time.monotonic() < until, "no entry"
            time.sleep(0.05)
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()
        store.close()
    assert ("replay", None, BEGUN) in acts(office)


def test_an_act_that_cannot_be_done_is_entered_as_failed_and_one_that_is_refused_is_not(
    tmp_path: Path,
) -> None:
    office = Office(tmp_path, AWAY)
    office.run("migrate")
    good = tmp_path / "good.jsonl"
    good.write_text(json.dumps(NORMAL), "utf-8")
    office.run("replay", str(good), str(tmp_path / "none.jsonl"), code=1)
    office.run("purge", "VB-1", "--lift", code=1)
    office.run("reprocess", code=2)
    office.run("dead", "drop", "--all", "--yes", code=1)
    found = acts(office)
    assert found[-1] == ("replay", 1, "failed")
    assert [name for name, _, _ in found] == ["migrate", "law", "replay"]


def test_a_start_by_another_law_is_entered_with_what_changed(tmp_path: Path) -> None:
    office = Office(tmp_path, AWAY)
    empty = tmp_path / "none.jsonl"
    empty.touch()
    office.run("replay", str(empty))
    settings = tmp_path / "dondoc.toml"
    settings.write_text(
        "\n".join(
            x for x in settings.read_text("utf-8").split("\n") if not x.startswith("reminders =")
        ),
        "utf-8",
    )
    office.run("replay", str(empty))
    office.run("replay", str(empty))
    first, second = [row["details"] for row in office.rows("audit", "--act", "law")[::-1]]
    assert first.keys() == {"generation", "regulations", "calendar", "bodies", "policy", "since"}
    assert list(second) == ["policy"]
    assert second["policy"][0] == first["policy"][0] != second["policy"][1]


# Who it was


@pytest.mark.parametrize(
    ("environment", "who"),
    [
        ({}, "root"),
        ({"SUDO_USER": "nobody", "SUDO_UID": str(pwd.getpwnam("nobody").pw_uid)}, "nobody"),
        ({"SUDO_USER": "nobody", "SUDO_UID": "0"}, "root"),
        ({"SUDO_USER": "nobody"}, "root"),
        ({"SUDO_USER": "no such user", "SUDO_UID": "1"}, "root"),
        ({"SUDO_USER": "a\x00b", "SUDO_UID": "1"}, "root"),
        ({"USER": "chairman", "LOGNAME": "chairman", "USERNAME": "chairman"}, "root"),
    ],
)
def test_a_person_is_believed_only_where_the_list_of_users_agrees(
    environment: Mapping[str, str], who: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(operators, "_LOGIN", tmp_path / "none")
    own = pwd.getpwuid(os.getuid()).pw_name
    found = operators.operator(environment)
    assert (found.who, found.account) == (own if who == "root" else who, own)


@pytest.mark.parametrize(("login", "who"), [("65534", "nobody"), ("4294967295", None), ("", None)])
def test_whoever_logged_in_is_the_person_whatever_the_environment_says(
    login: str, who: str | None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "loginuid"
    file.write_text(login)
    monkeypatch.setattr(operators, "_LOGIN", file)
    found = operators.operator({"SUDO_USER": "root", "SUDO_UID": "0"})
    assert found.who == (who or "root")
