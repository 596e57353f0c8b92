"""The deadline that a regulation gives a task for which nobody named one, as data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .documents import kind_as_compared
from .rule import Term

ASSIGNMENT, DOCUMENT_DAY = "assignment", "document"
DEFAULT_STARTS = (ASSIGNMENT, DOCUMENT_DAY)
"""Where it can be counted from: the day of the event that assigns the task, or the document's own
(of the bút phê, for one received)."""


@dataclass(frozen=True, slots=True)
class DefaultDeadline:
    """The deadline of tasks whose document and assignment agree with ``where``, under ``cite``:
    ``term`` from ``start``. Without ``where``: of those that no other is for."""

    cite: str
    term: Term
    start: str = ASSIGNMENT
    where: tuple[tuple[str, tuple[Any, ...]], ...] = ()

    def is_for(self, said: Mapping[str, Any]) -> bool:
        """Whether it is for a task of which this was *said*."""
        return all(written(name, said.get(name)) in wanted for name, wanted in self.where)


def written(name: str, value: Any) -> Any:
    """*value* of the field *name* as it is compared: a type of document by its abbreviation."""
    if name == "doc_type" and isinstance(value, str):
        return kind_as_compared(value)
    return value
