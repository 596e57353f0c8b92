"""`dondoc dialect`: a file of how an HSCV speaks is checked, tried on messages and shown."""

from __future__ import annotations

import base64
import gzip
import json
import re
import subprocess
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from support.dialects import DOCS, SECRECY, TOP
from support.edxml import FOLDER, NAMES, sample, told_of
from support.installation import COMMAND, Installation
from support.pages import ROOT, fences

NOBODY = "amqp://127.0.0.1:1/"
CANARY = "CHIMYẾN"
MANY = ROOT / "tests" / "fixtures" / "dialects" / "many_faults.toml"
TASK = """
[[event]]
type = "task.completed"
when = { loai = "XONG" }
fields = { task_id = "nv", body = "donVi", completed_on = "ngay" }
[[event]]
type = "task.accepted"
each = "viec"
when = { ".kieu" = ["NHAN", "LAI"] }
fields = { task_id = ".nv", body = ".donVi" }
"""


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    made = Installation(tmp_path_factory.mktemp("dialects"), NOBODY)
    made.folder.joinpath("small.toml").write_text(TOP + SECRECY + TASK, "utf-8")
    made.folder.joinpath("office.toml").write_text(office(), "utf-8")
    return made


def office() -> str:
    """The dialect file of the samples' settings."""
    said = json.loads(FOLDER.joinpath("settings.json").read_text("utf-8"))
    lines = ['name = "office"', 'format = "edxml"']
    lines += [f"{key} = {toml(said[key])}" for key in ("province", "endorsed_by")]
    for table in ("own", "bodies"):
        lines += [f"[{table}]", *(f'"{key}" = {toml(each)}' for key, each in said[table].items())]
    return "\n".join(lines)


