"""Makes the report that a command of `report` was asked for, and shows or writes it."""

from __future__ import annotations

import click

from ...reports.formats.forms import written
from ...reports.making.making import Wish, make
from ...reports.periods import days, period_named
from ...reports.report import Report, ReportPeriod
from ...rules.events import local_date
from ..assembly.application import Application, Refused, open_application
from ..assembly.clock import now
from ..terminal.options import Context
from .asking import ReportAsked


def give(context: Context, kind: str, asked: ReportAsked) -> None:
    """Make the report of *kind* that was *asked* for."""
    application = open_application(context.settings, context.database)
    report = made(application, kind, asked)
    click.echo(written(report, "json", application.settings.report).decode(), nl=False)


def made(application: Application, kind: str, asked: ReportAsked) -> Report:
    """The report of *kind* that was *asked* for."""
    wish = wish_of(application, kind, asked)
    return application.store.read(lambda tx: make(tx, application.law, wish))


def wish_of(application: Application, kind: str, asked: ReportAsked) -> Wish:
    """What *asked* comes to, with the days and the body looked up."""
    at = now()
    period = _period(application, kind, asked)
    as_of = min(period.last, local_date(asked.as_of or at))
    if as_of < period.first:
        raise Refused(f"the period begins on {period.first}, after {as_of}: nothing has happened")
    office = application.law.directory.office(as_of)
    name = application.law.directory.name(office, as_of) if office else ""
    return Wish(
        kind=kind,
        period=period,
        as_of=as_of,
        made_at=at,
        known_at=asked.known_at,
        unit=application.settings.report.organ or name,
        body=asked.body,
        ranked=asked.rank,
    )


def _period(application: Application, kind: str, asked: ReportAsked) -> ReportPeriod:
    if asked.period is not None:
        if asked.first or asked.last:
            raise click.UsageError("--period and --from with --to exclude each other.")
        return period_named(asked.period, kind, application.law.regulations)
    if asked.first is None:
        raise click.UsageError("Which days? --period 2026-10, or --from with --to.")
    return days(asked.first, asked.last or local_date(asked.as_of or now()))
