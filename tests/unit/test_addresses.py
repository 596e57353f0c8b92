"""How bodies are written to: addresses are taken as they stand or refused, and judge nothing."""

from __future__ import annotations

import logging
import tomllib
from email.headerregistry import Address
from email.message import EmailMessage
from pathlib import Path

import pytest
from dondoc.commands.assembly import fresh_directory
from dondoc.commands.assembly.fresh_directory import FreshDirectory
from dondoc.commands.assembly.loading import load_directory
from dondoc.commands.assembly.settings import Settings, TrackingSettings
from dondoc.rules.body import MailPreference
from dondoc.rules.directory import Directory
from dondoc.rules.places import FileError
from dondoc.rules.reading.directory import parse_directory
from hypothesis import example, given
from hypothesis import strategies as st

BODIES = """
[[body]]
code = "VP"
name = "Văn phòng HĐND và UBND xã"
kind = "office"
email = ["vanphong@xa.example", "vp+hscv@xa.example"]
copies = ["chanhvanphong@xa.example"]
salutation = "Ông Chánh Văn phòng"
mail = "single"

[[body]]
code = "NV"
name = "Phòng Nội vụ"
kind = "department"
email = "noivu@xa.example"

[[body]]
code = "TP"
name = "Phòng Tư pháp"
kind = "department"
mail = "none"

[[body]]
code = "XTA"
name = "UBND xã Tam An"
kind = "commune"
"""


def read(text: str = BODIES) -> Directory:
    return parse_directory(tomllib.loads(text), "bodies.toml")


def test_a_body_says_where_its_letters_go_and_how_it_wants_them() -> None:
    office, interior = read().bodies["VP"], read().bodies["NV"]
    assert office.emails == ("vanphong@xa.example", "vp+hscv@xa.example")
    assert office.copies == ("chanhvanphong@xa.example",)
    assert (office.salutation, office.mail) == ("Ông Chánh Văn phòng", MailPreference.SINGLE)
    assert (interior.emails, interior.copies) == (("noivu@xa.example",), ())
    assert (interior.salutation, interior.mail) == (None, MailPreference.DIGEST)


def test_who_should_be_written_to_and_cannot_is_found() -> None:
    assert [body.code for body in read() if body.lacks_address] == ["XTA"]


def test_how_a_body_is_written_to_is_no_part_of_the_law() -> None:
    bare = "\n".join(
        line
        for line in BODIES.splitlines()
        if not line.startswith(("email", "copies", "salutation", "mail"))
    )
    assert read().version == read(bare).version
    # Of a version that knew no other key than email: an upgrade judges nothing anew.
    assert load_sample().version == "37d754cdfb840a96"


def load_sample() -> Directory:
    sample = load_directory("sample")
    assert sample is not None
    return sample


@given(
    st.text(max_size=40) | st.from_regex(r"[a-z.\"<>@\\ \r\n-]{1,20}@[a-z.é-]{1,9}", fullmatch=True)
)
@example("a@b\r\nBcc: c@d")
@example("a@b\n")
def test_an_address_that_is_taken_is_one_recipient_of_a_letter(address: str) -> None:
    text = BODIES.replace('"noivu@xa.example"', toml(address))
    problem = None
    try:
        emails = read(text).bodies["NV"].emails
    except FileError as error:
        problem = str(error)
    if problem is not None:
        assert problem.startswith("bodies.toml: body[NV].email: ")
        assert problem.isprintable()
        return
    assert emails == (address,)
    letter = EmailMessage()
    letter["To"] = Address(addr_spec=address)
    assert letter.as_bytes().splitlines() == [b"To: " + address.encode("ascii"), b""]


def toml(text: str) -> str:
    escaped = "".join(f"\\U{ord(each):08x}" for each in text if not 0xD800 <= ord(each) < 0xE000)
    return f'"{escaped}"'


def fresh(file: Path) -> FreshDirectory:
    loaded = load_directory(file)
    assert loaded is not None
    return FreshDirectory(Settings(tracking=TrackingSettings(bodies=file)), loaded)


def replaced(file: Path, text: str) -> None:
    beside = file.with_suffix(".new")
    beside.write_text(text, encoding="utf-8")
    beside.replace(file)


def test_an_address_that_changes_is_known_without_a_restart(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    file = tmp_path / "bodies.toml"
    replaced(file, BODIES)
    directory = fresh(file)
    first = directory.current()
    assert directory.current() is first
    replaced(file, BODIES.replace("noivu@", "phongnoivu@"))
    assert directory.current().bodies["NV"].emails == ("phongnoivu@xa.example",)
    assert not caplog.records


def test_a_file_that_is_wrong_is_told_once_and_the_directory_stays(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    file = tmp_path / "bodies.toml"
    replaced(file, BODIES)
    directory = fresh(file)
    for spoiled in (BODIES.replace("noivu@", "nội vụ@"), None):
        replaced(file, spoiled) if spoiled else file.unlink()
        caplog.clear()
        for _ in range(3):
            assert directory.current().bodies["NV"].emails == ("noivu@xa.example",)
        (record,) = caplog.records
        assert record.levelno == logging.WARNING
        assert str(file) in record.getMessage()
    replaced(file, BODIES.replace("noivu@", "nv@"))
    assert directory.current().bodies["NV"].emails == ("nv@xa.example",)


def test_a_file_that_may_be_read_at_last_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "bodies.toml"
    replaced(file, BODIES)
    directory = fresh(file)

    def forbidden(_: Path) -> Directory:
        raise FileError(f"{file}: cannot be read")

    # Root may read whatever it likes.
    monkeypatch.setattr(fresh_directory, "load_directory", forbidden)
    replaced(file, BODIES.replace("noivu@", "nv@"))
    before = file.stat().st_ctime_ns
    assert directory.current().bodies["NV"].emails == ("noivu@xa.example",)
    monkeypatch.undo()
    while file.stat().st_ctime_ns == before:
        file.chmod(0o640)
    assert directory.current().bodies["NV"].emails == ("nv@xa.example",)


def test_a_file_that_says_who_owes_what_anew_is_said_to_want_a_restart(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    file = tmp_path / "bodies.toml"
    replaced(file, BODIES)
    directory = fresh(file)
    replaced(file, BODIES.replace('kind = "commune"', 'kind = "other"'))
    assert directory.current().bodies["XTA"].kind == "other"
    assert "start the service again" in caplog.text


def test_a_directory_that_is_in_no_file_stays() -> None:
    sample = load_sample()
    assert FreshDirectory(Settings(), sample).current() is sample
