"""Takes the lines of an export into a database, many at once, and counts what became of them.

What is refused is refused alone, with its line and the reason; everything else of the file goes on.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from ...rules.faults import tell_fault_briefly
from ...rules.law import Law
from ...storage.database import Store
from ...storage.engines.errors import StorageError
from ...storage.moving.arriving import Arrival, Arrived
from ...storage.moving.carried import EVENT
from ...storage.new_events import NewEvent, Outcome
from ..contract.guard import Admitted, Limits, Malformed
from .event_lines import EventLine
from .export_file import ARCHIVE, Header

AT_ONCE = 500
"""How many lines are taken together."""
_SECRET = "its secrecy is not established"
_FAULT = "dondoc could not process it"
_BARRED = {
    Outcome.STREAM_FULL: "its subject has too many events",
    Outcome.ARCHIVED: "its subject was archived here with its rows; replay its archive first",
}

Item = tuple[int, str, Any]
"""The number of a line, its kind and its object."""


@dataclass(slots=True)
class Taken:
    """What became of the lines so far: ``outcomes`` of the events, ``others`` by kind; each line
    that was ``refused``, with the reason; ``arrived`` once all is there."""

    outcomes: Counter[Outcome] = field(default_factory=Counter)
    others: Counter[str] = field(default_factory=Counter)
    refused: list[tuple[int, str]] = field(default_factory=list)
    arrived: Arrived | None = None

    @property
    def number(self) -> int:
        """How many lines were taken."""
        return self.outcomes.total() + self.others.total() + len(self.refused)


def take_in(
    store: Store,
    law: Law,
    limits: Limits,
    header: Header,
    items: Iterable[Item],
    told: Callable[[Taken], None] = lambda _: None,
) -> Taken:
    """Take *items*, all lines of the file of *header* in their order, into *store*; *told* hears
    after each few how far it has come.

    Raises StorageError, HalfMoved, and what *items* raise; what was taken until then is stored, and
    doing it again goes on behind it.
    """
    arrival = Arrival(store, law, header.id, header.standing)
    taken = Taken()
    batches = _batches(items, arrival.done)
    for batch in _events_first(batches) if header.kind == ARCHIVE else batches:
        number, kind, _ = batch[-1]
        if kind == EVENT:
            _take_events(arrival, law, limits, batch, taken)
        else:
            arrival.take(kind, [each for _, _, each in batch], number)
            taken.others[kind] += len(batch)
        told(taken)
    taken.arrived = arrival.end(law.policy.version)
    return taken


def _batches(items: Iterable[Item], done: int) -> Iterator[list[Item]]:
    """The lines behind the first *done*, of one kind each time."""
    batch: list[Item] = []
    for item in items:
        if item[0] <= done:
            continue
        full = len(batch) >= AT_ONCE and not _together(batch[-1], item)
        if batch and (item[1] != batch[0][1] or full):
            yield batch
            batch = []
        batch.append(item)
    if batch:
        yield batch


def _events_first(batches: Iterator[list[Item]]) -> Iterator[list[Item]]:
    """The same with all others behind the events, as an archive has them; one that an earlier
    version wrote had them before, and what is told of a subject must not come before it."""
    others = []
    for batch in batches:
        if batch[0][1] == EVENT:
            yield batch
        else:
            others.append(batch)
    yield from others


def _together(one: Item, other: Item) -> bool:
    """Whether two lines are events of one subject: half a history must not be judged."""
    if (one[1], other[1]) != (EVENT, EVENT):
        return False
    return bool(one[2].logged.subject == other[2].logged.subject)


def _take_events(
    arrival: Arrival, law: Law, limits: Limits, batch: list[Item], taken: Taken
) -> None:
    found: list[tuple[int, NewEvent]] = []
    for number, _, told in batch:
        line: EventLine = told
        verdict = line.judged(limits)
        if isinstance(verdict, Admitted):
            found.append((number, line.new_event(verdict, law)))
        elif isinstance(verdict, Malformed):
            taken.refused.append((number, f"{verdict.path}: {verdict.reason}"))
        else:
            taken.refused.append((number, _SECRET))
    last = batch[-1][0]
    try:
        _count(found, arrival.take_events([new for _, new in found], last), taken)
    except StorageError:
        raise
    except Exception:  # noqa: BLE001 - a fault of ours on one event must not end all
        for number, new in found:
            try:
                # Not up to the last of them: a run that is killed here goes on with the next.
                _count([(number, new)], arrival.take_events([new], number), taken)
            except StorageError:
                raise
            except Exception as error:  # noqa: BLE001 - told with the line that brought it about
                taken.refused.append((number, f"{_FAULT}: {tell_fault_briefly(error)}"))


def _count(found: list[tuple[int, NewEvent]], outcomes: list[Outcome], taken: Taken) -> None:
    for (number, _), outcome in zip(found, outcomes, strict=True):
        if outcome in _BARRED:
            taken.refused.append((number, _BARRED[outcome]))
        else:
            taken.outcomes[outcome] += 1
