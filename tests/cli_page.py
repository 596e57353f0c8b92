"""Writes docs/cli.md from the commands: `python tests/cli_page.py`.

The page is the help of each command as it prints it, 80 columns wide, and its examples, which the
tests of the documentation run. Nothing on it is written by hand.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click
from dondoc.cli import main
from dondoc.commands.terminal.documented import key_of
from dondoc.commands.terminal.lazy import LazyGroup
from dondoc.commands.terminal.texts import MODEL
from dondoc.commands.terminal.words import Words, remember_line
from support.commands import acts, subcommands

PAGE = Path(__file__).parents[1] / "docs" / "cli.md"
AGAIN = "python tests/cli_page.py"
"""What writes the page anew."""
_WIDTH = 80
_BEGINNING = f"""\
# The commands

What `--help` says, made from the commands by `{AGAIN}`; in Vietnamese it is said by
`dondoc --lang vi --help`. Exit codes stand on [operations.md](operations.md#commands).

```sh
dondoc --help
```
"""


def page() -> str:
    """The text of the page."""
    words = Words(MODEL)
    with _context(None, main, "dondoc") as root:
        parts = [_BEGINNING]
        for heading, names in main.headings().items():
            parts.append(f"## {words.say(f'terminal.headings.{heading}')}\n")
            for name in names:
                parts += _parts(root, subcommands(main)[name], name)
    return "\n".join(parts)


def contexts() -> Iterator[click.Context]:
    """A context of every command, groups among them, as the help is asked for in."""
    with _context(None, main, "dondoc") as root:
        yield root
        yield from _inside(root, main)


def _inside(ctx: click.Context, group: click.Group) -> Iterator[click.Context]:
    for name, command in subcommands(group).items():
        with _context(ctx, command, name) as inside:
            yield inside
            if isinstance(command, click.Group):
                yield from _inside(inside, command)


def _parts(parent: click.Context, command: click.Command, name: str) -> Iterator[str]:
    words = Words(MODEL)
    with _context(parent, command, name) as ctx:
        if acts(command):
            examples = words.find(f"{key_of(ctx)}.help.examples")
            help_, _, _ = ctx.get_help().partition(f"\n{words.say('terminal.help.examples')}:\n")
            yield f"### `{ctx.command_path}`\n\n```text\n{help_.rstrip()}\n```\n"
            if examples:
                yield f"```sh\n{examples}\n```\n"
        if isinstance(command, click.Group):
            for inner, each in subcommands(command).items():
                yield from _parts(ctx, each, inner)


def _context(parent: click.Context | None, command: click.Command, name: str) -> click.Context:
    ctx = click.Context(
        command,
        info_name=name,
        parent=parent,
        terminal_width=_WIDTH,
        help_option_names=["-h", "--help"],
    )
    remember_line(ctx, ("--lang", MODEL))
    return ctx


if __name__ == "__main__":
    assert isinstance(main, LazyGroup)
    PAGE.write_text(page(), encoding="utf-8")
