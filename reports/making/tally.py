"""Counting that can be opened: under each body and key the ids of what was counted, never a bare
number.

The keys of a figure and their order stand here; what is counted under them is for `counting`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from ..report import Figure
from .standing import FALLEN_DUE, STANDINGS

HELD, CARRIED_OVER, ASSIGNED = "held", "carried_over", "assigned"
NO_DEADLINE, FELL_DUE = "without_deadline", "fell_due"
RETURNED = "returned"
DIFFICULTIES, DIFFICULTIES_ANSWERED = "difficulties", "difficulties_answered"
DISPUTED, EXTENDED, MOVES = "disputed", "extended", "moves"
EXTENSIONS, FIRST_DUE, FIRST_ON_TIME = "extensions", "first_fell_due", "first_on_time"
COORDINATED, BREACHES, BREACH = "coordinated", "breaches", "breach"
REPORTS_DUE, REPORTS_ON_TIME = "reports_due", "reports_on_time"
REPORTS_LATE, REPORTS_MISSING = "reports_late", "reports_missing"

OF_PROGRESS = (
    *(HELD, CARRIED_OVER, ASSIGNED),
    *STANDINGS,
    NO_DEADLINE,
    *(FELL_DUE, *FALLEN_DUE),
    *(FIRST_DUE, FIRST_ON_TIME),
    *(RETURNED, DIFFICULTIES, DIFFICULTIES_ANSWERED, DISPUTED, EXTENDED, MOVES, EXTENSIONS),
    COORDINATED,
    *(REPORTS_DUE, REPORTS_ON_TIME, REPORTS_LATE, REPORTS_MISSING),
    BREACHES,
)
"""The figures of a report on progress; `BREACH` follows, once for each article."""


@dataclass(slots=True)
class Tally:
    """What was counted: by body, key and detail the ids."""

    counted: dict[str, dict[tuple[str, str], list[str]]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(list))
    )

    def count(self, body: str, key: str, id_: str, detail: str = "") -> None:
        """Count *id_* under *key* for *body*."""
        self.counted[body][key, detail].append(id_)

    def figures(self, body: str, keys: Sequence[str]) -> tuple[Figure, ...]:
        """The figures of *body* under *keys*, none left out, and each with a detail behind them."""
        return _figures(self.counted.get(body, {}), keys)

    def totals(self, bodies: Iterable[str], keys: Sequence[str]) -> tuple[Figure, ...]:
        """The figures of all *bodies* together."""
        whole: dict[tuple[str, str], list[str]] = defaultdict(list)
        for body in bodies:
            for key, ids in self.counted.get(body, {}).items():
                whole[key] += ids
        return _figures(whole, keys)


def _figures(
    counted: Mapping[tuple[str, str], Sequence[str]], keys: Sequence[str]
) -> tuple[Figure, ...]:
    plain = [(key, "") for key in keys]
    detailed = sorted(each for each in counted if each[1])
    return tuple(
        Figure(key, len(ids), tuple(sorted(ids)), detail)
        for key, detail in (*plain, *detailed)
        for ids in [counted.get((key, detail), ())]
    )
