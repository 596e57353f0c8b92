"""Letters as DOCX, opened by LibreOffice: the pages that come out of the printer."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from dondoc.reports.decree30.checking import check_file
from support.letters import LETTER, TASK, rows, written
from support.office_suite import convert, fonts_of, pages_of, sizes_of

PORTRAIT, ACROSS = (595, 842), (842, 595)
HOSTILE = (
    "=cmd|' /C calc'!A0\x00\x01\x0b\x1b[31m\ud800\ufffe \u202eLATIPAC\u202c \u2066x\u2069 😀👩‍👩‍👧 "
    "</w:t><w:p/> &amp; {{x}} %s \u0301\u0301 ]]> <script>"
)
LONGEST = "chữ " * 25_000
UNBROKEN = "a" * 100_000


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Letters, as DOCX and as the PDF that LibreOffice makes of them; and one saved by it."""
    folder = tmp_path_factory.mktemp("letters")
    hostile = rows(1, HOSTILE).rows
    letters = {
        "letter": written(),
        "long": written(appendices=(rows(200), rows(3))),
        "hostile": written(
            organ=HOSTILE,
            place=HOSTILE,
            summary=HOSTILE,
            signer=HOSTILE,
            recipients=(HOSTILE,),
            appendices=(replace(rows(1), title=HOSTILE, rows=hostile),),
        ),
        "longest": written(
            summary=LONGEST,
            appendices=(rows(1, UNBROKEN), rows(1, LONGEST)),
        ),
    }
    for name, content in letters.items():
        (folder / f"{name}.docx").write_bytes(content)
    convert([folder / f"{name}.docx" for name in letters], "pdf", folder)
    convert([folder / "letter.docx"], "docx", folder / "saved")
    return folder


def test_the_letter_stands_and_its_appendices_lie_across(folder: Path) -> None:
    sizes = sizes_of(folder / "letter.pdf")
    upright = [size for size in sizes if size == PORTRAIT]
    assert sizes == [*upright, *[ACROSS] * (len(sizes) - len(upright))]
    assert upright
    assert len(sizes) > len(upright)


def test_the_head_says_everything_side_by_side(folder: Path) -> None:
    first = " ".join(pages_of(folder / "letter.pdf")[0].split())
    for text in (
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc",
        "Số: 15/BC-VP Yên Thế, ngày 05 tháng 11 năm 2026",
        "BÁO CÁO",
        "Kính gửi:",
    ):
        assert text in first


def test_pages_are_numbered_at_the_top_but_the_first_of_the_letter_and_of_an_appendix(
    folder: Path,
) -> None:
    tops = [page.strip().split("\n")[0].strip() for page in pages_of(folder / "long.pdf")]
    sizes = sizes_of(folder / "long.pdf")
    letter = sizes.count(PORTRAIT)
    assert tops[0] != "1"
    assert tops[1:letter] == [str(number) for number in range(2, letter + 1)]
    long = tops[letter:-1]
    assert long[0].startswith("Phụ lục I")
    assert long[1:] == [str(number) for number in range(2, len(long) + 1)]
    assert tops[-1].startswith("Phụ lục II")


def test_the_header_of_a_table_is_on_every_page_and_no_row_is_torn(folder: Path) -> None:
    pages = pages_of(folder / "long.pdf")
    across = pages[sizes_of(folder / "long.pdf").count(PORTRAIT) : -1]
    assert len(across) > 5
    for page in across:
        assert "STT" in page
        # The beginning and the end of the same cell.
        assert page.count("Đối thoại") == page.count("vượt") > 0
    assert sum(page.count("vượt") for page in across) == 200


def test_nothing_but_the_font_of_the_appendix_is_used(folder: Path) -> None:
    for name in ("letter", "long"):
        fonts = fonts_of(folder / f"{name}.pdf")
        assert all(re.match(r"(LiberationSerif|TimesNewRoman)", font) for font in fonts), fonts


def test_the_signature_stands_with_the_end_of_the_content(folder: Path) -> None:
    pages = pages_of(folder / "letter.pdf")
    [page] = [page for page in pages if "Nơi nhận:" in page]
    assert "Trên đây là kết quả" in page
    assert "Trần Văn Bình" in page


def test_what_libreoffice_saves_again_keeps_every_point(folder: Path) -> None:
    assert check_file(folder / "saved" / "letter.docx") == ()


def test_hostile_text_is_text_and_the_file_opens(folder: Path) -> None:
    text = " ".join(" ".join(pages_of(folder / "hostile.pdf")).split())
    assert "=cmd|' /C calc'!A0" in text
    assert "</w:t><w:p/> &amp; {{x}} %s" in text
    assert "LATIPAC" in text
    assert not {"\x00", "\x1b", "\u202e"} & set(text)


def test_a_text_of_a_hundred_thousand_characters_is_cut_in_a_table_and_says_so(
    folder: Path,
) -> None:
    text = " ".join(pages_of(folder / "longest.pdf"))
    assert text.count("[…]") == 2
    assert len(pages_of(folder / "longest.pdf")) < 60


def test_the_letter_is_the_same_bytes_each_time() -> None:
    assert written() == written()
    assert TASK in str(LETTER.appendices)
