"""Which rules of a dialect may hold for a message, and the events that they tell.

Most rules of a file ask first for a word at one and the same place, the kind of message, so that
one look at it chooses among all of them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from ..contract.body import Limits
from .paths import PathScope, ValueFault
from .readings import Seen
from .saying import SaidEvent
from .telling import ANYTHING, NO_WORD, NOT_A_WORD, EventRule, RuleCondition, text_or_none

_MOST_COPIES = 4
"""How many times the largest body all texts of a message's events may be, which share some."""


@dataclass(frozen=True, slots=True)
class Rules:
    """Rules of a dialect, of which most hold for one kind of message each, in the file's order.

    ``deciding``: the condition of the place that most of them ask of first; None where none does.
    ``by_word``: those that may hold where the word there is that one, which are not asked for it
    again; ``others``: where it is none of these. ``depth``: how many such places are looked at one
    after another; each copies the rules that do not ask there.
    """

    every: tuple[EventRule, ...]
    depth: int = 2
    deciding: RuleCondition | None = field(init=False)
    by_word: Mapping[str, Rules] = field(init=False)
    others: Rules | None = field(init=False)

    def __post_init__(self) -> None:
        chosen = _most_deciding(self.every) if self.depth else None
        wanted = [(rule, _words_at(rule, chosen)) for rule in self.every] if chosen else []
        by_word = {
            word: Rules(
                tuple(
                    replace(rule, when=rule.when[1:]) if words else rule
                    for rule, words in wanted
                    if words is None or word in words
                ),
                self.depth - 1,
            )
            for word in frozenset().union(*(words or () for _, words in wanted))
        }
        always = tuple(rule for rule, words in wanted if words is None)
        others = Rules(always, self.depth - 1) if by_word else None
        object.__setattr__(self, "deciding", chosen if by_word else None)
        object.__setattr__(self, "by_word", by_word)
        object.__setattr__(self, "others", others)

    def of(self, whole: Seen) -> tuple[EventRule, ...]:
        """The rules that may hold for the message *whole*. Raises ValueFault."""
        rules = self
        while rules.deciding is not None and rules.others is not None:
            word = rules.deciding.word(whole)
            if word is NO_WORD:
                raise ValueFault(rules.deciding.path.written, NOT_A_WORD)
            rules = rules.by_word.get(word, rules.others)
        return rules.every


def _most_deciding(rules: tuple[EventRule, ...]) -> RuleCondition | None:
    asked = [each for rule in rules if (each := _first_word(rule)) is not None]
    paths = Counter(each.path.written for each in asked)
    if not paths:
        return None
    written = paths.most_common(1)[0][0]
    return next(each for each in asked if each.path.written == written)


def _first_word(rule: EventRule) -> RuleCondition | None:
    """What *rule* asks first, where that is one of some words at a place of the whole message."""
    first = rule.when[0] if rule.when else None
    if not isinstance(first, RuleCondition) or first.path.scope is PathScope.ITEM:
        return None
    return None if first.words & {ANYTHING, ""} else first


def _words_at(rule: EventRule, deciding: RuleCondition) -> frozenset[str] | None:
    """The words that *rule* wants at the path of *deciding*; None where it may hold for any."""
    first = _first_word(rule)
    same = first is not None and first.path.written == deciding.path.written
    return first.words if first is not None and same else None


def told(rules: Rules, whole: Seen, limits: Limits) -> tuple[SaidEvent, ...]:
    """The events that *rules* tell of the message *whole*, each once. Raises ValueFault."""
    events: dict[tuple[str, str], SaidEvent] = {}
    size, most = 0, _MOST_COPIES * limits.max_bytes
    for rule in rules.of(whole):
        for event in rule.events(whole, limits):
            before = events.setdefault((event.source, event.id), event)
            if before is not event and (before.type, before.data) != (event.type, event.data):
                raise ValueFault(event.path or "id", "has the id of another event of the message")
            if rule.each is not None:
                size += sum(len(each) for each in event.data.values() if isinstance(each, str))
                if size > most:
                    raise ValueFault(event.path, "repeats too much of the message in its events")
    return tuple(events.values())


def subjects_in(rules: Iterable[EventRule], seen: Seen, limits: Limits) -> frozenset[str]:
    """The subjects that the message *seen* has by *rules*, whether they hold for it or not."""
    found: set[str | None] = set()
    for rule in rules:
        try:
            within = [seen] if rule.each is None else rule.items(seen, limits)
            found.update(text_or_none(rule.subject, each) for each in within)
        except ValueFault:
            continue
    return frozenset(each for each in found if each is not None)
