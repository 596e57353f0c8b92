"""What must hold after everything was broken, counted from what HSCV itself saw confirmed.

Each loss is one line that names the event or reminder; an empty list is the promise kept.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b, sha256
from itertools import pairwise
from typing import Any

from dondoc.sample.messages import SampleMessage
from dondoc.storage.database import open_store
from dondoc.storage.transaction import Transaction

_AROUND = 30.0
"""Seconds by which an event may have been received before or after what it led to was decided:
a pass of the scheduler has one time and lasts, and so may a commit while all is being broken."""


@dataclass(frozen=True)
class Stored:
    """What the database holds at the end."""

    events: Counter[tuple[str, str]]
    rejected: frozenset[bytes]
    redacted: frozenset[str]
    streams: list[tuple[str, int, int]]
    """Key, counted events, events that are there."""
    decided: list[tuple[str, str | None, bool]]
    """Of each entry of the ledger: its obligation, its message's id, whether it was published."""
    unowned: int
    """Messages in the outbox that no entry of the ledger stands for."""
    decisions: int
    """Different entries of the ledger, by what makes a reminder the same."""
    arrivals: dict[str, list[float]]
    """When events of each stream were received, seconds since 1970; by what the ids of the
    stream's obligations begin with, since an obligation may be there no more."""


def look(url: str) -> Stored:
    """Read all of it, in one transaction."""
    store = open_store(url)
    try:
        return store.read(_look)
    finally:
        store.close()


def _look(tx: Transaction) -> Stored:
    arrivals: dict[str, list[float]] = defaultdict(list)
    for key, micros in tx.rows(
        "SELECT s.key, e.received_at FROM event e JOIN stream s ON s.id = e.stream_id"
        " UNION ALL SELECT s.key, e.received_at FROM event_stream es"
        " JOIN stream s ON s.id = es.stream_id JOIN event e ON e.id = es.event"
    ):
        arrivals[_beginning(key)].append(micros / 1_000_000)
    ((decisions,),) = tx.rows(
        "SELECT COUNT(*) FROM (SELECT DISTINCT obligation, step, target, occurrence, role, body"
        " FROM reminder) AS each_one"
    )
    ((unowned,),) = tx.rows(
        "SELECT COUNT(*) FROM outbox o LEFT JOIN reminder r ON r.id = o.reminder WHERE r.id IS NULL"
    )
    return Stored(
        events=Counter(
            (source, id_) for source, id_ in tx.rows("SELECT source, event_id FROM event")
        ),
        rejected=frozenset(bytes(row[0]) for row in tx.rows("SELECT sha256 FROM rejection")),
        redacted=frozenset(row[0] for row in tx.rows("SELECT stream FROM redaction")),
        streams=tx.rows(
            "SELECT s.key, s.event_count,"
            " (SELECT COUNT(*) FROM event e WHERE e.stream_id = s.id)"
            " + (SELECT COUNT(*) FROM event_stream es WHERE es.stream_id = s.id) FROM stream s"
        ),
        decided=[
            (obligation, message, published is not None)
            for obligation, message, published in tx.rows(
                "SELECT r.obligation, o.message_id, o.published_at"
                " FROM reminder r LEFT JOIN outbox o ON o.reminder = r.id"
            )
        ],
        unowned=int(unowned),
        decisions=int(decisions),
        arrivals=dict(arrivals),
    )


def _beginning(stream: str) -> str:
    """What the ids of all obligations of *stream* begin with."""
    return blake2b(stream.encode(), digest_size=3).hexdigest()


