"""Whether to remind somebody of an obligation today, and if not, why not.

Pure: an obligation, what was sent before, the office's policy, the calendar and the time go in;
a reminder or a named reason for none comes out. It must never send, store or look at a clock:
the scheduler hands in *now*, storage claims what is decided here, the relay publishes it.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, time, timedelta
from functools import partial

from ..calendar import Calendar, OutsideCoverage
from ..events import LOCAL, local_date
from ..moments import so_far
from ..obligations import MET, MET_LATE, VOID, Obligation
from .addressees import Addressee
from .coming import Come, anchor_of, come_by, schedule_of, term_of
from .policy import Policy, Schedule, Step, urgency
from .reminder import Reason, Remind, Reminder, Sent, Silence
from .snooze import SNOOZABLE, Snooze

Decision = Remind | Silence


def decide(
    obligation: Obligation,
    addressee: Addressee,
    sent: Collection[Sent],
    policy: Policy,
    calendar: Calendar,
    *,
    now: datetime,
    since: date,
    start: datetime | None = None,
    snooze: Snooze | None = None,
) -> Decision:
    """Whether to remind *addressee* of *obligation* at the aware time *now*.

    *sent* is every row of the ledger for this obligation, those to other bodies and for
    earlier targets included. Steps before *since* (`tracking.since`) are never sent. *start*: an
    aware time; what came by the first day on which the body could be told from then on belongs to
    the digest of the first start. None: nothing does. *snooze*: the one that was last decided for
    the obligation, and not lifted.
    """
    asked = (obligation, addressee, sent, policy, calendar)
    ask = partial(_decide, *asked, now=now, since=since, start=start)
    schedule = schedule_of(obligation, policy)
    try:
        decision = ask(schedule)
        if snooze is None or not _has_to_wait(decision, obligation, snooze):
            return decision
        # What is for somebody above goes out as ever, also where a step that waits is higher.
        above = ask(schedule.without(SNOOZABLE))
        if isinstance(above, Remind):
            return above
        after = min(snooze.until, obligation.due or snooze.until) + timedelta(days=1)
        waits = _opening(after, policy, calendar, addressee)
        return Silence(Reason.SNOOZED, waits, snooze.reason)
    except OutsideCoverage:
        # A day that the calendar does not cover cannot be called a working day or a day off,
        # and a reminder with a guessed date is worse than none. A metric and
        # `dondoc check` warn long before.
        return Silence(Reason.OUTSIDE_CALENDAR)


def _decide(
    obligation: Obligation,
    addressee: Addressee,
    sent: Collection[Sent],
    policy: Policy,
    calendar: Calendar,
    schedule: Schedule,
    *,
    now: datetime,
    since: date,
    start: datetime | None,
) -> Decision:
    today = so_far(now)
    unasked = _unasked(obligation, addressee, schedule, today)
    if unasked is not None:
        _, until = obligation.unasked(today) or (None, None)
        waits = None if until is None else _opening(until, policy, calendar, addressee)
        return Silence(unasked, waits)
    come = come_by(obligation, addressee, schedule, calendar, today)
    if come is None:
        return Silence(Reason.TOO_YOUNG if obligation.target is None else Reason.NOT_YET)
    # A new target starts anew: what was sent for another one says nothing about this one.
    told = [row for row in sent if row.body == addressee.body and row.target == obligation.target]
    untimely = _untimely(come, obligation, told, today, since)
    if untimely is not None:
        return Silence(untimely)
    past = start is not None and come.day <= local_date(
        policy.next_opening(start, calendar, addressee.body)
    )
    # A deadline that was moved in the past is told of once, not once for each that it had.
    if past and not told and any(row.body == addressee.body for row in sent):
        return Silence(Reason.BEFORE_START)

    # Where the policy or the calendar changes during a day, a second step may come to the same
    # day; it is sent tomorrow if it still holds then.
    if any(row.on == today and _of_one_part(row, come, obligation) for row in told):
        tomorrow = today + timedelta(days=1)
        return Silence(Reason.ONE_A_DAY, _opening(tomorrow, policy, calendar, addressee))

    # Asked last, so that it hides no other reason: quiet hours defer what is to be sent, and
    # never drop it.
    deferred = _deferred(addressee, policy, calendar, now)
    reason = Reason.ON_ITS_DAY if come.day == today else Reason.MISSED
    reminder = _reminder(obligation, addressee, come, calendar, today)
    return deferred or Remind(reminder, Reason.CATCH_UP if past else reason)


def _deferred(
    addressee: Addressee, policy: Policy, calendar: Calendar, now: datetime
) -> Silence | None:
    """Until when what is to be sent to *addressee* waits; None where it goes out *now*."""
    opening = policy.next_opening(now, calendar, addressee.body)
    if opening == now:
        return None
    quiet = policy.quiet(local_date(now), addressee.body)
    if quiet is not None:
        return Silence(Reason.QUIET, opening, quiet.reason)
    return Silence(Reason.OUTSIDE_WINDOW, opening)


def _has_to_wait(decision: Decision, obligation: Obligation, snooze: Snooze) -> bool:
    """Whether *snooze* silences what would be sent. What quiet hours defer is looked at when they
    are over."""
    if not isinstance(decision, Remind):
        return False
    reminder = decision.reminder
    return snooze.silences(obligation, reminder.role, reminder.step, reminder.on)


def _reminder(
    obligation: Obligation, addressee: Addressee, come: Come, calendar: Calendar, today: date
) -> Reminder:
    """The reminder of the step that has come."""
    return Reminder(
        obligation=obligation.id,
        step=come.step.name,
        target=obligation.target,
        occurrence=come.occurrence,
        role=_role(addressee, come.step),
        body=addressee.body,
        offset=come.offset,
        on=today,
        late=_late(obligation, calendar, today),
        day_off=obligation.target is not None and not calendar.is_working(obligation.target),
        on_day_off=not calendar.is_working(today),
    )


def _of_one_part(row: Sent, come: Come, obligation: Obligation) -> bool:
    """Whether what was sent and the step that has *come* are on the same side of the target, where
    that is a moment: that it has passed is told at once, whatever was said before it."""
    return obligation.target_at is None or (row.occurrence > 0) == (come.occurrence > 0)


def _late(obligation: Obligation, calendar: Calendar, today: date) -> int:
    due = obligation.due
    return 0 if due is None or today <= due else calendar.working_days_between(due, today)


def _unasked(
    obligation: Obligation, addressee: Addressee, schedule: Schedule, today: date
) -> Reason | None:
    """Why nothing is asked of *addressee* today, whatever the steps are; None where it is."""
    # The projection may run ahead of the day that is looked at; what opens later is not owed.
    if not obligation.has_opened(today):
        return Reason.NOT_OPENED
    # Nobody is urged to do what is done, however late, or what is no longer asked for.
    state = obligation.state(today)
    if state in (MET, MET_LATE):
        return Reason.MET
    if state == VOID:
        return Reason.VOID
    if obligation.paused(today) is not None:
        return Reason.PAUSED
    if obligation.returned(today) is not None:
        return Reason.RETURNED
    # The policy may leave a rule, or this body's part in it, without any step.
    return Reason.NOT_ADDRESSED if schedule.roles.isdisjoint(addressee.roles) else None


def _opening(day: date, policy: Policy, calendar: Calendar, addressee: Addressee) -> datetime:
    """When something may go to *addressee* for the first time on *day* or later."""
    return policy.next_opening(datetime.combine(day, time.min, LOCAL), calendar, addressee.body)


def _untimely(
    come: Come, obligation: Obligation, told: Collection[Sent], today: date, since: date
) -> Reason | None:
    """Why the step that has *come* is not to be sent at all, *told* being what was sent to the
    same body for the same target; None where it is."""
    # A task given two days before its deadline never had a day on which three were left.
    if come.day < obligation.opened_on:
        return Reason.NOT_YET
    # An installation that starts today does not urge what was late years before it.
    if come.day < since:
        return Reason.BEFORE_TRACKING
    # A higher step silences a lower one too: should a new day off move today back before a step
    # already sent, urging must not become milder.
    own = urgency(come.step.name, come.occurrence)
    if any(urgency(row.step, row.occurrence) >= own for row in told):
        return Reason.ALREADY_SENT if come.day == today else Reason.BETWEEN_STEPS
    # On a day off just after the target the count of working days still stands at nought, but
    # "due today" is no longer true, and "overdue" begins with the next working day.
    if obligation.target is not None and come.occurrence <= 0 and obligation.is_past_target(today):
        return Reason.COUNTDOWN_OVER
    return None


def next_attention(
    obligation: Obligation, policy: Policy, calendar: Calendar, after: date
) -> date | None:
    """The first day after *after* on which a step for *obligation* falls, whoever it is for.

    It is where `decide` may next want to send something, given that it was asked about every
    addressee on each earlier such day until nothing waited; None: never again, or not in the
    days that *calendar* covers. Ask with the day before `tracking.since` for an obligation
    that is new or has changed, so that a step missed before it was known is looked at.
    """
    closed_on = obligation.closed_on
    if closed_on is not None and closed_on <= after:
        return None
    schedule = schedule_of(obligation, policy)
    try:
        anchor = anchor_of(obligation, calendar)
        if after >= obligation.opened_on:
            passed = calendar.working_days_between(anchor, after)
        else:
            passed = calendar.working_days_between(anchor, obligation.opened_on)
            if calendar.is_working(obligation.opened_on):
                # A step on the day of opening itself has yet to come.
                passed -= 1
        following = schedule.following(passed, term_of(obligation, schedule, calendar))
        if following is None:
            return None
        day = calendar.add_working_days(anchor, following)
    except OutsideCoverage:
        return None
    if obligation.target_at is not None and obligation.target is not None:
        # A term of hours is told of when it opens, and its moment may have passed by then.
        day = min(each for each in (obligation.opened_on, obligation.target, day) if each > after)
    return day if closed_on is None or day < closed_on else None


def _role(addressee: Addressee, step: Step) -> str:
    return next(role for role in addressee.roles if role in step.to)
