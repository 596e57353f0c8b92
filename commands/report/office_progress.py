"""`dondoc report office_progress`: the Office's report over all bodies (Điều 18.2)."""

from __future__ import annotations

import click

from ...reports.report import OFFICE_PROGRESS
from ..terminal.documented import Command
from ..terminal.options import Context, in_context
from .asking import ReportAsked, asking
from .giving import give


@click.command("office_progress", cls=Command)
@asking
@in_context
def command(context: Context, /, **given: object) -> None:
    """The Office's report over all bodies (Điều 18.2)."""
    give(context, OFFICE_PROGRESS, ReportAsked.of(given))
