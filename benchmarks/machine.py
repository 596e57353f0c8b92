"""The machine that figures were taken on, and who used its processors meanwhile.

Reads /proc alone, so Linux only. It must never be part of what is measured: one look costs a
few milliseconds.
"""

from __future__ import annotations

import os
import platform
from collections.abc import Iterable, Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")
_PACKAGES = (
    "dondoc",
    "pika",
    "marshmallow",
    "peewee",
    "psycopg",
    "celery",
    "dramatiq",
    "faststream",
)


def describe() -> dict[str, str]:
    """The machine and the versions, by name; packages that are not installed are left out."""
    found = {
        "processor": _processor(),
        "cores": str(len(os.sched_getaffinity(0))),
        "memory": f"{os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / 2**30:.0f} GiB",
        "system": platform.platform(),
        "Python": platform.python_version(),
        "load before": f"{os.getloadavg()[0]:.1f}",
    }
    for package in _PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return found


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()


def cpu_seconds(pids: Iterable[int]) -> float:
    """Seconds of processor that these processes and all their living descendants have used."""
    stats = _stats()
    return sum(stats[pid][1] for pid in _family(pids, stats))


def family(pid: int) -> list[int]:
    """The process and all its living descendants, itself first; none where it has ended."""
    return _family([pid], _stats())


def _family(pids: Iterable[int], stats: Mapping[int, tuple[int, float]]) -> list[int]:
    children: dict[int, list[int]] = {}
    for pid, (parent, _) in stats.items():
        children.setdefault(parent, []).append(pid)
    wanted, found = list(pids), []
    while wanted:
        pid = wanted.pop(0)
        if pid in stats:
            found.append(pid)
            wanted += children.get(pid, ())
    return found


def _stats() -> dict[int, tuple[int, float]]:
    """The parent and the seconds of every process that can be seen."""
    found: dict[int, tuple[int, float]] = {}
    for folder in Path("/proc").iterdir():
        if not folder.name.isdigit():
            continue
        try:
            text = folder.joinpath("stat").read_text()
        except OSError:  # it has ended meanwhile
            continue
        # The name, in parentheses, may hold anything.
        fields = text.rpartition(")")[2].split()
        found[int(folder.name)] = (int(fields[1]), (int(fields[11]) + int(fields[12])) / _TICKS)
    return found


def resident_mib(pid: int) -> float:
    """The memory that a living process holds now, in MiB."""
    return _status_mib(pid, "VmRSS")


def resident_peak_mib(pid: int) -> float:
    """The most memory that a living process has held so far, in MiB."""
    return _status_mib(pid, "VmHWM")


def _status_mib(pid: int, name: str) -> float:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(name):
            return int(line.split()[1]) / 1024
    raise ProcessLookupError(pid)
