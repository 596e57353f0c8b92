"""Files as editors leave them: with a byte order mark, in UTF-16, with the line ends of Windows."""

from __future__ import annotations

import codecs
import json
import shutil
from importlib.resources import files
from pathlib import Path

import pytest
from support.hscv import event
from support.installation import Installation

CASES = Path(__file__).parents[1] / "fixtures" / "cases"
MARK = codecs.BOM_UTF8
SETTINGS = '[tracking]\nsince = 2026-01-01\nbodies = "sample"\n'
LAW = files("dondoc.rules")
TEXTS = {
    "settings": SETTINGS,
    "regulation": LAW.joinpath("regulations", "02-2015-qd-ubnd.toml").read_text(encoding="utf-8"),
    "calendar": "",
    "bodies": files("dondoc.sample").joinpath("bodies.toml").read_text(encoding="utf-8"),
    "policy": LAW.joinpath("policies", "demo.toml").read_text(encoding="utf-8"),
    "events": json.dumps(event(), ensure_ascii=False),
    "list": "[]",
    "url": "sqlite:///dondoc.db",
}
READ_BY = {
    "settings": ("--config", "file", "status"),
    "regulation": ("regulation", "check", "file"),
    "calendar": ("term", "2026-03-02", "--working-days", "3"),
    "bodies": ("bodies", "check", "file"),
    "policy": ("remind", "--dry-run"),
    "events": ("replay", "file"),
    "list": ("purge", "--apply", "file"),
    "url": ("status",),
}
GIVEN_BY = {
    "calendar": "DONDOC_TRACKING_CALENDARS",
    "policy": "DONDOC_TRACKING_REMINDERS",
    "url": "DONDOC_DATABASE_URL_FILE",
}


@pytest.fixture
def installation(tmp_path: Path) -> Installation:
    made = Installation(tmp_path, "amqp://127.0.0.1:1/")
    made.run("migrate")
    return made


def read(installation: Installation, kind: str, content: bytes, code: int) -> str:
    file = installation.folder / "file"
    file.write_bytes(content)
    environment = {GIVEN_BY[kind]: str(file)} if kind in GIVEN_BY else {}
    return installation.run(*READ_BY[kind], code=code, **environment)


@pytest.mark.parametrize("kind", TEXTS)
def test_a_byte_order_mark_and_the_line_ends_of_windows_are_no_part_of_a_text(
    installation: Installation, kind: str
) -> None:
    text = TEXTS[kind].replace("\n", "\r\n")
    read(installation, kind, MARK + f"{text}\r\n".encode(), 0)


@pytest.mark.parametrize("kind", [kind for kind in TEXTS if kind != "list"])
@pytest.mark.parametrize("order", ["utf-16-le", "utf-16-be"])
def test_text_in_utf_16_is_refused_by_its_byte_order_mark(
    installation: Installation, kind: str, order: str
) -> None:
    said = read(installation, kind, f"\ufeff{TEXTS[kind]}".encode(order), 1)
    assert "is UTF-16 text by its byte order mark; save it as UTF-8" in said
    assert said.count("\n") == 1


def test_an_exported_list_is_read_in_any_encoding_of_json(installation: Installation) -> None:
    read(installation, "list", "\ufeff[]".encode("utf-16-le"), 0)


@pytest.mark.parametrize("kind", ["settings", "policy", "url", "list"])
def test_a_nul_byte_is_refused_in_one_line(installation: Installation, kind: str) -> None:
    assert read(installation, kind, TEXTS[kind].encode() + b"\0", 1).count("\n") == 1


@pytest.mark.parametrize("kind", ["regulation", "bodies"])
def test_a_nul_byte_is_a_thing_to_mend_for_who_checks_a_file(
    installation: Installation, kind: str
) -> None:
    fault, count = read(installation, kind, TEXTS[kind].encode() + b"\0", 3).splitlines()
    assert "is not valid TOML" in fault
    assert count == "file: 1 thing to mend"


def test_a_url_with_a_byte_order_mark_is_read_from_a_file_and_from_the_environment(
    installation: Installation,
) -> None:
    shutil.copy(CASES / "10-bom.toml", installation.folder / "dondoc.toml")
    given = str(CASES / "10-bom-url")
    url = Path(given).read_text(encoding="utf-8").strip()
    installation.run("migrate")
    installation.run("status", DONDOC_DATABASE_URL_FILE=given, DONDOC_TRACKING_BODIES="sample")
    installation.run("status", DONDOC_DATABASE_URL=url, DONDOC_TRACKING_BODIES="sample")
    assert (installation.folder / "d.db").exists()
