"""Which broker a service works with, and what has to be there for it."""

from __future__ import annotations

from dataclasses import dataclass

from .transport import IN_HAND_BYTES, Address
from .transport.topology import BrokerNames, SourceQueue, Topology, topology


@dataclass(frozen=True)
class Broker:
    """Where the broker is, and what dondoc's objects are called there. ``mail``: whether there is
    a queue for what is told by mail. ``binding``: by which keys events are wanted; none: all.
    ``sources``: further queues that events come by, each in a dialect. ``in_hand_bytes``: how much
    of what it delivers may be in hand."""

    address: Address
    names: BrokerNames
    mail: bool = False
    binding: tuple[str, ...] = ()
    sources: tuple[SourceQueue, ...] = ()
    in_hand_bytes: int = IN_HAND_BYTES

    @property
    def queues(self) -> list[str]:
        """Those that events come by."""
        return [self.names.events, *(each.name for each in self.sources)]

    @property
    def wanted(self) -> Topology:
        """What there has to be."""
        return topology(self.names, mail=self.mail, binding=self.binding, sources=self.sources)
