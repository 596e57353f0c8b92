"""What becomes of a document: new, recalled, updated, in place of another."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from ....rules.events import local_date
from ..saying import EventsSaid, Nothing, SaidEvent
from .codes import RECALLED, REPLACED, TAKEN_OFF, Business, business_of
from .events import Teller, task_of
from .header import DocumentHeader, organ_in
from .identity import Identity, checked, named_by
from .organs import Organs
from .reasons import Flaw, Invalid
from .records import Record, path_of

_OF_BUSINESS = path_of("Bussiness", "DocumentId")
_OF_REPLACED = path_of("ReplacementInfo", "DocumentId")


@dataclass(frozen=True)
class Dispatch:
    """A document on its way: its ``header``, and the record of what is done with it (None where
    nothing is said: it is new)."""

    header: DocumentHeader
    record: Record | None

    @classmethod
    def of(cls, header: DocumentHeader) -> Dispatch:
        """The dispatch with that *header*. Raises Invalid."""
        record = None if header.traces is None else header.traces.one("Bussiness")
        return cls(header, None if record is None or record.is_empty else record)

    @cached_property
    def business(self) -> Business:
        """What becomes of the document. Raises Invalid."""
        if self.record is None:
            return Business.NEW
        business = business_of(self.record.says("BussinessDocType") or "")
        if business is None:
            raise Invalid(Flaw.BUSINESS, "BussinessDocType")
        return business

    @cached_property
    def reason(self) -> str | None:
        """Why, in the sender's words. Raises Invalid."""
        return None if self.record is None else self.record.says("BussinessDocReason")

    def named(self) -> Identity | None:
        """The document that Bussiness itself names; None where it names none. Raises Invalid."""
        written = None if self.record is None else self.record.says("DocumentId")
        named = named_by(written)
        return None if named is None else checked(named, _OF_BUSINESS)

    @property
    def is_unambiguous(self) -> bool:
        """Whether nothing it says may name another document than `about`. Raises Invalid."""
        written = None if self.record is None else self.record.says("DocumentId")
        own = self.header.record.says("DocumentId")
        return written is None or written == own or self.named() is not None

    def about(self) -> Identity:
        """The document that it is about: in an update that which Bussiness names, if it names one,
        since the header has what it is called from now on. Raises Invalid."""
        business, named = self.business, None
        if business in (Business.RECALL, Business.UPDATE):
            named = self.named()
        if named is not None and business is Business.UPDATE:
            _agreeing(self.header)
            return named
        own = self.header.identity()
        if named is not None and named != own:
            raise Invalid(Flaw.IDENTITY, _OF_BUSINESS)
        return own


def _agreeing(header: DocumentHeader) -> None:
    """Refuse a *header* whose DocumentId and Code are of two documents. Raises Invalid."""
    if named_by(header.record.says("DocumentId")) is not None:
        header.identity()


def read_document(
    header: DocumentHeader, organs: Organs, arrival: datetime
) -> EventsSaid | Nothing:
    """What a document with that *header* says, which arrived at the aware time *arrival*.

    Raises Invalid.
    """
    dispatch = Dispatch.of(header)
    business = dispatch.business
    own = organs.is_own(header.sender)
    if not own:
        if not any(map(organs.is_own, header.receivers)):
            return Nothing("not_ours")
        if not organs.is_province(header.sender):
            return Nothing("not_province")
        # Whoever it is, it cannot speak of a document that the office has issued.
        if business is not Business.NEW or organs.endorsed_by is not None:
            check_issuer(dispatch.about(), organs)
    telling = _Telling(dispatch, organs, Teller(header.sender, header.sent(), arrival))
    if business is Business.RECALL:
        return EventsSaid((telling.recalled(),))
    if business is Business.UPDATE:
        return _said(telling.updated(), "no_change")
    return _said(telling.sent(business), "not_endorsed")


def _said(events: Iterator[SaidEvent], otherwise: str) -> EventsSaid | Nothing:
    told = tuple(events)
    return EventsSaid(told) if told else Nothing(otherwise)


def check_issuer(about: Identity, organs: Organs, path: str = "DocumentId") -> None:
    """Refuse a document that an own organ has issued, for somebody else speaks of it; *path*:
    where it is named. Raises Invalid."""
    if organs.is_own(about.organ):
        raise Invalid(Flaw.IDENTITY, path)


