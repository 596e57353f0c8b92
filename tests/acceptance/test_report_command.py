"""`dondoc report` as whoever types it meets it: files by their endings, each body's own, checks."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from dondoc.cli import main
from dondoc.commands.report import giving
from dondoc.reports.making.checking import Discrepancy
from dondoc.storage.database import open_store
from support.busy_unit import BEGIN, END, Unit, live
from support.stories import DIRECTORY


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An office's settings and database, with three weeks of March told."""
    place = tmp_path_factory.mktemp("office")
    store = open_store(f"sqlite:///{place / 'dondoc.db'}")
    store.migrate(BEGIN.replace(day=1))
    live(store, Unit(5, documents=20), BEGIN, END)
    store.close()
    bodies = "".join(
        f'[[body]]\ncode = "{each.code}"\nname = "{each.name}"\nkind = "{each.kind}"\n'
        + (f"valid_from = {each.valid_from}\n" if each.valid_from else "")
        + (f'valid_to = {each.valid_to}\nsuccessor = "SNV"\n' if each.valid_to else "")
        for each in DIRECTORY
    )
    (place / "bodies.toml").write_text(bodies, encoding="utf-8")
    (place / "dondoc.toml").write_text(
        f'[database]\nurl = "sqlite:///{place}/dondoc.db"\n[tracking]\nbodies = "bodies.toml"\n',
        encoding="utf-8",
    )
    return place


def run(folder: Path, *words: str, code: int = 0) -> Result:
    done = CliRunner().invoke(
        main, ["--config", str(folder / "dondoc.toml"), "report", *words, "--lang", "en"]
    )
    assert done.exit_code == code, done.output
    return done


def test_the_ending_of_a_file_chooses_its_form(folder: Path, tmp_path: Path) -> None:
    begins = {"xlsx": b"PK", "html": b"<!DOCTYPE html>", "csv": b"\xef\xbb\xbf", "json": b"{"}
    for ending, begin in begins.items():
        target = tmp_path / f"report.{ending}"
        run(folder, "body_progress", "--period", "2026-03", "--output", str(target))
        assert target.read_bytes().startswith(begin)
    text = tmp_path / "report.txt"
    run(folder, "office_progress", "--period", "2026-03", "--output", str(text))
    assert "Kỳ báo cáo: tháng 3 năm 2026" in text.read_text("utf-8")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--period", "2026-03", "--output", "report.pdf"), "which format? End its name in"),
        (("--period", "2026-03", "--format", "xlsx"), "xlsx is a file: name it with --output"),
        (("--period", "2026-13"), "2026-13 is no period such as 2026-10"),
        ((), "Which days? --period 2026-10, or --from with --to."),
        (("--period", "2026-03", "--from", "2026-03-01"), "exclude each other"),
        (("--from", "2026-03-02", "--to", "2026-03-01"), "is before --from 2026-03-02"),
        (("--period", "2026-05", "--as-of", "2026-04-30"), "nothing of it has happened yet"),
        (("--period", "2026-03", "--body", "PYE"), "PYT (Phòng Y tế)"),
        (("--period", "2026-03", "--table", "tasks", "--format", "json"), "--table is for CSV"),
    ],
)
def test_what_cannot_be_made_is_told_in_one_line(
    folder: Path, tmp_path: Path, words: tuple[str, ...], told: str
) -> None:
    placed = tuple(str(tmp_path / word) if word.endswith(".pdf") else word for word in words)
    settings = ("--config", str(folder / "dondoc.toml"))
    done = CliRunner().invoke(main, [*settings, "report", "body_progress", *placed, "--lang", "en"])
    assert done.exit_code in (1, 2)
    assert told in done.output
    assert "Traceback" not in done.output


def test_a_file_for_each_body_and_nothing_of_another_in_it(folder: Path, tmp_path: Path) -> None:
    target = tmp_path / "made" / "here"
    run(
        folder,
        "body_progress",
        "--period",
        "2026-03",
        "--each-body",
        str(target),
        "--format",
        "json",
    )
    names = sorted(each.name for each in target.iterdir())
    assert names == sorted(
        f"{code}-body_progress-2026-03.json" for code in ("VP", "PYT", "PNV", "XDS")
    )
    assert target.stat().st_mode & 0o027 == 0
    for each in target.iterdir():
        assert each.stat().st_mode & 0o137 == 0, "as private as the pages"
        told = json.loads(each.read_bytes())
        assert [body["code"] for body in told["bodies"]] == [each.name.partition("-")[0]]


def test_no_folder_is_left_of_what_cannot_be_made(folder: Path, tmp_path: Path) -> None:
    target = tmp_path / "made"
    named = ("--period", "2026-03", "--each-body", str(target), "--format", "docx")
    run(folder, "body_progress", *named, code=1)  # no place is set
    assert not target.exists()


def test_what_each_body_can_be_written_as_names_every_form(folder: Path, tmp_path: Path) -> None:
    told = run(
        folder,
        *("body_progress", "--period", "2026-03"),
        *("--each-body", str(tmp_path), "--format", "table"),
        code=2,
    )
    assert "csv, docx, html, json, xlsx" in told.output


def test_a_check_says_that_nothing_differs_or_what_does(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for kind in ("body_progress", "office_progress", "inspection_summary"):
        done = run(folder, kind, "--period", "2026-03", "--check")
        assert "figures counted again, none differs" in done.output
    other = Discrepancy("PYT", "held", "", 3, 4, ("abc",))
    monkeypatch.setattr(giving, "discrepancies", lambda *_: [other])
    done = run(folder, "body_progress", "--period", "2026-03", "--check", code=3)
    assert "PYT: held: the report has 3, counted again it is 4 (abc)" in done.output


def test_no_file_that_dondoc_reads_is_overwritten(folder: Path) -> None:
    done = run(
        folder,
        *("body_progress", "--period", "2026-03", "--format", "csv"),
        *("--output", str(folder / "bodies.toml")),
        code=1,
    )
    assert "which dondoc reads; name another file" in done.output


def test_a_body_is_called_by_its_name_and_an_empty_report_says_none(folder: Path) -> None:
    done = run(
        folder,
        *("body_progress", "--from", "2026-01-01", "--to", "2026-01-04", "--body", "xã đồng sơn"),
    )
    assert "Trong kỳ không có nhiệm vụ nào." in done.output
    assert "Xã Đồng Sơn" in done.output
