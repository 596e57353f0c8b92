"""What an element's local name says of it, wherever it stands: a label, a text to look into, an
attachment whose text is dropped."""

from __future__ import annotations

from collections.abc import Iterable

from .shape import NAMES
from .words import speaks_of_secrecy

# Numbers to be added up, since they are asked of every element: an enum takes twenty times as long.
NONE = 0
LABEL = 1
"""It speaks of secrecy."""
BRACKETS = 2
"""A level may stand in brackets in its text."""
WHOLE = 4
"""Its text may be a level, and is nothing else to us."""
ASIDE = 8
"""A signature or an attachment: labels in it are not the message's."""
DROPPED = 16
"""Its text is an attachment's."""
MAYBE_DROPPED = 32
"""Its text is an attachment's if it stands in one."""
NAME = 64
"""Its text is the name of an attachment if it stands in one."""
INCLUDING = 128
"""It may stand for what stands elsewhere."""

ATTACHMENTS = frozenset({"Attachment", "attachment"})

_NOTICES: dict[int, frozenset[str]] = {
    BRACKETS: frozenset(
        {
            *("Subject", "Content", "Description", "AttachmentName", "FileName", "Appendix"),
            *("BussinessDocReason", "BusinessDocReason"),
        }
    ),
    WHOLE: frozenset({"SphereOfPromulgation"}),
    ASIDE: frozenset({"Signature", "DigitalSignature", "AttachmentEncoded"}) | ATTACHMENTS,
    DROPPED: frozenset({"ContentTransferEncoded"}),
    MAYBE_DROPPED: frozenset({"Content", "value"}),
    INCLUDING: frozenset({"include"}),
    NAME: frozenset({"AttachmentName", "FileName"}),
}

# In every message, and nothing is read from them.
_USUAL = frozenset(
    {
        *("OrganName", "OrganizationInCharge", "OrganInCharge", "OrganAdd", "Email", "Telephone"),
        *("Place", "DueDate", "SphereOfPromulgation", "TyperNotation", "PromulgationAmount"),
        *("PageAmount", "Direction", "SteeringType", "ToPlaces", "Paper", "StaffInfo", "Staff"),
        *("Department", "Mobile", "DocumentReceiver", "edXMLManifest", "Manifest", "Reference"),
        *("ContentId", "ContentType", "Header", "Body", "edXML", "edXMLEnvelope", "edXMLHeader"),
        *("edXMLBody", "Attachments", "Appendixes", "FileType", "Promulgator"),
    }
)


def notice_of(name: str) -> int:
    """What the local *name* of an element says of it."""
    found = LABEL if speaks_of_secrecy(name) else NONE
    for notice, names in _NOTICES.items():
        if name in names:
            found |= notice
    return found


def _known(names: Iterable[str]) -> dict[str, int]:
    return {name: notice_of(name) for name in names}


KNOWN = _known(NAMES.union(_USUAL, *_NOTICES.values()))
"""The notices of the names that are met in every message, so that they are asked for once."""
