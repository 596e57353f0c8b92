"""Whose act an event is: of the body that it names, and of each body that it stands for.

After a reform HSCV may name a body or its successor, and one successor may have taken over
several bodies of one task. Each rule asks what *its* body has done; so an event is given to each
party whose act it is, under that party's code, before any rule is asked. It must never change what
happened or when, only under which code.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date

from ..directory import Directory
from ..event_facts import ABOUT_A_BODY
from ..event_types import RESULT_ACCEPTED
from ..events import Event, reported_by
from ..regulation import ASSIGNED, REJECTED
from .task import Task, bodies_of

NO_PARTY = "no_party"
"""Flags, with its code, a body that acts on a task without being or standing for a party to it."""
ENDED_BODY = "ended_body"
"""Flags, with its code, a body that is named anew when it has ended already, or under whose code a
report came that is nobody's."""

_OF_OTHERS = ABOUT_A_BODY | {REJECTED, RESULT_ACCEPTED}
"""Events that speak of a body and are not its act."""
_ROLES = ("lead", "coordinating")
_NAMING = (*_ROLES, "bodies")
_CHARGING = frozenset({"task.assigned", "task.reassigned"})
_TOLD = "notified_bodies"
"""A field that names bodies which were told; who stands for one was told for it."""


def of_parties(history: Sequence[Event], directory: Directory) -> tuple[list[Event], set[str]]:
    """A document's *history* with each act of a task under the code of each party whose act it
    is; and flags for the acts of whoever is none."""
    history = list(_by_charge(history, directory))
    parties = _parties(history)
    found: list[Event] = []
    flags: set[str] = set()
    for event in history:
        actor = event.data.get("body")
        charged = parties.get(str(event.data.get("task_id")))
        if not isinstance(actor, str) or charged is None:
            found.append(event)
            continue
        acting = [
            each
            for each in directory.acts_for(actor, event.on)
            if each in charged
            and directory.is_act_for(actor, each, event.on, _last(charged[each], event.on))
        ]
        if not acting and event.type == RESULT_ACCEPTED:
            # Whoever has no part in the task accepts all of it, as the Office does.
            event = replace(event, data=_without_body(event))  # noqa: PLW2901
        found += [_by(event, each) for each in acting] or [event]
        if not acting and event.type not in _OF_OTHERS:
            flags.add(f"{NO_PARTY}:{actor}")
    return found, flags


def is_strangers(event: Event, task: Task | None) -> bool:
    """Whether *event* is the act of a body that is, and stands for, no party to *task*: it is
    flagged, and counts for nobody."""
    actor = event.data.get("body")
    if task is None or not task.parties or not isinstance(actor, str):
        return False
    return actor not in task.parties and event.type not in _OF_OTHERS


def of_body(history: Sequence[Event], body: str, directory: Directory) -> Iterator[Event]:
    """Of the *history* of a body's reports, with that of those that stand or stood for it, what is
    the act of *body*, under its code, and what was asked of it."""
    for event in history:
        asked = event.data.get("bodies")
        if isinstance(asked, list) and asked:
            if body in asked:
                yield event
            continue
        actor = event.data.get("body") or directory.office(event.on)
        if actor is None or actor == body:
            yield event
        elif body in reported_by(str(actor), event.data, event.on, directory):
            yield _by(event, body) if "body" in event.data else event


def told_to(history: Sequence[Event], directory: Directory) -> Iterator[Event]:
    """*history* in which whoever was told stands beside those it was told for."""
    for event in history:
        told = event.data.get(_TOLD)
        if not isinstance(told, list):
            yield event
            continue
        each = (one for code in told for one in directory.acts_for(str(code), event.on))
        yield replace(event, data={**event.data, _TOLD: list(dict.fromkeys(each))})


