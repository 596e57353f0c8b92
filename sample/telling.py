"""How the facts of one task are noted down: with its document, its id, and who told them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from . import UNITS_SOURCE
from .assignments import Assignment
from .chance import Chance
from .district import District, Fact


@dataclass
class TaskStory:
    """The facts about one task so far, in the order in which they were thought of.

    ``ends``: when the task is withdrawn, None where it is not.
    """

    district: District
    task: Assignment
    ends: datetime | None = None
    facts: list[Fact] = field(default_factory=list)

    @property
    def chance(self) -> Chance:
        """The district's draws."""
        return self.district.chance

    def say(self, name: str) -> str:
        """One of the phrases of that *name*."""
        return self.district.say(name)

    def office(
        self,
        moment: datetime,
        type_: str,
        data: Mapping[str, Any],
        sequence: int | None = None,
    ) -> None:
        """Note what the Office did."""
        data = {"task_id": self.task.task_id, **data}
        self.facts.append(Fact(moment, type_, self.task.document, data, sequence=sequence))

    def unit(
        self, moment: datetime, type_: str, body: str, data: Mapping[str, Any] | None = None
    ) -> None:
        """Note what a department or commune did."""
        data = {"task_id": self.task.task_id, "body": body, **(data or {})}
        self.facts.append(Fact(moment, type_, self.task.document, data, UNITS_SOURCE))
