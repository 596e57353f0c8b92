"""What comes of one message by a dialect, for whoever tries it: values, and how programs see them.

Of a message whose secrecy is not established as normal nothing is kept here but the verdict.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from typing import Any

from ...connector.contract.body import Limits
from ...connector.contract.verdicts import Malformed, Message, Secret, Unestablished
from ...connector.dialects.admitting import events_of
from ...connector.dialects.edxml.attachments import Attachment
from ...connector.dialects.edxml.dialect import EdxmlDialect
from ...connector.dialects.mapped import NO_RULE, MappedDialect
from ...connector.dialects.missing import (
    ItemLeft,
    RuleMissed,
    items_left,
    missing,
    normal_view,
)
from ...connector.dialects.saying import Dialect, EventsSaid, Nothing, SaidEvent, Saying, Withdrawn
from ...connector.dialects.unfound import PathSearch, UnfoundPath
from ...rules.directory import Directory
from ..terminal.dialect_feeds import DialectFeed, DialectInput, EdxmlFile
from ..terminal.unlisted import unlisted_in_event


class TrialResult(StrEnum):
    """What becomes of a message."""

    EVENTS = "events"
    NOTHING = "nothing"
    SECRET = "secret"
    NOT_ESTABLISHED = "not_established"
    INVALID = "invalid"
    UNREADABLE = "unreadable"
    """A line that cannot be a message."""


REFUSED = frozenset({TrialResult.NOT_ESTABLISHED, TrialResult.INVALID, TrialResult.UNREADABLE})


@dataclass(frozen=True, slots=True)
class Came:
    """An event that came out, and what the contract says against it; ``unlisted``: the codes of
    bodies that the directory lacks, by field."""

    event: SaidEvent
    fault: Malformed | None
    unlisted: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TriedMessage:
    """What became of the message that stands at ``where``.

    ``reason``: why, where no events come of it, in English or as a word; ``path``: the place in
    the message. ``level`` of a secret one, with whether what is held of its document is ``erased``.
    ``missing``: what rules missed, where none told anything or one could not be read. ``left``: the
    items of lists that no rule is for, where rules tell of others. ``named``: the reason is a word
    of the dialect's file.
    """

    where: str
    result: TrialResult
    reason: str | None = None
    path: str = ""
    level: str | None = None
    erased: bool = False
    events: tuple[Came, ...] = ()
    missing: tuple[RuleMissed, ...] = ()
    left: tuple[ItemLeft, ...] = ()
    attachments: tuple[Attachment, ...] = field(default=(), repr=False)
    named: bool = False

    def as_row(self) -> dict[str, Any]:
        """It for a program."""
        return {
            "where": self.where,
            "result": self.result.value,
            "reason": self.reason,
            "path": self.path or None,
            "level": self.level,
            "erased": self.erased,
            "events": [_event_row(each) for each in self.events],
            "missing": [_missing_row(each) for each in self.missing],
            "left": [asdict(each) for each in self.left],
            "attachments": [
                {
                    "name": each.name,
                    "size": each.size,
                    "sha256": each.sha256.hex() if each.sha256 else None,
                }
                for each in self.attachments
            ],
        }


@dataclass(frozen=True, slots=True)
class Trial:
    """Messages are tried by ``dialect`` as if they arrived at ``arrival``; ``normal`` as in
    `connector.dialects.saying.Dialect.read`. ``directory``: in which the bodies of events are
    looked up; None for none."""

    dialect: Dialect
    limits: Limits
    arrival: datetime
    normal: bool
    directory: Directory | None = None
    _search: PathSearch | None = field(init=False)

    def __post_init__(self) -> None:
        search = PathSearch(self.dialect) if isinstance(self.dialect, MappedDialect) else None
        object.__setattr__(self, "_search", search)

    def unfound(self) -> tuple[UnfoundPath, ...]:
        """The paths of the dialect that found something in none of the messages so far."""
        return self._search.unfound() if self._search else ()

    def outcome(self, given: DialectInput) -> TriedMessage:
        """What comes of *given*."""
        match given:
            case DialectFeed(where, message, _):
                saying = self.dialect.read(message, self.limits, self.arrival, normal=self.normal)
                return self._looked_into(message, saying, self._outcome(where, saying))
            case EdxmlFile(where, blocks):
                assert isinstance(self.dialect, EdxmlDialect)
                read = self.dialect.read_blocks(
                    blocks, self.limits, self.arrival, normal=self.normal
                )
                return self._outcome(where, read.saying, read.attachments)
            case broken:
                return TriedMessage(broken.where, TrialResult.UNREADABLE, broken.reason)

    def _outcome(
        self,
        where: str,
        saying: Saying,
        attachments: tuple[Attachment, ...] = (),
    ) -> TriedMessage:
        match saying:
            case EventsSaid(events):
                came = tuple(self._came(each) for each in events)
                wrong = any(each.fault for each in came)
                result = TrialResult.INVALID if wrong else TrialResult.EVENTS
                return TriedMessage(where, result, events=came, attachments=attachments)
            case Nothing(reason):
                named = self._names(reason)
                return TriedMessage(
                    where, TrialResult.NOTHING, reason, attachments=attachments, named=named
                )
            case Withdrawn(level):
                return TriedMessage(where, TrialResult.SECRET, level=level, erased=True)
            case Secret(level):
                return TriedMessage(where, TrialResult.SECRET, level=level)
            case Unestablished(reason):
                return TriedMessage(where, TrialResult.NOT_ESTABLISHED, reason)
            case Malformed(reason, path):
                return TriedMessage(
                    where,
                    TrialResult.INVALID,
                    reason,
                    path,
                    attachments=attachments,
                )

    def _names(self, reason: str) -> bool:
        """Whether the file calls messages so that tell of nothing."""
        silences = self.dialect.silences if isinstance(self.dialect, MappedDialect) else ()
        return any(each.reason == reason for each in silences)

    def _came(self, event: SaidEvent) -> Came:
        # Each by itself, so that all that is wrong with a message is told at once.
        found = events_of(EventsSaid((event,)), sha256().digest(), self.limits)
        unlisted: Mapping[str, tuple[str, ...]] = {}
        if self.directory is not None:
            unlisted = unlisted_in_event(event.type, event.data, self.directory)
        return Came(event, found if isinstance(found, Malformed) else None, unlisted)

    def _looked_into(self, message: Message, saying: Saying, outcome: TriedMessage) -> TriedMessage:
        """*outcome* with what rules missed in *message*, whose paths are looked for besides."""
        if self._search is None or not isinstance(self.dialect, MappedDialect):
            return outcome
        view = normal_view(self.dialect, message, self.limits, self.arrival, normal=self.normal)
        if view is None:
            return outcome
        self._search.look(view, self.limits)
        if isinstance(saying, EventsSaid):
            return replace(outcome, left=items_left(self.dialect, view, self.limits))
        if not isinstance(saying, Malformed) and saying != Nothing(NO_RULE):
            return outcome
        found = missing(self.dialect, view, self.limits)
        if isinstance(saying, Malformed):
            found = tuple(each for each in found if each.reason is not None)
        return replace(outcome, missing=found)


def _event_row(came: Came) -> dict[str, Any]:
    event, fault = came.event, came.fault
    return {
        "type": event.type,
        "id": event.id,
        "source": event.source,
        "subject": event.subject,
        "time": event.time.isoformat(),
        "sequence": event.sequence,
        "data": dict(event.data),
        "place": event.path or None,
        "unlisted": sorted({code for codes in came.unlisted.values() for code in codes}),
        "fault": {"path": fault.path, "reason": fault.reason} if fault else None,
    }


def _missing_row(lacking: RuleMissed) -> dict[str, Any]:
    return {**asdict(lacking), "path": lacking.path or None}
