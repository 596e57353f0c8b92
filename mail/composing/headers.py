"""The headers of a letter.

Python 3.11 folds long headers wrongly: between two encoded words it loses a blank, and of a long
name it loses the quotes, so that a comma in it makes two recipients. Subject and names are
therefore encoded whole (RFC 2047) by `email.header`, and set as they are to be sent. No text from
outside may reach a header but through here.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from email.errors import MessageError
from email.header import Header
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP

from ..digest import Mailbox
from .cutting import shown

POLICY = SMTP.clone(cte_type="7bit", refold_source="none")
"""7 bit, since a relay on the way may not take more."""
LONGEST_SUBJECT = 200
"""Characters; no mail client shows more of it."""
LONGEST_NAME = 120
_LONGEST_LINE = 75
"""Of a header that holds encoded words, which RFC 2047 wants within 76."""


def headed(
    mailbox: Mailbox, recipient: str, subject: str, message_id: str, date: datetime
) -> EmailMessage:
    """An empty letter of *subject* from and to *mailbox*, whose first address is *recipient*'s.

    Raises ValueError for an address, a List-Id or a Message-ID that no header can hold.
    """
    letter = EmailMessage(policy=POLICY)
    first, *others = mailbox.to
    letter.set_raw("From", _named(mailbox.sender_name, mailbox.sender_address, "From"))
    to = [_named(recipient, first, "To"), *map(_address, others)]
    letter.set_raw("To", _listed(to))
    if mailbox.copies:
        letter.set_raw("Cc", _listed(_address(each) for each in mailbox.copies))
    if mailbox.reply_to is not None:
        letter["Reply-To"] = _address(mailbox.reply_to)
    letter.set_raw("Subject", _encoded(shown(subject, LONGEST_SUBJECT), "Subject"))
    letter["Date"] = date
    letter["Message-ID"] = message_id
    letter["List-Id"] = f"<{mailbox.list_id}>"
    # RFC 3834, and what Exchange goes by: no holiday notice comes back for a machine's letter.
    letter["Auto-Submitted"] = "auto-generated"
    letter["X-Auto-Response-Suppress"] = "All"
    letter["Precedence"] = "bulk"
    return letter


def _named(name: str, address: str, header: str) -> str:
    """A mailbox of *header*, on two lines where it has a name."""
    named = shown(name, LONGEST_NAME)
    return f"{_encoded(named, header)}\n <{_address(address)}>" if named else _address(address)


def _listed(mailboxes: Iterable[str]) -> str:
    return ",\n ".join(mailboxes)


def _encoded(text: str, header: str) -> str:
    """*text* in encoded words, as many lines as it takes."""
    return Header(text, "utf-8", maxlinelen=_LONGEST_LINE, header_name=header).encode()


def _address(address: str) -> str:
    """*address* as it stands in a header. Raises ValueError where it is none."""
    try:
        found = Address(addr_spec=address)
    except (MessageError, IndexError, ValueError):
        raise ValueError(f"{address!r} is no address of mail") from None
    if not found.username or not found.domain or not found.addr_spec.isascii():
        raise ValueError(f"{address!r} is no address of mail")
    return found.addr_spec
