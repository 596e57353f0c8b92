"""What reading edXML costs, beside the contract's guard and validation for messages of that size.

In this process, without a broker or a database, each the quickest of many: it says what the code
costs, and must never be read as what a service takes in.

    python -m benchmarks.edxml [--json FILE]
"""

from __future__ import annotations

import json
import resource
import time
from base64 import b64encode
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from dondoc.connector.contract.body import Limits
from dondoc.connector.contract.data.validation import validate
from dondoc.connector.contract.guard import inspect
from dondoc.connector.contract.verdicts import Admitted, Message
from dondoc.connector.dialects.edxml.dialect import EdxmlDialect
from dondoc.connector.dialects.edxml.settings import EdxmlSettings

from .figures import Figure, load, options, tell
from .machine import describe

SAMPLES = Path(__file__).parents[1] / "tests" / "fixtures" / "edxml"
SENT = ("10-status-06", "01-new-qcvn-issued")
ATTACHED_KIB = (20, 100, 500)
"""What is attached to a document, packed in base64."""
MOST_TIMES = 1.5
FILE_MIB, MOST_MIB = 50, 16.0
ROUNDS = 2_000
ARRIVAL = datetime.fromisoformat("2026-03-25T08:00:00+07:00")
LIMITS = Limits()
SECRECY = {"secrecy": "normal"}
PLACE = b"</edXML:ContentTransferEncoded>"


def measure() -> Iterator[Figure]:
    """The file first, so that nothing else has taken memory."""
    yield _file()
    for name in SENT:
        yield _ratio(name, _sample(name))
    for size in ATTACHED_KIB:
        attached = _sample(SENT[-1]).replace(PLACE, b"A" * (size * 1024) + PLACE)
        yield _ratio(f"{SENT[-1]} with {size} KiB attached", attached)


def _ratio(what: str, body: bytes) -> Figure:
    dialect, message = _dialect(), Message(body, "application/xml", SECRECY)
    event = Message(_event(len(body)), "application/cloudevents+json", SECRECY)
    read = _quickest(lambda: dialect.read(message, LIMITS, ARRIVAL, normal=False))
    judged = _quickest(lambda: _judge(event))
    note = f"{read:.0f} µs beside {judged:.0f} µs for {len(body):,} bytes; {load()}"
    return Figure(f"edXML: {what}", read / judged, "times the contract", MOST_TIMES, note)


def _judge(message: Message) -> None:
    verdict = inspect(message, LIMITS)
    assert isinstance(verdict, Admitted)
    assert validate(verdict) is None


def _file() -> Figure:
    """The most memory beyond the start, by what the system says of this process."""
    block = b64encode(bytes(range(256)) * 192)
    before, _, after = _sample(SENT[-1]).partition(PLACE)

    def blocks() -> Iterator[bytes]:
        yield before
        for _ in range(FILE_MIB * 1024 * 1024 // len(block)):
            yield block
        yield PLACE + after

    dialect = _dialect()
    dialect.read_blocks([before, PLACE + after], LIMITS, ARRIVAL, normal=True)
    begun, held = time.perf_counter(), _peak_mib()
    reading = dialect.read_blocks(blocks(), LIMITS, ARRIVAL, normal=True)
    seconds, more = time.perf_counter() - begun, _peak_mib() - held
    note = f"{reading.size:,} bytes in {seconds:.2f} s, attachments hashed; {load()}"
    return Figure(f"edXML: a file with {FILE_MIB} MiB attached", more, "MiB", MOST_MIB, note)


def _peak_mib() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _quickest(task: Callable[[], object]) -> float:
    """Microseconds."""
    taken = []
    for _ in range(ROUNDS):
        begun = time.perf_counter_ns()
        task()
        taken.append(time.perf_counter_ns() - begun)
    return min(taken) / 1000


def _event(size: int) -> bytes:
    """The event that the new document becomes, made that large by its abstract."""
    event: dict[str, Any] = _told(SENT[-1])["expect"]["events"][0]
    text = json.dumps(event, ensure_ascii=False)
    missing = max(0, size - len(text.encode()))
    data = event["data"] | {"abstract": event["data"]["abstract"] + " giữ" * (missing // 6)}
    return json.dumps(event | {"data": data}, ensure_ascii=False).encode()


def _dialect() -> EdxmlDialect:
    told = json.loads((SAMPLES / "settings.json").read_text(encoding="utf-8"))
    told["province"] = frozenset(told["province"])
    return EdxmlDialect("benchmark@0000", EdxmlSettings(**told))


def _sample(name: str) -> bytes:
    return (SAMPLES / f"{name}.xml").read_bytes()


def _told(name: str) -> Any:
    return json.loads((SAMPLES / f"{name}.json").read_text(encoding="utf-8"))


def main() -> None:
    """Measure and print."""
    tell(measure(), describe(), options("edxml", __doc__).parse_args().json)


if __name__ == "__main__":
    main()
