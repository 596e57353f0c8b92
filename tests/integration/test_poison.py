"""Messages handled alone: what counts as a try that took the process down, and what does not."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

import pytest
from dondoc.connector import poison as poison_module
from dondoc.connector.contract.guard import Message
from dondoc.connector.handled import Handled, Result
from dondoc.connector.intake import Intake
from dondoc.connector.poison import MOST_TRIES, OneByOne
from dondoc.storage.database import DatabaseUnavailable, Store
from dondoc.storage.rejections import remember_tries, tries_of
from support.hscv import event, structured
from support.unheard import unheard_once

NOW = datetime(2026, 3, 2, 3, 0, tzinfo=UTC)
MESSAGE = structured(event())


class Dying(Intake):
    """An intake that records how a message was to be handled, and may fail first."""

    def __init__(self, failures: int = 0) -> None:
        self.calls: list[str] = []
        self._failures = failures

    def handle(self, messages: Sequence[Message], received_at: datetime) -> list[Handled]:
        self.calls.append("handled")
        if self._failures:
            self._failures -= 1
            raise DatabaseUnavailable("away")
        return [Handled(Result.STORED)]

    def condemn(self, message: Message, received_at: datetime, *, whole: bool) -> Handled:
        self.calls.append("condemned by all it says" if whole else "condemned by its headers")
        return Handled(Result.DEAD)


def at_once(_: float) -> bool:
    """Waits for nothing, and is never to stop."""
    return False


class Ended(BaseException):
    """The end of a process, from outside."""


def restarted(store: Store, times: int) -> list[str]:
    """How a message is handled by one process after another that dies while it handles it."""
    dying = Dying()
    for _ in range(times):
        OneByOne(store, dying, at_once).handle([MESSAGE], NOW)
    return dying.calls


def test_a_message_that_takes_the_process_down_is_condemned_after_three_tries(
    store: Store,
) -> None:
    assert restarted(store, 6) == [
        *["handled"] * MOST_TRIES,
        "condemned by all it says",
        "condemned by its headers",
        "condemned by its headers",
    ]


def test_what_came_to_an_end_is_tried_from_one_again(store: Store) -> None:
    dying = Dying()
    for _ in range(3 * MOST_TRIES):
        one_by_one = OneByOne(store, dying, at_once)
        one_by_one.handle([MESSAGE], NOW)
        one_by_one.done()
    assert set(dying.calls) == {"handled"}


def test_an_outage_of_the_database_is_no_try(store: Store) -> None:
    for _ in range(3 * MOST_TRIES):
        one_by_one = OneByOne(store, Dying(failures=1), at_once)
        with pytest.raises(DatabaseUnavailable):
            one_by_one.handle([MESSAGE], NOW)
        # The process ends here, in whatever way.
    assert restarted(store, 1) == ["handled"]


def test_an_orderly_stop_before_the_end_is_no_try(store: Store) -> None:
    for _ in range(3 * MOST_TRIES):
        one_by_one = OneByOne(store, Dying(), at_once)
        one_by_one.handle([MESSAGE], NOW)
        one_by_one.leave()
    assert restarted(store, 1) == ["handled"]


def test_a_try_that_an_outage_left_counted_is_not_counted_again_by_the_same_process(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    called: list[Any] = []

    def first_only(*given: Any) -> None:
        called.append(given)
        if len(called) > 1:
            raise DatabaseUnavailable("away")
        remember_tries(*given)

    dying = Dying(failures=3 * MOST_TRIES)
    one_by_one = OneByOne(store, dying, at_once)
    with monkeypatch.context() as patch:
        patch.setattr(poison_module, "remember_tries", first_only)
        for _ in range(3 * MOST_TRIES):
            with pytest.raises(DatabaseUnavailable):
                one_by_one.handle([MESSAGE], NOW)
    assert [each.result for each in one_by_one.handle([MESSAGE], NOW) or ()] == [Result.STORED]
    assert set(dying.calls) == {"handled"}


@pytest.mark.parametrize("given_up", [False, True])
def test_a_try_whose_commit_went_unheard_is_one_try(
    store: Store, monkeypatch: pytest.MonkeyPatch, given_up: bool
) -> None:
    def wait(_: float) -> bool:
        raise AssertionError("it is the first try")

    one_by_one = OneByOne(store, Dying(), wait)
    with monkeypatch.context() as patch:
        if given_up:
            patch.setattr(poison_module, "remember_tries", remembered_and_unheard)
            with pytest.raises(DatabaseUnavailable):
                one_by_one.handle([MESSAGE], NOW)
        else:
            seen = unheard_once(store, patch)
            one_by_one.handle([MESSAGE], NOW)
            assert seen
    one_by_one.handle([MESSAGE], NOW)
    assert tries_of(store, sha256(MESSAGE.body).digest()) == 1


def remembered_and_unheard(*given: Any) -> None:
    remember_tries(*given)
    raise DatabaseUnavailable("away")


def test_a_try_counted_by_an_earlier_process_stays_counted(store: Store) -> None:
    restarted(store, MOST_TRIES)
    dying = Dying()
    one_by_one = OneByOne(store, dying, at_once)
    one_by_one.handle([MESSAGE], NOW)
    assert dying.calls == ["condemned by all it says"]


def test_before_another_try_a_process_stands_a_while_and_longer_with_each(store: Store) -> None:
    waited: list[float] = []

    def wait(seconds: float) -> bool:
        waited.append(seconds)
        return False

    for _ in range(MOST_TRIES + 2):
        OneByOne(store, Dying(), wait).handle([MESSAGE], NOW)
    assert waited == [1.0, 2.0, 4.0, 4.0]


def test_processes_that_are_ended_before_they_try_again_condemn_nothing(store: Store) -> None:
    def ended(_: float) -> bool:
        raise Ended

    assert restarted(store, 1) == ["handled"]
    for _ in range(5 * MOST_TRIES):
        with pytest.raises(Ended):
            OneByOne(store, Dying(), ended).handle([MESSAGE], NOW)
    assert restarted(store, 1) == ["handled"]


def test_a_stop_before_another_try_leaves_the_message_as_it_was(store: Store) -> None:
    restarted(store, MOST_TRIES - 1)
    for _ in range(3 * MOST_TRIES):
        one_by_one = OneByOne(store, Dying(), lambda _: True)
        assert one_by_one.handle([MESSAGE], NOW) is None
        one_by_one.leave()
    assert restarted(store, 1) == ["handled"]