def ended_bodies(
    history: Sequence[Event], directory: Directory, issued_on: date | None = None
) -> set[str]:
    """Flags for the bodies that *history* names though they had ended by then.

    *issued_on*: the legal day of the document; a task first assigned under it was given on that
    day, however late it is told.
    """
    flags: set[str] = set()
    first: set[str] = set()
    for event in history:
        day = event.on
        if event.type == ASSIGNED and event.data["task_id"] not in first:
            first.add(event.data["task_id"])
            day = issued_on or day
        for body in _named(event):
            if directory.has_ended(body, day):
                flags.add(f"{ENDED_BODY}:{body}")
    return flags


def unasked_of(history: Sequence[Event], body: str, directory: Directory) -> set[str]:
    """A flag for *body*, which has ended, where a report under its code answers what was asked of
    others, whose report that is not."""
    asked = {event.data.get("request_id") for event in history if event.data.get("bodies")}
    unasked = any(
        event.data.get("request_id") not in (None, *asked) and is_of_ended(event, body, directory)
        for event in history
    )
    return {f"{ENDED_BODY}:{body}"} if unasked else set()


def is_of_ended(event: Event, body: str, directory: Directory) -> bool:
    """Whether *event* came under the code of *body* after that had ended, and is nobody else's
    report."""
    return (
        event.data.get("body") == body
        and event.under is None
        and directory.has_ended(body, event.on)
        and reported_by(body, event.data, event.on, directory) == (body,)
    )


def _named(event: Event) -> Iterator[str]:
    """The bodies that *event* charges with something or asks for something."""
    for name in _NAMING:
        value = event.data.get(name)
        if value:
            yield from bodies_of(value)


def _by_charge(history: Sequence[Event], directory: Directory) -> Iterator[Event]:
    """*history* in which a task stays under the code of the body charged with it when it is given
    to the one that answers for that already: it has been renamed, and nobody else has it."""
    charged: dict[str, dict[str, list[str]]] = {}
    for event in history:
        task_id = str(event.data.get("task_id"))
        if event.type in _CHARGING:
            before = charged.setdefault(task_id, {})
            named = {
                role: _kept(before.get(role, ()), event.data[role], event.on, directory)
                for role in _ROLES
                if event.data.get(role) is not None
            }
            before.update(named)
            changed = {
                role: bodies
                for role, bodies in named.items()
                if bodies != bodies_of(event.data[role])
            }
            yield replace(event, data={**event.data, **changed}) if changed else event
            continue
        if event.type == "task.withdrawn":
            charged.pop(task_id, None)
        elif event.type == "document.withdrawn":
            charged.clear()
        yield event


def _kept(before: Sequence[str], value: object, day: date, directory: Directory) -> list[str]:
    """The bodies of *value*, each by the codes *before* for which it alone answers on *day*."""
    named = bodies_of(value)
    left = [each for each in before if each not in named]
    found: list[str] = []
    for body in named:
        mine = [each for each in left if directory.answerable(each, day) == (body,)]
        found += [body] if body in before or not mine else mine
    return list(dict.fromkeys(found))


def _parties(history: Sequence[Event]) -> Mapping[str, Mapping[str, list[date]]]:
    """By task, every body that was ever charged with it, with the days on which it was."""
    parties: dict[str, dict[str, list[date]]] = defaultdict(dict)
    for event in history:
        if event.type in _CHARGING:
            for body in _named(event):
                of_task = parties[str(event.data.get("task_id"))]
                of_task.setdefault(body, []).append(event.on)
    return parties


def _last(days: Sequence[date], by: date) -> date:
    """The last of *days*, in order, *by* a day; the first where none is."""
    return days[max(bisect_right(days, by) - 1, 0)]


def _without_body(event: Event) -> dict[str, object]:
    return {name: value for name, value in event.data.items() if name != "body"}


def _by(event: Event, body: str) -> Event:
    """*event* under the code of *body*."""
    came_under = event.data["body"]
    if came_under == body:
        return event
    return replace(event, data={**event.data, "body": body}, under=came_under)
