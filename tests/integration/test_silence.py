"""What silence has met, stored: not late anywhere, and met only once it has lasted."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, datetime
from hashlib import sha256

from dondoc.rules.events import LOCAL, Event
from dondoc.rules.law import Law
from dondoc.rules.obligations import MET, MET_LATE, OPEN, OVERDUE
from dondoc.rules.reading.regulation import parse_regulation
from dondoc.rules.reading.side_by_side import together
from dondoc.storage.advancing import advance
from dondoc.storage.database import Store
from dondoc.storage.new_events import NewEvent
from dondoc.storage.questions.figures import figures
from dondoc.storage.questions.filtering import Filter
from dondoc.storage.questions.queries import obligations
from dondoc.storage.questions.windows import LATE, ON_TIME
from dondoc.storage.taking_in import record
from support.case_law import regulation_data
from support.stories import law as story_law

OPENED, DUE, SILENT_ON = date(2026, 3, 2), date(2026, 3, 5), date(2026, 3, 6)
LATER = date(2026, 3, 20)


def law() -> Law:
    regulations = together([(parse_regulation(regulation_data("petitions"), "p.toml"), "p.toml")])
    return replace(story_law(), regulations=regulations)


def tell(store: Store, subject: str, *told: tuple[date, str, dict[str, str]]) -> None:
    events = []
    for number, (day, type_, data) in enumerate(told):
        at = datetime(day.year, day.month, day.day, 9, tzinfo=LOCAL)
        body = json.dumps(data).encode()
        event = Event("/a", f"{subject}-{number}", type_, subject, at, None, data, day)
        digest = sha256(subject.encode() + body).digest()
        events.append(
            NewEvent(event, (f"petition:{subject}",), body, structured=False, sha256=digest)
        )
    record(store, law(), events, datetime(2026, 3, 2, 12, tzinfo=LOCAL))


def states(store: Store, day: date) -> dict[str, list[str]]:
    """The subjects of opinions by their state on *day*, as each filter finds them."""
    found = {}
    for state in (OPEN, OVERDUE, MET, MET_LATE):
        wanted = Filter(rule="opinion", state=state)
        rows = store.read(lambda tx, w=wanted: obligations(tx, law(), day, w))  # type: ignore[misc]
        if rows:
            found[state] = sorted(each.subject for each in rows)
    return found


def test_silence_meets_on_the_day_after_and_is_late_in_no_list_or_figure(store: Store) -> None:
    advance(store, law(), OPENED)
    tell(store, "1/2026", (OPENED, "petition.transferred", {"body": "PNV"}))
    tell(
        store,
        "2/2026",
        (OPENED, "petition.transferred", {"body": "PNV"}),
        (date(2026, 3, 4), "petition.classified", {"complicated": "x"}),
        (date(2026, 3, 9), "petition.accepted", {"body": "PNV"}),
    )
    assert states(store, DUE) == {OPEN: ["1/2026", "2/2026"]}
    assert states(store, SILENT_ON) == {OVERDUE: ["2/2026"], MET: ["1/2026"]}
    for day in (DUE, SILENT_ON, LATER):
        advance(store, law(), day)
        assert states(store, DUE) == {OPEN: ["1/2026", "2/2026"]}
    assert states(store, SILENT_ON) == {OVERDUE: ["2/2026"], MET: ["1/2026"]}
    assert states(store, LATER) == {MET: ["1/2026"], MET_LATE: ["2/2026"]}
    counted = store.read(lambda tx: figures(tx, law(), LATER))
    closed = {
        (outcome, count)
        for (rule, _, outcome, window), count in counted.closed.items()
        if rule == "opinion" and window == 30
    }
    assert closed == {(ON_TIME, 1), (LATE, 1)}
    assert [
        (rule, n) for (rule, _), n in counted.overdue_breaches.items() if rule == "opinion"
    ] == []
    notices = store.read(lambda tx: obligations(tx, law(), LATER, Filter(rule="notice")))
    assert {each.subject: each.opened_on for each in notices} == {
        "1/2026": SILENT_ON,
        "2/2026": date(2026, 3, 9),
    }
