"""The table of `dondoc show` speaks as whoever reads it; JSON and CSV speak as ever."""

from __future__ import annotations

import json
from datetime import date, datetime

import pytest
from click.testing import CliRunner
from dondoc.cli import main
from dondoc.commands import explain, show, status
from dondoc.commands.assembly.application import Application
from dondoc.commands.assembly.settings import Settings
from dondoc.rules.events import LOCAL
from dondoc.rules.law import Law
from dondoc.rules.reading.regulation import parse_regulation
from dondoc.rules.reading.side_by_side import together
from dondoc.storage.advancing import advance
from dondoc.storage.database import Store
from dondoc.storage.taking_in import record
from support.case_law import calendar, default_directory, regulation_data
from support.plain_law import new_event
from support.reminding import policy

ASSIGNED = datetime(2026, 3, 12, 8, 0, tzinfo=LOCAL)


@pytest.fixture
def shown(store: Store, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """A task that is to be received in four working hours of its day, by language and format."""
    bounds = ("green", {"from": 0}), ("red", {"to": -1})
    lights = [{"colour": each, "name": each.upper(), "days_left": left} for each, left in bounds]
    regulation = parse_regulation({**regulation_data("hours"), "light": lights}, "hours")
    law = Law(together([(regulation, "hours")]), calendar(), default_directory(), policy())
    data = {"task_id": "NV-1", "kind": "execute", "content": "Rà soát", "lead": "PYT"}
    told = {**data, "due_on": "2026-03-20"}
    event = new_event("task.assigned", "VB-1", told, event_id="e-1", time=ASSIGNED)
    advance(store, law, ASSIGNED.date())
    record(store, law, [event], ASSIGNED)
    advance(store, law, date(2026, 3, 27))
    made = Application(Settings(), store, law, None)
    for module in (show, status, explain):
        monkeypatch.setattr(module, "open_application", lambda *_: made)
    return {
        f"{language} {form}": CliRunner()
        .invoke(
            main,
            f"--lang {language} show VB-1 --as-of 2026-03-27 --format {form}".split(),
            catch_exceptions=False,
        )
        .output
        for language in ("vi", "en")
        for form in ("table", "json", "csv")
    }


def test_a_vietnamese_table_says_everything_in_vietnamese(shown: dict[str, str]) -> None:
    table = shown["vi table"]
    assert "giao nhiệm vụ" in table
    assert "loại: thực hiện; nội dung nhiệm vụ: Rà soát; thời hạn thực hiện: 20/03/2026" in table
    assert "Xác nhận nhiệm vụ hỏa tốc: phát sinh" in table
    assert "Xác nhận nhiệm vụ hỏa tốc: đến hạn" in table
    for english in ("task.assigned", "receipt", " is due", " opens", "due_on", "2026-03"):
        assert english not in table


def test_programs_read_what_they_read_in_any_language(shown: dict[str, str]) -> None:
    assert shown["vi json"] == shown["en json"]
    assert shown["vi csv"] == shown["en csv"]
    assert "kind: execute; content: Rà soát; due_on: 2026-03-20" in shown["vi csv"]
    assert "receipt is due" in shown["en table"]


def test_nothing_is_due_before_it_opens(shown: dict[str, str]) -> None:
    what = [row["what"] for row in json.loads(shown["vi json"])]
    assert what.index("task.assigned") < what.index("receipt opens")
    assert what.index("receipt opens") < what.index("receipt is due")


def said(*line: str) -> str:
    return CliRunner().invoke(main, ["--lang", "vi", *line], catch_exceptions=False).output


def test_the_board_says_colours_as_the_list_does(shown: dict[str, str]) -> None:
    table = said("status", "--as-of", "2026-03-27", "--format", "table")
    (line,) = [each for each in table.splitlines() if each.startswith("RED")]
    assert "đỏ" in line


def test_an_explanation_of_a_moment_says_the_moment(shown: dict[str, str]) -> None:
    rows = json.loads(shown["vi json"])
    owed = next(row["id"] for row in rows if row["what"] == "execution opens")
    head = said("explain", owed, "--as-of", "2026-03-18T10:00+07:00")
    assert "Tính đến 18/03/2026 10:00, chưa có thông tin nào về việc này." in head
    day = said("explain", owed, "--as-of", "2026-03-18")
    assert "Tính đến hết ngày 18/03/2026, chưa có thông tin nào về việc này." in day
