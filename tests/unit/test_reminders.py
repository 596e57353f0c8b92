"""Reminders: who is reminded on which day, and why nobody else is.

Dates are worked out by hand in the comments, on the calendar that ships. March 2026 begins on
a Sunday and has no public holiday.
"""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from dondoc.rules.directory import Body, Directory
from dondoc.rules.reminding.addressees import Addressee, addressees
from dondoc.rules.reminding.decision import (
    Decision,
    Reason,
    Remind,
    Reminder,
    Sent,
    Silence,
    decide,
    next_attention,
)
from hypothesis import given, settings
from hypothesis import strategies as st
from support.reminding import (
    DIRECTORY,
    ONE_DAY,
    at,
    calendar,
    days_from,
    obligation,
    policy,
    remind_on,
    row,
)

OBLIGOR = Addressee("NV", ("obligor",))
CHAIRMAN = Addressee("chairman", ("chairman",))
TRACKED = date(2015, 5, 22)


def told(reminders: list[Reminder], body: str) -> list[tuple[str, str]]:
    """The days, as day/month, and steps of what *body* was sent."""
    return [
        (f"{each.on.day}/{each.on.month}", each.step) for each in reminders if each.body == body
    ]


def ask(now: datetime, *sent: Sent, to: Addressee = OBLIGOR, **fields: Any) -> Decision:
    return decide(obligation(**fields), to, sent, policy(), calendar(), now=now, since=TRACKED)


# The default policy, line by line (rules.md).


def test_execution_is_reminded_before_on_and_after_its_target() -> None:
    # Opened Mon 2/3, target Fri 27/3: 4 + 5 + 5 + 5 = 19 working days, so −5 applies.
    # −5 Fri 20/3, −3 Tue 24/3, −1 Thu 26/3, 0 Fri 27/3, +1 Mon 30/3, +3 Wed 1/4, +7 Tue 7/4,
    # then every 5: +12 Tue 14/4, +17 Tue 21/4.
    sent = remind_on(days_from(date(2026, 3, 2), 52), obligation())
    assert told(sent, "NV") == [
        ("20/3", "due_soon"),
        ("24/3", "due_soon"),
        ("26/3", "due_soon"),
        ("27/3", "due_today"),
        ("30/3", "overdue"),
        ("1/4", "overdue"),
        ("7/4", "overdue"),
        ("14/4", "overdue"),
        ("21/4", "overdue"),
    ]
    assert [each.occurrence for each in sent if each.body == "NV"] == [
        *(-5, -3, -1, 0, 1, 3, 7, 12, 17)
    ]


def test_the_office_is_told_of_execution_from_the_first_day_after_the_target() -> None:
    sent = remind_on(days_from(date(2026, 3, 2), 52), obligation())
    assert told(sent, "VP") == [
        ("30/3", "overdue"),
        ("1/4", "overdue"),
        ("7/4", "overdue"),
        ("14/4", "overdue"),
        ("21/4", "overdue"),
    ]
    assert {each.role for each in sent if each.body == "VP"} == {"office"}


def test_execution_is_escalated_to_the_chairman_from_the_fifth_day_after_the_target() -> None:
    # +5 Fri 3/4, +10 Fri 10/4, +15 Fri 17/4.
    sent = remind_on(days_from(date(2026, 3, 2), 52), obligation())
    assert told(sent, "chairman") == [
        ("3/4", "escalated"),
        ("10/4", "escalated"),
        ("17/4", "escalated"),
    ]


@pytest.mark.parametrize(
    ("opened_on", "first"),
    [
        # (6/3, 27/3] holds 5 + 5 + 5 = 15 working days: −5 is Fri 20/3.
        (date(2026, 3, 6), "20/3"),
        # (9/3, 27/3] holds 14: the first is −3, Tue 24/3.
        (date(2026, 3, 9), "24/3"),
    ],
)
def test_the_earliest_warning_is_for_terms_of_fifteen_working_days_and_more(
    opened_on: date, first: str
) -> None:
    sent = remind_on(days_from(opened_on, 30), obligation(opened_on=opened_on))
    assert told(sent, "NV")[0] == (first, "due_soon")


