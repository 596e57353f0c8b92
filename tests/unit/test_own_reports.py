"""Reports by names of a regulation's own: listed in its file, taken by the contract, flagged where
nobody lists them."""

from __future__ import annotations

import tomllib
from datetime import date, datetime
from typing import Any

from dondoc.rules.events import LOCAL, Event
from dondoc.rules.explaining.explanation import explain
from dondoc.rules.judging.projection import project
from dondoc.rules.law import Law
from dondoc.rules.obligations import Projection
from dondoc.rules.reading.regulation import parse_regulation
from dondoc.rules.reading.side_by_side import together
from support.case_law import REGULATION, calendar, default_directory, regulation_data
from support.stories import law as shipped_law
from support.stories import texts

OWN = """
id = "10/2026/QC-MẪU"
title = "Quy chế mẫu về báo cáo"
in_force_from = 2026-01-01

[reports]
"báo cáo nhanh".vi = "báo cáo nhanh hằng tuần"
disaster = "báo cáo thiên tai"

[schedule.week]
every = "week"
first = { day = "mon" }
last = { day = "sun" }

[[rule]]
id = "quick"
cite = "Điều 2"
title = "Báo cáo nhanh"
per = "period"
owes = "body"
kinds = ["department"]
fulfilled = [
  { event = "report.submitted", where = { report = ["báo cáo nhanh"] }, date = "submitted_on" },
]

[[rule.period]]
schedule = "week"
due = { weeks = 1, day = "tue" }
"""


def regulations(**changed: Any) -> Any:
    data = {**tomllib.loads(OWN), **changed}
    return together([(parse_regulation(data, "own"), "own")])


def reported(report: str, day: date) -> Event:
    data = {
        "report": report,
        "body": "PYT",
        "period": "2026-W10",
        "submitted_on": day.isoformat(),
    }
    time = datetime(day.year, day.month, day.day, 9, tzinfo=LOCAL)
    return Event("/hscv", f"e-{report}", "report.submitted", "R", time, None, data, day)


def found(*events: Event, **changed: Any) -> Projection:
    return project(
        *("reports:PYT", list(events), regulations(**changed), calendar(), default_directory()),
        since=date(2026, 3, 9),
        through=date(2026, 3, 10),
    )


def test_a_report_by_a_name_that_the_file_lists_fulfils_what_waits_for_it() -> None:
    projection = found(reported("báo cáo nhanh", date(2026, 3, 10)))
    assert [(each.subject, str(each.met_on)) for each in projection.obligations] == [
        ("2026-W10", "2026-03-10")
    ]
    assert projection.flags == ()


def test_a_report_by_another_name_counts_for_nothing_and_is_flagged_by_it() -> None:
    projection = found(
        reported("báo cáo chậm", date(2026, 3, 10)), reported("disaster", date(2026, 3, 10))
    )
    assert [each.met_on for each in projection.obligations] == [None]
    assert projection.flags == ("unknown_report:báo cáo chậm",)


def test_the_names_of_old_are_those_of_a_file_that_lists_none() -> None:
    data = {key: value for key, value in regulation_data(REGULATION).items() if key != "reports"}
    bare = parse_regulation(data, REGULATION)
    listed = parse_regulation(regulation_data(REGULATION), REGULATION)
    assert [each.name for each in bare.reports] == [each.name for each in listed.reports]
    assert bare.digest == listed.digest


def test_a_file_that_lists_other_names_is_another_law_and_titles_change_none() -> None:
    plain = parse_regulation(tomllib.loads(OWN), "own").digest
    titled = {**tomllib.loads(OWN), "reports": ["disaster", "báo cáo nhanh"]}
    more = {**titled, "reports": ["disaster", "báo cáo nhanh", "another"]}
    assert parse_regulation(titled, "own").digest == plain
    assert parse_regulation(more, "own").digest != plain


def test_explain_calls_a_report_as_the_file_does() -> None:
    law = shipped_law()
    law = Law(regulations(), law.calendar, default_directory(), law.policy)
    obligation = found().obligations[0]
    shown = explain(obligation, law, texts("vi"), date(2026, 3, 10)).section("outcome")
    assert shown is not None
    assert any("báo cáo nhanh hằng tuần" in line for line in shown.lines)
