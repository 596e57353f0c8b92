"""`dondoc report body_progress`: how a body carried out its tasks (Điều 19.1, 20.1)."""

from __future__ import annotations

import click

from ...reports.report import BODY_PROGRESS
from ..terminal.documented import Command
from ..terminal.options import Context, in_context
from .asking import ReportAsked, asking_of_bodies
from .giving import give


@click.command("body_progress", cls=Command)
@asking_of_bodies
@in_context
def command(context: Context, /, **given: object) -> None:
    """How a body carried out its tasks in a period (Điều 19.1, 20.1)."""
    give(context, BODY_PROGRESS, ReportAsked.of(given))
