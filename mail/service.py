"""The process that writes to bodies: takes reminders from its queue, gathers them into letters, and
sends those.

Two threads share one database: the caller's records what the queue holds and acknowledges it, the
other gathers and sends. What is on its way survives the process in the database. Nothing is
acknowledged before it is committed.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from ..connector.database_outages import until_possible
from ..connector.transport import Address, Backoff, Batch, Condition, Consumer, Stopping
from ..connector.transport.topology import Topology
from ..rules.directory import Directory
from ..rules.events import local_date
from ..rules.law import Law
from ..rules.wording import Texts
from ..storage.database import Store
from ..storage.mail_lines import record_reminders
from .gathering import Gathering
from .plan import MailPlan
from .sending import Sending
from .server import MailServer
from .smtp import ServerAway, Session
from .told import told_in

log = logging.getLogger(__name__)

POLL_SECONDS = 0.5
IDLE_SECONDS = 1.0
LOOK_SECONDS = 30.0
SETTLED_SECONDS = 2.0
"""With nothing new for so long, what was just being published is there."""
ONE_DAY = timedelta(days=1)
LONGEST_AWAY = 60.0
"""Seconds, at most, between two tries to reach a mail server that is away."""


@dataclass(frozen=True)
class MailQueue:
    """Where reminders come from: the broker, what has to be there, and the queue's name."""

    address: Address
    wanted: Topology
    name: str


class MailService:
    """One such process at work on *store*. `run` returns after `stop`.

    *directory* gives the bodies as they are now, *clock* the aware time.
    """

    def __init__(
        self,
        store: Store,
        law: Law,
        texts: Texts,
        queue: MailQueue,
        server: MailServer,
        plan: MailPlan,
        directory: Callable[[], Directory],
        clock: Callable[[], datetime],
    ) -> None:
        self._store = store
        self._directory = directory
        self._clock = clock
        self._stopping = Stopping()
        self._failure: BaseException | None = None
        self._through: date | None = None
        self._leaps = False
        self._looked = self._gathered = float("-inf")
        self._heard = time.monotonic()
        self._session = Session(server)
        self._gathering = Gathering(store, law, plan)
        self._sending = Sending(
            store, law, texts, plan, self._session, server.timeout, self._stopping
        )
        self._away = Backoff(longest=LONGEST_AWAY)
        self._said = ""
        self.consumer = Consumer(queue.address, queue.wanted, [queue.name])

    def stop(self) -> None:
        """Ask it to end: the letter in hand is finished; safe to call from a signal handler."""
        self._stopping.set()

    def condition(self) -> Condition:
        """How it is doing, from any thread: neither of its loops hangs, it is subscribed to its
        queue, and its database answers. A mail server that is away is no trouble of its own."""
        hung = [*self._stopping.hung(), *self.consumer.hung()]
        return Condition(", ".join(hung), self._stopping.away() or self.consumer.waits_for)

    def run(self) -> None:
        """Work until `stop`. Raises what ended a thread, if anything did."""
        sending = threading.Thread(target=self._guarded, args=(self._send,), name="send")
        try:
            self.consumer.start()
            sending.start()
            self._guarded(self._take)
        finally:
            self._stopping.set()
            self.consumer.stop()
            if sending.ident is not None:
                sending.join()
        if self._failure is not None:
            raise self._failure

    def fail(self, failure: BaseException) -> None:
        """End it: *failure* has ended a thread that it cannot do without."""
        self._failure = self._failure or failure
        self._stopping.set()

    def _guarded(self, work: Callable[[], None]) -> None:
        """Run *work*; whatever ends it before it should ends the whole process."""
        try:
            with self._stopping.loop(work.__name__.strip("_")):
                work()
        except BaseException as failure:  # noqa: BLE001 - handed to run(), which raises it
            self.fail(failure)

    def _take(self) -> None:
        while not self._stopping.is_set():
            batch = self.consumer.batches(timeout=POLL_SECONDS)
            if batch is not None:
                self._record(batch)

    def _record(self, batch: Batch) -> None:
        """Commit what a batch tells, then acknowledge it; leave it to the broker when stopping."""
        told = told_in(delivery.body for delivery in batch.deliveries)
        recorded = until_possible(
            lambda: record_reminders(self._store, told.reminders, told.digests, self._clock()),
            self._stopping,
            LOOK_SECONDS,
        )
        if recorded is None:
            return
        self.consumer.acknowledge(batch)
        self._heard = time.monotonic()
        if told.unread:
            log.warning("%d messages that are no reminders of dondoc were dropped", told.unread)

    def _send(self) -> None:
        while not self._stopping.is_set():
            pause = until_possible(self._send_some, self._stopping, LOOK_SECONDS)
            if pause:
                self._stopping.wait(pause)
        self._session.close()

    def _send_some(self) -> float:
        """Gather and send what is due; gives how many seconds nothing is to be done."""
        now = self._now()
        if now is None:
            return IDLE_SECONDS
        directory = self._directory()
        settled = time.monotonic() - self._heard >= SETTLED_SECONDS
        if time.monotonic() - self._gathered >= IDLE_SECONDS:
            self._gathering.once(directory, now, settled=settled)
            self._gathered = time.monotonic()
            # That may have taken its time.
            now = self._clock()
        if pause := self._sending.pause():
            return pause
        try:
            sent = self._sending.once(directory, now)
        except ServerAway as error:
            if str(error) != self._said:
                log.warning("%s; letters wait, trying again", error)
            self._said = str(error)
            return self._away.pause()
        if sent:
            self._away.reset()
            self._said = ""
            return 0.0
        return IDLE_SECONDS

    def _now(self) -> datetime | None:
        """The time to go by; None while the clock is not believed: where it is more than a day from
        the day by which the service judges, which alone decides about a leap."""
        now = self._clock()
        if self._through is None or time.monotonic() - self._looked >= LOOK_SECONDS:
            self._looked = time.monotonic()
            self._through = self._store.read(lambda tx: tx.period()[1])
        today, through = local_date(now), self._through
        leaps = abs(today - through) > ONE_DAY
        if leaps and not self._leaps:
            log.warning("the clock says %s, and the last day was %s: letters wait", today, through)
        self._leaps = leaps
        return None if leaps else now
