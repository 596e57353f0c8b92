"""What the commands share: their context, the options that several have, the exit codes."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from ...rules.normalising import one_form
from ..assembly.settings import Settings, load_settings
from .days import MomentParam
from .presentation import FORMATS
from .usage import OneOf
from .words import words

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem


DONE, FAILED, USAGE, FOUND = 0, 1, 2, 3
"""Exit codes: done, failed, wrong usage, found something to mend."""


class NameParam(click.ParamType[str]):
    """What names a subject, a body, a rule or an obligation, in the one form that is stored,
    whatever the keyboard makes of a Vietnamese letter."""

    name = "text"

    def convert(self, value: Any, param: Any, ctx: Any) -> str:
        """*value* in that form."""
        try:
            value.encode()
        except UnicodeEncodeError:
            self.fail(words().say("terminal.usage.not_utf8", value=repr(value)), param, ctx)
        return one_form(value)

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        """What a shell may complete *incomplete* to."""
        from .completing import complete  # noqa: PLC0415 - of what it needs nothing else does

        return complete(ctx, param.name or "", incomplete)


class Context:
    """What --config and --database gave; settings are read when a command first asks."""

    def __init__(self, config: Path | None, database: str | None) -> None:
        self.config = config
        self.database = database

    @property
    def settings(self) -> Settings:
        """The settings, from the file and the environment."""
        settings = load_settings(self.config, os.environ)
        if settings.tracking.calendars:
            # Dates are of the office's zone from the first one on.
            from ..assembly.loading import follow_zone  # noqa: PLC0415

            follow_zone(settings.tracking.calendars)
        return settings


in_context = click.make_pass_decorator(Context)
as_of_option = click.option("--as-of", type=MomentParam())
format_option = click.option(
    "--format", "form", type=OneOf(FORMATS), default="table", show_default=True
)
output_option = click.option("--output", type=click.Path(path_type=Path, dir_okay=False))
mark_option = click.option("--bom/--no-bom", "marked", default=None)

_ENDINGS = {".csv": "csv", ".json": "json"}
_OF_OTHERS = (".doc", ".docx", ".htm", ".html", ".ods", ".odt", ".pdf", ".xls", ".xlsx")
"""Endings of files that a program would not open, were a table of text in them."""


def format_chosen(form: str, output: Path | None) -> str:
    """*form*, or what the ending of *output* says where no --format was given. Raises UsageError
    where the two differ, or where the ending is that of another kind of file."""
    if output is not None and output.suffix.lower() in _OF_OTHERS:
        raise click.UsageError(words().say("terminal.output.no_such_form", file=output))
    ending = None if output is None else _ENDINGS.get(output.suffix.lower())
    if ending in (None, form):
        return form
    assert ending is not None
    source = click.get_current_context().get_parameter_source("form")
    if source is ParameterSource.DEFAULT:
        return ending
    told = words().say("terminal.output.two_formats", form=form, output=output)
    raise click.UsageError(told)
