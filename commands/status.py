"""`dondoc status`: the board, what is open and overdue with whom, and how the service fares."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

import click

from ..rules.obligations import OVERDUE
from ..storage.outbox import pending
from ..storage.questions import queries
from ..storage.questions.figures import figures
from .assembly.application import Application, day_looked_at, open_application
from .terminal.documented import Command
from .terminal.options import Context, as_of_option, format_option, in_context
from .terminal.presentation import as_csv, as_json, emit, table

_WORST = 15
"""How many bodies the board shows, the worst first."""


@click.command("status", cls=Command)
@as_of_option
@format_option
@in_context
def command(context: Context, as_of: datetime | None, form: str) -> None:
    """The board: what is open and overdue with whom, tasks by status, and how the service fares."""
    application = open_application(context.settings, context.database)
    emit(board(application, day_looked_at(application, as_of), form))


def board(application: Application, day: date, form: str) -> str:
    """The board on one page, or the same figures as JSON or CSV (open and overdue by body)."""
    store, law = application.store, application.law
    found, counts, waiting = store.read(
        lambda tx: (figures(tx, law, day), queries.counts(tx), pending(tx))
    )
    bodies = _by_body(found.obligations)
    service = {
        "events": counts.events,
        "conflicts": counts.conflicts,
        "rejections": counts.rejections,
        "redactions": counts.redactions,
        "outbox_pending": waiting.count,
    }
    rows: list[dict[str, Any]] = [
        {
            "body": body,
            "name": law.directory.name(body, day),
            "owed_by": list(law.directory.answerable(body, day)),
            **bodies[body],
        }
        for body in sorted(bodies, key=lambda body: (-bodies[body]["overdue"], body))
    ]
    if form == "json":
        told = {
            "as_of": day.isoformat(),
            "obligations": rows,
            "tasks": _nested(found.tasks),
            "incomplete_documents": dict(sorted(found.incomplete.items())),
            "flags": dict(sorted(found.flags.items())),
            "service": service,
        }
        return as_json(told)
    columns: tuple[str, ...] = ("body", "name", "owed_by", "open", "overdue")
    if form == "csv":
        return as_csv(rows, columns)
    if all(row["owed_by"] == [row["body"]] for row in rows):
        columns = ("body", "name", "open", "overdue")  # nobody answers for another
    return _page(day, rows, columns, found.tasks, service)


def _page(
    day: date,
    rows: Sequence[Mapping[str, Any]],
    columns: Sequence[str],
    tasks: Mapping[tuple[str, str], int],
    service: Mapping[str, int],
) -> str:
    """The board for a person: what is open and overdue, with whom most, tasks, the service."""
    is_open, overdue = (sum(row[state] for row in rows) for state in ("open", "overdue"))
    parts = [
        f"{day:%d/%m/%Y}: {is_open} obligations open, {overdue} overdue",
        table(rows[:_WORST], columns),
        table(_tasks(tasks), ("tasks", "number")),
        "   ".join(f"{name.replace('_', ' ')}: {number}" for name, number in service.items()),
    ]
    return "\n\n".join(parts)


def _by_body(counted: Mapping[tuple[str, str, str], int]) -> dict[str, dict[str, int]]:
    """What is open and overdue with each body."""
    bodies: dict[str, dict[str, int]] = {}
    for (_, body, state), number in counted.items():
        row = bodies.setdefault(body, {"open": 0, "overdue": 0})
        row["overdue" if state == OVERDUE else "open"] += number
    return bodies


def _tasks(counted: Mapping[tuple[str, str], int]) -> list[dict[str, Any]]:
    total: Counter[str] = Counter()
    for (_, status), number in counted.items():
        total[status] += number
    return [
        {"tasks": status.replace("_", " "), "number": total[status]} for status in sorted(total)
    ]


def _nested(counted: Mapping[tuple[str, str], int]) -> dict[str, dict[str, int]]:
    nested: dict[str, dict[str, int]] = {}
    for (body, status), number in sorted(counted.items()):
        nested.setdefault(body, {})[status] = number
    return nested
