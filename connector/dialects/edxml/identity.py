"""Which document a message is about: organ, year and symbol, the same in whatever message.

Never a relay's running number or a UUID: they are another for each relay, and HSCV's own ids are
numbers. Where two statements name two documents nothing is guessed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

import orjson

from ....rules.document_names import comparable
from ...contract.attributes import is_identifier
from .dates import day_of, year_in
from .reasons import Flaw, Invalid
from .records import Record, path_of, tidy

_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_YEAR = re.compile(r"[0-9]{4}")
_BEGINS_WITH_NUMBER = re.compile(r"[0-9]+")
_ID_DIGITS = 32


@dataclass(frozen=True, slots=True)
class Identity:
    """A document: the ``organ`` that issued it, the ``year``, its ``symbol``; all in capitals, the
    symbol without zeros before its number."""

    organ: str
    year: str
    symbol: str

    @property
    def subject(self) -> str:
        """The subject of the events about it."""
        return f"{self.organ},{self.year},{self.symbol}"


@dataclass(frozen=True, slots=True)
class Symbol:
    """The ``whole`` symbol of a document as it is written, and its ``number``."""

    whole: str

    @property
    def number(self) -> str:
        """What stands before the first stroke."""
        return self.whole.partition("/")[0]


def symbol_in(code: Record | None) -> Symbol | None:
    """The symbol that the element *code* holds, in whichever of its parts. Raises Invalid."""
    if code is None:
        return None
    number, notation = code.says("CodeNumber"), code.says("CodeNotation")
    if notation is not None and "/" in notation and _begins_with(notation, number):
        whole = notation
    elif (
        number is not None and "/" in number and (notation is None or _ends_with(number, notation))
    ):
        whole = number
    elif number is None or notation is None or "/" in number + notation:
        return None
    else:
        whole = f"{number}/{notation}"
    return Symbol(whole) if _is_symbol(whole) else None


def _begins_with(notation: str, number: str | None) -> bool:
    begins = notation.partition("/")[0].strip()
    if number is None:
        return _BEGINS_WITH_NUMBER.match(begins) is not None
    return comparable(begins) == comparable(number)


def _ends_with(number: str, notation: str) -> bool:
    return comparable(number).endswith("/" + comparable(notation))


def named_by(document_id: str | None) -> Identity | None:
    """The document that a *document_id* names; None where it is of no form that names one."""
    if document_id is None or _UUID.fullmatch(document_id):
        return None
    organ, comma, rest = document_id.partition(",")
    date, _, symbol = rest.partition(",")
    year = year_in(date.strip())
    if not comma:
        # The other form, organ-year-symbol.
        organ, _, rest = document_id.partition("-")
        year, _, symbol = rest.partition("-")
        year = year if _YEAR.fullmatch(year) else None
    if year is None:
        return None
    issuer = tidy(organ)
    if issuer is None or not _is_symbol(symbol):
        return None
    return Identity(issuer.upper(), year, comparable(symbol.strip()))


def _is_symbol(text: str) -> bool:
    number, stroke, notation = text.partition("/")
    return bool(stroke and number.strip() and notation.strip())


def identity_of(
    document_id: str | None,
    organ: str | None,
    symbol: str | None,
    date: str | None,
    *,
    around: str = "",
) -> Identity:
    """The document that a *document_id* names, or else *organ*, *date* and *symbol* beside it.

    *around*: the element that these stand in, for what is missing. Raises Invalid.
    """
    named = named_by(document_id)
    if named is not None:
        if symbol is not None and comparable(symbol) != named.symbol:
            raise Invalid(Flaw.IDENTITY, "DocumentId")
        return checked(named, "DocumentId")
    if organ is None:
        raise Invalid(Flaw.REQUIRED, path_of(around, "OrganId"))
    if symbol is None:
        raise Invalid(Flaw.REQUIRED, "Code")
    if date is None:
        raise Invalid(Flaw.REQUIRED, "PromulgationDate")
    day = day_of(date)
    if day is None:
        raise Invalid(Flaw.DATE, "PromulgationDate")
    return checked(Identity(organ, str(day.year), comparable(symbol)), "Code")


def checked(identity: Identity, path: str) -> Identity:
    """*identity*, if its subject can be one; *path*: where it was read. Raises Invalid."""
    if not is_identifier(identity.subject):
        raise Invalid(Flaw.IDENTITY, path)
    return identity


def event_id(
    type_: str,
    subject: str,
    stated: datetime | None,
    data: Mapping[str, Any],
    organ: str | None,
) -> str:
    """The id of an event: the same for the same statement, whichever relay brings it.

    *stated*: the time that the message says; *data*: what the message says, without what comes
    from settings and from the arrival; *organ*: whose task it is about.
    """
    time = None if stated is None else stated.astimezone(UTC).isoformat()
    said = [f"hscv.{type_}", subject, time, data, organ]
    return sha256(orjson.dumps(said, option=orjson.OPT_SORT_KEYS)).hexdigest()[:_ID_DIGITS]
