"""On which days who is reminded, by the policy that ships.

Dates are worked out by hand in the comments, on the calendar that ships. March 2026 begins on
a Sunday and has no public holiday.
"""

from datetime import date, timedelta

import pytest
from dondoc.rules.reminding.decision import decide, next_attention
from dondoc.rules.reminding.reminder import Remind
from support.reminding import (
    OBLIGOR,
    TRACKED,
    at,
    calendar,
    days_from,
    obligation,
    policy,
    remind_on,
    told,
)

# The default policy, line by line.


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


@pytest.mark.parametrize("rule", ["classification", "result_update"])
def test_a_term_of_one_day_is_reminded_on_its_day_and_every_second_after(rule: str) -> None:
    # Target Tue 10/3: +1 Wed 11/3, +3 Fri 13/3, +5 Tue 17/3.
    owed = obligation(rule=rule, opened_on=date(2026, 3, 9), target=date(2026, 3, 10))
    assert told(remind_on(days_from(date(2026, 3, 9), 10), owed), "NV") == [
        ("10/3", "due_today"),
        ("11/3", "overdue"),
        ("13/3", "overdue"),
        ("17/3", "overdue"),
    ]


def test_silence_in_a_review_is_reminded_of_on_its_day_and_once_after() -> None:
    # Nobody has to answer where nothing is wrong (6.2.b). Target Tue 10/3.
    owed = obligation(rule="review", opened_on=date(2026, 3, 9), target=date(2026, 3, 10))
    assert told(remind_on(days_from(date(2026, 3, 9), 90), owed), "NV") == [
        ("10/3", "due_today"),
        ("11/3", "overdue"),
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


# When the scheduler has to look again.


def test_a_reminder_knows_whether_its_target_is_a_day_off() -> None:
    for target, off in ((date(2026, 4, 3), False), (date(2026, 4, 5), True)):  # Friday, Sunday
        sent = remind_on(days_from(date(2026, 3, 25), 20), obligation(target=target))
        assert {reminder.day_off for reminder in sent} == {off}
    without = remind_on(days_from(date(2026, 3, 2), 20), obligation(target=None))
    assert [reminder.day_off for reminder in without] == [False]


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


@pytest.mark.parametrize(("on", "off"), [(date(2026, 3, 27), False), (date(2026, 3, 28), True)])
def test_a_reminder_on_a_day_off_says_that_it_is_one(on: date, off: bool) -> None:
    sunday = obligation(target=date(2026, 3, 29), due=date(2026, 3, 29))
    said = decide(sunday, OBLIGOR, [], policy("demo"), calendar(), now=at(on), since=TRACKED)
    assert isinstance(said, Remind)
    assert (said.reminder.occurrence, said.reminder.on_day_off) == (0, off)
