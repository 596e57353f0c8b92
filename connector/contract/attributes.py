"""The attributes of a CloudEvent: where they stand in a message, and what each may be.

The guard, the envelope and the fields of the data go by these, so that one definition of an
identifier and of a plausible year serves all. Nothing here decides about secrecy, and no value of a
message gets into a text.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime

from .headers import UNREAD, pairs_of

STRUCTURED_TYPE = "application/cloudevents+json"
JSON_TYPE = "application/json"

FIRST_YEAR, LAST_YEAR = 1990, 2199
"""Years in which a date is plausible; anything else is a typing error or an unset field."""

MAX_SEQUENCE = 2**63 - 1
MAX_IDENTIFIER = 255
"""Characters; two identifiers must fit into one index entry of PostgreSQL (2,704 bytes)."""

IDENTIFIER_PATTERN = (
    r"^[^\s\u0000-\u001f\u007f-\u009f]"
    r"([^\u0000-\u001f\u007f-\u009f]*[^\s\u0000-\u001f\u007f-\u009f])?$"
)
"""Not empty, no control character, no space at either end."""

HEADER_PREFIXES = ("cloudEvents_", "cloudEvents:")

# \Z where JSON Schema has $, which would let a line feed at the end pass.
_IDENTIFIER = re.compile(IDENTIFIER_PATTERN.replace("$", r"\Z"))
_HOUR, _SIXTY = "(?:[01][0-9]|2[0-3])", "[0-5][0-9]"
TIME_PATTERN = (
    r"^(199[0-9]|2[01][0-9]{2})-[0-9]{2}-[0-9]{2}"
    rf"[Tt]{_HOUR}:{_SIXTY}:{_SIXTY}(\.[0-9]+)?([Zz]|[+-]{_HOUR}:{_SIXTY})$"
)
"""What Python reads besides is no RFC 3339: an offset of +07:60, hours up to 24, commas."""
_TIME = re.compile(TIME_PATTERN.replace("$", r"\Z"))
_DIGITS = re.compile(r"[0-9]{1,19}")


def media_type(content_type: object) -> str:
    """The media type without its parameters, in lower case; empty where there is none."""
    if not isinstance(content_type, str):
        return ""
    return content_type.partition(";")[0].strip().lower()


def header_text(value: object) -> object:
    """A header value as text where it is text: AMQP gives long strings as str or as bytes."""
    if isinstance(value, bytes):
        try:
            return value.decode()
        except UnicodeDecodeError:
            return value
    return value


def header_attributes(headers: Mapping[str, object]) -> tuple[dict[str, object], frozenset[str]]:
    """The attributes of a binary-mode message by name, and those given twice and differently.

    Both spellings of the prefix are read; the same value under both, or twice, is one value.
    Where not every header could be read, any may have been given twice.
    """
    found: dict[str, object] = {}
    contradicted = set()
    for name, value in pairs_of(headers):
        if isinstance(name, str) and name.startswith(HEADER_PREFIXES):
            attribute = name[len(HEADER_PREFIXES[0]) :]
            text = header_text(value)
            if attribute in found and found[attribute] != text:
                contradicted.add(attribute)
            found[attribute] = text
    unread = any(value is UNREAD for _, value in pairs_of(headers))
    return found, frozenset(found if unread else contradicted)


def is_identifier(value: object) -> bool:
    """Whether *value* may identify something: IDENTIFIER_PATTERN, MAX_IDENTIFIER, storable."""
    return (
        isinstance(value, str)
        and len(value) <= MAX_IDENTIFIER
        and _IDENTIFIER.match(value) is not None
        and is_storable(value)
    )


def is_storable(text: str) -> bool:
    """Whether a database and UTF-8 can hold *text*: no NUL and no lone surrogate."""
    if "\0" in text:
        return False
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def parse_time(value: object) -> datetime | None:
    """The aware datetime of an RFC 3339 time with an offset; None where it is not one.

    Digits beyond microseconds are dropped. A leap second (":60") and a year that is not
    plausible are refused.
    """
    if not isinstance(value, str) or _TIME.match(value) is None:
        return None
    try:
        return datetime.fromisoformat(value.upper())
    except ValueError:
        return None


def parse_sequence(value: object, in_header: bool) -> int | None:
    """The sequence as a whole number from 0 to MAX_SEQUENCE; None where it is not one.

    *in_header*: digits count too, since not every client sends integers in headers.
    """
    if in_header and isinstance(value, str) and _DIGITS.fullmatch(value):
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int):
        return None
    return value if 0 <= value <= MAX_SEQUENCE else None
