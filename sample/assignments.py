"""The tasks of a document, as the Office assigns them: words, bodies, deadline.

What becomes of a task is told elsewhere; here it is only handed over.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from . import workdays
from .chance import Weighted
from .district import District, spoken
from .vocabulary import TaskText, Topic

UNKNOWN_BODY = "TTPTQD"
"""A body that tasks name now and then and the directory does not know."""

_TASK_COUNT = Weighted((1, 2, 3, 4, 5, 6), (34, 27, 18, 11, 6, 4))
_COMMUNES_CHARGED = Weighted((1, 2, 3, 4, 8, 19), (62, 18, 11, 6, 2, 1))
_DAYS_GIVEN = Weighted(((5, 10), (11, 20), (21, 45)), (34, 36, 30))
_DAYS_GIVEN_URGENTLY = (2, 7)
_SAYING = {"submit": "trình", "report": "báo cáo"}
"""The word by which a text says itself what is to be done with the result."""


@dataclass(frozen=True, slots=True)
class Assignment:
    """A task as it was first assigned at the moment ``at``, the ``sequence``-th of its batch.

    ``followed_by``: unit and officer of the Office (Điều 5.1.d), None where left out.
    """

    document: str
    task_id: str
    content: str
    kind: str
    leads: tuple[str, ...]
    coordinating: tuple[str, ...]
    due_on: date | None
    stated_class: str | None
    followed_by: tuple[str, str] | None
    written_tracking: bool
    at: datetime
    sequence: int


def plan_tasks(
    district: District,
    document: str,
    topic: Topic,
    slots: Mapping[str, str],
    issued: datetime,
    *,
    urgent: bool,
    written_tracking: bool,
) -> list[Assignment]:
    """The tasks of a *document* about *topic*, in the order of the paper.

    They are entered in one go, soon after it was *issued*, some days late where the Office is
    busy; now and then one is forgotten and added later.
    """
    chance = district.chance
    count = chance.weighted(_TASK_COUNT)
    entered = _entered(district, issued)
    followed_by = topic.followed_by
    if chance.happens(0.15):
        unit, officer = district.words.phrases["followed_generally"]
        followed_by = (unit, officer)
    tasks: list[Assignment] = []
    for text, leads in _charges(district, topic, slots, count):
        position = len(tasks) + 1
        at = entered
        if position == count > 1 and chance.happens(0.05):
            at = workdays.some_time_after(entered, chance.between(2, 7), chance)
        coordinating = _coordinating(district, topic, text, leads)
        due = _deadline(district, issued.date(), urgent=urgent)
        task_class = None
        if chance.happens(0.5):
            # Class 4.1 without its date is the gap that Điều 5.1.e asks about.
            task_class = "4.1" if due or chance.happens(0.03) else "4.2"
        tasks.append(
            Assignment(
                document=document,
                task_id=f"{document}-{position}",
                content=_content(district, text, slots, coordinating, due),
                kind=text.kind,
                leads=leads,
                coordinating=coordinating,
                due_on=due,
                stated_class=task_class,
                followed_by=followed_by if chance.happens(0.92) else None,
                written_tracking=written_tracking,
                at=at,
                sequence=position,
            )
        )
    return tasks


def bodies_of(tasks: Sequence[Assignment]) -> set[str]:
    """Every body that the *tasks* charge, coordinating ones included."""
    return {body for task in tasks for body in (*task.leads, *task.coordinating)}


def _entered(district: District, issued: datetime) -> datetime:
    """When the Office enters the tasks: within a working day mostly, late sometimes."""
    draw = district.chance.share()
    if draw < 0.86:
        days = 0 if draw < 0.55 else 1
    else:
        days = 2 if draw < 0.95 else district.chance.between(3, 6)
    return workdays.some_time_after(issued, days, district.chance)


def _charges(
    district: District, topic: Topic, slots: Mapping[str, str], count: int
) -> list[tuple[TaskText, tuple[str, ...]]]:
    """What is to be done and by whom; the same work may go to other bodies once more."""
    chance = district.chance
    texts = chance.some(topic.tasks, count)
    texts += [chance.one(topic.tasks) for _ in range(3 * (count - len(texts)))]
    charges = ((text, _leads(district, topic, text, slots)) for text in texts)
    return list(dict.fromkeys(charges))[:count]


def _leads(
    district: District, topic: Topic, text: TaskText, slots: Mapping[str, str]
) -> tuple[str, ...]:
    chance = district.chance
    if text.to == "partner":
        return (chance.one(topic.partners),)
    if text.to != "commune":
        return (topic.lead,)
    if "{commune}" in text.text:
        return (slots["commune_code"],)
    count = chance.weighted(_COMMUNES_CHARGED)
    return tuple(chance.some(district.words.communes, count))


def _coordinating(
    district: District, topic: Topic, text: TaskText, leads: tuple[str, ...]
) -> tuple[str, ...]:
    chance = district.chance
    others: list[str] = []
    if text.to == "lead":
        if chance.happens(0.5):
            others = chance.some(topic.partners, chance.between(1, 2))
    elif chance.happens(0.25):
        others = [topic.lead]
    if chance.happens(0.004):
        others.append(UNKNOWN_BODY)
    return tuple(body for body in others if body not in leads)


def _deadline(district: District, issued_on: date, *, urgent: bool) -> date | None:
    """The task's deadline: 65 of a hundred have one, a few of these on a day off."""
    chance = district.chance
    if not chance.happens(0.65):
        return None
    low, high = _DAYS_GIVEN_URGENTLY if urgent else chance.weighted(_DAYS_GIVEN)
    due = issued_on + timedelta(days=chance.between(low, high))
    if chance.happens(0.75):
        due = max(workdays.previous_working(due), issued_on + timedelta(days=1))
    return due


def _content(
    district: District,
    text: TaskText,
    slots: Mapping[str, str],
    coordinating: tuple[str, ...],
    due: date | None,
) -> str:
    words = text.text.format_map(slots)
    if coordinating:
        partners = ", ".join(district.words.name(body) for body in coordinating)
        words = district.say("opening").format(partners=partners, text=words)
    else:
        words = words[0].upper() + words[1:]
    if due is not None and district.chance.happens(0.6):
        said = text.kind in _SAYING and _SAYING[text.kind] in words.lower()
        term = district.chance.one(district.words.phrases["term"]["said" if said else text.kind])
        words += term.format(due=spoken(due))
    return words + "."
