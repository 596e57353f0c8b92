"""What people look at: the board, lists, timelines, explanations, what the scheduler would do.

Questions only; nothing is written here, and everything can be asked as of any day.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from ..rules.events import LOCAL, Event, local_date
from ..rules.explaining.explanation import explain, lines
from ..rules.mendable import Mendable
from ..rules.obligations import OVERDUE, FormerDeadline, Obligation
from ..rules.reminding.decision import Remind
from ..storage.leaps import look
from ..storage.outbox import pending
from ..storage.questions import queries
from ..storage.questions.figures import figures
from ..storage.scheduling import foresee, let_time_pass
from ..storage.unit_of_work import Transaction
from .assembly.application import Application, Refused, held, require_body, require_rule, uptime
from .assembly.clock import now
from .assembly.loading import load_texts
from .terminal.presentation import as_csv, as_json, clean, table

OBLIGATION_COLUMNS = (
    *("id", "rule", "cite", "subject", "task_id", "body", "owed_by"),
    *("opened_on", "target", "due"),
    *("met_on", "ended_on", "state", "counts_as_breach", "regulation"),
)
TIMELINE_COLUMNS = ("on", "time", "what", "task_id", "body", "detail", "id")
DECISION_COLUMNS = (
    "send",
    "reason",
    "body",
    "role",
    "step",
    "occurrence",
    "rule",
    "target",
    "obligation",
)
_WORST = 15
"""How many bodies the board shows, the worst first."""


def obligations(
    application: Application, as_of: datetime | None, **wanted: str | None
) -> list[dict[str, Any]]:
    """The obligations that meet *wanted*, as JSON objects, in a fixed order. Raises Refused for
    a rule or a body that nobody knows."""
    require_rule(application, wanted.get("rule"))
    require_body(application, wanted.get("body"))
    day = _day(application, as_of)
    wish = queries.Filter(**wanted)
    found = application.store.read(lambda tx: queries.obligations(tx, application.law, day, wish))
    directory = application.law.directory
    return [queries.as_object(obligation, directory, day) for obligation in found]


def timeline(
    application: Application, subject: str, as_of: datetime | None
) -> list[dict[str, Any]]:
    """Events about *subject* and what became of its obligations, in order of their dates."""
    day = _day(application, as_of)
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


def explanation(
    application: Application, obligation_id: str, language: str, as_of: datetime | None
) -> list[str]:
    """Why an obligation has its dates, line by line, in *language* ("en", "vi")."""
    law, day = application.law, _day(application, as_of)

    def read(tx: Transaction) -> tuple[Obligation, Sequence[FormerDeadline], str | None]:
        found = queries.obligation_by_id(tx, law, obligation_id, day)
        former = queries.former_deadlines(tx, [found.id]).get(found.id, ())
        told = [had for had in former if had.until <= day]
        return found, told, queries.symbol_of(tx, found.stream)

    obligation, former, symbol = application.store.read(read)
    told = explain(obligation, law, load_texts(language), day, former, symbol)
    return [clean(line) for line in lines(told)]


def decisions(application: Application, as_of: datetime | None) -> list[dict[str, Any]]:
    """What a pass of the scheduler would send at *as_of* (now), and why the rest would not."""
    moment = as_of or now()

    def read(tx: Transaction) -> list[dict[str, Any]]:
        day = local_date(moment)
        found = queries.obligations(tx, application.law, day, queries.Filter())
        still = [each for each in found if each.closed_on is None or each.closed_on > day]
        return [_decision(each) for each in foresee(tx, application.law, still, moment)]

    return application.store.read(read)


def _decision(considered: Any) -> dict[str, Any]:
    obligation, decision = considered.due.obligation, considered.decision
    reminder = decision.reminder if isinstance(decision, Remind) else None
    return {
        "send": reminder is not None,
        "reason": decision.reason.value,
        "body": considered.addressee.body,
        "role": reminder.role if reminder else "/".join(considered.addressee.roles),
        "step": reminder.step if reminder else None,
        "occurrence": reminder.occurrence if reminder else None,
        "rule": obligation.rule,
        "target": obligation.target.isoformat() if obligation.target else None,
        "obligation": obligation.id,
    }


def remind_now(application: Application) -> int:
    """One pass of the scheduler; gives how many reminders were decided. Raises Refused while the
    clock is not believed."""
    at = now()
    standing = look(application.store, at, uptime())
    if not standing.believed:
        raise Refused(held(standing))
    return let_time_pass(application.store, application.law, load_texts(), at)


def board(application: Application, as_of: datetime | None, form: str) -> str:
    """The board on one page, or the same figures as JSON or CSV (open and overdue by body)."""
    day = _day(application, as_of)
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
    columns = ("body", "name", "open", "overdue")
    if form == "csv":
        return as_csv(rows, columns)
    is_open, overdue = (sum(row[state] for row in rows) for state in ("open", "overdue"))
    parts = [
        f"{day:%d/%m/%Y}: {is_open} obligations open, {overdue} overdue",
        table(rows[:_WORST], columns),
        table(_tasks(found.tasks), ("tasks", "number")),
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


def _day(application: Application, as_of: datetime | None) -> date:
    """The day that is looked at. Raises OutsideCoverage for one that the calendar does not know:
    what opens or is due by then could only be guessed."""
    day = local_date(as_of or now())
    if as_of is not None:
        application.law.calendar.day(day)
    return day
