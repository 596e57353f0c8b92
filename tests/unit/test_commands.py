"""The command line gathers the modules of commands/, and loads what a command needs, no more."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import click
import pytest
from dondoc.cli import main

COMMANDS = Path(__file__).parents[2] / "commands"
GROUPS = (
    path.parent.name
    for path in COMMANDS.glob("*/__init__.py")
    if "def command(" in path.read_text("utf-8")
)
MODULES = sorted([*(path.stem for path in COMMANDS.glob("*.py")), *GROUPS])
HEAVY = {
    *("docx", "holidays", "marshmallow", "openpyxl"),
    *("peewee", "pika", "prometheus_client", "psycopg"),
}


def test_every_command_is_listed_under_one_heading() -> None:
    listed = [name for names in main.headings().values() for name in names]
    assert sorted(listed) == sorted(main.commands)


def test_every_module_of_the_folder_is_a_command_and_no_other_is_listed() -> None:
    assert ["__init__", *sorted(main.commands)] == MODULES


def test_only_a_command_that_is_named_is_resolved_and_its_options_with_it() -> None:
    with click.Context(main) as context:
        name, command, rest = main.resolve_command(context, ["term", "2026-03-31"])
    assert (name, rest) == ("term", ["2026-03-31"])
    assert command is not None
    assert [each.name for each in command.params][:2] == ["day", "working_days"]


@pytest.mark.parametrize(
    ("arguments", "needed"),
    [
        ("--help", set()),
        ("--version", set()),
        ("no-such-command", set()),
        ("bodies check --help", set()),
        ("report --help", set()),
        ("declare --help", {"pika"}),
    ],
)
def test_what_no_command_needs_that_was_named_is_not_loaded(
    arguments: str, needed: set[str]
) -> None:
    code = (
        "import atexit, sys; from dondoc.cli import main; sys.argv[1:] = sys.argv[1].split();"
        "atexit.register(lambda: print('LOADED', *sys.modules, file=sys.__stdout__));"
        "main()"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, arguments], capture_output=True, text=True, check=False
    )
    loaded = set(done.stdout.partition("LOADED")[2].split())
    assert "dondoc.cli" in loaded
    assert loaded & HEAVY <= needed
