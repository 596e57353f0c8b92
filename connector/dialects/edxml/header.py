"""What stands in the header of a message: who sent it to whom, when, and what the document is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from ...contract.attributes import is_identifier
from .codes import type_in, type_named, urgency_of
from .dates import day_of, time_of
from .identity import Identity, Symbol, identity_of, symbol_in
from .reasons import Flaw, Invalid
from .records import Record, path_of
from .shape import TRACES, TYPE
from .words import bare

_CHAIRMAN = frozenset({"chutich", "ktchutich"})


def sender_of(record: Record) -> str:
    """The organ that a message or status comes from, in capitals. Raises Invalid."""
    path = path_of("From", "OrganId")
    organ = organ_in(record.one("From"))
    if organ is None:
        raise Invalid(Flaw.REQUIRED, path)
    if not is_identifier(f"/edxml/{organ}"):
        raise Invalid(Flaw.IDENTITY, path)
    return organ


def organ_in(record: Record | None) -> str | None:
    """The OrganId in *record*, in capitals; None where it has none. Raises Invalid."""
    organ = None if record is None else record.says("OrganId")
    return None if organ is None else organ.upper()


def organs_in(records: Iterable[Record]) -> list[str]:
    """The organs in *records*, each once; those without one are passed over. Raises Invalid."""
    return list(dict.fromkeys(filter(None, map(organ_in, records))))


@dataclass(frozen=True)
class DocumentHeader:
    """The header of a document: its record, where its traces stand, and its sender."""

    record: Record
    traces: Record | None
    sender: str

    @classmethod
    def of(cls, record: Record, outside: Record) -> DocumentHeader:
        """The header in *record*, whose traces stand in it or *outside*. Raises Invalid."""
        within, beside = record.one(TRACES), outside.one(TRACES)
        if within is not None and beside is not None:
            raise Invalid(Flaw.REPEATED, TRACES)
        return cls(record, within or beside, sender_of(record))

    @cached_property
    def symbol(self) -> Symbol | None:
        """The document's symbol. Raises Invalid."""
        return symbol_in(self.record.one("Code"))

    @property
    def receivers(self) -> list[str]:
        """The organs that it is sent to. Raises Invalid."""
        return organs_in(self.record.all("To"))

    def names_itself(self) -> bool:
        """Whether it names its document without a doubt."""
        try:
            self.identity()
        except Invalid:
            return False
        return True

    def identity(self) -> Identity:
        """The document that the header names. Raises Invalid."""
        for answered in self.record.all("ResponseFor"):
            check_answered(answered)
        symbol = self.symbol
        return identity_of(
            self.record.says("DocumentId"),
            self.sender,
            None if symbol is None else symbol.whole,
            self.record.says("PromulgationInfo", "PromulgationDate"),
        )

    def sent(self) -> datetime | None:
        """When the sender says that it sent it: its own hop, the earliest of them. Raises
        Invalid."""
        hops = [] if self.traces is None else self.traces.all("TraceHeader")
        times = [
            time
            for hop in hops
            if (organ_in(hop) or (hop.says("Path", "From") or "").upper()) == self.sender
            and (time := time_of(hop.says("Timestamp") or "")) is not None
        ]
        return min(times, default=None)

    def signed_by_chairman(self) -> bool:
        """Whether the chairman of a People's Committee signed it, or somebody in the chairman's
        stead. Raises Invalid."""
        signer = self.record.one("SignerInfo")
        if signer is None:
            return False
        competence = signer.says("Competence")
        if competence is not None:
            return bare(competence) in _CHAIRMAN
        return bare(signer.says("Position") or "") == "chutich"

    def fields(self) -> dict[str, Any]:
        """What the header says of the document, without what cannot be read. Raises Invalid where
        something is given twice."""
        record, symbol = self.record, self.symbol
        day = day_of(record.says("PromulgationInfo", "PromulgationDate") or "")
        said = {
            "doc_type": self._type(symbol),
            "symbol": symbol and symbol.whole,
            "abstract": record.says("Subject") or record.says("Content"),
            "issued_on": day and day.isoformat(),
            "number": symbol and symbol.number,
            "signer": record.says("SignerInfo", "FullName"),
            "urgency": urgency_of(record.says("OtherInfo", "Priority") or ""),
        }
        return {name: value for name, value in said.items() if value is not None}

    def required_fields(self) -> dict[str, Any]:
        """`fields` of a document that is told of first. Raises Invalid."""
        fields = self.fields()
        date = self.record.says("PromulgationInfo", "PromulgationDate")
        for name, element in _REQUIRED.items():
            if name not in fields:
                unread = name == "issued_on" and date is not None
                raise Invalid(Flaw.DATE if unread else Flaw.REQUIRED, element)
        return fields

    def _type(self, symbol: Symbol | None) -> str | None:
        element = self.record.one(TYPE)
        if element is None:
            name = None
        elif element.is_empty:
            name = self.record.says(TYPE)
        else:
            name = element.says("TypeName")
        if name is not None:
            return type_named(name)
        return None if symbol is None else type_in(symbol.whole)


_REQUIRED = {
    "symbol": "Code",
    "issued_on": "PromulgationDate",
    "doc_type": TYPE,
    "abstract": "Subject",
}


def check_answered(answered: Record) -> None:
    """Refuse an *answered* document without a name: programs that leave it out write its code over
    that of the document itself. Raises Invalid."""
    organ = organ_in(answered)
    if organ and answered.says("Code") is None and answered.says("DocumentId") is None:
        raise Invalid(Flaw.IDENTITY, "ResponseFor")
