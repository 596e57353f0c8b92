"""The clock: nothing else in dondoc reads it; whoever needs the time is handed it."""

from __future__ import annotations

import time
from datetime import date, datetime
from datetime import time as time_of_day
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

from ...rules.events import LOCAL

if TYPE_CHECKING:
    from ...storage.leaps import Uptime


LAST_OF_DAY = time_of_day(23, 59, 59)
"""What a day means where a time is asked for: all of it."""


def now() -> datetime:
    """The time, aware, in Asia/Ho_Chi_Minh."""
    return datetime.now(LOCAL)


def today() -> date:
    """Today's date in Asia/Ho_Chi_Minh."""
    return now().date()


def uptime() -> Uptime:
    """The seconds since this machine was started, its sleep included."""
    # Who asks for help waits for no database.
    from ...storage.leaps import Uptime  # noqa: PLC0415

    return Uptime(_boot(), time.clock_gettime(time.CLOCK_BOOTTIME))


@cache
def _boot() -> str:
    """What names this start of the machine; where none can be read, a name for this process."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text("ascii").strip()
    except OSError:
        return uuid4().hex
