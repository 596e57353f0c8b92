"""What bodies and Office say to each other about a task: more time is asked for, granted or
refused, and a result is accepted.

It is told from what the document's story has, and moves nothing in that: no regulation need know of
it. It must never tell anything of a task before it is assigned or once it is withdrawn, nor of a
document that has become secret.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta

from . import UNITS_SOURCE, workdays
from .district import OFFICE, District, Fact, iso

_ASKED = 0.75
"""Of the extensions that are granted, those that somebody had asked for."""
_REFUSED = 0.05
"""Of the tasks with a deadline, those for which more time is asked for in vain."""
_ACCEPTED = 0.12
"""Of the results handed in, those whose acceptance is told of; elsewhere it is silent."""
_ENDING = ("task.withdrawn", "document.withdrawn", "document.secrecy_changed")


def dealings(district: District, facts: Sequence[Fact]) -> list[Fact]:
    """What is said about the tasks of a document beside its *facts*; drawn from *district*."""
    found: list[Fact] = []
    leads: dict[str, str] = {}
    assigned: dict[str, datetime] = {}
    for fact in sorted(facts, key=lambda each: each.time):
        task_id = str(fact.data.get("task_id"))
        if fact.type in ("task.assigned", "task.reassigned"):
            lead = fact.data["lead"]
            leads[task_id] = lead if isinstance(lead, str) else lead[0]
            assigned.setdefault(task_id, fact.time)
        if fact.type == "task.assigned" and fact.data.get("due_on"):
            found += _refusal(district, fact, leads[task_id])
        elif fact.type == "task.extension_granted":
            found += _request(district, fact, leads[task_id])
        elif fact.type == "task.completed" and fact.data["body"] == leads.get(task_id):
            found += _acceptance(district, fact)
    return [
        fact for fact in found if assigned[fact.data["task_id"]] < fact.time < _ends(facts, fact)
    ]


def _ends(facts: Sequence[Fact], of: Fact) -> datetime:
    """When nothing is told any more of the task that *of* is about."""
    task_id = of.data["task_id"]
    ends = (
        fact.time
        for fact in facts
        if fact.type in _ENDING and fact.data.get("task_id", task_id) == task_id
    )
    return min(ends, default=datetime.max.replace(tzinfo=of.time.tzinfo))


def _request(district: District, granted: Fact, lead: str) -> Iterator[Fact]:
    """Who got more time had mostly asked for it, within the three days before."""
    chance = district.chance
    if lead == OFFICE or not chance.happens(_ASKED):
        return
    day = workdays.previous_working(granted.time.date() - timedelta(days=chance.between(1, 3)))
    if day >= district.since:
        due_on = granted.data["due_on"]
        yield _asks(district, granted, lead, workdays.office_hours(day, chance), due_on)


def _refusal(district: District, assigned: Fact, lead: str) -> Iterator[Fact]:
    """Somebody asks for more time some days before the deadline, and does not get it."""
    chance = district.chance
    due = date.fromisoformat(assigned.data["due_on"])
    if lead == OFFICE or not chance.happens(_REFUSED):
        return
    day = workdays.previous_working(due - timedelta(days=chance.between(1, 5)))
    asked = workdays.office_hours(day, chance)
    if asked <= assigned.time:
        return
    wanted = iso(due + timedelta(days=chance.between(5, 15)))
    yield _asks(district, assigned, lead, asked, wanted)
    answered = workdays.some_time_after(asked, chance.between(0, 2), chance)
    data = {
        "task_id": assigned.data["task_id"],
        "decided_by": chance.one(("Chủ tịch", "Phó Chủ tịch")),
        "reason": district.say("extension_refused"),
    }
    yield Fact(answered, "task.extension_refused", assigned.subject, data)


def _asks(district: District, about: Fact, lead: str, moment: datetime, due_on: str | None) -> Fact:
    data = {
        "task_id": about.data["task_id"],
        "body": lead,
        "due_on": due_on,
        "reason": district.say("extended"),
        "symbol": district.result_symbol("TTr", lead, moment.date()),
    }
    return Fact(moment, "task.extension_requested", about.subject, data, UNITS_SOURCE)


def _acceptance(district: District, completed: Fact) -> Iterator[Fact]:
    chance = district.chance
    if not chance.happens(_ACCEPTED):
        return
    data = {name: completed.data[name] for name in ("task_id", "body")}
    moment = workdays.some_time_after(completed.time, chance.between(0, 3), chance)
    yield Fact(moment, "task.result_accepted", completed.subject, data)
