"""One round after another, and what is wrong with what can be seen."""

from __future__ import annotations

import base64
import json
import random
import time
from collections import Counter, deque
from collections.abc import Callable, Sequence
from hashlib import sha256
from pathlib import Path

import pika
from pika import spec

from ..rounds import Found, Plan
from .messages import CANARY, Imagined, good, imagine, quoting
from .rig import Letter, Rig
from .tables import as_the_broker_writes, split

GROUP = 10
IN_TIME = 1.0
"""Seconds from a good event's confirm to its being stored, and of the processor for one message."""
GIVEN_UP = 15.0
MOST_MEGABYTES = 400
_REMEMBERED = 500
_ROOM = 60_000
_ADDED = (b"dondoc-", b"x-death", b"x-delivery-count", b"x-first-death-queue")
_LOOKS = 3
_SPIN_SECONDS = 0.02
_LATE = "the next good event is stored after"

_decode = spec.BasicProperties.decode


def _decode_raw(properties: pika.BasicProperties, encoded: bytes, offset: int = 0) -> object:
    """What pika reads of properties, and their table as it came."""
    table, found = b"", encoded
    flags = int.from_bytes(found[:2], "big")
    at = 2
    for bit in (1 << 15, 1 << 14):
        at += 1 + found[at] if flags & bit else 0
    if flags & 1 << 13:
        size = int.from_bytes(found[at : at + 4], "big")
        table = found[at + 4 : at + 4 + size]
        # pika could not read what follows.
        found = found[:at] + b"\0\0\0\0" + found[at + 4 + size :]
    _decode(properties, found, offset)
    own = dict(split(table))
    properties.table = table
    properties.reason = own.get(b"dondoc-reason", b"")[19:].decode(errors="replace")
    return properties


