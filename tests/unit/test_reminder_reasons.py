"""Why somebody is reminded now, and why not: the window, what was missed, what was sent.

Dates are worked out by hand in the comments, on the calendar that ships. March 2026 begins on
a Sunday and has no public holiday.
"""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from dondoc.rules.reminding.addressees import Addressee
from dondoc.rules.reminding.decision import Decision, decide, next_attention
from dondoc.rules.reminding.policy import Policy, Quiet
from dondoc.rules.reminding.reminder import Reason, Remind, Sent, Silence
from support.reminding import (
    OBLIGOR,
    TRACKED,
    ask,
    at,
    calendar,
    days_from,
    obligation,
    policy,
    remind_on,
    row,
    told,
)

# The publishing window.


@pytest.mark.parametrize(
    ("now", "until"),
    [
        (at(date(2026, 3, 24), 6, 59), at(date(2026, 3, 24), 7, 30)),
        (at(date(2026, 3, 24), 7, 29), at(date(2026, 3, 24), 7, 30)),
        (at(date(2026, 3, 24), 7, 30), None),
        (at(date(2026, 3, 24), 16, 59), None),
        (at(date(2026, 3, 24), 17, 0), at(date(2026, 3, 25), 7, 30)),
        # Fri 20/3 in the evening and all of the weekend wait for Mon 23/3.
        (at(date(2026, 3, 20), 23, 59), at(date(2026, 3, 23), 7, 30)),
        (at(date(2026, 3, 21), 10, 0), at(date(2026, 3, 23), 7, 30)),
        # The same hours as UTC: 00:29 and 00:30 are 07:29 and 07:30 in Vietnam.
        (datetime(2026, 3, 24, 0, 29, tzinfo=UTC), at(date(2026, 3, 24), 7, 30)),
        (datetime(2026, 3, 24, 0, 30, tzinfo=UTC), None),
    ],
)
def test_quiet_hours_defer_until_the_window_opens(now: datetime, until: datetime | None) -> None:
    decision = ask(now)
    if until is None:
        assert isinstance(decision, Remind)
    else:
        assert decision == Silence(Reason.OUTSIDE_WINDOW, until=until)


def test_quiet_hours_over_tet_defer_until_the_first_working_day_after_it() -> None:
    # Tết: off from Sat 14/2 to Sun 22/2/2026.
    decision = ask(
        at(date(2026, 2, 13), 17, 0), opened_on=date(2026, 1, 5), target=date(2026, 2, 25)
    )
    assert decision == Silence(Reason.OUTSIDE_WINDOW, until=at(date(2026, 2, 23), 7, 30))


def test_what_quiet_hours_deferred_is_sent_when_the_window_opens() -> None:
    # −5 came on Fri 20/3; nobody ran until the evening.
    evening = ask(at(date(2026, 3, 20), 18))
    assert isinstance(evening, Silence)
    assert evening.until is not None
    morning = ask(evening.until)
    assert isinstance(morning, Remind)
    assert (morning.reminder.occurrence, morning.reason) == (-5, Reason.MISSED)


# Days of silence that the office declares.

MOURNING = Quiet(date(2026, 3, 23), date(2026, 3, 25), "Quốc tang")


def quieted(*quiets: Quiet) -> Policy:
    return replace(policy(), quiets=quiets)


def asked(now: datetime, *quiets: Quiet) -> Decision:
    return decide(obligation(), OBLIGOR, [], quieted(*quiets), calendar(), now=now, since=TRACKED)


@pytest.mark.parametrize("day", [23, 24, 25])
def test_days_of_silence_defer_to_the_opening_after_them_and_say_why(day: int) -> None:
    # Tue 24/3 is the day of −3; the days end on Wed 25/3.
    decision = asked(at(date(2026, 3, day)), MOURNING)
    assert decision == Silence(Reason.QUIET, at(date(2026, 3, 26), 7, 30), "Quốc tang")


def test_what_days_of_silence_deferred_is_sent_after_them_as_it_stands_by_then() -> None:
    decision = asked(at(date(2026, 3, 26), 7, 30), MOURNING)
    assert isinstance(decision, Remind)
    assert (decision.reminder.occurrence, decision.reason) == (-1, Reason.ON_ITS_DAY)


