"""What the pages of the unit show, as values: the unit, its bodies, what each of them owes.

All of it is of one day. Texts are Vietnamese, and as they came where an event said them: they
become harmless where HTML is made. Nothing here reads a database or knows HTML.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from ..shades import LightWord


@dataclass(frozen=True, slots=True)
class Item:
    """One obligation that is overdue or soon due.

    ``duty``: what it demands ("Thực hiện nhiệm vụ"); ``content``: what about, as the document or
    task says it; ``document``: its symbol and date, "" where there is none; ``matter``: all of that
    in a sentence. ``bodies``: the codes of whoever answers for it. ``days``: working days since the
    due date, or to it. ``breach``: whether it stands as one. ``asked``: what is asked of whoever
    owes it. ``due_at``: the moment of its due date, where it has one. ``snoozed``: until when
    reminders of it are put off, by whom and why, "" where they are not. ``light``: the word of
    its light, None where it has none.
    """

    id: str
    duty: str
    content: str
    document: str
    matter: str
    role: str
    bodies: tuple[str, ...]
    target: date | None
    due: date
    days: int
    breach: bool
    asked: str
    snoozed: str = ""
    due_at: datetime | None = None
    light: LightWord | None = None


@dataclass(frozen=True, slots=True)
class BodyPage:
    """A body, with what it is late with, breaches first, and what is soon due, the nearest
    first. ``head``: who answers for it, "" where the directory does not say. ``tasks``: by status,
    how many it leads."""

    code: str
    name: str
    head: str
    overdue: tuple[Item, ...]
    soon: tuple[Item, ...]
    tasks: Mapping[str, int]

    @property
    def breaches(self) -> int:
        """How much of what it is late with stands as a breach."""
        return sum(item.breach for item in self.overdue)

    @property
    def longest(self) -> int:
        """For how many working days it is late with the oldest; 0 where it is late with nothing."""
        return max((item.days for item in self.overdue), default=0)


@dataclass(frozen=True, slots=True)
class Unit:
    """Everything that is shown: at the end of the local day ``as_of``. ``name``: the Office's;
    ``soon_days``: how many working days ahead is soon. ``overdue`` has each obligation once, also
    where several bodies answer for it."""

    name: str
    as_of: date
    soon_days: int
    bodies: tuple[BodyPage, ...]
    overdue: tuple[Item, ...]
    soon: tuple[Item, ...]

    @property
    def breaches(self) -> int:
        """How much of what is overdue stands as a breach."""
        return sum(item.breach for item in self.overdue)

    def named(self, code: str) -> str:
        """The name of the body of that *code*; the code itself where it has no page."""
        return next((body.name for body in self.bodies if body.code == code), code)


@dataclass(frozen=True, slots=True)
class ExplainedPart:
    """A part of an explanation: its heading, and paragraphs, each with the list that follows it."""

    heading: str
    paragraphs: tuple[tuple[str, tuple[str, ...]], ...]
