"""The compliance figures as Prometheus reads them: what is owed, late, kept or broken, by whom.

They are gauges over one reading of the database, never counters: a correction or a backfill then
changes a figure by exactly what it corrects, and every instance on a database gives the same.
Collecting must never read the database, and no label may come from a document: bodies are those
of the directory, rules those of the regulation.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from ..rules.calendar import OutsideCoverage
from ..rules.events import local_date
from ..rules.law import Law
from ..rules.moments import end_of, so_far
from ..storage.database import Store
from ..storage.outbox import Pending, pending
from ..storage.questions.figures import Figures, Fulfilled, figures, fulfilments
from ..storage.questions.light_figures import Lit, lit
from ..storage.questions.mailings import NO_MAIL, MailingFigures, mailing_figures
from ..storage.questions.windows import WINDOWS
from ..storage.rejections import count_rejections
from .event_figures import NO_EVENTS, EventFigures, event_families, event_figures
from .families import UNKNOWN, Key, family, single
from .rule_names import rule_names

Counts = Iterable[tuple[Key, int]]

_RULE_BODY = ("rule", "body")


@dataclass(frozen=True, slots=True)
class ComplianceReading:
    """What the database said at the aware time ``at``, all of it in one transaction."""

    at: datetime
    figures: Figures
    fulfilments: Sequence[Fulfilled]
    outbox: Pending
    rejections: int
    mail: MailingFigures = NO_MAIL
    events: EventFigures = NO_EVENTS
    lights: Lit = field(default_factory=Counter)


def read(store: Store, law: Law, now: datetime) -> ComplianceReading:
    """Read the figures of the local day of the aware time *now*, so far. Raises `StorageError`."""
    day = so_far(now)
    return store.read(
        lambda tx: ComplianceReading(
            now,
            figures(tx, law, day),
            fulfilments(tx, day),
            pending(tx),
            count_rejections(tx),
            mailing_figures(tx, now),
            event_figures(tx, now),
            lit(tx, law, day),
        )
    )


class ComplianceCollector(Collector):
    """One reading as metric families; a figure of zero is left out, a whole number is not.

    Whom a figure counts under was settled when it was read; here a body only gets its label.
    """

    def __init__(self, law: Law, reading: ComplianceReading) -> None:
        self._law = law
        self._reading = reading
        self._day = local_date(reading.at)

    def describe(self) -> Iterable[Metric]:
        """Nothing: a registry that asked `collect` instead would render everything to learn
        the names."""
        return []

    def collect(self) -> Iterator[Metric]:
        """Every family, with or without figures, in a fixed order."""
        yield from self._obligations()
        yield from self._tasks_and_documents()
        yield from self._service()
        yield from event_families(self._reading.events)
        yield from self._mail()
        yield from self._bodies_and_day()
        yield rule_names(self._law, self._reading.figures, self._day)

    def _obligations(self) -> Iterator[Metric]:
        found = self._reading.figures
        yield family(
            "dondoc_obligations",
            "Obligations that are not fulfilled: open, or overdue once the due date has passed.",
            (*_RULE_BODY, "state"),
            self._by_body(found.obligations.items(), 1),
        )
        yield family(
            "dondoc_obligations_closed",
            "Obligations that fell due in the last days and are closed, by how they came out."
            " Late: fulfilled late, or given up when it was a breach already.",
            (*_RULE_BODY, "outcome", "window"),
            self._by_body(found.closed.items(), 1),
        )
        yield family(
            "dondoc_obligations_missed",
            "Obligations that fell due in the last days and are still overdue.",
            (*_RULE_BODY, "window"),
            self._by_body(found.missed.items(), 1),
        )
        yield family(
            "dondoc_breaches",
            "Obligations that fell due in the last days and count as a breach of the regulation,"
            " closed or not.",
            (*_RULE_BODY, "window"),
            self._by_body(found.breaches.items(), 1),
        )
        yield family(
            "dondoc_oldest_overdue_timestamp_seconds",
            "When the oldest overdue obligation became overdue: the end of its due date.",
            _RULE_BODY,
            self._oldest(found.oldest_overdue),
        )
        yield family(
            "dondoc_overdue_breaches",
            "Obligations that are overdue now and count as a breach of the regulation.",
            _RULE_BODY,
            self._by_body(found.overdue_breaches.items(), 1),
        )
        yield family(
            "dondoc_oldest_breach_timestamp_seconds",
            "When the oldest overdue obligation that counts as a breach became overdue: the end of"
            " its due date.",
            _RULE_BODY,
            self._oldest(found.oldest_breach),
        )
        yield family(
            "dondoc_fulfilment_working_day_mean",
            "Working days from opening to fulfilment, on average, of the obligations that fell due"
            " in the last days and are fulfilled.",
            ("rule", "window"),
            self._mean_working_days(),
        )

        yield family(
            "dondoc_obligations_lit",
            "Open obligations that have a traffic light, by its name and colour.",
            ("body", "light", "colour"),
            self._by_body(self._reading.lights.items(), 0),
        )

    def _tasks_and_documents(self) -> Iterator[Metric]:
        found = self._reading.figures
        yield family(
            "dondoc_tasks",
            "Tasks by lead and by the six statuses of the regulation; done ones for 90 days.",
            ("body", "status"),
            self._by_body(found.tasks.items(), 0),
        )
        incomplete: Counter[Key] = Counter()
        for missing, count in found.incomplete.items():
            # "b:submitted_by" is the field of a point of Điều 5.1.
            incomplete[(missing.rpartition(":")[2],)] += count
        yield family(
            "dondoc_documents_incomplete",
            "Documents that lack a field which the regulation asks for.",
            ("field",),
            incomplete.items(),
        )
        yield family(
            "dondoc_flagged_streams",
            "Documents, reports and other subjects whose events are odd in some way.",
            ("flag",),
            (((flag,), count) for flag, count in found.flagged.items()),
        )

    def _service(self) -> Iterator[Metric]:
        outbox = self._reading.outbox
        yield single(
            "dondoc_rejections",
            "Messages that were refused because their secrecy could not be established.",
            self._reading.rejections,
        )
        yield single(
            "dondoc_outbox_pending",
            "Reminders that are decided and that the broker has not confirmed yet.",
            outbox.count,
        )
        yield single(
            "dondoc_outbox_oldest_age_seconds",
            "How long the oldest reminder has waited for the broker; 0 where none waits.",
            _age(outbox.oldest, self._reading.at),
        )

    def _mail(self) -> Iterator[Metric]:
        mail, directory = self._reading.mail, self._law.directory
        yield family(
            "dondoc_mailings",
            "Letters to bodies by how they stand, those that have ended for 31 days.",
            ("state",),
            (((state.value,), count) for state, count in mail.states.items()),
        )
        yield single(
            "dondoc_mailing_oldest_age_seconds",
            "How long the oldest letter has been on its way; 0 where none is.",
            _age(mail.oldest, self._reading.at),
        )
        bodies = (directory.get(code, self._day) for code in mail.untold)
        yield single(
            "dondoc_mail_unreached_bodies",
            "Bodies that are to be told something by mail and have no address.",
            sum(body is None or body.lacks_address for body in bodies),
        )

    def _bodies_and_day(self) -> Iterator[Metric]:
        directory, counted = self._law.directory, self._counted()
        named: list[Key] = [
            (body.code, directory.name(body.code, self._day), directory.kind(body.code, self._day))
            for body in directory
            if body.code in counted or not directory.has_ended(body.code, self._day)
        ]
        if any(self._label(code) == UNKNOWN for code in counted):
            named.append((UNKNOWN, UNKNOWN, UNKNOWN))
        yield family(
            "dondoc_body_info",
            "The name and kind of each body that figures are counted under.",
            ("body", "name", "kind"),
            ((key, 1) for key in named),
        )
        try:
            working = self._law.calendar.is_working(self._day)
        except OutsideCoverage:
            # Unknown is neither: the end of the calendar's coverage has an alert of its own.
            return
        yield single(
            "dondoc_working_day", "1 where today is a working day, 0 where it is not.", working
        )

    def _label(self, code: str) -> str:
        return code if code in self._law.directory else UNKNOWN

    def _counted(self) -> set[str]:
        """The codes that some figure stands under."""
        found = self._reading.figures
        keys: Iterable[Key] = (*found.obligations, *found.closed, *found.breaches)
        return {str(key[1]) for key in keys} | {lead for lead, _ in found.tasks}

    def _by_body(self, counted: Counts, place: int) -> Counts:
        """*counted* with the body at *place* of each key as its label, and equal keys as one."""
        merged: Counter[Key] = Counter()
        for key, count in counted:
            merged[*key[:place], self._label(key[place]), *key[place + 1 :]] += count
        return merged.items()

    def _oldest(self, dues: Mapping[tuple[str, str], date]) -> Iterator[tuple[Key, float]]:
        """The end of the earliest of *dues*, by rule and the label of the body; now, where that is
        still to come: what is due at a moment of today has passed it."""
        oldest: dict[Key, date] = {}
        for (rule, body), due in dues.items():
            key = (rule, self._label(body))
            oldest[key] = min(oldest.get(key, due), due)
        now = self._reading.at.timestamp()
        return ((key, min(end_of(due).timestamp(), now)) for key, due in oldest.items())

    def _mean_working_days(self) -> Iterator[tuple[Key, float]]:
        days: Counter[tuple[str, int]] = Counter()
        number: Counter[tuple[str, int]] = Counter()
        for rule, opened_on, met_on, counts in self._reading.fulfilments:
            try:
                taken = self._law.calendar.working_days_between(opened_on, met_on)
            except OutsideCoverage:
                continue
            for window, count in zip(WINDOWS, counts, strict=True):
                # What was done before it was asked for took no time.
                days[rule, window] += max(taken, 0) * count
                number[rule, window] += count
        return ((key, days[key] / count) for key, count in number.items() if count)


def _age(since: datetime | None, at: datetime) -> float:
    """The seconds from *since* to *at*; 0 where there is no such time."""
    return 0.0 if since is None else max((at - since).total_seconds(), 0.0)
