"""`dondoc regulation try`: a story under a regulation, without a database or a broker."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from dondoc.commands.assembly.loading import load_texts
from support.hscv import event
from support.installation import Installation
from support.pages import ROOT

DAY = "2026-03-02T09:00:00+07:00"
LAW = str(ROOT / "rules" / "regulations" / "02-2015-qd-ubnd.toml")
SECOND = """
id = "99/2026/QC"
title = "Quy chế kiểm tra"
in_force_from = 2026-01-01

[[rule]]
id = "at_once"
cite = "Điều 2"
title = "Báo cáo ngay việc kiểm tra"
per = "event"
owes = "office"
opens = { events = ["inspection.decided"] }
due = { kind = "working_days", days = 1 }
fulfilled = [{ event = "inspection.reported" }]
"""


@pytest.fixture
def installation(tmp_path: Path) -> Installation:
    return Installation(tmp_path, "amqp://127.0.0.1:1/")


def told(installation: Installation, *events: dict[str, Any] | str) -> str:
    lines = [each if isinstance(each, str) else json.dumps(each) for each in events]
    installation.folder.joinpath("story.jsonl").write_text("\n".join(lines), "utf-8")
    return "story.jsonl"


def received(**changed: Any) -> dict[str, Any]:
    data = {"from_body": "SONHA", "about_body": "TP", "content": "chậm trả lời"}
    return (
        event("feedback.received", subject="PA-1", time="2026-03-02T09:00:00+07:00", data=data)
        | changed
    )


def rows(installation: Installation, *arguments: str) -> list[dict[str, Any]]:
    _, out, err = installation.ended(["regulation", "try", *arguments, "--format", "json"])
    assert "Traceback" not in err
    found: list[dict[str, Any]] = json.loads(out)
    return found


def brief(found: Iterable[dict[str, Any]]) -> list[tuple[str, ...]]:
    keys = ("rule", "body", "opened_on", "target", "due", "state")
    return [tuple(str(each[key]) for key in keys) for each in found]


def test_a_story_shows_who_owes_what_by_when_and_how_it_stands(installation: Installation) -> None:
    story = told(installation, received())
    (row,) = brief(rows(installation, LAW, story, "--as-of", "2026-03-09"))
    assert row == ("feedback_response", "VP", "2026-03-02", "2026-03-09", "2026-03-09", "open")
    (row,) = brief(rows(installation, LAW, story, "--as-of", "2026-03-10"))
    assert row[-1] == "overdue"
    assert not installation.folder.joinpath("dondoc.db").exists()


def test_what_comes_after_the_day_that_is_looked_at_is_not_known_yet(
    installation: Installation,
) -> None:
    answered = event(
        "feedback.answered",
        id="b",
        subject="PA-1",
        time="2026-03-05T09:00:00+07:00",
        data={"answer": "urging_document", "symbol": "7/CV", "copied_to_source": True},
    )
    story = told(installation, answered, received(), received())
    before = rows(installation, LAW, story, "--as-of", "2026-03-04")
    after = rows(installation, LAW, story, "--as-of", "2026-03-05")
    assert [each["state"] for each in (*before, *after)] == ["open", "met"]


def test_a_time_is_looked_at_and_not_the_end_of_its_day(installation: Installation) -> None:
    hourly = SECOND.replace("working_days", "working_hours").replace("days = 1", "hours = 2")
    installation.folder.joinpath("hours.toml").write_text(hourly, "utf-8")
    decided = event("inspection.decided", id="d", subject="KT-1", time=DAY)
    story = told(installation, decided)
    states = {}
    for time in ("08:59", "10:59", "11:01"):
        found = rows(installation, "hours.toml", story, "--as-of", f"2026-03-02T{time}+07:00")
        states[time] = [each["state"] for each in found]
    assert states == {"08:59": [], "10:59": ["open"], "11:01": ["overdue"]}
    asked = ("regulation", "try", "hours.toml", story, "--as-of", "2026-03-02T10:59+07:00")
    assert installation.run(*asked).endswith("as of 2026-03-02 10:59\n")


def test_several_regulations_are_in_force_at_once(installation: Installation) -> None:
    installation.folder.joinpath("second.toml").write_text(SECOND, "utf-8")
    decided = event("inspection.decided", id="d", subject="KT-1", time=DAY)
    story = told(installation, received(), decided)
    found = rows(installation, LAW, "second.toml", story, "--as-of", "2026-03-04")
    assert {each["rule"] for each in found} >= {"feedback_response", "at_once"}
    assert {each["regulation"] for each in found} == {"02/2015/QĐ-UBND", "99/2026/QC"}


def test_bodies_and_calendars_of_ones_own_are_used(installation: Installation) -> None:
    bodies = '[[body]]\ncode = "UB"\nname = "Văn phòng"\nkind = "office"\n'
    day_off = '[[day_off]]\ndate = 2026-03-04\nname = "Nghỉ"\nsource = "QĐ 1/QĐ-UBND"\n'
    installation.folder.joinpath("own.toml").write_text(bodies, "utf-8")
    installation.folder.joinpath("days.toml").write_text(day_off, "utf-8")
    story = told(installation, received())
    own = ("--bodies", "own.toml", "--calendar", "days.toml", "--as-of", "2026-03-09")
    (row,) = brief(rows(installation, LAW, story, *own))
    assert row == ("feedback_response", "UB", "2026-03-02", "2026-03-10", "2026-03-10", "open")


def test_the_periodic_reports_of_a_body_are_shown_where_asked_for(
    installation: Installation,
) -> None:
    story = told(installation, received())
    found = rows(installation, LAW, story, "--reports-of", "TCKH", "--as-of", "2026-04-06")
    assert {each["body"] for each in found} == {"VP", "TCKH"}
    assert "body_report" in {each["rule"] for each in found}


def test_what_is_refused_is_told_with_its_line(installation: Installation) -> None:
    secret = received(secrecy="mat", id="s")
    wrong = received(id="w", data={})
    story = told(installation, received(), "no json", wrong, secret)
    out = installation.run("regulation", "try", LAW, story, "--as-of", "2026-03-09", code=3)
    assert "story.jsonl:3" in out
    assert "feedback_response" in out
    assert out.splitlines()[-1] == "1 obligation by 1 event, as of 2026-03-09"


def test_explain_says_why(installation: Installation) -> None:
    story = told(installation, received())
    asked = ("regulation", "try", LAW, story, "--as-of", "2026-03-09", "--explain")
    out = installation.run(*asked)
    assert "Điều 18.5" in out
    said = installation.run(*asked, "--lang", "vi")
    heading = load_texts("vi").templates["explain.heading.term"]
    assert f"  {heading}" in said
    (row,) = rows(installation, *asked[2:])
    assert "2026-03-09" in row["explanation"]


def test_a_regulation_that_is_wrong_is_told_and_no_event_is_read(
    installation: Installation,
) -> None:
    text = Path(LAW).read_text("utf-8").replace('per = "delivery"', 'per = "delivry"', 1)
    tomllib.loads(text)
    installation.folder.joinpath("law.toml").write_text(text, "utf-8")
    err = installation.run("regulation", "try", "law.toml", "nowhere.jsonl", code=1)
    assert "law.toml:" in err
    assert "rule[review].per" in err


def test_what_counts_for_nothing_is_told_in_a_line_each_beside_the_table(
    installation: Installation,
) -> None:
    """A slip in a type, the code of a body or the name of a report, and a day before the law."""
    data = {"task_id": "NV-1", "kind": "execute", "content": "x", "lead": "TPP"}
    assigned = event("task.assigned", id="t", subject="VB-1", time=DAY, data=data)
    report = {"body": "TP", "report": "weekly", "period": "2026-02", "submitted_on": "2026-03-02"}
    submitted = event("report.submitted", id="r", subject="BC-1", time=DAY, data=report)
    slip = event("task.asigned", id="s", subject="VB-2", time=DAY, data=data)
    early = received(id="e", time="2014-12-31T09:00:00+07:00")
    story = told(installation, assigned, submitted, slip, early)
    asked = ["regulation", "try", LAW, story, "--as-of", "2026-03-09"]
    for language, words in (
        ("en", ("task.asigned (1; task.assigned?)", "lacks: TPP;", "weekly; listed are", "before")),
        (
            "vi",
            ("task.asigned (1; task.assigned?)", "không có các cơ quan: TPP;", "weekly;", "trước"),
        ),
    ):
        _, out, err = installation.ended([*asked, "--lang", language])
        lines = err.splitlines()
        assert len(lines) == len(words), err
        assert all(word in line for word, line in zip(words, lines, strict=True)), err
        assert "weekly" not in out
        assert "feedback_response" not in out
    _, out, err = installation.ended(["regulation", "try", LAW, told(installation, received())])
    assert not err


def test_a_body_that_there_is_not_is_told_with_the_option_that_names_the_file(
    installation: Installation,
) -> None:
    story = told(installation, received())
    asked = ("regulation", "try", LAW, story, "--reports-of", "TPP")
    err = installation.run(*asked, code=1)
    assert "has no body 'TPP'" in err
    assert "--bodies" in err
    assert "dondoc bodies" not in err
    bodies = '[[body]]\ncode = "UB"\nname = "Văn phòng"\nkind = "office"\n'
    installation.folder.joinpath("own.toml").write_text(bodies, "utf-8")
    assert "own.toml has no body 'TPP'" in installation.run(*asked, "--bodies", "own.toml", code=1)


def test_lights_are_shown_where_the_regulation_has_them(installation: Installation) -> None:
    light = """