def toml(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def written(installation: Installation, name: str, *messages: object) -> str:
    """The name of a file with *messages*, a line each."""
    lines = [each if isinstance(each, str) else json.dumps(each) for each in messages]
    installation.folder.joinpath(name).write_text("\n".join(lines), "utf-8")
    return name


def about(**said: object) -> dict[str, object]:
    return {"ma": "VB-1", "luc": "2026-03-02T08:00:00", "doMat": "Thường", **said}


def tried(installation: Installation, *arguments: str, code: int = 0) -> list[dict[str, Any]]:
    """What comes of messages, for a program."""
    ended, out, err = installation.ended(["dialect", "try", *arguments, "--format", "json"])
    assert ended == code, err
    rows: list[dict[str, Any]] = json.loads(out)
    return rows


# check


@pytest.mark.parametrize("file", sorted(DOCS.glob("*.toml")), ids=lambda file: file.stem)
def test_a_file_without_a_fault_is_told_in_a_line(installation: Installation, file: Path) -> None:
    (line,) = installation.run("dialect", "check", str(file)).splitlines()
    assert line.startswith(f"{file}: {file.stem}@")


def test_every_fault_is_told_at_once_with_file_and_key(installation: Installation) -> None:
    ended, out, err = installation.ended(["dialect", "check", str(MANY)])
    *faults, last = out.splitlines()
    assert (ended, err, last) == (3, "", f"{MANY}: {len(faults)} things to mend")
    assert len(faults) == 10
    assert all(re.match(rf"{re.escape(str(MANY))}(:\d+)?: ", fault) for fault in faults)
    missing = ": event[2].fields.body: is missing; task.accepted requires it"
    assert any(fault.endswith(missing) for fault in faults)


def test_the_directory_tells_by_which_names_bodies_go(tmp_path: Path) -> None:
    made = Installation(tmp_path, NOBODY)
    bodies = '[[body]]\ncode = "PYT"\nname = "P"\nkind = "department"\naliases = ["7"]\n'
    tmp_path.joinpath("bodies.toml").write_text(bodies, "utf-8")
    settings = tmp_path.joinpath("dondoc.toml")
    settings.write_text(settings.read_text("utf-8").replace('"sample"', '"bodies.toml"'), "utf-8")
    tmp_path.joinpath("small.toml").write_text(TOP + SECRECY + TASK, "utf-8")
    assert "1 by the directory" in made.run("dialect", "check", "small.toml")
    done = about(loai="XONG", nv="NV-1", donVi=7, ngay="2026-03-02")
    (row,) = tried(made, "small.toml", written(made, "done.jsonl", done))
    assert row["events"][0]["data"]["body"] == "PYT"


def test_a_body_that_the_offices_own_directory_lacks_is_told(tmp_path: Path) -> None:
    made = Installation(tmp_path, NOBODY)
    tmp_path.joinpath("bodies.toml").write_text(
        '[[body]]\ncode = "PYT"\nname = "P"\nkind = "department"\n', "utf-8"
    )
    table = '[bodies]\n"1" = "PYT"\n"H3" = "VPP"\n'
    tmp_path.joinpath("small.toml").write_text(TOP + SECRECY + table + TASK, "utf-8")
    done = [
        about(loai="XONG", nv="NV-1", donVi=each, ngay="2026-03-02") for each in ("1", "H3", "X9")
    ]
    file = written(made, "done.jsonl", *done)
    # The sample's directory is no office's own.
    assert "directory:" not in made.run("dialect", "try", "small.toml", file)
    made.run("dialect", "check", "small.toml")

    settings = tmp_path.joinpath("dondoc.toml")
    settings.write_text(settings.read_text("utf-8").replace('"sample"', '"bodies.toml"'), "utf-8")
    told = made.run("dialect", "try", "small.toml", file)
    assert "  X9 (not in the directory: X9)\n" in told
    assert "  PYT\n" in told
    assert told.splitlines()[-2] == "not in the directory: VPP, X9"
    rows = tried(made, "small.toml", file)
    assert [row["events"][0]["unlisted"] for row in rows] == [[], ["VPP"], ["X9"]]
    checked = made.run("dialect", "check", "small.toml", code=3)
    assert "small.toml: bodies: H3 is VPP, which is not in the directory\n" in checked
    assert "PYT" not in checked


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("name = ", "is not valid TOML"),
        ("", "name: is missing"),
        ("\ufeff" + TOP + SECRECY + TASK, "thu@"),
    ],
)
@pytest.mark.parametrize("command", ["check", "show"])
def test_a_file_that_is_no_dialect_is_named(
    installation: Installation, command: str, text: str, told: str
) -> None:
    installation.folder.joinpath("other.toml").write_text(text, "utf-8")
    _, out, err = installation.ended(["dialect", command, "other.toml"])
    assert told in out + err
    assert "Traceback" not in err


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('name = "a"\n[words.loai]\n"CV" = "1"\n"CV" = "CANARY"\n', ': "CV" is there twice'),
        ('[[event]]\ntype = "a"\n[event]\n', "Cannot declare event twice"),
        ('name = "CANARY\n', "is not valid TOML"),
    ],
)
def test_what_is_no_toml_is_a_thing_to_mend_and_names_its_key(
    installation: Installation, text: str, told: str
) -> None:
    installation.folder.joinpath("broken.toml").write_text(text, "utf-8")
    ended, out, err = installation.ended(["dialect", "check", "broken.toml"])
    assert (ended, err) == (3, "")
    assert told in out
    assert "CANARY" not in out
    assert out.endswith("\nbroken.toml: 1 thing to mend\n")


# try


@pytest.mark.parametrize(
    ("name", "counted"),
    [
        ("congvan", {"events": 8, "nothing": 1, "secret": 1}),
        ("voffice", {"events": 6, "nothing": 1, "secret": 1}),
        ("rows", {"events": 10, "nothing": 4, "secret": 1}),
        ("outbox", {"events": 8, "secret": 1}),
    ],
)
def test_the_messages_of_the_page_give_events_and_nothing_is_refused(
    installation: Installation, name: str, counted: dict[str, int]
) -> None:
    rows = tried(installation, str(DOCS / f"{name}.toml"), str(DOCS / f"{name}.jsonl"))
    assert Counter(row["result"] for row in rows) == counted
    assert [row["where"] for row in rows][:1] == [f"{DOCS / name}.jsonl:1"]


def test_the_three_systems_tell_the_same_story(installation: Installation) -> None:
    def story(name: str) -> set[tuple[str, str, str]]:
        rows = tried(installation, str(DOCS / f"{name}.toml"), str(DOCS / f"{name}.jsonl"))
        return {(x["type"], x["subject"], x["time"]) for row in rows for x in row["events"]}

    assert story("congvan") == story("voffice") == story("outbox")
    assert story("congvan") <= story("rows")


