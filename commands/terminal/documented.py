"""Commands whose help stands in the texts: what each is for, its options, an example.

Of the command `dead list` these are the tables `[dead.list.help]` (``line``, as in a list of
commands; ``text``, what more there is to say; ``examples``) and `[dead.list.options]`. An option
that several have stands once, in the table of their group or in `[terminal.options]`. Nothing here
knows a command.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import click

from ..assembly.settings import LANGUAGES
from .usage import OneOf, WholeNumber
from .words import Words, words, words_in

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem


ROOT = "dondoc"
"""What stands in place of a command's name in the keys of what is no command's own."""
_PARAGRAPH = "\n\n"
_MANY = 1_000_000


def key_of(ctx: click.Context) -> str:
    """What the keys of the texts on the command of *ctx* begin with ("dead.list")."""
    names: list[str] = []
    at: click.Context | None = ctx
    while at is not None and at.parent is not None:
        names.insert(0, at.command.name or "")
        at = at.parent
    return ".".join(names) or ROOT


class Command(click.Command):
    """A command that takes --lang and whose help is in the language of whoever asks."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        # Only looked at here: `words` has read the whole line before.
        self.params.append(click.Option(("--lang",), type=OneOf(LANGUAGES), expose_value=False))

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the rest of the command line; more of it than the command takes is refused."""
        allowed, ctx.allow_extra_args = ctx.allow_extra_args, True
        try:
            rest = super().parse_args(ctx, args)
        except click.BadOptionUsage as error:
            error.ctx = error.ctx or ctx  # where click's parser leaves it out
            raise
        if rest and not allowed and not ctx.resilient_parsing:
            ctx.fail(words().say("terminal.usage.too_many", arguments=" ".join(rest)))
        ctx.allow_extra_args = allowed
        return rest

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:
        """What stands behind the command's name, in the language of whoever asks."""
        told = words()
        return [told.stand_ins(_piece(each)) for each in super().collect_usage_pieces(ctx)]

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """How the command is written."""
        prefix = words().say("terminal.usage.usage")
        pieces = " ".join(self.collect_usage_pieces(ctx))
        formatter.write_usage(ctx.command_path, pieces, prefix=f"{prefix} ")

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """What the command is for."""
        told, key = words(), key_of(ctx)
        for part in (f"{key}.help.line", f"{key}.help.text"):
            for paragraph in told.stand_ins(told.find(part)).split(_PARAGRAPH):
                if paragraph:
                    formatter.write_paragraph()
                    with formatter.indentation():
                        formatter.write_text(paragraph)

    def format_arguments(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """What the arguments are, where it is said."""
        told = words()
        found = [each for each in self.get_params(ctx) if isinstance(each, click.Argument)]
        rows = [
            (told.stand_ins(each.make_metavar(ctx)), help_of(each, ctx, told)) for each in found
        ]
        if any(text for _, text in rows):
            with formatter.section(told.say("terminal.help.arguments")):
                formatter.write_dl(rows)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """What each option does."""
        told = words()
        found = [each for each in self.get_params(ctx) if isinstance(each, click.Option)]
        rows = [_record(each, ctx, told) for each in found if not each.hidden]
        if rows:
            with formatter.section(told.say("terminal.help.options")):
                formatter.write_dl(rows)

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Examples, each line as it would be typed."""
        told = words()
        lines = told.stand_ins(told.find(f"{key_of(ctx)}.help.examples")).splitlines()
        if lines:
            with formatter.section(told.say("terminal.help.examples")):
                formatter.write("".join(f"{'':>{formatter.current_indent}}{x}\n" for x in lines))

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """The options that begin with *incomplete*, each with its help."""
        items, told = super().shell_complete(ctx, incomplete), words_in(ctx)
        named = {name: each for each in self.get_params(ctx) for name in each.opts}
        for each in items:
            if each.value in named:
                each.help = help_of(named[each.value], ctx, told)
        return items


class Group(Command, click.Group):
    """A group of such commands."""

    command_class = Command

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """What each option does, and the commands."""
        Command.format_options(self, ctx, formatter)
        self.format_commands(ctx, formatter)

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """The commands that begin with *incomplete*, each with its line; or the options."""
        items, told = super().shell_complete(ctx, incomplete), words_in(ctx)
        for each in items:
            if each.value in self.commands:
                each.help = told.find(f"{self._before(ctx)}{each.value}.help.line")
        return items

    def _before(self, ctx: click.Context) -> str:
        """What stands before the name of a command of this group in the keys of its texts."""
        key = key_of(ctx)
        return "" if key == ROOT else f"{key}."

    def headings(self) -> Mapping[str, Sequence[str]]:
        """The names of the commands under the keys of the headings that they are listed under."""
        return {"commands": list(self.commands)}

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The commands, each with its line."""
        told, before = words(), self._before(ctx)
        widest = max(map(len, self.commands), default=0)
        for heading, names in self.headings().items():
            rows = [
                (f"{x:<{widest}}", told.stand_ins(told.find(f"{before}{x}.help.line")))
                for x in names
            ]
            with formatter.section(told.say(f"terminal.headings.{heading}")):
                formatter.write_dl(rows)


class ActingGroup(Group):
    """A command with others under its name: `dondoc reminders`, and `dondoc reminders check`. A
    line whose first word names one of the others is that one's, any other its own."""

    allow_extra_args = False
    allow_interspersed_args = True

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, invoke_without_command=True, **named)

    def make_context(
        self,
        info_name: str | None,
        args: list[str],
        parent: click.Context | None = None,
        **extra: Any,
    ) -> click.Context:
        """The context of the command that *args* are for."""
        rest = _after_language(args)
        other = self.commands.get(rest[0]) if rest else None
        if other is None:
            return super().make_context(info_name, args, parent, **extra)
        own = click.Context(self, parent=parent, info_name=info_name)
        return other.make_context(rest[0], rest[1:], own, **extra)

    def get_params(self, ctx: click.Context) -> list[click.Parameter]:
        """What it takes itself; nothing of that stands before the name of another. Where a shell
        completes, the first word may be another's name rather than an argument."""
        if ctx.command is not self:
            return []
        params = super().get_params(ctx)
        if ctx.resilient_parsing:
            return [each for each in params if not isinstance(each, click.Argument)]
        return params

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:
        """What stands behind its own name."""
        told = words()
        pieces = click.Command.collect_usage_pieces(self, ctx)
        return [told.stand_ins(_piece(each)) for each in pieces]


