"""edXML that is broken, hostile or too much: each has its outcome, and quickly."""

from __future__ import annotations

import gc
import gzip
import re
import time

import pytest
from dondoc.connector.contract.body import Limits
from dondoc.connector.contract.verdicts import Message, Unestablished
from dondoc.connector.dialects.saying import EventsSaid
from support.edxml import ARRIVAL, DIALECT, LIMITS, changed, put, read, sample, word_of

NEW = "01-new-qcvn-issued"
DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>'
LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10 if n else "ha"}">' for n in range(10))


def with_dtd(dtd: str, text: str = "") -> str:
    """The sample with that document type, and with *text* for a subject."""
    return changed(NEW, Subject=text).replace(DECLARATION, f"{DECLARATION}<!DOCTYPE edXML {dtd}>")


@pytest.mark.parametrize(
    "message",
    [
        with_dtd(f"[{LAUGHS}]", "&l9;"),
        with_dtd('[<!ENTITY x SYSTEM "file:///etc/hostname">]', "&x;"),
        with_dtd('[<!ENTITY % x SYSTEM "http://127.0.0.1:9/x.dtd"> %x;]'),
        with_dtd('SYSTEM "http://127.0.0.1:9/x.dtd"'),
        with_dtd('PUBLIC "x" "http://127.0.0.1:9/x.dtd"'),
        with_dtd("[]"),
        with_dtd('[<!ATTLIST Secret level CDATA "x">]'),
        with_dtd('[<!NOTATION n SYSTEM "x"> <!ENTITY u SYSTEM "y" NDATA n>]'),
    ],
)
def test_a_document_type_is_refused_before_anything_is_expanded(message: str) -> None:
    begun = time.process_time()
    assert word_of(read(message)) == "dtd"
    assert time.process_time() - begun < 1


@pytest.mark.parametrize(
    "include",
    [
        '<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="file:///etc/hostname"/>',
        '<a:include xmlns:a="http://www.w3.org/2001/XInclude" href="x"/>',
        '<include xmlns="http://www.w3.org/2001/XInclude" href="x" parse="text"/>',
        '<xi:include href="x"/>',
    ],
)
def test_an_inclusion_is_refused(include: str) -> None:
    assert word_of(read(put(NEW, "<edXML:DueDate>", include))) == "included"


MALFORMED = {
    "nothing": b"",
    "blanks": b" \n",
    "text": b"15/CT-UBND",
    "JSON": b'{"secrecy": "normal"}',
    "cut off": sample(NEW)[:-9],
    "two documents": sample(NEW) + sample(NEW),
    "two roots": sample(NEW) + b"<a/>",
    "text behind": sample(NEW) + b"1212",
    "text before": b"1212" + sample(NEW),
    "two marks before": b"\xef\xbb\xbf" * 2 + sample(NEW),
    "an undefined entity": changed(NEW, Subject="&x;").encode(),
    "a stray ampersand": changed(NEW, Subject="a & b").encode(),
    "an attribute twice": put(NEW, "<edXML:DueDate>", '<a b="1" b="2"/>').encode(),
    "a control character": changed(NEW, Subject="\x01").encode(),
    "one named by number": changed(NEW, Subject="&#0;").encode(),
    "half of a pair": changed(NEW, Subject="&#xD800;").encode(),
    "opened twice": sample("20-not-well-formed"),
}


@pytest.mark.parametrize("message", MALFORMED.values(), ids=MALFORMED)
def test_what_is_not_one_well_formed_document_is_not_established(message: bytes) -> None:
    found = read(message, normal=True)
    assert word_of(found) == "malformed"
    assert isinstance(found, Unestablished)
    assert found.size == len(message)