def test_a_person_is_told_each_event_with_its_data(installation: Installation) -> None:
    told = installation.run(
        "dialect", "try", str(DOCS / "congvan.toml"), str(DOCS / "congvan.jsonl"), "--lang", "vi"
    )
    assert "document.issued  VB-31  02/03/2026 08:00\n    doc_type    CT\n" in told
    assert "congvan.jsonl:4: không phát sinh sự kiện: was_read" in told
    assert told.splitlines()[-1] == (
        "10 bản tin: 8 phát sinh 8 sự kiện, 1 không phát sinh sự kiện (was_read 1), 1 mật"
    )


def test_what_each_rule_missed_is_told_where_none_holds(installation: Installation) -> None:
    file = written(installation, "other.jsonl", about(loai="KHAC", viec=[{"kieu": "GIAO"}]))
    told = installation.run("dialect", "try", "small.toml", file)
    assert "other.jsonl:1: tells of nothing: no rule is for it" in told
    assert "event[1] task.completed: loai is “KHAC”, not “XONG”" in told
    assert "event[2] task.accepted: viec[0].kieu is “GIAO”, not “LAI” or “NHAN”" in told


def test_a_path_that_no_message_has_is_told_at_the_end(installation: Installation) -> None:
    folder = installation.folder
    done = TASK.replace('body = "donVi", completed', 'body = "donVi", note = "ghichu", completed')
    folder.joinpath("lost.toml").write_text(TOP + SECRECY + done, "utf-8")
    said = about(loai="XONG", nv="NV-1", donVi="PYT", ngay="2026-03-02", ghiChu="x")
    file = written(installation, "lost.jsonl", said)
    told = installation.run("dialect", "try", "lost.toml", file).splitlines()
    line = "found in no message: event[1] task.completed note (ghichu); did you mean ghiChu?"
    assert line in told
    ended, out, err = installation.ended(["dialect", "try", "lost.toml", file, "--format", "json"])
    assert (ended, line in err) == (0, True)
    assert json.loads(out)


def test_what_cannot_be_read_is_told_with_its_place_and_rule(installation: Installation) -> None:
    wrong = about(loai="XONG", nv="NV-1", donVi="PYT", ngay=CANARY)
    file = written(installation, "wrong.jsonl", wrong)
    (row,) = tried(installation, "small.toml", file, code=3)
    reason = "completed_on: is no date of the patterns given (iso)"
    assert (row["result"], row["path"], row["reason"]) == ("invalid", "ngay", reason)
    assert [(each["number"], each["reason"]) for each in row["missing"]] == [(1, reason)]
    # Its message is normal, and what stands there is shown to whoever tries it, and to no log.
    told = installation.run("dialect", "try", "small.toml", file, code=3)
    assert f"event[1] task.completed: ngay: {reason}: “{CANARY}”" in told
    assert CANARY not in row["reason"]


def test_what_the_contract_says_against_events_is_told_of_each(installation: Installation) -> None:
    items = [{"kieu": "NHAN", "nv": "x" * 300, "donVi": "A"}] * 2
    items.append({"kieu": "NHAN", "nv": "NV-1", "donVi": "PYT"})
    file = written(installation, "long.jsonl", about(viec=items))
    (row,) = tried(installation, "small.toml", file, code=3)
    assert row["result"] == "invalid"
    faults = [event["fault"] for event in row["events"]]
    assert faults[0]["path"].startswith("viec[0]: task.accepted data.task_id")
    assert faults[-1] is None
    assert "against it: viec[0]: " in installation.run("dialect", "try", "small.toml", file, code=3)


SECRET = [
    about(doMat="Mật", loai=CANARY),
    about(doMat="Hạn chế", loai=CANARY),
    about(doMat=CANARY, nv="NV-1"),
    {"ma": CANARY, "luc": CANARY},
    about(doMat=["Thường", CANARY]),
    about(ten=f"(Mật) {CANARY}"),
    f'{{"doMat": "Thường", "ma": "{CANARY}"',
    f'{{"ma": "a", "ma": "{CANARY}", "doMat": "Thường"}}',
    f'{{"amqp": "{CANARY}"}}',
    CANARY,
]


@pytest.mark.parametrize("form", ["table", "json", "csv"])
@pytest.mark.parametrize("more", [[], ["--normal-because", "one network"]])
def test_of_a_message_that_is_not_established_as_normal_only_the_verdict_is_told(
    installation: Installation, form: str, more: list[str]
) -> None:
    untold = SECRET if not more else [each for each in SECRET if each != SECRET[3]]
    file = written(installation, "secret.jsonl", *untold)
    said = installation.said("dialect", "try", "small.toml", file, "--format", form, *more, code=3)
    assert CANARY not in said
    assert ascii(CANARY)[1:-1] not in said
    assert "VB-1" not in said


