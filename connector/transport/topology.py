"""What dondoc needs on the broker, as plain values: exchanges, queues and bindings by name.

Nothing here speaks to a broker; `transport` declares and inspects what this module describes.
It must never describe an object that lets an event disappear: no dead-letter exchange, no
expiry and no length limit on the queues that hold events.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

# So high that it never acts. Without the argument RabbitMQ 4 drops a message after 20 returns,
# and every crash or reconnection of a consumer returns whatever it had been sent.
NO_DELIVERY_LIMIT = 1_000_000_000
EVERY_KEY = "#"
"""The pattern of a binding that takes every event."""
UNROUTED_MESSAGES = 100_000
UNROUTED_MILLISECONDS = 30 * 24 * 60 * 60 * 1000

# Arguments, and policy keys of the same names without "x-", by which a broker drops messages.
LOSSY = frozenset(
    {"dead-letter-exchange", "message-ttl", "max-length", "max-length-bytes", "expires"}
)


@dataclass(frozen=True)
class BrokerNames:
    """The names on the broker; each can be changed in the settings."""

    source: str = "hscv.events"
    events: str = "dondoc.events"
    dead: str = "dondoc.dead"
    reminders: str = "dondoc.reminders"
    unrouted: str = "dondoc.unrouted"
    mail: str = "dondoc.mail"


@dataclass(frozen=True)
class Exchange:
    """A durable exchange. `theirs`: HSCV's, which dondoc's user as a rule may not declare."""

    name: str
    kind: str
    arguments: Mapping[str, str | int] = field(default_factory=dict)
    theirs: bool = False


@dataclass(frozen=True)
class Queue:
    """A durable queue. `keeps_all`: nothing but an acknowledgement may take a message out."""

    name: str
    arguments: Mapping[str, str | int]
    keeps_all: bool


@dataclass(frozen=True)
class Binding:
    """A queue's binding to an exchange."""

    queue: str
    exchange: str
    routing_key: str


@dataclass(frozen=True)
class SourceQueue:
    """A further queue that events come by, bound to ``exchange`` by the keys of ``binding``; None:
    whoever publishes binds it."""

    name: str
    exchange: str | None
    binding: tuple[str, ...]


@dataclass(frozen=True)
class Topology:
    """Everything that has to exist, in an order in which it can be declared. ``former``: bindings
    that dondoc itself makes by other settings, and that must not be there."""

    exchanges: tuple[Exchange, ...]
    queues: tuple[Queue, ...]
    bindings: tuple[Binding, ...]
    former: tuple[Binding, ...] = ()

    @property
    def objects(self) -> tuple[Exchange | Queue, ...]:
        """Exchanges first, then queues."""
        return (*self.exchanges, *self.queues)


def topology(
    names: BrokerNames | None = None,
    *,
    mail: bool = False,
    binding: Sequence[str] = (),
    sources: Sequence[SourceQueue] = (),
) -> Topology:
    """dondoc's objects under `names` (contract.md, Topology). `mail`: with the queue of what is to
    be told by mail, which must be declared only where somebody reads it: it has no bounds.
    `binding`: the patterns of routing keys that the queue of events is bound by; none: every.
    `sources`: with these further queues of events."""
    names = names or BrokerNames()
    patterns = tuple(binding) or (EVERY_KEY,)
    quorum: dict[str, str | int] = {
        "x-queue-type": "quorum",
        "x-delivery-limit": NO_DELIVERY_LIMIT,
    }
    bounded = quorum | {
        "x-max-length": UNROUTED_MESSAGES,
        "x-message-ttl": UNROUTED_MILLISECONDS,
        "x-overflow": "drop-head",
    }
    told = ("reminder.#", "digest.#") if mail else ()
    own = (names.source, names.unrouted, names.reminders)
    bound = [(each.name, each.exchange, each.binding) for each in sources if each.exchange]
    return Topology(
        exchanges=(
            Exchange(names.source, "topic", theirs=True),
            Exchange(names.unrouted, "fanout"),
            Exchange(names.reminders, "topic", {"alternate-exchange": names.unrouted}),
            *(
                Exchange(exchange, "topic", theirs=True)
                for exchange in dict.fromkeys(exchange for _, exchange, _ in bound)
                if exchange not in own
            ),
        ),
        queues=(
            Queue(names.events, quorum, keeps_all=True),
            Queue(names.dead, quorum, keeps_all=True),
            Queue(names.unrouted, bounded, keeps_all=False),
            *(Queue(names.mail, quorum, keeps_all=True) for _ in told[:1]),
            *(Queue(each.name, quorum, keeps_all=True) for each in sources),
        ),
        bindings=(
            *(Binding(names.events, names.source, pattern) for pattern in patterns),
            Binding(names.unrouted, names.unrouted, ""),
            *(Binding(names.mail, names.reminders, key) for key in told),
            *(Binding(queue, exchange, key) for queue, exchange, keys in bound for key in keys),
        ),
        former=tuple(
            Binding(names.events, names.source, pattern)
            for pattern in (EVERY_KEY,)
            if pattern not in patterns
        ),
    )
