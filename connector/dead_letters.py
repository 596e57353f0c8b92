"""Dead letters: events declared normal that cannot be taken in, each with the reason.

They are written by dondoc alone, after the guard, so that nothing secret ever gets into
`dondoc.dead`; that queue is emptied by the `dead` commands, and by an erasure of what is about its
subject. A reason never quotes the message: it is dondoc's own words and the path of a field. A
letter leaves its queue only after what became of it is confirmed, so that every command may be
killed and repeated.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from .contract.attributes import HEADER_PREFIXES
from .contract.belonging import Own
from .contract.guard import Limits, Malformed, Message
from .contract.headers import HeaderName, HeaderTable, fields_of, write_table
from .contract.statements import speaks_of_secrecy
from .contract.verdicts import Foreign
from .examining import examine
from .letter_headers import (
    ABOUT_HEADER,
    ATTEMPTS_HEADER,
    FIRST_SEEN_HEADER,
    ID_HEADER,
    OWN_HEADERS,
    PATH_HEADER,
    QUEUE_HEADER,
    REASON_HEADER,
    written,
)
from .transport import BrokerUnavailable, Client, Delivery, Fate, Outgoing, Publisher
from .transport.topology import BrokerNames

_BROKER_HEADERS = frozenset({"x-death", "x-delivery-count", "x-first-death-queue"})

MOST_ATTEMPTS = 5
"""How often an event may be refused before it is not tried again. Counted in a header of ours:
RabbitMQ 4 no longer takes the broker's own counts back from a client."""

MOST_HEADER_BYTES = 64 * 1024
"""What a letter keeps of an event's headers. All headers of a message go into one frame (128 KiB
unless the broker is set up otherwise), and ours have to find room beside them."""

_FOREIGN = "it says that it is another unit's; the service would not keep it"
_AT_ONCE = 200
_LONGEST_TIME = len("2026-03-02T08:00:00.000000+07:00")


@dataclass(frozen=True, slots=True)
class Letter:
    """A dead letter. ``id`` stays the same however often it is looked at, tried and refused;
    ``copies`` are what the queue holds of it, the latest first: more than one where a command
    was killed half way."""

    id: str
    copies: tuple[Delivery, ...]

    @property
    def delivery(self) -> Delivery:
        """Its latest copy."""
        return self.copies[0]

    @property
    def event_id(self) -> str:
        """The event's id; empty where it could not be read."""
        return _text(self.delivery.headers, ID_HEADER)

    @property
    def reason(self) -> str:
        """Why it was refused, in dondoc's words."""
        return _text(self.delivery.headers, REASON_HEADER)

    @property
    def path(self) -> str:
        """The field that is wrong."""
        return _text(self.delivery.headers, PATH_HEADER)

    @property
    def first_seen(self) -> str:
        """When it was first refused: ISO 8601 with an offset."""
        return min(map(_first_seen, self.copies))

    @property
    def attempts(self) -> int:
        """How often it was refused."""
        return _number(self.delivery.headers, ATTEMPTS_HEADER)

    @property
    def headers(self) -> HeaderTable:
        """The event's own headers."""
        return write_table(_event_fields(self.delivery.headers))


@dataclass(frozen=True, slots=True)
class Retried:
    """What became of a letter: handed to the service again (``stays`` is empty), or why not."""

    letter: Letter
    stays: str


def dead_letter(
    queue: str, delivery: Delivery, why: Malformed, now: datetime, came_by: str = ""
) -> Outgoing:
    """*delivery* on its way to the dead letters in *queue*: whole, its headers as they came, but
    for those beyond MOST_HEADER_BYTES. *came_by*: the queue that it came by, which has a dialect.

    A message that was dead before keeps when it was first seen, and counts another attempt.
    """
    attempts = min(_attempts(delivery), MOST_ATTEMPTS) + 1
    final = f" (final: refused {attempts} times)" if attempts >= MOST_ATTEMPTS else ""
    return Outgoing(
        exchange="",
        routing_key=queue,
        body=delivery.body,
        content_type=delivery.content_type or "application/octet-stream",
        message_id=why.sha256.hex()[:32],
        headers=_with_own(
            {
                REASON_HEADER: why.reason + final,
                PATH_HEADER: why.path,
                ID_HEADER: why.event_id or "",
                FIRST_SEEN_HEADER: _first_seen(delivery) or now.isoformat(),
                ATTEMPTS_HEADER: attempts,
                **({QUEUE_HEADER: came_by} if came_by else {}),
                **({ABOUT_HEADER: written(why.about)} if why.about else {}),
            },
            delivery.headers,
        ),
        content_encoding=delivery.content_encoding,
    )


def letters(client: Client, queue: str) -> list[Letter]:
    """Every dead letter in *queue*, by when it was first seen; they stay where they are as long
    as nobody acknowledges them. What another command has in hand at that moment is not seen."""
    copies: dict[str, list[Delivery]] = defaultdict(list)
    while taken := client.get(queue, _AT_ONCE):
        for delivery in taken:
            copies[_id_of(delivery)].append(delivery)
    found = [
        Letter(id_, tuple(sorted(each, key=_attempts, reverse=True)))
        for id_, each in copies.items()
    ]
    # The order in which a quorum queue gives back what was returned to it is its own affair.
    return sorted(found, key=lambda letter: (letter.first_seen, letter.id))


