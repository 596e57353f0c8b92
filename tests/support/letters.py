"""A letter for tests of documents, with every part that one can have."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from dondoc.reports.docx.letter import ContentParagraph, Grid, GridColumn, Heading, OfficeLetter
from dondoc.reports.docx.write import write_letter

LONG = (
    "Trong tháng 10 năm 2026, Văn phòng HĐND và UBND huyện đã theo dõi, đôn đốc việc thực hiện các "
    "nhiệm vụ được giao tại văn bản chỉ đạo của UBND huyện, Chủ tịch UBND huyện; kết quả như sau:"
)
TASK = (
    "Đối thoại với công dân có đơn tại xã Xuân Hòa; giải quyết dứt điểm đơn thuộc thẩm quyền, "
    "không để vượt cấp."
)
COLUMNS = (
    GridColumn("STT", 4, True),
    GridColumn("Nội dung", 24),
    GridColumn("Số, ký hiệu", 9, True),
    GridColumn("Ngày ban hành", 8, True),
    GridColumn("Thời hạn", 8, True),
    GridColumn("Chủ trì", 12),
    GridColumn("Phối hợp", 12),
    GridColumn("Trạng thái", 9, True),
    GridColumn("Số ngày quá hạn", 6, True),
    GridColumn("Người đứng đầu", 10),
)
ROW = (
    *(TASK, "113/VP-TH", "26/02/2026", "05/04/2026", "UBND xã Xuân Hòa"),
    *("Thanh tra huyện; Phòng Tư pháp", "Quá hạn", "12", "Lê Thị Hoa"),
)
LETTER = OfficeLetter(
    organ="Văn phòng HĐND và UBND huyện",
    parent="Ủy ban nhân dân huyện Yên Thế",
    place="Yên Thế",
    symbol="BC-VP",
    kind="Báo cáo",
    summary="Kết quả theo dõi, đôn đốc thực hiện nhiệm vụ do UBND huyện, Chủ tịch UBND huyện giao "
    "tháng 10 năm 2026",
    made_at=datetime(2026, 11, 5, 1, 30, tzinfo=UTC),
    signing=("TL. Chủ tịch", "Chánh Văn phòng"),
    signer="Trần Văn Bình",
    number=15,
    day=date(2026, 11, 5),
    basis=(
        "Căn cứ Quy chế ban hành kèm theo Quyết định số 02/2015/QĐ-UBND ngày 15 tháng 5 năm 2015",
        "Căn cứ chương trình công tác năm 2026",
    ),
    addressees=("Thường trực Huyện ủy", "Chủ tịch UBND huyện"),
    content=(
        ContentParagraph(LONG),
        Heading("I. Kết quả", chief=True),
        Heading("1. Số liệu chung"),
        ContentParagraph(LONG),
        ContentParagraph("Số liệu tính đến hết ngày 31/10/2026."),
        Grid(
            "Bảng 1. Kết quả",
            (GridColumn("STT", 1, True), GridColumn("Chỉ tiêu", 8), GridColumn("Số", 2, True)),
            [(str(number), "Nhiệm vụ hoàn thành đúng hạn", "15") for number in range(1, 9)],
        ),
        ContentParagraph("Danh sách nhiệm vụ quá hạn tại Phụ lục kèm theo."),
        ContentParagraph("Trên đây là kết quả theo dõi, đôn đốc trong tháng 10 năm 2026./."),
    ),
    recipients=("Các phòng, ban, đơn vị", "UBND các xã, thị trấn"),
    kept="VT, TH",
    appendices=(
        Grid(
            "Danh sách nhiệm vụ quá hạn",
            COLUMNS,
            [(str(number), *ROW) for number in range(1, 31)],
        ),
    ),
)


def letter(**changed: Any) -> OfficeLetter:
    """The letter, with what is *changed*."""
    return replace(LETTER, **changed)


def rows(number: int, text: str = TASK) -> Grid:
    """A table of *number* rows of *text*."""
    row = (text, *("113/VP-TH",) * (len(COLUMNS) - 2))
    return Grid("Danh sách", COLUMNS, [(str(each), *row) for each in range(1, number + 1)])


def written(**changed: Any) -> bytes:
    """The DOCX of the letter, with what is *changed*."""
    return write_letter(letter(**changed))
