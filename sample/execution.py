"""How a task is done: in time, late, not at all, and what is said meanwhile.

Whoever is known to be late (habits.toml) is late here. Nothing is judged: whether a
completion is late in law is for the rules to say.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from . import workdays
from .chance import Weighted
from .district import OFFICE, LateTask, iso
from .telling import TaskStory

_UPDATES = Weighted((0, 1, 2, 3), (50, 32, 13, 5))
_DAYS_LATE = Weighted(((1, 2), (3, 7), (8, 20)), (45, 35, 20))
_NEVER = 0.3
"""Of the tasks not done in time, those that are not done at all."""
_DECIDERS = ("Chủ tịch", "Phó Chủ tịch")
_RESULT = {"submit": "TTr", "report": "BC", "execute": "BC"}


def execute(story: TaskStory, lead: str, since: datetime) -> None:
    """The *lead* works on its task *since* a moment until it is done, or beyond the quarter."""
    due = _moved_in_time(story, since, story.task.due_on)
    if due is not None and due <= since.date():
        due = None  # charged after the deadline: nobody hurries any more
    finish = _finish(story, lead, since, due)
    if due is None:
        _say_monthly(story, lead, since, finish)
    _say_meanwhile(story, lead, since, finish or (due or since.date()) + timedelta(days=30))
    if story.chance.happens(0.03):
        _difficulty(story, lead, workdays.some_time_after(since, 2, story.chance))
    if due is not None and (finish is None or finish > due):
        _run_late(story, lead, due, finish)
    if finish is not None:
        _complete(story, lead, since, finish)


def assist(story: TaskStory, body: str) -> None:
    """A coordinating *body* accepts, helps, and says so more or less."""
    chance, task = story.chance, story.task
    if body != OFFICE and chance.happens(0.7):
        accepted = workdays.some_time_after(task.at, chance.between(0, 1), chance)
        story.unit(accepted, "task.accepted", body)
    moment = workdays.some_time_after(task.at, chance.between(2, 12), chance)
    draw = chance.share()
    if draw < 0.3:
        data = {"status": "in_progress", "note": story.say("progress")}
        story.unit(moment, "task.progress", body, data)
    elif draw < 0.5:
        story.unit(moment, "task.completed", body, {"completed_on": iso(moment.date())})


def _moved_in_time(story: TaskStory, since: datetime, due: date | None) -> date | None:
    """The deadline after what the leaders change of it before it passes.

    Several leads share one deadline, and nobody moves it for one of them.
    """
    chance = story.chance
    if due is None or len(story.task.leads) > 1:
        return due
    draw = chance.share()
    if draw >= 0.06:
        return due
    asked = due - timedelta(days=chance.between(1, 4))
    if asked <= since.date():
        return due
    new: date | None
    if draw < 0.045:
        new, why = due + timedelta(days=chance.between(5, 20)), "extended"
    elif draw < 0.053:
        new, why = due - timedelta(days=1), "brought_forward"
    else:
        new, why = None, "no_longer_dated"
    moment = workdays.office_hours(workdays.previous_working(asked), chance)
    if moment <= since:
        return due
    _move(story, moment, new, why)
    return new


def _move(story: TaskStory, moment: datetime, new: date | None, why: str) -> None:
    data: dict[str, Any] = {"due_on": iso(new), "decided_by": story.chance.one(_DECIDERS)}
    if story.chance.happens(0.85):
        data["reason"] = story.say(why)
    extended = why == "extended"
    story.office(moment, "task.extension_granted" if extended else "task.due_changed", data)


def _finish(story: TaskStory, lead: str, since: datetime, due: date | None) -> date | None:
    """The day on which the *lead* is done; None: not within sight."""
    chance, late = story.chance, story.district.words.lateness(lead)
    draw, first = chance.share(), since.date()
    if due is None:
        if draw < 0.2 + late / 2:
            return None
        return workdays.next_working(first + timedelta(days=chance.between(4, 55)))
    if draw < late * _NEVER:
        return None
    if draw < late:
        low, high = chance.weighted(_DAYS_LATE)
        return workdays.next_working(due + timedelta(days=chance.between(low, high)))
    spare = (due - first).days
    early = chance.between(0, min(3, spare)) if chance.happens(0.65) else chance.between(0, spare)
    return max(first, workdays.previous_working(due - timedelta(days=early)))


def _say_meanwhile(story: TaskStory, lead: str, since: datetime, until: date) -> None:
    chance = story.chance
    days = (until - since.date()).days
    for number in range(chance.weighted(_UPDATES)):
        if days < 3:
            return
        day = workdays.next_working(since.date() + timedelta(days=chance.between(1, days - 1)))
        if day >= until:
            continue
        status = "not_started" if number == 0 and chance.happens(0.06) else "in_progress"
        data = {"status": status}
        if chance.happens(0.85):
            data["note"] = story.say("progress")
        story.unit(workdays.office_hours(day, chance), "task.progress", lead, data)


def _say_monthly(story: TaskStory, lead: str, since: datetime, finish: date | None) -> None:
    """6.3.b: where there is no deadline, progress is told every month, if not forgotten."""
    chance, district = story.chance, story.district
    day = since.date().replace(day=1)
    until = min(finish or district.ending, district.ending)
    while (day := (day + timedelta(days=32)).replace(day=1)) <= until:
        told = workdays.next_working(day + timedelta(days=chance.between(0, 7)))
        if told < until and chance.happens(0.75 - district.words.lateness(lead)):
            data = {"status": "in_progress", "note": story.say("progress")}
            story.unit(workdays.office_hours(told, chance), "task.progress", lead, data)


def _difficulty(story: TaskStory, lead: str, moment: datetime) -> None:
    """Điều 19.2, 20.2: what stands in the way is told, and mostly answered."""
    chance = story.chance
    data = {"cause": story.say("causes")}
    if chance.happens(0.7):
        data["proposal"] = story.say("proposals")
    story.unit(moment, "task.difficulty", lead, data)
    if chance.happens(0.65):
        answered = workdays.some_time_after(moment, chance.between(1, 6), chance)
        story.office(answered, "task.directed", {"direction": story.say("directed")})


def _run_late(story: TaskStory, lead: str, due: date, finish: date | None) -> None:
    """What happens between the deadline and the completion, if there is one."""
    chance, district = story.chance, story.district
    if lead in district.words.departments:
        district.late_tasks.append(LateTask(due + timedelta(days=2), story.task.task_id, lead))
    if chance.happens(0.45):
        moment = _before(story, workdays.next_working(due + timedelta(days=1)), finish)
        if moment:
            data = {"status": "in_progress", "note": story.say("progress")}
            story.unit(moment, "task.progress", lead, data)
    if chance.happens(0.25):
        moment = _before(story, workdays.working_days_after(due, chance.between(1, 4)), finish)
        if moment:
            _difficulty(story, lead, moment)
    for earliest, latest, probability in ((2, 6, 0.55), (8, 12, 0.4)):
        day = workdays.working_days_after(due, chance.between(earliest, latest))
        moment = _before(story, day, finish)
        if moment and chance.happens(probability):
            data = {"symbol": district.letter_symbol(day), "body": lead}
            story.office(moment, "task.urged", data)
    if len(story.task.leads) == 1 and chance.happens(0.1):
        moment = _before(story, workdays.working_days_after(due, 2), finish)
        if moment:
            new = (finish or due) + timedelta(days=chance.between(3, 10))
            _move(story, moment, new, "extended")


def _before(story: TaskStory, day: date, finish: date | None) -> datetime | None:
    """A moment on *day*, None where the task is done by then."""
    moment = workdays.office_hours(day, story.chance)
    return moment if finish is None or day < finish else None


def _complete(story: TaskStory, lead: str, since: datetime, finish: date) -> None:
    """Completion is told the same day mostly; the Office now and then does not accept it."""
    chance = story.chance
    done = max(workdays.office_hours(finish, chance), since + timedelta(minutes=30))
    told = done if chance.happens(0.88) else workdays.some_time_after(done, 1, chance)
    if chance.happens(0.13):
        data = {"status": "done", "note": story.say("completed")}
        story.unit(done, "task.progress", lead, data)
        return
    _tell_completion(story, lead, done.date(), told)
    if chance.happens(0.03):
        rejected = workdays.some_time_after(told, chance.between(0, 3), chance)
        data = {"body": lead, "reason": story.say("rejected")}
        story.office(rejected, "task.completion_rejected", data)
        if chance.happens(0.85):
            again = workdays.some_time_after(rejected, chance.between(1, 7), chance)
            _tell_completion(story, lead, again.date(), again)


def _tell_completion(story: TaskStory, lead: str, completed_on: date, told: datetime) -> None:
    chance = story.chance
    data = {"completed_on": iso(completed_on)}
    if chance.happens(0.8):
        kind = _RESULT[story.task.kind]
        data["result_symbol"] = story.district.result_symbol(kind, lead, completed_on)
    if chance.happens(0.5):
        data["note"] = story.say("completed")
    story.unit(told, "task.completed", lead, data)
