"""The sample as events by stream, for what must hold of everything that follows from it."""

from __future__ import annotations

import tomllib
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache

from dondoc.connector.contract.data.validation import validate
from dondoc.connector.contract.guard import Admitted, Limits, Message, inspect
from dondoc.rules.events import Event, local_date, streams_by
from dondoc.rules.law import Law
from dondoc.rules.reading.directory import parse_directory
from dondoc.rules.reading.regulation import parse_regulation
from dondoc.rules.reading.side_by_side import together
from dondoc.sample.generator import ENDING, directory_toml, generate
from support.stories import law, shipped

_REGULATION = "regulations/02-2015-qd-ubnd.toml"


@cache
def sample_law() -> Law:
    """The law that ships, for the bodies of the sample."""
    directory = parse_directory(tomllib.loads(directory_toml().decode()), "bodies.toml")
    regulations = together([(parse_regulation(shipped(_REGULATION), "regulation"), "regulation")])
    return replace(law(), directory=directory, regulations=regulations)


@cache
def sample_streams() -> Mapping[str, tuple[Event, ...]]:
    """The valid events of the sample by stream, in order; and the streams of bodies that have
    none."""
    directory = sample_law().directory
    found: dict[str, list[Event]] = defaultdict(list)
    for event in _events():
        for stream in streams_by(event.type, event.subject, event.data, event.on, directory):
            found[stream].append(event)
    for body in directory:
        found.setdefault(f"reports:{body.code}", [])
    return {
        stream: tuple(sorted(events, key=lambda event: event.order))
        for stream, events in found.items()
    }


def _events() -> Iterator[Event]:
    for message in generate(ENDING):
        if message.label != "valid":
            continue
        seen = inspect(Message(message.body, message.content_type, message.headers), Limits())
        assert isinstance(seen, Admitted)
        assert validate(seen) is None
        on = local_date(seen.time)
        yield Event(
            *(seen.source, seen.id, seen.type, seen.subject, seen.time, seen.sequence),
            data=seen.data,
            on=on,
        )
