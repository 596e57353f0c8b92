"""`dondoc replay --dialect`: messages of an HSCV as it speaks, from files and folders."""

from __future__ import annotations

import json
import subprocess
import sys
from base64 import b64encode
from pathlib import Path

import pytest
from support.dialects import DOCS
from support.edxml import FOLDER, changed, sample
from support.installation import COMMAND, Installation

NOBODY = "amqp://127.0.0.1:1/"
CANARY = "CHIMYẾN"
OFFICE = str(DOCS / "trucvanban.toml")
REASON = "the relay passes nothing secret"
NEW = "01-new-qcvn-issued"
MEGABYTES = 50
MOST_KIB = 16 * 1024


@pytest.fixture
def installation(tmp_path: Path) -> Installation:
    return Installation(tmp_path, NOBODY)


def congvan(**said: object) -> str:
    first = json.loads((DOCS / "congvan.jsonl").read_text("utf-8").splitlines()[0])
    return json.dumps(first | said, ensure_ascii=False)


def with_source(installation: Installation, **queues: object) -> None:
    """Let the settings speak a dialect on each of *queues*."""
    with installation.folder.joinpath("dondoc.toml").open("a", encoding="utf-8") as file:
        for queue, dialect in queues.items():
            file.write(f'[[source]]\nqueue = "{queue}"\ndialect = "{dialect}"\n')


def test_a_file_replayed_twice_is_the_file_replayed_once(installation: Installation) -> None:
    command = ("replay", "--dialect", str(DOCS / "congvan.toml"), str(DOCS / "congvan.jsonl"))
    assert installation.run(*command) == "10 events: 8 stored, 1 discarded, 1 of no event\n"
    told = installation.run("export")
    assert installation.run(*command) == "10 events: 8 duplicate, 1 discarded, 1 of no event\n"
    assert installation.run("export") == told
    (act, *_) = installation.rows("audit", "--act", "replay")
    assert act["details"]["dialect"].startswith("congvan@")
    assert act["details"]["taken_as_normal"] is False


def test_messages_stand_in_one_document_in_lines_and_in_folders(installation: Installation) -> None:
    folder = installation.folder / "sent" / "march"
    folder.mkdir(parents=True)
    first, *rest = (DOCS / "congvan.jsonl").read_text("utf-8").splitlines()
    document = json.dumps(json.loads(first), ensure_ascii=False, indent=2)
    folder.joinpath("first.json").write_text(document, "utf-8")
    folder.joinpath("rest.jsonl").write_text("\n".join(rest), "utf-8")
    folder.joinpath("other.txt").write_text("no message", "utf-8")
    told = installation.run("replay", "--dialect", str(DOCS / "congvan.toml"), "sent")
    assert told == "10 events: 8 stored, 1 discarded, 1 of no event\n"
    empty = installation.folder / "empty"
    empty.mkdir()
    told = installation.run("replay", "--dialect", str(DOCS / "congvan.toml"), "empty", code=1)
    assert "name files that end in .json or .jsonl" in told


def test_what_is_refused_is_told_with_place_and_mend_and_nothing_of_a_secret(
    installation: Installation,
) -> None:
    lines = [
        congvan(maVanBan="VB-97", ngayBanHanh="31/02/2026"),
        congvan(maVanBan="VB-98", doMat="Nội bộ", trichYeu=CANARY),
        congvan(maVanBan="VB-99", doMat="MẬT", trichYeu=CANARY),
        congvan(maVanBan="VB-96"),
        '{"amqp": {}}',
        f"{CANARY} is no JSON",
    ]
    installation.folder.joinpath("m.jsonl").write_text("\n".join(lines), "utf-8")
    command = ("replay", "--dialect", str(DOCS / "congvan.toml"), "m.jsonl")
    told = installation.run(*command, "--refused", "refused.jsonl", code=3)
    first, second, broken, third, total = told.splitlines()
    no_date = "m.jsonl:1: refused: ngayBanHanh: issued_on: is no date of the patterns given ("
    assert first.startswith(no_date)
    assert second.startswith("m.jsonl:2: refused: its secrecy is not established: ")
    assert third.startswith("m.jsonl:6: refused: its secrecy is not established: ")
    assert broken.startswith('m.jsonl:5: refused: "amqp" must be')
    assert total == "5 events: 1 stored, 2 rejected, 1 dead, 1 discarded, 1 unreadable"
    kept = [json.loads(x) for x in installation.folder.joinpath("refused.jsonl").open("rb")]
    assert [(each["where"], each.get("text")) for each in kept] == [
        ("m.jsonl:1", lines[0]),
        ("m.jsonl:2", None),
        ("m.jsonl:3", None),
        ("m.jsonl:5", None),
        ("m.jsonl:6", None),
    ]
    assert len(installation.rows("rejections", "list")) == 2
    installation.folder.joinpath("m.jsonl").unlink()
    found = b"".join(each.read_bytes() for each in installation.folder.iterdir() if each.is_file())
    assert CANARY.encode() not in found
    assert CANARY not in told


