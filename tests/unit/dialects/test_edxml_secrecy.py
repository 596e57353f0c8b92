"""edXML and secrecy: what counts as said, and that doubt is never normal."""

from __future__ import annotations

from collections.abc import Mapping
from unicodedata import normalize

import pytest
from dondoc.connector.contract.headers import UNREAD, HeaderTable
from dondoc.connector.contract.verdicts import Malformed, Message, Secret, Unestablished
from dondoc.connector.dialects.edxml.words import bare, level_in_text, level_of
from dondoc.connector.dialects.saying import EventsSaid, Withdrawn
from support.edxml import ARRIVAL, DIALECT, LIMITS, changed, put, read, sample, word_of

NEW, UPDATE = "01-new-qcvn-issued", "05-update"
END = "</edXML:OtherInfo>"
LEVELS = {
    "mat": ("Mật", "MẬT", "mat", " Mật. ", "Độ mật: Mật", "(Mật)", "M.ậ.t", "do mat - mat", "Ｍật"),
    "toimat": ("Tối mật", "TỐI  MẬT", "toi-mat", "Độ mật:Tối\u00a0mật", "Tối\u200bMật"),
    "tuyetmat": ("Tuyệt mật", "TUYET_MAT", "tuyetmat", "Độ Mật : TUYỆT MẬT"),
}
ALL = [(level, text) for level, texts in LEVELS.items() for text in texts]


@pytest.mark.parametrize(("level", "text"), ALL)
@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_a_level_is_known_however_it_is_written(level: str, text: str, form: str) -> None:
    written = normalize(form, text)  # type: ignore[arg-type]
    assert level_of(written) == level
    assert read(put(NEW, END, f"<Secret>{written}</Secret>")) == Secret(level)
    assert read(put(NEW, END, f"<Secret>{written}</Secret>"), secrecy=None) == Secret(level)
    assert read(changed(NEW, SphereOfPromulgation=written)) == Secret(level)


@pytest.mark.parametrize(
    "label",
    [
        *("<DoMat>Mật</DoMat>", "<x:SECRECY>Mật</x:SECRECY>", "<Độ_Mật>Mật</Độ_Mật>"),
        *(
            '<a SecurityLevel="Mật"/>',
            '<a x:classification="mật"/>',
            "<isConfidential>Mật</isConfidential>",
        ),
        *(
            "<Secret>M<!-- x -->ật</Secret>",
            "<Secret>M<![CDATA[ậ]]>t</Secret>",
            "<Secret>M&#7853;t</Secret>",
        ),
        *("<Secret><Value>Mật</Value></Secret>", "<b><c><d><MucDoMat>Mật</MucDoMat></d></c></b>"),
        "<Secret>Thường</Secret><Secret>Mật</Secret>",
    ],
)
@pytest.mark.parametrize(
    "before",
    [
        *("<edXML:From>", "<edXML:OrganName>", END, "<edXML:TraceHeader>", "<edXML:Reference>"),
        *("<edXML:edXMLHeader>", "<AttachmentEncoded>", "<ContentId>", "UEsDBBQAAAAAAABAYly6"),
    ],
)
def test_a_level_counts_wherever_it_stands(label: str, before: str) -> None:
    assert read(put(NEW, before, label)) == Secret("mat")


@pytest.mark.parametrize(
    "element", ["Subject", "Content", "AttachmentName", "Description", "BussinessDocReason"]
)
@pytest.mark.parametrize(
    "text",
    [
        *("(Mật)", "Về việc X [MẬT]", "X ( độ mật: mật ) Y", "（Mật）", "【MẬT】", "((mật))"),
        *("Độ mật: Mật", "X. ĐỘ MẬT : MẬT. Y", "do mat：mat"),
    ],
)
def test_a_level_in_text_counts(element: str, text: str) -> None:
    assert read(changed(NEW, **{element: text})) == Secret("mat")
    assert read(changed(NEW, **{element: normalize("NFD", text)})) == Secret("mat")


