"""Hands messages to the broker so that whoever erases a subject can know what is on its way.

Each publication is in the database before the first byte leaves, and goes from there when the
broker has answered all of it. What was under way on a connection that ended stays: the broker may
still read what was sent before, so that only it can say when that is over (`await_answers`).
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from ..storage import publications
from ..storage.database import Store
from ..storage.publications import Publication
from .transport import Address, Client, Fate, Outgoing, Publisher, has_mark

IN_FLIGHT = 20
"""How many messages of a publisher may be without an answer at once: so many, at most, can come out
of a blocked broker's sockets later."""
ENDED_SECONDS = 2.0
"""How long what the broker had read of a connection may take into its queues after the end."""
UNMARKED = timedelta(seconds=60)
"""Where the broker cannot be asked for a connection: so long after the end of its lease a
publication counts as answered."""
_ASTRAY = timedelta(minutes=5)
_LOOK_SECONDS = 1.0

OPEN = (
    "messages that may be about it are still on their way to the broker: clear its memory or disk"
    " alarm, continue or end whatever dondoc is frozen, then run this again"
)


@dataclass(frozen=True, slots=True)
class Prepared:
    """A publication that may be made until *until*, in seconds of `time.monotonic()`."""

    publication: Publication
    until: float


class Handover:
    """What one publisher, used by one thread, has handed over."""

    def __init__(self, store: Store, publisher: Publisher) -> None:
        self._store = store
        self._publisher = publisher
        self._open: dict[str, str] = {}

    def prepare(self, timeout: float, now: datetime, seconds: float) -> Prepared | None:
        """What is to be remembered in the database before anything is published, which may be
        done within *seconds* from when there is a connection; None where none takes anything within
        *timeout* seconds. *now*: the aware time."""
        begun = time.monotonic()
        connection = self._publisher.connection(timeout)
        if connection is None:
            return None
        connected = time.monotonic()
        # By the clock of now, which has gone on.
        until = now + timedelta(seconds=connected - begun + seconds)
        publication = Publication(publications.new_token(), connection, until)
        # First of all: it is to be forgotten also where its commit went through unheard.
        self._open[publication.token] = connection
        return Prepared(publication, connected + seconds)

    def unused(self, prepared: Prepared) -> None:
        """Nothing was remembered of it, and nothing will be published."""
        del self._open[prepared.publication.token]

    def publish(
        self, messages: Sequence[Outgoing], prepared: Prepared, timeout: float
    ) -> tuple[Fate, ...]:
        """Publish what is remembered as *prepared*: on its connection alone, and in its time."""
        connection = prepared.publication.connection
        return self._publisher.publish(messages, timeout, connection, prepared.until)

    def forget_answered(self) -> None:
        """Forget the publications that are answered to the last message. Raises StorageError,
        after which it may be called again."""
        current, answered = self._publisher.answered()
        done = [token for token, connection in self._open.items() if connection == current]
        if done and answered:
            publications.forget(self._store, done)
            done = []
        # The others are of connections that have ended, of which only the broker knows the rest.
        self._open = {token: self._open[token] for token in done}


def await_answers(store: Store, address: Address, now: datetime, patience: float) -> list[str]:
    """Wait until everything that was handed over before has come out, or cannot any more, at most
    *patience* seconds; gives a line for what still can. Raises TransportError and StorageError.
    """
    wanted = {each.token for each in publications.still_open(store)}
    if not wanted:
        return []
    begun = time.monotonic()
    with Client(address) as client:
        while waiting := [each for each in publications.still_open(store) if each.token in wanted]:
            at = now + timedelta(seconds=time.monotonic() - begun)
            ended = [each.token for each in waiting if _has_ended(client, each, at)]
            if ended:
                time.sleep(ENDED_SECONDS)
                publications.forget(store, ended)
            elif time.monotonic() - begun >= patience:
                return [OPEN]
            else:
                time.sleep(_LOOK_SECONDS)
    return []


def _has_ended(client: Client, publication: Publication, now: datetime) -> bool:
    if has_mark(publication.connection):
        return not client.exists(publication.connection)
    # A time far ahead is by a clock that was wrong.
    return now >= publication.until + UNMARKED or publication.until > now + _ASTRAY
