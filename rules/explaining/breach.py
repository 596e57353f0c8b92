"""Whether an obligation's lateness counts, since when or why not, in words.

Whether something is a breach was decided when it was judged; here only the reason is named.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from ..calendar import OutsideCoverage
from ..judging.cases import ONE_DAY
from ..judging.outcome import NEVER, UNLESS_MET_BY
from ..judging.terms import BEYOND_COVERAGE
from ..moments import end_of, reached
from ..obligations import MET_LATE, OPEN, VOID
from ..rule import DATA_DATE, DEADLINE_STARTS
from .words import Asked


def breach_lines(asked: Asked) -> Iterator[str]:
    """How it stands, and since when it is a breach or why it is none."""
    obligation, as_of = asked.obligation, asked.as_of
    state = obligation.state(as_of)
    if state == OPEN and obligation.due is None:
        state = "open_no_date" if _unknown_date(asked) else f"open_{without_clock(asked)}"
    elif state == OPEN and obligation.paused(as_of) is not None:
        state = "open_paused"
    elif state == OPEN and obligation.is_past(as_of):
        state = "open_back"
    yield _standing(asked, asked.say(f"state.{state}"))
    if obligation.breach_on is not None and obligation.counts_as_breach(as_of):
        yield asked.say("breach.counts", date=asked.on(obligation.breach_on))
        began = obligation.breach_on
        answering = asked.law.directory.answerable(obligation.body, began, obligation.owed_since)
        if answering != (obligation.body,):
            key = "breach.counts_of" if len(answering) == 1 else "breach.counts_of_several"
            yield asked.say(key, body=", ".join(asked.body(each, began) for each in answering))
        if state == MET_LATE:
            yield asked.say("breach.counts_met")
        elif state == VOID:
            yield asked.say("breach.counts_ended")
        yield from _excused(asked)
    else:
        yield from _no_breach(asked)


def _standing(asked: Asked, state: str) -> str:
    """How it stands: at the end of the day; by now where a moment of the day decides."""
    if asked.obligation.due_at is None or reached(asked.as_of) == end_of(asked.as_of):
        return asked.say("breach.standing", date=asked.on(asked.as_of), state=state)
    moment = asked.texts.moment(reached(asked.as_of))
    return asked.say("breach.standing_at", moment=moment, state=state)


def without_clock(asked: Asked) -> str:
    """Why there is no term: "past" when it could first be known, "awaiting" one that is still to be
    set, "awaited" where it was closed before one was, "unset" by whoever might have set one,
    "no_deadline" from which it could be counted, or "no_clock" by the regulation."""
    if asked.trace.get("awaiting_deadline"):
        # Nobody waits for a date of what is done or was taken away.
        return "awaiting" if asked.obligation.state(asked.as_of) == OPEN else "awaited"
    term = asked.trace.get("due") or asked.trace.get("target")
    if term is None:
        return "no_clock"
    if term.get("past"):
        return "past"
    if term.get("kind") == DATA_DATE:
        return "unset"
    return "no_deadline" if term.get("start") in DEADLINE_STARTS else "no_clock"


def _unknown_date(asked: Asked) -> bool:
    """Whether there is a term whose last day the calendar did not reach."""
    return asked.obligation.due is None and bool(asked.trace.get(BEYOND_COVERAGE))


def _no_breach(asked: Asked) -> Iterator[str]:
    obligation, as_of = asked.obligation, asked.as_of
    due, closed_on = obligation.due, obligation.closed_on
    if due is None:
        yield from _without_date(asked)
        return
    ends = asked.end(due, obligation.due_at)
    late = obligation.was_late or obligation.by_silence
    if closed_on is not None and closed_on <= as_of and not late:
        yield asked.say("breach.in_time", date=asked.on(closed_on), due=ends)
        return
    if obligation.by_silence and obligation.met_on is not None and obligation.met_on <= as_of:
        yield asked.say("breach.by_silence")
        return
    stands = obligation.paused(as_of)
    past = obligation.is_past(as_of)
    if past and closed_on is None and stands is not None and not obligation.breach_on:
        yield asked.say("breach.paused", first=asked.on(stands[0]))
        return
    uncounted = tuple(_uncounted(asked))
    reasons = uncounted or tuple(_excused(asked))
    if not obligation.is_past(as_of):
        yield asked.say("breach.not_yet", due=ends)
    elif not uncounted:  # which says so itself
        yield asked.say("breach.none")
    yield from reasons
    if obligation.due_at is not None and obligation.breach_on == due:
        yield asked.say("breach.will_after", moment=ends)
    elif obligation.breach_on is not None:
        yield asked.say("breach.will", date=asked.on(obligation.breach_on))
    elif not reasons and obligation.is_past(as_of):
        yield asked.say("breach.unrecorded")


def _without_date(asked: Asked) -> Iterator[str]:
    if _unknown_date(asked):
        yield asked.say("breach.no_date")
        return
    yield asked.say(f"breach.{without_clock(asked)}")
    if asked.obligation.state(asked.as_of) == OPEN:
        try:
            days = asked.law.calendar.working_days_between(asked.obligation.opened_on, asked.as_of)
        except OutsideCoverage:
            return
        yield asked.say("breach.age", days=max(days, 0))


def _uncounted(asked: Asked) -> Iterator[str]:
    why = asked.trace.get("uncounted")
    if why == NEVER:
        yield asked.say("breach.never")
    elif why == UNLESS_MET_BY:
        yield asked.say("breach.unless_met_by", events=_met_by(asked))


def _met_by(asked: Asked) -> str:
    """The events whose lateness is a breach, where only that of some is."""
    types = sorted(asked.rule.breach_met_by) if asked.rule else ()
    return ", ".join(asked.event_type(each) for each in types)


def _excused(asked: Asked) -> Iterator[str]:
    """The days of lateness that do not count, and why."""
    spans = tuple(_excused_days(asked))
    if spans:
        yield asked.say("breach.excused", reason=_excuse(asked))
    for first, until in spans:
        if until is None:
            yield asked.say("breach.excused_open", first=asked.written(first))
        else:
            yield asked.say(
                "breach.excused_until", first=asked.written(first), until=asked.written(until)
            )


def _excused_days(asked: Asked) -> Iterator[tuple[str, str | None]]:
    """Of the excuses, as [from, until), those that put the first day of lateness off."""
    obligation = asked.obligation
    if obligation.due is None:
        return
    # As `terms.first_breach` counts: a date that was over when it became known is not missed
    # before the day after.
    known_on = str(asked.trace.get("known_on") or obligation.opened_on.isoformat())
    day = (max(obligation.due, date.fromisoformat(known_on)) + ONE_DAY).isoformat()
    if obligation.due_at is not None and "known_on" not in asked.trace:
        day = obligation.due.isoformat()
    for first, until in sorted(asked.trace.get("excused") or (), key=lambda span: str(span[0])):
        if str(first) <= day and (until is None or day < until):
            yield day, until
            if until is None:
                return
            day = until


def _excuse(asked: Asked) -> str:
    excuse = asked.rule.excuse if asked.rule else None
    if excuse is None and asked.rule is not None and asked.rule.breach_met_by:
        return asked.say("breach.silence", events=_met_by(asked))
    if excuse is None:
        return asked.say("breach.excuse_unknown")
    if excuse.rule is not None:
        return asked.say("breach.while_late", rule=asked.rule_duty(excuse.rule))
    return asked.say(
        "breach.returned",
        event=asked.event_type(excuse.by or "?"),
        rule=asked.rule_duty(excuse.in_time_of),
    )
