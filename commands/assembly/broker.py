"""What the settings say of the broker, and of the messages that come from it."""

from __future__ import annotations

from dataclasses import asdict

from ...connector.contract.guard import Limits
from ...connector.transport import Address, parse_address
from ...connector.transport.management import stray_bindings
from ...connector.transport.topology import (
    Binding,
    BrokerNames,
    SourceQueue,
    Topology,
    topology,
)
from ...rules.places import FileError
from .environment import CONFIG
from .settings import Settings
from .settings_file import HERE, SYSTEM


def broker_address(settings: Settings) -> Address:
    """Where the broker is. Raises InvalidAddress."""
    return parse_address(settings.broker.url)


def named_broker_address(settings: Settings) -> Address:
    """The same, for what changes something there. Raises FileError where nothing names a broker:
    what happens to run on this machine may be somebody else's."""
    if settings.file == Settings.file and "broker.url" not in settings.variables:
        raise FileError(
            f"no settings file was found ({HERE} in this directory, {SYSTEM}) and no broker: name "
            f"yours with --config, {CONFIG} or DONDOC_BROKER_URL, or write settings with `dondoc "
            f"init`"
        )
    return broker_address(settings)


def broker_names(settings: Settings) -> BrokerNames:
    """What dondoc's objects are called on the broker. Raises FileError where two would be one: a
    dead letter in the queue of events would come back for ever."""
    names = BrokerNames(**settings.broker.names)
    keys: dict[str, str] = {}
    for key, name in asdict(names).items():
        if name in keys:
            raise FileError(
                f"{settings.named(f'broker.names.{keys[name]}')} and "
                f"{settings.named(f'broker.names.{key}')} are both {name!r}; give each a name of "
                f"its own"
            )
        keys[name] = key
    for each in settings.sources:
        if each.queue in keys:
            raise FileError(
                f"{settings.file}: source[{each.queue}].queue and "
                f"{settings.named(f'broker.names.{keys[each.queue]}')} are both {each.queue!r}; "
                f"give each a name of its own"
            )
    return names


def wanted_topology(settings: Settings) -> Topology:
    """What there has to be on the broker: with the queue that mail reads where `[mail]` is set
    up, since a queue that nobody reads would grow for ever. Raises FileError."""
    mail, binding = settings.mail is not None, settings.broker.binding
    sources = source_queues(settings)
    return topology(broker_names(settings), mail=mail, binding=binding, sources=sources)


def source_queues(settings: Settings) -> tuple[SourceQueue, ...]:
    """The further queues that events come by, each in a dialect."""
    return tuple(SourceQueue(each.queue, each.exchange, each.binding) for each in settings.sources)


def strays_of(settings: Settings, wanted: Topology) -> tuple[Binding, ...]:
    """The bindings that bring events which the settings do not name; none where they name no
    pattern, or no management API to ask. Raises TransportError and FileError."""
    url = settings.broker.management_url
    if url is None or not settings.broker.binding:
        return ()
    names = broker_names(settings)
    return stray_bindings(url, broker_address(settings).vhost, wanted, names.events, names.source)


def message_limits(settings: Settings) -> Limits:
    """What a message may be at most, whichever way it comes in."""
    limits = settings.limits
    return Limits(limits.body_bytes, limits.nesting, limits.list_items, limits.named_bodies)
