"""`dondoc snooze`: puts off the reminders of one obligation, says which are put off, and ends that.

Whoever owes is spared, whoever is above is told as ever, and after the due date everybody is
(docs/reminders.md).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import click

from ..rules.events import LOCAL
from ..rules.law import Law
from ..rules.moments import so_far
from ..rules.obligations import Obligation
from ..rules.reminding.snooze import LONGEST_REASON, Snooze, is_reason
from ..storage.audit import done_once, enter
from ..storage.questions.snoozed import ACTIVE, ToldSnooze, told_snoozes
from ..storage.snoozes import lift, snooze
from ..storage.snoozing import would_wait
from ..storage.transaction import Transaction
from .assembly.application import Application, Refused, open_application
from .assembly.clock import now, today
from .assembly.loading import load_texts
from .assembly.operator import act, operator
from .terminal.days import DayParam
from .terminal.documented import ActingGroup
from .terminal.finding_obligation import find_obligation
from .terminal.fitted import Column, fitted, present, room
from .terminal.listed import duty_of, told_apart
from .terminal.options import (
    Context,
    NameParam,
    format_chosen,
    format_option,
    in_context,
    output_option,
)
from .terminal.presentation import say, show_rows
from .terminal.words import words
from .terminal.writing import refuse_as_output

COLUMNS = (
    *("obligation", "state", "until", "reason", "by", "at", "lifted_by", "lifted_at"),
    *("subject", "symbol", "task_id", "rule", "body", "due"),
)


@click.group("snooze", cls=ActingGroup)
@click.argument("obligation", type=NameParam())
@click.option("--until", type=DayParam())
@click.option("--reason", type=NameParam())
@click.option("--lift", "lifting", is_flag=True)
@in_context
def command(
    context: Context, obligation: str, until: date | None, reason: str | None, lifting: bool
) -> None:
    """Put off the reminders of OBLIGATION."""
    if lifting and (until is not None or reason is not None):
        raise click.UsageError(words().say("snooze.lift_alone"))
    if not lifting and (until is None or reason is None):
        raise click.UsageError(words().say("snooze.needs_both"))
    if reason is not None and not is_reason(reason):
        raise Refused(words().say("snooze.no_reason", most=LONGEST_REASON))
    application = open_application(context.settings, context.database)
    owed = find_obligation(application, obligation, today())
    if lifting:
        _lift(application, owed)
    else:
        assert until is not None
        _snooze(application, owed, until, reason)


def _snooze(application: Application, owed: Obligation, until: date, reason: str | None) -> None:
    law, at, by = application.law, now(), operator()
    decided = Snooze(until, reason, by.who, at)
    _refuse_without_effect(law, owed, until)
    details = {"rule": owed.rule, "until": until.isoformat()}
    doing = act("snooze", owed.stream, 1, details)

    def work(tx: Transaction) -> bool:
        if not would_wait(tx, law, owed, decided):
            raise Refused(words().say("snooze.nothing_sent", until=until, **_named(law, owed)))
        enter(tx, doing)
        return snooze(tx, owed, decided)

    replaced = done_once(application.store, doing, work)
    key = "snooze.replaced" if replaced else "snooze.done"
    say(words().say(key, until=until, **_named(law, owed)))


def _refuse_without_effect(law: Law, owed: Obligation, until: date) -> None:
    """Raise Refused where no reminder could wait, whatever the policy says."""
    day, named = so_far(now()), _named(law, owed)
    closed, due = owed.closed_on, owed.due
    if closed is not None and closed <= day:
        raise Refused(words().say("snooze.closed", day=closed, **named))
    if until < day:
        raise Refused(words().say("snooze.past", until=until))
    if due is None:
        raise Refused(words().say("snooze.no_date", **named))
    if owed.is_past(day):
        raise Refused(words().say("snooze.overdue", due=due, **named))
    if until > due:
        raise Refused(words().say("snooze.beyond", until=until, due=due, typed=due.isoformat()))


def _lift(application: Application, owed: Obligation) -> None:
    law, at, by = application.law, now(), operator()
    doing = act("snooze lift", owed.stream, 1, {"rule": owed.rule})

    def work(tx: Transaction) -> bool:
        lifted = lift(tx, owed, by.who, at)
        if lifted:
            enter(tx, doing)
        return lifted

    if not done_once(application.store, doing, work):
        raise Refused(words().say("snooze.not_snoozed", **_named(law, owed)))
    say(words().say("snooze.lifted", **_named(law, owed)))


def _named(law: Law, owed: Obligation) -> dict[str, object]:
    """What messages call *owed*."""
    return {"id": owed.id[:12], "duty": duty_of(owed, law, load_texts(words().language))}


@command.command("list")
@click.option("--all", "everything", is_flag=True)
@format_option
@output_option
@in_context
def list_(context: Context, everything: bool, form: str, output: Path | None) -> None:
    """What is put off, until when, by whom and why."""
    form = format_chosen(form, output)
    application = open_application(context.settings, context.database)
    refuse_as_output(output, application.files)
    moment = now()
    found = [
        each
        for each in application.store.read(told_snoozes)
        if everything or each.state(moment) == ACTIVE
    ]
    if form != "table":
        show_rows([_row(each, moment) for each in found], COLUMNS, form, output)
        return
    width = None if output else room()
    text = _table(application, found, moment, width) if found else words().say("snooze.none")
    present([text], output)


def _row(told: ToldSnooze, moment: datetime) -> dict[str, Any]:
    kept, owed = told.kept, told.obligation
    return {
        "obligation": kept.obligation,
        "state": told.state(moment),
        "until": kept.snooze.until.isoformat(),
        "reason": kept.snooze.reason,
        "by": kept.snooze.by,
        "at": _iso(kept.snooze.at),
        "lifted_by": kept.lifted_by,
        "lifted_at": _iso(kept.lifted_at),
        "subject": owed.subject if owed else None,
        "symbol": told.symbol,
        "task_id": owed.task_id if owed else None,
        "rule": owed.rule if owed else None,
        "body": owed.body if owed else None,
        "due": owed.due.isoformat() if owed and owed.due else None,
    }


def _table(
    application: Application, found: Sequence[ToldSnooze], moment: datetime, width: int | None
) -> str:
    speech, directory = words(), application.law.directory
    columns = [
        Column(speech.say("snooze.column_id")),
        Column(speech.say("snooze.column_until")),
        Column(speech.say("snooze.column_due")),
        Column(speech.say("snooze.column_about"), least=10),
        Column(speech.say("snooze.column_body"), least=10),
        Column(speech.say("snooze.column_by"), least=6),
        Column(speech.say("snooze.column_reason"), least=12),
        Column(speech.say("snooze.column_state")),
    ]
    ids = told_apart(list({each.kept.obligation for each in found}))
    rows = []
    for each in found:
        owed, decided = each.obligation, each.kept.snooze
        rows.append(
            (
                each.kept.obligation[:ids],
                speech.day(decided.until),
                speech.day(owed.due) if owed and owed.due else "",
                each.symbol or (owed.subject if owed else ""),
                directory.name(owed.body, moment.date()) if owed else "",
                decided.by,
                decided.reason or speech.say("snooze.erased"),
                speech.say(f"snooze.state_{each.state(moment)}"),
            )
        )
    return fitted(columns, rows, width)


def _iso(moment: datetime | None) -> str | None:
    return None if moment is None else moment.astimezone(LOCAL).isoformat()
