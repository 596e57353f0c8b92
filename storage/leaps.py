"""Whether the clock may be believed. A day that is more than one from the day by which everything
is judged is taken for right when a second look, ten minutes later, says the same.

A clock that is wrong for a minute would otherwise move the stored day for years. First looks are
remembered in the database, so that a service which is started again every few minutes comes to its
second one. Nothing here reads a clock, and nothing moves the day (`advancing.advance` does).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from ..rules.events import local_date
from .database import Store
from .transaction import SINCE, THROUGH, Transaction

SECOND_LOOK_SECONDS = 600.0
SET_SECONDS = 30.0
"""Time that parts from the steady seconds by more was set, not corrected little by little."""
ONE_DAY = timedelta(days=1)

_BEGUN = "begun"
"""Setting: the day on which days first began to pass here; before it there is nothing to lose."""
LOOK = "first look "
"""Settings, one for each start of a machine: its first look at a leap that still goes on."""


@dataclass(frozen=True, slots=True)
class Uptime:
    """Seconds on a clock that nobody can set; they can be compared where ``boot``, which names a
    start of a machine, is the same."""

    boot: str
    seconds: float


@dataclass(frozen=True, slots=True)
class Standing:
    """How the local day ``today`` stands to ``through``, by which everything is judged.

    ``leap`` is how far it is ahead where that is more than a day, or (negative) behind; nought
    where neither. While it is not ``believed``, no day passes and no reminder is decided or sent.
    """

    today: date
    through: date
    leap: timedelta
    believed: bool

    def covers(self, now: datetime) -> bool:
        """Whether the aware time *now* may be believed too."""
        return self.believed and abs(local_date(now) - self.today) <= ONE_DAY


def look(store: Store, now: datetime, uptime: Uptime) -> Standing:
    """Look at the clock once: it says the aware time *now* at *uptime*. Raises `StorageError`.

    Where another machine's clock agrees with the stored day, a leap that only this one's shows
    is not believed however long it lasts.
    """
    today = local_date(now)
    settings = store.read(_settings)
    since, through = (date.fromisoformat(settings[key]) for key in (SINCE, THROUGH))
    ahead = today - through
    if through == since and (ahead <= timedelta() or _BEGUN not in settings):
        if today >= since and _BEGUN not in settings:
            store.transact(lambda tx: tx.set_setting(_BEGUN, today.isoformat()))
        _forget_looks_among(store, settings)
        return Standing(today, through, timedelta(), believed=True)
    leap = timedelta() if timedelta() <= ahead <= ONE_DAY else ahead
    if abs(ahead) <= ONE_DAY:
        _forget_looks_among(store, settings)
        return Standing(today, through, leap, believed=True)
    key = LOOK + uptime.boot
    waited = _waited(settings[key], now, uptime) if key in settings else None
    if waited is None:
        told = f"{uptime.seconds} {now.isoformat()}"
        store.transact(lambda tx: tx.set_setting(key, told))
    believed = waited is not None and waited >= SECOND_LOOK_SECONDS
    return Standing(today, through, leap, believed)


def _forget_looks_among(store: Store, settings: dict[str, str]) -> None:
    if any(key.startswith(LOOK) for key in settings):
        store.transact(forget_looks)


def forget_looks(tx: Transaction) -> None:
    """There is no leap any more: the next one is looked at twice again."""
    tx.run("DELETE FROM setting WHERE substr(key, 1, %s)=%s", len(LOOK), LOOK)


def _settings(tx: Transaction) -> dict[str, str]:
    return dict[str, str](tx.rows("SELECT key, value FROM setting"))


def _waited(first: str, now: datetime, uptime: Uptime) -> float | None:
    """The seconds of *uptime* since the *first* look; None where the time was set meanwhile."""
    seconds, _, at = first.partition(" ")
    waited = uptime.seconds - float(seconds)
    passed = (now - datetime.fromisoformat(at)).total_seconds()
    return waited if waited >= 0 and abs(passed - waited) <= SET_SECONDS else None
