"""Documents whose tasks stand below each other, or come round.

A plan's first task is done by the tasks of the communes below it, and its coordinating bodies have
a date of their own; a decision on regular reports has tasks that come round.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from ..rules.recurrence import days_from
from . import UNITS_SOURCE, workdays
from .assignments import Assignment
from .district import District, Fact, iso, spoken
from .tasks import task_story

_RATE, _ASIDE = 12, 6
"""How many numbers of decisions a day uses up, and how far from those of the other documents on a
day these are."""


def plan_story(district: District, day: date) -> list[Fact]:
    """A decision of *day* with one task for a department and tasks for communes below it."""
    chance, words = district.chance, district.words
    at = workdays.office_hours(day, chance)
    lead, *partners = chance.some(words.departments, 3)
    due = workdays.previous_working(day + timedelta(days=chance.between(30, 45)))
    theirs = workdays.previous_working(due - timedelta(days=10))
    subject = district.subject()
    above = f"{subject}-1"
    communes = chance.some(words.communes, chance.between(2, 3))
    facts = [_issued(district, subject, at, "plan", lead, tasks=1 + len(communes))]
    unit, officer = words.phrases["followed_generally"]
    followed_by = (unit, officer)

    def charge(position: int, body: str, text: str, due_on: date, **more: Any) -> None:
        task = Assignment(
            document=subject,
            task_id=f"{subject}-{position}",
            content=f"{district.say(text)}, hoàn thành chậm nhất ngày {spoken(due_on)}.",
            kind="report",
            leads=(body,),
            coordinating=tuple(partners) if position == 1 else (),
            due_on=due_on,
            stated_class=None,
            followed_by=followed_by,
            written_tracking=False,
            at=at + timedelta(minutes=20),
            sequence=position,
        )
        facts.extend(_saying(fact, more) for fact in task_story(district, task))

    charge(1, lead, "plan_whole", due, coordinating_due_on=iso(theirs))
    for position, commune in enumerate(communes, 2):
        charge(position, commune, "plan_part", theirs, parent_task=above)
    return facts


def _saying(fact: Fact, more: dict[str, Any]) -> Fact:
    """*fact*, which says *more* where it assigns the task."""
    return replace(fact, data={**fact.data, **more}) if fact.type == "task.assigned" else fact


def round_story(district: District, day: date) -> list[Fact]:
    """A decision of *day* by which bodies report each month, and each week until it is over."""
    chance, words = district.chance, district.words
    at = workdays.office_hours(day, chance)
    subject = district.subject()
    department = chance.one(words.departments)
    facts = [_issued(district, subject, at, "rounds", department, tasks=2)]
    monthly: dict[str, Any] = {
        "content": district.say("monthly"),
        "lead": department,
        "recurrence": "monthly:25",
    }
    weekly: dict[str, Any] = {
        "content": district.say("weekly"),
        "lead": chance.some(words.communes, 2),
        "recurrence": "weekly:5",
        "due_on": iso(day + timedelta(days=chance.between(30, 50))),
    }
    unit, officer = words.phrases["followed_generally"]
    for position, said in enumerate((monthly, weekly), 1):
        assigned = at + timedelta(minutes=30 + position)
        task = {"task_id": f"{subject}-{position}"}
        data = {**task, "kind": "report", **said, "unit": unit, "officer": officer}
        facts.append(Fact(assigned, "task.assigned", subject, data, sequence=position))
        for lead in [said["lead"]] if isinstance(said["lead"], str) else said["lead"]:
            facts += _coming_round(district, assigned, {**task, "body": lead}, said, subject)
    return facts


def _coming_round(
    district: District,
    assigned: datetime,
    of_task: dict[str, str],
    said: dict[str, Any],
    subject: str,
) -> list[Fact]:
    """What a body does: it accepts, and reports each time; late now and then, or not at all."""
    chance = district.chance

    def told(moment: datetime, type_: str, **data: Any) -> Fact:
        return Fact(moment, type_, subject, {**of_task, **data}, UNITS_SOURCE)

    facts = [told(workdays.some_time_after(assigned, 0, chance), "task.accepted")]
    last = district.ending
    if "due_on" in said:
        last = min(last, date.fromisoformat(said["due_on"]))
    for due in days_from(said["recurrence"], assigned.date()):
        if due > last:
            return facts
        day = workdays.previous_working(due)
        if chance.happens(0.15):
            day = workdays.working_days_after(due, chance.between(1, 3))
        if day <= assigned.date() or chance.happens(0.08):
            continue
        moment = workdays.office_hours(day, chance)
        facts.append(told(moment, "task.completed", completed_on=iso(day)))
    return facts


def _issued(
    district: District, subject: str, at: datetime, what: str, lead: str, *, tasks: int
) -> Fact:
    day = at.date()
    number = district.next_number("QD", _RATE, day) + _ASIDE * district.scale
    data = {
        "doc_type": "QD",
        "symbol": f"{number}/QĐ-UBND",
        "number": str(number),
        "title": "Quyết định",
        "abstract": district.say(f"{what}_abstract").format(year=day.year),
        "issued_on": iso(day),
        "authority": "ubnd",
        "signer": "Phó Chủ tịch",
        "submitted_by": lead,
        "task_count": tasks,
    }
    return Fact(at, "document.issued", subject, data)
