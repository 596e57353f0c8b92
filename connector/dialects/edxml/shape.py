"""Where the elements stand that anything is read from, by their path of local names.

Never by name alone: the same names stand in signatures, attachments and answers to others. What is
not here is passed over, and so is whatever stands in an order of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

_Shape: TypeAlias = "Mapping[str, _Shape]"
"""The elements within one, each with those within it; none within one that is read as text."""


class Node:
    """An element that is read: its one ``name``, whichever way it is spelled (none where it only
    stands around others), its ``children`` by their local names, and whether it ``is_text``, or
    ``is_record``, which holds others or is asked for as such."""

    __slots__ = ("children", "is_record", "is_text", "name")

    def __init__(self, name: str, *, is_text: bool = False, is_record: bool = False) -> None:
        self.name = name
        self.is_text = is_text
        self.is_record = is_record
        self.children: dict[str, Node] = {}


HEADER, TRACES, STATUS, REPORT = "MessageHeader", "TraceHeaderList", "Status", "AVReport"
TYPE = "DocumentType"
"""Text in one dialect, elements in the others."""

_TEXT: _Shape = {}
_ORGAN: _Shape = {"OrganId": _TEXT}
_ANSWERED: _Shape = {
    "OrganId": _TEXT,
    "Code": _TEXT,
    "PromulgationDate": _TEXT,
    "DocumentId": _TEXT,
}
_ANSWER: _Shape = {
    "From": _ORGAN,
    "ResponseFor": _ANSWERED,
    "StatusCode": _TEXT,
    "Description": _TEXT,
    "Timestamp": _TEXT,
}
_BUSINESS: _Shape = {
    "BussinessDocType": _TEXT,
    "BussinessDocReason": _TEXT,
    "DocumentId": _TEXT,
    "BussinessDocumentInfo": {
        "DocumentInfo": _TEXT,
        "ReceiverList": {"Receiver": {"OrganId": _TEXT, "ReceiverType": _TEXT}},
    },
    "ReplacementInfoList": {
        "ReplacementInfo": {"DocumentId": _TEXT, "OrganIdList": {"OrganId": _TEXT}}
    },
}
_TRACES: _Shape = {
    "TraceHeader": {
        "OrganId": _TEXT,
        "Timestamp": _TEXT,
        "Path": {"From": _TEXT},
    },
    "Bussiness": _BUSINESS,
}
_HEADER: _Shape = {
    **_ANSWER,
    "To": _ORGAN,
    "DocumentId": _TEXT,
    "Code": {"CodeNumber": _TEXT, "CodeNotation": _TEXT},
    "PromulgationInfo": {"PromulgationDate": _TEXT},
    TYPE: {"TypeName": _TEXT, "Type": _TEXT, "TypeDetail": _TEXT},
    "Subject": _TEXT,
    "Content": _TEXT,
    "SignerInfo": {"FullName": _TEXT, "Competence": _TEXT, "Position": _TEXT},
    "OtherInfo": {"Priority": _TEXT},
    TRACES: _TRACES,
}
_WITHIN: _Shape = {HEADER: _HEADER, TRACES: _TRACES, STATUS: _ANSWER}

_ALSO: Mapping[str, Mapping[str, str]] = {
    TRACES: {"Business": "Bussiness"},
    "Bussiness": {
        "BusinessDocType": "BussinessDocType",
        "BusinessDocReason": "BussinessDocReason",
        "BusinessDocumentInfo": "BussinessDocumentInfo",
    },
    "TraceHeader": {"Time": "Timestamp"},
    "PromulgationInfo": {"Date": "PromulgationDate"},
    HEADER: {"type": TYPE, "Author": "SignerInfo"},
    TYPE: {"description": "TypeName"},
    "SignerInfo": {"Signer": "FullName"},
}
"""Other names under which programs write an element, by the element around it."""

_ENVELOPES: tuple[tuple[tuple[str, ...], _Shape], ...] = (
    # QCVN 102:2016, by the axis of the government and by LGSP; security reports.
    (("edXML", "edXMLEnvelope", "edXMLHeader"), _WITHIN),
    (("edXML", "edXMLEnvelope", "edXMLBody"), {REPORT: _TEXT}),
    (("edXMLEnvelope", "edXMLHeader"), _WITHIN),
    (("edXMLEnvelope", "edXMLBody"), {REPORT: _TEXT}),
    # SOAP: a relay, the security centre, old exports.
    (("Envelope", "Header"), _WITHIN),
    (("Envelope", "Body"), {STATUS: _ANSWER, REPORT: _TEXT}),
    # Flat.
    (("EdXMLEnvelope",), _WITHIN),
    (("edXMLEnvelope",), _WITHIN),
    (("EdXML",), _WITHIN),
)


def _grown(node: Node, shape: _Shape) -> Node:
    for name, within in shape.items():
        is_record = bool(within) or name == REPORT
        is_text = not is_record or name == TYPE
        new = Node(name, is_text=is_text, is_record=is_record)
        child = node.children.setdefault(name, new)
        _grown(child, within)
    for name, meant in _ALSO.get(node.name, {}).items():
        node.children[name] = node.children[meant]
    return node


def _rooted() -> Node:
    """The way to all that is read, from before the root on. What stands around the elements that
    are read holds nothing itself, whichever envelope it is: it has no name."""
    root = Node("")
    for path, within in _ENVELOPES:
        node = root
        for name in path:
            node = node.children.setdefault(name, Node(""))
        _grown(node, within)
    return root


ROOT = _rooted()


def _names(node: Node) -> frozenset[str]:
    found = frozenset(node.children)
    return found.union(*(_names(child) for child in node.children.values()))


NAMES = _names(ROOT)
"""The local names of all that is read."""