def lost_events(
    confirmed: Sequence[SampleMessage],
    stored: Stored,
    dead: Sequence[tuple[bytes, dict[str, Any]]],
) -> Iterator[str]:
    """Every confirmed message that is not where it belongs, and every one that is twice."""
    letters = {sha256(body).digest() for body, _ in dead}
    for message in confirmed:
        digest = sha256(message.body).digest()
        said = attributes(message)
        name = f"{message.label} event {said.get('id')} of {said.get('subject')}"
        match message.label:
            case "valid" | "duplicate":
                key = (str(said["source"]), str(said["id"]))
                if not stored.events[key] and not _redacted(message, said, stored):
                    yield f"{name} is not stored"
            case "malformed" if digest not in letters:
                yield f"{name} is not among the dead letters"
            case "unestablished" if digest not in stored.rejected:
                yield f"{name} has no record of its rejection"
    for key, count in stored.events.items():
        if count > 1:
            yield f"event {key} is stored {count} times"
    for stream, counted, there in stored.streams:
        if counted != there:
            yield f"stream {stream} counts {counted} events and has {there}"
    wanted = {sha256(each.body).digest() for each in confirmed if each.label == "malformed"}
    for body, headers in dead:
        if sha256(body).digest() not in wanted:
            reason = headers.get("dondoc-reason")
            yield f"a good event is a dead letter: {reason}: {body[:200]!r}"


def _redacted(message: SampleMessage, said: dict[str, Any], stored: Stored) -> bool:
    """Whether the message's thing has become secret."""
    return any(key.endswith(f":{said['subject']}") for key in stored.redacted)


def attributes(message: SampleMessage) -> dict[str, Any]:
    """The CloudEvent's attributes, wherever they stand."""
    found = {
        name.removeprefix("cloudEvents_").removeprefix("cloudEvents:"): value
        for name, value in message.headers.items()
    }
    if "id" not in found:
        try:
            whole = json.loads(message.body)
        except ValueError:
            whole = {}
        found |= whole if isinstance(whole, dict) else {}
    return found


def lost_reminders(
    stored: Stored,
    seen: Sequence[tuple[bytes, dict[str, Any]]],
    unrouted: Sequence[tuple[bytes, dict[str, Any]]],
) -> Iterator[str]:
    """Every decided reminder that reached nobody, and every one that was decided twice."""
    # A repeat of one decision is the same to the byte; another body is another decision.
    decisions: dict[str, dict[bytes, str]] = defaultdict(dict)
    about: dict[str, str] = {}
    for body, _ in seen:
        event = json.loads(body)
        decisions[event["id"]][body] = event["time"]
        about[event["id"]] = event["data"]["obligation"]
    astray = {json.loads(body)["id"] for body, _ in unrouted}
    for obligation, message, published in stored.decided:
        if message is None:
            yield f"a reminder of {obligation} is in the ledger and not in the outbox"
        elif not published:
            yield f"reminder {message} was never published"
        elif message in astray - decisions.keys():
            yield f"reminder {message} is among the unrouted"
        elif message not in decisions:
            yield f"reminder {message} counts as published and reached nobody"
    if stored.decisions != len(stored.decided):
        yield f"{len(stored.decided) - stored.decisions} decisions are in the ledger twice"
    if stored.unowned:
        yield f"{stored.unowned} messages are in the outbox without a decision"
    for id_, bodies in decisions.items():
        times = sorted(bodies.values())
        if not _decided_anew(times, about[id_], stored):
            yield f"reminder {id_} of {about[id_]} was decided {len(times)} times: {times}"


def _decided_anew(times: Sequence[str], obligation: str, stored: Stored) -> bool:
    """Whether something happened to the obligation between every two of its decisions: then the
    first was withdrawn while a relay had it in hand, and the second stands. Of what is redacted
    nothing is left that could tell."""
    if any(obligation.startswith(_beginning(stream)) for stream in stored.redacted):
        return True
    moments = [datetime.fromisoformat(each).timestamp() for each in times]
    arrived = stored.arrivals.get(obligation[: len(_beginning(""))], [])
    return all(
        any(first - _AROUND <= each <= second + _AROUND for each in arrived)
        for first, second in pairwise(moments)
    )


def arrived_since(arrivals: dict[str, list[float]], obligation: str, moment: float) -> bool:
    """Whether something of the subject of *obligation* was received after *moment*, in seconds
    since 1970, or just before."""
    arrived = arrivals.get(obligation[: len(_beginning(""))], [])
    return any(each >= moment - _AROUND for each in arrived)


def repeats(seen: Iterable[tuple[bytes, dict[str, Any]]]) -> int:
    """How many reminders came more than once, as they may."""
    counted = Counter(body for body, _ in seen)
    return sum(count - 1 for count in counted.values())