def test_a_level_in_a_text_is_doubt_where_the_message_itself_is_labelled_normal() -> None:
    quoting = changed(UPDATE, Subject="V/v trả lời Công văn 12 (Mật)")
    named = ("000.00.41.Z99,2026,15/CT-UBND", "000.00.41.Z99,2026,16/CT-UBND")
    assert read(quoting) == Withdrawn("mat", *named)
    labelled = quoting.replace(END, f"<Secret>Thường</Secret>{END}")
    assert word_of(read(labelled)) == "quoted"
    assert read(labelled, secrecy="toimat") == Withdrawn("toimat", *named)
    both = quoting.replace(END, f"<Secret>Thường</Secret><DoMat>Mật</DoMat>{END}")
    assert read(both) == Withdrawn("mat", *named)


def test_a_level_in_text_counts_within_the_text_of_an_attachment() -> None:
    hidden = "<AttachmentName>(Mật)</AttachmentName>", "<Secret>Mật</Secret><Secret>Mật</Secret>"
    for element in (*hidden, "<a><Description>x</Description></a><b><Subject>[Mật]</Subject></b>"):
        assert read(put(NEW, "UEsDBBQAAAAAAABAYly6", element)) == Secret("mat")


@pytest.mark.parametrize(
    "text", ["Mật ong", "(mật ong)", "Mức độ: mật", "Bảo vệ bí mật nhà nước", "(bí mật)", "( )"]
)
def test_a_word_that_is_no_level_in_a_text_is_none(text: str) -> None:
    assert level_in_text(text) is None
    assert isinstance(read(changed(NEW, Subject=text)), EventsSaid)


@pytest.mark.parametrize("word", ["Thường", "THƯỜNG", " bình  thường ", "Không mật"])
def test_normal_is_known_as_it_is_written(word: str) -> None:
    for form in ("NFC", "NFD"):
        labelled = put(NEW, END, f"<Secret>{normalize(form, word)}</Secret>")
        assert isinstance(read(labelled, secrecy=None), EventsSaid)


@pytest.mark.parametrize(
    "word",
    ["Thuong", "Thượng", "Không", "1", "0", "normal", "A", "public", "Thường.", "", "N/A", "null"],
)
def test_any_other_label_is_doubt_whatever_the_delivery_says(word: str) -> None:
    labelled = put(NEW, END, f"<Secret>{word}</Secret>")
    assert word_of(read(labelled)) == "unknown_label"
    assert word_of(read(labelled, secrecy=None, normal=True)) == "unknown_label"
    listed = read(labelled, secrecy=None, normal_labels=frozenset({word}))
    assert isinstance(listed, EventsSaid) == (word not in ("", "N/A", "null")), (
        "nothing said says nothing"
    )


def test_an_office_cannot_list_a_level_as_normal() -> None:
    labelled = put(NEW, END, "<Secret>Mật</Secret>")
    assert read(labelled, normal_labels=frozenset({"Mật"})) == Secret("mat")


def test_two_labels_are_doubt_even_if_they_say_the_same() -> None:
    twice = put(NEW, END, "<Secret>Thường</Secret><Secret>Thường</Secret>")
    assert word_of(read(twice)) == "stated_twice"
    apart = put(NEW, END, '<Secret level="Thường" confidential="Thường"/>')
    assert word_of(read(apart)) == "stated_twice"


def test_a_label_with_elements_inside_is_doubt() -> None:
    assert word_of(read(put(NEW, END, "<Secret>Thường<x/></Secret>"))) == "unknown_label"


def test_labels_of_a_signature_or_an_attachment_are_not_the_messages() -> None:
    for before in ("<ContentId>cid:a1", "<ContentType>application/zip"):
        for label in ("<DoMat>Thường</DoMat>", "<DoMat>2</DoMat>", '<a DoMat="x"/>'):
            assert isinstance(read(put(NEW, before, label)), EventsSaid)
            assert word_of(read(put(NEW, before, label), secrecy=None)) == "not_stated"
    signed = put(NEW, "<edXML:edXMLBody>", "<Signature><SecretKey>x</SecretKey></Signature>")
    assert isinstance(read(signed), EventsSaid)


@pytest.mark.parametrize("level", ["mat", "toimat", "tuyetmat"])
def test_the_level_of_a_delivery_wins(level: str) -> None:
    labelled = put(NEW, END, "<Secret>Thường</Secret>")
    for body in (sample(NEW), labelled, b"", b"<", sample("14-dtd-entity"), b"x" * 2**21):
        assert read(body, secrecy=level) == Secret(level)
    assert read(put(NEW, END, "<Secret>Tuyệt mật</Secret>"), secrecy="mat") == Secret("tuyetmat")


