"""The page for everybody: figures that add up, and nothing of anybody's documents or names."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from dondoc.reports.making.making import Wish, make
from dondoc.reports.report import OFFICE_PROGRESS, ReportPeriod
from dondoc.reports.site.folder import CURRENT, CannotPublish
from dondoc.rules.directory import Directory
from dondoc.storage.database import Store, open_store
from support.hscv import event
from support.sites import CANARY, NOW, document, everything_in, office_law, sites_on, take
from support.stores import SINCE

HEAD = "ZQXJTENNGUOI"
MARCH = ReportPeriod("2026-03", date(2026, 3, 1), date(2026, 3, 31))
WISH = Wish(OFFICE_PROGRESS, MARCH, MARCH.last, NOW, unit="Ủy ban nhân dân huyện")


def named() -> Directory:
    """The sample's bodies, each with a head whose name must not be shown."""
    directory = office_law().directory
    bodies = {code: replace(body, head=f"{HEAD} {code}") for code, body in directory.bodies.items()}
    return replace(directory, bodies=bodies)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """Documents whose every text is a canary, some of a body that nobody knows."""
    opened = open_store(f"sqlite:///{tmp_path_factory.mktemp('public') / 'dondoc.db'}")
    opened.migrate(SINCE)
    told = {"signer": f"{CANARY}-signer", "submitted_by": f"{CANARY}-submitted", "title": CANARY}
    for number in range(3):
        issued, task = document(f"{CANARY}-{number}", CANARY, **told)
        task["data"] |= {"unit": f"{CANARY}-unit", "officer": f"{CANARY}-officer"}
        if number == 2:
            task["data"]["lead"] = [f"{CANARY}-BODY"]
        returned = event("task.returned", id=f"r{number}", subject=f"{CANARY}-{number}")
        returned["data"] |= {"task_id": f"{CANARY}-{number}-1", "reason": f"{CANARY}-reason"}
        returned["data"]["body"] = task["data"]["lead"][0]
        take(opened, issued, task, *([returned] if number else []))
    return opened


@pytest.fixture
def page(store: Store, tmp_path: Path) -> Path:
    sites = sites_on(store)
    sites = replace(sites, law=replace(sites.law, directory=named()))
    sites.publish(tmp_path / "cong-khai", WISH)
    return tmp_path / "cong-khai"


def test_nothing_of_documents_and_nobodys_name_is_in_its_bytes(store: Store, page: Path) -> None:
    told = everything_in(page)
    assert CANARY.encode() not in told
    assert HEAD.encode() not in told
    report = store.read(lambda tx: make(tx, office_law(), WISH))
    ids = {id_ for figure in report.figures for id_ in figure.ids}
    assert ids
    assert not [id_ for id_ in ids if id_.encode() in told]
    assert "Phòng Tài chính - Kế hoạch".encode() in told
    # What came under a code that the directory does not have is counted, without the code.
    assert "Không có trong danh bạ".encode() in told


def test_its_figures_are_those_of_the_report(store: Store, page: Path) -> None:
    text = (page / CURRENT / "index.html").read_text("utf-8")
    (foot,) = re.findall(r"<tfoot.*?</tfoot>", text, re.DOTALL)[:1]
    report = store.read(lambda tx: make(tx, office_law(), WISH))
    numbers = {each.key: each.number for each in report.figures if not each.detail}
    shown = [int(each) for each in re.findall(r">(\d+)</td>", foot)]
    keys = ("fell_due", "due_on_time", "due_late", "due_past", "due_returned", "due_ended")
    assert shown == [numbers[key] for key in keys]
    assert numbers["fell_due"] == sum(shown[1:])
    assert numbers["fell_due"] > 0


def test_everybody_may_find_it_and_it_says_how_it_is_counted(page: Path) -> None:
    text = (page / CURRENT / "index.html").read_text("utf-8")
    assert "noindex" not in text
    assert "tháng 3 năm 2026" in text
    assert "<h2>Cách tính</h2>" in text


def test_it_stands_where_no_page_for_officials_does_and_no_erasure_has_to_know_of_it(
    store: Store, page: Path, tmp_path: Path
) -> None:
    sites = sites_on(store)
    assert sites.standing() == []
    with pytest.raises(CannotPublish, match="holds the page for everybody"):
        sites.make(page)
    sites.make(tmp_path / "noi-bo")
    with pytest.raises(CannotPublish, match="holds pages for officials"):
        sites.publish(tmp_path / "noi-bo", WISH)
    sites.take_down(tmp_path / "noi-bo")
    sites.take_down(page)
    assert not page.exists()
