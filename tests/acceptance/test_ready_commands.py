"""A command that is forked off a process that has imported it is the one that anybody starts."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest
from support.installation import COMMAND
from support.ready_commands import ReadyCommands

READY = ReadyCommands(COMMAND[0])


@pytest.mark.parametrize(
    "line",
    [
        "term 2026-08-28 --working-days 5",
        "--lang vi calendar 2026 --format csv",
        "--help",
        "list",
        "lits",
        "list --state late",
        "--database sqlite:///made.db migrate",
        "replay missing.jsonl",
    ],
)
def test_a_forked_command_prints_and_ends_as_the_program_does(tmp_path: Path, line: str) -> None:
    ready, real = tmp_path / "ready", tmp_path / "real"
    for folder in (ready, real):
        folder.mkdir()
    done = subprocess.run(
        [*COMMAND, *line.split()], cwd=real, capture_output=True, text=True, check=False
    )
    assert READY.run(line.split(), ready, os.environ, 60) == (
        done.returncode,
        done.stdout,
        done.stderr,
    )
    # As it leaves the files of its database: closed, or not there.
    assert [each.name for each in sorted(ready.iterdir())] == [
        each.name for each in sorted(real.iterdir())
    ]


def test_a_command_that_takes_too_long_is_ended_and_the_next_is_run(tmp_path: Path) -> None:
    with pytest.raises(subprocess.TimeoutExpired):
        READY.run(["calendar", "2026"], tmp_path, os.environ, 0.0001)
    told = READY.run(["term", "2026-08-28", "--working-days", "5"], tmp_path, os.environ, 60)
    assert told == (0, "2026-09-09\n", "")