@pytest.mark.parametrize("rule", ["classification", "review", "result_update"])
def test_a_term_of_one_day_is_reminded_on_its_day_and_every_second_after(rule: str) -> None:
    # Target Tue 10/3: +1 Wed 11/3, +3 Fri 13/3, +5 Tue 17/3.
    owed = obligation(rule=rule, opened_on=date(2026, 3, 9), target=date(2026, 3, 10))
    assert told(remind_on(days_from(date(2026, 3, 9), 10), owed), "NV") == [
        ("10/3", "due_today"),
        ("11/3", "overdue"),
        ("13/3", "overdue"),
        ("17/3", "overdue"),
    ]


@pytest.mark.parametrize("rule", ["body_report", "office_report", "inspection_report"])
def test_a_report_is_reminded_before_and_on_its_target_and_every_third_day_after(
    rule: str,
) -> None:
    # Opened Sun 1/3, target Mon 9/3: −3 Wed 4/3, −1 Fri 6/3, 0 Mon 9/3, +1 Tue 10/3,
    # +4 Fri 13/3, +7 Wed 18/3.
    owed = obligation(rule=rule, opened_on=date(2026, 3, 1), target=date(2026, 3, 9))
    sent = remind_on(days_from(date(2026, 3, 1), 19), owed)
    assert told(sent, "NV") == [
        ("4/3", "due_soon"),
        ("6/3", "due_soon"),
        ("9/3", "due_today"),
        ("10/3", "overdue"),
        ("13/3", "overdue"),
        ("18/3", "overdue"),
    ]
    assert {each.body for each in sent} == {"NV"}


def test_the_office_hears_of_what_has_no_clock_after_five_working_days_and_every_ten() -> None:
    # Opened Mon 2/3: age 5 on Mon 9/3, 15 on Mon 23/3, 25 on Mon 6/4.
    owed = obligation(rule="open_execution", target=None)
    sent = remind_on(days_from(date(2026, 3, 2), 40), owed)
    assert told(sent, "VP") == [
        ("9/3", "escalated"),
        ("23/3", "escalated"),
        ("6/4", "escalated"),
    ]
    assert [(each.occurrence, each.age, each.days_left) for each in sent] == [
        (5, 5, None),
        (15, 15, None),
        (25, 25, None),
    ]


def test_what_the_office_itself_owes_without_a_clock_is_noted_to_it_once() -> None:
    owed = obligation(rule="return_handling", body="VP", target=None)
    sent = remind_on(days_from(date(2026, 3, 2), 10), owed)
    assert told(sent, "VP") == [("9/3", "escalated")]


def test_coordinating_bodies_get_copies_of_due_soon_and_overdue() -> None:
    # The lead's days above, without 0 on Fri 27/3.
    sent = remind_on(days_from(date(2026, 3, 2), 35), obligation(), coordinating=["TP"])
    assert told(sent, "TP") == [
        ("20/3", "due_soon"),
        ("24/3", "due_soon"),
        ("26/3", "due_soon"),
        ("30/3", "overdue"),
        ("1/4", "overdue"),
    ]


def test_coordination_itself_sends_nothing_beside_the_copies() -> None:
    for target in (date(2026, 3, 27), None):
        owed = obligation(rule="coordination", role="coordinating", target=target)
        assert remind_on(days_from(date(2026, 3, 2), 60), owed) == []
        assert next_attention(owed, policy(), calendar(), date(2026, 3, 1)) is None


# The calendar: Sundays, the end of the year, Tết, a Saturday that is worked.


@pytest.mark.parametrize(
    ("target", "last_before", "on_the_day", "first_after"),
    [
        # Sun 8/3: the last working day before it is Fri 6/3, the first after it Mon 9/3.
        (date(2026, 3, 8), date(2026, 3, 5), date(2026, 3, 6), date(2026, 3, 9)),
        # Thu 31/12/2026: Fri 1/1 is New Year, Sat and Sun follow.
        (date(2026, 12, 31), date(2026, 12, 30), date(2026, 12, 31), date(2027, 1, 4)),
        # Wed 18/2/2026, the second of Tết: off from Mon 16/2 to Fri 20/2.
        (date(2026, 2, 18), date(2026, 2, 12), date(2026, 2, 13), date(2026, 2, 23)),
        # Sat 10/1/2026 is worked for Fri 2/1; Sun 11/1 is not.
        (date(2026, 1, 10), date(2026, 1, 9), date(2026, 1, 10), date(2026, 1, 12)),
        # Thu 30/4: Sun 26/4 (giỗ Tổ Hùng Vương) is given back on Mon 27/4; Tue and Wed are worked.
        (date(2026, 4, 30), date(2026, 4, 28), date(2026, 4, 29), date(2026, 5, 4)),
    ],
)
def test_steps_fall_on_working_days_whatever_the_target_is(
    target: date, last_before: date, on_the_day: date, first_after: date
) -> None:
    owed = obligation(opened_on=target - timedelta(days=60), target=target)
    sent = remind_on(days_from(target - timedelta(days=60), 75), owed)
    days = {each.occurrence: each.on for each in sent if each.body == "NV"}
    assert (days[-1], days[0], days[1]) == (last_before, on_the_day, first_after)


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
    assert {reason for reason, *_ in REACHED} == set(Reason)


