"""What the events of a document say: `document.*`."""

from __future__ import annotations

from ....rules.secrecy import LEVELS, NORMAL
from .fields import MAX_COUNT, ADay, Choice, Corrections, EventData, Flag, Line, Text, Whole

AUTHORITIES = ("ubnd", "chairman", "office", "province")
URGENCIES = ("normal", "khan", "thuongkhan", "hoatoc")


class DocumentFields(EventData):
    """What may be corrected of a document: the fields of its issue, none of them required."""

    doc_type = Line()
    symbol = Line()
    abstract = Text()
    issued_on = ADay()
    authority = Choice(*AUTHORITIES)
    title = Text()
    number = Text()
    signer = Text()
    submitted_by = Text()
    urgency = Choice(*URGENCIES)
    consultation = Flag()
    written_tracking = Flag()
    task_count = Whole(0, MAX_COUNT)
    body_count = Whole(0, MAX_COUNT)


class DocumentIssued(DocumentFields):
    """hscv.document.issued."""

    doc_type = Line(required=True)
    symbol = Line(required=True)
    abstract = Text(required=True)
    issued_on = ADay(required=True)
    authority = Choice(*AUTHORITIES, required=True)


class DocumentReceived(DocumentIssued):
    """hscv.document.received: the province's, passed on by a bút phê (3.1)."""

    authority = Choice("province", required=True)
    endorsed_by = Line(required=True)
    endorsed_on = ADay(required=True, past=True)
    endorsement = Text()


class DocumentClassified(EventData):
    """hscv.document.classified; 0 tasks: the document assigns nothing."""

    task_count = Whole(0, MAX_COUNT, required=True)


class DocumentCorrected(EventData):
    """hscv.document.corrected."""

    fields_ = Corrections(DocumentFields(), required=True, data_key="fields")
    reason = Text()


class DocumentWithdrawn(EventData):
    """hscv.document.withdrawn."""

    reason = Text(required=True)


class DocumentSecrecyChanged(EventData):
    """hscv.document.secrecy_changed; the guard leaves nothing else in it."""

    level = Choice(NORMAL, *LEVELS, required=True)
