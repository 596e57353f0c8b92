"""The streams that events belong to: their kinds, and how their keys are made and read.

A stream is one subject with all that is told of it. Its key is ``<kind>:<subject>`` (contract,
Envelope), made here and nowhere else.
"""

from __future__ import annotations

from collections.abc import Mapping

DOCUMENTS = "document"
"""The kind of stream of a document and its tasks."""

REPORTS = "reports"
"""The kind of stream of what one body reports and plans; its subject is the body's code."""

PETITIONS = "petition"
"""The kind of stream of what a citizen complains of, denounces or asks for; its subject is a
number. Nothing is kept of its events but what the contract lists."""

KINDS = {"document": DOCUMENTS, "task": DOCUMENTS, "report": REPORTS, "plan": REPORTS}
"""The kind of stream by the first word of an event's type; any other is its own kind."""


def beginnings(kinds: Mapping[str, str], of: str) -> tuple[str, ...]:
    """How the types begin that belong to streams of one kind, by *kinds*."""
    return tuple(f"{first}." for first, kind in kinds.items() if kind == of)


OF_DOCUMENTS = beginnings(KINDS, DOCUMENTS)
"""How the types of the events of documents begin."""


def kind_of(type_: str) -> str:
    """The kind of stream that events of *type_* belong to: tasks to their document's, reports
    and plans to their body's, all others to one named by their first word."""
    first = type_.partition(".")[0]
    return KINDS.get(first, first)


def key_of(kind: str, subject: str) -> str:
    """The key of the stream of *kind* that is about *subject*."""
    return f"{kind}:{subject}"


def parts_of(key: str) -> tuple[str, str]:
    """The kind and the subject of the stream *key*; a subject may hold a colon itself."""
    kind, _, subject = key.partition(":")
    return kind, subject


def is_of_reports(key: str) -> bool:
    """Whether the stream *key* is of what a body reports and plans."""
    return key.startswith(REPORTS_BEGIN)


REPORTS_BEGIN = key_of(REPORTS, "")
"""How the key of every such stream begins."""
