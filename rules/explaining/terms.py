"""How an obligation's dates are explained: the terms, their days, and what moved them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime

from ..calendar import OutsideCoverage
from ..judging.settling import TOO_LATE
from ..judging.terms import BEYOND_COVERAGE
from ..rule import CONDITIONS, COUNTED_KINDS, WORKING_HOURS, TermException
from ..trace import TracedTerm
from .breach import without_clock
from .clock_times import end_by_the_clock, told_of
from .days import COUNTED, HOURS, STATED, Count, TermDay, count, rolls_of
from .halted_hours import ADDED_HOURS, RESUMED, halts, with_halts
from .pause_lines import pause_lines
from .paused_days import ADDED, PAUSED, standstills, with_pauses
from .words import Asked, one_line

DAY_BY_DAY = 15
"""Terms of more days than this show a run of plain working days on one line; every day that is
skipped keeps its own."""

TARGET, DUE = "target", "due"


def counts_of(asked: Asked) -> dict[str, Count]:
    """The counts of target and due, as far as the trace keeps them; only of due where the two
    were counted alike."""
    obligation, trace = asked.obligation, asked.trace
    kept = (
        (TARGET, trace.get("target"), obligation.target),
        (DUE, trace.get("due"), obligation.due),
    )
    counts: dict[str, Count] = {}
    for of, term, day in kept:
        # A term without a start is that of a task without a deadline.
        if term is not None and ("from" in term or day is not None):
            counts[of] = _counted(asked, term)
    if TARGET in counts and DUE in counts and counts[TARGET].same_as(counts[DUE]):
        del counts[TARGET]
    return counts


def _counted(asked: Asked, term: TracedTerm) -> Count:
    """*term* counted day by day, as its clock stood still for some of them."""
    calendar = asked.law.calendar
    counted = count(term, calendar)
    paused = asked.trace.get("paused")
    if not paused:
        return counted
    try:
        rolls = rolls_of(term.get("rolls"))
        found = with_pauses(counted, standstills(paused), calendar, rolls=rolls)
        return with_halts(found, halts(paused), calendar)
    except OutsideCoverage:
        return replace(counted, steps=(), last=None, covered=False)


def exception_lines(asked: Asked) -> Iterator[str]:
    """Which of the rule's exceptions applied, and why."""
    name = asked.trace.get("exception")
    exceptions = asked.rule.exceptions if asked.rule else ()
    if name is None:
        if exceptions and (asked.obligation.due or asked.obligation.target):
            yield asked.say("exception.none")
        return
    applied = next((each for each in exceptions if each.name == name), None)
    if applied is None:
        yield asked.say("exception.unknown", name=one_line(name))
    else:
        conditions = "; ".join(_conditions(asked, applied))
        yield asked.say("exception.applied", name=one_line(name), conditions=conditions)


def _conditions(asked: Asked, exception: TermException) -> Iterator[str]:
    for name in exception.when:
        yield condition_said(asked, name, holds=True)
    for name in exception.unless:
        yield condition_said(asked, name, holds=False)


def condition_said(asked: Asked, name: str, *, holds: bool) -> str:
    """A condition in words: the file's own by its title."""
    known = f"condition.{name}" if holds else f"condition_not.{name}"
    conditions = asked.regulation.conditions if asked.regulation else {}
    if name in CONDITIONS and asked.found(known):
        return asked.say(known)
    own = conditions.get(name)
    title = one_line(name) if own is None or own.title is None else own.title.said(asked.language)
    return asked.say("own_condition.holds" if holds else "own_condition.not", title=title)


def settling_lines(asked: Asked) -> Iterator[str]:
    """Conditions that were decided after the opening, and the times in which the clock stood
    still."""
    for turn in asked.trace.get("turned") or ():
        holds = bool(turn.get("holds"))
        said = condition_said(asked, str(turn.get("condition", "?")), holds=holds)
        key = "turned.late" if turn.get("why") == TOO_LATE else "turned.over"
        key = key if turn.get("why") else "turned.counts"
        yield asked.say(key, condition=said, event=asked.event(turn))
    yield from pause_lines(asked)


def clock_lines(asked: Asked) -> Iterator[str]:
    """Why there is no term to count, where there is none."""
    if asked.trace.get(BEYOND_COVERAGE):
        yield _beyond(asked)
    elif asked.obligation.target or asked.obligation.due:
        yield asked.say("term.unrecorded")
        for day in dict.fromkeys((asked.obligation.target, asked.obligation.due)):
            if day is not None:
                yield asked.say("term.recorded", stored=asked.weekday(day))
    else:
        closed_on = asked.obligation.closed_on or asked.as_of
        yield asked.say(f"term.{without_clock(asked)}", date=asked.on(closed_on))


def term_lines(asked: Asked, of: str, counted: Count) -> Iterator[str]:
    """The term *counted*, "target" or "due": how long, each day, and where it ends."""
    owed = asked.obligation
    stored = (owed.target, owed.target_at) if of == TARGET else (owed.due, owed.due_at)
    if counted.begins is None or (counted.covered and counted.last is None):
        yield asked.say("term.unrecorded")
    else:
        yield _length(asked, counted, counted.begins)
    yield from _days(asked, counted)
    yield from _end(asked, of, counted, *stored)
    hours = asked.law.calendar.hours
    if counted.kind == WORKING_HOURS and hours is not None and not hours.confirmed:
        yield asked.say("term.usual_hours")


