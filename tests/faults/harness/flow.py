"""The events of a run: which come, in what order, and what they lead to where nothing happens."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import chain, islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from dondoc.connector.lines import to_line
from dondoc.sample.generator import ENDING, generate
from dondoc.sample.messages import SampleMessage
from support.installation import Installation

from .audit import attributes

AS_OF = ("--as-of", ENDING.isoformat())
_EVENTS_OF_A_SAMPLE = 6_800


def sample(count: int) -> list[SampleMessage]:
    """The first *count* messages of a sample, without its own repeats.

    Some give an id a second body, and which of the two came first would be a matter of chance;
    plain repeats the faults make enough of.
    """
    messages = generate(ENDING, 1 + count // _EVENTS_OF_A_SAMPLE)
    return list(islice((each for each in messages if each.label != "duplicate"), count))


def neighbours(messages: Iterable[SampleMessage]) -> list[SampleMessage]:
    """*messages*, behind each the next about its subject: the broker gives the two to two
    instances, which so have the same subject in hand at once."""
    single: dict[object, list[SampleMessage]] = {}
    pairs: list[list[SampleMessage]] = []
    for message in messages:
        subject = attributes(message).get("subject")
        pair = single.pop(subject, None)
        if pair is None:
            pair = single[subject] = []
            pairs.append(pair)
        pair.append(message)
    return list(chain.from_iterable(pairs))


@cache
def quiet_run(count: int) -> str:
    """The obligations after the same events, taken in without any fault, as `list` shows them."""
    with TemporaryDirectory(prefix="dondoc-quiet-") as folder:
        lines = "".join(f"{to_line(each)}\n" for each in sample(count))
        (Path(folder) / "events.jsonl").write_text(lines, encoding="utf-8")
        replayed = Installation(Path(folder), "amqp://127.0.0.1:1/")
        replayed.run("replay", "events.jsonl", code=3)  # a sample has malformed ones
        return replayed.run("list", "--format", "json", *AS_OF)


def first_differences(found: str, quiet: str) -> Iterator[str]:
    """How many obligations differ, and of the first ones the fields that do."""
    ours: dict[str, dict[str, Any]] = {row["id"]: row for row in json.loads(found)}
    theirs: dict[str, dict[str, Any]] = {row["id"]: row for row in json.loads(quiet)}
    differing = [each for each in {**ours, **theirs} if ours.get(each) != theirs.get(each)]
    yield f"{len(differing)} obligations differ from a quiet run's, or their order does"
    for each in differing[:5]:
        is_, should = ours.get(each, {}), theirs.get(each, {})
        fields = [name for name in {**is_, **should} if is_.get(name) != should.get(name)]
        told = ", ".join(f"{name} {is_.get(name)!r}/{should.get(name)!r}" for name in fields[:4])
        yield f"obligation {each}, found/quiet: {told[:200]}"
