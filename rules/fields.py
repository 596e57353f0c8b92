"""What the contract can say of one field of an event's data: its kind and the facts about it.

A kind is a word for what a field holds; how that is checked in a message is the connector's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import Enum, auto


class Kind(Enum):
    """What a field holds."""

    TEXT = auto()
    """Free text; it may be empty."""
    LINE = auto()
    """A name or number as a person types it."""
    BODY = auto()
    """The code of a body."""
    TASK = auto()
    """The id of a task."""
    REQUEST = auto()
    """The id of a request, which HSCV makes up and rules compare with each other alone."""
    REPORT = auto()
    """The name of a report, as the regulation's file lists it; another is taken, and flagged."""
    DAY = auto()
    PERIOD = auto()
    RECURRENCE = auto()
    """A rule of repetition: "monthly:25" (`rules.recurrence`)."""
    YEAR = auto()
    COUNT = auto()
    REGISTERED = auto()
    """The number under which a register has somebody, in place of the name."""
    FLAG = auto()
    CHOICE = auto()
    """One of the field's values."""
    LEADS = auto()
    """The code of a body, or a list of such codes."""
    CORRECTIONS = auto()
    """An object of fields to replace."""


@dataclass(frozen=True, slots=True)
class Field:
    """One field of an event's data.

    ``required``: it must be there. ``unless``: it must be there unless that other field is.
    ``nullable``: null says something. ``values``: what a CHOICE can be. ``least``: the field is a
    list of what its kind says, of at least so many; None: a single one. ``past``: the day tells
    what has happened, so that it may not lie after its event. ``asked``: the day is asked for, and
    sets nothing. ``about``: the body is whom the
    event is about; any other ``body`` acts. ``party``: between whom a feedback is, or whom an
    inspection is about, as people name it. ``somebody``: a text that
    says who, where a body's code may stand. ``corrects``: the type that told first what CORRECTIONS
    replace, and ``fields`` what these can hold.
    """

    kind: Kind
    required: bool = False
    unless: str | None = None
    nullable: bool = False
    values: tuple[str, ...] = ()
    least: int | None = None
    past: bool = False
    asked: bool = False
    about: bool = False
    party: bool = False
    somebody: bool = False
    corrects: str | None = None
    fields: Mapping[str, Field] = field(default_factory=dict)

    @property
    def needed(self) -> Field:
        """The same field where it must be there."""
        return replace(self, required=True)
