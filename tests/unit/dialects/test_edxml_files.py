"""edXML of any size, as a file: in blocks, in little memory, with nothing of it kept."""

from __future__ import annotations

import tracemalloc
from base64 import b64encode
from collections.abc import Iterator
from hashlib import sha256

import pytest
from dondoc.connector.contract.verdicts import Malformed, Secret, Unestablished
from dondoc.connector.dialects.edxml.attachments import Dropped
from dondoc.connector.dialects.edxml.dialect import FileReading
from dondoc.connector.dialects.saying import EventsSaid
from support.edxml import ARRIVAL, DIALECT, LIMITS, changed, put, read, sample, word_of

NEW = "01-new-qcvn-issued"
MIB = 1024 * 1024
BLOCK = b64encode(bytes(range(256)) * 192)
PLACE = b"UEsDBBQAAAAAAABAYly6"


def in_blocks(body: bytes, size: int = 64 * 1024, normal: bool = True) -> FileReading:
    """*body* read as a file whose delivery is *normal*."""
    blocks = (body[at : at + size] for at in range(0, len(body), size))
    return DIALECT.read_blocks(blocks, LIMITS, ARRIVAL, normal=normal)


def around(filling: bytes, megabytes: int, place: bytes = PLACE) -> Iterator[bytes]:
    """The sample with so many *megabytes* of *filling* at a *place*, block by block."""
    before, _, after = sample(NEW).partition(place)
    yield before
    for _ in range(megabytes * MIB // len(filling)):
        yield filling
    yield place + after


def peak(blocks: Iterator[bytes]) -> tuple[float, FileReading]:
    """The most MiB that reading *blocks* takes beyond the start, and what was read."""
    tracemalloc.start()
    try:
        reading = DIALECT.read_blocks(blocks, LIMITS, ARRIVAL, normal=True)
        return tracemalloc.get_traced_memory()[1] / MIB, reading
    finally:
        tracemalloc.stop()


def test_fifty_megabytes_of_attachment_take_little_memory() -> None:
    held, reading = peak(around(BLOCK, 50))
    assert held < 16
    assert reading.saying == read(sample(NEW))
    assert reading.size > 50 * 10**6


@pytest.mark.parametrize(
    ("filling", "place"),
    [
        (b"x" * MIB, b"<edXML:Place>Y"),
        (b"x" * MIB, "Về việc giữ".encode()),
        (b"<a/>" * (MIB // 4), b"<edXML:To>"),
        (b"<edXML:To/>" * 9000, b"<edXML:To>"),
        (b"<!-- -->" * 9000, b"<edXML:To>"),
    ],
)
def test_nothing_but_attachments_may_be_large(filling: bytes, place: bytes) -> None:
    held, reading = peak(around(filling, 5, place))
    assert held < 16
    assert word_of(reading.saying) == "too_large"
    assert isinstance(reading.saying, Unestablished)
    assert reading.saying.size == reading.size > 5 * 10**6


@pytest.mark.parametrize("begins", [b"<!-- ", b'<a b="', b"<?a ", b"<" + b"a" * 9, b"<![CDATA["])
def test_a_tag_or_a_comment_without_end_is_not_kept(begins: bytes) -> None:
    for place in (b"<edXML:To>", PLACE):
        before, _, _ = sample(NEW).partition(place)
        held, reading = peak(iter([before, begins, *[b"x" * MIB] * 5]))
        assert held < 16
        cut_off = begins == b"<![CDATA[" and place == PLACE
        assert word_of(reading.saying) == ("malformed" if cut_off else "too_large")


def test_the_hash_is_that_of_the_whole_whatever_becomes_of_it() -> None:
    for body in (sample(NEW), sample(NEW) + b"<a/>" * 100_000, b"", sample("14-dtd-entity") * 50):
        reading = in_blocks(body, 1000)
        assert (reading.size, reading.sha256) == (len(body), sha256(body).digest())
        if isinstance(reading.saying, Unestablished | Malformed):
            assert reading.saying.sha256 == reading.sha256


def test_names_and_hashes_of_attachments_are_kept_and_their_bytes_are_not() -> None:
    (attachment,) = in_blocks(sample(NEW)).attachments
    content = sample(NEW).partition(PLACE)[2].partition(b"<")[0]
    assert content
    assert attachment.name == "ct15.pdf"
    assert attachment.size is not None
    assert attachment.sha256 is not None
    text = PLACE + content
    assert (
        attachment
        == in_blocks(sample(NEW).replace(text, b"\n".join(bytes([c]) for c in text))).attachments[0]
    )
    told = "YWJj", " YW\nJj ", "YWI=", "YQ=="
    for text_, meant in zip(told, (b"abc", b"abc", b"ab", b"a"), strict=True):
        (found,) = in_blocks(changed(NEW, ContentTransferEncoded=text_).encode()).attachments
        assert (found.size, found.sha256) == (len(meant), sha256(meant).digest())


@pytest.mark.parametrize(
    "text", ["YWJ", "YW=J", "YQ==YQ==", "${__File(x)}", "\ufffd", "YWJj====", "Y W"]
)
def test_of_base64_that_is_none_there_is_no_hash(text: str) -> None:
    (found,) = in_blocks(changed(NEW, ContentTransferEncoded=text).encode()).attachments
    assert (found.name, found.size, found.sha256) == ("ct15.pdf", None, None)
    for size in (1, 2, 3):
        dropped = Dropped()
        for at in range(0, len(text), size):
            dropped.take(text[at : at + size])
        assert dropped.as_attachment(None).sha256 is None


def test_of_a_flat_message_the_attachments_are_known_too() -> None:
    (found,) = in_blocks(sample("03-new-govn-received")).attachments
    assert found.name == "kh41.docx"
    assert found.sha256 == sha256("tệp mẫu 41".encode()).digest()


def test_of_a_secret_file_nothing_is_known() -> None:
    secret = put(NEW, "</edXML:OtherInfo>", "<Secret>Mật</Secret>").encode()
    reading = in_blocks(secret)
    assert reading.saying == Secret("mat")
    assert reading.attachments == ()
    assert in_blocks(sample(NEW), normal=False).attachments == ()


def test_a_file_may_come_with_headers() -> None:
    for level, expected in (("normal", EventsSaid), ("mat", Secret), ("x", Unestablished)):
        reading = DIALECT.read_blocks(
            [sample(NEW)], LIMITS, ARRIVAL, normal=False, headers={"secrecy": level}
        )
        assert isinstance(reading.saying, expected)


def test_the_header_may_follow_the_attachments() -> None:
    text = sample(NEW).decode()
    begin, end = text.index("  <AttachmentEncoded>"), text.index("</AttachmentEncoded>") + 20
    part = text[begin:end]
    moved = text.replace(part, "").replace(
        "  <edXML:edXMLEnvelope", part + "  <edXML:edXMLEnvelope", 1
    )
    assert in_blocks(moved.encode()).saying == read(sample(NEW))
