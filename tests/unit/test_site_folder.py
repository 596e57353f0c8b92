"""A directory of pages: old or new, whole, private, and never somebody else's."""

from __future__ import annotations

import grp
import os
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from errno import ENOSPC
from pathlib import Path
from urllib.parse import quote

import pytest
from dondoc.reports.site.addresses import body_page, item_page
from dondoc.reports.site.folder import (
    CURRENT,
    MARKER,
    PUBLIC,
    UNIT,
    CannotPublish,
    claim,
    held,
    is_free,
    remove,
    write,
)
from hypothesis import example, given
from hypothesis import strategies as st

PAGES = [("index.html", "<p>một</p>"), ("don-vi/A.html", "<p>A</p>"), ("viec/1.html", "<p>1</p>")]


@pytest.fixture
def site(tmp_path: Path) -> Path:
    directory = tmp_path / "trang"
    claim(directory, UNIT, "", "")
    return directory


def shown(directory: Path) -> dict[str, str]:
    tree = directory / CURRENT
    return {
        str(path.relative_to(tree)): path.read_text("utf-8")
        for path in tree.rglob("*")
        if path.is_file()
    }


def trees(directory: Path) -> list[str]:
    return sorted(each.name for each in directory.iterdir() if each.name.startswith("made-"))


def test_what_is_shown_is_what_was_written_last(site: Path) -> None:
    write(site, PAGES)
    assert shown(site) == dict(PAGES)
    write(site, PAGES[:1])
    assert shown(site) == dict(PAGES[:1])
    assert len(trees(site)) == 1


def test_a_page_that_has_not_changed_stays_the_file_that_it_was(site: Path) -> None:
    assert write(site, PAGES).changed == 3
    before = {name: (site / CURRENT / name).stat() for name, _ in PAGES}
    written = write(site, [PAGES[0], ("don-vi/A.html", "<p>B</p>"), PAGES[2]])
    assert (written.pages, written.changed) == (3, 1)
    for name in ("index.html", "viec/1.html"):
        after = (site / CURRENT / name).stat()
        assert (after.st_ino, after.st_mtime_ns) == (before[name].st_ino, before[name].st_mtime_ns)
    assert shown(site)["don-vi/A.html"] == "<p>B</p>"


def test_a_page_that_a_power_failure_left_empty_is_written_again(site: Path) -> None:
    write(site, PAGES)
    (site / CURRENT / "index.html").write_text("")
    assert write(site, PAGES).changed == 1
    assert shown(site) == dict(PAGES)


@pytest.mark.parametrize("mask", [0o000, 0o022, 0o077])
def test_pages_are_for_the_owner_and_the_group_whatever_the_mask(tmp_path: Path, mask: int) -> None:
    before = os.umask(mask)
    try:
        directory = tmp_path / "trang"
        claim(directory, UNIT, "", "")
        write(directory, PAGES)
    finally:
        os.umask(before)
    assert stat.S_IMODE(directory.stat().st_mode) == 0o750
    tree = (directory / CURRENT).resolve()
    for path in (directory / MARKER, tree, *tree.rglob("*")):
        wanted = 0o750 if path.is_dir() else 0o640
        assert stat.S_IMODE(path.stat().st_mode) == wanted, path


@pytest.mark.skipif(os.geteuid() != 0, reason="to give a file away takes root")
def test_pages_belong_to_the_group_that_was_named_or_that_the_directory_gives(
    tmp_path: Path,
) -> None:
    group = grp.getgrnam("daemon").gr_gid
    named, given_ = tmp_path / "named", tmp_path / "given"
    given_.mkdir()
    os.chown(given_, -1, group)
    given_.chmod(0o2750)
    for directory, wanted in ((named, group), (given_, None)):
        claim(directory, UNIT, "", "")
        write(directory, PAGES, wanted)
        tree = (directory / CURRENT).resolve()
        assert {path.stat().st_gid for path in (directory, tree, *tree.rglob("*"))} == {group}
        assert not any(path.stat().st_mode & 0o7007 for path in tree.rglob("*"))


def test_a_directory_that_is_not_ours_is_never_touched(tmp_path: Path) -> None:
    (tmp_path / "made-000001").mkdir()
    (tmp_path / "luong.xlsx").write_text("quan trọng")
    with pytest.raises(CannotPublish, match="not of dondoc's making"):
        claim(tmp_path, UNIT, "", "")
    assert sorted(each.name for each in tmp_path.iterdir()) == ["luong.xlsx", "made-000001"]