[[light]]
colour = "green"
name = { vi = "Trong hạn", en = "in time" }
days_left = { from = 0 }

[[light]]
colour = "red"
name = { vi = "Quá hạn", en = "late" }
days_left = { to = -1 }
"""
    law = SECOND.replace("inspection.decided", "feedback.received")
    law = law.replace("inspection.reported", "feedback.answered")
    installation.folder.joinpath("lit.toml").write_text(law + light, "utf-8")
    installation.folder.joinpath("plain.toml").write_text(law, "utf-8")
    story = told(installation, received())
    late = (story, "--as-of", "2026-03-04")
    out = installation.run("regulation", "try", "lit.toml", *late)
    heading, _, row, _ = out.splitlines()
    assert heading.split()[-1] == "light"
    assert row.split()[-1] == "late"
    said = installation.run("regulation", "try", "lit.toml", *late, "--lang", "vi")
    assert "Quá hạn" in said
    (lit,) = rows(installation, "lit.toml", *late)
    assert (lit["light"], lit["light_colour"]) == ("Quá hạn", "red")
    assert "light" not in installation.run("regulation", "try", "plain.toml", *late)


def issued(**changed: Any) -> dict[str, Any]:
    found = event("document.issued", subject="D-1", id="d", time=DAY)
    return found | {"data": found["data"] | changed}


def of_task(type_: str, id_: str, **changed: Any) -> dict[str, Any]:
    found = event(type_, subject="D-1", id=id_, time=DAY)
    return found | {"data": found["data"] | {"task_id": "T-1", **changed}}


def slips(installation: Installation, *events: dict[str, Any] | str) -> str:
    _, out, err = installation.ended(["regulation", "try", LAW, told(installation, *events)])
    assert "refused" not in out + err
    return str(err)


def test_a_field_that_nobody_reads_is_told_wherever_it_stands(installation: Installation) -> None:
    assigned = of_task("task.assigned", "a", due="2026-03-20", **{"CANARY của ai": 1})
    corrected = of_task("task.corrected", "c", fields={"deadline": "2026-03-20"})
    said = slips(installation, issued(), assigned, corrected)
    assert "due (task.assigned), … (task.assigned), deadline (task.corrected)" in said
    assert "CANARY" not in said


def test_another_event_under_an_id_that_was_used_is_told(installation: Installation) -> None:
    one, other = issued(symbol="1/UBND"), issued(symbol="2/UBND")
    said = slips(installation, one, other, issued(symbol="3/UBND"))
    assert "with the source and the id of one before" in said
    assert said.endswith(": d\n")
    assert "of one before" not in slips(installation, one, one), "a repeat is none"


def test_what_happens_to_a_task_that_nobody_assigned_is_told(installation: Installation) -> None:
    done = of_task("task.completed", "c", completed_on="2026-03-02")
    said = slips(installation, done, done | {"id": "c2"})
    assert "never assigns" in said
    assert said.count("T-1 (D-1)") == 1
    assert "never assigns" not in slips(installation, done, of_task("task.assigned", "a"))


def test_a_deadline_that_nobody_named_is_told_day_by_day(installation: Installation) -> None:
    """Fifteen working days over National Day, with the Monday before it that is worked on 22/8."""
    commune = str(ROOT / "rules" / "regulations" / "commune-2025.toml")
    data = {"task_id": "T-1", "kind": "execute", "content": "Rà soát", "lead": "TCKH"}
    task = event("task.assigned", id="a", time="2026-08-27T09:00:00+07:00", data=data)
    arguments = ("--as-of", "2026-09-01", "--explain", "--lang", "vi")
    _, out, _ = installation.ended(
        ["regulation", "try", commune, told(installation, task), *arguments]
    )
    days = out[out.index("không nêu thời hạn") :].splitlines()[1:28]
    counted = [line.split(" (")[0].strip() for line in days if ": ngày thứ" in line]
    assert counted[:4] == ["28/8/2026", "03/9/2026", "04/9/2026", "07/9/2026"]
    assert (len(counted), counted[-1]) == (15, "22/9/2026")
    assert any("nghỉ bù hoặc hoán đổi" in line for line in days)
