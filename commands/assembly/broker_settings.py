"""The settings of the broker, and which events of those on it a unit takes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from ...connector.contract.attributes import MAX_IDENTIFIER, is_identifier
from ...rules.normalising import one_form
from ...rules.places import Place
from .environment import NAMES
from .setting_values import Source, each_of, exact, shown, text_of, value_of

_LONGEST_SHORT = 255
"""Bytes of a name or a pattern; a limit of AMQP 0-9-1."""
_WILD = ("*", "#")


@dataclass(frozen=True)
class BrokerSettings:
    """Where the broker is. ``names`` are those of contract.md's objects that were changed.

    ``binding``: the patterns of routing keys that are wanted, ``sources``: those of sources that
    belong to the unit; empty where all are.
    """

    url: str = field(default="amqp://guest:guest@127.0.0.1:5672/", repr=False)
    management_url: str | None = field(default=None, repr=False)
    names: Mapping[str, str] = field(default_factory=dict)
    binding: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()


def broker_settings(source: Source) -> BrokerSettings:
    """What *source* says of the broker. Raises FileError."""
    return BrokerSettings(
        url=text_of(source, "broker", "url") or BrokerSettings().url,
        management_url=text_of(source, "broker", "management_url"),
        names=_names(source),
        binding=_several(source, "binding", _pattern),
        sources=_several(source, "sources", identifier),
    )


def identifier(place: Place) -> str:
    """What HSCV writes into an attribute that identifies something, in one form. Raises
    FileError."""
    text = one_form(shown(place))
    if not is_identifier(text):
        raise place.error(f"must be at most {MAX_IDENTIFIER} characters long")
    return text


def _names(source: Source) -> dict[str, str]:
    place = value_of(source, "broker", "names", lambda place: place)
    if place is None:
        return {}
    place.only(*NAMES)
    places = {name: source.named(place.at(name)) for name in place.table()}
    return {name: _short(each, exact(each)) for name, each in places.items()}


def _short(place: Place, text: str) -> str:
    if len(text.encode(errors="replace")) > _LONGEST_SHORT:
        raise place.error(f"must be at most {_LONGEST_SHORT} bytes long")
    return text


def _several(source: Source, key: str, take: Callable[[Place], str]) -> tuple[str, ...]:
    """The texts of a setting, each once."""

    def every(place: Place) -> tuple[str, ...]:
        found = each_of(place)
        if not found:
            raise place.error("must name at least one; leave it out to take all")
        return tuple(dict.fromkeys(map(take, found)))

    return value_of(source, "broker", key, every) or ()


def _pattern(place: Place) -> str:
    """A pattern of routing keys as a topic exchange reads it: words between full stops, `*` for
    one word and `#` for any number of them."""
    text = _short(place, shown(place))
    for word in text.split("."):
        if word not in _WILD and any(wild in word for wild in _WILD):
            raise place.error("* and # stand for whole words; put a full stop beside them")
    return text
