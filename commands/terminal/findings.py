"""What `dondoc check` finds, and what it says of the events that a unit takes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ...connector.transport.topology import BrokerNames, Topology
from ...metrics.asking import counted
from ..assembly.application import Application
from ..assembly.broker import broker_names, strays_of
from ..assembly.settings import Settings
from .words import words

_FOREIGN = "dondoc_foreign_events_total"


@dataclass(frozen=True, slots=True)
class Finding:
    """What was tried, whether it is fine (None: it could not be looked at, or is for the operator
    to weigh), and what was found or has to be mended."""

    what: str
    fine: bool | None
    text: str

    @property
    def mark(self) -> str:
        """The word for it: fine, mend or unsure."""
        return "unsure" if self.fine is None else "fine" if self.fine else "mend"

    @property
    def marked(self) -> str:
        """That word in the language of whoever asks."""
        return words().say(f"check.marks.{self.mark}")


def objects_of(findings: Iterable[Finding]) -> list[dict[str, str]]:
    """*findings* as JSON has them."""
    return [{"mark": each.mark, "what": each.what, "text": each.text} for each in findings]


def found(what: str, fine: bool | None, key: str, **values: object) -> Finding:
    """The finding about *what* whose text has the *key*, with *values* in it."""
    told = words()
    return Finding(told.say(f"check.what.{what}"), fine, told.say(f"check.{key}", **values))


def unit_taken(application: Application) -> Iterator[Finding]:
    """Which events are taken, where not all are, and how many came of other units. Raises
    CannotListen."""
    settings, told = application.settings, words()
    unit, broker = application.unit, settings.broker
    if unit is None and not broker.sources and not broker.binding:
        return
    sources, said = ", ".join(broker.sources), []
    if unit is not None:
        said.append(told.say("check.unit_says", unit=unit))
        silent = "unit_sources" if sources else "unit_silent"
        said.append(told.say(f"check.{silent}", sources=sources))
    elif sources:
        said.append(told.say("check.unit_alone", sources=sources))
    if broker.binding:
        said.append(told.say("check.unit_bound", patterns=", ".join(broker.binding)))
    if unit is not None or sources:
        seen = counted(settings.metrics_listen, _FOREIGN)
        key = "unit_unseen" if seen is None else "unit_seen"
        said.append(told.say(f"check.{key}", number=seen or 0))
    yield Finding(told.say("check.what.unit"), fine=True, text="; ".join(said))
    queue = broker_names(settings).events
    if queue == BrokerNames.events and (unit is not None or sources):
        # Another unit's service on the same queue would throw away what is this one's.
        yield found("unit", None, "unit_queue", queue=queue)


def stray_bindings(settings: Settings, wanted: Topology) -> Iterator[Finding]:
    """The bindings that the settings do not name any more. Raises TransportError and FileError."""
    for each in strays_of(settings, wanted):
        bound = {"queue": each.queue, "exchange": each.exchange, "pattern": each.routing_key}
        yield found("binding", False, "stray_binding", **bound)
