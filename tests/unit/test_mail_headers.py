"""Nothing that anybody wrote becomes a header, an address or an element of a letter."""

from __future__ import annotations

import re
from dataclasses import replace
from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import Message
from email.policy import SMTP
from email.utils import getaddresses

import pytest
from dondoc.mail.composing.cutting import shown
from dondoc.mail.composing.headers import LONGEST_NAME, LONGEST_SUBJECT, headed
from dondoc.mail.digest import Mailbox
from hypothesis import example, given, settings
from hypothesis import strategies as st
from support.digests import MAILBOX, MORNING, composed, digest, html_of, line, text_of
from support.markup import HOSTILE, read_markup

PIECES = (
    *("Phòng", "Nội", "vụ", "huyện", "–", "3", "UBND", "dài" * 12, "W" * 100),
    *("A,B", '"x"', "(a)", "a@b.example", "\\", "x;y", "<z>", ":", "\u202e", "\u2066", "\x00"),
    *("\r\nBcc: x@y.example", "\n\nbody", "=?utf-8?q?x=0D=0ABcc:_x?=", "\ud800", "\x85", "\u2028"),
)
FROM_OUTSIDE = st.lists(st.sampled_from(PIECES), max_size=25).map(" ".join) | st.text(max_size=80)
NAMES = [
    *("From", "To", "Cc", "Reply-To", "Subject", "Date", "Message-ID", "List-Id"),
    *("Auto-Submitted", "X-Auto-Response-Suppress", "Precedence"),
]
BOX = replace(
    MAILBOX,
    to=("noivu@yenthe.example", "chuyenvien.noivu@yenthe.example"),
    copies=("vp@yenthe.example",),
    reply_to="vanphong@yenthe.example",
)


def addresses(letter: Message, header: str) -> list[str]:
    return [address for _, address in getaddresses(letter.get_all(header, []))]


@settings(max_examples=300, deadline=None)
@given(FROM_OUTSIDE, FROM_OUTSIDE, FROM_OUTSIDE)
# Python folds a long name without its quotes, and loses a blank between encoded words.
@example("x", f"A,B {'W' * 100}", "x")
@example("0000000ࠀࠀࠀࠀࠀࠀࠀࠀ࢘࢘ ¡ ¡", "x", "0ࠀࠀࠀࠀࠀࠀࠀࠀࠀࠀࠀࠀ࢘࢘ ¡")
@example("Đ" * 5_000, "Đ" * 5_000, "Đ" * 5_000)
def test_whatever_is_said_the_headers_are_ours_and_say_it(
    subject: str, sender: str, recipient: str
) -> None:
    box = replace(BOX, sender_name=sender)
    letter = headed(box, recipient, subject, "<a1@don-doc.yenthe.example>", MORNING)
    sent = bytes(letter)
    head = sent.partition(b"\r\n\r\n")[0].split(b"\r\n")
    assert sent.isascii()
    assert max(map(len, head)) <= 78
    # By the parser of today, and by the one that most programs were written with.
    for parsed in (message_from_bytes(sent, policy=SMTP), message_from_bytes(sent)):
        assert parsed.keys() == NAMES
        assert addresses(parsed, "From") == [box.sender_address]
        assert addresses(parsed, "To") == list(box.to)
        assert addresses(parsed, "Cc") == list(box.copies)
        assert not parsed.get_payload()
    assert str(message_from_bytes(sent, policy=SMTP)["Subject"]) == shown(subject, LONGEST_SUBJECT)
    for header, name in (("From", sender), ("To", recipient)):
        named, _ = getaddresses([message_from_bytes(sent)[header]])[0]
        assert str(make_header(decode_header(named))) == shown(name, LONGEST_NAME)


def test_the_headers_say_that_a_machine_wrote_it_and_wants_no_answer_from_one() -> None:
    letter = message_from_bytes(bytes(composed(digest(line(1)), BOX)), policy=SMTP)
    found = {name: str(letter[name]) for name in NAMES}
    assert found == found | {
        "Reply-To": "vanphong@yenthe.example",
        "Date": "Thu, 26 Nov 2026 08:00:00 +0700",
        "List-Id": "<don-doc.yenthe.example>",
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
        "Precedence": "bulk",
    }
    assert letter["Content-Language"] == "vi"
    assert re.fullmatch(r"<[0-9a-f]{32}@don-doc\.yenthe\.example>", found["Message-ID"])
    assert letter.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in letter.iter_parts()] == ["text/plain", "text/html"]
    without = composed(digest(line(1)), replace(BOX, reply_to=None, copies=()))
    assert without["Reply-To"] is None
    assert without["Cc"] is None


@pytest.mark.parametrize(
    "address",
    [
        *(
            "",
            "a",
            "a@",
            "@b.example",
            "a@b@c.example",
            "a b@c.example",
            "a@b.example, c@d.example",
        ),
        *(
            "a@b.example\r\nBcc: c@d.example",
            "A <a@b.example>",
            "đôn@b.example",
            "a@\u202eb.example",
        ),
    ],
)
@pytest.mark.parametrize("field", ["sender_address", "to", "copies", "reply_to"])
def test_what_is_no_address_reaches_no_header(field: str, address: str) -> None:
    value = (address,) if field in ("to", "copies") else address
    box: Mailbox = replace(BOX, **{field: value})  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="is no address of mail"):
        headed(box, "x", "x", "<a@b.example>", MORNING)


def test_no_line_break_comes_in_by_what_the_settings_say() -> None:
    with pytest.raises(ValueError, match="linefeed"):
        headed(replace(BOX, list_id="x\r\nBcc: a@b.example"), "x", "x", "<a@b.example>", MORNING)
    with pytest.raises(ValueError, match="linefeed"):
        headed(BOX, "x", "x", "<a@b.example>\nBcc: a@b.example", MORNING)


@settings(max_examples=60, deadline=None)
@given(FROM_OUTSIDE | st.sampled_from(HOSTILE[:-1]))
@example("".join(HOSTILE[:-1]))
@example("Đ" * 3_000)
def test_no_text_of_a_document_becomes_more_than_text(hostile: str) -> None:
    def letter(text: str) -> tuple[str, str]:
        about = line(
            1, document=text, symbol=text, content=text, rule_title=text, asked=text, obligor=text
        )
        told = digest(
            replace(about, article=text),
            body_name=text,
            salutation=text,
            without_address=(text,),
            page=f"https://x.example/{text[:300]}",
        )
        sent = message_from_bytes(bytes(composed(told)), policy=SMTP)
        return text_of(sent), html_of(sent)

    (_, plain), (text, html) = letter("x"), letter(f"x{hostile}")
    assert read_markup(html).tags == read_markup(plain).tags
    assert read_markup(html).attributes == read_markup(plain).attributes
    for part in (text, html):
        assert part.replace("\n", "").replace("\t", "").isprintable()
    assert not re.search(r"<(script|img|link|iframe|object|form)|@import|url\(| on\w+=\"", html)
    assert len(html) < 100_000


def test_a_page_that_is_no_address_of_the_web_is_no_link() -> None:
    html = html_of(composed(digest(line(1), page="javascript:alert(1)")))
    assert "javascript" not in html
    assert "<a " not in html
