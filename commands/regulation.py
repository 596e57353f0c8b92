"""`dondoc regulation …`: regulations as tables, what differs, and whether a file can be used."""

from __future__ import annotations

import sys
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import Any

import click

from ..rules.explaining.regulation_difference import regulation_difference
from ..rules.explaining.regulation_parts import PARTS
from ..rules.explaining.regulation_tables import reading_rows, regulation_rows
from ..rules.regulation import Regulation
from .assembly.clock import today
from .assembly.loading import follow_zone, load_regulation, load_regulations, load_texts
from .assembly.settings import Settings
from .terminal.checked import checked
from .terminal.differences import Differences
from .terminal.documented import Group
from .terminal.doubts import told_of_doubts
from .terminal.options import (
    DONE,
    FOUND,
    Context,
    NameParam,
    as_of_option,
    format_option,
    in_context,
)
from .terminal.presentation import say, show_rows
from .terminal.regulation_phrases import RegulationPhrases
from .terminal.rule_tables import say_rules
from .terminal.words import words

LIST_COLUMNS = ("id", "in_force_from", "in_force_to", "rules", "title")
DIFFERENCE_COLUMNS = ("change", "place", "key", "old", "new")


@click.group("regulation", cls=Group)
def command() -> None:
    """Regulations: which apply, what they say, whether a file can be used."""


@command.command("list")
@format_option
@in_context
def list_(context: Context, form: str) -> None:
    """The regulations that apply, one after another or at once."""
    rows = [
        {
            "id": each.id,
            "in_force_from": each.in_force_from.isoformat(),
            "in_force_to": each.in_force_to.isoformat() if each.in_force_to else None,
            "rules": len(each.rules),
            "title": each.title,
        }
        for each in load_regulations(context.settings.tracking.regulations).all
    ]
    show_rows(rows, LIST_COLUMNS, form)


@command.command()
@click.argument("file", required=False, type=click.Path(path_type=Path))
@click.option("--readings", "part", flag_value="readings")
@click.option("--schedules", "part", flag_value="schedules")
@click.option("--assigning", "part", flag_value="assigning")
@click.option("--transitions", "part", flag_value="transitions")
@click.option("--undoing", "part", flag_value="undoing")
@click.option("--default-deadlines", "part", flag_value="default_deadlines")
@click.option("--extension", "part", flag_value="extension")
@click.option("--conditions", "part", flag_value="conditions")
@click.option("--reports", "part", flag_value="reports")
@click.option("--lights", "part", flag_value="lights")
@format_option
@in_context
def show(context: Context, file: Path | None, part: str | None, form: str) -> None:
    """The rules of FILE, or of what is in force today; with an option another part. For a person
    what stands beside the rules follows them."""
    chosen = _chosen(context.settings, file, today())
    told = words()
    phrases = RegulationPhrases(told, load_texts(told.language), *chosen)
    rows: list[dict[str, Any]] = []
    for each in chosen:
        of = {"regulation": each.id} if len(chosen) > 1 else {}
        found = _part(each, part, told.language)
        rows += [of | (phrases.row(row) if form == "table" else row) for row in found]
    show_rows(rows, tuple(rows[0]) if rows else (), form)
    if form == "table" and part is None:
        for each in chosen:
            phrases.say_parts(each)


@command.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--rules", is_flag=True)
def check(files: tuple[Path, ...], rules: bool) -> None:
    """Whether FILE can be used, alone or with others that it follows; or all that is wrong with
    it."""
    read = [checked(file, partial(load_regulation, file)) for file in files]
    if None in read:
        sys.exit(FOUND)
    law = checked(files[-1], partial(load_regulations, files))
    if law is None:
        sys.exit(FOUND)
    for each in law.all:
        said = {"id": each.id, "from_": each.in_force_from, "number": len(each.rules)}
        if each.in_force_to:
            say(words().say("regulation.check.usable_until", to=each.in_force_to, **said))
        else:
            say(words().say("regulation.check.usable", **said))
        for line in told_of_doubts(each):
            say(words().say("regulation.check.doubt", line=line))
        say_rules((each,), asked=rules)


@command.command()
@click.argument("old", type=click.Path(path_type=Path))
@click.argument("new", type=click.Path(path_type=Path))
@format_option
def diff(old: Path, new: Path, form: str) -> None:
    """What changes from OLD to NEW."""
    before, after = load_regulation(old), load_regulation(new)
    found = regulation_difference(before, after)
    if form == "table":
        told = words()
        phrases = RegulationPhrases(told, load_texts(told.language), before, after)
        for line in Differences(phrases, before, after).lines(found):
            say(line)
        return
    show_rows([row._asdict() for row in found], DIFFERENCE_COLUMNS, form)


@command.command("try")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.argument("story", type=click.Path(path_type=Path))
@click.option("--bodies", type=click.Path(path_type=Path))
@click.option("--calendar", "calendars", multiple=True, type=click.Path(path_type=Path))
@click.option("--reports-of", "reporting", multiple=True, type=NameParam())
@as_of_option
@click.option("--explain", "explained", is_flag=True)
@format_option
@in_context
def try_(
    context: Context,
    files: tuple[Path, ...],
    story: Path,
    bodies: Path | None,
    calendars: tuple[Path, ...],
    reporting: tuple[str, ...],
    as_of: datetime | None,
    explained: bool,
    form: str,
) -> None:
    """What the events of STORY oblige whom to, by FILES that are in force together."""
    # What looks at messages is not loaded for the other commands.
    from .terminal.trial import StoryTrial  # noqa: PLC0415

    settings = context.settings
    follow_zone(calendars)
    trial = StoryTrial(settings, files, calendars, bodies, as_of)
    trial.read(story)
    trial.show(trial.found(reporting), form, explained=explained)
    sys.exit(FOUND if trial.refusals.count else DONE)


def _part(regulation: Regulation, part: str | None, language: str) -> list[dict[str, Any]]:
    """A part of *regulation* as rows: its rules, its "readings", or one of `PARTS`."""
    if part is None:
        return [row._asdict() for row in regulation_rows(regulation)]
    if part == "readings":
        return [row._asdict() for row in reading_rows(regulation, language)]
    return [row._asdict() for row in PARTS[part](regulation, language)]


def _chosen(settings: Settings, file: Path | None, day: date) -> tuple[Regulation, ...]:
    """The regulation in *file*, or those in force on *day*."""
    if file is not None:
        return (load_regulation(file),)
    return load_regulations(settings.tracking.regulations).shown_on(day)