def _after_language(args: list[str]) -> list[str]:
    """*args* behind a --lang that they begin with, which `words` has read."""
    if args[:1] == ["--lang"] and args[1:2] and args[1] in LANGUAGES:
        return args[2:]
    return args[1:] if args and args[0] in [f"--lang={each}" for each in LANGUAGES] else args


def help_of(param: click.Parameter, ctx: click.Context, told: Words) -> str:
    """What *told* says of *param*; empty where it says nothing."""
    for name in ("help", "version"):
        if f"--{name}" in param.opts:
            return told.say(f"terminal.help.{name}")
    name, key = name_of(param), key_of(ctx)
    while key:
        if text := told.find(f"{key}.options.{name}"):
            return told.stand_ins(text)
        key = key.rpartition(".")[0]
    return told.stand_ins(told.find(f"terminal.options.{name}"))


def name_of(param: click.Parameter) -> str:
    """What *param* is called in the keys of the texts: an option as it is typed (`--dry-run` is
    "dry_run")."""
    if isinstance(param, click.Argument):
        return param.name or ""
    return max(param.opts, key=len).lstrip("-").replace("-", "_")


def _record(option: click.Option, ctx: click.Context, told: Words) -> tuple[str, str]:
    """How *option* is written, and what it does."""
    spec = told.stand_ins(option.get_help_spec(ctx))
    extra = option.get_help_extra(ctx)
    notes: Sequence[str] = [
        *(
            [told.say("terminal.help.default", value=extra["default"])]
            if "default" in extra
            else []
        ),
        *_between(option, told),
        *([told.say("terminal.help.required")] if "required" in extra else []),
    ]
    text = help_of(option, ctx, told)
    return spec, f"{text}  [{'; '.join(notes)}]".strip() if notes else text


def _between(option: click.Option, told: Words) -> list[str]:
    """From which number to which, where that says more than that there are many."""
    kind = option.type
    if not isinstance(kind, WholeNumber) or (kind.max or 0) >= _MANY:
        return []
    return [told.say("terminal.help.between", least=kind.min, most=kind.max)]


def _piece(piece: str) -> str:
    if piece == "[OPTIONS]":
        return words().say("terminal.usage.options")
    if piece == "COMMAND [ARGS]...":
        return words().say("terminal.usage.command")
    return piece
