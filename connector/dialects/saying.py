"""What a message of a dialect says: values only, and none of them shows its content."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol, TypeAlias

from ..contract.body import Limits
from ..contract.verdicts import Admitted, Malformed, Message, Secret, Unestablished


@dataclass(frozen=True, slots=True)
class SaidEvent:
    """An event of the contract that a message tells of, not yet checked against the contract.

    ``type`` is without its ``hscv.`` prefix and ``time`` aware, when it happened in HSCV. ``data``
    is as the contract has it for the type. ``path`` names the place in the message that it was
    read from, for what is wrong with it ("tasks[2]"); empty for the whole. ``formed``: its texts
    are known to be in one form (`rules.normalising.one_form`). ``unsaid``: the fields of ``data``
    that follow from the arrival or from settings, so that the message read again says the same.
    ``admitted``: the event itself where the message carries it whole, as the contract's guard has
    admitted it.
    """

    type: str
    id: str
    source: str
    subject: str
    time: datetime
    sequence: int | None
    data: Mapping[str, Any] = field(repr=False)
    path: str = ""
    formed: bool = field(default=False, repr=False, compare=False)
    unsaid: frozenset[str] = field(default=frozenset(), repr=False, compare=False)
    admitted: Admitted | None = field(default=None, repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class EventsSaid:
    """The events that a message of established normal secrecy tells of, in their order."""

    events: tuple[SaidEvent, ...]


@dataclass(frozen=True, slots=True)
class Nothing:
    """A message of established normal secrecy that tells of no event; ``reason`` is a word by
    which it is counted, dondoc's own or the dialect file's. ``number``: the source and the number
    that it has among the messages of that, where it tells them."""

    reason: str
    number: tuple[str, int] | None = None


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """A message that states a secret ``level`` of a document: nothing of the message is kept, and
    what is held of ``subject`` has to be erased, as by document.secrecy_changed; and so of
    ``other``, where the message gives it that name from now on."""

    level: str
    subject: str
    other: str | None = None


Saying: TypeAlias = EventsSaid | Nothing | Withdrawn | Secret | Unestablished | Malformed


class Dialect(Protocol):
    """How one HSCV speaks. `read` does no input or output and never raises, whatever the message
    is; it decides on secrecy before anything else."""

    @property
    def name(self) -> str:
        """Its name, with the first digits of its file's SHA-256: "congvan@3f2a91c0"."""

    def read(self, message: Message, limits: Limits, arrival: datetime, *, normal: bool) -> Saying:
        """What *message*, which arrived at the aware time *arrival*, says.

        What is invalid names its subjects (`Malformed.about`), where it can: of any other only a
        record is kept, since an erasure would not find it among the dead letters.

        *normal*: whoever runs dondoc has established that all that comes this way is of normal
        secrecy; a statement of anything else in the message still wins.
        """
