"""What becomes of a task from its delivery on: review, return, correction, withdrawal.

Doing it is told by `execution`; here are the Office's and the bodies' dealings around it.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from . import UNITS_SOURCE, workdays
from .assignments import Assignment
from .district import OFFICE, District, Fact, iso
from .execution import assist, execute
from .telling import TaskStory

_RETURNED = 0.045
_TRANSFERRED = 0.012
_WITHDRAWN = 0.015
_DISCREPANT = 0.02


def task_story(district: District, task: Assignment) -> list[Fact]:
    """Everything that happens to the *task*, in no particular order."""
    story = TaskStory(district, task)
    story.office(task.at, "task.assigned", _delivery(task), task.sequence)
    _complete_information(story)
    for lead in task.leads:
        charged = _review(story, lead)
        if charged is not None:
            execute(story, *charged)
    for body in task.coordinating:
        assist(story, body)
    if task.written_tracking:
        _update_in_writing(story)
    chance = district.chance
    if chance.happens(_DISCREPANT):
        _discrepancy(story)
    if chance.happens(_WITHDRAWN):
        story.ends = workdays.some_time_after(task.at, chance.between(1, 20), chance)
    if story.ends is not None:
        _withdraw(story, story.ends)
    return story.facts


def _delivery(task: Assignment) -> dict[str, Any]:
    data: dict[str, Any] = {
        "content": task.content,
        "kind": task.kind,
        "lead": task.leads[0] if len(task.leads) == 1 else list(task.leads),
    }
    if task.coordinating:
        data["coordinating"] = list(task.coordinating)
    if task.due_on:
        data["due_on"] = iso(task.due_on)
    if task.stated_class:
        data["class"] = task.stated_class
    if task.followed_by:
        data["unit"], data["officer"] = task.followed_by
    return data


def _complete_information(story: TaskStory) -> None:
    """Who in the Office follows a task is added some days later, where it was left out."""
    chance = story.chance
    if story.task.followed_by is None and chance.happens(0.7):
        unit, officer = story.district.words.phrases["followed_generally"]
        moment = workdays.some_time_after(story.task.at, chance.between(0, 4), chance)
        data = {"fields": {"unit": unit, "officer": officer}, "reason": story.say("corrected")}
        story.office(moment, "task.corrected", data)


def _review(story: TaskStory, body: str) -> tuple[str, datetime] | None:
    """The *body* looks at what it was given (Điều 6.2). Who does it in the end, since when;
    None where nobody will."""
    chance, delivered = story.chance, story.task.at
    if body == OFFICE:
        return body, delivered
    draw = chance.share()
    if draw < _RETURNED:
        return _return(story, body)
    if draw < 0.82:
        accepted = workdays.some_time_after(delivered, 0 if draw < 0.45 else 1, chance)
    elif draw < 0.89:
        accepted = workdays.some_time_after(delivered, chance.between(2, 5), chance)
    else:
        return _transfer(story, body, delivered)
    story.unit(accepted, "task.accepted", body)
    return _transfer(story, body, accepted)


def _return(story: TaskStory, body: str) -> tuple[str, datetime] | None:
    """A task sent back to the Office, mostly within the day, and what the Office makes of it."""
    chance = story.chance
    days = 0 if chance.happens(0.8) else chance.between(2, 3)
    returned = workdays.some_time_after(story.task.at, days, chance)
    story.unit(returned, "task.returned", body, {"reason": story.say("returned")})
    answered = workdays.some_time_after(returned, chance.between(0, 5), chance)
    draw = chance.share()
    if draw < 0.5:
        return _reassign(story, body, answered)
    if draw < 0.7:
        story.office(answered, "task.directed", {"direction": story.say("returned_again")})
        return body, answered
    if draw < 0.85:
        # The same task once more: a new delivery, which the body reviews again.
        story.office(answered, "task.assigned", _delivery(story.task))
        story.unit(workdays.some_time_after(answered, 0, chance), "task.accepted", body)
        return body, answered
    if draw < 0.92 and len(story.task.leads) == 1:
        story.ends = answered
    return None


def _transfer(story: TaskStory, body: str, since: datetime) -> tuple[str, datetime]:
    """Rarely the leaders give a task to somebody else who never asked for it."""
    chance = story.chance
    if len(story.task.leads) == 1 and chance.happens(_TRANSFERRED):
        moment = workdays.some_time_after(since, chance.between(2, 12), chance)
        return _reassign(story, body, moment)
    return body, since


def _reassign(story: TaskStory, body: str, moment: datetime) -> tuple[str, datetime]:
    chance, task = story.chance, story.task
    taken = {*task.leads, *task.coordinating}
    words = story.district.words
    peers = set(words.communes if body in words.communes else words.departments) - taken
    successor = chance.one(sorted(peers) or words.departments)
    leads = [successor if lead == body else lead for lead in task.leads]
    data: dict[str, Any] = {"lead": leads[0] if len(leads) == 1 else leads}
    if chance.happens(0.8):
        data["reason"] = story.say("reassigned")
    story.office(moment, "task.reassigned", data)
    accepted = workdays.some_time_after(moment, chance.between(0, 1), chance)
    story.unit(accepted, "task.accepted", successor)
    return successor, accepted


def _update_in_writing(story: TaskStory) -> None:
    """Điều 5.1.h: such documents are answered on paper too, and some bodies forget."""
    chance = story.chance
    for body in (*story.task.leads, *story.task.coordinating):
        if body != OFFICE and chance.happens(0.75):
            moment = workdays.some_time_after(story.task.at, chance.between(1, 10), chance)
            symbol = story.district.result_symbol("BC", body, moment.date())
            recipients = [OFFICE] + ([story.task.leads[0]] if chance.happens(0.2) else [])
            data = {"symbol": symbol, "recipients": recipients}
            story.unit(moment, "task.written_update", body, data)


def _discrepancy(story: TaskStory) -> None:
    """Điều 7: what is in HSCV is found not to be what the paper says, and mostly mended."""
    chance, task = story.chance, story.task
    found = workdays.some_time_after(task.at, chance.between(1, 12), chance)
    mended_fields = {
        "content": task.content.removesuffix(".") + ", theo đúng nội dung văn bản giao nhiệm vụ.",
        "kind": chance.one(("report", "execute")),
        "class": "4.1" if task.due_on else "4.2",
    }
    field = chance.one(tuple(mended_fields))
    data: dict[str, Any] = {"field": field, "found_by": chance.one((OFFICE, task.leads[0]))}
    story.office(found, "task.discrepancy_found", data)
    if chance.happens(0.8):
        mended = workdays.some_time_after(found, chance.between(0, 4), chance)
        data = {"fields": {field: mended_fields[field]}, "reason": story.say("corrected")}
        story.office(mended, "task.corrected", data)


def _withdraw(story: TaskStory, moment: datetime) -> None:
    """The task is taken back, where nobody has done it yet; nothing happens to it afterwards."""
    if any(fact.type == "task.completed" and fact.time < moment for fact in story.facts):
        return
    story.facts[:] = [fact for fact in story.facts if fact.time < moment]
    story.office(moment, "task.withdrawn", {"reason": story.say("task_withdrawn")})


def leftover(district: District, moment: datetime) -> Fact:
    """Progress on a task from before the quarter, whose assignment is not in the sample."""
    document = district.subject()
    data = {
        "task_id": f"{document}-1",
        "body": district.chance.one(district.words.departments),
        "status": "in_progress",
        "note": district.say("progress"),
    }
    return Fact(moment + timedelta(minutes=1), "task.progress", document, data, UNITS_SOURCE)
