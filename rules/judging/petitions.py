"""Who has a petition: whose act each of its events is, and from when another body has it.

A petition is with one body at a time: whoever received it, until it is handed over
(`event_types.TRANSFERRED`). What a body owes because it has the petition ends when another gets it;
what another then owes is opened by the events that its rules name. It must never ask by which rule.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date

from ..directory import Directory
from ..event_types import TRANSFERRED
from ..events import Event
from .cases import Case
from .timeline import Timeline

_RECEIVED_ON = "received_on"


def of_petition(
    history: Sequence[Event], directory: Directory, flags: set[str], ended: str
) -> Iterator[Event]:
    """A petition's *history*, each act under the code of the body that has or had it and for which
    its sender stands: one that has been renamed is no other. Adds to *flags*, as *ended* with its
    code, a body that is handed the petition when it has ended."""
    parties: dict[str, None] = {}
    for event in history:
        body = event.data.get("body")
        if not (isinstance(body, str | None) and _is_day(event.data.get(_RECEIVED_ON))):
            continue  # stored by a version that did not know the type, and looked at nothing
        if body is None:
            yield event
            continue
        if body not in parties:
            stood_for = directory.acts_for(body, event.on)
            mine = next((each for each in stood_for if each in parties), body)
            if mine == body and directory.has_ended(body, event.on):
                flags.add(f"{ended}:{body}")
            parties[mine] = None
            if mine != body:
                event = replace(event, data={**event.data, "body": mine}, under=body)  # noqa: PLW2901
        yield event


def _is_day(value: object) -> bool:
    """Whether *value* is a date, or nothing."""
    if value is None:
        return True
    try:
        return bool(date.fromisoformat(str(value)))
    except ValueError:
        return False


def hands_over(events: Timeline) -> list[Event]:
    """The events that hand the petition of *events* to another body; none in any other stream."""
    if TRANSFERRED not in events.types:
        return []
    return [events[place] for place in events.places((TRANSFERRED,), 0)]


def taken_from(case: Case, handing: Sequence[Event]) -> Event | None:
    """The first of *handing* by which the body of *case* has the petition no more; None where it
    keeps it, or does not owe it because it has it."""
    opener = case.opened_by
    if opener is None or case.role != "lead":
        return None
    after = (each for each in handing if each.order > opener.order)
    return next((each for each in after if each.data.get("body") != case.body), None)
