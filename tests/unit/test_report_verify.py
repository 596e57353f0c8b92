"""`dondoc report verify`: what it says of any file, in both languages, and how it ends."""

from __future__ import annotations

import csv
import io
import json
import os
import random
import re
import struct
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import docx
import pytest
from click.testing import CliRunner, Result
from docx.shared import Mm
from dondoc.cli import main
from dondoc.commands.report.verify import _told
from dondoc.commands.terminal.words import Words
from dondoc.reports.decree30 import deviation
from dondoc.reports.decree30.archive import MOST_OF_A_PART, NotReadable
from dondoc.reports.decree30.checking import check_file
from dondoc.reports.decree30.deviation import FAULTS, Deviation
from dondoc.reports.decree30.requirements import MARGINS_MM, POINTS
from dondoc.reports.decree30.streaming import MOST_AT_ONCE
from support.letters import written

MAIN = "word/document.xml"
ROUNDS = int(os.environ.get("VERIFY_ROUNDS", "150"))


@pytest.fixture(scope="module")
def content() -> bytes:
    return written(appendices=())


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "thư.docx"


def verify(*arguments: object, lang: str = "en") -> Result:
    line = ["--lang", lang, "report", "verify", *map(str, arguments)]
    return CliRunner().invoke(main, line)


def changed(content: bytes, parts: dict[str, bytes | None]) -> bytes:
    """The DOCX with other *parts*, without those that are None."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(made, "w", 8) as new:
        for name in {*old.namelist(), *parts}:
            part = parts[name] if name in parts else old.read(name)
            if part is not None:
                new.writestr(name, part)
    return made.getvalue()


def part(content: bytes, name: str = MAIN) -> bytes:
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        return file.read(name)


# What it says


def test_a_right_document_ends_with_zero_and_one_line(content: bytes, path: Path) -> None:
    path.write_bytes(content)
    for lang, said in (("en", "nothing is off"), ("vi", "không thấy điểm nào trái")):
        result = verify(path, lang=lang)
        assert (result.exit_code, result.output.count("\n")) == (0, 1)
        assert said in result.output


def test_what_is_off_is_told_with_its_place_and_its_point_and_ends_with_three(
    content: bytes, path: Path
) -> None:
    document = docx.Document(io.BytesIO(content))
    document.sections[0].top_margin = Mm(15.5)
    document.tables[0].cell(0, 1).paragraphs[0].runs[0].font.bold = False
    document.save(str(path))
    result = verify(path, lang="vi")
    assert result.exit_code == 3
    assert "Lề trang: lề trên là 15,5 mm, phải là 20–25 mm\n  khoản 3 Mục I" in result.output
    assert "Quốc hiệu: phải in đậm\n  điểm a khoản 1 Mục II" in result.output
    assert "bảng 1 hàng 1 ô 2, “CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM”" in result.output


def test_json_and_csv_have_the_same_keys_in_both_languages(content: bytes, path: Path) -> None:
    document = docx.Document(io.BytesIO(content))
    document.sections[0].top_margin = Mm(15)
    document.save(str(path))
    rows = json.loads(verify(path, "--format", "json").output)
    assert rows == json.loads(verify(path, "--format", "json", lang="vi").output)
    assert [(row["point"], row["fault"], row["detail"]) for row in rows] == [
        ("margins", "measure", "top")
    ]
    [heads, _] = csv.reader(io.StringIO(verify(path, "--format", "csv").output))
    assert heads == list(rows[0])


@pytest.mark.parametrize("language", ["en", "vi"])
@pytest.mark.parametrize("point", POINTS)
def test_every_fault_of_every_point_has_its_words(
    point: str, language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dondoc.commands.report.verify.words", lambda: Words(language))
    for fault in FAULTS:
        wanted = "-" if fault in ("bold", "italic") else "+"
        details = MARGINS_MM if point == "margins" else [""]
        for detail in details:
            told = list(_told("f", [Deviation(point, fault, "1.5", wanted, detail=detail)]))
            assert all(re.search(r"[{}]", line) is None for line in told)


def test_one_file_that_cannot_be_read_does_not_keep_the_others_from_being_checked(
    content: bytes, path: Path
) -> None:
    path.write_bytes(content)
    broken = path.with_name("broken.docx")
    broken.write_bytes(b"none")
    result = verify(broken, path)
    assert result.exit_code == 1
    assert "nothing is off" in result.output
    assert f"{broken}: is no DOCX" in result.output


# What is no document, or one made to do harm


def zip_of(**parts: bytes) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as file:
        for name, text in parts.items():
            file.writestr(name, text)
    return made.getvalue()


def bomb(content: bytes) -> bytes:
    """A document of a gigabyte of nothing, in a megabyte."""
    head, tail = part(content).split(b"<w:body>")
    made = io.BytesIO()
    block = b"<w:p><w:r><w:t>" + b" " * 65000 + b"</w:t></w:r></w:p>"
    made.write(changed(content, {MAIN: None}))
    with zipfile.ZipFile(made, "a", zipfile.ZIP_DEFLATED) as new, new.open(MAIN, "w") as file:
        file.write(head + b"<w:body>")
        for _ in range(3000):
            file.write(block)
        file.write(tail)
    return made.getvalue()


def with_doctype(content: bytes) -> bytes:
    laughs = b"".join(
        b'<!ENTITY l%d "%s">' % (number, b"&l%d;" % (number - 1) * 10) for number in range(1, 12)
    )
    head = b'<!DOCTYPE w:document [<!ENTITY l0 "ha">' + laughs + b"]>"
    text = part(content)
    at = text.index(b"<w:document")
    return changed(content, {MAIN: text[:at] + head + text[at:].replace(b"</w:t>", b"&l11;</w:t>")})


def outside(content: bytes) -> bytes:
    head = b'<!DOCTYPE w:document [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    text = part(content)
    at = text.index(b"<w:document")
    return changed(content, {MAIN: text[:at] + head + text[at:].replace(b"</w:t>", b"&x;</w:t>")})


def locked(content: bytes) -> bytes:
    """With the mark of a password at every part."""
    made = bytearray(content)
    for sign, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = made.find(sign)
        while at >= 0:
            made[at + offset] |= 1
            at = made.find(sign, at + 4)
    return bytes(made)


def many_parts(content: bytes) -> bytes:
    end = content.rindex(b"PK\x05\x06")
    return content[: end + 12] + struct.pack("<I", 200_000_000) + content[end + 16 :]


def deep(content: bytes) -> bytes:
    text = part(content)
    return changed(content, {MAIN: text.replace(b"<w:body>", b"<w:body>" + b"<w:sdt>" * 5000, 1)})


def junk(content: bytes) -> bytes:
    filler = b"<w:x/>" * (MOST_AT_ONCE // 6 + 20_000)
    return changed(content, {MAIN: part(content).replace(b"<w:body>", b"<w:body>" + filler, 1)})


REFUSED: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "empty": (lambda _: b"", "is no DOCX"),
    "text": (lambda _: b"no document\n", "is no DOCX"),
    "a PDF": (lambda _: b"%PDF-1.4\n", "is no DOCX"),
    "an older Word or a password": (lambda _: b"\xd0\xcf\x11\xe0" + b"\0" * 600, "has a password"),
    "a password at its parts": (locked, "locked with a password"),
    "another archive": (lambda _: zip_of(a=b"b"), "holds no document"),
    "cut in half": (lambda content: content[: len(content) // 2], "is cut off"),
    "cut at its end": (lambda content: content[:-10], "is cut off"),
    "a bomb": (bomb, "larger than can be checked"),
    "a bomb of styles": (
        lambda content: changed(content, {"word/styles.xml": b"<a>" + b" " * MOST_OF_A_PART}),
        "larger than can be checked",
    ),
    "entities": (with_doctype, MAIN),
    "an entity from outside": (outside, "document type"),
    "more parts than there are": (many_parts, "more parts"),
    "nested without end": (deep, "is no XML"),
    "one endless paragraph": (junk, "too large"),
    "no XML": (lambda content: changed(content, {MAIN: b"<w:p"}), "is no XML"),
    "another XML": (lambda content: changed(content, {MAIN: b"<html/>"}), "holds no document"),
    "no text": (
        lambda content: changed(
            content,
            {MAIN: re.sub(rb"<w:body>.*</w:body>", b"<w:body/>", part(content), flags=re.S)},
        ),
        "holds no text",
    ),
    "no document part": (
        lambda content: changed(content, {MAIN: None}),
        "holds no document",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_checked_ends_in_one_line(name: str, content: bytes, path: Path) -> None:
    make, said = REFUSED[name]
    path.write_bytes(make(content))
    result = verify(path)
    assert (result.exit_code, result.output.count("\n")) == (1, 1)
    assert result.output.startswith(f"{path}: ")
    assert said in result.output


LIMITED = (
    "import resource, sys; resource.setrlimit(resource.RLIMIT_AS, (600 << 20,) * 2); "
    "from dondoc.cli import main; main(['report', 'verify', *sys.argv[1:]])"
)


def test_files_made_to_fill_the_memory_are_refused_within_little_of_it(
    content: bytes, path: Path
) -> None:
    named = ("a bomb", "one endless paragraph", "entities", "a bomb of styles")
    files = [path.with_name(f"{number}.docx") for number in range(len(named))]
    for file, name in zip(files, named, strict=True):
        file.write_bytes(REFUSED[name][0](content))
    command = [sys.executable, "-c", LIMITED, *map(str, files)]
    ended = subprocess.run(command, check=False, capture_output=True, text=True, timeout=120)
    assert (ended.returncode, ended.stderr.count("\n")) == (1, len(files))
    assert "Traceback" not in ended.stderr


def test_a_folder_and_a_file_that_is_not_there_end_in_one_line(path: Path) -> None:
    for each in (path, path.parent):
        result = verify(each)
        assert (result.exit_code, result.output.count("\n")) == (1, 1)


# Whatever may come


def mutated_bytes(content: bytes, chance: random.Random) -> bytes:
    made = bytearray(content)
    for _ in range(chance.choice((1, 1, 3, 30))):
        at = chance.randrange(len(made))
        kind = chance.random()
        if kind < 0.6:
            made[at] = chance.randrange(256)
        elif kind < 0.8:
            del made[at : at + chance.choice((1, 10, 1000))]
        else:
            made[at:at] = chance.randbytes(chance.choice((1, 10, 1000)))
        if not made:
            break
    return bytes(made)


VALUES = (
    b"",
    b"0",
    b"-1",
    b"99999999999999999999",
    b"nan",
    b"inf",
    b"1e9",
    b"x",
    b"true",
    b"\xc3\xa9",
)


def mutated_xml(content: bytes, chance: random.Random) -> bytes:
    """One part of it with an attribute, an element or a text changed."""
    names = [MAIN, "word/styles.xml", "word/settings.xml", "word/header1.xml"]
    name = chance.choice([*names, "word/_rels/document.xml.rels", "_rels/.rels"])
    text = part(content, name)
    kind = chance.random()
    if kind < 0.5 and (found := list(re.finditer(rb'"[^"]*"', text))):
        one = chance.choice(found)
        text = text[: one.start() + 1] + chance.choice(VALUES) + text[one.end() - 1 :]
    elif kind < 0.8 and (found := list(re.finditer(rb"<w:\w+[^>]*/>", text))):
        one = chance.choice(found)
        again = one[0] * chance.choice((0, 2, 50))
        text = text[: one.start()] + again + text[one.end() :]
    else:
        one_tag, other = (chance.choice(re.findall(rb"w:\w+|\w+", text)) for _ in range(2))
        text = text.replace(one_tag, other)
    return changed(content, {name: text})


@pytest.mark.parametrize("make", [mutated_bytes, mutated_xml])
def test_a_document_spoilt_by_chance_is_checked_or_refused_in_one_line(
    make: Callable[[bytes, random.Random], bytes], content: bytes, path: Path
) -> None:
    for number in range(ROUNDS):
        seed = f"{make.__name__}-{number}"
        path.write_bytes(make(content, random.Random(seed)))
        try:
            found = check_file(path)
        except NotReadable as error:
            found, lines = (), str(error).count("\n")
        except Exception as error:  # whatever a document brings about is what was looked for
            raise AssertionError(f"{seed}: {type(error).__name__}: {error}") from error
        else:
            lines = 0
        assert lines == 0, seed
        assert all(each.fault in FAULTS and each.point in POINTS for each in found), seed


def faults() -> Iterator[str]:
    for name in dir(deviation):
        value = getattr(deviation, name)
        if name.isupper() and isinstance(value, str) and not name.startswith("_"):
            yield value


def test_every_fault_is_among_those_that_are_told() -> None:
    assert set(faults()) == set(FAULTS)
