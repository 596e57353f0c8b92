"""The commands that look into the law's files: the calendar, a term, regulations, bodies.

Like the rest of the command line: parse, call one function, print.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from .terminal.options import Context, Day, format_option, in_context
from .terminal.presentation import say, show_rows


@click.command("calendar")
@click.argument("year", type=click.IntRange(1, 9999))
@format_option
@in_context
def calendar_(context: Context, year: int, form: str) -> None:
    """The days of YEAR that differ from a plain week."""
    from ..rules.calendar import CalendarRow, calendar_rows
    from .assembly.loading import load_calendar

    calendar = load_calendar(context.settings.tracking.calendars)
    show_rows([row._asdict() for row in calendar_rows(calendar, year)], CalendarRow._fields, form)


@click.command()
@click.argument("day", type=Day())
@click.option("--working-days", type=click.IntRange(1, 1000), required=True)
@in_context
def term(context: Context, day: date, working_days: int) -> None:
    """The last day of a term of working days that an event on DAY begins."""
    from .assembly.loading import load_calendar

    calendar = load_calendar(context.settings.tracking.calendars)
    say(calendar.add_working_days(day, working_days).isoformat())


@click.group()
def regulation() -> None:
    """Regulations: which apply, what they say, whether a file can be used."""


@regulation.command("list")
@format_option
@in_context
def regulation_list(context: Context, form: str) -> None:
    """The regulations that apply, one after another."""
    from .lawbook import LIST_COLUMNS, list_regulations

    show_rows(list_regulations(context.settings), LIST_COLUMNS, form)


@regulation.command("show")
@click.argument("file", required=False, type=click.Path(path_type=Path))
@click.option("--readings", "part", flag_value="readings", help="Wordings with two readings.")
@click.option("--schedules", "part", flag_value="schedules", help="The kinds of periods.")
@click.option("--assigning", "part", flag_value="assigning", help="Documents that assign tasks.")
@click.option("--transitions", "part", flag_value="transitions", help="Transitional clauses.")
@click.option("--undoing", "part", flag_value="undoing", help="What takes a completion back.")
@click.option("--lang", type=click.Choice(("en", "vi")), default="en", show_default=True)
@format_option
@in_context
def regulation_show(
    context: Context, file: Path | None, part: str | None, lang: str, form: str
) -> None:
    """The rules of FILE, or of the regulation in force today; with an option another part."""
    from .assembly.application import today
    from .lawbook import show_regulation

    rows = show_regulation(context.settings, file, today(), lang, part or "rules")
    show_rows(rows, tuple(rows[0]) if rows else (), form)


@regulation.command("check")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
def regulation_check(files: tuple[Path, ...]) -> None:
    """Whether FILE can be used, alone or with others that it follows."""
    from .lawbook import check_regulations

    say(check_regulations(files))


@regulation.command("diff")
@click.argument("old", type=click.Path(path_type=Path))
@click.argument("new", type=click.Path(path_type=Path))
@format_option
def regulation_diff(old: Path, new: Path, form: str) -> None:
    """What changes from OLD to NEW."""
    from .lawbook import differences

    show_rows(differences(old, new), ("change", "place", "key", "old", "new"), form)


@click.group()
def bodies() -> None:
    """The directory of bodies."""


@bodies.command("check")
@click.argument("file", type=click.Path(path_type=Path))
def bodies_check(file: Path) -> None:
    """Whether FILE can be used."""
    from .lawbook import check_bodies

    say(check_bodies(file))
