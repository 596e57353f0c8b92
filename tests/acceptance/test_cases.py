"""Inputs that once broke dondoc: none of the files lies there unread, and commands end as they
should."""

from __future__ import annotations

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
