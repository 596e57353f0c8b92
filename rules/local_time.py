"""The offices' local time: one zone, which the calendar names, for every date and clock time.

It is Vietnam's unless a calendar says otherwise. A process works for the offices of one zone; which
that is is said once, when the calendars are named, before any date is looked at.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone, tzinfo

VIETNAM = "Asia/Ho_Chi_Minh"
_IN_VIETNAM = timezone(timedelta(hours=7), VIETNAM)
"""Vietnam has kept UTC+7 without daylight saving since 1975, which is older than every date here; a
fixed offset needs no time zone database on the machine."""


def zone_called(name: str) -> tzinfo | None:
    """The zone of that name ("Europe/Paris"); None where the machine knows none."""
    if name == VIETNAM:
        return _IN_VIETNAM
    # Here and not above, since nobody in Vietnam needs it.
    from zoneinfo import ZoneInfo  # noqa: PLC0415

    try:
        return ZoneInfo(name)
    except (OSError, ValueError, KeyError):  # ZoneInfoNotFoundError is a KeyError
        return None


class _Local(tzinfo):
    """The zone that is followed."""

    def __init__(self) -> None:
        self._name, self._zone = VIETNAM, zone_called(VIETNAM) or _IN_VIETNAM

    @property
    def name(self) -> str:
        """What the zone is called."""
        return self._name

    def follow(self, name: str) -> None:
        """Be the zone of that *name*, which the machine knows."""
        zone = zone_called(name)
        if zone is None:
            raise ValueError(name)
        self._name, self._zone = name, zone

    def date_of(self, time: datetime) -> date:
        """The local date of an aware *time*, as of `astimezone`, in a quarter of its time."""
        return (time if time.tzinfo is self else time.astimezone(self._zone)).date()

    def utcoffset(self, dt: datetime | None) -> timedelta | None:
        """How far local time is ahead of UTC."""
        return self._zone.utcoffset(dt and dt.replace(tzinfo=self._zone))

    def dst(self, dt: datetime | None) -> timedelta | None:
        """How much of that is daylight saving."""
        return self._zone.dst(dt and dt.replace(tzinfo=self._zone))

    def tzname(self, dt: datetime | None) -> str | None:
        """What the zone is called at that time."""
        return self._zone.tzname(dt and dt.replace(tzinfo=self._zone))

    def fromutc(self, dt: datetime) -> datetime:
        """The local time of *dt*, which is in UTC."""
        return self._zone.fromutc(dt.replace(tzinfo=self._zone)).replace(tzinfo=self)

    def __repr__(self) -> str:
        return f"LOCAL ({self._name})"

    def __deepcopy__(self, memo: object) -> _Local:
        return self

    def __copy__(self) -> _Local:
        return self

    def __reduce__(self) -> str:
        return "LOCAL"


LOCAL = _Local()
"""Local time of the offices."""
