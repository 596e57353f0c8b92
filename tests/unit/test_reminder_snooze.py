"""A snooze: whoever owes is not asked again until its day; whoever is above is told as ever."""

from __future__ import annotations

import tomllib
from datetime import date, timedelta
from typing import Any

import pytest
from dondoc.rules.obligations import Obligation
from dondoc.rules.reading.policy import parse_policy
from dondoc.rules.reminding.addressees import Addressee, addressees
from dondoc.rules.reminding.decision import Decision, decide, next_attention
from dondoc.rules.reminding.policy import COORDINATING, ESCALATED, OBLIGOR, Policy
from dondoc.rules.reminding.reminder import Reason, Remind, Reminder, Silence
from dondoc.rules.reminding.snooze import LONGEST_REASON, Snooze, is_reason
from hypothesis import given, settings
from hypothesis import strategies as st
from support.reminding import (
    DIRECTORY,
    ONE_DAY,
    TRACKED,
    at,
    calendar,
    days_from,
    obligation,
    policy,
    remind_on,
    row,
    shipped,
    told,
)
from support.reminding import (
    OBLIGOR as LEAD,
)

WHY = "đã hẹn nộp thứ Tư"
MONDAY = date(2026, 3, 23)
# Target Fri 27/3: −5 Fri 20/3, −3 Tue 24/3, −1 Thu 26/3.
TARGET = date(2026, 3, 27)


def snooze(until: date, since: date = MONDAY) -> Snooze:
    return Snooze(until, WHY, "lan", at(since, 0))


def asked(day: date, until: date, to: Addressee = LEAD, **fields: Any) -> Decision:
    return decide(
        *(obligation(**fields), to, [], policy(), calendar()),
        now=at(day),
        since=TRACKED,
        snooze=snooze(until),
    )


@pytest.mark.parametrize("day", [24, 25])
def test_whoever_owes_is_asked_again_on_the_day_after_and_the_reason_is_told(day: int) -> None:
    decision = asked(date(2026, 3, day), date(2026, 3, 25))
    assert decision == Silence(Reason.SNOOZED, at(date(2026, 3, 26), 7, 30), WHY)


def test_what_was_put_off_is_sent_when_the_snooze_is_over_as_it_stands_by_then() -> None:
    decision = asked(date(2026, 3, 25), date(2026, 3, 24))
    assert isinstance(decision, Remind)
    assert (decision.reminder.occurrence, decision.reason) == (-3, Reason.MISSED)


def test_nobody_is_spared_after_the_due_date_however_long_the_snooze() -> None:
    owed = obligation()
    days = days_from(MONDAY, 20)
    sent = remind_on(days, owed, coordinating=["TP"], snooze=snooze(date(2026, 6, 1)))
    assert sent == [each for each in remind_on(days, owed, coordinating=["TP"]) if each.on > TARGET]
    assert told(sent, "NV")[0] == ("30/3", "overdue")


def test_a_due_date_that_was_brought_forward_ends_it() -> None:
    moved: dict[str, Any] = {"target": date(2026, 3, 24), "due": date(2026, 3, 24)}
    assert isinstance(asked(date(2026, 3, 25), TARGET, **moved), Remind)


def test_between_a_strict_target_and_the_due_date_it_holds_for_whoever_owes_alone() -> None:
    later: dict[str, Any] = {"due": date(2026, 4, 6)}
    day, until = date(2026, 4, 1), date(2026, 4, 3)
    assert asked(day, until, **later) == Silence(Reason.SNOOZED, at(date(2026, 4, 6), 7, 30), WHY)
    office = asked(day, until, Addressee("VP", ("office",)), **later)
    assert isinstance(office, Remind)
    assert (office.reminder.step, office.reminder.role) == ("overdue", "office")


def test_an_office_that_owes_and_is_above_hears_of_what_is_for_those_above() -> None:
    decision = asked(
        date(2026, 4, 1),
        date(2026, 4, 3),
        Addressee("VP", (OBLIGOR, "office")),
        due=date(2026, 4, 6),
    )
    assert isinstance(decision, Remind)
    assert decision.reminder.role == "office"


def test_a_note_on_what_has_no_clock_is_for_those_above_and_goes_out() -> None:
    decision = asked(
        date(2026, 3, 9), date(2026, 4, 3), Addressee("VP", ("office",)), target=None, due=None
    )
    assert isinstance(decision, Remind)


@pytest.mark.parametrize(
    "text", ["", " ", "a\nb", "a\tb", "a\x00b", "a\u202eb", "a\u200bb", "a\u3164", "x" * 10_000]
)
def test_a_reason_is_some_words_on_one_line_that_can_be_seen(text: str) -> None:
    assert not is_reason(text)
    assert is_reason(WHY)
    assert is_reason("x" * LONGEST_REASON)


