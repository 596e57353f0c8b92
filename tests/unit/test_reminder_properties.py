"""What holds of reminders whatever is owed, over a year with Tết in it."""

from datetime import date, timedelta
from typing import Any

from dondoc.rules.reminding.decision import (
    next_attention,
)
from hypothesis import given, settings
from hypothesis import strategies as st
from support.reminding import ONE_DAY, calendar, days_from, obligation, policy, remind_on

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