class Trial:
    """The generator at work. *end* is called when it is closed."""

    def __init__(self, plan: Plan, broker_url: str, end: Callable[[], None] = lambda: None) -> None:
        self._former = spec.BasicProperties.decode
        spec.BasicProperties.decode = _decode_raw
        self._plan = plan
        self._end = end
        self._rig = Rig(broker_url, plan.database, plan.folder)
        self._sent: deque[Imagined] = deque(maxlen=_REMEMBERED)
        try:
            self._rig.begin()
        except BaseException:  # Ctrl-C included: no broker, service or patch is left behind
            self.close()
            raise

    def close(self) -> None:
        """End everything."""
        self._rig.close()
        spec.BasicProperties.decode = self._former
        self._end()

    def round(self, chance: random.Random) -> Counter[str]:
        """Some messages and a good event; see the package."""
        messages: Sequence[Imagined] = [imagine(chance) for _ in range(GROUP)]
        if chance.random() < 0.3:
            messages = [*messages, *quoting(chance)]
        last = good(chance)
        wrong = self._tried(messages, last)
        if wrong is None:
            return Counter(each.kind for each in messages)
        smallest = self._smallest(messages, chance)
        if smallest is not None:
            messages, wrong = smallest
        elif wrong.startswith(_LATE):
            # It did not come again on a fresh system: others had the machine.
            return Counter({"late once": 1})
        raise Found(wrong, self._kept(messages))

    def _tried(self, messages: Sequence[Imagined], last: Imagined) -> str | None:
        """What is wrong after *messages* and a good event; None where nothing is."""
        rig = self._rig
        connections, seconds = rig.connections(), rig.seconds()
        for each in messages:
            if rig.publish(each):
                self._sent.append(each)
        waited = self._waited(last)
        if not rig.alive():
            return f"the service has ended: {_end_of(rig.log())}"
        if waited is None:
            return f"the next good event is not stored: {_end_of(rig.log())}"
        if rig.connections() != connections:
            return "the consumer has lost its connection"
        return self._too_dear(messages, waited, rig.seconds() - seconds) or self._kept_wrongly(
            messages
        )

    def _too_dear(self, messages: Sequence[Imagined], waited: float, used: float) -> str | None:
        if used > IN_TIME + 0.1 * len(messages):
            return f"it took {used:.1f} s of the processor"
        if waited > IN_TIME and self._is_slow(messages):
            return f"{_LATE} {waited:.1f} s"
        if self._rig.megabytes() > MOST_MEGABYTES:
            return f"the service took {self._rig.megabytes()} MB"
        return None

    def _waited(self, last: Imagined) -> float | None:
        """Seconds until the good event is stored; None where that did not come about."""
        if not self._rig.publish(last):
            raise RuntimeError("the broker refused an event like any other")
        began = time.monotonic()
        given_up = GIVEN_UP
        while self._rig.alive():
            waited = time.monotonic() - began
            if self._rig.stored([last.id]):
                return waited
            if waited > given_up:
                if given_up > GIVEN_UP:
                    return None
                given_up *= 1 + _crowded()
            time.sleep(0.005)
        return None

    def _is_slow(self, messages: Sequence[Imagined]) -> bool:
        """Whether it is these messages that take the time, and not a machine that others use."""
        chance = random.Random(messages[0].id)
        for _ in range(_LOOKS):
            for each in messages:
                self._rig.publish(each)
            together = self._waited(good(chance)) or GIVEN_UP
            if together < IN_TIME * max(1.0, 2 * _crowded()):
                return False
        return True

    def _kept_wrongly(self, messages: Sequence[Imagined]) -> str | None:
        secret = [each.id for each in messages if each.states_level]
        if secret and self._rig.stored(secret):
            return "an event is stored that states a level"
        quotes = [each.id for each in messages if each.kind == "quotes"]
        if quotes and any(CANARY.encode() in body for body in self._rig.stored(quotes).values()):
            return "a quote of what became secret is left"
        for letter in self._rig.letters():
            wrong = self._wrong_with(letter)
            if wrong is not None:
                return wrong
        return None

    def _wrong_with(self, letter: Letter) -> str | None:
        if "could not process" in letter.reason:
            return f"a dead letter for a fault of dondoc: {letter.reason}"
        came = [each for each in self._sent if each.body == letter.body]
        if not came:
            return "a dead letter has another body than any message"
        if all(each.states_level for each in came):
            return "a dead letter states a level"
        if not any(_is_whole(letter, each) for each in came):
            return "a dead letter is not whole"
        return None

    def _smallest(
        self, messages: Sequence[Imagined], chance: random.Random
    ) -> tuple[Sequence[Imagined], str] | None:
        """The one message that still shows something wrong, alone on a fresh system, and what."""
        quotes = [each for each in messages if each.kind == "quotes"]
        alone = [[each] for each in messages if each.kind != "quotes"]
        self._rig.begin()
        for some in [*alone, quotes]:
            wrong = self._tried(some, good(chance)) if some else None
            if wrong is not None:
                return some, wrong
        return None

    def _kept(self, messages: Sequence[Imagined]) -> Path:
        name = sha256(b"".join(each.body for each in messages)).hexdigest()[:12]
        file = self._plan.folder / f"finding-{name}.json"
        written = [
            {
                "kind": each.kind,
                "content_type": each.content_type.hex(),
                "content_encoding": None if each.encoding is None else each.encoding.hex(),
                "headers": b"".join(each.fields).hex(),
                "body": base64.b64encode(each.body).decode(),
            }
            for each in messages
        ]
        file.write_text(json.dumps(written, indent=1), encoding="utf-8")
        return file


def _crowded() -> float:
    """How many times longer than its own time work takes, since others use the machine too."""
    began, used = time.monotonic(), time.process_time()
    while time.process_time() - used < _SPIN_SECONDS:
        pass
    return (time.monotonic() - began) / _SPIN_SECONDS


def _is_whole(letter: Letter, sent: Imagined) -> bool:
    if sum(map(len, sent.fields)) <= _ROOM and _own(letter.table) != _own(b"".join(sent.fields)):
        return False
    content_type = letter.content_type or b"application/octet-stream"
    sent_type = sent.content_type or b"application/octet-stream"
    return _raw(content_type) == sent_type and _raw(letter.encoding) == sent.encoding


def _own(table: bytes) -> Counter[bytes]:
    """The event's own fields of a table."""
    fields = split(as_the_broker_writes(table))
    return Counter(encoded for name, encoded in fields if not name.startswith(_ADDED))


def _raw(text: str | bytes | None) -> bytes | None:
    return text.encode() if isinstance(text, str) else text


def _end_of(log: str) -> str:
    return " / ".join(log.strip().splitlines()[-3:])[:300]