def test_days_of_silence_that_touch_are_one_and_end_on_a_working_day() -> None:
    # Fri 27/3 to Sat 28/3; Sun 29/3 is nobody's working day.
    more = Quiet(date(2026, 3, 26), date(2026, 3, 28), "bão")
    decision = asked(at(date(2026, 3, 24)), MOURNING, more)
    assert decision == Silence(Reason.QUIET, at(date(2026, 3, 30), 7, 30), "Quốc tang")


def test_the_day_before_and_after_days_of_silence_are_like_any_other() -> None:
    assert isinstance(asked(at(date(2026, 3, 20)), MOURNING), Remind)
    assert isinstance(asked(at(date(2026, 3, 26), 9), MOURNING), Remind)


def test_silence_towards_one_body_leaves_the_others_reminded() -> None:
    flood = replace(MOURNING, bodies=frozenset({"TP"}))
    assert isinstance(asked(at(date(2026, 3, 24)), flood), Remind)
    flood = replace(MOURNING, bodies=frozenset({"TP", "NV"}))
    assert asked(at(date(2026, 3, 24)), flood).reason is Reason.QUIET


def test_an_evening_before_days_of_silence_waits_until_after_them() -> None:
    # Closed at 17:00 on Fri 20/3; the next opening would be on Mon 23/3.
    decision = asked(at(date(2026, 3, 20), 18), MOURNING)
    assert decision == Silence(Reason.OUTSIDE_WINDOW, at(date(2026, 3, 26), 7, 30))


def test_silence_that_outlasts_the_calendar_is_asked_again_on_the_day_after_it() -> None:
    long = Quiet(date(2026, 3, 23), date(2040, 1, 1), "x")
    decision = asked(at(date(2026, 3, 24)), long)
    assert decision == Silence(Reason.QUIET, at(date(2040, 1, 2), 0), "x")


def test_silence_moves_no_deadline_and_no_day_of_attention() -> None:
    before = next_attention(obligation(), policy(), calendar(), date(2026, 3, 22))
    assert next_attention(obligation(), quieted(MOURNING), calendar(), date(2026, 3, 22)) == before


# What was missed, what was sent, what starts anew.


def test_after_downtime_only_the_highest_missed_step_is_sent() -> None:
    # Down from 20/3 (−5) to 7/4 (+7): seven steps of the lead were missed, one is sent.
    sent = remind_on([date(2026, 4, 8), date(2026, 4, 9)], obligation(), coordinating=["TP"])
    assert told(sent, "NV") == [("8/4", "overdue")]
    assert told(sent, "TP") == [("8/4", "overdue")]
    assert told(sent, "VP") == [("8/4", "overdue")]
    assert told(sent, "chairman") == [("8/4", "escalated")]
    # +8 today: the step of +7 was missed by a day, the chairman's of +5 by three.
    assert [(each.occurrence, each.offset, each.days_left) for each in sent] == [
        (7, 8, -8),
        (7, 8, -8),
        (7, 8, -8),
        (5, 8, -8),
    ]


def test_a_new_target_starts_anew() -> None:
    first = ask(at(date(2026, 3, 26)))
    assert isinstance(first, Remind)
    moved = ask(at(date(2026, 3, 26)), row(first.reminder), target=date(2026, 3, 31))
    assert isinstance(moved, Remind)
    assert (moved.reminder.occurrence, moved.reminder.target) == (-3, date(2026, 3, 31))
    assert moved.reminder.id != first.reminder.id


def test_steps_from_before_tracking_are_never_sent() -> None:
    # +3 fell on Wed 1/4; tracking begins on Thu 2/4, and the next step is +7 on Tue 7/4.
    sent = remind_on(days_from(date(2026, 4, 2), 10), obligation(), since=date(2026, 4, 2))
    assert told(sent, "NV") == [("7/4", "overdue")]


