"""The clock: nothing else in dondoc reads it; whoever needs the time is handed it."""

from __future__ import annotations

from datetime import date, datetime

from ...rules.events import LOCAL


def now() -> datetime:
    """The time, aware, in Asia/Ho_Chi_Minh."""
    return datetime.now(LOCAL)


def today() -> date:
    """Today's date in Asia/Ho_Chi_Minh."""
    return now().date()