def test_edxml_in_a_folder_is_taken_in_where_it_is_established_as_normal(
    installation: Installation,
) -> None:
    folder = installation.folder / "axis"
    folder.mkdir()
    folder.joinpath("a.xml").write_bytes(sample(NEW))
    folder.joinpath("b.edxml").write_text(changed(NEW, CodeNumber=""), "utf-8")
    secret = sample("13c-secret-plain").replace(
        b"<edXML:Subject>", f"<edXML:Subject>{CANARY} ".encode()
    )
    folder.joinpath("c.xml").write_bytes(secret)
    command = ("replay", "--dialect", OFFICE, "axis")
    told = installation.run(*command, code=3)
    assert told.count("neither the message nor its delivery states its secrecy") == 2
    told = installation.run(*command, "--normal-because", REASON, code=3)
    assert told.splitlines() == [
        "axis/b.edxml: refused: Code: is required, as text without elements inside",
        "3 events: 1 stored, 1 rejected, 1 discarded",
        f"taken as normal where a message says nothing: {REASON}",
    ]
    (dead,) = installation.rows("rejections", "list")[:1]
    assert "Code: is required" in json.dumps(dead)
    kept = b"".join(each.read_bytes() for each in installation.folder.glob("dondoc.db*"))
    assert CANARY.encode() not in kept


def test_a_dialect_is_named_by_its_file_a_queue_its_name_or_its_format(
    installation: Installation,
) -> None:
    with_source(installation, **{"hscv.cv": DOCS / "congvan.toml", "axis": OFFICE})
    message = str(DOCS / "congvan.jsonl")
    for given in ("hscv.cv", "congvan", "json", str(DOCS / "congvan.toml")):
        assert installation.run("replay", "--dialect", given, message).startswith("10 events: ")
    told = installation.run("replay", "--dialect", "edxml", str(FOLDER / f"{NEW}.xml"), code=3)
    assert "its secrecy is not established" in told
    with_source(installation, other=DOCS / "voffice.toml")
    told = installation.run("replay", "--dialect", "json", message, code=1)
    assert told == "Error: more than one queue speaks json: name one of hscv.cv, other\n"
    told = installation.run("replay", "--dialect", "no-such", message, code=1)
    assert "there is no file no-such" in told


def test_only_a_queue_that_is_named_itself_lends_its_reason(installation: Installation) -> None:
    with_source(installation, axis=OFFICE)
    with installation.folder.joinpath("dondoc.toml").open("a", encoding="utf-8") as file:
        file.write(f'normal_because = "{REASON}"\n')
    message = str(FOLDER / f"{NEW}.xml")
    for given in ("trucvanban", OFFICE):
        assert "not established" in installation.run("replay", "--dialect", given, message, code=3)
    told = installation.run("replay", "--dialect", "axis", message)
    assert "1 stored" in told
    assert REASON in told


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--sample", "--dialect", "x"], "the sample speaks the contract"),
        (["m.jsonl", "--normal-because", "x"], "name it with --dialect"),
        (["m.jsonl", "--dialect", "x", "--normal-because", " "], "needs a reason"),
    ],
)
def test_what_does_not_go_together_is_said(
    installation: Installation, arguments: list[str], said: str
) -> None:
    assert said in installation.run("replay", *arguments, code=2)


# A child begins with the peak of whoever started it: so of a small process, and not of the tests.
MEASURED = """
import os, sys
pid = os.posix_spawn(sys.argv[1], sys.argv[1:], os.environ)
_, status, used = os.wait4(pid, 0)
print(used.ru_maxrss)
sys.exit(os.waitstatus_to_exitcode(status))
"""


def most_kib(installation: Installation, file: Path) -> int:
    """KiB of memory that a replay of *file* takes at most."""
    command = [*COMMAND, "replay", "--dialect", OFFICE, "--normal-because", REASON, str(file)]
    done = subprocess.run(
        [sys.executable, "-S", "-c", MEASURED, *command],
        cwd=installation.folder,
        capture_output=True,
        text=True,
        check=True,
    )
    assert "1 event: 1 stored" in done.stdout
    return int(done.stdout.splitlines()[-1])


@pytest.mark.skipif(sys.platform != "linux", reason="ru_maxrss is in KiB on Linux")
def test_fifty_megabytes_of_attachments_take_no_more_memory(installation: Installation) -> None:
    before, _, after = changed(NEW, ContentTransferEncoded="~").encode().partition(b"~")
    block = b64encode(bytes(range(256)) * 3072)
    file = installation.folder / "large.xml"
    with file.open("wb") as target:
        target.write(before)
        for _ in range(MEGABYTES * 10**6 // len(block) + 1):
            target.write(block)
        target.write(after)
    assert file.stat().st_size > MEGABYTES * 10**6
    small = installation.folder / "small.xml"
    small.write_text(changed(NEW, CodeNumber="16").replace(",15/", ",16/"), "utf-8")
    start = most_kib(installation, small)
    assert start > 20_000, start
    assert most_kib(installation, file) - start < MOST_KIB