def test_a_step_on_the_first_day_of_tracking_is_sent() -> None:
    sent = remind_on([date(2026, 4, 1)], obligation(), since=date(2026, 4, 1))
    assert told(sent, "NV") == [("1/4", "overdue")]


def test_a_step_from_before_the_obligation_opened_is_not_sent() -> None:
    # Opened Thu 26/3 for Fri 27/3: −3 was Tue 24/3; −1 is the day of opening.
    sent = remind_on(
        days_from(date(2026, 3, 26), 2), obligation(opened_on=date(2026, 3, 26)), coordinating=[]
    )
    assert [each.occurrence for each in sent] == [-1, 0]


def test_urging_does_not_become_milder_when_a_day_is_declared_off_afterwards() -> None:
    # The ledger says +7 although, by today's calendar, today is only +3.
    ahead = Sent("overdue", date(2026, 3, 27), 7, "obligor", "NV", date(2026, 3, 31))
    assert ask(at(date(2026, 4, 1)), ahead) == Silence(Reason.ALREADY_SENT)


def test_a_second_reminder_in_a_day_waits_for_the_next_opening() -> None:
    # Another step went out today, Fri 20/3, under a policy that has changed since.
    earlier = Sent("due_soon", date(2026, 3, 27), -6, "obligor", "NV", date(2026, 3, 20))
    waiting = ask(at(date(2026, 3, 20), 9), earlier)
    assert waiting == Silence(Reason.ONE_A_DAY, until=at(date(2026, 3, 23), 7, 30))
    assert isinstance(ask(at(date(2026, 3, 23), 7, 30), earlier), Remind)


def test_on_a_day_off_after_the_target_nothing_claims_to_be_due_today() -> None:
    # Target Fri 6/3, nothing sent; Sat 7/3 under a policy that publishes on any day.
    decision = decide(
        obligation(target=date(2026, 3, 6)),
        OBLIGOR,
        (),
        policy("demo"),
        calendar(),
        now=at(date(2026, 3, 7)),
        since=TRACKED,
    )
    assert decision == Silence(Reason.COUNTDOWN_OVER)


def test_days_beyond_the_calendar_are_silent_and_say_why() -> None:
    far = obligation(target=date(9999, 12, 31))
    now = at(date(2026, 3, 27))
    for owed, when in ((far, now), (obligation(), at(date(2031, 1, 6)))):
        decision = decide(owed, OBLIGOR, (), policy(), calendar(), now=when, since=TRACKED)
        assert decision == Silence(Reason.OUTSIDE_CALENDAR)
    assert next_attention(far, policy(), calendar(), date(2026, 3, 1)) is None
    assert next_attention(obligation(), policy(), calendar(), date(2031, 1, 6)) is None
    # The calendar ends with 2027: what would repeat after it never comes.
    assert next_attention(obligation(), policy(), calendar(), date(2027, 12, 31)) is None


@pytest.mark.parametrize("to", ["obligor", "coordinating", "office", "chairman"])
def test_nobody_is_told_of_a_task_that_is_back_with_the_office(to: str) -> None:
    # Điều 6.2.a: returned on 3/3 and answered on Wed 1/4, which is not counted; due Fri 27/3.
    answered = {"returned": [["2026-03-03", "2026-04-02"]]}
    someone = Addressee("NV", (to,))
    for day in (date(2026, 3, 24), date(2026, 3, 27), date(2026, 3, 30), date(2026, 4, 1)):
        waiting = ask(at(day), to=someone, trace=answered)
        assert waiting == Silence(Reason.RETURNED, until=at(date(2026, 4, 2), 7, 30))
    unanswered = {"returned": [["2026-03-03", None]]}
    assert ask(at(date(2026, 4, 8)), to=someone, trace=unanswered) == Silence(Reason.RETURNED)


def test_what_was_missed_meanwhile_is_told_once_the_task_is_delivered_again() -> None:
    answered = {"returned": [["2026-03-03", "2026-04-02"]]}
    told = ask(at(date(2026, 4, 2)), trace=answered)
    assert isinstance(told, Remind)
    assert (told.reminder.step, told.reminder.occurrence) == ("overdue", 3)


