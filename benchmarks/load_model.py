"""What a province or the country would ask of dondoc: a model of the load, by simple arithmetic.

A year of working days is made minute by minute from the shape of an office's day, a broker's
outage is let happen at the worst hour, and what piles up is worked off at the measured rate. The
figures it starts from are measured ones, given as options; nothing is random. It must never be
taken for a measurement: docs/scaling.md says which of its figures are.

    python -m benchmarks.load_model
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

_MINUTES = 60
_DAY_SHAPE = (
    *((0, 0.2),) * 7,  # to 07:00: what other systems send at night
    *((1, 9.0),),  # 07:00: what was signed yesterday evening goes out
    *((2, 16.0),) * 2,  # 08:00
    *((1, 12.0), (1, 6.0), (1, 1.5)),  # 10:00 to 13:00
    *((2, 11.0),) * 2,  # 13:00
    *((1, 9.0), (1, 3.0)),  # 15:00 to 17:00
    *((0, 0.3),) * 7,
)
"""For each hour of the day, whether an office is at work (0: no) and its weight."""

_WORKING_DAYS = 250
_OFF_SHARE = 0.02
"""What a day off brings, against a working day."""
_BUSY_DAY = 2.8
"""The busiest day of the year against the average one: the first working days of a month, when
reports are sent, and those before Tết."""
_BUSY_MINUTE = 2.0
"""The busiest minute of an hour against its average: documents go out in bundles."""


@dataclass(frozen=True, slots=True)
class Measured:
    """What was measured (docs/scaling.md): bytes for each event in PostgreSQL, its log, rows that
    follow from it and all indexes together; events a second of one instance, live; the bytes of a
    message in a quorum queue."""

    log_bytes: float
    state_bytes: float
    live_rate: float
    message_bytes: float


MEASURED = Measured(log_bytes=725, state_bytes=1_550, live_rate=1_000, message_bytes=750)
OUTAGE, SPARE = 240, 3.0
"""Minutes that nothing consumes, and how many times the peak there is to be room for."""


@dataclass(frozen=True, slots=True)
class Place:
    """One size of installation: so many ``units`` with so many events a year together, kept
    online for ``years``."""

    name: str
    units: int
    events_a_year: float
    years: float


@dataclass(frozen=True, slots=True)
class Load:
    """What comes of it. Rates are events a second, sizes bytes, times minutes."""

    average: float
    busy_hour: float
    peak: float
    backlog: float
    queue_bytes: float
    recovery: float
    instances: int
    bytes_a_year: float
    bytes_kept: float


PLACES = (
    Place("a unit: a commune's or a district's Office", 1, 30_000, 5),
    Place("a province: 100 communes", 100, 3_000_000, 5),
    Place("the country: 3,300 communes", 3_300, 100_000_000, 5),
)


def arrivals(events_a_year: float) -> Iterator[float]:
    """Events in each minute of the busiest day of a year with so many."""
    days = _WORKING_DAYS + (365 - _WORKING_DAYS) * _OFF_SHARE
    busiest = events_a_year / days * _BUSY_DAY
    weights = [weight for _, weight in _DAY_SHAPE]
    for weight in weights:
        share = busiest * weight / sum(weights)
        for minute in range(_MINUTES):
            # A quarter of each hour's minutes is busy, the rest shares what is left.
            busy = minute % 4 == 0
            rest = (4 - _BUSY_MINUTE) / 3
            yield share / _MINUTES * (_BUSY_MINUTE if busy else rest)


def worst_outage(minutes: Sequence[float], outage: int, rate: float) -> tuple[float, float]:
    """The most that an outage of so many minutes leaves in the queue, and how many minutes after
    it *rate* (events a minute) needs to work that off; infinite where it never does."""
    worst, recovery = 0.0, 0.0
    for begin in range(len(minutes) - outage):
        waiting = sum(minutes[begin : begin + outage])
        if waiting > worst:
            worst, recovery = waiting, _minutes_to_empty(waiting, minutes[begin + outage :], rate)
    return worst, recovery


def _minutes_to_empty(waiting: float, later: Sequence[float], rate: float) -> float:
    for count, arriving in enumerate(later, start=1):
        waiting += arriving - rate
        if waiting <= 0:
            return count
    return float("inf")


def load_of(place: Place, measured: Measured, outage: int, spare: float) -> Load:
    """What *place* asks for. *outage*: minutes; *spare*: how many times the peak the instances
    together must be able to take."""
    minutes = list(arrivals(place.events_a_year))
    hours = [sum(minutes[at : at + _MINUTES]) / 3600 for at in range(0, len(minutes), _MINUTES)]
    peak = max(minutes) / 60
    instances = max(1, -(-int(peak * spare) // int(measured.live_rate)))
    rate = instances * measured.live_rate * 60
    backlog, recovery = worst_outage(minutes, outage, rate)
    each = measured.log_bytes + measured.state_bytes
    return Load(
        average=place.events_a_year / (365 * 86_400),
        busy_hour=max(hours),
        peak=peak,
        backlog=backlog,
        queue_bytes=backlog * measured.message_bytes,
        recovery=recovery,
        instances=instances,
        bytes_a_year=place.events_a_year * each,
        bytes_kept=place.events_a_year * place.years * each,
    )


def table(measured: Measured, outage: int, spare: float) -> str:
    """The loads of all PLACES, one line each, as a Markdown table."""
    lines = [
        (
            "| | events a year | average /s | busiest hour /s | peak minute /s | instances |"
            f" waiting after {outage} min | queue | worked off in | a year | kept |"
        ),
        "| --- |" + " --- |" * 10,
    ]
    for place in PLACES:
        load = load_of(place, measured, outage, spare)
        lines.append(
            f"| {place.name} | {place.events_a_year:,.0f} | {load.average:.3f} |"
            f" {load.busy_hour:.2f} | {load.peak:.2f} | {load.instances} |"
            f" {load.backlog:,.0f} | {_bytes(load.queue_bytes)} | {load.recovery:.0f} min |"
            f" {_bytes(load.bytes_a_year)} | {_bytes(load.bytes_kept)} ({place.years:g} years) |"
        )
    return "\n".join(lines)


def _bytes(size: float) -> str:
    for unit in ("B", "kB", "MB", "GB"):
        if size < 1000:
            return f"{size:.3g} {unit}"
        size /= 1000
    return f"{size:.3g} TB"


def main() -> None:
    """Print the table for the figures that the options give."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    for name, figure, what in (
        ("--log-bytes", MEASURED.log_bytes, "PostgreSQL, the log, for each event"),
        ("--state-bytes", MEASURED.state_bytes, "PostgreSQL, the rest, for each event"),
        ("--live-rate", MEASURED.live_rate, "events a second that one instance takes in"),
        ("--message-bytes", MEASURED.message_bytes, "a message in a quorum queue"),
        ("--spare", SPARE, "times the peak that there must be room for"),
    ):
        parser.add_argument(name, type=float, default=figure, help=what)
    parser.add_argument("--outage", type=int, default=OUTAGE, help="minutes without a consumer")
    given = parser.parse_args()
    measured = Measured(given.log_bytes, given.state_bytes, given.live_rate, given.message_bytes)
    print(table(measured, given.outage, given.spare))


if __name__ == "__main__":
    main()
