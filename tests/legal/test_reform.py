"""The reform of 1/7/2025 as a story, from May to December.

Every number is counted by hand from what `support.reform` says happens. Places: the departments are
0 to 12, the communes 13 to 31, the Office 32.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from dondoc.rules.obligations import Obligation
from dondoc.storage.database import open_store
from support.reform import COMMUNES, DEPARTMENTS, NEW, NEW_LAW, OLD, OLD_LAW, SINCE, law
from support.reformed_office import Reformed

JUNE_30, JULY_1, JULY_16, DECEMBER_31 = (
    date(2025, 6, 30),
    date(2025, 7, 1),
    date(2025, 7, 16),
    date(2025, 12, 31),
)


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reformed]:
    """The installation at the end of the story; every day can be looked back at."""
    path: Path = tmp_path_factory.mktemp("reform") / "dondoc.db"
    store = open_store(f"sqlite:///{path}")
    store.migrate(SINCE)
    office = Reformed(store)
    for day in (JUNE_30, JULY_1, JULY_16, DECEMBER_31):
        office.reach(day)
    yield office
    store.close()


def of_rule(office: Reformed, rule: str, day: date = DECEMBER_31) -> list[Obligation]:
    return office.obligations(day, rule=rule)


def of_task(office: Reformed, task: str) -> dict[str, list[Obligation]]:
    """By the code of the old body, what was owed for that task of its document."""
    found: dict[str, list[Obligation]] = {}
    for each in of_rule(office, "execution"):
        if each.task_id == task and each.subject.removeprefix("VB-") in OLD:
            found.setdefault(each.subject.removeprefix("VB-"), []).append(each)
    return found


def breaches(office: Reformed, rule: str, day: date) -> dict[str, int]:
    """The breaches of the last 30 days that Prometheus is told of, by body."""
    found = office.metrics(day)["dondoc_breaches"]
    return {
        body: int(n) for (of, body, window), n in found.items() if (of, window) == (rule, "30d")
    }


def test_the_parties_are_those_of_the_district() -> None:
    kinds = Counter(law().directory.kind(code, JUNE_30) for code in OLD)
    assert kinds == {"department": 13, "commune": 19, "office": 1}
    assert [law().directory.office(day) for day in (JUNE_30, JULY_1)] == ["VP", "VPM"]
    assert len(OLD) == 33
    assert not any(law().directory.exists(code, JULY_1) for code in OLD)


def test_what_was_missed_before_the_reform_stays_the_old_bodies_breach(office: Reformed) -> None:
    """Task 1 was due on Friday 20/6; the odd places, 16 of 33, missed it: a breach from 21/6."""
    old = {OLD[place]: 1 for place in range(1, 33, 2)}
    assert len(old) == 16
    assert breaches(office, "execution", JUNE_30) == old


def test_what_is_missed_on_the_first_day_of_the_new_unit_is_its_bodies_breach(
    office: Reformed,
) -> None:
    """Task 2 was due on Monday 30/6. Those whose place three does not divide, 22 of 33, had not
    done it: a breach from 1/7, when others answered. The two bodies that were split count under
    their own codes until somebody says whose it is."""
    found = breaches(office, "execution", JULY_1)
    of_task_1 = breaches(office, "execution", JUNE_30)
    began = Counter(found) - Counter(of_task_1)
    assert began == {"KT": 8, "VHXH": 9, "PVHCC": 2, "VPM": 1, "LDTBXH": 1, "XUANHOA": 1}
    assert began.total() == 22
    for each in of_task(office, "2").values():
        assert {one.breach_on for one in each} <= {None, JULY_1}


def test_the_act_of_either_code_ends_what_is_owed(office: Reformed) -> None:
    """Task 3, due on Tuesday 15/7: done on 10/7 under the new code by every fourth, under the old
    by the next; never done by the third, a breach from 16/7. The last is given to the successor on
    7/7 and done by it on 14/7: seven answered for it already, by which nothing ends or begins;
    XUANHOA had been split, and what it left is given to one of the two."""
    fates: Counter[str] = Counter()
    for code, found in of_task(office, "3").items():
        place = OLD.index(code) % 4
        (old, *new) = sorted(found, key=lambda each: each.opened_on)
        assert old.body == code
        if old.ended_on is not None:
            fates["given"] += 1
            assert (old.ended_on, old.breach_on) == (date(2025, 7, 7), None)
            assert [(each.body in NEW, each.met_on) for each in new] == [(True, date(2025, 7, 14))]
            continue
        assert new == []
        fates["never" if place == 2 else "done" if place < 2 else "renamed"] += 1
        done_on = {0: date(2025, 7, 10), 1: date(2025, 7, 10), 2: None, 3: date(2025, 7, 14)}
        assert (old.met_on, old.breach_on) == (done_on[place], JULY_16 if place == 2 else None)
    assert fates == {"done": 17, "never": 8, "renamed": 7, "given": 1}


def test_tasks_stand_with_the_bodies_of_the_new_unit(office: Reformed) -> None:
    """On 16/7: of task 1, 17 done on time, 8 late, 8 not at all; of task 2, 11 of each; of task 3,
    25 on time and 8 not at all; task 4 is in progress with all 33; two new ones have not begun."""
    total: Counter[str] = Counter()
    tasks = office.status(JULY_16)["tasks"]
    for of in tasks.values():
        total.update(of)
    assert total == {
        "done_on_time": 17 + 11 + 25,
        "done_late": 8 + 11,
        "not_started_past": 8 + 11 + 8,
        "in_progress_within": 33,
        "not_started_within": 2,
    }
    assert tasks.keys() == {*NEW, "VPM", "LDTBXH", "XUANHOA"}
    assert office.status(JUNE_30)["tasks"].keys() == set(OLD)


def test_each_report_is_owed_once(office: Reformed) -> None:
    """April's, May's and the half-year's by the 32 bodies of the district, June's and those after
    it by the three departments of the new unit."""
    periods: dict[str, set[str]] = {}
    for each in of_rule(office, "body_report"):
        assert each.body not in periods.setdefault(each.subject, set())
        periods[each.subject].add(each.body)
    district = {*DEPARTMENTS, *COMMUNES}
    months = ("2025-06", "2025-07", "2025-08", "2025-09", "2025-10", "2025-11", "2025")
    early = ("2025-04", "2025-05", "2025-H1")
    assert periods == {
        period: district if period in early else set(NEW) for period in (*early, *months)
    }
    offices = {(each.subject, each.body) for each in of_rule(office, "office_report")}
    assert offices == {
        *((period, "VP") for period in early),
        *((period, "VPM") for period in months),
    }


def test_mays_report_is_handed_in_by_whoever_answers(office: Reformed) -> None:
    """Due with the half-year by 5/6 and 10/6. Sixteen in time; of the others, eight in July by
    whoever succeeded, late, and eight never: all sixteen the old bodies' breach."""
    states = Counter(
        each.state(DECEMBER_31)
        for each in of_rule(office, "body_report")
        if each.subject == "2025-05"
    )
    assert states == {"met": 16, "met_late": 8, "overdue": 8}
    found = breaches(office, "body_report", JULY_1)
    assert found == {OLD[place]: 2 for place in range(1, 32, 2)}