ENCODINGS = {
    "declared Latin-1": sample(NEW).replace(b"UTF-8", b"ISO-8859-1"),
    "declared a code page": sample(NEW).replace(b"UTF-8", b"windows-1258"),
    "declared UTF-16, is UTF-8": sample(NEW).replace(b"UTF-8", b"UTF-16"),
    "declared nonsense": sample(NEW).replace(b"UTF-8", b"x-nonsense"),
    "UTF-16": sample(NEW).decode().encode("utf-16"),
    "UTF-16 without a mark": sample(NEW).decode().encode("utf-16-le"),
    "UTF-16 without a declaration": sample(NEW).decode()[len(DECLARATION) :].encode("utf-16-be"),
    "declared UTF-8, is not": sample(NEW).replace("ữ".encode(), b"\xfb"),
    "a code page in TCVN": changed(NEW, Subject="x").encode().replace(b">x<", b">\xb8\xd1<"),
    "an overlong form": changed(NEW, Subject="x").encode().replace(b">x<", b">\xc0\xbc<"),
    "a surrogate": changed(NEW, Subject="x").encode().replace(b">x<", b">\xed\xa0\x80<"),
    "a NUL": changed(NEW, Subject="x").encode().replace(b">x<", b">\0<"),
}


@pytest.mark.parametrize("message", ENCODINGS.values(), ids=ENCODINGS)
def test_what_is_not_utf_8_or_says_so_is_not_established(message: bytes) -> None:
    assert word_of(read(message)) == "encoding"


@pytest.mark.parametrize(
    ("content_type", "expected"),
    [
        ("text/xml; charset=iso-8859-1", "encoding"),
        ("text/xml;charset=UTF-16", "encoding"),
        ('text/xml; charset="UTF-8"', "events"),
        ("application/xml", "events"),
        (None, "events"),
    ],
)
def test_a_charset_beside_the_message_counts_too(content_type: str, expected: str) -> None:
    assert word_of(read(sample(NEW), content_type=content_type)) == expected


@pytest.mark.parametrize("before", [b"", b"\xef\xbb\xbf", b" \r\n\t", b"\xef\xbb\xbf\n "])
def test_a_mark_and_blanks_may_stand_before_the_message(before: bytes) -> None:
    expected = read(sample(NEW))
    message = before + sample(NEW)
    assert read(message) == expected
    for size in (1, 2, 3, 5):
        blocks = [message[at : at + size] for at in range(0, len(message), size)]
        assert DIALECT.read_blocks(blocks, LIMITS, ARRIVAL, normal=True).saying == expected


@pytest.mark.parametrize("element", ["a", "MessageHeader", "Secret", "Attachment", "edXML:Subject"])
def test_what_is_nested_too_deep_is_not_established(element: str) -> None:
    deep = f"<{element}>" * 100 + f"</{element}>" * 100
    for message in (deep, put(NEW, "<edXML:DueDate>", deep)):
        assert word_of(read(message)) == "too_deep"
    nested = "<a>" * 58 + "</a>" * 58
    assert isinstance(read(put(NEW, "<edXML:DueDate>", nested)), EventsSaid)


def test_a_message_beyond_the_limit_is_not_established() -> None:
    found = read(sample(NEW) + b" " * LIMITS.max_bytes)
    assert word_of(found) == "too_large"
    assert isinstance(found, Unestablished)
    assert found.size == len(sample(NEW)) + LIMITS.max_bytes


@pytest.mark.parametrize(
    ("element", "most", "within"),
    [("To", 1000, "<OrganId>a</OrganId>"), ("ResponseFor", 1000, ""), ("DueDate", 5000, "")],
)
def test_no_more_is_read_of_a_message_than_a_message_has(
    element: str, most: int, within: str
) -> None:
    xml = f"<edXML:{element}>{within}</edXML:{element}>"
    here = sample(NEW).decode().count(f"<edXML:{element}>")
    assert isinstance(read(put(NEW, "<edXML:DueDate>", xml * (most - here))), EventsSaid)
    more = read(put(NEW, "<edXML:DueDate>", xml * (most - here + 1)))
    assert word_of(more) == ("events" if element == "DueDate" else "too_large")


