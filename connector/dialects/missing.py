"""What was missing in a message of which no event came: rule by rule, for whoever tries a dialect.

Only of a message whose secrecy is established as normal; of any other nothing is told here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from ..contract.body import Limits
from ..contract.verdicts import Message
from .folding import word_of
from .mapped import MappedDialect
from .opening import Opened
from .paths import MISSING, Path, PathFault, PathScope, ValueFault, compile_path
from .readings import Seen
from .telling import ANYTHING, NO_WORD, Changed, EventRule, RuleCondition
from .views import View

_LONGEST_VALUE = 60


@dataclass(frozen=True, slots=True)
class Unmet:
    """A condition that did not hold at ``path``.

    ``word`` stands there (empty where nothing does, None where no single word does), and
    ``wanted`` was one of these, as the file writes them; none where the column should have
    changed. ``excluded``: none of ``wanted`` should have stood there.
    """

    path: str
    word: str | None = field(repr=False)
    wanted: tuple[str, ...]
    excluded: bool = False


@dataclass(frozen=True, slots=True)
class RuleMissed:
    """What the rule of that ``number`` in the file, from 1, missed for an event of ``type``.

    ``unmet``: the conditions that did not hold, of a rule that walks a list those of the message,
    or where these hold those of its first item. ``each``: the list that it walks, where that has
    no items, or is not ``there`` at all. ``path`` and ``reason``: the
    place in the message of what could not be read, and why; ``value``: the word that stands there,
    cut short, None where none does.
    """

    number: int
    type: str
    unmet: tuple[Unmet, ...] = ()
    each: str | None = None
    there: bool = True
    path: str = ""
    reason: str | None = None
    value: str | None = field(default=None, repr=False)


def normal_view(
    dialect: MappedDialect, message: Message, limits: Limits, arrival: datetime, *, normal: bool
) -> View | None:
    """*message* as the paths of *dialect* see it; None unless its secrecy is established as normal.
    The rest as in `saying.Dialect.read`."""
    opened = dialect.opening.opened(message, limits, arrival, normal=normal)
    if not isinstance(opened, Opened):
        return None
    secret = opened.judged.level is not None or opened.judged.doubt is not None
    return None if secret else opened.view


def missing(dialect: MappedDialect, view: View, limits: Limits) -> tuple[RuleMissed, ...]:
    """What each rule of *dialect* missed that tells nothing of the message *view*, which is
    established as normal, or cannot."""
    whole = Seen(view)
    found = (_of_rule(number, rule, whole, limits) for number, rule in _numbered(dialect))
    return tuple(each for each in found if each is not None)


def _numbered(dialect: MappedDialect) -> Iterator[tuple[int, EventRule]]:
    return enumerate(dialect.rules.every, 1)


def _of_rule(number: int, rule: EventRule, whole: Seen, limits: Limits) -> RuleMissed | None:
    try:
        if rule.events(whole, limits):
            return None
        if rule.each is None or not rule.holds(whole, items=False):
            return RuleMissed(number, rule.type, tuple(_unmet(rule, whole, items=False)))
        seen = next(rule.items(whole, limits), None)
        if seen is None:
            there = whole.at(rule.each) is not MISSING
            return RuleMissed(number, rule.type, each=rule.each.written, there=there)
        return RuleMissed(number, rule.type, tuple(_unmet(rule, seen)))
    except ValueFault as fault:
        value = _value_at(fault.path, whole)
        return RuleMissed(number, rule.type, path=fault.path, reason=str(fault), value=value)


def _value_at(place: str, whole: Seen) -> str | None:
    """The word at the *place* that a refusal names, if that is one place."""
    try:
        word = word_of(whole.at(compile_path(place)))
    except (PathFault, ValueFault):
        return None
    if not word or len(word) <= _LONGEST_VALUE:
        return word or None
    return f"{word[:_LONGEST_VALUE]}…"


@dataclass(frozen=True, slots=True)
class ItemLeft:
    """An item of a list at ``place`` of which no rule tells anything, though rules walk that list:
    what the nearest of them, the one of that ``number`` for events of ``type``, missed."""

    place: str
    number: int
    type: str
    unmet: tuple[Unmet, ...]


def items_left(dialect: MappedDialect, view: View, limits: Limits) -> tuple[ItemLeft, ...]:
    """The items that no rule of *dialect* is for, of the lists that its rules walk in the message
    *view*, which is established as normal."""
    whole = Seen(view)
    left: dict[str, ItemLeft | None] = {}
    for number, rule in _numbered(dialect):
        try:
            if rule.each is None or not rule.holds(whole, items=False):
                continue
            for seen in rule.items(whole, limits):
                found = ItemLeft(seen.place, number, rule.type, tuple(_unmet(rule, seen)))
                before = left.setdefault(seen.place, found)
                if not found.unmet:
                    left[seen.place] = None
                elif before is not None and len(found.unmet) < len(before.unmet):
                    left[seen.place] = found
        except ValueFault:
            continue  # What refuses the message is told of the message.
    return tuple(each for each in left.values() if each is not None)


def _unmet(rule: EventRule, seen: Seen, *, items: bool = True) -> Iterator[Unmet]:
    """What *rule* misses in *seen*; without *items* what it asks of the message alone. Raises
    ValueFault."""
    for each in rule.when:
        if (not items and _is_of_item(rule, each.path)) or each.holds(seen):
            continue
        if isinstance(each, Changed):
            yield Unmet(seen.name(each.path), None, ())
        else:
            yield _told(each, seen)
    for each in rule.unless:
        if (items or not _is_of_item(rule, each.path)) and each.holds(seen):
            yield _told(each, seen, excluded=True)


def _told(condition: RuleCondition, seen: Seen, *, excluded: bool = False) -> Unmet:
    word: str | None = condition.word(seen)
    words = sorted(condition.words, key=lambda each: (each == ANYTHING, each))
    wanted = tuple(condition.spelled.get(each, each) for each in words)
    if word == NO_WORD:
        word = None
    elif word:
        # As the message writes it, and not as it is compared.
        word = " ".join((word_of(seen.at(condition.path)) or word).split())
    return Unmet(seen.name(condition.path), word, wanted, excluded)


def _is_of_item(rule: EventRule, path: Path) -> bool:
    return rule.each is not None and path.scope is PathScope.ITEM
