"""`dondoc report site`: static pages that a web server of the office shows to those who may see."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from ...reports.site.addresses import INDEX
from ...reports.site.folder import CURRENT
from ..assembly.application import day_looked_at, open_application
from ..assembly.pages import sites_of
from ..terminal.documented import Command
from ..terminal.options import Context, as_of_option, in_context
from ..terminal.presentation import say
from ..terminal.words import words


@click.command("site", cls=Command)
@click.argument("directory", metavar="[DIR]", required=False, type=click.Path(path_type=Path))
@as_of_option
@click.option("--group", help="The web server's group, which may read the pages.")
@click.option("--remove", is_flag=True, help="Take the pages in DIR down.")
@in_context
def command(
    context: Context,
    directory: Path | None,
    as_of: datetime | None,
    group: str | None,
    remove: bool,
) -> None:
    """Static pages of the unit, of each body and of each overdue obligation, in DIR.

    A web server shows what stands in DIR/current. DIR is a new directory, or one that this
    command made; without it that of the settings ([report] site) is meant.
    """
    settings = context.settings
    target = directory or settings.site.directory
    if target is None:
        raise click.UsageError("Which directory? DIR, or [report] site in the settings.")
    application = open_application(settings, context.database)
    sites = sites_of(application)
    if remove:
        sites.take_down(target)
        say(words().say("report.site.removed", directory=target))
        return
    day = None if as_of is None else day_looked_at(application, as_of)
    asked = group if group is not None else settings.site.group
    written = sites.make(target, day, asked or "")
    say(
        words().say(
            "report.site.made",
            directory=target,
            pages=written.pages,
            changed=written.changed,
            index=target / CURRENT / INDEX,
        )
    )
