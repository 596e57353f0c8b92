"""From a digest to the e-mail that is sent: words, HTML and headers in one."""

from __future__ import annotations

from datetime import datetime
from email.message import EmailMessage
from hashlib import sha256

from ...reports.html.making import rendered
from ..digest import Digest, Mailbox
from .content import content_of
from .headers import headed
from .plain import plain_text
from .texts import texts


def compose(digest: Digest, mailbox: Mailbox, message_id: str, date: datetime) -> EmailMessage:
    """The letter of *digest* as it goes out at the aware time *date*: text and HTML, 7 bit.

    The same values give the same bytes. *message_id*: of `digest.message_id`, in its brackets.
    Raises ValueError for an address that no header can hold, MissingLibrary without jinja2.
    """
    words = texts()
    content = content_of(digest, mailbox, words)
    letter = headed(mailbox, digest.body_name, content.subject, message_id, date)
    html = rendered(
        "mail/letter.html",
        content=content,
        say=words.fill,
        label=lambda name: words.fill(f"column.{name}"),
    )
    letter.set_content(plain_text(content, words))
    letter.add_alternative(html, subtype="html")
    # Set last, since what is about contents goes to the first part of several.
    letter["Content-Language"] = "vi"
    # Otherwise it is another one each time; what is encoded in 7 bit never has "=_" in it.
    letter.set_boundary(f"=_{sha256(message_id.encode()).hexdigest()[:32]}")
    return letter
