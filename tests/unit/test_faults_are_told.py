"""A fault of dondoc's own is told by its kinds and places; its text, which may quote, by nobody."""

from __future__ import annotations

import logging
import re
import socket
import urllib.request
from collections.abc import Iterator
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import NoReturn

import pytest
from dondoc.connector.transport import Address, Backoff, Condition, InvalidAddress, parse_address
from dondoc.connector.transport.describing import describe
from dondoc.connector.transport.link import Link
from dondoc.metrics.exporter import Exporter
from dondoc.metrics.pipeline import PipelineMetrics
from dondoc.metrics.snapshot import Snapshots
from dondoc.rules.events import LOCAL
from dondoc.rules.faults import tell_fault, tell_fault_briefly
from dondoc.storage.database import Store
from pika.exceptions import StreamLostError, UnexpectedFrameError
from support.rabbitmq import wait_until
from support.stories import law

CANARY = "CANARY-0b7d"


def fail(error: Exception) -> NoReturn:
    """Raise *error* over another that quotes as well."""
    try:
        int(CANARY)
    except ValueError as cause:
        error.__cause__ = cause
    raise error


def raised(error: Exception) -> Exception:
    """*error* as it is after it was raised."""
    with pytest.raises(type(error)):
        fail(error)
    return error


def test_kinds_and_places_are_told_with_their_causes_and_no_text_or_source_line() -> None:
    told = tell_fault(raised(LookupError(f"DETAIL: Key (event_id)=({CANARY})")))
    assert "builtins.LookupError" in told
    assert "builtins.ValueError" in told
    assert f"{Path(__file__).name}:" in told
    assert " fail" in told
    assert CANARY not in told
    assert "raise " not in told


def test_places_inside_dondoc_are_told_from_its_top() -> None:
    try:
        parse_address("x")
    except InvalidAddress as error:
        told, briefly = tell_fault(error), tell_fault_briefly(error)
    assert "  connector/transport/address.py:" in told
    assert "/dondoc" not in told.replace("dondoc itself", "")
    assert str(Path(__file__).parents[2]) not in told
    assert briefly.startswith("InvalidAddress at ")
    assert "\n" not in briefly


def test_an_error_in_a_thousand_places_is_told_by_each_once_and_the_last_of_them() -> None:
    def deeper(depth: int) -> None:
        if depth == 0:
            fail(RecursionError())
        deeper(depth - 1)

    with pytest.raises(RecursionError) as found:
        deeper(500)
    told = tell_fault(found.value).splitlines()
    assert len(told) < 40
    assert " test_an_error_in_a_thousand_places" in told[told.index("builtins.RecursionError") + 1]
    assert "  … 486 more" in told
    assert told[-1].endswith(" fail")


def test_where_a_recursion_began_is_told_however_far_the_way_to_it() -> None:
    def again(depth: int) -> None:
        if depth == 0:
            fail(RecursionError())
        again(depth - 1)

    def begin() -> None:
        again(500)

    def lead_there(steps: int) -> None:
        if steps == 0:
            begin()
        lead_there(steps - 1)

    with pytest.raises(RecursionError) as found:
        lead_there(20)
    assert re.search(r"^  \S+:\d+ begin$", tell_fault(found.value), re.MULTILINE)


def test_an_error_that_was_never_raised_is_told_by_its_kind() -> None:
    assert tell_fault_briefly(ValueError(CANARY)) == "ValueError"


class Failing(Store):
    """A database whose error quotes what it holds."""

    def __init__(self) -> None:
        """Nothing: it is never opened."""

    def read(self, *_: object) -> NoReturn:
        """Fail as no database should."""
        fail(RuntimeError(CANARY))

    def close(self) -> None:
        """Nothing."""


def assert_told_without_its_text(caplog: pytest.LogCaptureFixture, beginning: str) -> None:
    """It was logged with the kind and place, and without its text or a traceback of Python's."""
    wait_until(lambda: "builtins.RuntimeError" in caplog.text, "the fault is told")
    assert beginning in caplog.text
    assert "a fault of dondoc itself" in caplog.text
    assert CANARY not in caplog.text
    assert "Traceback" not in caplog.text


def test_a_reading_that_fails_leaves_no_word_of_the_database_in_the_log(
    caplog: pytest.LogCaptureFixture,
) -> None:
    snapshots = Snapshots(Failing(), law(), lambda: datetime.now(LOCAL), every=60)
    snapshots.start()
    assert_told_without_its_text(caplog, "the compliance figures are 0 s old: ")
    snapshots.stop(10)


def test_a_scrape_that_fails_leaves_no_word_of_what_failed_in_the_log(
    caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    metrics = PipelineMetrics()
    metrics.watch("dondoc_failing", "Fails.", partial(fail, RuntimeError(CANARY)))
    exporter = Exporter(
        metrics.registry,
        Failing(),
        law(),
        "127.0.0.1:0",
        Condition,
        lambda: datetime.now(LOCAL),
        every=60,
    )
    exporter.start()
    with pytest.raises(OSError, match="500"):
        urllib.request.urlopen(f"http://{exporter.address}/metrics", timeout=10)
    beginning = "the service's own figures could not be rendered: "
    assert_told_without_its_text(caplog, beginning)
    exporter.stop()
    assert CANARY not in "".join(capfd.readouterr())


@pytest.fixture
def silent_address() -> Iterator[Address]:
    """Something that takes connections and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield parse_address(f"amqp://127.0.0.1:{server.getsockname()[1]}/")


def nothing(*_: object) -> None:
    """Do nothing."""


def test_a_listener_that_fails_leaves_no_word_of_its_error_in_the_log(
    silent_address: Address, caplog: pytest.LogCaptureFixture
) -> None:
    link = Link(
        silent_address,
        "test",
        backoff=None,
        on_open=nothing,
        on_lost=nothing,
        on_state=lambda _: fail(RuntimeError(CANARY)),
    )
    link.start()
    wait_until(lambda: link.call(lambda: link.fail("enough")), "the link has begun")
    assert_told_without_its_text(caplog, "test: the listener to its state failed: ")
    link.stop(10)


def test_a_loop_that_fails_leaves_no_word_of_its_error_in_the_log_or_the_state(
    silent_address: Address, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "dondoc")
    link = Link(silent_address, "test", backoff=Backoff(60, 60), on_open=nothing, on_lost=nothing)
    link.start()
    wait_until(lambda: link.call(partial(fail, RuntimeError(CANARY))), "the link has begun")
    assert_told_without_its_text(caplog, "test: the event loop failed: ")
    wait_until(lambda: link.state.error is not None, "the link says why it is down")
    assert re.search(r"connection lost: RuntimeError at fail:\d+$", str(link.state.error))
    link.stop(10)


def test_what_pika_quotes_is_not_repeated() -> None:
    address = parse_address("amqp://127.0.0.1/")
    assert CANARY not in describe(UnexpectedFrameError(CANARY), address)
    lost = StreamLostError("Stream connection lost: reset by peer")
    assert describe(lost, address).endswith(": connection lost: reset by peer")
