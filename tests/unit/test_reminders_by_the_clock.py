"""Reminders of what is due at a moment: told when it opens, and again once the moment is over."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from dondoc.rules.events import LOCAL
from dondoc.rules.moments import so_far
from dondoc.rules.obligations import Obligation
from dondoc.rules.reminding.decision import Decision, decide, next_attention
from dondoc.rules.reminding.message import reminder_data
from dondoc.rules.reminding.policy import Policy
from dondoc.rules.reminding.reminder import Reason, Remind, Reminder, Sent, Silence
from dondoc.rules.reminding.snooze import Snooze
from dondoc.rules.reminding.standing import standing_of
from dondoc.rules.reminding.text import Quotes
from dondoc.rules.wording import Names
from support.reminding import (
    DIRECTORY,
    OBLIGOR,
    TRACKED,
    at,
    calendar,
    obligation,
    policy,
    row,
    texts,
)

THURSDAY, FRIDAY, MONDAY = date(2026, 3, 12), date(2026, 3, 13), date(2026, 3, 16)


def by(moment: datetime, **fields: Any) -> Obligation:
    """An execution that opened on Thursday and is due at *moment*."""
    day = moment.date()
    values: dict[str, Any] = {"opened_on": THURSDAY, "target": day, "due": day}
    return obligation(**(values | {"target_at": moment, "due_at": moment} | fields))


def asked(owed: Obligation, now: datetime, sent: list[Sent] | None = None, **more: Any) -> Decision:
    own = more.pop("by", policy())
    return decide(owed, OBLIGOR, sent or [], own, calendar(), now=now, since=TRACKED, **more)


def reminder(decision: Decision) -> Reminder:
    assert isinstance(decision, Remind), decision
    return decision.reminder


def reason(decision: Decision) -> Reason:
    assert isinstance(decision, Silence), decision
    return decision.reason


def day_alone() -> Policy:
    """A policy with steps on the day and after it alone."""
    return policy_for("classification")


def policy_for(rule: str) -> Policy:
    return replace(policy(), by_target={"execution": policy().by_target[rule]})


def test_a_term_of_hours_is_told_of_on_the_day_it_opens_and_once_its_moment_is_over() -> None:
    owed = by(at(THURSDAY, 14))
    first = reminder(asked(owed, at(THURSDAY, 10)))
    assert (first.step, first.occurrence) == ("due_today", 0)
    sent = [row(first)]
    assert reason(asked(owed, at(THURSDAY, 13, 59), sent)) is Reason.ALREADY_SENT
    assert reason(asked(owed, at(THURSDAY, 14), sent)) is Reason.ALREADY_SENT
    late = reminder(asked(owed, at(THURSDAY, 14, 1), sent))
    assert (late.step, late.occurrence, late.late) == ("overdue", 1, 0)
    sent.append(row(late))
    assert reason(asked(owed, at(THURSDAY, 16), sent)) is Reason.ALREADY_SENT
    assert reason(asked(owed, at(FRIDAY, 8), sent)) is Reason.ALREADY_SENT
    assert reminder(asked(owed, at(date(2026, 3, 17), 8), sent)).occurrence == 3


def test_nothing_is_told_before_a_term_of_hours_has_opened() -> None:
    owed = by(at(FRIDAY, 9), opened_on=FRIDAY)
    assert reason(asked(owed, at(THURSDAY, 10))) is Reason.NOT_OPENED


def test_what_is_due_the_next_morning_is_told_of_as_soon_as_it_opens() -> None:
    owed = by(at(FRIDAY, 9))
    told = reminder(asked(owed, at(THURSDAY, 16, 30), by=day_alone()))
    assert (told.step, told.offset, told.on) == ("due_soon", -1, THURSDAY)
    sent = [row(told)]
    assert reason(asked(owed, at(THURSDAY, 16, 45), sent, by=day_alone())) is Reason.ALREADY_SENT
    morning = reminder(asked(owed, at(FRIDAY, 7, 30), sent, by=day_alone()))
    assert morning.step == "due_today"
    sent.append(row(morning))
    assert reminder(asked(owed, at(FRIDAY, 9, 1), sent, by=day_alone())).step == "overdue"


def test_a_longer_term_keeps_its_steps_in_days() -> None:
    owed = by(at(date(2026, 3, 20), 14))
    assert reason(asked(owed, at(THURSDAY, 10))) is Reason.NOT_YET
    assert reminder(asked(owed, at(date(2026, 3, 17), 8))).occurrence == -3


def test_outside_the_window_the_moment_waits_for_the_next_opening() -> None:
    owed = by(at(FRIDAY, 16, 59))
    deferred = asked(owed, at(FRIDAY, 17, 30))
    assert reason(deferred) is Reason.OUTSIDE_WINDOW
    assert reminder(asked(owed, at(MONDAY, 7, 30))).step == "overdue"


def test_after_downtime_only_the_highest_step_is_told() -> None:
    told = reminder(asked(by(at(THURSDAY, 9)), at(THURSDAY, 15)))
    assert told.step == "overdue"


def test_a_body_that_has_been_told_before_the_moment_hears_of_it_again_the_same_day() -> None:
    owed = by(at(THURSDAY, 14))
    sent = [row(reminder(asked(owed, at(THURSDAY, 8))))]
    assert isinstance(asked(owed, at(THURSDAY, 14, 1), sent), Remind)


def test_what_follows_at_a_moment_is_asked_of_nobody_before_it() -> None:
    opens = at(THURSDAY, 14)
    owed = by(at(THURSDAY, 16), trace={"opened_at": opens.isoformat()})
    assert reason(asked(owed, opens)) is Reason.NOT_OPENED
    assert isinstance(asked(owed, at(THURSDAY, 14, 1)), Remind)


def test_a_snooze_ends_with_the_moment() -> None:
    owed = by(at(THURSDAY, 14))
    snooze = Snooze(THURSDAY, "đã hẹn", "vp", at(THURSDAY, 8))
    assert reason(asked(owed, at(THURSDAY, 10), snooze=snooze)) is Reason.SNOOZED
    assert reminder(asked(owed, at(THURSDAY, 14, 1), snooze=snooze)).step == "overdue"


def test_the_scheduler_looks_on_the_day_of_the_moment_whatever_the_steps() -> None:
    last = by(at(date(2026, 3, 20), 14))
    days = [TRACKED]
    while (day := next_attention(last, day_alone(), calendar(), days[-1])) and len(days) < 6:
        days.append(day)
    assert date(2026, 3, 20) in days
    assert THURSDAY in days


@pytest.mark.parametrize(
    ("now", "said"),
    [
        (
            at(THURSDAY, 8),
            "có thời hạn hoàn thành trước 14 giờ 00 ngày 13/3/2026, còn 1 ngày làm việc.",
        ),
        (at(FRIDAY, 8), "đến hạn hôm nay, trước 14 giờ 00 ngày 13/3/2026."),
        (at(FRIDAY, 14, 1), "đã quá hạn (thời hạn: 14 giờ 00 ngày 13/3/2026)."),
        (at(MONDAY, 8), "đã quá hạn 1 ngày làm việc (thời hạn: 14 giờ 00 ngày 13/3/2026)."),
    ],
)
def test_the_words_name_the_time_of_the_clock(now: datetime, said: str) -> None:
    owed = by(at(FRIDAY, 14))
    assert standing_of(reminder(asked(owed, now)), owed, texts()) == said


def test_the_words_of_a_strict_moment_and_a_lenient_day_name_both() -> None:
    owed = by(at(FRIDAY, 11), due_at=None)
    told = reminder(asked(owed, at(FRIDAY, 8)))
    assert standing_of(told, owed, texts()) == (
        "đề nghị hoàn thành hôm nay, chậm nhất 11 giờ 00 ngày 13/3/2026; thời hạn cuối cùng:"
        " hết ngày 13/3/2026."
    )
    later = reminder(asked(owed, at(FRIDAY, 11, 1), [row(told)]))
    assert standing_of(later, owed, texts()) == (
        "đã qua mốc phấn đấu, 11 giờ 00 ngày 13/3/2026; thời hạn cuối cùng là hết ngày 13/3/2026."
    )


def test_the_message_has_the_moments_beside_the_days() -> None:
    owed = by(at(FRIDAY, 14))
    told = reminder(asked(owed, at(FRIDAY, 8)))
    data = reminder_data(told, owed, Quotes(), DIRECTORY, texts(), Names(owed.regulation))
    assert (data["due"], data["due_at"]) == ("2026-03-13", "2026-03-13T14:00:00+07:00")


def test_a_state_is_that_of_the_moment_or_of_the_end_of_the_day() -> None:
    owed = by(at(FRIDAY, 14), breach_on=FRIDAY)
    for now, state in ((at(FRIDAY, 14), "open"), (at(FRIDAY, 14, 1), "overdue")):
        assert owed.state(so_far(now)) == state
        assert owed.counts_as_breach(so_far(now)) == (state == "overdue")
    assert owed.state(FRIDAY) == "overdue"
    assert owed.overdue_on == FRIDAY
    moment = datetime.combine(FRIDAY, datetime.min.time(), LOCAL) + timedelta(hours=14, minutes=5)
    assert owed._replace(met_on=FRIDAY, met_at=moment).state(FRIDAY) == "met_late"
    assert owed._replace(met_on=FRIDAY, met_at=at(FRIDAY, 14)).state(FRIDAY) == "met"
