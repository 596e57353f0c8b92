"""What pages tell other programs, run word by word on private servers.

A block that is marked with this file's name is a script of bash here. The programs that it calls
are the real ones, led to the private servers; its paths are led into a folder of the test's own.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from support.installation import COMMAND, Installation
from support.pages import PAGES, ROOT, Fence, code, fences, mark, of_others, prose
from support.postgres import PostgresCluster, find_binary
from support.rabbitmq import VirtualHost

ITSELF = Path(__file__).resolve().relative_to(ROOT).as_posix()
MARKED = [
    fence
    for page in PAGES
    for fence in fences(page)
    if of_others(fence) and mark(fence) == ("run by", ITSELF)
]
SHOWN_TO_A_NODE = sorted(
    {
        span
        for page in PAGES
        for span in code(prose(page))
        if re.match(r"rabbitmq(?:ctl|-plugins) \w+", span)
    }
)
"""What pages tell RabbitMQ's tools outside of blocks."""
LED = ("/etc/dondoc", "/var/lib/dondoc", "/var/backups", "/var/lib/grafana/dashboards/dondoc")
"""The folders of a machine that stand for ones of the test."""
METRICS = "127.0.0.1:9464"
NOWHERE = "amqp://127.0.0.1:1/"
DATABASE = "postgresql://dondoc@db.example/dondoc"


def script(folder: Path, name: str, *lines: str) -> None:
    """A program *name* of the *folder* that is looked into first."""
    path = folder / "bin" / name
    path.parent.mkdir(exist_ok=True)
    path.write_text("\n".join(["#!/bin/bash", *lines, ""]), encoding="utf-8")
    path.chmod(0o755)


@pytest.fixture
def machine(tmp_path: Path) -> Path:
    """A folder with the paths and the programs that pages name."""
    for path in LED:
        (tmp_path / path[1:]).mkdir(parents=True)
    for dashboard in ROOT.glob("deploy/grafana/**/*.json"):
        shutil.copy(dashboard, tmp_path / LED[-1][1:])
    script(tmp_path, "dondoc", f'exec {COMMAND[0]} "$@"')
    # Who tests is no user dondoc, and need not be root.
    script(tmp_path, "runuser", '[[ $1 == -u && $3 == -- ]] && exec "${@:4}"')
    for name in ("pg_dump", "pg_restore"):
        found = find_binary(name)
        if found:
            script(tmp_path, name, f'exec {found} "$@"')
    return tmp_path


def lead_to_the_node(machine: Path, vhost: VirtualHost) -> None:
    """Have RabbitMQ's tools speak to the private node."""
    for name in ("rabbitmqctl", "rabbitmq-plugins"):
        command, variables = vhost.broker.tool(name)
        exports = [f"export {key}={shlex.quote(value)}" for key, value in variables.items()]
        # A person types the password that it asks for.
        script(machine, name, *exports, f'exec {shlex.join(command)} "$@" <<<"a password"')


def run(machine: Path, text: str) -> str:
    """What the script *text* prints, which must go well."""
    for path in LED:
        text = text.replace(path, f"{machine}{path}")
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", text],
        cwd=machine,
        env={**os.environ, "PATH": f"{machine}/bin:{os.environ['PATH']}"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.parametrize("fence", MARKED, ids=str)
def test_a_block_that_is_marked_as_run_here_does_what_it_says(
    fence: Fence, machine: Path, request: pytest.FixtureRequest
) -> None:
    text = "\n".join(of_others(fence))
    if "rabbitmq" in text:
        text = on_the_node(text, machine, request.getfixturevalue("vhost"))
    if DATABASE in text:
        cluster: PostgresCluster = request.getfixturevalue("postgres_cluster")
        url = cluster.create_database()
        Installation(machine, NOWHERE, database_url=url).with_tables()
        text = text.replace(DATABASE, url)
    if re.search(r"\bPATH\b", text):
        installation = Installation(machine / "var/lib/dondoc", NOWHERE).with_tables()
        installation.run("backup", str(machine / "copy.db"))
        text = re.sub(r"\bPATH\b", str(machine / "copy.db"), text)
    if METRICS not in text:
        run(machine, text)
        return
    running = Installation(machine, request.getfixturevalue("vhost").url).start()
    run(machine, text.replace(METRICS, urlsplit(running.address()).netloc))
    assert running.stop()[0] == 0


def on_the_node(text: str, machine: Path, vhost: VirtualHost) -> str:
    """*text* with a virtual host and a user of the private node."""
    lead_to_the_node(machine, vhost)
    name = f"{vhost.name}n" if "add_vhost" in text else vhost.name
    return re.sub(r"(add_user|-p \S+) dondoc\b", rf"\1 {name}u", text.replace("VHOST", name))


def test_what_pages_tell_rabbitmq_in_their_sentences_is_what_it_understands(
    machine: Path, vhost: VirtualHost
) -> None:
    lead_to_the_node(machine, vhost)
    Installation(machine, vhost.url).with_mail(1).run("declare")
    # What takes a queue away comes last.
    lines = sorted(SHOWN_TO_A_NODE, key=lambda line: "delete" in line or "purge" in line)
    assert len(lines) > 5
    for line in lines:
        run(machine, line.replace("VHOST", vhost.name))


def test_there_are_blocks_that_are_run_here() -> None:
    assert len(MARKED) > 3
