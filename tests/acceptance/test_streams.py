"""Every command with standard streams that are closed, full, or read by nobody any more."""

from __future__ import annotations

import json
import os
import shlex
import signal
import subprocess
import time
import urllib.request
from pathlib import Path

import pytest
from dondoc.cli import main
from loopback import free_ports
from support.commands import commands
from support.hscv import event
from support.installation import COMMAND, Installation

NOBODY = "amqp://127.0.0.1:1/"
CLOSED, SILENT, UNREAD = "<&- 2>&-", ">&-", "| true"
TURNS = (CLOSED, SILENT, UNREAD)
FULL = "Error: the output cannot be written: No space left on device\n"
# Each command, with arguments with which it has something to say; what needs a broker says that
# there is none.
ARGUMENTS = {
    "init": "{new} --yes",
    "declare": "--definitions",
    "check": "",
    "migrate": "",
    "status": "",
    "list": "",
    "show": "15",
    "explain": "",
    "remind": "--dry-run",
    "replay": "events.jsonl",
    "export": "",
    "archive": "--before 2026-01-02 --dry-run",
    "publish": "events.jsonl",
    "reprocess": "--all --dry-run",
    "dialect check": "{dialects}/congvan.toml",
    "dialect try": "{dialects}/congvan.toml {dialects}/congvan.jsonl",
    "dialect show": "{dialects}/congvan.toml",
    "dead list": "",
    "dead show": "1",
    "dead retry": "1",
    "dead drop": "1",
    "purge": "nobody-knows-it",
    "backup": "{new}.db",
    "calendar": "2026 --format csv",
    "calendar check": "{calendar}",
    "term": "2026-03-02 --working-days 3",
    "regulation list": "",
    "regulation show": "",
    "regulation check": "{law}",
    "regulation diff": "{law} {law}",
    "regulation try": "{law} events.jsonl",
    "bodies": "",
    "bodies check": "{bodies}",
    "bodies import": "list.csv",
    "audit": "",
    "rejections list": "",
    "reconcile": "hscv.csv",
    "reminders": "",
    "reminders check": "",
    "snooze": "nothing --until 2026-03-05 --reason agreed",
    "snooze list": "",
    "mail run": "",
    "mail list": "",
    "mail show": "1",
    "mail retry": "--all",
    "report body_progress": "--period 2026-03",
    "report office_progress": "--period 2026-03",
    "report inspection_summary": "--period 2026",
    "report site": "{new}",
    "report verify": "{law}",
}
RULES = Path(__file__).parents[2] / "rules"
PLACES = {
    "law": str(RULES / "regulations" / "02-2015-qd-ubnd.toml"),
    "calendar": str(RULES / "calendars" / "vietnam.toml"),
    "bodies": str(RULES.parent / "sample" / "bodies.toml"),
    "dialects": str(RULES.parent / "docs" / "dialects"),
}


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    made = Installation(tmp_path_factory.mktemp("streams"), NOBODY)
    events = [event(id="one"), event(id="two", time="today")]
    lines = "\n".join(json.dumps(each) for each in events)
    made.folder.joinpath("events.jsonl").write_text(lines, encoding="utf-8")
    made.folder.joinpath("list.csv").write_text("code,name,kind\nVP,V,office\n", "utf-8")
    made.folder.joinpath("hscv.csv").write_text("id\none\n", "utf-8")
    made.run("replay", "events.jsonl", code=3)
    return made


def under(
    installation: Installation, command: str, redirected: str
) -> subprocess.CompletedProcess[str]:
    """The end of *command* in the shell, with *redirected* behind it."""
    new = f"copy-{time.monotonic_ns()}"
    line = f"{shlex.quote(COMMAND[0])} {command.format(new=new, **PLACES)} {redirected}"
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("DONDOC_") and name != "PYTHONUNBUFFERED"
    }
    return subprocess.run(
        ["bash", "-o", "pipefail", "-c", line],
        cwd=installation.folder,
        env=kept,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.fixture(scope="module")
def some_obligation(installation: Installation) -> str:
    return str(installation.rows("list")[0]["id"])


def test_no_command_is_left_out() -> None:
    assert sorted([*ARGUMENTS, "run"]) == sorted(commands(main))


@pytest.mark.parametrize("name", ARGUMENTS)
def test_every_command_ends_in_order_whatever_its_streams_are(
    installation: Installation, some_obligation: str, name: str
) -> None:
    arguments = some_obligation if name == "explain" else ARGUMENTS[name]
    command = f"{name} {arguments}"
    words = command.format(new=f"copy-{time.monotonic_ns()}", **PLACES)
    code, out, err = installation.ended(shlex.split(words))
    assert out or err
    speaks = bool(out)
    # A full disk for each, since each writes; of the others one, in turn.
    turn = TURNS[list(ARGUMENTS).index(name) % len(TURNS)]
    full, other = (under(installation, command, streams) for streams in ("> /dev/full", turn))
    for done in (full, other):
        for told in ("Traceback", "Exception ignored", "a fault of"):
            assert told not in done.stdout + done.stderr
    assert full.returncode == (1 if speaks else code)
    # What is told about the result may have been told before the disk was found full.
    assert full.stderr in ((FULL, err + FULL) if speaks else (err,))
    if turn == UNREAD:
        # What was written before the reader went ends the command as if all had been read.
        assert other.returncode in ({0, code} if speaks else {code})
        assert other.stderr in ("", err)
    else:
        assert other.returncode == code
    if turn == CLOSED:
        assert bool(other.stdout) == speaks


@pytest.mark.parametrize("name", ["", "run", "dead list"])
def test_help_that_cannot_be_printed_ends_in_one_line(
    installation: Installation, name: str
) -> None:
    done = under(installation, f"{name} --help", "> /dev/full")
    assert (done.returncode, done.stderr) == (1, FULL)


@pytest.mark.parametrize("streams", ["2>&-", "2> /dev/full", ">&- 2>&-", "2>&1 | true"])
def test_wrong_usage_keeps_its_code_though_nobody_reads_why(
    installation: Installation, streams: str
) -> None:
    done = under(installation, "list --state late", streams)
    assert (done.returncode, done.stdout, done.stderr) == (2, "", "")


@pytest.mark.parametrize("streams", ["> /dev/full 2> /dev/full", "<&- >&- 2>&-"])
def test_the_service_runs_and_ends_in_order_though_nobody_reads_its_log(
    installation: Installation, streams: str
) -> None:
    (port,) = free_ports(1)
    line = f"exec {shlex.quote(COMMAND[0])} run {streams}"
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
    environment["DONDOC_METRICS_LISTEN"] = f"127.0.0.1:{port}"
    with subprocess.Popen(
        ["bash", "-c", line], cwd=installation.folder, env=environment
    ) as service:
        try:
            deadline = time.monotonic() + 30
            while not _answers(port):
                assert service.poll() is None
                assert time.monotonic() < deadline
                time.sleep(0.1)
            service.send_signal(signal.SIGTERM)
            assert service.wait(timeout=30) == 0
        finally:
            service.kill()


def _answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=5) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False
