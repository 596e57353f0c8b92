"""Inputs that once broke dondoc: none of the files lies there unread, and commands end as they
should."""

from __future__ import annotations

import json
import os
import re
import subprocess
from pathlib import Path

import pytest
from support.installation import COMMAND, Installation

TESTS = Path(__file__).parents[1]
CASES = TESTS / "fixtures" / "cases"
COMMANDS = (CASES / "14-commands.sh").read_text(encoding="utf-8").splitlines()
FULL = "Error: the output cannot be written: No space left on device\n"
# The others need a file system of their own: the tests of the backup.
EXPECTED = {
    "dondoc replay good.json 2>&-": (0, r""),
    "dondoc --help > /dev/full": (1, re.escape(FULL)),
    "dondoc backup /": (1, r"Error: [^\n]+\n"),
    "DONDOC_LIMITS_HISTORY=5 dondoc list": (1, r"Error: DONDOC_LIMITS_HISTORY: [^\n]+\n"),
}


@pytest.mark.parametrize("command", EXPECTED)
def test_a_command_that_once_failed_ends_as_it_should(tmp_path: Path, command: str) -> None:
    assert command in COMMANDS
    installation = Installation(tmp_path, "amqp://127.0.0.1:1/")
    installation.run("migrate")
    tmp_path.joinpath("good.json").write_bytes((CASES / "good.json").read_bytes())
    inherited = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
    done = subprocess.run(
        ["bash", "-c", command],
        cwd=tmp_path,
        env=inherited | {"PATH": f"{Path(COMMAND[0]).parent}:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    code, said = EXPECTED[command]
    assert done.returncode == code
    assert re.fullmatch(said, done.stderr), done.stderr


def test_every_case_is_read_by_a_test() -> None:
    sources = "\n".join(path.read_text(encoding="utf-8") for path in TESTS.rglob("test_*.py"))
    for path in CASES.iterdir():
        # By its name, or the beginning of it: "01a-timestamp-negative.hdr", "06a-quotes", "01a".
        names = {path.name, path.stem, path.stem.partition("-")[0]}
        assert any(re.search(rf'["/]{re.escape(name)}\b', sources) for name in names), path.name


def test_a_body_is_known_by_its_code_whether_it_was_typed_with_eth_or_with_d(
    tmp_path: Path,
) -> None:
    bodies = f'[tracking]\nbodies = "{CASES / "08-eth-bodies.toml"}"\nsince = 2026-01-01\n'
    tmp_path.joinpath("dondoc.toml").write_text(bodies, encoding="utf-8")
    named = {}
    for arguments in (
        ("replay", str(CASES / "08-eth-event.jsonl")),
        ("status", "--format", "json"),
        ("list", "--body", "QÐ-1", "--format", "json"),
    ):
        done = subprocess.run(
            [*COMMAND, *arguments], cwd=tmp_path, capture_output=True, timeout=60, check=True
        )
        named[arguments[0]] = done.stdout.decode()
    told = json.loads(named["status"])
    rows = [(each["body"], each["name"]) for each in told["obligations"]]
    assert sorted(rows) == [("QĐ-1", "y"), ("VP", "Van phong")]
    assert list(told["tasks"]) == ["QĐ-1"]
    assert not [flag for flag in told["flags"] if flag.startswith("unknown_body")]
    assert "execution" in {each["rule"] for each in json.loads(named["list"])}
