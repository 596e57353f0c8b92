"""The regulations of an office together: one after another, or several in force at once.

A general regulation and one on petitions stand side by side where they claim different things. What
both claim is refused, naming both places: nobody but the office can say which of the two it is
under. It must never be settled by taking the first.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import combinations

from ..file_faults import FileRefused
from ..in_force import Regulations, circle
from ..places import FileError
from ..regulation import Assigning, Regulation
from ..rule import DOCUMENT, Rule
from .regulation_claims import claimed_by_both
from .transition import unknown_in_transitions

Lines = Mapping[str, Mapping[str, int]]
"""By the name of a file, the line on which each of its rules stands."""


@dataclass(frozen=True, slots=True)
class _Read:
    """A regulation with the name of its file, and the lines of its rules, as far as known."""

    regulation: Regulation
    where: str
    lines: Mapping[str, int]

    def rule(self, rule: Rule) -> str:
        """Where *rule* stands: "a.toml:41: rule[reply]"."""
        line = self.lines.get(rule.id)
        return f"{self.where}{f':{line}' if line else ''}: rule[{rule.id}]"


def together(
    regulations: Sequence[tuple[Regulation, str]], lines: Lines | None = None
) -> Regulations:
    """The regulations an office has been under, each with the name of its file; *lines*: where
    their rules stand.

    Raises FileError where two have one id; where two that are in force on one day claim the same;
    where a rule is per document and nothing says which documents assign; where a transitional
    clause speaks of a regulation or a rule that is not there, or two speak of one; where rules name
    each other in a circle.
    """
    ordered = sorted(regulations, key=lambda pair: (pair[0].in_force_from, pair[0].id))
    read = [_Read(each, where, (lines or {}).get(where, {})) for each, where in ordered]
    _refuse([*_alone(read), *_two_by_two(read)])
    law = tuple(regulation for regulation, _ in ordered)
    digests = "\n".join(regulation.digest for regulation in law)
    found = Regulations(law, sha256(digests.encode()).hexdigest()[:16])
    _refuse([*_of_clauses(found, read)])
    turned = circle(found)
    if turned is not None:
        named = f"{ordered[-1][1]}: rule[{turned[0]}]: names rule[{turned[1]}]"
        raise FileError(
            f"{named}, which names it in another regulation; give one of the two another id"
        )
    return found


def _refuse(problems: Sequence[str]) -> None:
    """Raise FileRefused with all of the *problems*, where there are any."""
    if problems:
        raise FileRefused.by(tuple(map(FileError, problems)))


def _alone(read: Sequence[_Read]) -> Iterator[str]:
    """What is wrong with one of the regulations, whatever the others say."""
    for each in read:
        yield from _assigning_missing(each, read)


def _two_by_two(read: Sequence[_Read]) -> Iterator[str]:
    for one, other in combinations(read, 2):
        if one.regulation.id == other.regulation.id:
            id_ = other.regulation.id
            yield f'{other.where}: id: another regulation has the id "{id_}" already'
    for one, other in combinations(read, 2):
        if one.regulation.meets(other.regulation):
            yield from _conflicts(one, other)


def _of_clauses(found: Regulations, read: Sequence[_Read]) -> Iterator[str]:
    """What transitional clauses name that there is not, and what two of them say."""
    for at, each in enumerate(read):
        before = {other.regulation.id: other.regulation for other in read[:at]}
        for problem in unknown_in_transitions(each.regulation, before):
            yield f"{each.where}: {problem}"
    for one, other in combinations(read, 2):
        if one.regulation.meets(other.regulation):
            yield from _clauses_twice(found, one, other)


def _conflicts(one: _Read, other: _Read) -> Iterator[str]:
    """What both say, which are in force on one day."""
    since = max(one.regulation.in_force_from, other.regulation.in_force_from)
    both = f"while both are in force (from {since})"
    for rule in other.regulation.rules:
        for earlier in one.regulation.rules:
            if rule.id == earlier.id:
                yield (
                    f"{other.rule(rule)}: {one.rule(earlier)} has this id too {both}; give one of "
                    f"the two another id, or end the other regulation by in_force_to"
                )
            elif claimed_by_both(
                earlier, rule, one.regulation.schedules, other.regulation.schedules
            ):
                yield (
                    f"{other.rule(rule)}: claims what {one.rule(earlier)} claims {both}: the same "
                    f"obligor, opening and fulfilment; tell them apart by when, unless, kinds or "
                    f"where, or switch one of them off by off"
                )
    yield from _said_twice(one, other, both)


def _said_twice(one: _Read, other: _Read, both: str) -> Iterator[str]:
    """What beside rules can be said by one of them alone."""
    mine = one.regulation.assigning or Assigning()
    yours = other.regulation.assigning or Assigning()
    shared = [f"{authority}: {kind}" for authority, kind in mine.documents & yours.documents]
    if mine.received and yours.received:
        shared.append("received")
    if shared:
        yield (
            f"{other.where}: assigning: says of {', '.join(sorted(shared))} that it assigns tasks, "
            f"as {one.where}: assigning does {both}; leave it to one of them"
        )
    if one.regulation.undone_by is not None and other.regulation.undone_by is not None:
        yield (
            f"{other.where}: completion: says what takes a completion back, as {one.where}: "
            f"completion does {both}; leave it to one of them"
        )
    if one.regulation.default_deadlines and other.regulation.default_deadlines:
        yield (
            f"{other.where}: default_deadline: says by when a task is due that names no deadline, "
            f"as {one.where}: default_deadline does {both}; leave it to one of them"
        )


def _assigning_missing(each: _Read, read: Sequence[_Read]) -> Iterator[str]:
    """What is owed for documents that assign tasks, where nothing says which do."""
    beside = (other.regulation for other in read if other.regulation.meets(each.regulation))
    if any(other.assigning is not None for other in beside):
        return
    for rule in each.regulation.rules:
        if rule.off is None and DOCUMENT in rule.per:
            yield (
                f"{each.where}: assigning: is missing; rule[{rule.id}] is owed for documents that "
                f"assign tasks"
            )
            return


def _clauses_twice(found: Regulations, one: _Read, other: _Read) -> Iterator[str]:
    """Rules of which transitional clauses of both say what they go by."""
    for at, clause in enumerate(other.regulation.transitions, 1):
        for its, earlier in enumerate(one.regulation.transitions, 1):
            if (clause.opened_from is None) != (earlier.opened_from is None):
                continue
            for rule in found.rules:
                if found.speaks(clause, other.regulation, rule) and found.speaks(
                    earlier, one.regulation, rule
                ):
                    yield (
                        f"{other.where}: transition[{at}]: says of {rule} what {one.where}: "
                        f"transition[{its}] says already"
                    )
