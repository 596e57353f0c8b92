"""`dondoc report site`: static pages that a web server of the office shows to those who may see."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import click

from ...reports.report import OFFICE_PROGRESS
from ...reports.site.addresses import INDEX
from ...reports.site.folder import CURRENT
from ...rules.events import local_date
from ..assembly.application import day_looked_at, open_application
from ..assembly.clock import now
from ..assembly.pages import sites_of
from ..terminal.documented import Command
from ..terminal.options import Context, as_of_option, in_context
from ..terminal.presentation import say
from ..terminal.progress import Progress
from ..terminal.words import words
from .asking import ReportAsked
from .giving import wish_of


@click.command("site", cls=Command)
@click.argument("directory", metavar="[DIR]", required=False, type=click.Path(path_type=Path))
@as_of_option
@click.option("--group")
@click.option("--public", is_flag=True)
@click.option("--period", metavar="PERIOD")
@click.option("--remove", is_flag=True)
@in_context
def command(
    context: Context,
    directory: Path | None,
    as_of: datetime | None,
    group: str | None,
    public: bool,
    period: str | None,
    remove: bool,
) -> None:
    """Static pages of the unit, of each body and of each overdue obligation, in DIR.

    A web server shows what stands in DIR/current. DIR is a new directory, or one that this
    command made; without it that of the settings ([report] site) is meant. The page for everybody
    has figures and how they are counted, and stands in a directory of its own.
    """
    settings = context.settings
    if period is not None and not public:
        raise click.UsageError(words().say("report.site.period_alone"))
    target = directory or (None if public else settings.site.directory)
    if target is None:
        raise click.UsageError(words().say("report.site.which"))
    application = open_application(settings, context.database)
    sites = sites_of(application)
    if remove:
        sites.take_down(target)
        say(words().say("report.site.removed", directory=target))
        return
    for_whom = (group if group is not None else settings.site.group) or ""
    if public:
        asked = ReportAsked(period=period or last_month(now()), as_of=as_of)
        wish = wish_of(application, OFFICE_PROGRESS, asked)
        written = sites.publish(target, wish, for_whom)
    else:
        day = None if as_of is None else day_looked_at(application, as_of)
        with Progress(words().say("report.site.label")) as progress:
            written = sites.make(target, day, for_whom, progress.at)
    say(
        words().say(
            "report.site.made",
            directory=target,
            pages=written.pages,
            changed=written.changed,
            index=target / CURRENT / INDEX,
        )
    )


def last_month(moment: datetime) -> str:
    """The period of the month before that of *moment*: "2026-10"."""
    last = local_date(moment).replace(day=1) - timedelta(days=1)
    return f"{last:%Y-%m}"
