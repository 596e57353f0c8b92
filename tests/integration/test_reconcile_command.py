"""`dondoc reconcile` as whoever keeps HSCV uses it: what it says, how it ends, and what it never
says."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from dondoc.cli import main
from dondoc.commands import reconcile
from dondoc.rules.events import LOCAL
from dondoc.rules.reading.own_list import OwnEntry
from dondoc.storage.database import Store, open_store
from dondoc.storage.new_events import Outcome
from dondoc.storage.reconciling import AskedDays, Reconciled
from dondoc.storage.reconciling_documents import reconcile_documents
from dondoc.storage.rejections import reject
from dondoc.storage.secrecy.remains import Listed, redact_listed
from dondoc.storage.taking_in import record
from dondoc.storage.transaction import Transaction
from support.plain_law import PlainLaw, assigned, issued, new_event
from support.stores import SINCE

NOW = datetime(2026, 3, 31, 12, tzinfo=LOCAL)
ALL = "id,date\ni-A,02/03/2026\na-A-T,02/03/2026\ni-B,02/03/2026\n"
FORMS = ("table", "json", "csv")


@dataclass(frozen=True)
class Refusal:
    """A message whose secrecy is not established."""

    event_id: str
    reason: str = "secrecy is absent"
    size: int = 9
    sha256: bytes = sha256(b"x").digest()


class Comparing:
    """Runs the command with a list."""

    def __init__(self, url: str) -> None:
        self.url = url

    def __call__(self, text: str, *line: str, lang: str = "en") -> Result:
        Path("hscv.csv").write_text(text, "utf-8")
        asked = ["--database", self.url, "reconcile", "hscv.csv", "--lang", lang, *line]
        return CliRunner(env={"COLUMNS": ""}).invoke(main, asked)


def filled(store: Store, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    record(store, PlainLaw(), [issued("A"), assigned("A", "T"), issued("B")], NOW)


@pytest.fixture
def compared(
    store: Store, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Comparing:
    filled(store, tmp_path, monkeypatch)
    return Comparing(database_url)


@pytest.fixture
def plainly(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Comparing:
    """The same on SQLite, for what no database makes a difference to."""
    url = f"sqlite:///{tmp_path / 'dondoc.db'}"
    store = open_store(url)
    store.migrate(SINCE)
    filled(store, tmp_path, monkeypatch)
    store.close()
    return Comparing(url)


def rows(done: Result) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(done.stdout)
    return found


def test_where_all_agrees_it_ends_well_and_says_so(compared: Comparing) -> None:
    done = compared(ALL)
    assert (done.exit_code, done.stderr) == (0, "")
    assert done.stdout == (
        "hscv.csv: 3 rows of events, 3 of them stored as they stand there; from 2026-03-02 to"
        " 2026-03-02; 3 stored\n\nNothing is missing, and nothing differs.\n"
    )
    assert rows(compared(ALL, "--format", "json")) == []


@pytest.mark.parametrize(
    ("text", "finding", "row"),
    [
        (f"{ALL}x,02/03/2026\n", "missing", 5),
        (ALL.replace("i-B,02/03/2026\n", ""), "unlisted", None),
        (ALL.replace("i-B,02", "i-B,03"), "differs", 4),
        (f"{ALL}i-B,02/03/2026\n", "twice", 5),
        (ALL.replace("i-B,02", "i-B,32"), "unreadable", 4),
    ],
)
def test_each_thing_to_mend_is_told_in_every_form_and_ends_with_3(
    plainly: Comparing, text: str, finding: str, row: int | None
) -> None:
    told = {form: plainly(text, "--format", form) for form in FORMS}
    assert {done.exit_code for done in told.values()} == {3}
    assert [(each["finding"], each["row"]) for each in rows(told["json"])] == [(finding, row)]
    (line,) = csv.DictReader(io.StringIO(told["csv"].stdout))
    assert (line["finding"], line["row"]) == (finding, str(row or ""))
    assert ", 1:" in told["table"].stdout


def test_an_official_is_told_in_vietnamese(plainly: Comparing) -> None:
    done = plainly(f"{ALL}x,02/03/2026\ny,31/02/2026\n,1/3/2026\n", lang="vi")
    assert "Chưa từng nhận được, 1:\ndòng  mã  ngày" in done.stdout
    assert "'31/02/2026' là ngày không có trên lịch" in done.stdout
    assert "không có id; nếu là công thức" in done.stdout
    assert "Mã" in plainly("a,b\n1,2\n", lang="vi").output
    assert "có hơn" not in done.output


def test_of_many_a_person_is_shown_some_and_a_program_all(plainly: Comparing) -> None:
    text = "id\n" + "".join(f"x-{number}\n" for number in range(30))
    assert "… and 10 more; --limit 0 shows all" in plainly(text).stdout
    assert "… and 29 more" in plainly(text, "--limit", "1").stdout
    assert "more" not in plainly(text, "--limit", "0").stdout
    assert len(rows(plainly(text, "--format", "json", "--limit", "1"))) == 30


def test_without_days_what_the_list_has_not_is_told_where_days_are_given(
    plainly: Comparing,
) -> None:
    done = plainly("id\ni-A\n")
    assert (done.exit_code, "the list has no dates" in done.stderr) == (0, True)
    given = plainly("id\ni-A\n", "--from", "1/3/2026", "--format", "json")
    assert [each["id"] for each in rows(given)] == ["a-A-T", "i-B"]
    nothing = plainly("id\n", "--from", "1/3/2026", "--to", "1/3/2026")
    assert nothing.exit_code == 0
    refused = plainly("id\n")
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert "has no row below its headings" in refused.stderr


def test_one_of_several_sources_is_compared_alone(plainly: Comparing) -> None:
    assert plainly(ALL, "--source", "/hscv").exit_code == 0
    assert [
        each["finding"] for each in rows(plainly(ALL, "--source", "/x", "--format", "json"))
    ] == ["missing"] * 3


@pytest.mark.parametrize(
    ("line", "code", "said"),
    [
        (["--from", "2026-03-02", "--to", "2026-03-01"], 2, "is after"),
        (["--column", "id"], 2, "write COLUMN=NAME"),
        (["--column", "abstract=x"], 2, "a column is one of id, source, type"),
        (["--column", "id=x", "--column", "id=y"], 2, "each once"),
        (["--column", "date=Hôm"], 1, "no row of headings has the columns that --column names"),
        (["--output", "hscv.csv"], 1, "which dondoc reads; name another file"),
        (["--output", "list.xlsx"], 2, "this is written as .csv"),
    ],
)
def test_what_cannot_be_asked_is_said_in_one_line(
    plainly: Comparing, line: list[str], code: int, said: str
) -> None:
    done = plainly(ALL, *line)
    assert (done.exit_code, done.stdout) == (code, "")
    assert said in done.stderr.splitlines()[-1]
    assert Path("hscv.csv").read_text("utf-8") == ALL


def test_ids_that_are_those_of_documents_are_seen(plainly: Comparing) -> None:
    assert "give --column subject=NAME" in plainly("Mã\nA\nB\n").stderr
    assert plainly("Mã\nA\nB\n", "--column", "subject=Mã").exit_code == 0


def test_of_what_is_secret_the_row_alone_is_told(store: Store, compared: Comparing) -> None:
    redact_listed(store, PlainLaw(), [Listed("document:A", "mat", NOW)])
    documents = "subject,Số ký hiệu,ngày\nA,A/CT-UBND,02/03/2026\nB,B/CT-UBND,02/03/2026\n"
    symbols = "Số ký hiệu,ngày\nA/CT-UBND,02/03/2026\nB/CT-UBND,02/03/2026\n"
    events = "id,subject,ngày\ni-A,A,02/03/2026\ni-B,B,02/03/2026\n"
    for text, name in ((documents, "A/CT"), (symbols, "A/CT"), (events, "i-A")):
        told = {form: compared(text, "--format", form) for form in FORMS}
        assert [done.exit_code for done in told.values()] == [0, 0, 0]
        assert rows(told["json"]) == [{"finding": "redacted", "row": 2}]
        assert not any(name in done.output for done in told.values())
    without = compared("id,ngày\nz,02/03/2026\ni-B,02/03/2026\n")
    assert (without.exit_code, "secret here (1) or archived (0)" in without.stderr) == (3, True)


@pytest.mark.parametrize(
    ("text", "finding"),
    [
        ("subject,Số ký hiệu\nA,A/CT-UBND\nB,B/CT-UBND\nA,A/CT-UBND\n", "twice"),
        ("subject,Số ký hiệu,Loại\nB,B/CT-UBND,\nA,A/CT-UBND,\nA,,Mật A\n", "twice"),
        ("Số ký hiệu,ngày\nB/CT-UBND,2/3/2026\na/ct-ubnd,2/3/2026\nA/CT-UBND,2/3/2026\n", "twice"),
        ("id,subject\ni-B,B\ni-A,A\ni-A,A\n", "twice"),
        ("id,ngày\ni-B,2/3/2026\ni-A,2/3/2026\ni-A,2/3/2026\n", "twice"),
        ("subject,Số ký hiệu,ngày\nB,,2/3/2026\n\nA,A/CT-UBND,31/02/2026\n", "unreadable"),
        ("Số ký hiệu,ngày\nB/CT-UBND,2/3/2026\n\nB/CT-UBND,A/CT-UBND\n", "unreadable"),
        ("id,subject,ngày\ni-B,B,2/3/2026\n\ni-A,A,31/02/2026\n", "unreadable"),
        ("subject,Số ký hiệu\n\n\nB,A/CT-UBND\n", "differs"),
        ("subject,Loại\n\n\nB,Công văn về A/CT-UBND\nB,A/CT-UBND\n", "twice"),
        ("id,subject\n\n\ni-B,A\n", "differs"),
        ("id,subject,Loại\n\n\ni-B,A,document.received\n", "differs"),
        ("id,subject\ni-B,B\n\nz,A/CT-UBND\n", "missing"),
        ("Số ký hiệu\nB/CT-UBND\n\nSố A/CT-UBND (bản sao)\n", "missing"),
    ],
)
def test_of_what_is_secret_the_row_alone_is_told_whatever_is_found_of_it(
    store: Store, compared: Comparing, text: str, finding: str
) -> None:
    redact_listed(store, PlainLaw(), [Listed("document:A", "mat", NOW)])
    told = {form: compared(text, "--format", form) for form in FORMS}
    found = [each for each in rows(told["json"]) if each["finding"] != "unlisted"]
    assert (finding, text.count("\n")) in {(each["finding"], each["row"]) for each in found}
    for each in found:
        assert each.keys() <= {"finding", "row", "first", "field"}, each
    for done in told.values():
        assert not re.search(r"\bA\b|i-A|a/ct|2026-03|31/02", done.stdout.partition("\n")[2])


def test_a_refused_row_that_names_what_is_secret_tells_its_number_alone(
    store: Store, compared: Comparing
) -> None:
    redact_listed(store, PlainLaw(), [Listed("document:A", "mat", NOW)])
    reject(store, [Refusal("r-1")], NOW)
    done = compared("id,symbol\ni-B,\nr-1,A/CT-UBND\n", "--format", "json")
    assert {"finding": "rejected", "row": 3} in rows(done)


def redact(store: Store) -> None:
    redact_listed(store, PlainLaw(), [Listed("document:A", "mat", NOW)])


def rename(store: Store) -> None:
    fields = {"fields": {"symbol": "77/MOI-TEN"}}
    further = new_event("document.corrected", "A", fields, event_id="c", time=NOW)
    assert record(store, PlainLaw(), [further], NOW) == [Outcome.REDACTED]


@pytest.mark.parametrize("further_name", [False, True])
def test_nothing_is_told_where_something_became_secret_meanwhile(
    store: Store, compared: Comparing, monkeypatch: pytest.MonkeyPatch, further_name: bool
) -> None:
    if further_name:
        redact(store)

    def late(tx: Transaction, entries: Sequence[OwnEntry], asked: AskedDays) -> Reconciled:
        result = reconcile_documents(tx, entries, asked)
        other = open_store(compared.url)
        (rename if further_name else redact)(other)
        other.close()
        return result

    monkeypatch.setattr(reconcile, "reconcile_documents", late)
    done = compared("Mã văn bản,ngày\nB,02/03/2026\n")
    assert (done.exit_code, done.stdout) == (1, "")
    assert "something became secret while it was compared; run it again" in done.stderr
