"""What was missing in a message of which no event came: rule by rule, for whoever tries a dialect.

Only of a message whose secrecy is established as normal; of any other nothing is told here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from ..contract.body import Limits
from ..contract.verdicts import Message
from .mapped import MappedDialect
from .opening import Opened
from .paths import ValueFault
from .readings import Seen
from .telling import ANYTHING, NO_WORD, Changed, EventRule, RuleCondition


@dataclass(frozen=True, slots=True)
class Unmet:
    """A condition that did not hold at ``path``.

    ``word``, folded, stands there (empty where nothing does, None where no single word does), and
    ``wanted`` was one of these; none where the column should have changed. ``excluded``: none of
    ``wanted`` should have stood there.
    """

    path: str
    word: str | None = field(repr=False)
    wanted: tuple[str, ...]
    excluded: bool = False


@dataclass(frozen=True, slots=True)
class RuleMissed:
    """What the rule of that ``number`` in the file, from 1, missed for an event of ``type``.

    ``unmet``: the conditions that did not hold, of a rule that walks a list those of its first
    item. ``each``: the list that it walks, where that has no items. ``path`` and ``reason``: the
    place in the message of what could not be read, and why.
    """

    number: int
    type: str
    unmet: tuple[Unmet, ...] = ()
    each: str | None = None
    path: str = ""
    reason: str | None = None


def missing(
    dialect: MappedDialect, message: Message, limits: Limits, arrival: datetime, *, normal: bool
) -> tuple[RuleMissed, ...]:
    """What each rule of *dialect* missed that tells nothing of *message*, or cannot; none unless
    the secrecy of the message is established as normal. The rest as in `saying.Dialect.read`."""
    opened = dialect.opening.opened(message, limits, arrival, normal=normal)
    if not isinstance(opened, Opened):
        return ()
    if opened.judged.level is not None or opened.judged.doubt is not None:
        return ()
    whole = Seen(opened.view)
    found = (_of_rule(number, rule, whole, limits) for number, rule in _numbered(dialect))
    return tuple(each for each in found if each is not None)


def _numbered(dialect: MappedDialect) -> Iterator[tuple[int, EventRule]]:
    return enumerate(dialect.rules.every, 1)


def _of_rule(number: int, rule: EventRule, whole: Seen, limits: Limits) -> RuleMissed | None:
    try:
        if rule.events(whole, limits):
            return None
        seen = whole
        if rule.each is not None:
            seen = next(rule.items(whole, limits), whole)
            if seen is whole:
                return RuleMissed(number, rule.type, each=rule.each.written)
        return RuleMissed(number, rule.type, tuple(_unmet(rule, seen)))
    except ValueFault as fault:
        return RuleMissed(number, rule.type, path=fault.path, reason=str(fault))


def _unmet(rule: EventRule, seen: Seen) -> Iterator[Unmet]:
    """Raises ValueFault."""
    for each in rule.when:
        if each.holds(seen):
            continue
        if isinstance(each, Changed):
            yield Unmet(seen.name(each.path), None, ())
        else:
            yield _told(each, seen)
    for each in rule.unless:
        if each.holds(seen):
            yield _told(each, seen, excluded=True)


def _told(condition: RuleCondition, seen: Seen, *, excluded: bool = False) -> Unmet:
    word = condition.word(seen)
    wanted = tuple(sorted(condition.words, key=lambda each: (each == ANYTHING, each)))
    path = seen.name(condition.path)
    return Unmet(path, None if word is NO_WORD else word, wanted, excluded)