@dataclass(frozen=True, slots=True)
class _Telling:
    """A dispatch that concerns the office, as it is told."""

    dispatch: Dispatch
    organs: Organs
    teller: Teller

    @property
    def _own(self) -> bool:
        return self.organs.is_own(self.teller.sender)

    def recalled(self) -> SaidEvent:
        reason = self.dispatch.reason or RECALLED
        return self.teller.tell("document.withdrawn", self.dispatch.about(), {"reason": reason})

    def updated(self) -> Iterator[SaidEvent]:
        about, reason, record = self.dispatch.about(), self.dispatch.reason, self.dispatch.record
        info = None if record is None else record.one("BussinessDocumentInfo")
        fields = self.dispatch.header.fields()
        if fields and (info is None or info.says("DocumentInfo") != "0"):
            why = {} if reason is None else {"reason": reason}
            yield self.teller.tell("document.corrected", about, {"fields": fields, **why})
        for organ, path in _taken_off(info) if self._own and info is not None else ():
            yield self._task_withdrawn(about, organ, reason or TAKEN_OFF, path)

    def sent(self, business: Business) -> Iterator[SaidEvent]:
        header, endorsed_by = self.dispatch.header, self.organs.endorsed_by
        if business is Business.NEW and not self._own and endorsed_by is None:
            return
        about = self.dispatch.about()
        if business is Business.REPLACE:
            yield from self._replaced(about)
        if self._own:
            authority = self.organs.authority(self.teller.sender)
            if authority == "ubnd" and header.signed_by_chairman():
                authority = "chairman"
            yield self.teller.tell(
                "document.issued", about, header.required_fields(), derived={"authority": authority}
            )
        elif endorsed_by is not None:
            yield self.teller.tell(
                "document.received",
                about,
                header.required_fields(),
                derived={
                    "authority": "province",
                    "endorsed_by": endorsed_by,
                    "endorsed_on": local_date(self.teller.arrival).isoformat(),
                },
                at_arrival=True,
            )

    def _replaced(self, by: Identity) -> Iterator[SaidEvent]:
        reason = self.dispatch.reason or REPLACED
        record = self.dispatch.record
        for old, organs in _replaced_in(record) if record is not None else ():
            if old == by:
                raise Invalid(Flaw.BUSINESS, _OF_REPLACED)
            if not self._own:
                check_issuer(old, self.organs, _OF_REPLACED)
            if self._own and organs:
                for organ in organs:
                    yield self._task_withdrawn(old, organ, reason, "ReplacementInfo")
            elif not organs or any(map(self.organs.is_own, organs)):
                yield self.teller.tell(
                    "document.withdrawn", old, {"reason": reason}, path="ReplacementInfo"
                )

    def _task_withdrawn(self, about: Identity, organ: str, reason: str, path: str) -> SaidEvent:
        task = task_of(about, self.organs.body(organ))
        return self.teller.tell(
            "task.withdrawn",
            about,
            {"reason": reason},
            derived={"task_id": task},
            organ=organ,
            path=path,
        )


def _taken_off(info: Record) -> Iterator[tuple[str, str]]:
    """The organs that are receivers no more, and where each stands. Raises Invalid."""
    kinds: dict[str, str] = {}
    for number, receiver in enumerate(info.all("ReceiverList", "Receiver")):
        organ, kind = organ_in(receiver), receiver.says("ReceiverType")
        if kind not in (None, "0", "1"):
            raise Invalid(Flaw.BUSINESS, "ReceiverType")
        if organ is None or kind is None:
            continue
        if kinds.get(organ, kind) != kind:
            raise Invalid(Flaw.REPEATED, "Receiver")
        if kind == "0" and organ not in kinds:
            yield organ, f"Receiver[{number}]"
        kinds[organ] = kind


def _replaced_in(record: Record) -> list[tuple[Identity, list[str]]]:
    """The documents that are replaced, each once, and for which organs: for all where there are
    none. Raises Invalid."""
    found: dict[Identity, list[str]] = {}
    for replaced in record.all("ReplacementInfoList", "ReplacementInfo"):
        written = replaced.says("DocumentId")
        old = named_by(written)
        if old is None:
            raise Invalid(Flaw.REQUIRED if written is None else Flaw.IDENTITY, _OF_REPLACED)
        checked(old, _OF_REPLACED)
        listed = replaced.one("OrganIdList")
        organs = [] if listed is None else [organ.upper() for organ in listed.say("OrganId")]
        if listed is not None and not listed.is_empty and not organs:
            raise Invalid(Flaw.REQUIRED, "OrganIdList")
        before = found.get(old)
        if before is None:
            found[old] = organs
        else:
            found[old] = [*before, *organs] if before and organs else []
    return [(old, list(dict.fromkeys(organs))) for old, organs in found.items()]