def test_what_says_nothing_of_secrecy_is_taken_only_for_a_reason(
    installation: Installation,
) -> None:
    silent = {key: each for key, each in about(loai="KHAC").items() if key != "doMat"}
    file = written(installation, "silent.jsonl", silent)
    assert "not established" in installation.said("dialect", "try", "small.toml", file, code=3)
    given = ["dialect", "try", "small.toml", file, "--normal-because"]
    told = installation.run(*given, "an office's own network")
    assert "taken as normal where a message says nothing: an office's own network" in told
    assert "needs a reason" in installation.said(*given, " ", code=2)


def test_messages_come_as_lines_wrapped_or_plain_as_a_document_or_packed(
    installation: Installation,
) -> None:
    done = about(loai="XONG", nv="NV-1", donVi="PYT", ngay="2026-03-02")
    body = json.dumps(done)
    wrapped = {
        "routing_key": "a",
        "content_type": "text/plain",
        "headers": {},
        "body_base64": base64.b64encode(body.encode()).decode(),
    }
    folder = installation.folder
    written(installation, "lines.jsonl", done, "", {"amqp": wrapped})
    folder.joinpath("one.json").write_text(json.dumps(done, indent=1, ensure_ascii=False), "utf-8")
    folder.joinpath("packed.gz").write_bytes(gzip.compress(body.encode()))
    rows = tried(installation, "small.toml", "lines.jsonl", "one.json", "packed.gz")
    assert [row["where"] for row in rows] == [
        *("lines.jsonl:1", "lines.jsonl:3", "one.json", "packed.gz:1")
    ]
    assert len({row["events"][0]["id"] for row in rows}) == 1


def test_a_header_and_a_routing_key_are_tried_as_the_page_says(
    installation: Installation,
) -> None:
    folder = installation.folder
    rule = """[[event]]
type = "task.accepted"
when = { "@key" = "van-ban.giao", "@header.x-loai" = "GIAO" }
fields = { task_id = "nv", body = "donVi" }
"""
    folder.joinpath("headers.toml").write_text(TOP + SECRECY + rule, "utf-8")
    folder.joinpath("tin.json").write_text(json.dumps(about(nv="NV-1", donVi="PYT")), "utf-8")
    folder.joinpath("van-ban.xml").write_bytes(sample(NAMES[0]))
    (block,) = [each for each in fences(ROOT / "docs" / "dialects.md") if "base64" in each.text]
    subprocess.run(["bash", "-c", block.text], cwd=folder, check=True)
    (row,) = tried(installation, "headers.toml", "tin.jsonl")
    assert [event["type"] for event in row["events"]] == ["task.accepted"]
    (row,) = tried(installation, "office.toml", "van-ban.jsonl")
    assert [event["type"] for event in row["events"]] == ["document.issued"]


def test_messages_come_from_standard_input(installation: Installation) -> None:
    for file, message in (
        (DOCS / "congvan.toml", DOCS.joinpath("congvan.jsonl").read_bytes().splitlines()[-1]),
        (Path("office.toml"), sample("06-recall")),
    ):
        done = subprocess.run(
            [*COMMAND, "dialect", "try", str(file), "-", "--normal-because", "one network"],
            cwd=installation.folder,
            input=message,
            capture_output=True,
            check=True,
        )
        assert b"1 message: 1 with 1 event\n" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (["try", "small.toml"], 2, "MESSAGES"),
        (["try", "small.toml", "missing.jsonl"], 1, "missing.jsonl: cannot be read"),
        (["try", "missing.toml", "small.toml"], 1, "missing.toml: there is no such file"),
        (["try", "small.toml", "empty"], 1, "empty: has no messages in it"),
        (["try", "office.toml", "empty"], 1, "empty: has no edXML in it"),
        (["try", str(MANY), "small.toml"], 1, "(and 9 more; "),
        (
            ["try", "edxml", "small.toml"],
            1,
            "there is no file edxml, which is the name of a format",
        ),
        (["check", "json"], 1, "give the file of a dialect, such as json.toml"),
        (["check"], 2, "FILE"),
        (["check", "small.toml", "small.toml"], 2, "small.toml"),
        (["chek", "small.toml"], 2, "check"),
    ],
)
def test_what_is_asked_for_wrongly_is_told_in_a_line(
    installation: Installation, arguments: list[str], code: int, told: str
) -> None:
    installation.folder.joinpath("empty").mkdir(exist_ok=True)
    said = installation.said("dialect", *arguments, code=code)
    assert told in said
    assert "Traceback" not in said


