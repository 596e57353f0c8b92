"""The command line gathers the modules of commands/, and loads what a command needs, no more."""

from __future__ import annotations

import subprocess
import sys
from datetime import date
from pathlib import Path

import click
import pytest
from dondoc.cli import main
from dondoc.storage.database import open_store

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
    *("concurrent.futures.process", "playhouse.migrate", "dondoc.storage.taking_in"),
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
    loaded = loaded_for(arguments, Path())
    assert "dondoc.cli" in loaded
    assert loaded & HEAVY <= needed


@pytest.mark.parametrize("question", ["show 15", "list --subject 15"])
def test_who_asks_a_question_of_sqlite_waits_for_no_other_driver_and_nothing_that_writes(
    tmp_path: Path, question: str
) -> None:
    (tmp_path / "dondoc.toml").write_text(
        '[database]\nurl = "sqlite:///dondoc.db"\n[tracking]\nbodies = "sample"\n', "utf-8"
    )
    store = open_store(f"sqlite:///{tmp_path / 'dondoc.db'}")
    store.migrate(date(2026, 1, 1))
    store.close()
    assert loaded_for(question, tmp_path) & HEAVY == {"peewee", "holidays"}


def loaded_for(arguments: str, folder: Path) -> set[str]:
    """The modules that a command has loaded by its end, when it is run in *folder*."""
    code = (
        "import atexit, sys; from dondoc.cli import main; sys.argv[1:] = sys.argv[1].split();"
        "loaded = lambda: (name for name in sys.modules if sys.modules[name]);"
        "atexit.register(lambda: print('LOADED', *loaded(), file=sys.__stdout__));"
        "main()"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    return set(done.stdout.partition("LOADED")[2].split())
