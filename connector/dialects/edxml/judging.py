"""From the bytes of one message to the verdict on it, in the order in which it has to be asked:
the delivery's level, well-formedness, secrecy, envelope, kind, direction, identity, fields."""

from __future__ import annotations

from datetime import datetime

from ...contract.body import Limits
from ...contract.verdicts import Malformed, Secret, Unestablished
from ..delivery import SecrecyBeside
from ..saying import EventsSaid, Nothing, Saying, Withdrawn
from .attachments import Attachment
from .codes import Business
from .documents import Dispatch, check_issuer, read_document
from .header import DocumentHeader
from .organs import Organs
from .parsing import ParsedMessage, Parser
from .reasons import Doubt, Flaw, Invalid, Withheld
from .records import Record
from .secrecy import doubt_about, level_said
from .shape import HEADER, REPORT, STATUS
from .statuses import read_status

NAMESPACES = frozenset(
    {
        "http://www.mic.gov.vn/TBT/QCVN_102_2016",
        "http://www.e-doc.vn/Schema/",
        "http://www.go.vn/eDoc",
        "http://edxml.gov.vn/schema",
    }
)
"""Where a header is declared to be in a namespace, it is one of these."""


class Judging:
    """Judges one message: `take` each piece of it, then ask for its `saying`. *hashes*: its
    attachments will be asked for."""

    def __init__(
        self,
        delivery: SecrecyBeside,
        organs: Organs,
        limits: Limits,
        arrival: datetime,
        *,
        hashes: bool,
    ) -> None:
        self._delivery = delivery
        self._organs = organs
        self._arrival = arrival
        self._parser = Parser(limits, hashes=hashes)
        self._doubt: Doubt | None = None

    def take(self, piece: bytes) -> None:
        """Read on; what comes after something that cannot be read is passed over."""
        if self._doubt is None:
            try:
                self._parser.feed(piece)
            except Withheld as problem:
                self._give_up(problem.doubt)

    def saying(self, size: int, digest: bytes) -> Saying:
        """What the message says, of which *size* bytes with that SHA-256 *digest* arrived."""
        if self._doubt is None:
            try:
                self._parser.close()
            except Withheld as problem:
                self._give_up(problem.doubt)
        found = self._parser.found
        self._parser.release()
        if self._doubt is not None:
            if self._delivery.level is not None:
                return Secret(self._delivery.level)
            return Unestablished(self._doubt.value, None, size, digest)
        level = level_said(self._delivery, found, self._organs.normal_words)
        if level is not None:
            return self._secret(level, found)
        doubt = doubt_about(self._delivery, found, self._organs.normal_words)
        if doubt is not None:
            return Unestablished(doubt.value, None, size, digest)
        try:
            return self._said(found)
        except Invalid as refusal:
            return Malformed(refusal.fault.value, refusal.path, None, digest)

    def attachments(self, saying: Saying) -> tuple[Attachment, ...]:
        """The attachments of the message, of which *saying* is what it says; none of a message
        whose secrecy is not established as normal."""
        kept = isinstance(saying, EventsSaid | Nothing | Malformed)
        return tuple(self._parser.found.attachments) if kept else ()

    def _give_up(self, doubt: Doubt) -> None:
        self._doubt = doubt
        self._parser.release()

    def _said(self, found: ParsedMessage) -> EventsSaid | Nothing:
        """Raises Invalid."""
        kind = _kind_of(found)
        if kind is None:
            return Nothing("not_a_document")
        if isinstance(kind, DocumentHeader):
            return read_document(kind, self._organs, self._arrival)
        return read_status(kind, self._organs, self._arrival)

    def _secret(self, level: str, found: ParsedMessage) -> Secret | Withdrawn:
        """The verdict on a message that says a secret *level*: where it updates a document that may
        be held, that one has become secret, if it can be read without a doubt which it is."""
        try:
            kind = _kind_of(found)
            if isinstance(kind, DocumentHeader) and self._may_be_held(kind):
                dispatch = Dispatch.of(kind)
                if dispatch.business is Business.UPDATE and dispatch.is_unambiguous:
                    about = dispatch.about()
                    if not self._organs.is_own(kind.sender):
                        check_issuer(about, self._organs)
                    now = kind.identity().subject if kind.names_itself() else about.subject
                    return Withdrawn(level, about.subject, None if now == about.subject else now)
        except Invalid:
            pass
        return Secret(level)

    def _may_be_held(self, header: DocumentHeader) -> bool:
        return self._organs.is_own(header.sender) or self._organs.is_province(header.sender)


def _kind_of(found: ParsedMessage) -> DocumentHeader | Record | None:
    """The header of a document, or the record of a status; None for a security report. Raises
    Invalid."""
    if found.record.is_empty:
        raise Invalid(Flaw.ROOT, "root")
    if not NAMESPACES.issuperset(found.namespaces):
        raise Invalid(Flaw.NAMESPACE, HEADER)
    header, status = found.record.one(HEADER), found.record.one(STATUS)
    if header is not None and header.has("StatusCode"):
        if status is not None:
            raise Invalid(Flaw.REPEATED, STATUS)
        return header
    if status is not None:
        if header is not None and _is_document(header):
            raise Invalid(Flaw.STATUS, STATUS)
        return status
    if header is None:
        raise Invalid(Flaw.REQUIRED, HEADER)
    if found.record.has(REPORT) and not _is_document(header):
        return None
    return DocumentHeader.of(header, found.record)


def _is_document(header: Record) -> bool:
    return header.has("Code") or header.has("DocumentId")
