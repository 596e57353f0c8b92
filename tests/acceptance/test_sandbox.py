"""The units in deploy/ forbid system calls; dondoc makes none of those."""

from __future__ import annotations

import re
import shutil
import subprocess
from functools import cache
from pathlib import Path

import pytest
from support.installation import COMMAND, Installation
from support.pages import ROOT
from support.rabbitmq import VirtualHost, wait_until

BY_ROOT_ALONE = {"fchown"}
"""SQLite gives its files to the owner of the database where it runs as root, as no unit does."""
_CALL = re.compile(r"^\d+ +([a-z][a-z0-9_]*)\(", re.MULTILINE)
_FILTER = re.compile(r"^SystemCallFilter=(~?)(.+)$", re.MULTILINE)


def program(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        pytest.skip(f"NOT TESTED against the units' filters, missing: {name}")
    return found


@cache
def calls_of(group: str) -> frozenset[str]:
    """The system calls of a group ("@system-service"), with those of the groups in it."""
    done = subprocess.run(
        [program("systemd-analyze"), "syscall-filter", group],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    names = [line.strip() for line in done.stdout.splitlines()[1:]]
    each = (calls_of(name) if name.startswith("@") else {name} for name in names if name)
    return frozenset().union(*each)


def allowed() -> set[str]:
    """What the units allow, all alike (tests/unit/test_units.py)."""
    unit = (ROOT / "deploy" / "dondoc.service").read_text("utf-8")
    found = set(calls_of("@default"))
    for forbidden, groups in _FILTER.findall(unit):
        for group in groups.split():
            found = found - calls_of(group) if forbidden else found | calls_of(group)
    return found


@pytest.mark.parametrize(
    "line", ["run", "mail run", "backup --verify copy.db", "report site pages"]
)
def test_no_unit_forbids_a_call_that_its_command_makes(
    line: str, tmp_path: Path, vhost: VirtualHost
) -> None:
    strace = program("strace")
    office = Installation(tmp_path, vhost.url).with_mail(1).with_tables()
    traced = tmp_path / "calls"
    office.service = (strace, "-f", "-qq", "-o", str(traced), *COMMAND)
    running = office.start(*line.split())
    try:
        if line.endswith("run"):
            log = running.log
            wait_until(lambda: "consumer: connected" in log.read_text("utf-8"), "it works", 60)
            subprocess.run(["pkill", "-TERM", "-P", str(running.process.pid)], check=True)
        assert running.process.wait(60) == 0
    finally:
        office.end_what_is_left()
    made = set(_CALL.findall(traced.read_text("utf-8", "replace")))
    assert "openat" in made, "it was traced"
    assert made - allowed() - BY_ROOT_ALONE == set()
