"""Why a message gives no event, each reason with its sentence.

The sentences are dondoc's own, say what to mend, and hold nothing of a message.
"""

from __future__ import annotations

from enum import Enum


class Doubt(Enum):
    """Why the secrecy of a message is not established."""

    NOT_STATED = (
        "neither the message nor its delivery states its secrecy: send the header secrecy, or say"
        " in the settings why all that comes this way is normal"
    )
    UNKNOWN_LABEL = (
        "secrecy is stated in words that are not known: send Thường or a level, or list the word"
        " in normal_labels"
    )
    STATED_TWICE = "secrecy is stated twice: send one label"
    QUOTED = (
        "a text holds a label of secrecy in brackets, though the message is labelled normal: look"
        " whose it is"
    )
    DTD = "the message has a document type or entities of its own: send it without"
    INCLUDED = "the message includes what stands elsewhere (XInclude): send it whole"
    MALFORMED = "the message is not one well-formed XML document: send it again, whole and alone"
    ENCODING = "the message is not UTF-8, or declares that it is not: send UTF-8"
    TOO_DEEP = "elements are nested too deep: send the envelope alone"
    TOO_LARGE = "the message is too large: send attachments by file, the rest within the limits"


class Flaw(Enum):
    """What is wrong with a message of normal secrecy; the path beside it names the element."""

    REQUIRED = "is required, as text without elements inside"
    DATE = "must be a day of the calendar in 1990 to 2199, as yyyy/MM/dd or dd/MM/yyyy"
    IDENTITY = "names no document without a doubt: give organ, date and symbol of the same one"
    REPEATED = "is given twice where one is meant: send it once"
    STATUS = "must be one of the status codes 01 to 06, 13, 15 and 16"
    BUSINESS = "must say what becomes of the document, with the codes 0 to 3, in one way"
    NAMESPACE = "is in a namespace that is none of edXML's"
    ROOT = "is no envelope of edXML"
    MARKS = "has more combining marks in a row than a text may have"


class Withheld(Exception):
    """A message whose secrecy is not established; ``doubt`` says why."""

    def __init__(self, doubt: Doubt) -> None:
        super().__init__(doubt.value)
        self.doubt = doubt


class Invalid(Exception):
    """A message that breaks what edXML promises: ``fault``, and the ``path`` of the element."""

    def __init__(self, fault: Flaw, path: str) -> None:
        super().__init__(fault.value)
        self.fault = fault
        self.path = path
