"""Events in their order, with the places of each type.

Many things can happen to one task; whoever asks what fulfilled one of them should not have to
walk past all the others.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterable, Set
from datetime import date, datetime

from ..events import Event


class Timeline(list[Event]):
    """A list of events in the contract's order, which is the order of their dates too.

    Only `append` may change it.
    """

    def __init__(self, events: Iterable[Event] = ()) -> None:
        super().__init__(events)
        self._places: defaultdict[str, list[int]] = defaultdict(list)
        for place, event in enumerate(self):
            self._places[event.type].append(place)

    def append(self, event: Event) -> None:
        """Add *event*, which comes after all others."""
        self._places[event.type].append(len(self))
        super().append(event)

    @property
    def types(self) -> Set[str]:
        """The types of the events."""
        return self._places.keys()

    def places(self, types: Collection[str], start: int) -> list[int]:
        """Where events of one of *types* stand, from place *start* on, in order."""
        found: list[int] = []
        for type_ in types:
            places = self._places.get(type_)
            if places is not None:
                found += places[bisect_left(places, start) :]
        found.sort()
        return found

    def last_before(self, types: Collection[str], place: int) -> Event | None:
        """The last event of one of *types* before *place*; None where there is none."""
        last = -1
        for type_ in types:
            places = self._places.get(type_, [])
            end = bisect_left(places, place)
            if end:
                last = max(last, places[end - 1])
        return None if last < 0 else self[last]

    def after(self, event: Event) -> int:
        """The place of the first event after *event*, which need not be one of these."""
        return bisect_right(self, event.order, key=_order)

    def on(self, day: date) -> int:
        """The place of the first event dated *day* or later."""
        return bisect_left(self, day, key=_day)

    def since(self, moment: datetime) -> int:
        """The place of the first event after the aware *moment*."""
        return bisect_right(self, moment, key=_time)

    def between(self, first: date, last: date | None) -> list[Event]:
        """The events dated *first* to *last*, both inclusive; None: to the end."""
        begin = self.on(first)
        end = len(self) if last is None else bisect_right(self, last, key=_day)
        return self[begin:end]


def first_of(*events: Event | None) -> Event | None:
    """The first of *events* in the contract's order; None where there is none."""
    return min((each for each in events if each is not None), key=_order, default=None)


def _day(event: Event) -> date:
    return event.on


def _time(event: Event) -> datetime:
    return event.time


def _order(event: Event) -> tuple[datetime, int, str, str]:
    return event.order