def _length(asked: Asked, counted: Count, begins: date) -> str:
    day = asked.on(begins)
    if counted.begins_at is not None:
        moment, hours = asked.texts.moment(counted.begins_at), counted.hours
        return asked.say("term.working_hours", hours=hours, padded=f"{hours:02}", moment=moment)
    if counted.kind not in COUNTED_KINDS:
        return asked.say(f"term.{counted.kind}", date=day)
    how = "_inclusive" if counted.inclusive else "_before" if counted.days < 0 else ""
    long = abs(counted.days) or counted.months
    return asked.say(
        f"term.{counted.kind}{how}",
        days=long,
        padded=f"{long:02}",
        start=asked.say(f"start.{counted.start}"),
        date=day,
    )


def _end(
    asked: Asked, of: str, counted: Count, stored: date | None, stored_at: datetime | None
) -> Iterator[str]:
    last = counted.last
    if last is not None and stored is not None and (counted.ends_at or stored_at):
        term = asked.trace.get("target") if of == DUE else None
        target = None if term is None else _counted(asked, term)
        yield from end_by_the_clock(asked, target, counted, stored, stored_at)
        return
    if not counted.covered:
        yield _beyond(asked)
    if last is None:
        if stored is not None:
            yield asked.say("term.recorded", stored=asked.weekday(stored))
    elif of == DUE and (asked.trace.get("due") or {}).get("past"):
        yield asked.say("term.past")
    elif last == stored:
        yield asked.say("term.ends", day=asked.weekday(last))
    elif stored is None:
        yield asked.say("term.differs_none", day=asked.weekday(last))
    elif of == DUE and last < stored and _is_target(asked, stored):
        yield asked.say("term.later", day=asked.weekday(last), target=asked.weekday(stored))
    else:
        yield asked.say("term.differs", day=asked.weekday(last), stored=asked.weekday(stored))


def _is_target(asked: Asked, day: date) -> bool:
    """Whether *day* is the target by the calendar in use too, and not only as it is stored."""
    term = asked.trace.get("target")
    return term is not None and _counted(asked, term).last == day


def _beyond(asked: Asked) -> str:
    calendar = asked.law.calendar
    return asked.say("term.beyond", first=asked.on(calendar.first), last=asked.on(calendar.last))


def _days(asked: Asked, counted: Count) -> Iterator[str]:
    fold = abs(counted.days) > DAY_BY_DAY
    run: list[TermDay] = []
    for step in counted.steps:
        if fold and step.what == COUNTED and step.day.kind == "weekday":
            run.append(step)
            continue
        yield from _run(asked, run)
        run = []
        yield _step(asked, step)
    yield from _run(asked, run)


def _run(asked: Asked, run: Sequence[TermDay]) -> Iterator[str]:
    if len(run) == 1:
        yield _step(asked, run[0])
    elif run:
        first, last = run[0], run[-1]
        yield asked.say(
            "step.run",
            first=asked.weekday(first.day.date),
            last=asked.weekday(last.day.date),
            number=first.number,
            to=last.number,
        )


def _step(asked: Asked, step: TermDay) -> str:
    day = step.day
    what = "stated_off" if step.what == STATED and not day.working else step.what
    line = asked.say(f"step.{what}", day=asked.weekday(day.date), **told_of(asked, step))
    # A half Saturday is off, but not for what is counted in hours.
    own = step.what in (PAUSED, ADDED, ADDED_HOURS, RESUMED)
    told = not own and (step.what, day.kind) != (HOURS, "weekend")
    if day.kind != "weekday" and told:
        line = asked.say("step.because", step=line, reason=asked.reason(day))
    return line if day.confirmed else asked.say("step.unconfirmed", step=line)


def default_counts(asked: Asked) -> Iterator[Count]:
    """How the deadline of a task was counted, where nobody named one."""
    term = (asked.trace.get("default_deadline") or {}).get("term")
    if term is not None:
        yield count(term, asked.law.calendar)


def default_lines(asked: Asked) -> Iterator[str]:
    """By which article the task has its deadline, where nobody named one, and its days."""
    told = asked.trace.get("default_deadline")
    if told is None:
        return
    term = told.get("term") or {}
    kind = str(term.get("kind"))
    long = int(term.get("months") or term.get("days") or 0)
    regulation = asked.law.regulations.get(str(told.get("of")))
    cited = regulation.cited_as if regulation else str(told.get("of", "?"))
    yield asked.say(
        "default.by",
        cite=asked.texts.citation(one_line(told.get("cite", "?")), one_line(cited)),
        long=asked.say(f"default.{kind}", days=long, padded=f"{long:02}")
        if kind in COUNTED_KINDS
        else one_line(kind),
        start=asked.say("default.document" if term.get("start") == "document" else "default.task"),
        date=asked.written(term.get("from", "?")),
        due=asked.written(told.get("due_on", "?")),
    )
    for counted in default_counts(asked):
        yield from _days(asked, counted)


def calendar_lines(asked: Asked, counts: Sequence[Count]) -> Iterator[str]:
    """The sources of the days that differ from the plain week, and those not yet confirmed."""
    days = {
        step.day.date: step.day
        for counted in counts
        for step in counted.steps
        if step.day.kind not in ("weekday", "weekend")
    }
    by_source: dict[str | None, list[str]] = {}
    for day in sorted(days):
        by_source.setdefault(days[day].source, []).append(asked.on(day))
    for source, dates in by_source.items():
        key = "calendar.unsourced" if source is None else "calendar.source"
        yield asked.say(key, source=source or "", days=", ".join(dates))
    unconfirmed = [asked.on(day) for day in sorted(days) if not days[day].confirmed]
    if unconfirmed:
        yield asked.say("calendar.unconfirmed", days=", ".join(unconfirmed))
