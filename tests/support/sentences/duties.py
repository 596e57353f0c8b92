"""Whether what is said of a duty is so: whose it is, about what, by which law and article."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from dondoc.rules.event_types import EVENT_TYPES

from .facts import Facts
from .said import Check, Said, days_in, true


def _told(said: Said, facts: Facts) -> str | None:
    """An event: it has happened, on that day, and was of that kind and body."""
    event = facts.event(str(said.values["source"]), str(said.values["id"]))
    if event is None:
        return "no such event has happened"
    if event.on not in days_in(str(said.values["date"])):
        return f"it was on {event.on}"
    if event.type not in EVENT_TYPES:
        return f"nobody sends {event.type}"
    if "body" in said.values:
        stated = str(event.data.get("body"))
        codes = facts.directory.acts_for(stated, event.on)
        if not any(f" {code})" in str(said.values["body"]) for code in codes) and (
            stated not in str(said.values["body"])
        ):
            return f"it was of {stated}"
    return None


def _cite(said: Said, facts: Facts) -> str | None:
    owed = facts.obligation
    kind = facts.directory.kind(owed.body, owed.opened_on)
    numbers = re.findall(r"\d+", owed.cite)
    if not all(number in said.line for number in numbers):
        return f"it is under {owed.cite}"
    wrong = {"department": "Điều 20", "commune": "Điều 19"}.get(kind or "")
    if wrong and owed.role == "body" and wrong in said.line:
        return f"{wrong} is not of a {kind}"
    if "khoản 2 Điều 5" in said.line and owed.rule != "secret_report":
        return "Điều 5.2 is for secret reports"
    return None


def _by_the_day(said: Said, facts: Facts) -> str | None:
    """The law in force on the day that is named is the one by which it was judged."""
    day = next(days_in(str(said.values["date"])))
    law = facts.law.regulations.of_the_day(facts.obligation.rule, day).regulation
    return None if law and law.id == facts.obligation.regulation else f"{law and law.id} was"


def _document(said: Said, facts: Facts) -> str | None:
    fields: dict[str, Any] = {}
    for event in facts.history:
        if event.type in ("document.issued", "document.received"):
            fields.update(event.data)
        elif event.type == "document.corrected":
            fields.update(event.data["fields"])
    if str(fields.get("symbol", "")).strip() not in said.line:
        return f"its symbol is {fields.get('symbol')}"
    if fields.get("authority") == "province" and re.search(r"\d{4} (của|by) ", said.line):
        return "whoever issued it is not known: the province has many bodies"
    named = re.sub(re.escape(str(fields["symbol"])), "", said.line)
    dates = set(days_in(named))
    return None if dates <= {date.fromisoformat(fields["issued_on"])} else "another date"


def _parties(said: Said, facts: Facts) -> str | None:
    named = [
        (name, event.data[name])
        for event in facts.history
        if event.type == "feedback.received"
        for name in ("from_body", "about_body")
    ]
    wrong = [name for name, code in named if code not in str(said.values.get(name, code))]
    return f"another {wrong[0]}" if wrong else None


def _obligor(said: Said, facts: Facts) -> str | None:
    return None if facts.obligation.body in said.line else f"it is {facts.obligation.body}'s"


def _successor(said: Said, facts: Facts) -> str | None:
    owed_by = facts.obligation.owed_by(facts.directory, facts.as_of)
    missing = [code for code in owed_by if code not in said.line]
    return f"{missing} owe it" if missing else None


CHECKS: Mapping[str, Check] = {
    "explain.told": _told,
    "explain.told_by": _told,
    "explain.told_about": _told,
    "explain.duty.rule": lambda s, f: None if f.obligation.rule in s.line else "another rule",
    "explain.duty.cite": _cite,
    "explain.duty.cite_ended": _cite,
    "explain.law.opening": _by_the_day,
    "explain.law.document": _by_the_day,
    "explain.law.transition": lambda s, f: (
        None if f.obligation.regulation in str(s.values["regulation"]) else "another law"
    ),
    "explain.law.kept": lambda s, f: (
        None
        if (now := f.law.regulations.of_the_day(f.obligation.rule, f.as_of).regulation)
        and now.id == s.values["later"]
        else "another law is in force"
    ),
    "explain.duty.task": _document,
    "explain.duty.document": _document,
    "explain.duty.task_unnamed": lambda s, f: (
        "the document has a symbol"
        if any(e.data.get("symbol") for e in f.history if e.type.startswith("document."))
        else None
    ),
    "explain.duty.feedback": _parties,
    "explain.duty.inspection": _parties,
    "explain.duty.parent": lambda s, f: (
        None
        if s.values["task"] in {e.data.get("parent_task") for e in f.history}
        else "no such task is above it"
    ),
    "explain.duty.period": lambda s, f: (
        None if f.obligation.trace.get("period") else "it is for no period"
    ),
    "explain.duty.other": true,
    "explain.duty.request": lambda s, f: None if f.obligation.subject in s.line else "another",
    "explain.duty.obligor": _obligor,
    "explain.duty.successor": _successor,
    "explain.duty.successors": _successor,
    "explain.duty.id": lambda s, f: None if f.obligation.id in s.line else "another id",
    **{
        f"explain.subject.{kind}": true
        for kind in ("document", "feedback", "inspection", "petition", "reports")
    },
}
"""By the key of the text that is said."""
