"""Whom a reminder is for, and what makes it the same reminder."""

from dataclasses import replace
from datetime import date

from dondoc.rules.body import Body
from dondoc.rules.directory import Directory
from dondoc.rules.reminding.addressees import Addressee, addressees
from dondoc.rules.reminding.reminder import Reminder
from support.reminding import (
    DIRECTORY,
    days_from,
    obligation,
    policy,
    remind_on,
    told,
)


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


def test_who_coordinates_is_told_through_its_successor_where_it_was_abolished() -> None:
    gone = Body("TP", "Phòng Tư pháp", "department", valid_to=date(2025, 6, 30), successor="VP")
    directory = Directory({**DIRECTORY.bodies, "TP": gone})
    found = addressees(obligation(), ["TP"], policy(), directory, date(2026, 3, 27))
    assert Addressee("VP", ("coordinating", "office")) in found
    assert "TP" not in [each.body for each in found]


def test_of_a_body_that_was_split_all_are_told_from_the_day_after() -> None:
    split = Body(
        "NV", "Phòng Nội vụ", "department", valid_to=date(2026, 3, 26), successor=("XA", "XB")
    )
    directory = Directory(
        {"NV": split} | {code: Body(code, f"UBND xã {code}", "commune") for code in ("XA", "XB")}
    )
    for day, bodies in ((26, ["NV"]), (27, ["XA", "XB"])):
        found = addressees(obligation(), [], policy(), directory, date(2026, 3, day))
        assert [each.body for each in found if "obligor" in each.roles] == bodies


def test_who_is_obligor_and_above_is_told_by_the_later_step_and_not_by_the_higher() -> None:
    # Target Fri 27/3: 0; +1, +3 and +7 as obligor; +5 and +10 as the chairman.
    sent = remind_on(days_from(date(2026, 3, 27), 15), obligation(body="chairman"))
    assert told(sent, "chairman") == [
        ("27/3", "due_today"),
        ("30/3", "overdue"),
        ("1/4", "overdue"),
        ("3/4", "escalated"),
        ("7/4", "overdue"),
        ("10/4", "escalated"),
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
    # Target Mon 30/06/2025: 0 is its last day, +1 Tue 1/7.
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
