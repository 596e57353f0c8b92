"""What a dialect costs beside the contract: `python -m benchmarks.dialects`.

For every message of docs/dialects that tells of events: its reading, admission and validation, and
beside it the guard and validation of the same events told in the contract, whose texts are made as
long as it takes for the messages to be of the same size. Times are the shortest of many rounds, in
turns, so that what else the machine does counts for little.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

from dondoc.connector.contract.attributes import STRUCTURED_TYPE
from dondoc.connector.contract.body import Limits
from dondoc.connector.contract.data.validation import validate
from dondoc.connector.contract.guard import inspect
from dondoc.connector.contract.verdicts import Admitted, Message
from dondoc.connector.dialects.admitting import events_of
from dondoc.connector.dialects.files.dialect_file import parse_dialect
from dondoc.connector.dialects.saying import Dialect, EventsSaid

DIALECTS = Path(__file__).parents[1] / "docs" / "dialects"
NAMES = ("congvan", "voffice", "rows", "outbox")
AT_MOST = 1.5
"""Times what the contract costs, by the median of a dialect's messages."""
LIMITS, ARRIVAL = Limits(), datetime(2026, 4, 1, tzinfo=UTC)
ROUNDS, CALLS = 120, 20
_FILLER = "V/v tăng cường công tác phòng, chống dịch bệnh "


def main() -> int:
    """Print a line for each dialect; 1 where one costs more than it may."""
    slow = 0
    print(f"{'dialect':10}{'messages':>9}{'bytes':>7}{'µs':>7}{'contract µs':>13}{'times':>7}")
    for name in NAMES:
        raw = (DIALECTS / f"{name}.toml").read_bytes()
        dialect = parse_dialect(tomllib.loads(raw.decode()), name, sha256(raw).hexdigest())
        lines = (DIALECTS / f"{name}.jsonl").read_bytes().splitlines()
        found = [each for line in lines if (each := _compared(dialect, line)) is not None]
        size, own, contract = (median(each[place] for each in found) for place in range(3))
        times = median(each[1] / each[2] for each in found)
        slow += times > AT_MOST
        print(f"{name:10}{len(found):9}{size:7.0f}{own:7.0f}{contract:13.0f}{times:7.2f}")
    return 1 if slow else 0


def _compared(dialect: Dialect, line: bytes) -> tuple[int, float, float] | None:
    """The size of the message *line*, and the microseconds that it takes in *dialect* and in the
    contract; None where it tells of nothing."""
    message = Message(line, None, {})
    said = dialect.read(message, LIMITS, ARRIVAL, normal=False)
    if not isinstance(said, EventsSaid):
        return None
    events = events_of(said, b"", LIMITS)
    assert isinstance(events, list)
    told = _as_long_as(line, events)

    def own() -> None:
        found = dialect.read(message, LIMITS, ARRIVAL, normal=False)
        assert isinstance(found, EventsSaid)
        events_of(found, sha256(message.body).digest(), LIMITS)

    def contract() -> None:
        for each in told:
            found = inspect(each, LIMITS)
            assert isinstance(found, Admitted)
            validate(found, LIMITS.max_items, LIMITS.max_bodies)

    shortest = _shortest(own, contract)
    return len(line), shortest[0], shortest[1]


def _as_long_as(line: bytes, events: list[Admitted]) -> list[Message]:
    """The *events* as messages of the contract, of as many bytes in all as *line* where they have
    fewer: with a text that the contract does not list, as an HSCV may send one."""
    missing = (len(line) - sum(len(each.body) for each in events)) // len(events)
    bodies = [json.loads(each.body) for each in events]
    for body in bodies:
        _fill(body["data"], missing)
    whole = [json.dumps(body, ensure_ascii=False, separators=(",", ":")) for body in bodies]
    return [Message(each.encode(), STRUCTURED_TYPE, {}) for each in whole]


def _fill(data: dict[str, Any], missing: int) -> None:
    least = len(',"note":""')
    if missing > least:
        text = (_FILLER * (missing // len(_FILLER) + 1)).encode()[: missing - least]
        data["ghi_chu"] = text.decode(errors="ignore")


def _shortest(*calls: Callable[[], None]) -> tuple[float, ...]:
    """The shortest time that each of *calls* takes, in microseconds."""
    best = [float("inf")] * len(calls)
    for _ in range(ROUNDS):
        for place, call in enumerate(calls):
            begun = perf_counter()
            for _ in range(CALLS):
                call()
            best[place] = min(best[place], (perf_counter() - begun) / CALLS * 1e6)
    return tuple(best)


if __name__ == "__main__":
    raise SystemExit(main())
