"""The running service: takes batches from the broker, relays reminders, lets days pass.

Threads share one database: the caller's works on events, one relays the outbox, one schedules by
what `Timekeeper` makes of the clock, one looks how full the queues are that only a person empties.
A fault that none can mend ends the service instead of leaving it half alive. Nothing is
acknowledged before it is committed.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import TypeVar

from ..metrics.pipeline import PipelineMetrics
from ..rules.law import Law
from ..rules.reminding.catch_up import CatchUp
from ..rules.wording import Texts
from ..storage.database import Store
from ..storage.leaps import Uptime
from ..storage.outbox import forget_published
from ..storage.reminder_ledger import forget_words
from ..storage.scheduling import let_time_pass
from .broker import Broker
from .burial import Burial, Letters
from .contract.guard import Message
from .counting import count
from .database_outages import RETRY_SECONDS, until_possible
from .depths import QueueDepths
from .handled import Handled, Result
from .handover import IN_FLIGHT
from .intake import Intake
from .poison import OneByOne
from .relay import Relay
from .secrecy.second_stage import SecondStage
from .secrecy.standing_pages import PageKeeper, Pages
from .timekeeping import Timekeeper
from .transport import Batch, Condition, Consumer, Delivery, Publisher, Stopping

T = TypeVar("T")
Handle = Callable[[Sequence[Message], datetime], list[Handled] | None]

log = logging.getLogger(__name__)

POLL_SECONDS = 0.5  # so long a thread waits for something to do, then it looks whether to stop
RELAY_SECONDS = 1.0
PAGES_SECONDS = 1.0
TICK_SECONDS = 30.0
ERASURE_SECONDS = 4 * 3600.0
"""How long it may take to overwrite copies, where a large database is written anew as a whole, or
to make every page anew."""
SILENT_SECONDS = 60.0
"""How long another instance may stop within a transaction, whose locks it holds."""
KEEP_PUBLISHED = timedelta(days=30)
KEEP_WORDS = timedelta(days=366)
"""How long it is kept what reminders said, unless the settings say otherwise."""
FORGOTTEN_AT_ONCE = 500
WORDS_AT_ONCE = 100
"""Rows of the ledger are wide and lie far apart: more would keep the intake waiting."""


class Service:
    """One instance of dondoc at work. `run` returns after `stop`, drained.

    *clock* gives the aware time, and *uptime* seconds that nobody can set; nothing else in the
    product asks for either while it runs. *keep_words* is how long it is kept what reminders said;
    *pages* makes the static pages anew, None: nobody here can. *catch_up* is what becomes of what
    came before the first start.
    """

    def __init__(
        self,
        store: Store,
        law: Law,
        texts: Texts,
        broker: Broker,
        intake: Intake,
        metrics: PipelineMetrics,
        clock: Callable[[], datetime],
        uptime: Callable[[], Uptime],
        keep_words: timedelta = KEEP_WORDS,
        pages: Pages | None = None,
        catch_up: CatchUp = CatchUp.DIGEST,
    ) -> None:
        self._store = store
        self._law = law
        self._texts = texts
        self._second_stage = SecondStage(store, law, broker.address, broker.names, pages)
        self._page_keeper = PageKeeper(store, pages)
        self._pages = pages
        self._intake = intake
        self._sources = {each.name for each in broker.sources}
        self._metrics = metrics
        self._clock = clock
        self._keep_words = keep_words
        self._catch_up = catch_up
        self.hot = intake.hot
        self.timekeeper = Timekeeper(store, clock, uptime)
        self._stopping = Stopping()
        self._one_by_one = OneByOne(store, intake, self._stopping.wait)
        self._failure: BaseException | None = None
        self.last_event = 0.0
        """When an event came last that is not another unit's, in seconds since the epoch."""
        wanted, mail = broker.wanted, broker.names.mail if broker.mail else None
        self.depths = QueueDepths(broker.address, broker.names, mail)
        self.consumer = Consumer(
            broker.address, wanted, broker.queues, in_hand_bytes=broker.in_hand_bytes
        )
        self._dead = Publisher(broker.address, wanted, "dondoc dead letters", unanswered=IN_FLIGHT)
        self._reminders = Publisher(
            broker.address, wanted, "dondoc reminders", unanswered=IN_FLIGHT
        )
        self._burial = Burial(store, intake, self._dead, broker.names.dead, clock)
        self._relay = Relay(store, self._reminders, broker.names.reminders, metrics.reminder)

    def stop(self) -> None:
        """Ask the service to drain and return; safe to call from a signal handler."""
        self._stopping.set()

    def fail(self, failure: BaseException) -> None:
        """End the service: *failure* has ended a thread that it cannot do without."""
        self._failure = self._failure or failure
        self._stopping.set()

    def condition(self) -> Condition:
        """How it is doing, from any thread: none of its loops hangs, it is subscribed to its queue,
        and its database answers."""
        links = (self.consumer, self._reminders, self._dead)
        hung = [*self._stopping.hung(), *(line for link in links for line in link.hung())]
        return Condition(", ".join(hung), self._stopping.away() or self.consumer.waits_for)

    def run(self) -> None:
        """Work until `stop`. Raises what ended a thread, if anything did."""
        threads = [
            threading.Thread(target=self._guarded, args=(work,), name=work.__name__.strip("_"))
            for work in (
                self._relay_reminders,
                self._schedule,
                self._watch_queues,
                self._watch_others,
                self._keep_pages,
            )
        ]
        try:
            for part in (self._dead, self._reminders, self.consumer):
                part.start()
            for thread in threads:
                thread.start()
            self._guarded(self._work)
        finally:
            self._stopping.set()
            if self._pages is not None:
                self._pages.stop()
            # Before the threads are waited for: this wakes whoever waits for a confirm.
            self._hang_up()
            for thread in threads:
                if thread.ident is not None:
                    thread.join()
        if self._failure is not None:
            raise self._failure

    def _hang_up(self) -> None:
        """Close all connections at once: each takes seconds where the broker does not answer."""
        closing = [
            threading.Thread(target=publisher.stop, name="hang_up")
            for publisher in (self._reminders, self._dead)
        ]
        for thread in closing:
            thread.start()
        # Here, on the thread that took the batches: it holds none that is to be waited for.
        self.consumer.stop()
        for thread in closing:
            thread.join()

    def _guarded(self, work: Callable[[], None]) -> None:
        """Run *work*; whatever ends it before it should ends the whole service."""
        try:
            with self._stopping.loop(work.__name__.strip("_")):
                work()
        except BaseException as failure:  # noqa: BLE001 - handed to run(), which raises it
            self.fail(failure)

    def _work(self) -> None:
        while not self._stopping.is_set():
            batch = self.consumer.batches(timeout=POLL_SECONDS)
            if batch is not None:
                self._handle(batch)
            self._until_possible(self._burial.forget_answered)

    def _handle(self, batch: Batch) -> None:
        """Commit what a batch holds, then acknowledge it; leave it to the broker when stopping.

        A redelivered message may be the one that took a process down, so that a batch with one
        is worked through one by one (contract, Poison).
        """
        if not any(delivery.redelivered for delivery in batch.deliveries):
            self._take(batch, batch.deliveries, self._intake.handle)
            return
        for delivery in batch.deliveries:
            self._until_possible(self._burial.forget_answered)
            stops = self._stopping.is_set()
            if stops or not self._take(batch, (delivery,), self._one_by_one.handle):
                self._one_by_one.leave()
                return

    def _take(self, batch: Batch, deliveries: Sequence[Delivery], handle: Handle) -> bool:
        """*handle* these deliveries of *batch*, and acknowledge; False when stopping."""
        messages = [self._message(delivery) for delivery in deliveries]
        handled = self._until_possible(lambda: handle(messages, self._clock()))
        if handled is None or not self._bury(deliveries, messages, handled):
            return False
        self._until_possible(self._one_by_one.done)
        self.consumer.acknowledge(batch, through=deliveries[-1])
        if any(each.result is not Result.FOREIGN for each in handled):
            self.last_event = self.consumer.last_delivery or 0.0
        count(self._metrics, deliveries, handled, self._clock())
        return True

    def _bury(
        self, deliveries: Sequence[Delivery], messages: Sequence[Message], handled: list[Handled]
    ) -> bool:
        """Publish the dead letters among *handled*, until each is confirmed, and write into it what
        is none any more; False: stopping."""
        letters = Letters(deliveries, messages, handled)
        while letters and not self._stopping.is_set():
            if left := self._until_possible(lambda: self._burial.once(letters)):
                log.warning("%d dead letters were not confirmed; publishing again", left)
                self._stopping.wait(RETRY_SECONDS)
        return not letters

    def _relay_reminders(self) -> None:
        while not self._stopping.is_set():
            sent = self._until_possible(self._relay_some)
            if not sent:
                self._stopping.wait(RELAY_SECONDS)

    def _relay_some(self) -> int:
        return self._relay.once(self._law, self.timekeeper.believed())

    def _watch_queues(self) -> None:
        self.depths.watch(self._stopping)

    def _watch_others(self) -> None:
        while not self._stopping.is_set():
            self._until_possible(self._intake.forget_changed)
            ended = self._until_possible(lambda: self._store.end_silent(SILENT_SECONDS))
            if ended:
                log.warning("ended %d sessions that had stopped within a transaction", ended)
            self._store.close()  # a connection that is used once in half a minute
            self._stopping.wait(TICK_SECONDS)

    def _keep_pages(self) -> None:
        while not self._stopping.is_set():
            with self._stopping.longer(ERASURE_SECONDS):
                self._until_possible(self._page_keeper.look)
            self._stopping.wait(PAGES_SECONDS)

    def _schedule(self) -> None:
        while not self._stopping.is_set():
            self._until_possible(self._let_time_pass)
            self._stopping.wait(TICK_SECONDS)

    def _let_time_pass(self) -> None:
        """What a new day, a new law or simply now asks for."""
        # First, since a calendar that has ended, or a clock that has leapt, stops what follows.
        # Without the broker its queues could not be searched.
        if self.consumer.state.up:
            with self._stopping.longer(ERASURE_SECONDS):
                self._second_stage.look(self._clock(), self.last_event or None)
        now = self.timekeeper.look()
        if now is None:
            return
        stopping = self._stopping.is_set
        written = let_time_pass(self._store, self._law, self._texts, now, stopping, self._catch_up)
        if written:
            log.info("%d reminders decided", written)
        self._forget(now)

    def _forget(self, now: datetime) -> None:
        """Forget messages that the ledger remembers, and words whose time is over."""
        forget_published(self._store, now - KEEP_PUBLISHED, FORGOTTEN_AT_ONCE)
        while not self._stopping.is_set():
            before = now - self._keep_words
            if forget_words(self._store, before, WORDS_AT_ONCE) < WORDS_AT_ONCE:
                return

    def _message(self, delivery: Delivery) -> Message:
        return Message(
            delivery.body,
            delivery.content_type,
            delivery.headers,
            delivery.content_encoding,
            delivery.routing_key,
            delivery.queue if delivery.queue in self._sources else "",
        )

    def _until_possible(self, work: Callable[[], T]) -> T | None:
        return until_possible(work, self._stopping, TICK_SECONDS)
