"""Documents that are known by organ, year and symbol, as edXML knows them: "H53,2026,15/CT-UBND".

A symbol changes when a document is corrected, and its subject does not: whoever answers after that
may name it by the new one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from .events import Event

EDXML_SOURCE = "/edxml/"
"""How the source of every event begins that was read from edXML."""

_NAME = re.compile(r"(?P<issued>[^,]+,[0-9]{4}),(?P<symbol>.+)", re.DOTALL)
_ZEROS = re.compile(r"^0+(?=[0-9])")


def comparable(symbol: str) -> str:
    """A *symbol* in the one form in which symbols are compared: in capitals, without zeros before
    its number."""
    return _ZEROS.sub("", symbol.upper())


def writings(symbol: str) -> list[str]:
    """A *symbol* as it stands, and with each number of zeros that is written before its number."""
    number = _ZEROS.sub("", symbol)
    if not number[:1].isdecimal():
        return [symbol]
    return [*dict.fromkeys((symbol, number, f"0{number}", f"00{number}"))]


@dataclass(frozen=True, slots=True)
class DocumentName:
    """The name of a document: by whom and in which year it was ``issued`` ("H53,2026"), and its
    ``symbol`` in the form that is compared."""

    issued: str
    symbol: str

    @classmethod
    def of(cls, subject: str) -> DocumentName | None:
        """The name that *subject* is; None where it is none."""
        found = _NAME.fullmatch(subject)
        return None if found is None else cls(found["issued"], found["symbol"])

    @property
    def subject(self) -> str:
        """The subject of the events about it."""
        return f"{self.issued},{self.symbol}"

    def with_symbol(self, symbol: str) -> DocumentName:
        """The name of the same document once its symbol is that one."""
        return DocumentName(self.issued, comparable(symbol))


def names_given(events: Iterable[Event]) -> set[str]:
    """The subjects by which *events* of edXML name documents, and those that they give them."""
    names: set[str] = set()
    for event in events:
        name = DocumentName.of(event.subject)
        if name is not None and event.source.startswith(EDXML_SOURCE):
            fields = event.data.get("fields")
            symbol = fields.get("symbol") if isinstance(fields, Mapping) else None
            names |= {event.subject, name.with_symbol(symbol or name.symbol).subject}
    return names
