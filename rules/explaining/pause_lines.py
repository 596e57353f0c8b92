"""When a clock stood still, in words: by whole days, or from moment to moment."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from ..judging.cases import ONE_DAY
from ..rule import CALENDAR_DAYS, WORKING_DAYS, WORKING_HOURS
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
        return _cut(asked, pause, told)
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
        most = _most(asked, pause)
        return asked.say("paused.cut_at", first=first, last=last, time=time, most=most, event=told)
    by = asked.event(pause.get("by") or {})
    return asked.say("paused.between_at", first=first, last=last, time=time, event=told, by=by)


def _cut(asked: Asked, pause: TracedPause, told: str) -> str:
    """How long the clock might stand still in a *pause* that lasted longer, and since when it runs
    again; *told*: what stopped it."""
    said = {
        "first": asked.written(pause["first"]),
        "last": asked.written(pause["last"]),
        "resumed": asked.on(date.fromisoformat(pause["last"]) + ONE_DAY),
        "most": _most(asked, pause),
        "event": told,
    }
    by = pause.get("by")
    if by is None:
        return asked.say("paused.cut", **said)
    return asked.say("paused.cut_until", by=asked.event(by), **said)


def _most(asked: Asked, pause: TracedPause) -> str:
    """For how long the clock may stand still in all by what the rule says of such a *pause*."""
    by_hours, ended = "stopped_at" in pause, (pause.get("by") or {}).get("type")
    limits = [
        (each.ends, each.most_hours if by_hours else each.most)
        for each in (asked.rule.pauses if asked.rule else ())
        if pause.get("type") in each.begins
    ]
    limited = [(ends, most) for ends, most in limits if most is not None]
    # What closes a case ends its pause too, and says of none which it was.
    of_it = [most for ends, most in limited if ended in ends]
    most = next(iter([*of_it, *(most for _, most in limited)]), "?")
    if by_hours:
        return asked.say(f"days.{WORKING_HOURS}", days=most)
    kind = (asked.trace.get("due") or {}).get("kind")
    return asked.say(f"days.{kind if kind == WORKING_DAYS else CALENDAR_DAYS}", days=most)
