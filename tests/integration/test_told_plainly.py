"""What commands say of what they were asked: days that leave nothing, figures of another day,
two tasks of one document, events that wait as dead letters, and which part of the law changed."""

from __future__ import annotations

from contextlib import closing
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner
from dondoc.cli import main
from dondoc.commands import reconcile, show
from dondoc.commands.assembly.application import open_application
from dondoc.commands.assembly.settings import load_settings
from dondoc.commands.terminal.screen import Screen
from dondoc.storage.database import open_store
from support import small_office
from support.small_office import BODIES, event

SETTINGS = f'{small_office.SETTINGS}calendars = ["calendar.toml"]\n'
LONG = "Kiểm tra việc phòng cháy, chữa cháy tại các chợ, các cơ sở sản xuất và khu dân cư " * 3


def task(id_: str, subject: str, content: str) -> str:
    named = {"task_id": id_, "kind": "execute", "content": content, "class": "4.1"}
    return event(id_, "task.assigned", subject, lead="KT", due_on="2026-03-20", **named)


EVENTS = [
    task("T1", "VB-1", "Bàn giao hồ sơ"),
    task("T2", "VB-1", LONG),
    task("T3", "VB-2", "Rà soát"),
]


def said(*line: str, lang: str = "en", code: int = 0) -> str:
    done = CliRunner().invoke(main, [f"--lang={lang}", *line])
    assert done.exit_code == code, done.output
    return done.output


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "dondoc.toml").write_text(SETTINGS, "utf-8")
    (tmp_path / "bodies.toml").write_text(BODIES, "utf-8")
    (tmp_path / "calendar.toml").write_text("", "utf-8")
    (tmp_path / "events.jsonl").write_text("\n".join(EVENTS), "utf-8")
    with closing(open_store("sqlite:///dondoc.db")) as opened:
        opened.migrate(date(2026, 1, 1))
    assert "3 stored" in said("replay", "events.jsonl")
    return tmp_path


@pytest.mark.parametrize("command", ["list", "audit", "reminders", "rejections list", "export"])
def test_days_that_leave_nothing_are_refused_by_every_command_that_takes_two(
    office: Path, command: str
) -> None:
    days = ("--from", "30/11/2026", "--to", "1/11/2026")
    told = said(*command.split(), *days, code=2)
    assert "--from 2026-11-30 is after --to 2026-11-01" in told
    said(*command.split(), "--from", "30/11/2026", "--to", "30/11/2026", code=0)


def test_due_dates_between_which_no_day_lies_are_refused(office: Path) -> None:
    told = said("list", "--due-after", "2026-11-02", "--due-before", "2026-11-03", code=2)
    assert "no day lies after --due-after 2026-11-02 and before --due-before 2026-11-03" in told
    said("list", "--due-after", "2026-11-02", "--due-before", "2026-11-04")


def test_what_is_as_of_now_says_so_on_the_board_of_another_day(office: Path) -> None:
    assert "now, whatever the day: events: 3" in said("status", "--as-of", "01/01/2026")
    assert "hiện nay, không theo ngày xem: " in said("status", "--as-of", "01/01/2026", lang="vi")
    assert "whatever the day" not in said("status")


def test_of_a_document_with_several_tasks_it_is_told_which_is_owed(office: Path) -> None:
    def sentences(subject: str) -> list[str]:
        application = open_application(load_settings(Path("dondoc.toml"), {}))
        screen = Screen(100, 40, colour=False)
        return [*show.story(application, subject, date(2026, 3, 31), screen)]

    told = sentences("VB-1")
    assert len([line for line in told if "“Bàn giao hồ sơ”" in line]) > 1
    assert len([line for line in told if "“Kiểm tra việc" in line and "…”" in line]) > 1
    alone = [line for line in sentences("VB-2") if "Rà soát" in line]
    assert len(alone) == 1, "of one task it is told once, where it was given"


def test_what_never_came_may_lie_among_the_dead_letters_and_it_is_said_where(
    office: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Path("hscv.csv").write_text("id,date\nT1,02/03/2026\nT9,02/03/2026\n", "utf-8")
    for waiting, told in ((2, True), (None, True), (0, False)):
        monkeypatch.setattr(reconcile, "dead_letters_waiting", lambda _, n=waiting: n)
        assert ("`dondoc dead list`" in said("reconcile", "hscv.csv", code=3)) is told
    Path("hscv.csv").write_text("id,date\nT1,02/03/2026\nT2,02/03/2026\nT3,02/03/2026\n", "utf-8")
    monkeypatch.setattr(reconcile, "dead_letters_waiting", lambda _: 2)
    assert "dead list" not in said("reconcile", "hscv.csv")


def test_check_names_which_part_of_the_law_has_changed(office: Path) -> None:
    assert "changed since" not in said("check", code=3)
    (office / "bodies.toml").write_text(BODIES.replace('"department"', '"commune"'), "utf-8")
    assert "changed since everything was judged: the directory of bodies; see" in said(
        "check", code=3
    )
    assert "đã thay đổi từ lần tính trước: danh bạ; hãy" in said("check", lang="vi", code=3)
    (office / "calendar.toml").write_text(
        '[[day_off]]\ndate = 2026-03-03\nname = "Nghỉ"\nsource = "Công văn"\n', "utf-8"
    )
    assert ": the calendar, the directory of bodies; see" in said("check", code=3)
    assert "lần tính trước: lịch, danh bạ;" in said("check", lang="vi", code=3)
    said("reprocess", "--all")
    assert "changed since" not in said("check", code=3)


def test_a_directory_that_changes_nothing_of_what_is_stored_is_said_to_be_in_use(
    office: Path,
) -> None:
    more = BODIES + '[[body]]\ncode = "TYT"\nname = "Trạm Y tế"\nkind = "other"\n'
    (office / "bodies.toml").write_text(more, "utf-8")
    told = said("reprocess", "--all")
    assert "nothing differs" in told
    assert "judged by the regulation, the calendar and the bodies as they are now" in told
