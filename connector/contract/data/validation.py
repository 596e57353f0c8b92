"""Whether the data of an admitted event is what the contract promises for its type.

The envelope is the guard's; this looks at the data alone, with one prebuilt schema per type,
and names the field that is wrong by its path. It quotes nothing of a message, for the reason
ends up in headers, logs and on screens.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from marshmallow import ValidationError

from ....rules.event_types import EVENT_TYPES, OF_LATER_TYPES
from ....rules.events import local_date
from ....rules.fields import Field, Kind
from ....rules.streams import PETITIONS, kind_of
from ..body import MAX_ITEMS
from ..verdicts import Admitted, Malformed
from .derived_schemas import LATER, SCHEMAS

_NUMBER = re.compile(r"(?=.*[0-9])\S+")
"""What a petition can be named by: one word with a digit in it, as no name of a person is."""

_PAST_DATES: Mapping[str, tuple[str, ...]] = {
    type_: tuple(name for name, field in fields.items() if field.past)
    for type_, fields in EVENT_TYPES.items()
}


def _lists(fields: Mapping[str, Field]) -> Mapping[str, bool]:
    """The lists among *fields*, and whether each names bodies, by their codes or as a person
    types them: what an event says of each of them has to be judged."""
    return {
        name: field.kind in (Kind.LEADS, Kind.BODY, Kind.LINE)
        for name, field in fields.items()
        if field.least is not None or field.kind is Kind.LEADS
    }


_LISTS: Mapping[str, Mapping[str, bool]] = {
    type_: _lists(fields) for type_, fields in EVENT_TYPES.items()
}
_LISTS_OF_LATER_TYPES = _lists(OF_LATER_TYPES)


def validate(
    event: Admitted, max_items: int = MAX_ITEMS, max_bodies: int = MAX_ITEMS
) -> Malformed | None:
    """What is wrong with the data of *event*, named by its path ("data.lead[1]"); None if fine.

    *max_items*: the longest list, and *max_bodies*: the bodies that all lists name together, with
    repeats; both looked at before what is in them. A type that this version does not know is
    fine, to be stored and counted. A date that tells what has happened may not lie after the
    event's own date in Asia/Ho_Chi_Minh.
    """
    if kind_of(event.type) == PETITIONS and not _NUMBER.fullmatch(event.subject):
        reason = "must be the number of the petition, one word with a digit: never a name"
        return Malformed(reason, "subject", event.id, event.sha256)
    too_long = _too_long(event, max_items, max_bodies)
    if too_long is not None:
        return too_long
    try:
        SCHEMAS.get(event.type, LATER).load(event.data)
    except ValidationError as error:
        path, reason = _first(error.messages)
        return Malformed(reason, f"data{path}", event.id, event.sha256)
    for name in _PAST_DATES.get(event.type, ()):
        if event.data.get(name, "") > local_date(event.time).isoformat():
            reason = "lies after the event's own local date"
            return Malformed(reason, f"data.{name}", event.id, event.sha256)
    return None


def _too_long(event: Admitted, max_items: int, max_bodies: int) -> Malformed | None:
    """The first list with which *event* has too many items, or names too many bodies.

    It is the event alone that decides, so that the order of arrival cannot matter.
    """
    bodies = 0
    for name, names_bodies in _LISTS.get(event.type, _LISTS_OF_LATER_TYPES).items():
        value = event.data.get(name)
        count = len(value) if isinstance(value, list) else 0
        bodies += count if names_bodies else 0
        reason = None
        if count > max_items:
            lowered = "; raise [limits] list_items" if max_items < MAX_ITEMS else ""
            reason = f"has more than {max_items} items{lowered}"
        elif bodies > max_bodies:
            lowered = "; raise [limits] named_bodies" if max_bodies < MAX_ITEMS else ""
            reason = f"names, with the lists before it, more than {max_bodies} bodies{lowered}"
        if reason is not None:
            return Malformed(reason, f"data.{name}", event.id, event.sha256)
    return None


def _first(messages: Any) -> tuple[str, str]:
    """The path, from the data on, and the text of the first fault in marshmallow's messages."""
    path = ""
    while not isinstance(messages, str):
        if isinstance(messages, dict):
            place, messages = next(iter(messages.items()))
            path += f"[{place}]" if isinstance(place, int) else f".{place}"
        else:
            messages = messages[0]
    return path, messages