def retry(
    chosen: Sequence[Letter],
    client: Client,
    publisher: Publisher,
    names: BrokerNames,
    limits: Limits,
    own: Own,
    now: datetime,
) -> list[Retried]:
    """Hand *chosen*, taken by *client*, to the service again where guard and contract now let
    them pass; the others stay with today's reason, and as they are those that by now are no events
    of *own*, which the service would not keep. Raises BrokerUnavailable.

    An event goes back with its own id and body, so that doing it twice gives a duplicate. It
    goes into the queue itself, not to HSCV's exchange: other readers there have had it.
    """
    retried: list[Retried] = []
    for start in range(0, len(chosen), _AT_ONCE):
        some = chosen[start : start + _AT_ONCE]
        outgoing = [_again(letter, names, limits, own, now) for letter in some]
        _publish(publisher, [each for each in outgoing if isinstance(each, Outgoing)])
        for letter, each in zip(some, outgoing, strict=True):
            if isinstance(each, Outgoing):
                remove(client, letter)
            retried.append(Retried(letter, _why_it_stays(each, names)))
    return retried


def remove(client: Client, letter: Letter) -> None:
    """Take every copy of *letter* out of its queue."""
    for copy in letter.copies:
        client.acknowledge(copy)


def _again(
    letter: Letter, names: BrokerNames, limits: Limits, own: Own, now: datetime
) -> Outgoing | str:
    """What is to be published of *letter*: the event, or the letter with today's reason. Where
    nothing is, the reason: it has been tried often enough, or is no event of *own*."""
    if letter.attempts >= MOST_ATTEMPTS:
        return letter.reason
    delivery = letter.delivery
    came_by = _text(delivery.headers, QUEUE_HEADER)
    if came_by:
        # What its dialect says of it is for the service to ask, which has the dialect.
        return _once_more(letter, came_by)
    message = Message(
        delivery.body, delivery.content_type, letter.headers, delivery.content_encoding
    )
    verdict = examine(message, limits, own)
    if isinstance(verdict, Foreign):
        return _FOREIGN
    if isinstance(verdict, Malformed):
        return dead_letter(names.dead, delivery, verdict, now)
    # Whatever else the guard says of it, the service does what has to be done.
    return _once_more(letter, names.events)


def _once_more(letter: Letter, queue: str) -> Outgoing:
    """The event of *letter*, back to *queue*."""
    delivery = letter.delivery
    return Outgoing(
        exchange="",
        routing_key=queue,
        body=delivery.body,
        content_type=delivery.content_type or "",
        message_id=letter.id,
        headers=_with_own(
            {FIRST_SEEN_HEADER: letter.first_seen, ATTEMPTS_HEADER: letter.attempts},
            delivery.headers,
        ),
        content_encoding=delivery.content_encoding,
    )


def _publish(publisher: Publisher, messages: Sequence[Outgoing]) -> None:
    outcomes = publisher.publish(messages)
    if any(outcome is not Fate.CONFIRMED for outcome in outcomes):
        trouble = publisher.trouble or "the broker did not confirm them"
        raise BrokerUnavailable(f"{trouble}; nothing was lost: retry again, repeats change nothing")


def _why_it_stays(published: Outgoing | str, names: BrokerNames) -> str:
    if isinstance(published, str):
        return published
    if published.routing_key == names.dead:
        return str(published.headers[REASON_HEADER])
    return ""


def _id_of(delivery: Delivery) -> str:
    """The same for the same event however often it comes, and another for any other."""
    # By what they say: the broker may write another letter for the same number.
    headers = write_table(_event_fields(delivery.headers))
    own = sorted((repr(name), repr(value)) for name, value in headers.pairs)
    # A content type that is no UTF-8 comes as bytes.
    about = json.dumps([delivery.content_type, own], default=repr).encode()
    return sha256(about + b"\n" + delivery.body).hexdigest()[:12]


def _with_own(own: Mapping[str, str | int], headers: Mapping[str, Any]) -> HeaderTable:
    """The headers *own*, of dondoc, and the event's among *headers*."""
    return write_table([*fields_of(own), *_event_fields(headers)])


def _event_fields(headers: Mapping[str, Any]) -> list[tuple[HeaderName, bytes]]:
    """The event's own among *headers* as they came, as far as there is room for them: its
    attributes first, and the small before the large."""
    own = [
        (name, encoded)
        for name, encoded in fields_of(headers)
        if name not in OWN_HEADERS and name not in _BROKER_HEADERS
    ]
    room, kept = MOST_HEADER_BYTES, set()
    ranked = sorted(range(len(own)), key=lambda at: (not _tells(own[at][0]), len(own[at][1])))
    for at in ranked:
        room -= len(own[at][1])
        if room < 0:
            break
        kept.add(at)
    return [own[at] for at in sorted(kept)]


def _tells(name: object) -> bool:
    """Whether a header of that name tells the guard something."""
    return speaks_of_secrecy(name) or str(name).startswith(HEADER_PREFIXES)


def _attempts(delivery: Delivery) -> int:
    return _number(delivery.headers, ATTEMPTS_HEADER)


def _first_seen(delivery: Delivery) -> str:
    """What its letter says of it, which nobody else may make longer than a time is."""
    return _text(delivery.headers, FIRST_SEEN_HEADER)[:_LONGEST_TIME]


def _text(headers: Mapping[str, Any], name: str) -> str:
    value = headers.get(name, "")
    return value.decode(errors="replace") if isinstance(value, bytes) else str(value)


def _number(headers: Mapping[str, Any], name: str) -> int:
    value = headers.get(name, 0)
    return value if isinstance(value, int) else 0
