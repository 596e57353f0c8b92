"""Brings decided reminders from the outbox to the broker, and says which arrived.

A reminder is marked published only after the broker has confirmed it, so that it goes out at
least once and always under the same id. Outside the publishing window nothing goes out, and
nothing that was decided on an earlier day, whose words count other days: both go back to be
decided again. What another law or policy decided is left to the scheduler, which decides it anew.
Nothing is decided here, and nothing is sent after its lease.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from ..rules.calendar import OutsideCoverage
from ..rules.events import local_date
from ..rules.law import Law
from ..rules.reminding.catch_up import DIGEST
from ..storage import outbox
from ..storage.database import Store
from ..storage.rescheduling import is_by_another_law
from .handover import Handover, Prepared
from .transport import Fate, Outgoing, Publisher

log = logging.getLogger(__name__)

SEVERAL = "several"
"""What a digest of the first start is counted under, in place of a rule."""
LEASE_LIMIT = 200
PUBLISH_SECONDS = 10.0
# Longer than publishing may take; a reminder that the broker refused, or that a relay had in
# hand when it was killed, is tried again after it.
LEASE_SECONDS = 30.0


class Relay:
    """Publishes to the exchange `exchange`; `published` is told rule and step of each reminder."""

    def __init__(
        self,
        store: Store,
        publisher: Publisher,
        exchange: str,
        published: Callable[[str, str], None],
    ) -> None:
        self._store = store
        self._handover = Handover(store, publisher)
        self._exchange = exchange
        self._published = published

    def once(self, law: Law, now: datetime | None) -> int:
        """Take some reminders and publish them, or send them back to be decided again when the
        window is closed or the policy keeps quiet.

        `now` is aware; None while no clock is believed: nothing is sent then, and what was sent
        before is still forgotten once it is answered, as beyond the calendar. Gives how many the
        broker confirmed. Raises StorageError, after which some may be published again.
        """
        self._handover.forget_answered()
        if now is None:
            return 0
        begun = time.monotonic()
        if _opening(law, now) is None:
            # Before anything is taken, which an erasure would wait for; the scheduler says so.
            return 0
        if self._store.read(lambda tx: is_by_another_law(tx, law)):
            # The first pass of the scheduler after a start has it decided anew.
            return 0
        prepared = self._handover.prepare(PUBLISH_SECONDS, now, LEASE_SECONDS)
        # That may have waited for a connection until the window was closed.
        taken = time.monotonic()
        now += timedelta(seconds=taken - begun)
        opening = _opening(law, now)
        if opening is None:
            if prepared:
                self._handover.unused(prepared)
            return 0
        publication = None
        if prepared:
            open_for = (law.policy.window.closing(now) - now).total_seconds()
            prepared = replace(prepared, until=min(prepared.until, taken + open_for))
            publication = prepared.publication
        lease = outbox.lease(self._store, now, LEASE_LIMIT, LEASE_SECONDS, publication)
        if not lease.messages:
            if prepared and not lease.remembered:
                self._handover.unused(prepared)
            return 0
        today = local_date(now)
        fresh = [
            each
            for each in lease.messages
            if opening == now
            and local_date(each.decided_at) == today
            and law.policy.quiet(today, each.addressed) is None
        ]
        stale = [each.id for each in lease.messages if each not in fresh]
        outbox.return_to_decision(self._store, lease.token, stale, local_date(opening))
        outcomes = dict(zip(fresh, self._publish(fresh, prepared), strict=True))
        confirmed = [each for each in outcomes if outcomes[each] is Fate.CONFIRMED]
        unanswered = [each for each in outcomes if outcomes[each] is Fate.UNKNOWN]
        at = now + timedelta(seconds=time.monotonic() - taken)
        outbox.mark_published(self._store, lease.token, [each.id for each in confirmed], at)
        outbox.release(self._store, lease.token, [each.id for each in unanswered])
        refused = len(fresh) - len(confirmed) - len(unanswered)
        if refused:
            log.warning(
                "the broker returned or refused %d reminders: see whether %s has its alternate "
                "exchange; they are published again later",
                refused,
                self._exchange,
            )
        self._handover.forget_answered()
        for each in confirmed:
            kind, *_, rule, step = each.routing_key.split(".")
            self._published(SEVERAL if kind == DIGEST else rule, step)
        return len(confirmed)

    def _publish(
        self, reminders: Sequence[outbox.LeasedReminder], prepared: Prepared | None
    ) -> tuple[Fate, ...]:
        if prepared is None:
            return (Fate.UNKNOWN,) * len(reminders)
        messages = [
            Outgoing(
                self._exchange,
                each.routing_key,
                each.body,
                "application/cloudevents+json",
                each.message_id,
            )
            for each in reminders
        ]
        return self._handover.publish(messages, prepared, PUBLISH_SECONDS)


def _opening(law: Law, now: datetime) -> datetime | None:
    """When reminders may next be published, *now* where they may; None beyond the calendar."""
    try:
        return law.policy.window.next_opening(now, law.calendar)
    except OutsideCoverage:
        return None
