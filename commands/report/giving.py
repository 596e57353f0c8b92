"""Makes the report that a command of `report` was asked for, and shows or writes it."""

from __future__ import annotations

import re
import sys
from dataclasses import replace
from pathlib import Path

import click

from ...reports.formats.forms import FORMS, table_written, written
from ...reports.making.checking import discrepancies
from ...reports.making.making import Wish, make
from ...reports.periods import days, period_named
from ...reports.report import Report, ReportPeriod
from ...rules.events import local_date
from ...rules.moments import as_known
from ...rules.normalising import one_form
from ..assembly.application import Application, Refused, open_application
from ..assembly.clock import now, today
from ..terminal.days import day_said
from ..terminal.finding import find_body
from ..terminal.options import FOUND, Context
from ..terminal.presentation import say
from ..terminal.words import words
from ..terminal.writing import cannot_write, refuse_as_output, write_whole_bytes
from .asking import TABLE, ReportAsked
from .showing import shown

_TEXTUAL = ("csv", "json", "html")
"""The forms that may be printed."""
_EACH = "xlsx"
"""The form of a file for each body, where none was asked for."""
_FILE_MODE, _FOLDER_MODE = 0o640, 0o750
"""Of those files and their folder, at most: as of the pages, which show the same."""


_A_MONTH = re.compile("month|th[aá]ng", re.IGNORECASE)


def give(context: Context, kind: str, asked: ReportAsked) -> None:
    """Make the report of *kind* that was *asked* for; ends with 3 where it was to be counted again
    and something differs."""
    application = open_application(context.settings, context.database)
    refuse_as_output(asked.output, application.files)
    wish = wish_of(application, kind, asked)
    if asked.each_body is not None:
        _give_each(application, wish, asked, asked.each_body)
        return
    form = _form_of(asked)
    report = made(application, wish)
    if asked.table is not None and form != "csv":
        raise click.UsageError(words().say("report.table_as_csv"))
    if asked.output is None and form == TABLE:
        say(shown(report))
    elif asked.output is None:
        click.echo(_document(application, report, form, asked).decode(), nl=False)
    else:
        write_whole_bytes(asked.output, _document(application, report, form, asked))
        told = words().say("report.written", file=asked.output)
        say(told, err=True)
    if asked.check:
        _check(application, report)


def made(application: Application, wish: Wish) -> Report:
    """The report of *wish*."""
    return application.store.read(lambda tx: make(tx, application.law, wish))


def wish_of(application: Application, kind: str, asked: ReportAsked) -> Wish:
    """What *asked* comes to, with the days and the body looked up. Raises Refused."""
    at, directory = now(), application.law.directory
    period = _period(application, kind, asked)
    as_of = min(local_date(asked.as_of or at), period.last)
    if as_of < period.first:
        raise Refused(words().say("report.not_begun", first=period.first, as_of=as_of))
    application.law.calendar.day(as_of)
    office = directory.office(as_of)
    known_at = asked.known_at if asked.known_at is None else min(asked.known_at, at)
    as_of = as_known(as_of, known_at or at)
    return Wish(
        kind=kind,
        period=period,
        as_of=as_of,
        made_at=at,
        known_at=known_at,
        unit=application.settings.report.organ or (directory.name(office, as_of) if office else ""),
        body=asked.body and find_body(application, asked.body),
        ranked=asked.rank,
    )


def _period(application: Application, kind: str, asked: ReportAsked) -> ReportPeriod:
    if asked.period is not None:
        if asked.first or asked.last:
            raise click.UsageError(words().say("report.period_or_days"))
        return period_named(
            _month_said(asked.period) or asked.period, kind, application.law.regulations
        )
    if asked.first is None:
        raise click.UsageError(words().say("report.which_days"))
    return days(asked.first, asked.last or local_date(asked.as_of or now()))


def _month_said(text: str) -> str | None:
    """The month that *text* says from today, such as "last month" or "tháng trước"."""
    if not _A_MONTH.search(text):
        return None
    for end in ("end of", "cuối"):
        day = day_said(f"{end} {one_form(text)}", today())
        if day is not None:
            return f"{day:%Y-%m}"
    return None


def _form_of(asked: ReportAsked) -> str:
    """The form that was asked for, by its name or by the ending of the file."""
    if asked.output is None:
        if asked.form not in (None, TABLE, *_TEXTUAL):
            raise click.UsageError(words().say("report.is_a_file", form=asked.form))
        return asked.form or TABLE
    ending = asked.output.suffix.lower().removeprefix(".")
    form = asked.form or {"htm": "html", "txt": TABLE, "": TABLE}.get(ending, ending)
    if form != TABLE and form not in FORMS:
        raise click.UsageError(
            words().say("report.no_ending", file=asked.output, endings=", ".join(sorted(FORMS)))
        )
    return form


def _document(application: Application, report: Report, form: str, asked: ReportAsked) -> bytes:
    """*report* in *form*, or one of its tables."""
    if form == TABLE:
        return f"{shown(report)}\n".encode()
    if asked.table is not None:
        return table_written(report, asked.table)
    letterhead = replace(application.settings.report, all_tasks=asked.all_tasks)
    return written(report, form, letterhead)


def _give_each(application: Application, wish: Wish, asked: ReportAsked, folder: Path) -> None:
    """Write a report for each body that exists on the report's day into *folder*."""
    form = asked.form or _EACH
    if form not in FORMS:
        raise click.UsageError(words().say("report.each_is_a_file", forms=", ".join(sorted(FORMS))))
    if asked.body or asked.output:
        raise click.UsageError(words().say("report.each_alone"))
    directory = application.law.directory
    codes = [body.code for body in directory if directory.exists(body.code, wish.as_of)]
    differing = False
    hidden = not sys.stderr.isatty()
    with click.progressbar(codes, file=sys.stderr, hidden=hidden) as coming:
        for code in coming:
            report = made(application, replace(wish, body=code))
            target = folder / _file_name(wish, code, form)
            refuse_as_output(target, application.files)
            # Nothing is left of what cannot be made; a file is as private as the pages are.
            document = _document(application, report, form, asked)
            _make(folder)
            write_whole_bytes(target, document, _FILE_MODE)
            differing |= asked.check and bool(_differences(application, report))
    say(words().say("report.each_written", directory=folder, number=len(codes)), err=True)
    if differing:
        raise click.exceptions.Exit(FOUND)


def _make(folder: Path) -> None:
    try:
        folder.mkdir(_FOLDER_MODE, parents=True, exist_ok=True)
    except OSError as error:
        raise cannot_write(folder, error) from error


def _file_name(wish: Wish, code: str, form: str) -> str:
    """What the report of a body is called: its code, the kind of report, the period."""
    period = wish.period.name or f"{wish.period.first}_{wish.period.last}"
    safe = re.sub(r"[^\w-]", "_", code)
    return f"{safe}-{wish.kind}-{period}.{form}"


def _check(application: Application, report: Report) -> None:
    if _differences(application, report):
        raise click.exceptions.Exit(FOUND)
    number = sum(len(body.figures) for body in report.bodies)
    say(words().say("report.none_differs", number=number), err=True)


def _differences(application: Application, report: Report) -> int:
    """Say what differs where *report* is counted again; gives how much does."""
    found = application.store.read(lambda tx: discrepancies(tx, application.law, report))
    for each in found:
        told = words().say(
            "report.differs",
            body=each.body,
            figure=f"{each.key} {each.detail}".strip(),
            said=each.said,
            counted=each.counted,
            ids=", ".join(each.ids[:10]),
        )
        say(told, err=True)
    return len(found)