# Whatever is owed


YEAR = days_from(date(2025, 12, 1), 300)
TO_THE_LEAD = """
[[schedule]]
rules = ["execution"]
steps = [
  { step = "overdue", at = [1, 4], every = 3, to = ["obligor", "coordinating"] },
  { step = "escalated", at = [2], every = 3, to = ["obligor", "office", "chairman"] },
]
"""


def _to_the_lead() -> Policy:
    """A policy that escalates to whoever owes, too, and before higher steps."""

    data = shipped("policies/default.toml")
    data["schedule"] = tomllib.loads(TO_THE_LEAD)["schedule"]
    return parse_policy(data, "policy.toml")


@st.composite
def cases(draw: st.DrawFn) -> tuple[Obligation, Snooze, Policy]:
    opened_on = draw(st.sampled_from(YEAR[:120]))
    length = draw(st.none() | st.integers(-5, 45))
    target = None if length is None else opened_on + timedelta(days=length)
    due = None if target is None else target + timedelta(days=draw(st.integers(0, 30)))
    closed = draw(st.none() | st.integers(0, 120))
    ending = {} if closed is None else {"met_on": opened_on + timedelta(days=closed)}
    owed = obligation(
        rule=draw(st.sampled_from(["execution", "review", "body_report"])),
        body=draw(st.sampled_from(["NV", "VP"])),
        opened_on=opened_on,
        target=target,
        due=due,
        **ending,
    )
    decided = opened_on + timedelta(days=draw(st.integers(0, 60)))
    until = decided + timedelta(days=draw(st.integers(0, 40)))
    by = draw(st.sampled_from([policy("default"), policy("demo"), _to_the_lead()]))
    return owed, snooze(until, decided), by


def _is_above(reminder: Reminder) -> bool:
    return reminder.step == ESCALATED or reminder.role not in (OBLIGOR, COORDINATING)


@settings(max_examples=80, deadline=None)
@given(cases())
def test_a_snooze_delays_no_escalation_and_loses_nothing_that_comes_after_it(case: Any) -> None:
    owed, put_off, by = case
    without = remind_on(YEAR, owed, coordinating=["TP"], by=by)
    with_it = remind_on(YEAR, owed, coordinating=["TP"], by=by, snooze=put_off)
    key = {(each.id, each.on) for each in with_it}
    last = min(put_off.until, owed.due) if owed.due else None
    for each in without:
        held = last is not None and put_off.at.date() <= each.on <= last and not _is_above(each)
        assert ((each.id, each.on) in key) != held
    # What it put off is told to the same body by the first day that is open, or something higher
    # is, but where the thing was closed meanwhile or its countdown is over.
    for body in {each.body for each in without}:
        waiting = [each for each in without if each.body == body and (each.id, each.on) not in key]
        if not waiting or last is None:
            continue
        first = by.next_opening(at(last + ONE_DAY, 0), calendar(), body).date()
        over = waiting[-1].occurrence <= 0 and owed.target is not None and first > owed.target
        if not over and (owed.closed_on is None or owed.closed_on > first):
            told_by = [each for each in with_it if each.body == body and each.on <= first]
            assert any(each.occurrence >= waiting[-1].occurrence for each in told_by)


@settings(max_examples=80, deadline=None)
@given(cases())
def test_looking_only_when_asked_to_sends_what_looking_every_day_does(case: Any) -> None:
    owed, put_off, by = case
    every_day = remind_on(YEAR, owed, coordinating=["TP"], by=by, snooze=put_off)
    sent: list[Reminder] = []
    attention = next_attention(owed, by, calendar(), YEAR[0] - ONE_DAY)
    for day in YEAR:
        decided = put_off if at(day) >= put_off.at else None
        if day == put_off.at.date() and (owed.closed_on is None or owed.closed_on > day):
            attention = day if attention is None else min(attention, day)
        if attention is None or day < attention:
            continue
        days = [next_attention(owed, by, calendar(), day)]
        for addressee in addressees(owed, ["TP"], by, DIRECTORY, day):
            decision = decide(
                *(owed, addressee, [row(each) for each in sent], by, calendar()),
                now=at(day),
                since=TRACKED,
                snooze=decided,
            )
            if isinstance(decision, Remind):
                sent.append(decision.reminder)
            elif decision.until is not None:
                days.append(decision.until.date())
        attention = min((each for each in days if each is not None), default=None)
    assert sent == every_day
