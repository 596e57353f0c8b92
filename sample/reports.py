"""The reports and plans of a quarter: those that come round, those that are asked for.

They do not grow with the sample's scale: a body owes one report a month, however many
documents there are. Days are those of Điều 21, roughly kept.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from . import OFFICE_SOURCE, UNITS_SOURCE, workdays
from .district import OFFICE, District, Fact, iso

_REQUESTS = 4


def report_facts(district: District) -> list[Fact]:
    """Every report, publication and plan of the quarter, unordered."""
    facts: list[Fact] = []
    for first in _months(district.since, district.ending):
        facts += _monthly(district, first)
        if first.month in (6, 11):
            facts += _long_period(district, first)
        if first.month in (1, 4, 7, 10):
            facts += _secret_regime(district, first)
        if first.month == 1:
            facts += _review_of_the_regulation(district, first)
    facts += _plans(district)
    for position in range(_REQUESTS):
        facts += _request(district, position)
    return facts


def _months(since: date, ending: date) -> Iterator[date]:
    """The first day of every month that begins within the quarter."""
    day = since if since.day == 1 else _next_month(since)
    while day <= ending:
        yield day
        day = _next_month(day)


def _next_month(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)


def _previous(first: date) -> str:
    return f"{first - timedelta(days=1):%Y-%m}"


def _bodies(district: District) -> tuple[str, ...]:
    return district.words.departments + district.words.communes


def _monthly(district: District, first: date) -> list[Fact]:
    """Reports of the month before: of the bodies by the 9th or so, of the Office by the 19th."""
    chance, period = district.chance, _previous(first)
    facts = []
    for body in _bodies(district):
        late = district.words.lateness(body)
        draw = chance.share()
        if draw < late / 4:
            continue  # forgotten; some make up for it with the next
        if draw < late:
            day = first.replace(day=chance.between(11, 16))
        else:
            day = first.replace(day=chance.between(3, 10))
        covers = []
        if draw > 1 - late / 8:
            before = date.fromisoformat(f"{period}-01")
            covers = [_previous(before)]
        facts.append(_submission(district, "body_progress", body, period, day, covers))
    day = first.replace(day=chance.between(15, 19) if chance.happens(0.7) else 21)
    facts += _office_report(district, period, day)
    return facts


def _long_period(district: District, first: date) -> list[Fact]:
    """June's and November's: half-year and year, and the summary of inspections (16.3)."""
    chance = district.chance
    period = f"{first.year}-H1" if first.month == 6 else str(first.year)
    facts = []
    for body in _bodies(district):
        late = district.words.lateness(body)
        day = chance.between(6, 10) if chance.happens(late) else chance.between(2, 5)
        day_on = first.replace(day=day)
        facts.append(_submission(district, "body_progress", body, period, day_on, []))
    facts += _office_report(district, period, first.replace(day=chance.between(12, 15)))
    summed_up = first.replace(day=chance.between(24, 29))
    month = f"{first:%Y-%m}"
    facts.append(_submission(district, "inspection_summary", OFFICE, month, summed_up, []))
    return facts


def _office_report(district: District, period: str, day: date) -> list[Fact]:
    """The Office's own report, then published, in HSCV first and on the portal later."""
    chance = district.chance
    facts = [_submission(district, "office_progress", OFFICE, period, day, [])]
    moment = facts[0].time
    channels = [["hscv", "portal"]] if chance.happens(0.4) else [["hscv"], ["portal"]]
    for named in channels:
        moment = workdays.some_time_after(moment, chance.between(1, 3), chance)
        data = {
            "report": "office_progress",
            "period": period,
            "channels": named,
            "published_on": iso(moment.date()),
        }
        facts.append(Fact(moment, "report.published", facts[0].subject, data))
    return facts


def _secret_regime(district: District, first: date) -> list[Fact]:
    """5.2: that bodies reported on secret documents; what they reported is nobody's business."""
    before = first - timedelta(days=1)
    period = f"{before.year}-Q{(before.month + 2) // 3}"
    chance = district.chance
    return [
        _submission(
            district, "secret_regime", body, period, first.replace(day=chance.between(4, 20)), []
        )
        for body in _bodies(district)
        if chance.happens(0.6)
    ]


def _review_of_the_regulation(district: District, first: date) -> list[Fact]:
    day = first.replace(day=district.chance.between(12, 28))
    return [_submission(district, "regulation_review", OFFICE, str(first.year - 1), day, [])]


def _submission(
    district: District, report: str, body: str, period: str, day: date, covers: list[str]
) -> Fact:
    """A report handed in on *day* or, where that is a day off, the next working day."""
    day = workdays.next_working(day)
    data: dict[str, Any] = {
        "report": report,
        "body": body,
        "period": period,
        "submitted_on": iso(day),
    }
    if covers:
        data["covers"] = covers
    source = OFFICE_SOURCE if body == OFFICE else UNITS_SOURCE
    moment = workdays.office_hours(day, district.chance)
    return Fact(moment, "report.submitted", f"{report}-{period}-{body}", data, source)


def _request(district: District, position: int) -> list[Fact]:
    """A report asked for beside the round ones (18.4), and who sends it."""
    chance = district.chance
    span = (district.ending - district.since).days
    day = district.since + timedelta(days=8 + position * (span - 20) // _REQUESTS)
    asked = workdays.office_hours(workdays.next_working(day), chance)
    request_id = f"YC-{district.subject()}"
    bodies = chance.some(_bodies(district), chance.between(4, 12))
    due = asked.date() + timedelta(days=chance.between(5, 12))
    data: dict[str, Any] = {
        "request_id": request_id,
        "report": "body_progress",
        "bodies": bodies,
        "requested_by": chance.one(("Chủ tịch", "Chánh Văn phòng")),
    }
    if chance.happens(0.8):
        data["due_on"] = iso(due)
    facts = [Fact(asked, "report.requested", request_id, data)]
    for body in bodies:
        if chance.happens(0.93):
            late = chance.happens(district.words.lateness(body))
            low, high = (1, 6) if late else (-3, 0)
            sent_on = workdays.next_working(due + timedelta(days=chance.between(low, high)))
            answer = {
                "report": "body_progress",
                "body": body,
                "request_id": request_id,
                "submitted_on": iso(sent_on),
            }
            sent = workdays.office_hours(sent_on, chance)
            facts.append(Fact(sent, "report.submitted", request_id, answer, UNITS_SOURCE))
    return facts


def _plans(district: District) -> list[Fact]:
    """Plans of the year (12.1, 23.2): most are approved around the New Year, a few later."""
    chance, first = district.chance, district.since
    year = first.year + (first.month == 12)
    share = 0.8 if first.month in (12, 1, 2) else 0.15
    facts = []
    for kind, bodies in (("inspection", (OFFICE,)), ("implementation", _bodies(district))):
        for body in bodies:
            if kind == "implementation" and not chance.happens(share):
                continue
            day = workdays.next_working(first + timedelta(days=chance.between(3, 40)))
            data = {"kind": kind, "body": body, "year": year}
            source = OFFICE_SOURCE if body == OFFICE else UNITS_SOURCE
            subject = f"plan-{kind}-{year}-{body}"
            moment = workdays.office_hours(day, chance)
            facts.append(Fact(moment, "plan.approved", subject, data, source))
    return facts
