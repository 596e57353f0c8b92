"""`dondoc show`: the timeline of a subject, its events and its obligations."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

import click

from ..rules.events import LOCAL, Event
from ..rules.mendable import Mendable
from ..rules.obligations import FormerDeadline, Obligation
from ..storage.questions import queries
from ..storage.transaction import Transaction
from .assembly.application import Application, day_looked_at, open_application
from .terminal.documented import Command
from .terminal.finding import find_subject
from .terminal.options import Context, NameParam, as_of_option, format_option, in_context
from .terminal.presentation import show_rows

COLUMNS = ("on", "time", "what", "task_id", "body", "owed_by", "detail", "id")


@click.command("show", cls=Command)
@click.argument("subject", type=NameParam())
@as_of_option
@format_option
@in_context
def command(context: Context, subject: str, as_of: datetime | None, form: str) -> None:
    """The timeline of SUBJECT: its events and its obligations.

    SUBJECT is the symbol of a document, or the identifier of anything that events are about.
    """
    application = open_application(context.settings, context.database)
    day = day_looked_at(application, as_of)
    rows = timeline(application, find_subject(application, subject), day)
    show_rows(rows, COLUMNS, form)


def timeline(application: Application, subject: str, day: date) -> list[dict[str, Any]]:
    """Events about *subject* and what became of its obligations by *day*, in order of dates."""
    wish = queries.Filter(subject=subject)

    def read(
        tx: Transaction,
    ) -> tuple[list[Event], list[Obligation], dict[str, list[FormerDeadline]]]:
        found = queries.obligations(tx, application.law, day, wish)
        former = queries.former_deadlines(tx, [each.id for each in found])
        return queries.timeline(tx, subject), found, former

    events, found, former = application.store.read(read)
    if not events and not found:
        raise Mendable(f"nothing is stored about {subject!r}; `dondoc list` shows the subjects")
    rows = [_event_row(event) for event in events if event.on <= day]
    for obligation in found:
        owed_by = obligation.owed_by(application.law.directory, day)
        rows += _obligation_rows(obligation, owed_by, former.get(obligation.id, ()), day)
    return sorted(rows, key=lambda row: (row["on"], row["time"] or "24"))


def _event_row(event: Event) -> dict[str, Any]:
    """The row of the timeline for *event*."""
    return {
        "on": event.on.isoformat(),
        "time": event.time.astimezone(LOCAL).strftime("%H:%M:%S"),
        "what": event.type,
        "task_id": event.data.get("task_id"),
        "body": _bodies(event.data),
        "owed_by": [],
        "detail": _detail(event.data),
        "id": event.id,
    }


def _obligation_rows(
    obligation: Obligation,
    owed_by: Sequence[str],
    former: Sequence[FormerDeadline],
    day: date,
) -> list[dict[str, Any]]:
    """The rows of the timeline for *obligation*, which is *owed_by* bodies on *day*, up to then;
    its *former* deadlines included."""
    about = {"task_id": obligation.task_id, "body": obligation.body, "owed_by": [*owed_by]}
    told = {"time": "", "detail": obligation.cite, **about, "id": obligation.id}
    dates = (
        (obligation.opened_on, "opens"),
        (obligation.due, "is due"),
        (obligation.met_on, "is met"),
        (obligation.ended_on, "ends"),
    )
    rows = [
        {"on": on.isoformat(), "what": f"{obligation.rule} {what}", **told}
        for on, what in dates
        if on is not None and on <= day
    ]
    rows += [
        {
            "on": had.until.isoformat(),
            "what": f"{obligation.rule} is judged anew",
            **told,
            "detail": f"was due {had.due or had.target} by {had.regulation}",
        }
        for had in former
        if had.until <= day
    ]
    return rows


def _bodies(data: Mapping[str, Any]) -> str | None:
    """Whom an event names as charged or acting."""
    named = data.get("body") or data.get("lead")
    return ", ".join(map(str, named)) if isinstance(named, list) else named


def _detail(data: Mapping[str, Any]) -> str:
    """What an event says beside whom and what it is about."""
    told = {key: value for key, value in data.items() if key not in ("task_id", "body", "lead")}
    return "; ".join(f"{key}: {_short(value)}" for key, value in told.items() if value is not None)


def _short(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 60 else f"{text[:57]}…"
