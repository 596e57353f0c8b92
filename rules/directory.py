"""The directory of bodies: who exists when, of what kind, and who follows whom.

Nothing about a body is hard-coded: the district level ended on 1/7/2025, and its bodies have
successors. An unknown code is never an error here; it has no kind and no name of its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

OFFICE = "office"
KINDS = frozenset({OFFICE, "department", "commune", "other"})


@dataclass(frozen=True, slots=True)
class Body:
    """An administrative body; valid from and to both inclusive, None where open."""

    code: str
    name: str
    kind: str
    head: str | None = None
    email: str | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    successor: str | None = None

    def valid_on(self, day: date) -> bool:
        """Whether the body exists on *day*."""
        return (self.valid_from is None or self.valid_from <= day) and (
            self.valid_to is None or day <= self.valid_to
        )


@dataclass(frozen=True)
class Directory:
    """All bodies of one administrative unit, by code; ``version`` is a digest of its content."""

    bodies: Mapping[str, Body]
    version: str = ""
    _offices: tuple[Body, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        offices = tuple(body for body in self.bodies.values() if body.kind == OFFICE)
        object.__setattr__(self, "_offices", offices)

    def __iter__(self) -> Iterator[Body]:
        return iter(self.bodies.values())

    def __contains__(self, code: object) -> bool:
        return code in self.bodies

    def get(self, code: str) -> Body | None:
        """The body of that *code*, valid or not; None where the directory has none."""
        return self.bodies.get(code)

    def kind(self, code: str) -> str | None:
        """The kind of the body of that *code*, None where unknown."""
        body = self.bodies.get(code)
        return body.kind if body else None

    def name(self, code: str) -> str:
        """The name an official would read; the code itself where the body is unknown."""
        body = self.bodies.get(code)
        return body.name if body else code

    def office(self, day: date) -> str | None:
        """The code of the Office valid on *day*; None where there is none."""
        for body in self._offices:
            if body.valid_on(day):
                return body.code
        return None

    def answerable(self, code: str, day: date) -> str:
        """Who answers for *code* on *day*: itself, or the successor that is valid by then.

        A chain of successors is followed; where it ends, its last body answers.
        """
        seen = {code}
        body = self.bodies.get(code)
        while body and body.valid_to and day > body.valid_to and body.successor:
            if body.successor in seen:
                break
            seen.add(body.successor)
            code, body = body.successor, self.bodies.get(body.successor)
        return code

    def gap_in_office(self, first: date, last: date) -> date | None:
        """The first day of first…last without exactly one valid Office; None where fine."""
        edges = {first}
        for body in self._offices:
            if body.valid_from and first <= body.valid_from <= last:
                edges.add(body.valid_from)
            if body.valid_to and first <= body.valid_to < last:
                edges.add(body.valid_to + timedelta(days=1))
        for day in sorted(edges):
            if sum(body.valid_on(day) for body in self._offices) != 1:
                return day
        return None
