"""`dondoc report inspection_summary`: the Office's summary of inspections (Điều 16.3)."""

from __future__ import annotations

import click

from ...reports.report import INSPECTION_SUMMARY
from ..terminal.documented import Command
from ..terminal.options import Context, in_context
from .asking import ReportAsked, asking
from .giving import give


@click.command("inspection_summary", cls=Command)
@asking
@in_context
def command(context: Context, /, **given: object) -> None:
    """The Office's summary of inspections (Điều 16.3)."""
    give(context, INSPECTION_SUMMARY, ReportAsked.of(given))
