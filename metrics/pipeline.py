"""Counters and gauges of the running service: what passed through it, and how it fares.

They live in a registry of their own, so that nothing global lives in a process and tests can
hold several services. Compliance figures are not here: they come from the database
(`compliance`). No label ever holds an identifier or a text of a document.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.core import CounterMetricFamily, Metric
from prometheus_client.registry import Collector

from ..rules.event_types import EVENT_TYPES
from ..rules.events import local_date
from ..rules.law import Law
from ..rules.regulation import Regulation
from ..rules.secrecy import LEVELS

OTHER = "other"
"""The label of an event type that this version does not know, so that labels stay bounded."""

MOST_REASONS = 50
"""Reasons of one service for which messages tell of nothing; its dialects name them."""

_SECONDS = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
_LAG = (0.1, 1.0, 10.0, 60.0, 600.0, 3600.0, 6 * 3600.0, 86400.0, 7 * 86400.0)


@dataclass(frozen=True, eq=False)
class _Kept(Collector):
    """A counter whose values somebody else keeps."""

    name: str
    text: str
    label: str
    read: Mapping[str, Callable[[], float]]

    def collect(self) -> Iterator[Metric]:
        family = CounterMetricFamily(self.name, self.text, labels=(self.label,))
        for value, count in self.read.items():
            family.add_metric((value,), count())
        yield family


class PipelineMetrics:
    """What the service counts while it works. Times are in seconds."""

    def __init__(self) -> None:
        registry = self.registry = CollectorRegistry()
        self._events = Counter(
            "dondoc_events",
            "Events from HSCV by type and by what became of them.",
            ("type", "result"),
            registry=registry,
        )
        self._foreign = Counter(
            "dondoc_foreign_events",
            "Events of other units on the same broker, by what says so; nothing of them is kept.",
            ("reason",),
            registry=registry,
        )
        self._silent = Counter(
            "dondoc_messages_without_event",
            "Messages of a dialect that tell of no event, by why.",
            ("reason",),
            registry=registry,
        )
        self._silences: set[str] = set()
        self._secret = Counter(
            "dondoc_secret_events_discarded",
            "Secret events discarded unread; HSCV should not send any.",
            ("level",),
            registry=registry,
        )
        self._last_secret = Gauge(
            "dondoc_last_secret_event_timestamp_seconds",
            "When a secret event was last discarded; 0 before the first.",
            ("level",),
            registry=registry,
        )
        for level in LEVELS:
            self._secret.labels(level)
            self._last_secret.labels(level)
        self._processing = Histogram(
            "dondoc_event_processing_seconds",
            "Time from a delivery until its effect was committed.",
            buckets=_SECONDS,
            registry=registry,
        )
        self._lag = Histogram(
            "dondoc_event_lag_seconds",
            "Time from an event in HSCV until its effect was committed here.",
            buckets=_LAG,
            registry=registry,
        )
        self._reminders = Counter(
            "dondoc_reminders_published",
            "Reminders that the broker has confirmed.",
            ("rule", "step"),
            registry=registry,
        )

    def event(self, type_: str, result: str) -> None:
        """Count an event of *type_* (without prefix) that ended as *result*."""
        self._events.labels(type_ if type_ in EVENT_TYPES else OTHER, result).inc()

    def expect_foreign(self, reasons: Iterable[str]) -> None:
        """Show how many events were of other units for each of *reasons*, from none on."""
        for reason in reasons:
            self._foreign.labels(reason)

    def foreign(self, reason: str) -> None:
        """Count an event that is another unit's by *reason*."""
        self._foreign.labels(reason).inc()

    def silent(self, reason: str) -> None:
        """Count a message of a dialect that tells of no event by *reason*, a word of the dialect;
        of more words than `MOST_REASONS` those that came last count as one."""
        if len(self._silences) < MOST_REASONS:
            self._silences.add(reason)
        self._silent.labels(reason if reason in self._silences else OTHER).inc()

    def secret(self, level: str, now: datetime) -> None:
        """Count a secret event that was discarded at the aware time *now*."""
        self._secret.labels(level).inc()
        self._last_secret.labels(level).set(now.timestamp())

    def processed(self, seconds: float) -> None:
        """Note the time from a delivery to its commit."""
        self._processing.observe(seconds)

    def lag(self, seconds: float) -> None:
        """Note the time from an event's own time to its commit; a clock ahead of ours is zero."""
        self._lag.observe(max(seconds, 0.0))

    def reminder(self, rule: str, step: str) -> None:
        """Count a reminder that the broker has confirmed."""
        self._reminders.labels(rule, step).inc()

    def watch(self, name: str, text: str, read: Callable[[], float]) -> None:
        """A gauge whose value *read* gives at each scrape."""
        Gauge(name, text, registry=self.registry).set_function(read)

    def count_by(
        self, name: str, text: str, label: str, read: Mapping[str, Callable[[], float]]
    ) -> None:
        """A counter that others keep: by *label*, what *read* gives at each scrape."""
        self.registry.register(_Kept(name, text, label, read))

    def describe_build(self, version: str, law: Law, clock: Callable[[], datetime]) -> None:
        """Say which version runs, and by which regulations it judges; *clock* gives the aware
        time, since the one in force changes while the service runs."""
        Gauge(
            "dondoc_build_info", "The running version.", ("version",), registry=self.registry
        ).labels(version).set(1)
        regulation = Gauge(
            "dondoc_regulation_info",
            "The regulations this service judges by; 1 for the one in force.",
            ("regulation", "title", "in_force_from", "in_force_to"),
            registry=self.registry,
        )

        def in_force(each: Regulation) -> float:
            return float(each.in_force(local_date(clock())))

        for each in law.regulations.all:
            labels: Mapping[str, str] = {
                "regulation": each.id,
                "title": each.title,
                "in_force_from": each.in_force_from.isoformat(),
                "in_force_to": each.in_force_to.isoformat() if each.in_force_to else "",
            }
            regulation.labels(**labels).set_function(partial(in_force, each))
