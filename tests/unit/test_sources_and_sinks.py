"""Files of any size are read line by line, and written whole or not at all."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from dondoc.commands.terminal import sources
from dondoc.commands.terminal.sinks import sink_of
from dondoc.commands.terminal.sources import lines_of
from dondoc.rules.mendable import Mendable


def _nothing() -> dict[str, bytes]:
    return {}


def read(path: Path) -> list[tuple[int, str | None]]:
    with lines_of(path) as lines:
        return list(lines)


def test_lines_come_with_their_numbers_and_without_their_ends(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(b"\xef\xbb\xbfone\r\n\nthree \xff")
    assert read(path)[:2] == [(1, "one"), (2, "")]
    with lines_of(path) as lines:
        assert lines.first() == "one"
        assert lines.first() == "one"
        assert [number for number, _ in lines] == [1, 2, 3]


def test_a_packed_file_is_read_whatever_it_is_called(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(gzip.compress(b"one\ntwo"))
    assert read(path) == [(1, "one"), (2, "two")]


def test_a_packed_file_that_is_cut_off_is_said_after_what_it_still_has(tmp_path: Path) -> None:
    path = tmp_path / "a.gz"
    path.write_bytes(gzip.compress(b"".join(b"%d\n" % n for n in range(9999)))[:-2000])
    found: list[tuple[int, str | None]] = []
    with pytest.raises(Mendable, match="cut off or damaged"), lines_of(path) as lines:
        found.extend(lines)
    assert len(found) > 100


def test_a_line_that_is_too_long_is_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sources, "LONGEST_LINE", 10)
    path = tmp_path / "a.jsonl"
    path.write_bytes(b"0123456789A" * 9 + b"\n0123456789\nlast")
    assert read(path) == [(1, None), (2, "0123456789"), (3, "last")]


@pytest.mark.parametrize("name", ["nowhere", "."])
def test_what_cannot_be_read_is_one_line(tmp_path: Path, name: str) -> None:
    with pytest.raises(Mendable, match="cannot be read"), lines_of(tmp_path / name):
        pass


@pytest.mark.parametrize("name", ["out.jsonl", "out.jsonl.gz"])
def test_a_file_is_whole_its_owners_alone_and_begins_anew_when_asked(
    tmp_path: Path, name: str
) -> None:
    target = tmp_path / name
    with sink_of(target, []) as sink:
        sink.write(b"lost\n")
        sink.begin()
        sink.write(b"kept\n")
        assert not target.exists()
    content = target.read_bytes()
    assert (gzip.decompress(content) if name.endswith("gz") else content) == b"kept\n"
    assert target.stat().st_mode & 0o777 == 0o600
    assert [each.name for each in tmp_path.iterdir()] == [name]


def test_nothing_is_left_of_a_file_that_was_not_finished(tmp_path: Path) -> None:
    target = tmp_path / "out"
    target.write_text("before", encoding="utf-8")
    with pytest.raises(KeyError), sink_of(target, []) as sink:
        sink.write(_nothing()["half"])
    assert target.read_text(encoding="utf-8") == "before"
    assert [each.name for each in tmp_path.iterdir()] == ["out"]


def test_a_new_file_takes_no_others_place(tmp_path: Path) -> None:
    target = tmp_path / "out"
    target.touch()
    with pytest.raises(Mendable, match="is there already"), sink_of(target, [], new=True):
        pass
    with pytest.raises(Mendable, match="name another file"), sink_of(target, [target]):
        pass


def test_a_full_disk_is_said_with_the_files_name(tmp_path: Path) -> None:
    with pytest.raises(Mendable, match=r"full: is no file"), sink_of(Path("/dev/full"), []):
        pass