def test_a_file_of_another_format_is_told_once(installation: Installation) -> None:
    file = written(installation, "many.jsonl", *[about(loai="XONG")] * 3)
    (row,) = tried(installation, "office.toml", file, code=3)
    assert (row["where"], row["result"]) == ("many.jsonl:1", "unreadable")
    assert row["reason"].startswith("this looks like JSON, and the dialect is of edXML")
    xml = installation.folder / "many.xml"
    xml.write_bytes(b"\n" + sample("06-recall"))
    (row,) = tried(installation, "small.toml", "many.xml", code=3)
    assert row["reason"].startswith("this looks like XML, and the dialect is of another format")


# edXML


def test_the_samples_of_edxml_give_what_stands_beside_them(installation: Installation) -> None:
    given = ["--normal-because", "the axis carries nothing secret"]
    rows = tried(installation, "office.toml", str(FOLDER), *given, code=3)
    assert [Path(row["where"]).stem for row in rows] == NAMES
    for row in rows:
        name = Path(row["where"]).stem
        expected = told_of(name)
        if expected["delivery"].get("secrecy") == "normal":
            wanted = [x["type"] for x in expected["expect"].get("events", [])]
            assert [f"hscv.{x['type']}" for x in row["events"]] == wanted, name
    assert {row["level"] for row in rows} == {None, "mat", "toimat", "tuyetmat"}
    assert all(not row["attachments"] for row in rows if row["result"] == "secret")


def test_an_attachment_is_told_by_its_name_and_digest(installation: Installation) -> None:
    told = installation.run(
        *("dialect", "try", "office.toml", str(FOLDER / f"{NAMES[0]}.xml")),
        *("--normal-because", "the axis carries nothing secret"),
    )
    assert "attachment ct15.pdf, 125 bytes, SHA-256 a12729afb94bea31…" in told


def test_edxml_that_was_taken_off_a_queue_comes_in_a_line(installation: Installation) -> None:
    wrapped = {
        "routing_key": "a",
        "content_type": "application/xml",
        "headers": {"secrecy": "normal"},
        "body_base64": base64.b64encode(sample(NAMES[0])).decode(),
    }
    file = written(installation, "taken.jsonl", {"amqp": wrapped})
    (row,) = tried(installation, "office.toml", file)
    assert [each["type"] for each in row["events"]] == ["document.issued"]


# show


def test_a_dialect_is_shown_in_words(installation: Installation) -> None:
    told = installation.run("dialect", "show", str(DOCS / "voffice.toml"))
    assert "secrecy           Document.SecurityLevel\n" in told
    assert "EventType is 3 and Task.Status is 2" in told
    assert "the number of items of Assignments" in told
    assert "always “province”" in told
    vietnamese = installation.run("dialect", "show", str(DOCS / "voffice.toml"), "--lang", "vi")
    assert "EventType là 3 và Task.Status là 2" in vietnamese


def test_which_items_of_a_list_are_read_is_shown(installation: Installation) -> None:
    where = 'where = { ".vaiTro" = ["PHOI_HOP", "THEO_DOI"] }'
    rule = TASK.replace('body = "donVi",', f'body = "donVi", note = {{ count = "dv", {where} }},')
    installation.folder.joinpath("items.toml").write_text(TOP + SECRECY + rule, "utf-8")
    told = installation.run("dialect", "show", "items.toml")
    items = "of items alone where .vaiTro is “PHOI_HOP” or “THEO_DOI”"
    assert f"the number of items of dv; {items}\n" in told
    vietnamese = installation.run("dialect", "show", "items.toml", "--lang", "vi")
    assert "chỉ lấy phần tử có .vaiTro là “PHOI_HOP” hoặc “THEO_DOI”" in vietnamese


@pytest.mark.parametrize("name", ["congvan", "rows", "outbox", "trucvanban"])
def test_every_dialect_of_the_page_can_be_shown(installation: Installation, name: str) -> None:
    file = str(DOCS / f"{name}.toml")
    assert f"{name}@" in installation.run("dialect", "show", file)
    told = json.loads(installation.run("dialect", "show", file, "--format", "json"))
    assert told["name"].startswith(f"{name}@")
    first, *_ = installation.run("dialect", "show", file, "--format", "csv").splitlines()
    assert first == "event,part,read_from"
