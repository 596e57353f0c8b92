"""What `dondoc dialect` shows a person: within the terminal's width, each thing once, in words."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from dondoc.cli import main
from dondoc.commands.dialect.reasons import told_reason
from dondoc.commands.terminal.widths import width_of
from support.dialects import DOCS, SECRECY, TOP
from support.edxml import FOLDER

CORRECTION = """
[[event]]
type = "document.corrected"
when = { loai = "SUA" }
[event.fields.fields]
abstract = "trichYeu"
issued_on = "ngay"
[[event]]
type = "document.withdrawn"
when = { loai = "HUY" }
fields = { reason = "ly" }
[[event]]
type = "task.withdrawn"
when = { loai = "HUY" }
fields = { task_id = "nv", reason = "ly" }
"""
EDXML = """
name = "office"
format = "edxml"
endorsed_by = "Lãnh đạo Văn phòng"
[own]
"000.00.41.Z99" = "ubnd"
"""


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    Path("dondoc.toml").write_text('[tracking]\nbodies = "sample"\n', "utf-8")
    Path("small.toml").write_text(TOP + SECRECY + CORRECTION, "utf-8")
    Path("office.toml").write_text(EDXML, "utf-8")
    return tmp_path


def told(*words: str, language: str = "en", width: int | None = 80) -> str:
    """What a terminal of that *width* shows of `dondoc dialect`."""
    columns = "" if width is None else str(width)
    line = ["dialect", *words, "--lang", language]
    return CliRunner().invoke(main, line, env={"COLUMNS": columns}).output


def written(name: str, **said: object) -> str:
    message = {"ma": "VB-1", "luc": "2026-03-02T08:00:00", "doMat": "Thường", **said}
    Path(name).write_text(json.dumps(message), "utf-8")
    return name


@pytest.mark.parametrize("language", ["en", "vi"])
@pytest.mark.parametrize("name", ["congvan", "voffice", "rows", "outbox", "trucvanban"])
def test_nothing_is_wider_than_the_terminal_and_nothing_is_cut(
    place: Path, name: str, language: str
) -> None:
    file = f"{name}.toml"
    place.joinpath(file).write_bytes((DOCS / file).read_bytes())
    lines = [["check", file], ["show", file]]
    if name == "trucvanban":
        lines.append(["try", file, str(FOLDER)])
    else:
        place.joinpath("m.jsonl").write_bytes((DOCS / f"{name}.jsonl").read_bytes())
        lines.append(["try", file, "m.jsonl"])
    for words in lines:
        narrow = told(*words, language=language)
        assert max(map(width_of, narrow.splitlines())) <= 80
        whole = told(*words, language=language, width=None)
        assert "".join(narrow.split()) == "".join(whole.split())


def test_an_event_is_the_heading_of_its_parts(place: Path) -> None:
    assert "\n\nevent[2] document.withdrawn\n  when" in told("show", "small.toml")


def test_a_correction_and_its_days_are_told_as_all_else(place: Path) -> None:
    file = written("m.json", loai="SUA", trichYeu="V/v", ngay="2026-03-01")
    said = told("try", "small.toml", file, language="vi")
    assert "document.corrected  VB-1  02/03/2026 08:00\n" in said
    assert "    fields.abstract   V/v\n    fields.issued_on  01/03/2026\n" in said


def test_a_refusal_is_told_once_with_every_rule_that_it_is_of(place: Path) -> None:
    said = told("try", "small.toml", written("m.json", loai="HUY", luc="mai", nv="1", ly="x"))
    reason = "luc: time: is no time of the patterns given"
    assert " ".join(said.splitlines()[0:2]).count("event[2] document.withdrawn, event[3]") == 1
    assert " ".join(said.split()).count(reason) == 1


@pytest.mark.parametrize(("language", "line"), [("en", "no message"), ("vi", "không có bản tin")])
def test_a_file_without_messages_is_told(place: Path, language: str, line: str) -> None:
    Path("empty.jsonl").write_text("\n", "utf-8")
    args = ["dialect", "try", "small.toml", "empty.jsonl", "--lang", language]
    done = CliRunner().invoke(main, args)
    assert done.exit_code == 3
    assert f"empty.jsonl: {'there is ' if language == 'en' else ''}{line}" in done.output


@pytest.mark.parametrize(
    ("language", "said"),
    [("en", "it has arrived, and nobody has looked at it"), ("vi", "đã đến, chưa có người xem")],
)
def test_why_a_message_tells_of_nothing_is_told_in_words(
    place: Path, language: str, said: str
) -> None:
    file = next(FOLDER.glob("*status-01*.xml"))
    out = told("try", "office.toml", str(file), "--normal-because", "x", language=language)
    assert f"{said} (status_01)" in " ".join(out.split())


def test_a_word_of_the_file_keeps_its_own_meaning(place: Path) -> None:
    silence = '[[nothing]]\nreason = "not_ours"\nwhen = { loai = "XEM" }\n'
    Path("small.toml").write_text(TOP + SECRECY + CORRECTION + silence, "utf-8")
    said = told("try", "small.toml", written("m.json", loai="XEM"))
    assert ": tells of nothing: not_ours\n" in said


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        ("type: 'task.acepted' is no type", "type: “task.acepted” is no type"),
        ("when.'so.kyHieu': must be a word", "when.'so.kyHieu': must be a word"),
        ("write { text = '{a}/{b}' }", "write { text = '{a}/{b}' }"),
        ("is none of edXML's, or HSCV's", "is none of edXML's, or HSCV's"),
    ],
)
def test_words_stand_in_one_kind_of_quotes_and_toml_in_its_own(reason: str, said: str) -> None:
    assert told_reason(reason) == said
