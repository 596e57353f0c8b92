"""A document's type is read as its abbreviation, however an HSCV writes it."""

from __future__ import annotations

import pytest
from dondoc.rules.documents import document_kind
from support.explaining import LANGUAGES
from support.stories import texts

WRITTEN = [
    *(("CV", way) for way in ("CV", "cv", "Công văn", "CÔNG  VĂN", "cong van")),
    *(("QĐ", way) for way in ("QĐ", "QD", "Quyết định", "quyet dinh")),
    *(("QyĐ", way) for way in ("QyĐ", "QYĐ", "Quy định", "Quy dinh")),
    ("BTT", "Bản thoả thuận"),
    ("BTT", "Bản thỏa thuận"),
    ("TTr", "Tờ trình"),
    ("TTr", "TTR"),
]


@pytest.mark.parametrize(("kind", "written"), WRITTEN)
def test_a_type_is_read_as_its_abbreviation(kind: str, written: str) -> None:
    assert document_kind(written) == kind


def test_what_differs_by_its_stroke_alone_is_not_confused() -> None:
    assert [document_kind(each) for each in ("ĐA", "DA", "Đề án", "Dự án", "De an", "Du an")] == [
        *("ĐA", "DA", "ĐA", "DA", "ĐA", "DA")
    ]
    assert [document_kind(each) for each in ("HĐ", "HD", "Hợp đồng", "Hướng dẫn")] == [
        *("HĐ", "HD", "HĐ", "HD")
    ]


@pytest.mark.parametrize("written", ["Kết luận", "KL", "", "CVX", "công"])
def test_what_is_in_no_list_has_no_kind(written: str) -> None:
    assert document_kind(written) is None


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_kind_has_a_name_for_officials(language: str) -> None:
    named = texts(language).templates
    kinds = {kind for _, written in WRITTEN if (kind := document_kind(written))}
    assert all(named.get(f"document.kind.{kind}") for kind in kinds)
