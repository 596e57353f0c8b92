"""`dondoc reminders`: who was reminded when, by which step, of what, and in which words.

What the broker has confirmed is called sent: who then read it, dondoc does not learn.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import click

from ..rules.events import LOCAL, local_date
from ..rules.reminding.policy import STEPS
from ..storage.questions.reminders import ToldReminder, WantedReminders, reminder_of, reminders
from ..storage.streams import streams_of_subject
from .assembly.application import Application, Refused, directory_of, open_application
from .assembly.clock import now, today
from .assembly.loading import POLICY, check_policy, load_regulations, load_texts
from .terminal.checked import checked
from .terminal.days import DayParam, require_order
from .terminal.documented import ActingGroup
from .terminal.finding import find_body, find_subject
from .terminal.fitted import Column, first_of, fitted, most_wanted, present, room
from .terminal.letters import letter
from .terminal.options import (
    DONE,
    FOUND,
    Context,
    NameParam,
    format_chosen,
    format_option,
    in_context,
    output_option,
)
from .terminal.policies import told_of_policy
from .terminal.presentation import say, show_rows
from .terminal.usage import OneOf, WholeNumber
from .terminal.words import words
from .terminal.writing import refuse_as_output

COLUMNS = (
    *("id", "decided_at", "published_at", "state", "step", "body", "name", "role", "rule"),
    *(
        "subject",
        "symbol",
        "task_id",
        "obligation",
        "target",
        "occurrence",
        "message",
        "words",
        "digest",
    ),
)
_SHOWN = 50
"""How many a person is shown, unless --limit says otherwise."""
_MOST = 10**9


@click.group("reminders", cls=ActingGroup)
@click.argument("number", type=WholeNumber(1, 2**63 - 1), required=False)
@click.option("--body", type=NameParam())
@click.option("--subject", type=NameParam())
@click.option("--obligation", type=NameParam())
@click.option("--step", type=OneOf(STEPS, case_sensitive=False))
@click.option("--from", "first", type=DayParam())
@click.option("--to", "last", type=DayParam())
@click.option("--limit", type=WholeNumber(0, _MOST))
@click.option("--text", "worded", is_flag=True)
@format_option
@output_option
@in_context
def command(
    context: Context,
    number: int | None,
    body: str | None,
    subject: str | None,
    obligation: str | None,
    step: str | None,
    first: date | None,
    last: date | None,
    limit: int | None,
    worded: bool,
    form: str,
    output: Path | None,
) -> None:
    """Who was reminded, when, by which step, and in which words."""
    form = format_chosen(form, output)
    require_order(first, last)
    asked = (body, subject, obligation, step, first, last, limit)
    if number is not None and any(each is not None for each in asked):
        raise click.UsageError(words().say("reminders.one_or_some"))
    application = open_application(context.settings, context.database)
    refuse_as_output(output, application.files)
    if number is None:
        wanted = WantedReminders(
            body=body and find_body(application, body),
            step=step,
            obligation=obligation,
            streams=None if subject is None else _streams(application, subject),
            first=first,
            last=last,
        )
        found = reminders(application.store, wanted, now(), most_wanted(limit, form, _SHOWN))
    else:
        found = iter([_one(application, number)])
    if form != "table":
        show_rows((_row(application, each) for each in found), COLUMNS, form, output)
        return
    shown, more = first_of(found, limit, _SHOWN)
    told = _letters if worded or number is not None else _table
    text = told(application, shown, None if output else room()) if shown else ""
    note = words().say("reminders.more", shown=len(shown)) if more else ""
    present([text or words().say("reminders.none"), note], output)


@command.command()
@click.argument("file", required=False, type=click.Path(path_type=Path))
@in_context
def check(context: Context, file: Path | None) -> None:
    """Whether the policy in FILE says what comes."""
    settings = context.settings
    file = file or settings.tracking.reminders
    regulations = load_regulations(settings.tracking.regulations)
    directory = directory_of(settings, context.database or settings.database_url)
    name = file or POLICY
    found = checked(Path(name), lambda: check_policy(file, regulations, directory, today()))
    if found is None:
        sys.exit(FOUND)
    speech = words()
    for each in found:
        mark = speech.say("check.marks.mend" if each.wrong else "check.marks.unsure")
        say(f"{mark:<4}  {told_of_policy(each)}")
    if directory is None:
        say(speech.say("reminders.check.no_directory", file=name))
    wrong = any(each.wrong for each in found)
    if not wrong:
        say(speech.say("reminders.check.usable", file=name))
    sys.exit(FOUND if wrong else DONE)


def _one(application: Application, number: int) -> ToldReminder:
    found = reminder_of(application.store, number, now())
    if found is None:
        raise Refused(words().say("reminders.no_such", number=number))
    return found


def _streams(application: Application, subject: str) -> tuple[int, ...]:
    name = find_subject(application, subject)
    found = application.store.read(lambda tx: streams_of_subject(tx, name))
    return tuple(stream.id for stream in found)


def _row(application: Application, told: ToldReminder) -> dict[str, Any]:
    reminder = told.reminder
    return {
        "id": told.id,
        "decided_at": _iso(told.decided_at),
        "published_at": _iso(told.published_at),
        "state": told.state,
        "step": reminder.step,
        "body": reminder.body,
        "name": _name(application, told),
        "role": reminder.role,
        "rule": told.rule,
        "subject": told.subject,
        "symbol": told.symbol,
        "task_id": told.task_id,
        "obligation": reminder.obligation,
        "target": reminder.target.isoformat() if reminder.target else None,
        "occurrence": reminder.occurrence,
        "message": told.message,
        "words": told.words,
        "digest": told.gathered,
    }


def _table(application: Application, shown: Sequence[ToldReminder], width: int | None) -> str:
    speech = words()
    columns = [
        Column(speech.say("reminders.number"), right=True),
        Column(speech.say("reminders.when")),
        Column(speech.say("reminders.who"), least=12),
        Column(speech.say("reminders.step")),
        Column(speech.say("reminders.about"), least=10),
        Column(speech.say("reminders.state")),
    ]
    rows = [
        (
            told.id,
            _time(told.decided_at),
            _called(application, told),
            speech.say(f"reminders.step_{told.reminder.step}"),
            _about(told),
            speech.say(f"reminders.{'gathered' if told.gathered else 'state'}_{told.state}"),
        )
        for told in shown
    ]
    return fitted(columns, rows, width)


def _letters(application: Application, shown: Sequence[ToldReminder], width: int | None) -> str:
    return "\n\n".join(_letter(application, told, width) for told in shown)


def _letter(application: Application, told: ToldReminder, width: int | None) -> str:
    speech = words()
    step = speech.say(f"reminders.step_{told.reminder.step}")
    known = [
        f"{told.id}  {_time(told.decided_at)}  {step}  {_about(told)}".rstrip(),
        speech.say("reminders.to", body=_called(application, told), code=told.reminder.body),
        _state(told),
        *([speech.say("reminders.gathered")] if told.gathered else []),
    ]
    said = speech.say("reminders.forgotten") if told.words is None else told.words
    return letter(known, said, width)


def _state(told: ToldReminder) -> str:
    if told.published_at is not None:
        return words().say("reminders.sent_at", time=_time(told.published_at))
    return words().say(f"reminders.told_{told.state}")


def _about(told: ToldReminder) -> str:
    """The document by its symbol, otherwise the period, otherwise the subject."""
    subject = told.subject or ""
    return told.symbol or load_texts(words().language).period(subject) or subject


def _name(application: Application, told: ToldReminder) -> str:
    """What the body was called on the day of the reminder."""
    return application.law.directory.name(told.reminder.body, local_date(told.decided_at))


def _called(application: Application, told: ToldReminder) -> str:
    """What a person reads: who is addressed by a role that no body of the directory has, the
    chairman, is called as the letter does."""
    name, reminder = _name(application, told), told.reminder
    if name != reminder.body or reminder.body in application.law.directory:
        return name
    return load_texts(words().language).role(reminder.role) or name


def _time(moment: datetime) -> str:
    return words().moment(moment)


def _iso(moment: datetime | None) -> str | None:
    return None if moment is None else moment.astimezone(LOCAL).isoformat()