# Every reason there is.


def sent_on(day: date, step: str, occurrence: int, target: date | None = date(2026, 3, 27)) -> Sent:
    return Sent(step, target, occurrence, "obligor", "NV", day)


REACHED: list[tuple[Reason, datetime, list[Sent], dict[str, Any]]] = [
    (Reason.ON_ITS_DAY, at(date(2026, 3, 24)), [], {}),
    (Reason.MISSED, at(date(2026, 3, 25)), [], {}),
    (Reason.NOT_OPENED, at(date(2026, 3, 1)), [], {}),
    (Reason.MET, at(date(2026, 3, 24)), [], {"met_on": date(2026, 3, 24)}),
    (Reason.MET, at(date(2026, 3, 30)), [], {"met_on": date(2026, 3, 30)}),
    (Reason.VOID, at(date(2026, 3, 24)), [], {"ended_on": date(2026, 3, 23)}),
    (Reason.RETURNED, at(date(2026, 3, 24)), [], {"trace": {"returned": [["2026-03-03", None]]}}),
    (Reason.PAUSED, at(date(2026, 3, 24)), [], {"trace": {"paused": [{"first": "2026-03-03"}]}}),
    (
        Reason.PAUSED,
        at(date(2026, 4, 8)),
        [],
        {"trace": {"paused": [{"first": "2026-04-02", "last": "2026-04-20", "late": True}]}},
    ),
    (Reason.NOT_ADDRESSED, at(date(2026, 3, 24)), [], {"rule": "open_execution", "target": None}),
    (Reason.TOO_YOUNG, at(date(2026, 3, 6)), [], {"target": None, "to": ("VP", ("office",))}),
    (Reason.NOT_YET, at(date(2026, 3, 19)), [], {}),
    (Reason.NOT_YET, at(date(2026, 3, 25)), [], {"opened_on": date(2026, 3, 25)}),
    (
        Reason.BEFORE_TRACKING,
        at(date(2015, 5, 22)),
        [],
        {"opened_on": date(2015, 4, 1), "target": date(2015, 5, 20)},
    ),
    (Reason.COUNTDOWN_OVER, at(date(2026, 3, 28)), [], {}),
    (Reason.ALREADY_SENT, at(date(2026, 3, 24)), [sent_on(date(2026, 3, 24), "due_soon", -3)], {}),
    (Reason.BETWEEN_STEPS, at(date(2026, 3, 25)), [sent_on(date(2026, 3, 24), "due_soon", -3)], {}),
    (Reason.ONE_A_DAY, at(date(2026, 3, 24)), [sent_on(date(2026, 3, 24), "due_soon", -4)], {}),
    (Reason.OUTSIDE_WINDOW, at(date(2026, 3, 24), 17), [], {}),
    (Reason.CATCH_UP, at(date(2026, 3, 24)), [], {"start": at(date(2026, 3, 24))}),
    (
        Reason.BEFORE_START,
        at(date(2026, 3, 24)),
        [Sent("overdue", date(2026, 3, 9), 3, "obligor", "NV", date(2026, 3, 24))],
        {"start": at(date(2026, 3, 24))},
    ),
    (Reason.OUTSIDE_CALENDAR, at(date(2026, 3, 24)), [], {"target": date(2030, 1, 1)}),
]


@pytest.mark.parametrize(("reason", "now", "sent", "fields"), REACHED)
def test_each_silence_and_each_reminder_names_its_reason(
    reason: Reason, now: datetime, sent: list[Sent], fields: dict[str, Any]
) -> None:
    fields = dict(fields)
    to = Addressee(*fields.pop("to", ("NV", ("obligor",))))
    assert ask(now, *sent, to=to, **fields).reason is reason


def test_every_reason_is_reached_by_a_case_above() -> None:
    # Silence needs a policy that keeps it, or somebody who snoozed.
    # What waits to go out the storage knows.
    unreached = {Reason.QUIET, Reason.SNOOZED, Reason.GATHERED, Reason.WAITING}
    assert {reason for reason, *_ in REACHED} == set(Reason) - unreached
