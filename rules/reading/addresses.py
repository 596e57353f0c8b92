"""Reads how a body is written to by e-mail: its addresses, its salutation, its preference.

An address ends in the header of a letter and in a command to a mail server, so that it is taken as
it stands or refused: one word of plain ASCII, with nothing that could begin another header.
"""

from __future__ import annotations

import re
from typing import TypedDict

from ..body import MailPreference
from ..normalising import INVISIBLE
from ..places import Place

_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_LOCAL = re.compile(rf"{_ATOM}(?:\.{_ATOM})*")
_DOMAIN = re.compile(rf"{_LABEL}(?:\.{_LABEL})*")
_MOST_LOCAL, _MOST = 64, 254
"""Characters before the "@" and of the whole (RFC 5321, 4.5.3.1)."""


class Mail(TypedDict):
    """What a directory says of a body's mail; as the fields of `Body`."""

    emails: tuple[str, ...]
    copies: tuple[str, ...]
    salutation: str | None
    mail: MailPreference


def mail_of(place: Place) -> Mail:
    """How the body at *place* is written to. Raises FileError for an address that is none."""
    email, copies = place.find("email"), place.find("copies")
    salutation, preference = place.find("salutation"), place.find("mail")
    emails = _addresses(email) if email else ()
    if copies and not emails:
        raise copies.error("has no letter to copy; give the body an email, or leave it out")
    copied = _addresses(copies) if copies else ()
    if copies and (twice := _first_twice((*emails, *copied))):
        raise copies.error(f"{twice!r} has the letter itself already; leave it out")
    return Mail(
        emails=emails,
        copies=copied,
        salutation=_salutation(salutation) if salutation else None,
        mail=_preference(preference) if preference else MailPreference.DIGEST,
    )


def _preference(place: Place) -> MailPreference:
    return MailPreference(place.choice([each.value for each in MailPreference]))


def _addresses(place: Place) -> tuple[str, ...]:
    """One address, or a list of them; none twice."""
    each = [place] if isinstance(place.value, str) else list(place.items())
    if not each:
        raise place.error("names no address; leave it out where there is none")
    found = tuple(map(address_of, each))
    if twice := _first_twice(found):
        raise place.error(f"names {twice!r} twice")
    return found


def _first_twice(addresses: tuple[str, ...]) -> str | None:
    """The first of *addresses* that a mail server takes for one before it."""
    known = set[str]()
    for address in addresses:
        if address.casefold() in known:
            return address
        known.add(address.casefold())
    return None


def address_of(place: Place) -> str:
    """The address that stands at *place*, character by character."""
    address = place.value
    local, _, domain = address.partition("@") if isinstance(address, str) else ("", "", "")
    if len(local) > _MOST_LOCAL or len(local) + 1 + len(domain) > _MOST:
        raise place.error(
            f"is too long: at most {_MOST_LOCAL} characters before the @ and {_MOST} in all"
        )
    if not isinstance(address, str) or address.count("@") != 1:
        raise place.error(f'must be an address such as "vp@xa.example", not {address!r}')
    if not _LOCAL.fullmatch(local):
        raise place.error(
            f"{address!r} is no address of plain letters, digits, dots and hyphens before the @;"
            " write the address alone, without a name, quotes, spaces or line breaks"
        )
    if not _DOMAIN.fullmatch(domain):
        raise place.error(
            f"{address!r} has no host after the @; one with other letters than a to z is written"
            ' as it is sent, "xn--…"'
        )
    return address


def is_host(text: str) -> bool:
    """Whether *text* can be the name of a host, as an address ends with one."""
    return len(text) <= _MOST and _DOMAIN.fullmatch(text) is not None


def _salutation(place: Place) -> str:
    text = place.text()
    if not text.isprintable() or INVISIBLE.search(text):
        raise place.error("holds a character that nobody sees; write it again")
    return text
