"""The way of a fact to the broker: mostly at once, sometimes late, sometimes twice.

Only what is yet to be sent is kept here. A message is built at the moment it is sent.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from heapq import heappop, heappush

from . import UNITS_SOURCE
from .chance import Chance
from .district import Fact
from .messages import PLAIN_JSON, SampleMessage, attributes_of, binary, structured

_DELAYED, _OFFLINE = 0.012, 0.016
"""Of a hundred messages some arrive out of order; a few come days late, from an instance that
had no connection. The limits are cumulative."""
_TWICE = 0.003
_BINARY, _BINARY_COLON, _PLAIN = 0.05, 0.08, 0.09
"""Shares of the other forms the contract allows, cumulative; all else is structured."""


class Post:
    """Takes facts at any time and gives messages in the order of their sending.

    What would be sent after *closing* is not sent at all. *conflicts*: so many messages are sent
    once more with the same identity and another content.
    """

    def __init__(self, closing: datetime, conflicts: int, chance: Chance) -> None:
        self._closing = closing
        self._chance = chance
        self._conflicts = conflicts
        self._held: list[tuple[datetime, int, Fact | SampleMessage]] = []
        self._taken = 0

    def identifier(self) -> str:
        """The id of a new event."""
        return self._chance.identifier()

    def take(self, fact: Fact) -> None:
        """Send the message of *fact* when it has happened, or some time after."""
        self._hold(fact.time + self._delay(), fact)

    def keep(self, moment: datetime, message: SampleMessage) -> None:
        """Send a finished *message* at that *moment*."""
        self._hold(moment, message)

    def sent_before(self, moment: datetime) -> Iterator[tuple[datetime, SampleMessage]]:
        """All messages sent before *moment* that were not given yet, in order, each with the
        moment of its sending."""
        held = self._held
        while held and held[0][0] < moment:
            sent, _, what = heappop(held)
            if isinstance(what, Fact):
                message = self._message(what, sent)
                if self._chance.happens(_TWICE):
                    again = sent + timedelta(seconds=self._chance.between(20, 150_000))
                    self._hold(again, replace(message, label="duplicate"))
                yield sent, message
            else:
                yield sent, what

    def _hold(self, moment: datetime, what: Fact | SampleMessage) -> None:
        if moment < self._closing:
            self._taken += 1
            heappush(self._held, (moment, self._taken, what))

    def _delay(self) -> timedelta:
        chance = self._chance
        draw = chance.share()
        if draw < _DELAYED:
            return timedelta(seconds=chance.between(60, 5400))
        if draw < _OFFLINE:
            return timedelta(seconds=chance.between(86_400, 500_000))
        return timedelta(milliseconds=int(draw * 2000))

    def _message(self, fact: Fact, sent: datetime) -> SampleMessage:
        attributes = attributes_of(fact, self._chance.identifier())
        draw = self._chance.share()
        # A number is no header of these: what has a sequence is always structured.
        if draw < _BINARY_COLON and fact.source == UNITS_SOURCE:
            prefix = "cloudEvents_" if draw < _BINARY else "cloudEvents:"
            return binary(attributes, fact.data, "valid", prefix)
        event = attributes | {"data": fact.data}
        if self._conflicts and fact.type == "task.progress" and "note" in fact.data:
            self._conflicts -= 1
            other = event | {"data": {**fact.data, "note": fact.data["note"] + " (bổ sung)"}}
            self._hold(sent + timedelta(hours=2), structured(other, "duplicate"))
        if draw >= 1 - (_PLAIN - _BINARY_COLON):
            return structured(event, "valid", content_type=PLAIN_JSON)
        return structured(event, "valid")
