"""How fast dondoc takes events in, against two floors, side by side on one private broker.

Prints a table of medians over alternating rounds. It must never be given a broker that is used:
it starts its own.

    python -m benchmarks [--rounds N]
"""

from __future__ import annotations

import argparse
import platform
import re
import signal
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

import pika

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "deploy"))

from private_broker import PrivateBroker  # noqa: E402  (not in a package)

QUEUE = "dondoc.events"
DONDOC = str(Path(sys.executable).parent / "dondoc")
POLL_SECONDS = 0.05
LIMIT_SECONDS = 180.0


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks")
    parser.add_argument("--rounds", type=int, default=5)
    rounds: int = parser.parse_args().rounds
    # An ordinary end, so that the private broker is stopped with it.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    rates: dict[str, list[float]] = {"acknowledge": [], "insert": [], "dondoc, SQLite": []}
    with tempfile.TemporaryDirectory(prefix="dondoc-benchmark-") as folder:
        broker = PrivateBroker(Path(folder) / "broker")
        broker.start()
        try:
            for number in range(rounds):
                for name, measured in rates.items():
                    place = Path(folder) / f"{number}-{len(name)}"
                    place.mkdir()
                    measured.append(_round(name, broker.url(), place))
        finally:
            broker.stop()
    _tell(rates, rounds)


def _round(name: str, url: str, place: Path) -> float:
    count = _fill(url, place)
    if name.startswith("dondoc"):
        return _dondoc(place, count)
    command = [sys.executable, str(HERE / "consumers.py"), name, url, QUEUE, str(count)]
    done = subprocess.run(
        [*command, str(place / "floor.db")], capture_output=True, text=True, check=True
    )
    return float(done.stdout)


def _fill(url: str, place: Path) -> int:
    """Publish the sample; gives how many messages the queue holds."""
    place.joinpath("dondoc.toml").write_text(
        f'[broker]\nurl = "{url}"\n[database]\nurl = "sqlite:///{place / "dondoc.db"}"\n'
        '[metrics]\nlisten = "127.0.0.1:0"\n[tracking]\nsince = 2026-01-01\nbodies = "sample"\n',
        encoding="utf-8",
    )
    for arguments in (["declare"], ["publish", "--sample"], ["migrate"]):
        subprocess.run([DONDOC, *arguments], cwd=place, check=True, capture_output=True)
    connection = pika.BlockingConnection(pika.URLParameters(url))
    held: int = connection.channel().queue_declare(QUEUE, passive=True).method.message_count
    connection.close()
    return held


def _dondoc(place: Path, count: int) -> float:
    """Events a second between the first poll that saw any committed and the one that saw all."""
    log = place / "run.log"
    with log.open("w", encoding="utf-8") as target:
        service = subprocess.Popen([DONDOC, "run"], cwd=place, stdout=target, stderr=target)
    try:
        deadline = time.monotonic() + LIMIT_SECONDS
        first: tuple[float, int] | None = None
        while time.monotonic() < deadline:
            time.sleep(POLL_SECONDS)
            done, now = _committed(log), time.monotonic()
            if first is None and done:
                first = (now, done)
            if first is not None and done >= count:
                return (done - first[1]) / (now - first[0])
        raise SystemExit(f"dondoc had not taken {count} events within {LIMIT_SECONDS:.0f} s")
    finally:
        service.terminate()
        service.wait()


def _committed(log: Path) -> int:
    address = re.search(r"metrics at (http://\S+)", log.read_text(encoding="utf-8"))
    if address is None:
        return 0
    with urllib.request.urlopen(address[1], timeout=10) as answer:
        lines = answer.read().decode().splitlines()
    return int(sum(float(s.split()[-1]) for s in lines if s.startswith("dondoc_events_total")))


def _tell(rates: dict[str, list[float]], rounds: int) -> None:
    print(f"{platform.platform()}, Python {platform.python_version()}, {rounds} rounds")
    floor = statistics.median(rates["acknowledge"])
    for name, measured in rates.items():
        median = statistics.median(measured)
        print(f"{name:16} {median:8.0f} events/s  {median / floor:5.2f} of the floor")


if __name__ == "__main__":
    main()
