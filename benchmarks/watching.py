"""How fast a process works a queue off, seen from outside, and whose processor it takes.

A consumer's start is not counted: the clock runs from the first sight of work done to the last
before all was done. It must never ask so often that it slows down what it watches.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from .machine import cpu_seconds

POLL_SECONDS = 0.1
LIMIT_SECONDS = 240.0


class TooSlow(Exception):
    """What was to be worked off was not, within the limit."""


@dataclass(frozen=True, slots=True)
class Seen:
    """Events a second; and for each group of processes, microseconds of processor an event."""

    rate: float
    cpu: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Look:
    at: float
    done: int
    cpu: dict[str, float]


def watch(
    done: Callable[[], int], count: int, groups: Mapping[str, Sequence[int]], name: str
) -> Seen:
    """Look until *done* gives *count*. *groups*: process ids, descendants included, by name.

    Raises TooSlow.
    """
    looks: list[_Look] = []
    deadline = time.monotonic() + LIMIT_SECONDS
    while time.monotonic() < deadline:
        number = done()
        if number:
            cpu = {group: cpu_seconds(pids) for group, pids in groups.items()}
            looks.append(_Look(time.monotonic(), number, cpu))
        if number >= count:
            return _between(looks)
        time.sleep(POLL_SECONDS)
    raise TooSlow(f"{name}: {looks[-1].done if looks else 0} of {count} events were done in time")


def _between(looks: Sequence[_Look]) -> Seen:
    """The last look may have come long after the end, so it counts only where it must."""
    first, last = looks[0], looks[-2] if len(looks) > 3 else looks[-1]
    events = last.done - first.done
    if events <= 0:
        raise TooSlow("all was done at the first look: take more events")
    spent = {name: (last.cpu[name] - first.cpu[name]) / events * 1e6 for name in last.cpu}
    return Seen(events / (last.at - first.at), spent)
