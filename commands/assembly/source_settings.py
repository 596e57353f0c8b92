"""The settings of `[[source]]`: further queues, each with the dialect that HSCV speaks there."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ...rules.places import Place
from .setting_values import exact, shown

SOURCES = "source"
"""The key of the tables, which have no variables in the environment."""
KEYS = ("queue", "dialect", "exchange", "binding", "normal_because")


@dataclass(frozen=True)
class SourceSettings:
    """A queue that is consumed beside `dondoc.events`.

    ``dialect`` is the file that says how messages of ``queue`` are read. ``exchange``: what the
    queue is bound to, by the keys of ``binding``; None: somebody else binds it. ``normal_because``
    is why everything on the queue is of normal secrecy where messages say nothing of it; None: a
    message that says nothing is not taken in.
    """

    queue: str
    dialect: Path
    exchange: str | None
    binding: tuple[str, ...]
    normal_because: str | None


def source_settings(file: Place, base: Path) -> tuple[SourceSettings, ...]:
    """What `[[source]]` says in *file*, paths seen from *base*. Raises FileError."""
    place = file.find(SOURCES)
    if place is None:
        return ()
    found = [_source(each, base) for each in place.items(named_by="queue")]
    by_queue: dict[str, SourceSettings] = {}
    for each in found:
        if each.queue in by_queue:
            raise place.error(f"{each.queue!r} is named twice; a queue has one dialect")
        by_queue[each.queue] = each
    return tuple(found)


def _source(place: Place, base: Path) -> SourceSettings:
    place.only(*KEYS)
    exchange, binding = place.find("exchange"), place.find("binding")
    if binding is not None and exchange is None:
        raise binding.error("binds to no exchange; name it with exchange")
    because = place.find("normal_because")
    return SourceSettings(
        queue=exact(place.at("queue")),
        dialect=base / exact(place.at("dialect")),
        exchange=exact(exchange) if exchange else None,
        binding=tuple(map(exact, binding.items())) if binding else ("#",),
        normal_because=shown(because) if because else None,
    )
