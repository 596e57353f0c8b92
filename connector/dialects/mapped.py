"""A dialect that a data file describes, for messages of JSON: its secrecy, then its events.

`files` makes it of the file. It decides nothing that is not said there or in the contract.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256

from ...rules.normalising import one_form
from ..contract.attributes import is_identifier
from ..contract.body import Limits
from ..contract.verdicts import Malformed, Message, Secret, Unestablished
from .choosing import Rules, subjects_in, told
from .opening import MessageOpening, Opened
from .paths import ValueFault
from .readings import Seen, ValueReading
from .saying import EventsSaid, Nothing, Saying, Withdrawn
from .telling import RuleCondition, number_in, text_or_none
from .views import View

NO_RULE = "no_rule"
"""Why a message tells of nothing that no rule of its dialect is for."""


@dataclass(frozen=True, slots=True)
class SilentRule:
    """Messages that tell of nothing, where all of ``when`` hold; ``reason`` is how the file calls
    it."""

    reason: str
    when: tuple[RuleCondition, ...]

    def holds(self, seen: Seen) -> bool:
        """Whether the message *seen* is one of them. Raises ValueFault."""
        return all(each.holds(seen) for each in self.when)


@dataclass(frozen=True, slots=True)
class MappedDialect:
    """A dialect as its file says it, compiled.

    ``subject``: what a secret message is about, where the file says it. ``id``: the message's own.
    ``source`` and ``sequence``: where all messages have theirs.
    """

    name: str
    opening: MessageOpening = field(repr=False)
    rules: Rules = field(repr=False)
    silences: tuple[SilentRule, ...] = field(default=(), repr=False)
    subject: ValueReading | None = field(default=None, repr=False)
    id: ValueReading | None = field(default=None, repr=False)
    source: ValueReading | None = field(default=None, repr=False)
    sequence: ValueReading | None = field(default=None, repr=False)

    def read(self, message: Message, limits: Limits, arrival: datetime, *, normal: bool) -> Saying:
        """What *message* says; see `saying.Dialect`."""
        opened = self.opening.opened(message, limits, arrival, normal=normal)
        if not isinstance(opened, Opened):
            return opened
        if opened.judged.level is not None:
            return self._secret(opened, opened.judged.level)
        if opened.judged.doubt is not None:
            return Unestablished.of(message, opened.judged.doubt, self._id(opened.view))
        return self._told(message, opened.view, limits)

    def _secret(self, opened: Opened, level: str) -> Saying:
        if self.subject is None or not opened.judged.now:
            return Secret(level)
        subject = text_or_none(self.subject, Seen(opened.view))
        named = subject is not None and is_identifier(subject)
        return Withdrawn(level, subject) if subject is not None and named else Secret(level)

    def _told(self, message: Message, view: View, limits: Limits) -> Saying:
        seen = Seen(view)
        try:
            for silence in self.silences:
                if silence.holds(seen):
                    return Nothing(silence.reason, self._number(seen))
            events = told(self.rules, seen, limits)
        except ValueFault as fault:
            digest, about = sha256(message.body).digest(), self._about(seen, limits)
            return Malformed(str(fault), fault.path, self._id(view), digest, about)
        return EventsSaid(events) if events else Nothing(NO_RULE, self._number(seen))

    def _number(self, seen: Seen) -> tuple[str, int] | None:
        """The number of a message that tells of nothing: it is not missing."""
        if self.source is None or self.sequence is None:
            return None
        try:
            source, number = text_or_none(self.source, seen), number_in(self.sequence, seen)
        except ValueFault:
            return None
        if source is None or number is None or not is_identifier(source):
            return None
        return one_form(source), number

    def _about(self, seen: Seen, limits: Limits) -> frozenset[str]:
        """What the message *seen* is about, by the file's own word for a secret one and by every
        rule; nothing where that word cannot be read."""
        found = subjects_in(self.rules.every, seen, limits)
        if self.subject is not None:
            subject = text_or_none(self.subject, seen)
            found = found | {subject} if subject is not None else frozenset()
        return frozenset(filter(is_identifier, found))

    def _id(self, view: View) -> str | None:
        """The message's own id, where it can be read without a doubt."""
        found = None if self.id is None else text_or_none(self.id, Seen(view))
        return found if is_identifier(found) else None
