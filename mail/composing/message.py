"""From a digest to the e-mail that is sent: words, HTML and headers in one."""

from __future__ import annotations

from datetime import datetime
from email.message import EmailMessage
from hashlib import sha256

from ...reports.html.making import rendered
from ...rules.wording import Texts
from ..digest import Digest, Mailbox
from .content import MOST_LINES, MailContent, content_of
from .headers import headed
from .plain import plain_text
from .texts import texts

MOST_BYTES = 100_000
"""Of HTML: from a little more on, mail programs cut a letter by themselves."""


def compose(digest: Digest, mailbox: Mailbox, message_id: str, date: datetime) -> EmailMessage:
    """The letter of *digest* as it goes out at the aware time *date*: text and HTML, 7 bit.

    The same values give the same bytes. *message_id*: of `digest.message_id`, in its brackets.
    Raises ValueError for an address that no header can hold, MissingLibrary without jinja2.
    """
    words = texts()
    content, html = _fitting(digest, mailbox, words)
    letter = headed(mailbox, digest.body_name, content.subject, message_id, date)
    letter.set_content(plain_text(content, words))
    letter.add_alternative(html, subtype="html")
    # Set last, since what is about contents goes to the first part of several.
    letter["Content-Language"] = "vi"
    # Otherwise it is another one each time; what is encoded in 7 bit never has "=_" in it.
    letter.set_boundary(f"=_{sha256(message_id.encode()).hexdigest()[:32]}")
    return letter


def _fitting(digest: Digest, mailbox: Mailbox, words: Texts) -> tuple[MailContent, str]:
    """What the letter says and its HTML, with as many rows as there is room for."""
    most = min(MOST_LINES, len(digest.lines))
    while True:
        content = content_of(digest, mailbox, words, most)
        html = rendered(
            "mail/letter.html",
            content=content,
            say=words.fill,
            label=lambda name: words.fill(f"column.{name}"),
        )
        size = len(html.encode())
        if size < MOST_BYTES or most <= 1:
            return content, html
        # Rows are most of it, and some are longer than others.
        most = min(most * MOST_BYTES // size, most - 1)
