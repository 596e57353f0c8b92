"""`dondoc reprocess`: the stored events judged again, and what differs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

import click

from ..rules.directory import Directory
from ..rules.events import local_date
from ..rules.obligations import Obligation
from ..storage.audit import Course, Detail, as_word
from ..storage.law_parts import remember_parts
from ..storage.outbox import Unsent
from ..storage.questions.queries import as_object
from ..storage.reprocessing import Change, Scope, reprocess, take_back
from ..storage.rescheduling import reschedule
from .assembly.application import Application, Refused, open_application, remember_unit
from .assembly.clock import today
from .assembly.operator import key_about, recorded
from .terminal.days import DayParam
from .terminal.documented import Command
from .terminal.finding import find_rule, find_subject
from .terminal.options import Context, NameParam, format_option, in_context
from .terminal.presentation import say, show_rows
from .terminal.usage import WholeNumber
from .terminal.words import words

WITHDRAWN = "withdrawn"
"""The kind of a row that stands for a decided reminder which is taken back unsent."""
DIFFERENCE_COLUMNS = ("change", "rule", "subject", "task_id", "body", "before", "after", "id")
_SHOWN = ("opened_on", "target", "due", "met_on", "ended_on")


@click.command("reprocess", cls=Command)
@click.option("--all", "everything", is_flag=True)
@click.option("--subject", type=NameParam())
@click.option("--since", type=DayParam())
@click.option("--rule", type=NameParam())
@click.option(
    "--through",
    type=DayParam(),
)
@click.option("--dry-run", is_flag=True)
@click.option(
    "--jobs",
    type=WholeNumber(1, 64),
    default=1,
    show_default=True,
)
@format_option
@in_context
def command(
    context: Context,
    everything: bool,
    subject: str | None,
    since: date | None,
    rule: str | None,
    through: date | None,
    dry_run: bool,
    jobs: int,
    form: str,
) -> None:
    """Project stored events again, by the law as it is now, and show the difference."""
    if (everything or through is not None) == bool(subject or since or rule):
        raise click.UsageError(words().say("reprocess.which"))
    application = open_application(context.settings, context.database)
    scope = Scope(
        rule=rule and find_rule(application, rule),
        subject=subject and find_subject(application, subject),
        since=since,
    )
    if through is not None:
        _require_day(application, through)
    rows = _differences(application, scope, through, dry_run, jobs)
    if dry_run:
        _show(rows, form)
        return
    about = scope.subject and key_about(application.store, scope.subject)
    with recorded(application.store, "reprocess", about) as course:
        course.details = _asked(application, scope, through)
        _show(_counted(rows, course), form, settled=scope.everything)


def _show(rows: Iterable[Mapping[str, Any]], form: str, *, settled: bool = False) -> None:
    """What differs; to a person also that nothing does, and where everything is *settled* by
    now that it is."""
    found = list(rows) if form == "table" else rows
    if found:
        show_rows(found, DIFFERENCE_COLUMNS, form)
    else:
        say(words().say("reprocess.nothing_settled" if settled else "reprocess.nothing"))


def _asked(application: Application, scope: Scope, through: date | None) -> dict[str, Detail]:
    """What a reprocessing was asked for, and by which law, as the trail tells it."""
    asked: dict[str, Detail] = {"law": as_word(application.law.version)}
    if scope.everything:
        asked["everything"] = True
        if application.settings.tracking.since is not None:
            asked["tracked_since"] = str(application.settings.tracking.since)
    if scope.rule is not None:
        asked["rule"] = as_word(scope.rule)
    if scope.since is not None:
        asked["since"] = str(scope.since)
    if through is not None:
        asked["through"] = str(through)
    return asked


def _counted(rows: Iterable[dict[str, Any]], course: Course) -> Iterator[dict[str, Any]]:
    """*rows*, each counted as it is given."""
    course.number = 0
    for row in rows:
        course.number += 1
        yield row


def _differences(
    application: Application, scope: Scope, through: date | None, dry_run: bool, jobs: int
) -> Iterator[dict[str, Any]]:
    """Project *scope* again by the law of the settings, writing unless *dry_run*, and give a row
    for each obligation that differs. *jobs*: how many processes project.

    With everything, a `tracking.since` and a `tracking.unit` of the settings that the database
    does not have yet are applied. *through* is everything, judged by that day: what is decided and
    not sent is taken back, and given too.
    """
    wanted = application.settings.tracking.since if scope.everything else None
    store, law = application.store, application.law
    if through is not None:
        yield from map(_withdrawn, take_back(store, through, dry_run=dry_run))
    for change in reprocess(
        store, law, scope, since=wanted, through=through, dry_run=dry_run, jobs=jobs
    ):
        yield _row(change, law.directory)
    if not dry_run:
        reschedule(application.store, application.law)
        if scope.everything:
            remember_unit(application)
            remember_parts(application.store, law.parts)


def _require_day(application: Application, through: date) -> None:
    since, _ = application.store.read(lambda tx: tx.period())
    since = application.settings.tracking.since or since
    if not since <= through <= today():
        days = {"through": through, "since": since, "today": today()}
        raise Refused(words().say("reprocess.not_between", **days))


def _withdrawn(reminder: Unsent) -> dict[str, Any]:
    return {
        **dict.fromkeys(DIFFERENCE_COLUMNS, ""),
        "change": WITHDRAWN,
        "body": reminder.body,
        "before": f"step={reminder.step} decided_on={local_date(reminder.decided_at)}",
        "id": reminder.obligation,
    }


def _row(change: Change, directory: Directory) -> dict[str, Any]:
    one = change.after or change.before
    if one is None:
        raise ValueError("a change has a before or an after")
    kind = "added" if change.before is None else "removed" if change.after is None else "changed"
    return {
        "change": kind,
        "rule": one.rule,
        "subject": one.subject,
        "task_id": one.task_id,
        "body": one.body,
        "before": _dates(change.before, directory),
        "after": _dates(change.after, directory),
        "id": one.id,
    }


def _dates(obligation: Obligation | None, directory: Directory) -> str:
    if obligation is None:
        return ""
    told = as_object(obligation, directory, today())
    return " ".join(f"{name}={told[name]}" for name in _SHOWN if told[name])