def test_the_new_unit_reports_by_its_own_regulation(office: Reformed) -> None:
    """By the 15th, where the old one said the 10th: June's of Monday 14/7 is in time. PVHCC's of
    July came under the code of the old justice department, on 14/8. August's came from nobody:
    a breach from Tuesday 16/9."""
    found = {(each.subject, each.body): each for each in of_rule(office, "body_report")}
    for body in NEW:
        june, july, august = (found[f"2025-0{month}", body] for month in (6, 7, 8))
        assert (june.regulation, june.due, june.met_on) == (
            NEW_LAW,
            date(2025, 7, 15),
            date(2025, 7, 14),
        )
        assert (july.due, july.met_on) == (date(2025, 8, 15), date(2025, 8, 14))
        assert (august.due, august.breach_on) == (date(2025, 9, 15), date(2025, 9, 16))
    assert {found["2025-05", body].regulation for body in DEPARTMENTS} == {OLD_LAW}


def test_feedback_is_answered_by_the_office_of_the_day(office: Reformed) -> None:
    """Of 26/6, five working days to Thursday 3/7: answered by the new Office on 2/7. Of 27/6, to
    Friday 4/7: never, the new Office's breach. Of 3/7, by the new regulation three, to 8/7."""
    found = {each.subject: each for each in of_rule(office, "feedback_response")}
    assert (found["PA-1"].body, found["PA-1"].due, found["PA-1"].met_on) == (
        "VP",
        date(2025, 7, 3),
        date(2025, 7, 2),
    )
    assert (found["PA-2"].body, found["PA-2"].due) == ("VP", date(2025, 7, 4))
    assert found["PA-2"].breach_of(law().directory) == "VPM"
    assert (found["PA-3"].body, found["PA-3"].due) == ("VPM", date(2025, 7, 8))
    assert breaches(office, "feedback_response", JULY_16) == {"VPM": 2}


def test_the_inspected_bodies_are_told_through_their_successors(office: Reformed) -> None:
    """Ended on 25/6, to be told by Wednesday 2/7: YT's successor and BINHAN's are, on that day."""
    (report,) = of_rule(office, "inspection_report")
    assert (report.body, report.due, report.met_on) == ("TTR", date(2025, 7, 2), date(2025, 7, 2))
    assert report.owed_by(law().directory, DECEMBER_31) == ("PVHCC",)


def test_what_wants_somebody_to_look_is_flagged(office: Reformed) -> None:
    """A document of 9/7 names NV. LDTBXH and XUANHOA were split: a document of each is open, and
    XUANHOA's reports; what LDTBXH had left is given to VHXH on 1/8."""
    flags = office.status(JULY_16)["flags"]
    assert flags == {"ended_body:NV": 1, "split_body:LDTBXH": 1, "split_body:XUANHOA": 2}
    assert office.status(JUNE_30)["flags"] == {}
    assert office.status(DECEMBER_31)["flags"] == {"ended_body:NV": 1, "split_body:XUANHOA": 2}


def test_the_old_bodies_owe_nothing_on_the_first_day_of_the_new_unit(office: Reformed) -> None:
    before = {row["body"] for row in office.status(JUNE_30)["obligations"]}
    after = {row["body"] for row in office.status(JULY_1)["obligations"]}
    assert before >= set(OLD)
    assert after.isdisjoint(set(OLD) - {"LDTBXH", "XUANHOA"})
    assert after >= {*NEW, "VPM", "LDTBXH", "XUANHOA"}
