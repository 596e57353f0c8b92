"""Slips in how a story is written, of which the law cannot know: a field by another name, an id
that is used twice, a task that nobody assigned. Nothing is refused for them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from ...connector.contract.verdicts import Admitted
from ...rules.event_types import EVENT_TYPES, SECRECY_CHANGED
from ...rules.events import Event
from ...rules.fields import Field
from ...rules.regulation import ASSIGNED
from .presentation import few
from .words import words

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_-]{0,40}")
_OF_TASKS = frozenset(type_ for type_ in EVENT_TYPES if type_.startswith("task."))


class StoryEvent(NamedTuple):
    """An event of a story as it was ``admitted``, and its ``data`` as it stands there."""

    admitted: Admitted
    data: object


def slips_in(story: Sequence[StoryEvent]) -> Iterator[str]:
    """A line for each kind of slip in the events of a *story*, in the order they stand there."""
    told, admitted = words(), [each.admitted for each in story]
    fields = dict.fromkeys(f"{name} ({type_})" for type_, name in _unread(story))
    if fields:
        yield told.say("regulation.try.unknown_fields", fields=few(fields))
    first: dict[tuple[str, str], Event] = {}
    again: dict[str, None] = {}
    for event in (each.event() for each in admitted):
        if first.setdefault(event.key, event) != event:
            again[event.id] = None
    if again:
        yield told.say("regulation.try.repeated", ids=few(again))
    tasks = dict.fromkeys(_task(each) for each in admitted if each.type in _OF_TASKS)
    assigned = {_task(each) for each in admitted if each.type == ASSIGNED}
    lacking = [f"{task} ({subject})" for subject, task in tasks if (subject, task) not in assigned]
    if lacking:
        yield told.say("regulation.try.unassigned", tasks=few(lacking))


def _task(event: Admitted) -> tuple[str, str]:
    return event.subject, str(event.data["task_id"])


def _unread(story: Sequence[StoryEvent]) -> Iterator[tuple[str, str]]:
    """The fields that the contract does not list, each with the type of its event; of a type that
    is not known none, nor of what may be secret."""
    for admitted, data in story:
        known = EVENT_TYPES.get(admitted.type)
        if known is not None and admitted.type != SECRECY_CHANGED:
            yield from ((admitted.type, name) for name in _beyond(known, data))


def _beyond(known: Mapping[str, Field], data: Any) -> Iterator[str]:
    for name, value in data.items() if isinstance(data, dict) else ():
        if name not in known:
            # Whatever is no name could be a word of a document's.
            yield name if _NAME.fullmatch(name) else "…"
        elif known[name].fields:
            yield from _beyond(known[name].fields, value)