# Who is addressed.


def test_the_bodies_addressed_come_in_the_order_of_their_nearness() -> None:
    assert addressees(obligation(), ["TP"], policy(), DIRECTORY, date(2026, 3, 27)) == (
        Addressee("NV", ("obligor",)),
        Addressee("TP", ("coordinating",)),
        Addressee("VP", ("office",)),
        Addressee("chairman", ("chairman",)),
    )


def test_a_body_in_two_roles_is_told_once_in_the_nearer_one() -> None:
    # The Office owes the task, and coordinates with itself besides.
    owed = obligation(body="VP")
    sent = remind_on(days_from(date(2026, 3, 27), 4), owed, coordinating=["VP"])
    assert [(each.body, each.role, each.occurrence) for each in sent] == [
        ("VP", "obligor", 0),
        ("VP", "obligor", 1),
    ]


def test_where_there_is_no_office_nobody_is_told_in_its_place() -> None:
    without = Directory({code: body for code, body in DIRECTORY.bodies.items() if code != "VP"})
    found = addressees(obligation(), [], policy(), without, date(2026, 3, 30))
    assert [each.body for each in found] == ["NV", "chairman"]


def test_a_body_that_was_abolished_is_reminded_through_its_successor() -> None:
    directory = Directory(
        {
            "NV": Body(
                "NV", "Phòng Nội vụ", "department", valid_to=date(2025, 6, 30), successor="XA"
            ),
            "TP": Body(
                "TP", "Phòng Tư pháp", "department", valid_to=date(2025, 6, 30), successor="XA"
            ),
            "XA": Body("XA", "UBND xã", "commune", valid_from=date(2025, 7, 1)),
        }
    )
    # Target Mon 30/6/2025: 0 is its last day, +1 Tue 1/7.
    owed = obligation(opened_on=date(2025, 6, 2), target=date(2025, 6, 30))
    sent = remind_on(
        days_from(date(2025, 6, 30), 2), owed, coordinating=["TP"], directory=directory
    )
    assert [(each.on, each.body, each.role) for each in sent if each.role == "obligor"] == [
        (date(2025, 6, 30), "NV", "obligor"),
        (date(2025, 7, 1), "XA", "obligor"),
    ]
    # It stands for both of the old bodies, and is told once.
    assert [each.role for each in sent if each.body == "XA"] == ["obligor"]


# The identity of a reminder.


def test_the_id_of_a_reminder_is_stable_and_tells_each_part_of_its_key_apart() -> None:
    reminder = Reminder(
        "a1b2", "overdue", date(2026, 3, 27), 1, "obligor", "NV", 1, date(2026, 3, 30)
    )
    # Fixed: consumers keep these ids, so that another way to make them would repeat reminders.
    assert reminder.id == "5fec4016d773de5868c690e3e7a98ec3"
    same = replace(reminder, offset=2, on=date(2026, 3, 31))
    assert same.id == reminder.id
    others = [
        replace(reminder, obligation="c3"),
        replace(reminder, step="escalated"),
        replace(reminder, target=date(2026, 3, 26)),
        replace(reminder, target=None),
        replace(reminder, occurrence=3),
        replace(reminder, role="office"),
        replace(reminder, body="VP"),
    ]
    assert len({each.id for each in [reminder, *others]}) == len(others) + 1


# When the scheduler has to look again.


