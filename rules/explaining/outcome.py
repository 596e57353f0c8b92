"""How an obligation stands, and whether its lateness counts, in words.

What happened after the day it is looked at is not told. Whether something is a breach was
decided when it was judged; here only the reason is named.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from ..calendar import OutsideCoverage
from ..event_types import ABOUT_A_BODY
from ..judging.bench import NEVER, UNLESS_MET_BY
from ..judging.cases import ONE_DAY
from ..judging.terms import BEYOND_COVERAGE
from ..obligations import MET, MET_LATE, OPEN, VOID
from ..regulation import REJECTED, Fulfilment
from .words import Asked, one_line


def outcome_lines(asked: Asked) -> Iterator[str]:
    """What fulfilled it or ended it by the day it is looked at; what would, while nothing has."""
    obligation, trace = asked.obligation, asked.trace
    state = obligation.state(asked.as_of)
    if state in (MET, MET_LATE) and obligation.met_on is not None:
        yield _happened(asked, "outcome.met", asked.on(obligation.met_on), trace.get("met_by"))
        yield from _why_then(asked, obligation.met_on, trace.get("met_by"))
    elif state == VOID and obligation.ended_on is not None:
        how = "outcome.superseded" if trace.get("superseded") else "outcome.ended"
        yield _happened(asked, how, asked.on(obligation.ended_on), trace.get("ended_by"))
    else:
        yield asked.say("outcome.open", date=asked.on(asked.as_of))
        ways = "; ".join(dict.fromkeys(_ways(asked)))
        if ways:
            yield asked.say("outcome.ways", ways=ways)
    yield from _taken_back(asked)


def _taken_back(asked: Asked) -> Iterator[str]:
    """What was said to be done and was taken back by the day it is looked at (Điều 7)."""
    met_by = asked.trace.get("met_by") or {}
    for undone in asked.trace.get("undone") or ():
        by = undone.get("by") or {}
        if str(by.get("on")) > asked.as_of.isoformat():
            continue
        if (undone.get("source"), undone.get("id")) == (met_by.get("source"), met_by.get("id")):
            yield asked.say("outcome.stands", by=asked.event(by))
        else:
            how = "outcome.rejected" if by.get("type") == REJECTED else "outcome.taken_back"
            yield asked.say(how, event=asked.event(undone), by=asked.event(by))


def _happened(asked: Asked, key: str, day: str, by: object) -> str:
    if isinstance(by, Mapping):
        return asked.say(key, date=day, event=asked.event(by))
    plain = "outcome.met" if key == "outcome.met" else "outcome.ended"
    return asked.say(f"{plain}_unrecorded", date=day)


def _why_then(asked: Asked, met_on: date, by: object) -> Iterator[str]:
    """Why on another day than that of the event, and why by that event, where neither shows."""
    rule = asked.rule
    if rule is None or not isinstance(by, Mapping):
        return
    told_on = str(by.get("on"))
    if told_on < met_on.isoformat():
        yield asked.say("outcome.earlier")
    elif told_on > met_on.isoformat():
        yield asked.say("outcome.stated", on=asked.written(told_on))
    if rule.complete:
        yield asked.say("outcome.complete")
    elif rule.accumulates:
        yield asked.say("outcome.accumulated")
    elif rule.counts_tasks and by.get("type") not in rule.fulfilling:
        yield asked.say("outcome.tasks")


def _ways(asked: Asked) -> Iterator[str]:
    """What would fulfil the obligation, as the rule says it."""
    rule = asked.rule
    if rule is None:
        return
    if rule.counts_tasks:
        yield asked.say("way.tasks")
    if rule.complete:
        yield asked.say("way.complete_task" if asked.obligation.task_id else "way.complete")
    for way in rule.fulfilled:
        yield ", ".join(_way(asked, way))


def _way(asked: Asked, way: Fulfilment) -> Iterator[str]:
    yield asked.event_type(way.event)
    if way.by is not None:
        about = way.by == "lead" and way.event in ABOUT_A_BODY
        yield asked.say("way.about_lead" if about else f"way.{way.by}")
    for name, wanted in way.where:
        yield asked.say("way.where", field=asked.field(name), values=asked.values(wanted))
    if way.same:
        yield asked.say("way.same", fields=", ".join(asked.field(name) for name in way.same))
    for name, wanted in way.opened_where:
        field, values = asked.field(name), asked.values(wanted)
        yield asked.say("way.opened_where", field=field, values=values)
    if way.not_before is not None:
        yield asked.say(f"way.{way.not_before}")


def missing_lines(asked: Asked) -> Iterator[str]:
    """What is not there yet: information under its point, or values that nothing has named."""
    if asked.obligation.state(asked.as_of) in (MET, MET_LATE):
        return
    for name in asked.trace.get("missing") or ():
        point, _, field = str(name).partition(":")
        yield asked.say("missing.field", point=one_line(point), field=asked.field(field))
    for field, values in (asked.trace.get("needed") or {}).items():
        yield asked.say("missing.value", field=asked.field(field), values=asked.values(values))


def breach_lines(asked: Asked) -> Iterator[str]:
    """How it stands, and since when it is a breach or why it is none."""
    obligation, as_of = asked.obligation, asked.as_of
    state = obligation.state(as_of)
    if state == OPEN and obligation.due is None:
        state = "open_no_date" if _unknown_date(asked) else "open_no_clock"
    yield asked.say("breach.standing", date=asked.on(as_of), state=asked.say(f"state.{state}"))
    if obligation.breach_on is not None and obligation.counts_as_breach(as_of):
        yield asked.say("breach.counts", date=asked.on(obligation.breach_on))
        breach_of = obligation.breach_of(asked.law.directory)
        if breach_of not in (None, obligation.body):
            body = asked.body(breach_of, obligation.breach_on)
            yield asked.say("breach.counts_of", body=body)
        if state == MET_LATE:
            yield asked.say("breach.counts_met")
        elif state == VOID:
            yield asked.say("breach.counts_ended")
        yield from _excused(asked)
    else:
        yield from _no_breach(asked)


def _unknown_date(asked: Asked) -> bool:
    """Whether there is a term whose last day the calendar did not reach."""
    return asked.obligation.due is None and bool(asked.trace.get(BEYOND_COVERAGE))


def _no_breach(asked: Asked) -> Iterator[str]:
    obligation, as_of = asked.obligation, asked.as_of
    due, closed_on = obligation.due, obligation.closed_on
    if due is None:
        yield from _without_date(asked)
        return
    if closed_on is not None and closed_on <= min(due, as_of):
        yield asked.say("breach.in_time", date=asked.on(closed_on), due=asked.on(due))
        return
    if as_of <= due:
        yield asked.say("breach.not_yet", due=asked.on(due))
    else:
        yield asked.say("breach.none")
    reasons = tuple(_uncounted(asked)) or tuple(_excused(asked))
    yield from reasons
    if obligation.breach_on is not None:
        yield asked.say("breach.will", date=asked.on(obligation.breach_on))
    elif not reasons and as_of > due:
        yield asked.say("breach.unrecorded")


def _without_date(asked: Asked) -> Iterator[str]:
    if _unknown_date(asked):
        yield asked.say("breach.no_date")
        return
    yield asked.say("breach.no_clock")
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
    for first, until in sorted(asked.trace.get("excused") or (), key=lambda span: str(span[0])):
        if first <= day and (until is None or day < until):
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
        return asked.say("breach.while_late", rule=asked.rule_title(excuse.rule))
    return asked.say(
        "breach.returned",
        event=asked.event_type(excuse.by or "?"),
        rule=asked.rule_title(excuse.in_time_of),
    )
