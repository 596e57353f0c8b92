"""Slips in how a story is written, of which the law cannot know: a field by another name, an id
that is used twice, a task that nobody assigned. Nothing is refused for them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ...connector.contract.verdicts import Admitted
from ...rules.event_types import EVENT_TYPES
from ...rules.fields import Field
from ...rules.regulation import ASSIGNED
from .presentation import few
from .words import words

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_-]{0,40}")
_OF_TASKS = frozenset(type_ for type_ in EVENT_TYPES if type_.startswith("task."))


def slips_in(admitted: Sequence[Admitted]) -> Iterator[str]:
    """A line for each kind of slip in the events of a story, in the order they stand there."""
    told = words()
    fields = dict.fromkeys(f"{name} ({each.type})" for each in admitted for name in _unread(each))
    if fields:
        yield told.say("regulation.try.unknown_fields", fields=few(fields))
    first: dict[tuple[str, str], bytes] = {}
    again: dict[str, None] = {}
    for each in admitted:
        if first.setdefault((each.source, each.id), each.sha256) != each.sha256:
            again[each.id] = None
    if again:
        yield told.say("regulation.try.repeated", ids=few(again))
    tasks = dict.fromkeys(_task(each) for each in admitted if each.type in _OF_TASKS)
    assigned = {_task(each) for each in admitted if each.type == ASSIGNED}
    lacking = [f"{task} ({subject})" for subject, task in tasks if (subject, task) not in assigned]
    if lacking:
        yield told.say("regulation.try.unassigned", tasks=few(lacking))


def _task(event: Admitted) -> tuple[str, str]:
    return event.subject, str(event.data["task_id"])


def _unread(event: Admitted) -> list[str]:
    """The fields of *event* that the contract does not list for its type; of a type that is not
    known none."""
    known = EVENT_TYPES.get(event.type)
    if known is None:
        return []
    whole = json.loads(event.body)
    return [*_beyond(known, whole.get("data") if event.structured else whole)]


def _beyond(known: Mapping[str, Field], data: Any) -> Iterator[str]:
    for name, value in data.items() if isinstance(data, dict) else ():
        if name not in known:
            # Whatever is no name could be a word of a document's.
            yield name if _NAME.fullmatch(name) else "…"
        elif known[name].fields:
            yield from _beyond(known[name].fields, value)