def test_base64_that_is_none_is_dropped_like_any_other() -> None:
    expected = read(sample(NEW))
    for text in ("${__StringFromFile(C:/a.pdf)}", "\ufffd\ufffdPK", "====", "A", "a&lt;b", ""):
        assert read(changed(NEW, ContentTransferEncoded=text)) == expected


def test_a_packed_message_is_unpacked_and_a_broken_one_is_not_established() -> None:
    def packed(body: bytes, encoding: str) -> Message:
        return Message(body, "application/xml", {"secrecy": "normal"}, encoding)

    whole = gzip.compress(sample(NEW))
    assert isinstance(
        DIALECT.read(packed(whole, "gzip"), LIMITS, ARRIVAL, normal=False), EventsSaid
    )
    for broken in (packed(whole[:-9], "gzip"), packed(whole, "br"), packed(sample(NEW), "gzip")):
        assert isinstance(DIALECT.read(broken, LIMITS, ARRIVAL, normal=True), Unestablished)
    bomb = packed(gzip.compress(b" " * 2**24), "gzip")
    assert isinstance(DIALECT.read(bomb, LIMITS, ARRIVAL, normal=True), Unestablished)


def test_a_comment_joins_its_two_sides_and_an_instruction_too() -> None:
    expected = read(sample(NEW))
    cut = "15<!-- / -->", "Chỉ <?x y?>thị", "<![CDATA[000.00.41]]>.Z99,2026/03/02,15/CT-<!---->UBND"
    code, name, document = cut
    message = sample(NEW).decode()
    for old, new in ((">15<", f">{code}<"), (">Chỉ thị<", f">{name}<")):
        message = message.replace(old, new)
    message = message.replace("000.00.41.Z99,2026/03/02,15/CT-UBND", document)
    assert read(message) == expected


def test_texts_that_cost_time_to_normalise_are_refused() -> None:
    marks = "a" + "\u0301" * 100_000
    begun = time.process_time()
    assert word_of(read(changed(NEW, Subject=marks))) == "marks Subject"
    assert (
        word_of(read(put(NEW, "</edXML:OtherInfo>", f"<Secret>{marks}</Secret>")))
        == "unknown_label"
    )
    assert time.process_time() - begun < 2


def test_a_lower_limit_on_bytes_holds() -> None:
    message = Message(sample(NEW), "application/xml", {"secrecy": "normal"})
    found = DIALECT.read(message, Limits(max_bytes=3000), ARRIVAL, normal=False)
    assert word_of(found) == "too_large"


LONG = 150_000
HOSTILE = ("0" * LONG + "x", "a-2026-" + "/" * LONG + ",", "(" * LONG, "1/" * LONG, "2026/" * LONG)


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
@pytest.mark.parametrize("name", [NEW, "05-update", "06-recall", "10-status-06"])
def test_a_long_text_costs_no_more_than_its_length(name: str, text: str) -> None:
    elements = ["DocumentId", "OrganId", "Timestamp", "Description"]
    if name == "10-status-06":
        elements += ["StatusCode", "Code", "PromulgationDate"]
    else:
        elements += ["CodeNumber", "CodeNotation", "BussinessDocType", "Competence", "Priority"]
        elements += ["SphereOfPromulgation", "Subject", "PromulgationDate", "TypeName"]
    for element in elements:
        if f"{element}>" not in sample(name).decode():
            continue
        said = re.compile(f"(?<=<edXML:{element}>)[^<]*")
        message = said.sub(lambda _: text, sample(name).decode(), count=1)
        begun = time.process_time()
        read(message)
        assert time.process_time() - begun < 1


def test_nothing_of_a_message_is_left_for_the_garbage_collector() -> None:
    gc.collect()
    gc.disable()
    try:
        for body in (sample(NEW), sample("20-not-well-formed"), sample("13a-secret-upper")):
            read(body)
            DIALECT.read_blocks([body[:1000], body[1000:]], LIMITS, ARRIVAL, normal=True)
        assert gc.collect() == 0
    finally:
        gc.enable()
