"""The deadline of a case as a value: the date that runs, those before it, and those that bound
nobody; `charge_cases` says which is which.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import NamedTuple

from ..events import Event


class CaseDeadline(NamedTuple):
    """The deadline of a case, where it has one. ``due_on``: the date, as it stands; ``set_on``:
    when it was last set, None where that was with the opening, ``set_at`` the moment of that.
    ``moves``: the dates before it, each with the event that moved it; ``over``: those that were
    over when they were set, or inherited, and bind nobody; ``awaiting``: there was no other, and a
    new one is awaited. ``first``: the first date that there was, where another stands by now.
    ``ran``: it had been set before the opening, by something else."""

    due_on: date | None = None
    set_on: date | None = None
    awaiting: bool = False
    moves: tuple[tuple[Event, date], ...] = ()
    over: tuple[tuple[Event, date | None], ...] = ()
    first: date | None = None
    ran: bool = False
    set_at: datetime | None = None

    def moved(self, event: Event, due_on: date | None) -> CaseDeadline:
        """*due_on* in its place, as *event* says."""
        moves = self.moves
        if self.due_on is not None and due_on is not None:
            moves = (*moves, (event, self.due_on))
        first = self.first or self.due_on
        return CaseDeadline(due_on, event.on, False, moves, self.over, first, set_at=event.time)

    def beside(self, event: Event, due_on: date | None) -> CaseDeadline:
        """The same beside *due_on*, which *event* set and which was over by then."""
        return self._replace(over=(*self.over, (event, due_on)))

    def until(self, place: int) -> CaseDeadline:
        """What it was until the move at *place* of `moves`."""
        set_on = self.moves[place - 1][0].on if place else None
        first = self.moves[0][1] if place else None
        return self._replace(
            due_on=self.moves[place][1], set_on=set_on, moves=self.moves[:place], first=first
        )

    def since(self, place: int) -> CaseDeadline:
        """What it is from the move at *place* of `moves` on."""
        set_on = self.set_on if self.moves[place + 1 :] else None
        return self._replace(set_on=set_on, moves=self.moves[place + 1 :])

    def after(self, before: CaseDeadline) -> CaseDeadline:
        """The same, as what follows on *before*."""
        first = before.first or before.due_on
        return self if first is None else self._replace(first=first)


NO_DEADLINE = CaseDeadline()


def deadline_of(event: Event, due_on: date | None, *, binds: bool) -> CaseDeadline:
    """The deadline of what *event* opens with *due_on*, where that *binds* anybody."""
    if binds:
        return CaseDeadline(due_on) if due_on is not None else NO_DEADLINE
    return CaseDeadline(awaiting=True, over=((event, due_on),))