def test_what_a_first_run_left_that_a_full_disk_ended_is_in_nobodys_way(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    directory = tmp_path / "trang"

    def full(self: Path, *_: object, **__: object) -> int:
        self.touch()
        raise OSError(ENOSPC, "No space left on device", str(self))

    with monkeypatch.context() as patch:
        patch.setattr(Path, "write_text", full)
        with pytest.raises(CannotPublish, match="No space left"):
            claim(directory, UNIT, "", "")
    assert not is_free(tmp_path)
    assert is_free(directory)
    claim(directory, UNIT, "", "")
    write(directory, PAGES)
    assert shown(directory) == dict(PAGES)


def test_what_a_run_left_beside_the_marker_goes_with_the_pages(site: Path) -> None:
    write(site, PAGES)
    (site / f"{MARKER}.next").touch()
    remove(site)
    assert not site.exists()


def test_pages_for_officials_never_come_where_everybody_looks(site: Path) -> None:
    with pytest.raises(CannotPublish, match="holds pages for officials"):
        claim(site, PUBLIC, "", "")


def test_what_else_stands_in_a_directory_of_ours_is_left_alone(site: Path) -> None:
    write(site, PAGES)
    (site / "ghi-chu.txt").write_text("của quản trị")
    (site / "made-by-hand").mkdir()
    write(site, PAGES)
    remove(site)
    assert sorted(each.name for each in site.iterdir()) == ["ghi-chu.txt", "made-by-hand"]


def test_a_link_in_the_place_of_a_tree_is_not_followed(site: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "file").write_text("x")
    (site / "made-000009").symlink_to(elsewhere)
    write(site, PAGES)
    remove(site)
    assert (elsewhere / "file").exists()


def test_a_marker_that_is_broken_is_said(site: Path) -> None:
    (site / MARKER).write_text("{")
    with pytest.raises(CannotPublish, match="is not what dondoc wrote"):
        claim(site, UNIT, "", "")


def failing() -> Iterator[tuple[str, str]]:
    yield PAGES[0][0], "<p>neu</p>"
    raise RuntimeError


def test_a_run_that_fails_leaves_the_old_pages_and_the_next_one_its_litter_no_more(
    site: Path,
) -> None:
    write(site, PAGES)
    with pytest.raises(RuntimeError):
        write(site, failing())
    assert shown(site) == dict(PAGES)
    assert len(trees(site)) == 2
    write(site, PAGES)
    assert len(trees(site)) == 1


_WRITER = """
import sys
from pathlib import Path
from dondoc.reports.site.folder import held, write
site = Path(sys.argv[1])
print("begun", flush=True)
number = 0
while True:
    number += 1
    with held(site):
        write(site, [(f"viec/{page}.html", f"<p>{number}</p>" * 50) for page in range(40)])
"""


@pytest.mark.parametrize("moment", range(6))
def test_a_run_that_is_killed_leaves_pages_of_one_making(site: Path, moment: int) -> None:
    with held(site):
        write(site, [(f"viec/{page}.html", "<p>0</p>") for page in range(40)])
    process = subprocess.Popen(
        [sys.executable, "-c", _WRITER, str(site)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "begun\n"
    time.sleep(0.01 + moment * 0.0137)
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stdout.close()
    found = shown(site)
    assert len(found) == 40
    assert len(set(found.values())) == 1
    with held(site):
        write(site, PAGES)
    assert shown(site) == dict(PAGES)
    assert sorted(each.name for each in site.iterdir()) == sorted([MARKER, CURRENT, *trees(site)])
    assert len(trees(site)) == 1


@given(st.text(min_size=1))
@example("../../etc/passwd")
@example("..")
@example("A" * 300)
@example("\x00")
@example("con\ud800")
def test_no_code_and_no_id_leads_out_of_the_folder_or_needs_writing_otherwise(code: str) -> None:
    for address, folder in ((body_page(code), "don-vi"), (item_page(code), "viec")):
        first, name = address.split("/")
        assert first == folder
        assert quote(name) == name
        assert not name.startswith(".")
        assert len(name) < 100


@given(st.sets(st.text(min_size=1), min_size=2))
def test_no_two_codes_share_a_page(codes: set[str]) -> None:
    assert len({body_page(code) for code in codes}) == len(codes)


def test_the_code_of_a_body_is_the_name_of_its_page() -> None:
    assert body_page("TCKH") == "don-vi/TCKH.html"
    assert body_page("000.00.12.H05") == "don-vi/000.00.12.H05.html"
