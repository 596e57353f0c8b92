"""Feedback of communes about departments, and the inspections of the chairman.

Both have their own subjects; feedback may name a task of a document.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from . import OFFICE_SOURCE, UNITS_SOURCE, workdays
from .district import OFFICE, District, Fact, iso

_DOSSIER = ("assignment", "status_reports", "plan", "minutes", "result_report")
_DOSSIER_SOMETIMES = ("urging", "other")


def feedback_story(district: District, day: date) -> list[Fact]:
    """A commune complains on *day* about a department that is late (18.5, 20.3)."""
    chance, words = district.chance, district.words
    subject = district.subject()
    late = [task for task in district.late_tasks if task.from_day <= day]
    task = chance.one(late) if late and chance.happens(0.75) else None
    about = task.lead if task else chance.one(words.departments)
    received = workdays.office_hours(day, chance)
    data: dict[str, Any] = {
        "from_body": chance.one(words.communes),
        "about_body": about,
        "content": district.say("feedback").format(about=words.name(about)) + ".",
    }
    if task:
        data["task_id"] = task.task_id
    facts = [Fact(received, "feedback.received", subject, data, UNITS_SOURCE)]
    if chance.happens(0.08):
        return facts
    days = chance.between(1, 5) if chance.happens(0.8) else chance.between(6, 10)
    answered = workdays.some_time_after(received, days, chance)
    symbol = district.letter_symbol(answered.date())
    if chance.happens(0.7):
        copied = chance.happens(0.85)
        answer = {"answer": "urging_document", "symbol": symbol, "copied_to_source": copied}
        facts.append(Fact(answered, "feedback.answered", subject, answer))
        if not copied and chance.happens(0.7):
            again = workdays.some_time_after(answered, chance.between(1, 3), chance)
            answer = answer | {"copied_to_source": True}
            facts.append(Fact(again, "feedback.answered", subject, answer))
        return facts
    answer = {"answer": "reported_to_chairman", "symbol": symbol}
    facts.append(Fact(answered, "feedback.answered", subject, answer))
    directed = workdays.some_time_after(answered, chance.between(2, 9), chance)
    direction = {
        "symbol": district.letter_symbol(directed.date()),
        "copied_to_source": chance.happens(0.9),
    }
    facts.append(Fact(directed, "feedback.direction_issued", subject, direction))
    return facts


def inspection_story(district: District, day: date) -> list[Fact]:
    """An inspection decided on *day*, held, reported in parts, its dossier filled (Chương IV)."""
    chance, words = district.chance, district.words
    subject = district.subject()
    lead = chance.one((OFFICE, "NV", "TTR", "TCKH"))
    inspected = chance.some(
        [body for body in (*words.departments, *words.communes) if body != lead],
        chance.between(1, 4),
    )
    decided = workdays.office_hours(day, chance)
    team = chance.happens(0.7)
    facts = [_decision(district, subject, lead, inspected, decided.date(), team=team)]
    ended = workdays.some_time_after(decided, chance.between(4, 15), chance)
    ended_on = {"ended_on": iso(ended.date())}
    facts.append(Fact(ended + timedelta(minutes=5), "inspection.ended", subject, ended_on))
    facts += _reports(district, subject, inspected, ended.date())
    for item in (*(["decision"] if team else []), *_DOSSIER, *_DOSSIER_SOMETIMES):
        if chance.happens(0.3 if item in _DOSSIER_SOMETIMES else 0.88):
            added = workdays.some_time_after(ended, chance.between(0, 12), chance)
            data = {"item": item}
            facts.append(Fact(added, "inspection.dossier_item_added", subject, data))
    return facts


def _decision(
    district: District, subject: str, lead: str, inspected: list[str], day: date, *, team: bool
) -> Fact:
    chance, phrases = district.chance, district.words.phrases
    kind = "scheduled" if chance.happens(0.65) else "ad_hoc"
    grounds = phrases["grounds_scheduled" if kind == "scheduled" else "grounds_ad_hoc"]
    head = district.words.bodies[lead].head
    data: dict[str, Any] = {
        "kind": kind,
        "lead": lead,
        "lead_person": head,
        "bodies": inspected,
        "team": team,
        "grounds": grounds.format(year=day.year, month=f"{day.month:02d}/{day.year}"),
    }
    if team:
        number = district.next_number("QD", 12, day)
        data["decision_symbol"] = f"{number}/QĐ-UBND"
    return Fact(workdays.office_hours(day, chance), "inspection.decided", subject, data)


def _reports(district: District, subject: str, inspected: list[str], ended: date) -> list[Fact]:
    """16.2: to the chairman and to the inspected bodies, at once or one after the other."""
    chance = district.chance
    days = chance.between(1, 3) if chance.happens(0.75) else chance.between(6, 11)
    reported = workdays.office_hours(workdays.working_days_after(ended, days), chance)

    def part(days_later: int, *, to_chairman: bool, bodies: list[str]) -> Fact:
        moment = reported
        if days_later:
            moment = workdays.some_time_after(reported, days_later, chance)
        data = {"reported_to_chairman": to_chairman, "notified_bodies": bodies}
        return Fact(moment, "inspection.reported", subject, data, OFFICE_SOURCE)

    if chance.happens(0.4):
        return [part(0, to_chairman=True, bodies=inspected)]
    first, rest = inspected[:1], inspected[1:]
    parts = [
        part(0, to_chairman=True, bodies=[]),
        part(chance.between(0, 1), to_chairman=False, bodies=first),
    ]
    if rest and chance.happens(0.85):
        parts.append(part(chance.between(1, 3), to_chairman=False, bodies=rest))
    return parts