@pytest.mark.parametrize("said", ["Mật", "Normal", "", "khong", " normal"])
def test_a_delivery_that_says_something_else_is_doubt(said: str) -> None:
    labelled = put(NEW, END, "<Secret>Thường</Secret>")
    assert word_of(read(labelled, secrecy=said, normal=True)) == "unknown_label"


HEADERS: list[Mapping[str, object]] = [
    {"x": {"secrecy": "mat"}},
    {"x-Secrecy": b"mat"},
    {"x": '{"secrecy": "mat"}'},
    HeaderTable([("secrecy", "normal"), ("secrecy", "mat")]),
]


@pytest.mark.parametrize("headers", HEADERS)
def test_headers_are_read_as_the_guard_reads_them(headers: Mapping[str, object]) -> None:
    message = Message(sample(NEW), "application/xml", headers)
    assert DIALECT.read(message, LIMITS, ARRIVAL, normal=True) == Secret("mat")


def test_headers_that_cannot_be_read_are_doubt() -> None:
    message = Message(sample(NEW), "application/xml", HeaderTable([("", UNREAD)]))
    assert isinstance(DIALECT.read(message, LIMITS, ARRIVAL, normal=True), Unestablished)


def test_what_is_established_for_a_queue_counts_where_nothing_is_said() -> None:
    assert isinstance(read(sample(NEW), secrecy=None, normal=True), EventsSaid)


@pytest.mark.parametrize("delivered", ["normal", "mat", None])
def test_a_secret_update_names_the_document_that_has_become_secret(delivered: str | None) -> None:
    found = read(put(UPDATE, END, "<Secret>Mật</Secret>"), secrecy=delivered)
    old, new = "000.00.41.Z99,2026,15/CT-UBND", "000.00.41.Z99,2026,16/CT-UBND"
    assert found == Withdrawn("mat", old, new)
    assert read(sample(UPDATE), secrecy="toimat") == Withdrawn("toimat", old, new)
    same = sample(UPDATE).decode().replace("16/CT-UBND", "15/CT-UBND")
    same = same.replace("CodeNumber>16<", "CodeNumber>15<")
    assert read(same, secrecy="mat") == Withdrawn("mat", old)


@pytest.mark.parametrize(
    "message",
    [
        sample(UPDATE)[:-10],
        changed(UPDATE, BussinessDocType="0"),
        changed(UPDATE, BussinessDocType="1"),
        changed(UPDATE, CodeNumber="17"),
        changed(UPDATE, DocumentId="7b0d7c1e-52b5-4a38-9d0f-000000000042", CodeNumber="null"),
        sample(UPDATE).replace(
            b"<edXML:From><edXML:OrganId>000.00.41", b"<edXML:From><edXML:OrganId>9.9"
        ),
        sample(UPDATE).replace(b"QCVN_102_2016", b"QCVN_103"),
        put(
            UPDATE, "<edXML:BussinessDocType>", "<edXML:BussinessDocType>2</edXML:BussinessDocType>"
        ),
        put(UPDATE, "<edXML:Bussiness>", "<edXML:Bussiness/>"),
    ],
)
def test_a_secret_message_that_names_no_document_without_doubt_is_forgotten(
    message: object,
) -> None:
    body = message.encode() if isinstance(message, str) else bytes(message)  # type: ignore[call-overload]
    assert read(body, secrecy="mat") == Secret("mat")


def test_no_verdict_holds_a_word_of_what_is_not_established() -> None:
    for body in (
        put(NEW, END, "<Secret>Canary-7f3a</Secret>"),
        "<a>Canary-7f3a<b></a>",
        "Canary-7f3a",
    ):
        found = read(body)
        assert isinstance(found, Unestablished)
        assert "Canary" not in repr(found)
    found = read(changed(NEW, BussinessDocType="Canary-7f3a"))
    assert isinstance(found, Malformed)
    assert "Canary" not in repr(found)


def test_bare_text_has_letters_and_digits_alone() -> None:
    assert bare(" Ｔối_MẬT\u200b\u3164 ") == "toimat"
