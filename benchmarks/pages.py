"""How long `dondoc report site` takes, and how much memory: a unit of 200 bodies that is late with
5,000 obligations.

    python -m benchmarks.pages [--bodies N] [--overdue N]

It works in a directory of its own that it removes, on SQLite, and starts nothing.
"""

from __future__ import annotations

import argparse
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from dondoc.commands.assembly.loading import load_directory, load_law, load_texts
from dondoc.commands.assembly.settings import TrackingSettings
from dondoc.connector.contract.guard import Limits
from dondoc.connector.intake import Intake
from dondoc.reports.site.gathering import gather
from dondoc.reports.site.keeping import Sites
from dondoc.rules.law import Law
from dondoc.storage.database import Store, open_store

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "tests")]

from support.hscv import event, structured  # noqa: E402  (a test's, in no package)

DAY = date(2026, 6, 30)
NOW = datetime(2026, 6, 30, 3, tzinfo=UTC)
_AT_ONCE = 50


def main() -> int:
    """Make the unit, then its pages three times, and say what that cost."""
    asked = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    asked.add_argument("--bodies", type=int, default=200)
    asked.add_argument("--overdue", type=int, default=5_000)
    wanted = asked.parse_args()
    with tempfile.TemporaryDirectory(prefix="dondoc-pages-") as folder:
        place = Path(folder)
        law = _law(place, wanted.bodies)
        store = open_store(f"sqlite:///{place / 'dondoc.db'}")
        store.migrate(date(2026, 6, 29))
        _fill(store, law, wanted.bodies, wanted.overdue)
        before = _peak()
        sites = Sites(store, law, load_texts("vi"), "benchmark", lambda: NOW)
        print(f"{wanted.bodies} bodies; memory before: {before} MiB")
        _time("made", sites, place)
        _time("made again, nothing changed", sites, place)
        task = event("task.completed", id="done", subject="D0")
        task["data"] |= {"task_id": "D0-1", "body": "B0", "completed_on": "2026-03-02"}
        _take(store, law, [task])
        _time("made again, one task done", sites, place)
        print(f"largest memory: {_peak()} MiB")
        store.close()
    return 0


def _law(place: Path, bodies: int) -> Law:
    told = ['[[body]]\ncode = "VP"\nname = "Văn phòng"\nkind = "office"\n']
    told += [
        f'[[body]]\ncode = "B{number}"\nname = "Ủy ban nhân dân xã số {number}"\nkind = "commune"\n'
        f'head = "Chủ tịch {number}"\n'
        for number in range(bodies - 1)
    ]
    file = place / "bodies.toml"
    file.write_text("\n".join(told), encoding="utf-8")
    directory = load_directory(file)
    assert directory is not None
    return load_law(TrackingSettings(), directory)


def _fill(store: Store, law: Law, bodies: int, overdue: int) -> None:
    number, found = 0, 0
    while found < overdue:
        some = range(number, number + _AT_ONCE)
        said = [each for one in some for each in _document(one, bodies - 1)]
        _take(store, law, said)
        number += _AT_ONCE
        read = store.read(lambda tx: gather(tx, law, load_texts("vi"), DAY))
        found = len(read.unit.overdue)
        # Each document gives about as many as those before it.
        missing = max(0, overdue - found) * number // max(found, 1)
        for start in range(number, number + missing, _AT_ONCE):
            many = range(start, min(start + _AT_ONCE, number + missing))
            _take(store, law, [each for one in many for each in _document(one, bodies - 1)])
        number += missing
    print(f"{number} documents, {found} obligations overdue")


def _document(number: int, bodies: int) -> Iterator[dict[str, object]]:
    issued = event("document.issued", id=f"D{number}-i", subject=f"D{number}")
    day = date(2026, 3, 2) + timedelta(days=number % 60)
    issued["data"] |= {
        "symbol": f"{number}/UBND-VX",
        "abstract": "Về việc tăng cường công tác phòng, chống dịch bệnh trên địa bàn" * 2,
        "issued_on": day.isoformat(),
        "task_count": 1,
    }
    task = event("task.assigned", id=f"D{number}-t", subject=f"D{number}")
    task["data"] |= {
        "task_id": f"D{number}-1",
        "content": f"Báo cáo kết quả thực hiện nội dung thứ {number} của văn bản này" * 2,
        "lead": [f"B{number % bodies}"],
        "coordinating": [f"B{(number + 1) % bodies}"],
        "due_on": (day + timedelta(days=20)).isoformat(),
    }
    return iter((issued, task))


def _take(store: Store, law: Law, events: list[dict[str, object]]) -> None:
    Intake(store, law, Limits(), history_limit=100).handle(
        [structured(each) for each in events], NOW
    )


def _time(what: str, sites: Sites, place: Path) -> None:
    began, worked = time.perf_counter(), time.process_time()
    written = sites.make(place / "trang", DAY)
    took, work = time.perf_counter() - began, time.process_time() - worked
    print(
        f"{what}: {took:.1f} s, {work:.1f} s of processor;"
        f" {written.pages} pages, {written.changed} of them written"
    )


def _peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


if __name__ == "__main__":
    sys.exit(main())
