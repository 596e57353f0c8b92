"""Which rules of the regulations a report counts, told by what they say and never by their names.

Another regulation has other rules; what is a task with its lead, a return, a difficulty or a report
is said by what opens and what fulfils them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ...rules.event_types import REPORTED
from ...rules.in_force import Regulations
from ...rules.regulation import ASSIGNED
from ...rules.rule import COORDINATING, LEAD, PERIOD, Rule

_DONE = "task.completed"
_RETURNED, _DIFFICULTY = "task.returned", "task.difficulty"
_INSPECTION_ENDED = "inspection.ended"
_DOSSIER = "inspection.dossier_item_added"


@dataclass(frozen=True, slots=True)
class Duties:
    """Rules by id: ``leading`` a task, ``coordinating`` one; what answers ``returns`` and
    ``difficulties``; ``reporting`` on a period, by whatever name; ``inspecting``: reporting on an
    inspection, and its ``dossiers``."""

    leading: frozenset[str]
    coordinating: frozenset[str]
    returns: frozenset[str]
    difficulties: frozenset[str]
    reporting: frozenset[str]
    inspecting: frozenset[str]
    dossiers: frozenset[str]


def duties_of(regulations: Regulations) -> Duties:
    """The duties of all *regulations* that the office has been under."""

    def those(holds: Callable[[Rule], bool]) -> frozenset[str]:
        return frozenset(rule.id for each in regulations.all for rule in each.rules if holds(rule))

    return Duties(
        leading=those(lambda rule: LEAD in rule.per and _carries_out(rule)),
        coordinating=those(lambda rule: COORDINATING in rule.per and _carries_out(rule)),
        returns=those(lambda rule: rule.opens.events == {_RETURNED}),
        difficulties=those(lambda rule: rule.opens.events == {_DIFFICULTY}),
        reporting=those(_reports),
        inspecting=those(lambda rule: _inspects(rule) and not _files(rule)),
        dossiers=those(lambda rule: _inspects(rule) and _files(rule)),
    )


def _carries_out(rule: Rule) -> bool:
    return ASSIGNED in rule.opens.events and _DONE in rule.fulfilling


def _reports(rule: Rule) -> bool:
    handed_in = REPORTED in rule.fulfilling or any(e.event == REPORTED for e in rule.accumulates)
    return PERIOD in rule.per and handed_in


def _inspects(rule: Rule) -> bool:
    return _INSPECTION_ENDED in rule.opens.events


def _files(rule: Rule) -> bool:
    return any(each.event == _DOSSIER for each in rule.accumulates)
