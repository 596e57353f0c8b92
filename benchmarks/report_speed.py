"""What a report costs: a sheet of 50,000 rows, and the report of one body where much is stored.

The sheet is made in a process of its own, so that its memory is nobody else's. The large office is
that of `growth`: the present is the same whatever its size, the rest are copies in the past. Both
are told by the clock and by the processor, since only the latter is the report's own.

    python -m benchmarks.report_speed [--obligations N] [--rows N] [--json FILE]
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from dondoc.reports.columns import TASKS, table
from dondoc.reports.formats.forms import written
from dondoc.reports.letterhead import Letterhead
from dondoc.reports.report import (
    BODY_PROGRESS,
    BodyFigures,
    Report,
    ReportCell,
    ReportPeriod,
)
from dondoc.reports.report import (
    Figure as ReportFigure,
)

from .cloning import Growth
from .events import today
from .figures import Figure, load, options, tell
from .grown import grown
from .machine import describe
from .servers import broker
from .services import COMMAND, Office, environment

ROWS, ROWS_SECONDS, ROWS_MIB = 50_000, 10.0, 200.0
OBLIGATIONS, BODY_SECONDS = 5_000_000, 1.0
TIMES = 3
BODIES = ("XA050", "TP")
"""A commune that new documents go to, and a department of the sample."""
_FIRST, _LAST = date(2026, 3, 1), date(2026, 3, 31)


def sheet(rows: int) -> None:
    """Make the sheet in this process, and print seconds by the clock, by the processor, and MiB."""
    report = _large_report(rows)
    clock, cpu = time.monotonic(), time.process_time()
    assert written(report, "xlsx", Letterhead())
    took = time.monotonic() - clock, time.process_time() - cpu
    print(*took, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


def measure(obligations: int, rows: int) -> Iterator[Figure]:
    """The figures, one after another."""
    yield from _sheet(rows)
    with tempfile.TemporaryDirectory(prefix="dondoc-benchmark-") as folder:
        place = Path(folder)
        with broker(place / "broker") as node:
            office = grown(place / "office", node.url(), None, Growth(obligations=obligations))
            for body in BODIES:
                yield from _body(office.office, body, office.obligations)


def _sheet(rows: int) -> Iterator[Figure]:
    code = f"from benchmarks.report_speed import sheet; sheet({rows})"
    root = Path(__file__).parents[1]
    made = subprocess.run(
        [sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True
    )
    clock, cpu, most = map(float, made.stdout.split())
    what = f"XLSX of {rows:,} rows"
    yield Figure(f"{what}, by the clock", clock, "s", ROWS_SECONDS, load())
    yield Figure(f"{what}, processor", cpu, "s")
    yield Figure(f"{what}, most memory", most, "MiB", ROWS_MIB, "the rows themselves included")


def _body(office: Office, body: str, obligations: int) -> Iterator[Figure]:
    """The last month that is over, and one in the past, of one body."""
    month = today().replace(day=1) - timedelta(days=1)
    for name, day in (("the last month", month), ("a month a year ago", month - timedelta(365))):
        clocks, cpus = [], []
        for _ in range(TIMES):
            begun, before = time.monotonic(), _of_children()
            period = f"{day:%Y-%m}"
            subprocess.run(
                [COMMAND, "report", BODY_PROGRESS, "--body", body, "--period", period],
                cwd=office.folder,
                env=environment(),
                stdout=subprocess.DEVNULL,
                check=True,
            )
            clocks.append(time.monotonic() - begun)
            cpus.append(_of_children() - before)
        what = f"report of {body}, {name}, of {obligations:,} obligations"
        yield Figure(f"{what}, by the clock", min(clocks), "s", BODY_SECONDS, load())
        yield Figure(f"{what}, processor", min(cpus), "s")


def _of_children() -> float:
    used = os.times()
    return used.children_user + used.children_system


def _large_report(rows: int) -> Report:
    """A report with a table of so many *rows*."""
    tasks = table(TASKS, map(_row, range(1, rows + 1)), (f"{each:020x}" for each in range(rows)))
    held = ReportFigure("held", rows, tasks.ids)
    made = datetime(2026, 4, 1, tzinfo=UTC)
    bodies = (BodyFigures("VP", "Văn phòng", None, (held,)),)
    period = ReportPeriod("2026-03", _FIRST, _LAST)
    return Report(
        BODY_PROGRESS, period, _LAST, made, made, "Văn phòng", None, (held,), bodies, (tasks,)
    )


def _row(number: int) -> dict[str, ReportCell]:
    content = (
        "Chủ trì, phối hợp với Phòng Văn hóa và Thông tin rà soát, tổng hợp tình hình thực hiện"
        f" nhiệm vụ số {number} trên địa bàn; hoàn thành chậm nhất ngày 31/3/2026"
    )
    return {
        "place": number,
        "content": content,
        "symbol": f"{number}/UBND-TP",
        "issued_on": _FIRST,
        "due": _FIRST + timedelta(number % 28),
        "lead": "Phòng Tư pháp",
        "coordinating": "Phòng Nội vụ, Phòng Y tế",
        "status": "Đang thực hiện, quá hạn",
        "days_late": number % 30,
        "head": "Trưởng phòng",
        "assigned_on": _FIRST,
    }


def main() -> None:
    """Measure and print."""
    parser = options("report_speed", __doc__)
    parser.add_argument("--obligations", type=int, default=OBLIGATIONS, help="of the office")
    parser.add_argument("--rows", type=int, default=ROWS, help="of the sheet")
    given = parser.parse_args()
    tell(measure(given.obligations, given.rows), describe(), given.json)


if __name__ == "__main__":
    main()
