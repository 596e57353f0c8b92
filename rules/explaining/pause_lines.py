"""When a clock stood still, in words: by whole days, or from moment to moment."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from ..trace import TracedPause
from .clock_times import time_said
from .words import Asked


def pause_lines(asked: Asked) -> Iterator[str]:
    """The times in which the clock stood still, those too that count for nothing."""
    for pause in asked.trace.get("paused") or ():
        if pause.get("late"):
            yield asked.say("paused.late", event=asked.event(pause))
        elif "stopped_at" in pause:
            yield _from_moment_to_moment(asked, pause)
        else:
            yield _by_days(asked, pause)


def _by_days(asked: Asked, pause: TracedPause) -> str:
    told, first = asked.event(pause), asked.written(pause.get("first", "?"))
    last = pause.get("last")
    if last is None:
        return asked.say("paused.stands", first=first, event=told)
    if str(last) < str(pause.get("first")):
        return asked.say("paused.spent" if pause.get("cut") else "paused.no_day", event=told)
    if pause.get("cut"):
        return asked.say("paused.cut", first=first, last=asked.written(last), event=told)
    by = asked.event(pause.get("by") or {})
    return asked.say("paused.between", first=first, last=asked.written(last), event=told, by=by)


def _from_moment_to_moment(asked: Asked, pause: TracedPause) -> str:
    told, stopped, went_on = asked.event(pause), pause["stopped_at"], pause.get("went_on_at")
    first = asked.texts.moment(datetime.fromisoformat(stopped))
    if went_on is None:
        return asked.say("paused.stands_at", first=first, event=told)
    if stopped == went_on and pause.get("cut"):
        return asked.say("paused.spent", event=told)
    minutes = int(pause.get("minutes", 0))
    if not minutes:
        return asked.say("paused.no_hours", event=told)
    time, last = time_said(asked, minutes), asked.texts.moment(datetime.fromisoformat(went_on))
    if pause.get("cut"):
        return asked.say("paused.cut_at", first=first, last=last, time=time, event=told)
    by = asked.event(pause.get("by") or {})
    return asked.say("paused.between_at", first=first, last=last, time=time, event=told, by=by)
