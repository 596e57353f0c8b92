"""What a first start tells of what had come before it, and of nothing else."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from dondoc.rules.events import local_date
from dondoc.rules.reminding.addressees import addressees
from dondoc.rules.reminding.catch_up import (
    LISTED,
    CaughtUp,
    catch_up_event,
    catch_up_id,
    catch_up_key,
    catch_up_text,
)
from dondoc.rules.reminding.decision import decide
from dondoc.rules.reminding.policy import Policy, Quiet
from dondoc.rules.reminding.reminder import Reason, Remind, Reminder, Silence
from hypothesis import given, settings
from hypothesis import strategies as st
from support.reminding import (
    DIRECTORY,
    TRACKED,
    ask,
    at,
    calendar,
    days_from,
    obligation,
    policy,
    remind_on,
    row,
    texts,
)

FRIDAY = date(2026, 4, 3)
"""Five working days after the target of `obligation`."""


def gathered(decision: Any) -> bool:
    return isinstance(decision, Remind) and decision.reason is Reason.CATCH_UP


@pytest.mark.parametrize(
    ("start", "expected"),
    [
        (at(date(2026, 3, 31), 9), False),  # the day before: +3 came after it
        (at(date(2026, 4, 1), 9), True),  # +3 fell on that very day
        (at(date(2026, 4, 3), 9), True),
        (at(date(2026, 3, 31), 18), True),  # after hours: the next day is the first
        (None, False),
    ],
)
def test_what_came_by_the_first_day_on_which_one_could_be_told_is_of_the_past(
    start: datetime | None, expected: bool
) -> None:
    assert gathered(ask(at(FRIDAY), start=start)) is expected


def test_a_start_on_a_day_off_is_one_on_the_next_working_day() -> None:
    saturday, monday = date(2026, 3, 28), date(2026, 3, 30)
    assert gathered(ask(at(monday), start=at(saturday)))
    # The first step after it is reminded of as ever.
    told = ask(at(monday), start=at(saturday))
    assert isinstance(told, Remind)
    later = ask(at(date(2026, 4, 1)), row(told.reminder), start=at(saturday))
    assert isinstance(later, Remind)
    assert (later.reason, later.reminder.occurrence) == (Reason.ON_ITS_DAY, 3)


def test_a_body_towards_which_the_policy_keeps_quiet_begins_when_that_is_over() -> None:
    quiet = replace(policy(), quiets=(Quiet(date(2026, 3, 30), date(2026, 4, 1), "Quốc tang"),))
    start = at(date(2026, 3, 30))

    def asked(day: date) -> Remind | Silence:
        addressee = addressees(obligation(), [], quiet, DIRECTORY, day)[0]
        return decide(
            *(obligation(), addressee, [], quiet, calendar()),
            now=at(day),
            since=TRACKED,
            start=start,
        )

    waiting = asked(date(2026, 4, 1))
    assert isinstance(waiting, Silence)
    assert (waiting.reason, waiting.until) == (Reason.QUIET, at(date(2026, 4, 2), 7, 30))
    assert gathered(asked(date(2026, 4, 2)))  # the step of 1/4 came in the silence


YEAR = days_from(date(2025, 12, 1), 250)


@st.composite
def courses(draw: st.DrawFn) -> tuple[Any, date, date, set[date]]:
    """Something owed, the day of the first start, the day from which passes know it, and the days
    on which none runs."""
    opened_on = draw(st.sampled_from(YEAR[:100]))
    length = draw(st.none() | st.integers(0, 40))
    closed = draw(st.none() | st.integers(0, 120))
    owed = obligation(
        rule=draw(st.sampled_from(["execution", "review", "body_report", "classification"])),
        body=draw(st.sampled_from(["NV", "VP"])),
        opened_on=opened_on,
        target=None if length is None else opened_on + timedelta(days=length),
        met_on=None if closed is None else opened_on + timedelta(days=closed),
    )
    first = draw(st.sampled_from(YEAR[:140]))
    known = first + timedelta(days=draw(st.integers(0, 10)))
    return owed, first, known, draw(st.sets(st.sampled_from(YEAR), max_size=60))


def passes(
    owed: Any, first: date, known: date, down: set[date], by: Policy
) -> tuple[list[Reminder], list[Reminder]]:
    """What the digests tell of *owed*, and what is told by itself, up to the end of `YEAR`."""
    up = [day for day in YEAR if day >= known and day not in down]
    start = at(up[0]) if up and owed.opened_on <= first else None
    digests: list[Reminder] = []
    singles: list[Reminder] = []
    for day in up:
        for addressee in addressees(owed, ["TP"], by, DIRECTORY, day):
            sent = [row(reminder) for reminder in digests + singles]
            decision = decide(
                *(owed, addressee, sent, by, calendar()), now=at(day), since=TRACKED, start=start
            )
            if isinstance(decision, Remind):
                (digests if gathered(decision) else singles).append(decision.reminder)
    return digests, singles


@settings(max_examples=150, deadline=None)
@given(courses())
def test_whatever_the_past_it_is_told_of_once_and_what_comes_after_it_as_ever(
    course: tuple[Any, date, date, set[date]],
) -> None:
    owed, first, known, down = course
    by = policy("default")
    digests, singles = passes(owed, first, known, down, by)
    up = [day for day in YEAR if day >= known and day not in down]
    as_ever = remind_on(up, owed, coordinating=["TP"], by=by)
    # Nothing is added and nothing is swallowed; some of it is told together.
    assert sorted(map(str, digests + singles)) == sorted(map(str, as_ever))
    # Nobody is told in two digests, and in one only of what had come by its first day.
    assert len({each.body for each in digests}) == len(digests)
    opening = local_date(by.window.next_opening(at(up[0]), calendar()))
    anchor = calendar().previous_working_day(owed.target or owed.opened_on)
    for told, of_the_past in ((digests, True), (singles, False)):
        for each in told:
            came = calendar().add_working_days(anchor, each.occurrence)
            assert (came <= opening and owed.opened_on <= first) is of_the_past


def entries(number: int, **fields: Any) -> list[CaughtUp]:
    return [
        CaughtUp(
            **{
                "reminder": f"r{count}",
                "obligation": f"{count:032x}",
                "rule": "execution",
                "role": "obligor",
                "due": date(2026, 1, 1) + timedelta(days=count % 50),
                "overdue": True,
                "duty": "thực hiện nhiệm vụ",
                **fields,
            }
        )
        for count in range(number)
    ]


def told(body: str, of: list[CaughtUp]) -> dict[str, Any]:
    event = catch_up_event(body, of, DIRECTORY, texts(), at(date(2026, 3, 31)))
    assert event["type"] == "dondoc.digest.catch_up"
    data: dict[str, Any] = event["data"]
    return data


def test_nine_thousand_obligations_make_a_small_message_that_says_how_many_it_does_not_list() -> (
    None
):
    event = catch_up_event("NV", entries(9000), DIRECTORY, texts(), at(date(2026, 3, 31)))
    data = event["data"]
    assert (data["number"], len(data["obligations"]), data["not_listed"]) == (9000, LISTED, 8000)
    assert len(json.dumps(event)) < 64 * 1024
    # The longest overdue are named.
    assert {int(each, 16) % 50 for each in data["obligations"]} == set(range(6))


def test_it_counts_by_rule_and_by_role_and_says_so_in_words() -> None:
    of = [
        *entries(3),
        *entries(2, rule="body_report", overdue=False, due=None, duty="gửi báo cáo"),
        *entries(1, role="office", obligation="o", reminder="o"),
    ]
    data = told("VP", of)
    assert data["counts"] == {"execution": 4, "body_report": 2}
    assert data["roles"] == {"obligor": 5, "office": 1}
    assert data["overdue"] == 4
    assert data["text"].startswith(
        "Kính gửi: Văn phòng HĐND và UBND huyện. Đề nghị Văn phòng HĐND và UBND huyện rà soát,"
        " khẩn trương hoàn thành các việc sau và cập nhật kết quả trên hệ thống quản lý văn bản và"
        " điều hành. Cụ thể, tính đến ngày 31/3/2026, khi bắt đầu đôn đốc"
        " trên hệ thống: 5 việc thuộc trách nhiệm thực hiện đã đến kỳ nhắc, trong đó 3 việc đã"
        " quá hạn (thực hiện nhiệm vụ: 3; gửi báo cáo: 2);"
        " 1 việc của các cơ quan, đơn vị cần theo dõi, đôn đốc, đã quá hạn (thực hiện nhiệm vụ: 1)."
    )


def test_rules_that_demand_the_same_of_a_reader_are_one_in_the_words() -> None:
    of = [*entries(2), *entries(3, rule="open_execution", overdue=False)]
    said = catch_up_text("NV", of, date(2026, 3, 31), DIRECTORY, texts())
    assert "(thực hiện nhiệm vụ: 5)" in said


def test_whoever_stands_above_is_reported_to_and_called_by_his_office() -> None:
    said = told("chairman", entries(2, role="chairman"))["text"]
    assert said.startswith(
        "Kính gửi: Chủ tịch Ủy ban nhân dân. Kính báo cáo Chủ tịch Ủy ban nhân dân xem xét, cho ý"
        " kiến chỉ đạo đối với các việc sau."
    )
    assert "2 việc của các cơ quan, đơn vị cần xem xét, chỉ đạo, đều đã quá hạn" in said


def test_the_identity_is_that_of_what_is_told_and_not_of_its_order() -> None:
    of = entries(5)
    assert catch_up_id("NV", of) == catch_up_id("NV", of[::-1])
    assert catch_up_id("NV", of) != catch_up_id("NV", of[1:])
    assert catch_up_id("NV", of) != catch_up_id("VP", of)


def test_the_key_has_three_words_whatever_the_body_is_called() -> None:
    assert catch_up_key("NV") == "digest.NV.catch_up"
    assert catch_up_key("a.b c").split(".") == ["digest", "a%2Eb%20c", "catch_up"]
    assert len(catch_up_key("x" * 300).encode()) <= 255
