"""A dialect file is refused for whatever could go wrong silently, with all its faults at once."""

from __future__ import annotations

from pathlib import Path

import pytest
from dondoc.rules.file_faults import FileRefused
from support.dialects import (
    CLASSIFIED,
    DOCS,
    SECRECY,
    TOP,
    documented,
    made,
    message,
    said,
    small,
    told,
)

FIXTURES = Path(__file__).parents[2] / "fixtures" / "dialects"
REFUSED = "# refused: "


@pytest.mark.parametrize("path", sorted(FIXTURES.glob("*.toml")), ids=lambda path: path.stem)
def test_a_malformed_file_is_refused_with_every_fault_its_key_and_what_to_mend(
    path: Path,
) -> None:
    text = path.read_text(encoding="utf-8")
    expected = [
        line.removeprefix(REFUSED) for line in text.splitlines() if line.startswith(REFUSED)
    ]
    with pytest.raises(FileRefused) as refused:
        made(text)
    assert [str(each) for each in refused.value.faults] == [
        f"thu.toml: {each}" for each in expected
    ]
    assert str(refused.value).startswith(f"thu.toml: {expected[0]}")


def test_every_dialect_of_the_docs_is_accepted() -> None:
    names = [path.stem for path in sorted(DOCS.glob("*.toml"))]
    assert len(names) >= 4
    for name in names:
        assert documented(name).name.startswith(f"{name}@")


def test_a_dialect_is_named_with_the_digest_of_its_file() -> None:
    one, other = small(), small(CLASSIFIED + "\n# said otherwise\n")
    assert one.name.partition("@")[0] == other.name.partition("@")[0] == "thu"
    assert one.name != other.name


def test_rules_of_one_type_that_tell_each_other_apart_are_accepted() -> None:
    for apart in (
        'when = { loai = "B" }',
        'when = { loai = "" }',
        'unless = { loai = ["A", "C"] }',
        'unless = { loai = "*" }',
    ):
        small(
            CLASSIFIED.replace("fields", 'when = { loai = "A" }\nfields')
            + f"""
[[event]]
type = "document.classified"
{apart}
fields = {{ task_count = "so" }}
"""
        )


ACCEPTED = '[[event]]\ntype = "task.accepted"\nfields = { task_id = "nv", body = "dv" }\n'


@pytest.mark.parametrize(
    ("event", "nothing", "words"),
    [
        ('when = { loai = "XOA" }', 'loai = ["XEM", "Xoa"]', "loai = xoa"),
        ('when = { loai = ["A", "B"], x = "1" }', 'loai = ["B", "C"]', "loai = b"),
        ('when = { loai = "A", x = "1" }', 'x = "1", loai = "*"', "x = 1 and loai = a"),
        ('when = { loai = "A" }', 'loai = "B"', None),
        ('when = { loai = "A" }', 'loai = "A", huy = "1"', None),
        ('when = { loai = "A" }', 'huy = "1"', None),
        ('when = { loai = "*" }', 'loai = "A"', None),
        ('when = { loai = "A", x = "*" }\nunless = { x = "1" }', 'loai = "A", x = "1"', None),
        ("", 'loai = "A"', None),
    ],
)
def test_a_silence_cannot_take_from_an_event_what_both_name(
    event: str, nothing: str, words: str | None
) -> None:
    text = ACCEPTED.replace("fields", f"{event}\nfields")
    text += f'[[nothing]]\nreason = "left_out"\nwhen = {{ {nothing} }}\n'
    if words is None:
        small(text)
        return
    with pytest.raises(FileRefused) as refused:
        small(text)
    assert str(refused.value) == (
        f"thu.toml: nothing[1]: takes {words} away from event[1], since it comes first; name the"
        " words in one of both"
    )


@pytest.mark.parametrize(
    ("path", "mend"),
    [
        ("$.duLieu.trichYeu", "begins with $; a path here begins with its first key"),
        ("duLieu/vanBan", "has a / in it; between keys stands a dot, and a key with a / in it"),
        ("duLieu.a/b.c", "has a / in it; between keys stands a dot"),
        ("donVi[*].ma", "has [*] in it; each item of a list is []"),
        ("{a}/{b}", "is a text with paths in it; write it as a table: { text = ... }"),
    ],
)
def test_a_path_of_another_tool_is_refused_with_how_it_is_written_here(
    path: str, mend: str
) -> None:
    with pytest.raises(FileRefused) as refused:
        small(CLASSIFIED.replace('"so"', f'"{path}"'))
    assert f"event[1].fields.task_count: {path!r} {mend}" in str(refused.value)
    small(CLASSIFIED.replace('"so"', "\"x.'Số/Ký hiệu'\""))


def test_bodies_go_by_the_files_table_then_by_the_directorys_aliases() -> None:
    accepted = """
[bodies]
"H1" = "PYT"
[[event]]
type = "task.accepted"
fields = { task_id = "nv", body = "donVi" }
"""
    dialect = made(TOP + SECRECY + accepted, aliases={"h1": "VP", "000.07.41.Z99": "PTCKH"})
    base = {"ma": "VB-1", "luc": "2026-03-02", "doMat": "Thường", "nv": 7}
    for code, body in {"h1": "PYT", "000.07.41.z99": "PTCKH", " X9 ": "X9"}.items():
        assert told(dialect, {**base, "donVi": code}) == {"task_id": "7", "body": body}


def test_the_top_of_a_file_speaks_for_every_event_that_does_not_itself() -> None:
    dialect = small(CLASSIFIED.replace("fields", 'subject = "maKhac"\nfields'))
    body = {"ma": "VB-1", "maKhac": "VB-2", "luc": "2026-03-02", "doMat": "Thường", "so": 1}
    (event,) = said(dialect, body)
    assert (event.subject, event.source) == ("VB-2", "/thu")


def test_a_file_of_edxml_says_which_organs_the_office_is() -> None:
    sample = Path(__file__).parents[2] / "fixtures" / "edxml"
    issued = message((sample / "01-new-qcvn-issued.xml").read_bytes())
    dialect = documented("trucvanban")
    (event,) = said(dialect, issued.body, normal=True)
    assert dialect.name.startswith("trucvanban@")
    assert (event.type, event.data["authority"]) == ("document.issued", "ubnd")
