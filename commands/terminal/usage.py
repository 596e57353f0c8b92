"""What is wrong with a command line, told in words of ours, with what may have been meant.

Which word was meant is guessed by likeness alone and never acted on.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

import click

from .words import Words, words


class OneOf(click.Choice[str]):
    """One of several words; another is refused with the likest."""

    def get_invalid_choice_message(self, value: object, ctx: click.Context | None) -> str:
        """What is said of *value*."""
        choices = ", ".join(map(repr, self.choices))
        told = words()
        text = told.say("terminal.usage.not_one_of", value=repr(value), choices=choices)
        return text + meant(str(value), self.choices, told)

    def get_missing_message(self, param: click.Parameter, ctx: click.Context | None) -> str:
        """What is said where none is given."""
        return words().say("terminal.usage.choose", choices=", ".join(map(repr, self.choices)))


class WholeNumber(click.IntRange):
    """A whole number from *least* to *most*."""

    name = "number"

    def __init__(self, least: int, most: int) -> None:
        super().__init__(least, most)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """*value* as a number."""
        try:
            return int(super().convert(value, param, ctx))
        except click.BadParameter:
            limits = {"least": self.min, "most": self.max}
            told = words().say("terminal.usage.not_whole", value=repr(value), **limits)
            raise click.BadParameter(told, ctx, param) from None


def likest(word: str, known: Iterable[str], most: int = 3) -> list[str]:
    """Those of *known* that are like *word*, whatever their case, the likest first."""
    from difflib import get_close_matches  # noqa: PLC0415 - only what is wrong needs it

    folded: dict[str, str] = {}
    for each in known:
        folded.setdefault(each.casefold(), each)
    return [folded[each] for each in get_close_matches(word.casefold(), folded, most)]


def meant(word: str, known: Collection[str], told: Words) -> str:
    """The question, after a space, whether one of *known* was meant by *word*; or nothing."""
    near = likest(word, known)
    if not near:
        return ""
    return " " + told.say("terminal.usage.meant", words=", ".join(map(repr, near)))


def shown(error: click.ClickException, told: Words) -> list[str]:
    """*error*, line by line: of wrong usage also how the command is written."""
    lines: list[str] = []
    if isinstance(error, click.UsageError) and error.ctx is not None:
        ctx = error.ctx
        hint = told.say("terminal.usage.hint", command=ctx.command_path)
        with ctx.scope(cleanup=False):  # of which the language is taken
            lines = [*ctx.get_usage().splitlines(), hint, ""]
    return [*lines, told.say("terminal.usage.error", message=_message(error, told))]


def _message(error: click.ClickException, told: Words) -> str:
    if isinstance(error, click.NoSuchOption | click.exceptions.NoSuchCommand):
        return _unknown(error, told)
    if isinstance(error, click.BadOptionUsage):
        return _option_misused(error, told)
    if isinstance(error, click.MissingParameter):
        return _missing(error, told)
    if isinstance(error, click.BadParameter) and error.param is not None:
        name = told.stand_ins(error.param.get_error_hint(error.ctx))
        said = told.sentence(error.message)  # click's own are in English
        return told.say("terminal.usage.invalid", name=name, message=said)
    if type(error) is click.UsageError and isinstance(error.cmd, click.Group):
        # What is raised for us is about a command; click has nothing else to say of a group.
        return told.say("terminal.usage.no_command_named")
    return error.format_message()


def _unknown(error: click.NoSuchOption | click.exceptions.NoSuchCommand, told: Words) -> str:
    command = None if error.ctx is None else error.ctx.command
    if isinstance(error, click.NoSuchOption):
        known = [] if command is None else _options(command)
        text = told.say("terminal.usage.no_option", name=repr(error.option_name))
        return text + meant(error.option_name, known, told)
    known = list(command.commands) if isinstance(command, click.Group) else []
    text = told.say("terminal.usage.no_command", name=repr(error.command_name))
    return text + meant(error.command_name, known, told)


def _options(command: click.Command) -> list[str]:
    named = (name for each in command.params for name in (*each.opts, *each.secondary_opts))
    return [name for name in (*named, "--help") if name.startswith("-")]


def _option_misused(error: click.BadOptionUsage, told: Words) -> str:
    params = error.ctx.command.params if error.ctx is not None else ()
    flags = {name for each in params if getattr(each, "is_flag", False) for name in each.opts}
    name = repr(error.option_name)
    if error.option_name in flags | {"--help", "-h", "--version"}:
        return told.say("terminal.usage.takes_no_value", name=name)
    return told.say("terminal.usage.needs_value", name=name)


def _missing(error: click.MissingParameter, told: Words) -> str:
    param = error.param
    if param is None:
        return error.format_message()
    name = told.stand_ins(param.get_error_hint(error.ctx))
    kind = "argument" if isinstance(param, click.Argument) else "option"
    text = told.say(f"terminal.usage.missing_{kind}", name=name)
    return " ".join([text, param.type.get_missing_message(param, error.ctx) or ""]).strip()
