"""A service at work in this process, by clocks that a test sets."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from dondoc.commands.assembly.loading import load_texts
from dondoc.connector.broker import Broker
from dondoc.connector.contract.guard import Limits
from dondoc.connector.intake import Intake
from dondoc.connector.service import Service
from dondoc.connector.transport import parse_address
from dondoc.connector.transport.topology import BrokerNames
from dondoc.metrics.pipeline import PipelineMetrics
from dondoc.rules.reminding.catch_up import CatchUp
from dondoc.storage.database import Store

from .leaping import Clocks, law


@contextmanager
def running(service: Service) -> Iterator[Service]:
    """*service* at work in a thread of its own; it has to end when it is stopped."""
    thread = threading.Thread(target=service.run)
    thread.start()
    try:
        yield service
    finally:
        service.stop()
        thread.join(20)
    assert not thread.is_alive()


@contextmanager
def serving(
    store: Store, url: str, clocks: Clocks, keep_words: timedelta = timedelta(days=366)
) -> Iterator[Service]:
    """One at work on *store* by *clocks*."""
    intake = Intake(store, law(), Limits(), history_limit=100)
    service = Service(
        store,
        law(),
        load_texts(),
        Broker(parse_address(url), BrokerNames()),
        intake,
        PipelineMetrics(),
        clocks.now,
        clocks.uptime,
        keep_words,
        catch_up=CatchUp.ALL,
    )
    with running(service):
        yield service
