"""The commands of the command line, so that a test leaves none of them out."""

from __future__ import annotations

from collections.abc import Iterator

import click
from dondoc.cli import main
from dondoc.commands.terminal.documented import ActingGroup
from dondoc.commands.terminal.lazy import Unloaded

TELLS_NOTHING = {
    "bodies": "bodies of the directory",
    "bodies check": "bodies of the directory",
    "bodies import": "bodies; the file is the reader's own",
    "calendar": "days",
    "calendar check": "days",
    "check": "settings, bodies and rules",
    "dead drop": "a number",
    "declare": "names of queues",
    "dialect check": "how an HSCV speaks",
    "dialect show": "how an HSCV speaks",
    "init": "names of files",
    "migrate": "names of migrations",
    "publish": "a number; the file is the reader's own",
    "regulation check": "the law",
    "regulation diff": "the law",
    "regulation list": "the law",
    "regulation show": "the law",
    "reminders check": "rules and bodies of a policy",
    "report verify": "the file is the reader's own",
    "run": "a log without a word of a document",
    "status": "figures",
    "term": "days",
}
"""Commands whose output holds nothing of a document, and what is in it instead."""


def subcommands(group: click.Group) -> dict[str, click.Command]:
    """What *group* has, loaded."""
    return {
        name: command.load() if isinstance(command, Unloaded) else command
        for name, command in group.commands.items()
    }


def commands(group: click.Group, before: str = "") -> Iterator[str]:
    """The names of every command of *group*, those of its groups behind theirs ("dead list")."""
    for name, command in subcommands(group).items():
        if acts(command):
            yield f"{before}{name}"
        if isinstance(command, click.Group):
            yield from commands(command, f"{before}{name} ")


def acts(command: click.Command) -> bool:
    """Whether *command* does something itself, and has not others alone."""
    return isinstance(command, ActingGroup) or not isinstance(command, click.Group)


def resolved(words: list[str]) -> tuple[tuple[str, ...], list[click.Command]]:
    """The names of the command that *words* begin with, and it with those it is part of."""
    command: click.Command = main
    names: list[str] = []
    passed = [command]
    for word in words:
        if not isinstance(command, click.Group):
            break
        if word.startswith("-"):
            continue
        inside = subcommands(command)
        if word not in inside:
            break
        command = inside[word]
        names.append(word)
        passed.append(command)
    return tuple(names), passed
