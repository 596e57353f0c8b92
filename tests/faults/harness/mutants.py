"""`dondoc`, but with one promise broken: what a run of faults is worth is that it notices.

    python -m tests.faults --rounds 18 --mutant acknowledge-first     # exit code 1

The product has no hook for this: a function is replaced before the command begins.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import uuid4

from dondoc.cli import main
from dondoc.connector import service
from dondoc.connector.transport import Fate, Publisher
from dondoc.mail import sending, smtp
from dondoc.mail.composing import message as composing
from dondoc.storage.engines.postgres import PostgresEngine
from dondoc.storage.hot_streams import HotStreams


def _acknowledge_first() -> None:
    """Deliveries are acknowledged before they are committed."""
    real = service.Service._take

    def take(self: Any, batch: Any, deliveries: Any, handle: Any) -> bool:
        self.consumer.acknowledge(batch, through=deliveries[-1])
        self.consumer.acknowledge = lambda *_, **__: None
        try:
            return real(self, batch, deliveries, handle)
        finally:
            del self.consumer.acknowledge

    service.Service._take = take  # type: ignore[method-assign]


def _unanswered_is_published() -> None:
    """A reminder counts as published although the broker has not confirmed it."""
    real = Publisher.publish

    def publish(self: Any, *arguments: Any) -> tuple[Fate, ...]:
        outcomes: tuple[Fate, ...] = real(self, *arguments)
        return tuple(Fate.CONFIRMED if each is Fate.UNKNOWN else each for each in outcomes)

    Publisher.publish = publish  # type: ignore[assignment,method-assign]


def _unlocked() -> None:
    """Two instances may work on one stream at once."""
    PostgresEngine.for_update = ""


def _stale_memory() -> None:
    """What is remembered of a stream is believed, whatever others have made of it since."""

    def known(self: Any, stream: Any, mark: str) -> Any:
        return self._streams.get(stream.key)

    HotStreams.known = known  # type: ignore[method-assign]


def _unanswered_is_sent() -> None:
    """A letter counts as sent although the mail server has not answered."""
    real = smtp.Session.hand_over

    def hand_over(self: Any, *arguments: Any) -> smtp.Handed:
        handed = real(self, *arguments)
        if handed.fate is smtp.LetterFate.UNKNOWN:
            return replace(handed, fate=smtp.LetterFate.TAKEN)
        return handed

    smtp.Session.hand_over = hand_over  # type: ignore[assignment,method-assign]


def _another_letter_each_time() -> None:
    """A letter that may be there goes again under a name of its own."""
    real = composing.compose

    def compose(digest: Any, mailbox: Any, message_id: str, date: Any) -> Any:
        return real(digest, mailbox, f"<{uuid4().hex}@{mailbox.list_id}>", date)

    setattr(sending, "compose", compose)  # noqa: B010 - what it imports is not its to give


MUTANTS: dict[str, Callable[[], None]] = {
    "acknowledge-first": _acknowledge_first,
    "unanswered-is-published": _unanswered_is_published,
    "unlocked": _unlocked,
    "stale-memory": _stale_memory,
    "unanswered-is-sent": _unanswered_is_sent,
    "another-letter": _another_letter_each_time,
}


def mutated(name: str) -> tuple[str, ...]:
    """The command that is broken in the way of *name*."""
    return (sys.executable, str(Path(__file__)), name)


if __name__ == "__main__":
    MUTANTS[sys.argv.pop(1)]()
    sys.exit(main())
