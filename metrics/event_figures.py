"""What the stored events say of what comes: numbers of sources that never came, and types that this
version does not know.

As compliance figures they are read from the database, and no label comes from a message: a source
or a type is named by `dondoc check` and `dondoc status`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from prometheus_client.metrics_core import GaugeMetricFamily, Metric

from ..storage.numbering import missing_by_age, numbers_of
from ..storage.questions.queries import unknown_types
from ..storage.transaction import Transaction


@dataclass(frozen=True, slots=True)
class EventFigures:
    """How many numbers are missing by age, how many sources number their events in which way, how
    many types are not known and how many events are stored of them."""

    missing: Mapping[str, int]
    sources: Mapping[str, int]
    types: int = 0
    events: int = 0


NO_EVENTS = EventFigures({}, {})


def event_figures(tx: Transaction, now: datetime) -> EventFigures:
    """The figures at the aware time *now*."""
    sources, unknown = numbers_of(tx), unknown_types(tx)
    counting = Counter(each.counting.value for each in sources)
    missing = missing_by_age(sources, now)
    return EventFigures(missing, counting, len(unknown), sum(unknown.values()))


def event_families(found: EventFigures) -> Iterator[Metric]:
    """The figures as metric families; those with labels leave out what is zero."""
    missing = GaugeMetricFamily(
        "dondoc_missing_numbers",
        "Numbers of events that never came though others around them did, by how long they have"
        " been missing.",
        labels=("age",),
    )
    sources = GaugeMetricFamily(
        "dondoc_numbered_sources",
        "Sources that number their events, by whether that counts them.",
        labels=("counting",),
    )
    for family, counts in ((missing, found.missing), (sources, found.sources)):
        for word, count in sorted(counts.items()):
            if count:
                family.add_metric((word,), count)
        yield family
    yield GaugeMetricFamily(
        "dondoc_unknown_types",
        "Types of stored events that this version does not know.",
        value=found.types,
    )
    yield GaugeMetricFamily(
        "dondoc_unknown_type_events",
        "Stored events of types that this version does not know and makes nothing of.",
        value=found.events,
    )