def test_the_next_day_to_look_is_the_next_step_for_anybody() -> None:
    # Target Sun 8/3, opened Sun 1/3: −3 Tue 3/3, −1 Thu 5/3, 0 Fri 6/3, +1 Mon 9/3.
    owed = obligation(rule="body_report", opened_on=date(2026, 3, 1), target=date(2026, 3, 8))
    day: date | None = date(2015, 1, 1)
    days: list[date | None] = []
    while day is not None and len(days) < 4:
        day = next_attention(owed, policy(), calendar(), day)
        days.append(day)
    assert days == [date(2026, 3, day) for day in (3, 5, 6, 9)]


def test_a_closed_obligation_is_not_looked_at_again() -> None:
    # +1 is Mon 30/3, the day it is met.
    owed = obligation(met_on=date(2026, 3, 30))
    assert next_attention(owed, policy(), calendar(), date(2026, 3, 26)) == date(2026, 3, 27)
    assert next_attention(owed, policy(), calendar(), date(2026, 3, 27)) is None
    assert next_attention(owed, policy(), calendar(), date(2026, 3, 30)) is None


# Properties, over obligations of every kind in a year with Tết in it.

YEAR = days_from(date(2025, 12, 1), 365)


@st.composite
def owed_things(draw: st.DrawFn) -> Any:
    opened_on = draw(st.sampled_from(YEAR[:120]))
    length = draw(st.none() | st.integers(-5, 45))
    target = None if length is None else opened_on + timedelta(days=length)
    closed = draw(st.none() | st.integers(0, 120))
    ending = (
        {}
        if closed is None
        else {draw(st.sampled_from(["met_on", "ended_on"])): opened_on + timedelta(days=closed)}
    )
    return obligation(
        rule=draw(st.sampled_from(["execution", "review", "body_report", "coordination"])),
        body=draw(st.sampled_from(["NV", "VP"])),
        opened_on=opened_on,
        target=target,
        **ending,
    )


policies = st.sampled_from(["default", "demo"]).map(policy)
beginnings = st.sampled_from(YEAR[:150])


@settings(max_examples=60, deadline=None)
@given(owed_things(), policies, beginnings)
def test_looking_only_when_next_attention_says_so_sends_what_looking_every_day_does(
    owed: Any, by: Any, since: date
) -> None:
    every_day = remind_on(YEAR, owed, coordinating=["TP"], by=by, since=since)
    days = []
    day = next_attention(owed, by, calendar(), YEAR[0] - ONE_DAY)
    while day is not None and day <= YEAR[-1]:
        days.append(day)
        day = next_attention(owed, by, calendar(), day)
    assert remind_on(days, owed, coordinating=["TP"], by=by, since=since) == every_day
    assert set(days) >= {reminder.on for reminder in every_day}


@settings(max_examples=60, deadline=None)
@given(owed_things(), policies, beginnings, st.sets(st.sampled_from(YEAR)))
def test_however_often_it_is_down_nobody_is_told_twice_a_day_nor_ever_more_mildly(
    owed: Any, by: Any, since: date, down: set[date]
) -> None:
    up = [day for day in YEAR if day not in down for _ in range(2)]
    sent = remind_on(up, owed, coordinating=["TP"], by=by, since=since)
    for body in {reminder.body for reminder in sent}:
        own = [reminder for reminder in sent if reminder.body == body]
        days = [reminder.on for reminder in own]
        assert len(set(days)) == len(days)
        occurrences = [reminder.occurrence for reminder in own]
        assert occurrences == sorted(set(occurrences))
        assert all(reminder.occurrence <= reminder.offset for reminder in own)


@settings(max_examples=60, deadline=None)
@given(owed_things(), beginnings, st.integers(1, 300))
def test_whatever_the_downtime_catching_up_sends_each_body_the_last_it_would_have_had(
    owed: Any, since: date, length: int
) -> None:
    by = policy("demo")
    until = YEAR[0] + timedelta(days=length)
    caught_up = remind_on([until], owed, coordinating=["TP"], by=by, since=since)
    day_by_day = remind_on(
        days_from(YEAR[0], length + 1), owed, coordinating=["TP"], by=by, since=since
    )
    last = {each.body: (each.step, each.occurrence) for each in day_by_day}
    for each in caught_up:
        assert last.pop(each.body) == (each.step, each.occurrence)
    # Nobody is forgotten but where it was closed meanwhile, or the countdown is over.
    closed_on = owed.closed_on
    if closed_on is None or closed_on > until:
        assert all(occurrence <= 0 and until > owed.target for _, occurrence in last.values())
